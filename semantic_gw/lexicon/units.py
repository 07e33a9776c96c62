"""Units of measurement: from the spellings devices use to QUDT, and exact conversion between them.

The table is `units.toml`, its facts are QUDT's. A spelling that is not in it is unknown and stays unknown.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Final

from semantic_gw.lexicon.spelling import unit_spelling
from semantic_gw.model import IRI
from semantic_gw.rdf.namespaces import QUANTITY_KIND, UNIT, compact

_TABLE: Final = Path(__file__).with_name("units.toml")
_POWER: Final = re.compile(r"[^\W\d_]+-[1-9]")
"""A unit with a negative power: m-3."""

_DIGITS: Final = Context(prec=28)
"""Digits of a conversion that does not come out even (1 °F is 5/9 K)."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit as QUDT has it. A value in it is `(value + offset) * factor` in the SI base.

    *factor* is None for scales that no factor converts (decibel, pH). *symbols* are matched as they are written,
    for case tells milli from mega; *names* in any case.
    """

    iri: IRI
    ucum: tuple[str, ...]
    senml: tuple[str, ...]
    factor: Fraction | None
    offset: Fraction
    stated_kinds: frozenset[IRI]
    """Quantity kinds that follow from QUDT."""
    added_kinds: frozenset[IRI]
    """Quantity kinds that QUDT does not give this unit, though it should."""
    symbols: tuple[str, ...]
    names: tuple[str, ...]
    cefact: tuple[str, ...] = ()
    """Its common codes (UNECE Recommendation 20)."""

    @property
    def quantity_kinds(self) -> frozenset[IRI]:
        """Everything the unit measures."""
        return self.stated_kinds | self.added_kinds


@dataclass(frozen=True, slots=True)
class _Ambiguous:
    """A spelling of several units: the first whose quantity kind is asked for, else *otherwise*."""

    units: tuple[Unit, ...]
    otherwise: Unit | None

    def choose(self, kind: IRI | None) -> Unit | None:
        fitting = (unit for unit in self.units if kind in unit.quantity_kinds)
        return next(fitting, self.otherwise)


@dataclass(frozen=True, slots=True)
class UnitTable:
    """All units, by IRI and by spelling."""

    by_iri: Mapping[IRI, Unit]
    by_symbol: Mapping[str, Unit]
    by_name: Mapping[str, Unit]
    ambiguous: Mapping[str, _Ambiguous]
    by_code: Mapping[str, Unit] = field(default_factory=dict)

    def find(self, text: str, kind: IRI | None = None) -> Unit | None:
        """The unit that *text* spells; *kind* is the quantity kind expected, and decides between readings."""
        spelling = unit_spelling(text)
        if spelling in self.ambiguous:
            return self.ambiguous[spelling].choose(kind)
        found = self.by_symbol.get(spelling) or self.by_name.get(spelling.casefold())
        return found or self.by_symbol.get(_as_quotient(spelling))


def _as_quotient(spelling: str) -> str:
    """`μg.m-3`, a product with negative powers, as `μg/m3`; empty where it is none."""
    factors = spelling.split(".")
    below = [factor.replace("-", "").removesuffix("1") for factor in factors if _POWER.fullmatch(factor)]
    above = [factor for factor in factors if not _POWER.fullmatch(factor)]
    return f"{'.'.join(above)}/{'/'.join(below)}" if above and below else ""


def unit(text: str, *, kind: IRI | None = None) -> IRI | None:
    """The QUDT unit that *text* spells, None where nobody knows; the quantity *kind* decides between readings.

    >>> unit(" ºC"), unit("lux"), unit("bananas")
    ('http://qudt.org/vocab/unit/DEG_C', 'http://qudt.org/vocab/unit/LUX', None)
    >>> unit("F"), unit("F", kind="http://qudt.org/vocab/quantitykind/Temperature")
    (None, 'http://qudt.org/vocab/unit/DEG_F')
    """
    found = unit_table().find(text, kind)
    return found.iri if found else None


def unit_by_code(code: str) -> Unit | None:
    """The unit of a common code of UNECE Recommendation 20, None where nobody knows.

    >>> unit_by_code("CEL").iri, unit_by_code("XXX")
    ('http://qudt.org/vocab/unit/DEG_C', None)
    """
    return unit_table().by_code.get(code)


def spelling(unit: Unit) -> str:
    """The shortest text that spells *unit*.

    >>> spelling(unit_by_code("P1"))
    '%'
    """
    texts = sorted((*unit.symbols, *unit.names), key=len)
    return next(text for text in texts if unit_table().find(text) is unit)


def convert(value: Decimal, from_unit: IRI, to_unit: IRI, *, difference: bool = False) -> Decimal:
    """*value* in *to_unit*; exact where the result has 28 digits or fewer. Raises ValueError for units that do not fit.

    A *difference* of two values (an offset, a hysteresis) is scaled only: 10 K more are 18 °F more.

    >>> convert(Decimal("300"), UNIT + "K", UNIT + "DEG_C")
    Decimal('26.85')
    """
    source, target = _known(from_unit), _known(to_unit)
    if source is target:
        return value
    if not source.quantity_kinds & target.quantity_kinds:
        raise ValueError(f"{compact(from_unit)} and {compact(to_unit)} measure no common quantity kind")
    if source.factor is None or target.factor is None:
        raise ValueError(f"no factor converts {compact(from_unit)} to {compact(to_unit)}")
    base = (Fraction(value) + (0 if difference else source.offset)) * source.factor
    return _decimal(base / target.factor - (0 if difference else target.offset))


def _known(iri: IRI) -> Unit:
    try:
        return unit_table().by_iri[iri]
    except KeyError:
        raise ValueError(f"{compact(iri)} is not in the unit table") from None


def _decimal(number: Fraction) -> Decimal:
    return _DIGITS.divide(Decimal(number.numerator), Decimal(number.denominator))


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, a QUDT IRI. A number that is not finite, or a unit nobody knows, raises ValueError.

    >>> Quantity(Decimal("300"), UNIT + "K").to(UNIT + "DEG_C").value
    Decimal('26.85')
    """

    value: Decimal
    unit: IRI

    def __post_init__(self) -> None:
        if not self.value.is_finite():
            raise ValueError(f"{self.value} {compact(self.unit)} is no quantity: give a finite number")
        _known(self.unit)

    def to(self, unit: IRI) -> Quantity:
        """The same quantity in *unit*. Raises ValueError for a unit of another kind."""
        return Quantity(convert(self.value, self.unit, unit), unit)


