"""How large the maps of a CBOR item are, before anything is built of it.

Numbers as map keys can be chosen so that a map of n of them takes n² steps to build; texts cannot. So maps with other
keys are taken as long as they are small.
"""

from __future__ import annotations

from typing import Final

_ARRAY: Final = 4
_MAP: Final = 5
_TAG: Final = 6
_TEXTS: Final = (2, 3)
_BREAK: Final = 0xFF
_INDEFINITE: Final = 31
_ONE_BYTE: Final = 24
_EIGHT_BYTES: Final = 27
_NEVER: Final = 1 << 62


def largest_map(item: bytes) -> int:
    """The members of the largest map in *item* (RFC 8949, 3); what is no CBOR is left to the decoder to refuse.

    >>> largest_map(bytes.fromhex("82a10102a20102bf0304ff05"))
    2
    """
    largest = position = 0
    open_: list[list[int]] = []  # of each container: items to come, and items met where it is a map
    while position < len(item):
        if item[position] == _BREAK and open_:
            position += 1
            open_[-1][0] = 0
        else:
            major, value, position = _head(item, position)
            _count(open_)
            if major in _TEXTS and value is not None:
                position += value
            elif major >= _TEXTS[0] and major <= _TAG:
                open_.append(_container(major, value))
        while open_ and open_[-1][0] <= 0:
            largest = max(largest, open_.pop()[1] // 2)
    return max([largest, *(met // 2 for _, met in open_)])


def _head(item: bytes, position: int) -> tuple[int, int | None, int]:
    """Major type, argument (None for an indefinite length), and where the next byte stands (RFC 8949, 3)."""
    major, info = item[position] >> 5, item[position] & 31
    position += 1
    if info < _ONE_BYTE:
        return major, info, position
    if info <= _EIGHT_BYTES:
        size = 1 << (info - _ONE_BYTE)
        return major, int.from_bytes(item[position : position + size]), position + size
    return major, None if info == _INDEFINITE else 0, position


def _count(open_: list[list[int]]) -> None:
    if open_:
        open_[-1][0] -= 1
        if open_[-1][1] >= 0:
            open_[-1][1] += 1


def _container(major: int, value: int | None) -> list[int]:
    if major == _MAP:
        return [_NEVER if value is None else 2 * value, 0]
    if major == _TAG:
        return [1, -1]
    return [_NEVER if value is None else value, -1]
