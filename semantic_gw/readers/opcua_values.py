"""Values of OPC UA in JSON, reversible or not (OPC UA part 6, 5.4)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from semantic_gw.model import Json
from semantic_gw.readers.values import number_in

_SEVERITY: Final = 30
"""The bit where a status code begins to tell whether it is good (0), uncertain (1) or bad (OPC UA part 4, 7.39)."""

_INT64: Final = frozenset((8, 9, "Int64", "UInt64"))
"""Built-in types whose numbers JSON has as texts (OPC UA part 6, 5.4.2.3)."""

_NUMBERS: Final = frozenset((*range(2, 12), "SByte", "Byte", "Int16", "UInt16", "Int32", "UInt32", "Float", "Double"))
_NAMES: Final[Mapping[str, Json]] = {"UaType": "Value", "Type": "Body"}
"""What a reversible value is told by, and what it stands in: of 1.05 and of 1.04 (OPC UA part 6, 5.4.2.17)."""

_DATA_VALUE: Final = frozenset(
    {
        "Value", "StatusCode", "Status", "SourceTimestamp", "ServerTimestamp", "SourcePicoseconds", "ServerPicoseconds",
        "SourcePicoSeconds", "ServerPicoSeconds", "UaType", "Dimensions",
    }
)  # fmt: skip
"""The members of a DataValue (OPC UA part 6, 5.4.2.18)."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value as it is told: its time, its type where that is told, and why it is none."""

    value: Json
    time: Json = None
    type: Json = None
    why: str = ""


def value_in(told: Json) -> Value:
    """What a field of a data set, or the value of a node, says.

    >>> value_in({"Value": {"Type": 11, "Body": 21.5}, "SourceTimestamp": "2026-11-24T10:15:00Z"}).value
    21.5
    >>> value_in({"StatusCode": {"Code": 2150694912, "Symbol": "BadNoCommunication"}}).why
    'its status is BadNoCommunication'
    """
    if not isinstance(told, dict):
        return Value(told)
    if told and _DATA_VALUE.issuperset(told):
        time = told.get("SourceTimestamp", told.get("ServerTimestamp"))
        if why := _not_good(told):
            return Value(None, time, why=why)
        if "Value" not in told:
            return Value(None, time, why="it has no value")
        if "UaType" in told:
            return Value(told["Value"], time, told["UaType"])
        value, type_ = variant(told["Value"])
        return Value(value, time, type_)
    value, type_ = variant(told)
    return Value(value, None, type_)


def variant(told: Json) -> tuple[Json, Json]:
    """A value and its type, where it is told with it."""
    if isinstance(told, dict):
        for type_, body in _NAMES.items():
            if type_ in told and body in told:
                return told[body], told[type_]
    return told, None


def _not_good(told: Mapping[str, Json]) -> str:
    """Why the status of a value is not good; empty where it is, or is not told."""
    status = told.get("StatusCode", told.get("Status"))
    code, symbol = (status.get("Code", 0), status.get("Symbol")) if isinstance(status, dict) else (status, None)
    symbol = symbol or told.get("Status")
    if isinstance(code, str):
        return "" if code.startswith("Good") else f"its status is {code[:60]}"
    if type(code) is not int or code >> _SEVERITY == 0:
        return ""
    return f"its status is {symbol[:60]}" if isinstance(symbol, str) else f"its status is {code:#010x}, and not good"


def plain(found: Value, type_: Json, *, measured: bool) -> Json:
    """The value in plain form, or None; *type_* is what metadata say, *measured* whether it has a unit."""
    value, told = found.value, found.type if type(found.type) in (int, str) else type_
    if isinstance(value, str) and (measured or told in _INT64 or told in _NUMBERS):
        return number_in(value)
    return None if type(value) is float and not math.isfinite(value) else value
