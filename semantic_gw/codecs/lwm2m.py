"""The binary formats of LwM2M (OMA LwM2M TS 1.0, 6.4.3; TS 1.2 Core, 7.4.2 and 7.4.7).

| in the payload | becomes |
|---|---|
| TLV | `{"tlv": [...]}`: an object for each item, `kind` and `id`, then `items` or `hex` |
| LwM2M CBOR: keys that are numbers, or lists of numbers | the path: `{"3303": {"0/5700": 21.5}}` |

What the bytes of a TLV value mean is told by the type of its resource, which the object has, not the payload.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from semantic_gw.codecs.cbor import CborCodec
from semantic_gw.errors import DecodingError
from semantic_gw.model import Json

KINDS: Final = ("object_instance", "resource_instance", "resources", "resource")
"""What an item is, by the first two bits of its type (TS 1.0, table 6-17)."""

_NESTING: Final = frozenset({"object_instance", "resources"})
_MAX_ITEMS: Final = 20_000


class Lwm2mTlvCodec:
    """Reads `application/vnd.oma.lwm2m+tlv`, content format 11542."""

    media_types: tuple[str, ...] = ("application/vnd.oma.lwm2m+tlv",)

    def decode(self, body: bytes) -> Json:
        """The items of *body*. Raises DecodingError with the byte where an item is cut off."""
        return {"tlv": list(_items(body, 0, len(body), 0))}


class Lwm2mCborCodec(CborCodec):
    """Reads `application/vnd.oma.lwm2m+cbor`, content format 11544."""

    media_types: tuple[str, ...] = ("application/vnd.oma.lwm2m+cbor",)
    text_keys = False

    def name(self, key: object) -> str | None:
        parts = key if isinstance(key, tuple) else (key,)
        if all(type(part) is int and part >= 0 for part in parts):
            return "/".join(map(str, parts))
        return super().name(key)


def _items(body: bytes, start: int, end: int, depth: int) -> Iterator[dict[str, Json]]:
    """The items between *start* and *end*; a resource of an object instance is the deepest."""
    count = 0
    while start < end:
        kind, id, value, stop = _header(body, start, end)
        count += 1
        if count > _MAX_ITEMS:
            raise DecodingError(f"no TLV: more than {_MAX_ITEMS} items")
        if kind in _NESTING:
            if depth >= len(_NESTING):
                raise DecodingError(f"no TLV: {kind} of {id} at byte {start} is nested too deep")
            yield {"kind": kind, "id": id, "items": list(_items(body, value, stop, depth + 1))}
        else:
            yield {"kind": kind, "id": id, "hex": body[value:stop].hex()}
        start = stop


def _header(body: bytes, start: int, end: int) -> tuple[str, int, int, int]:
    """Kind and id of the item at *start*, where its value begins, and where it ends (TS 1.0, table 6-17)."""
    type_ = body[start]
    id_bytes = 2 if type_ & 0b0010_0000 else 1
    length_bytes = type_ >> 3 & 0b11
    length_at = start + 1 + id_bytes
    value = length_at + length_bytes
    length = int.from_bytes(body[length_at:value]) if length_bytes else type_ & 0b111
    if value + length > end:
        raise DecodingError(
            f"no TLV: the item at byte {start} wants {length} bytes for its value, {max(0, end - value)} are there"
        )
    return KINDS[type_ >> 6], int.from_bytes(body[start + 1 : length_at]), value, value + length
