"""Numbers of a history in the unit that is asked for."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from semantic_gw.errors import QueryError
from semantic_gw.lexicon.units import Unit, convert, unit_table
from semantic_gw.model import IRI
from semantic_gw.rdf.namespaces import compact, expand


def unit_called(text: str, own: IRI, quantity_kind: IRI | None) -> IRI:
    """The unit that *text* (an IRI of QUDT, UCUM, or a usual spelling) means for values in *own*.

    Raises QueryError, which lists what is possible.
    """
    table = unit_table()
    found = table.by_iri.get(expand(text)) or table.find(text, quantity_kind)
    for kind in sorted(table.by_iri[own].quantity_kinds) if own in table.by_iri else ():
        found = found or table.find(text, kind)
    if found is None or not fits(own, found.iri):
        raise QueryError(f"unit wants one that {_shown(own)} can be converted to, not {text!r}: {possible(own)}")
    return found.iri


def possible(own: IRI) -> str:
    """The units that values in *own* can be told in, for people."""
    units = [unit for unit in unit_table().by_iri.values() if fits(own, unit.iri)]
    return ", ".join(sorted(map(_spelled, units), key=str.casefold)) or "there is none but its own"


@lru_cache(maxsize=4096)
def fits(own: IRI, other: IRI) -> bool:
    """Whether values in *own* can be told in *other*."""
    if own == other:
        return True
    try:
        convert(Decimal(1), own, other)
    except ValueError:
        return False
    return True


def converted(value: float, own: IRI, other: IRI) -> float:
    """*value* in *other*."""
    return value if own == other else float(convert(Decimal(repr(value)), own, other))


def senml_unit(own: IRI) -> tuple[IRI, str] | None:
    """*own*, or the first unit that it can be converted to, that SenML (RFC 8428, 12.1) has a name for."""
    table = unit_table().by_iri
    units = [table[own]] if own in table else []
    units += [unit for unit in table.values() if fits(own, unit.iri)]
    return next(((unit.iri, unit.senml[0]) for unit in units if unit.senml), None)


def unit_text(own: IRI) -> str:
    """How people write *own*; empty where nobody knows."""
    unit = unit_table().by_iri.get(own)
    return next(iter((*unit.symbols, *unit.names)), "") if unit else ""


def _shown(own: IRI) -> str:
    return compact(own) if own else "a value without a unit"


def _spelled(unit: Unit) -> str:
    return next(iter((*unit.ucum, *unit.symbols)), compact(unit.iri))
