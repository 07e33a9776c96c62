"""Sampled values of OCPP: what was measured, in which unit, where on the station, and in which situation."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from semantic_gw.contracts import Field
from semantic_gw.json_pointer import Tokens, format_pointer
from semantic_gw.model import Json
from semantic_gw.rdf.namespaces import SGW
from semantic_gw.readers.values import number_in, scaled

MEASURAND: Final = "Energy.Active.Import.Register"
"""What is measured where nothing is told (OCPP 1.6, 7.43; OCPP 2.0.1 part 2, SampledValueType)."""

_OUTLET: Final = "Outlet"
"""Where a value is measured that does not tell it (OCPP 1.6, 7.43)."""

_LARGEST_EXPONENT: Final = 30

OTHER_TIMES: Final = frozenset({"Transaction.Begin", "Transaction.End", "Interruption.Begin", "Interruption.End"})
"""Situations (ReadingContext) that are of a moment of their own."""


@dataclass(frozen=True, slots=True)
class Measurand:
    """The kind that a measurand is of, and the only unit it can have where none is told; empty if there are several."""

    kind: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """A sampled value that is a number."""

    path: Tokens
    value: int | float
    unit: str
    measurand: str
    context: str


class Measurands:
    """What a family's tables `measurands` and `unit_words` say."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        rows: Mapping[str, Mapping[str, str]] = table.get("measurands", {})
        self._measurands = {name: Measurand(SGW + row["kind"], row.get("unit", "")) for name, row in rows.items()}
        self._words: Mapping[str, str] = table.get("unit_words", {})

    def sample(self, row: Json) -> Sample | str:
        """The sample that *row* is; why it is none, where it is none."""
        if not isinstance(row, dict):
            return "no sampled value"
        if row.get("format", "Raw") != "Raw":
            return f"signed data, which only its maker's tools can read ({_word(row['format'])})"
        value = _number(row.get("value"))
        if value is None:
            return f"{_word(row.get('value'))!r} is no number"
        measurand = _text(row, "measurand") or MEASURAND
        told = row.get("unitOfMeasure")
        place = told if isinstance(told, dict) else row
        exponent = place.get("multiplier", 0)
        if type(exponent) is not int or abs(exponent) > _LARGEST_EXPONENT:
            return f"its multiplier {_word(exponent)} is no exponent of ten"
        if exponent:
            value = scaled(value, Decimal(10) ** exponent, Decimal(0))
        unit = _text(place, "unit")
        path = (*(level for level in (_location(row), _text(row, "phase")) if level), measurand)
        return Sample(path, value, self._words.get(unit, unit), measurand, _text(row, "context"))

    def field(self, sample: Sample, where: Tokens, place: Tokens) -> Field:
        """The field of *sample*, measured at *where* on the station; it stands at *place*."""
        pointer, path = format_pointer(place), (*where, *sample.path)
        known = self._measurands.get(sample.measurand)
        if known is None:
            why = f"OCPP has no measurand {sample.measurand[:80]!r} that the gateway knows"
            return Field(path, sample.value, sample.unit, pointer, unknown=why)
        return Field(path, sample.value, sample.unit or known.unit, pointer, known.kind)

    def register(self, value: Json, where: Tokens, place: Tokens) -> Field | None:
        """The energy register, in Wh, that transactions begin and end with (OCPP 1.6, 6.45 and 6.49)."""
        number = _number(value)
        if number is None:
            return None
        known = self._measurands[MEASURAND]
        return Field((*where, MEASURAND), number, known.unit, format_pointer(place), known.kind)


def _number(value: Json) -> int | float | None:
    if isinstance(value, str):
        return number_in(value)
    if type(value) is int or (type(value) is float and math.isfinite(value)):
        return value
    return None


def _text(row: Mapping[str, Json], name: str) -> str:
    value = row.get(name)
    return value.strip() if isinstance(value, str) else ""


def _location(row: Mapping[str, Json]) -> str:
    location = _text(row, "location")
    return "" if location == _OUTLET else location


def _word(value: Json) -> str:
    return str(value)[:80]