@cache
def unit_table() -> UnitTable:
    """The units the gateway knows, read once."""
    document = tomllib.loads(_TABLE.read_text("utf-8"))
    units = {UNIT + name: _unit(name, row) for name, row in document["units"].items()}
    ambiguous = {text: _ambiguous(row, units) for text, row in document["ambiguous"].items()}
    return UnitTable(
        by_iri=units,
        by_symbol=_spellings(
            (spelling, unit)
            for unit in units.values()
            for spelling in map(unit_spelling, unit.symbols)
            if spelling not in ambiguous
        ),
        by_name=_spellings((unit_spelling(name).casefold(), unit) for unit in units.values() for name in unit.names),
        ambiguous=ambiguous,
        by_code=_spellings((code, unit) for unit in units.values() for code in unit.cefact),
    )


def _unit(name: str, row: Mapping[str, Any]) -> Unit:
    ucum, senml = tuple(row.get("ucum", ())), tuple(row.get("senml", ()))
    return Unit(
        iri=UNIT + name,
        ucum=ucum,
        senml=senml,
        factor=Fraction(row["factor"]) if "factor" in row else None,
        offset=Fraction(row.get("offset", "0")),
        stated_kinds=frozenset(QUANTITY_KIND + kind for kind in row["kinds"]),
        added_kinds=frozenset(QUANTITY_KIND + kind for kind in row.get("also", ())),
        symbols=tuple(dict.fromkeys((*row.get("symbols", ()), *senml, *ucum))),
        names=tuple(row.get("names", ())),
        cefact=tuple(row.get("cefact", ())),
    )


def _ambiguous(row: Mapping[str, Any], units: Mapping[IRI, Unit]) -> _Ambiguous:
    otherwise = row.get("otherwise")
    return _Ambiguous(
        units=tuple(units[UNIT + name] for name in row["units"]),
        otherwise=units[UNIT + otherwise] if otherwise else None,
    )


def _spellings(pairs: Iterable[tuple[str, Unit]]) -> dict[str, Unit]:
    """One unit for each spelling. Raises ValueError where the table gives two."""
    found: dict[str, Unit] = {}
    for spelling, unit in pairs:
        if found.setdefault(spelling, unit) is not unit:
            raise ValueError(f"{spelling!r} spells both {compact(found[spelling].iri)} and {compact(unit.iri)}")
    return found


def units_of(quantity_kind: IRI | None) -> Iterator[Unit]:
    """Every unit of *quantity_kind*."""
    return (unit for unit in unit_table().by_iri.values() if quantity_kind in unit.quantity_kinds)
