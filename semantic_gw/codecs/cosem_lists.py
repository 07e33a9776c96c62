"""Lists of values that meters push in DLMS: which value is which object's, by the ways makers write it.

| what stands there | then |
|---|---|
| structures of code, value, and scaler with unit | Aidon, and most that name their objects |
| code and value (and scaler with unit) in turn, behind the name of the list | Kamstrup, Kaifa in Sweden |
| an array of attribute descriptors, then the values in its order | push objects of IDIS (IEC 62056-6-2, 4.4.8) |
| values alone | told by their places: `#1`, `#2` …; the name of the list tells what they are |
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from semantic_gw.codecs.axdr import Enumeration, date_time
from semantic_gw.codecs.meter_messages import UNITS, obis, scaled, text_or_hex
from semantic_gw.model import Json

_CODE_BYTES: Final = 6
_MOST_GROUPS: Final = (15, 65, 255, 255, 255, 255)
"""The highest medium and channel of codes; what is beyond is an octet string that is none."""

_VALUE, _SCALER_UNIT = 2, 3
"""Attributes of registers: value, scaler and unit (IEC 62056-6-2, 4.3.2)."""


class _Named(NamedTuple):
    code: bytes
    value: Any
    scaler_unit: Any = None


def listed(data: Any) -> tuple[str, list[dict[str, Json]]]:
    """The name of the list in *data*, empty where it has none, and its objects as messages have them."""
    items: Sequence[Any] = data if isinstance(data, (list, tuple)) else (data,)
    name = next((text for item in items[:1] if (text := _text(item))), "")
    if named := list(_named(items)):
        return name, [_object(one) for one in named]
    return name, [{"obis": f"#{place}", "values": [_value(item)]} for place, item in enumerate(items, 1)]


def _named(items: Sequence[Any]) -> Iterator[_Named]:
    """The values with codes in *items*, and in the lists in it."""
    if (descriptors := _descriptors(items)) is not None:
        yield from _described(descriptors, items)
        return
    index = 0
    while index < len(items):
        item = items[index]
        if _is_code(item) and index + 1 < len(items):
            third = items[index + 2] if index + 2 < len(items) else None
            told = _is_scaler_unit(third)
            yield _Named(item, items[index + 1], third if told else None)
            index += 3 if told else 2
            continue
        if isinstance(item, (list, tuple)):
            yield from _named(item)
        index += 1


def _descriptors(items: Sequence[Any]) -> list[Any] | None:
    """The attribute descriptors that the first of *items* is an array of; None where it is none."""
    first = items[0] if items else None
    if not isinstance(first, list) or not first:
        return None
    return first if all(map(_is_descriptor, first)) else None


def _is_descriptor(item: Any) -> bool:
    """Whether *item* is class, name and attribute, with the index of its data."""
    return isinstance(item, tuple) and len(item) >= 4 and isinstance(item[0], int) and _is_code(item[1])


def _described(descriptors: list[Any], items: Sequence[Any]) -> Iterator[_Named]:
    """The values behind their descriptors, or counted with them: then the list itself is the first."""
    values = items if len(items) == len(descriptors) else items[1:]
    pairs = list(zip(descriptors, values, strict=False))
    scaler_units = {one[1]: value for one, value in pairs if one[2] == _SCALER_UNIT}
    for one, value in pairs:
        if one[2] == _VALUE and not isinstance(value, (list, tuple)):
            yield _Named(one[1], value, scaler_units.get(one[1]))


def _object(one: _Named) -> dict[str, Json]:
    return {"obis": obis(one.code), "values": [_value(one.value, one.scaler_unit)]}


def _value(value: Any, scaler_unit: Any = None) -> dict[str, Json]:
    if isinstance(value, bytes):
        time = date_time(value)
        return {"value": time} if time is not None else text_or_hex(value)
    if isinstance(value, (list, tuple)):
        return {"value": None}
    if not _is_scaler_unit(scaler_unit) or isinstance(value, (bool, str)) or value is None:
        return {"value": value if not isinstance(value, Enumeration) else int(value)}
    scaler, unit = scaler_unit
    number = scaled(value, scaler) if isinstance(value, int) else value
    return {"value": number, "unit": UNITS[unit]} if unit in UNITS else {"value": number}


def _is_code(item: Any) -> bool:
    return (
        isinstance(item, bytes)
        and len(item) == _CODE_BYTES
        and all(group <= most for group, most in zip(item, _MOST_GROUPS, strict=True))
    )


def _is_scaler_unit(item: Any) -> bool:
    return isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], int) and isinstance(item[1], Enumeration)


def _text(item: Any) -> str:
    """The name of a list: a text, or an octet string that is one."""
    if isinstance(item, str):
        return item
    if isinstance(item, bytes) and not _is_code(item):
        text = text_or_hex(item).get("value", "")
        return text if isinstance(text, str) else ""
    return ""
