"""What metadata of OPC UA say of the fields of a data set: type, engineering unit, and what values are called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from semantic_gw.lexicon.units import spelling, unit, unit_by_code
from semantic_gw.model import Json
from semantic_gw.readers.opcua_values import variant

_MOST_FIELDS: Final = 20_000
"""Fields of one data set that are remembered."""

_MOST_LABELS: Final = 200
"""Values of one field whose names are remembered."""

_MAX_NAME: Final = 400
"""Characters of the longest name that is looked at."""

_MAX_DEPTH: Final = 12
_MAX_TEXT: Final = 40
"""Characters of the longest text that names a unit or a state."""

_UNITS: Final = "opcfoundation.org/UA/units"
"""What the namespace has whose numbers of units are common codes (OPC UA part 8, 5.6.4.3)."""

_OF_ANOTHER: Final = re.compile(r"(.+)[./:]EngineeringUnits")
"""The name of a field that tells the unit of another one."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a field. *labels*: its values as texts → what they are called."""

    type: Json = None
    unit: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


def fields_of(content: Mapping[str, Json]) -> dict[str, Told]:
    """The fields that a DataSetMetaData describes, by name (OPC UA part 14, 6.2.3.2)."""
    listed, named = content.get("Fields"), _enumerations(content.get("EnumDataTypes"))
    found: dict[str, Told] = {}
    for told in listed[:_MOST_FIELDS] if isinstance(listed, list) else ():
        if isinstance(told, dict) and isinstance(name := told.get("Name"), str):
            type_, properties = told.get("BuiltInType"), told.get("Properties")
            labels = labels_in(properties) or named.get(str(told.get("DataType")), {})
            found[name] = Told(type_ if type(type_) in (int, str) else None, unit_in(properties), labels)
    return found


def units_among(fields: Mapping[str, Json]) -> dict[str, Told]:
    """Units that are fields of the data set themselves: `Oil.EngineeringUnits` is that of `Oil`."""
    matches = ((_OF_ANOTHER.fullmatch(name[-_MAX_NAME:]), told) for name, told in fields.items())
    units = ((match[1], unit_in(told)) for match, told in matches if match is not None)
    return {name: Told(unit=unit) for name, unit in units if unit}


def _enumerations(listed: Json) -> dict[str, dict[str, str]]:
    """The enumerations that metadata define, by the id of their type (OPC UA part 14, 6.2.3.2.2)."""
    rows = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
    pairs = ((str(row.get("DataTypeId")), row.get("EnumDefinition")) for row in rows)
    return {id: enumerated(told.get("Fields")) for id, told in pairs if isinstance(told, dict)}


def unit_in(properties: Json) -> str:
    """The engineering unit among the properties of a field, as the lexicon spells it; empty where there is none."""
    return next((_spelled(told) for told in _units(properties, 0)), "")


def _units(node: Json, depth: int) -> Iterator[Mapping[str, Json]]:
    """Everything in *node* that looks like EUInformation (OPC UA part 8, 5.6.4.3)."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(node, dict):
        if "UnitId" in node or ("NamespaceUri" in node and "DisplayName" in node):
            yield node
            return
        node = list(node.values())
    for below in node if isinstance(node, list) else ():
        yield from _units(below, depth + 1)


def _spelled(told: Mapping[str, Json]) -> str:
    """By the common code that a unit's number is made of, or else by the unit's name for people."""
    number, text = told.get("UnitId"), text_in(told.get("DisplayName"))
    space = told.get("NamespaceUri")
    coded = not isinstance(space, str) or _UNITS in space
    found = unit_by_code(common_code(number)) if coded and type(number) is int else None
    return text if found is None or unit(text) == found.iri else spelling(found)


def labels_in(properties: Json) -> Mapping[str, str]:
    """What values are called, by the properties of their field (OPC UA part 8, 5.3.3); empty where nothing tells.

    >>> labels_in([{"Key": {"Name": "TrueState"}, "Value": {"Text": "Open"}}])
    {'true': 'Open'}
    """
    told = dict(_properties(properties))
    found = {text: text_in(told.get(name)) for name, text in (("TrueState", "true"), ("FalseState", "false"))}
    found |= {str(value): text_in(name) for value, name in enumerate(_list(told.get("EnumStrings")))}
    found |= enumerated(told.get("EnumValues"))
    return {value: text for value, text in found.items() if text}


def enumerated(rows: Json) -> dict[str, str]:
    """The names of the values of an enumeration: of EnumValues, or of an EnumDefinition."""
    listed = (row.get("Body", row) for row in _list(rows) if isinstance(row, dict))
    return {
        str(row["Value"]): text_in(row.get("DisplayName")) or text_in(row.get("Name"))
        for row in listed
        if isinstance(row, dict) and type(row.get("Value")) in (int, str)
    }


def _list(told: Json) -> list[Json]:
    return told[:_MOST_LABELS] if isinstance(told, list) else []


def _properties(told: Json) -> Iterator[tuple[str, Json]]:
    """The properties of a field, each by its plain name: pairs of key and value, or members."""
    pairs = told.items() if isinstance(told, dict) else ()
    for key, value in pairs:
        yield _plain(key), variant(value)[0]
    for pair in told if isinstance(told, list) else ():
        if isinstance(pair, dict):
            yield _plain(pair.get("Key")), variant(pair.get("Value"))[0]


def _plain(key: Json) -> str:
    """A qualified name without its namespace: `0:EnumStrings`, or an object."""
    name = key.get("Name") if isinstance(key, dict) else key
    return re.split(r"[:;]", name)[-1] if isinstance(name, str) else ""


def text_in(told: Json) -> str:
    """A text for people: LocalizedText, or a text alone."""
    told = variant(told)[0]
    text = told.get("Text") if isinstance(told, dict) else told
    return text.strip()[:_MAX_TEXT] if isinstance(text, str) else ""


def common_code(number: int) -> str:
    """The common code of UNECE Recommendation 20 that a unit's number is: its characters, a byte each.

    >>> common_code(4408652)
    'CEL'
    """
    if not 0 < number < 1 << 32:
        return ""
    return number.to_bytes(4, "big").lstrip(b"\0").decode("ascii", "replace")
