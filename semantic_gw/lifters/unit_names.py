"""The `unit` of a data schema: text, a UCUM code, or an IRI of QUDT, OM 2 or another vocabulary (WoT TD 1.1, 5.3.2.1).

What is spelled out is looked up in the lexicon's table of units, and stays unknown where that does not have it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from semantic_gw.lexicon.units import unit, unit_table
from semantic_gw.lifters.terms import OM, Terms
from semantic_gw.model import IRI
from semantic_gw.rdf.namespaces import UNIT

_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SENSE: Final = re.compile(r"-(?:Time|International|Statute)")
"""What OM 2 adds to a name that it uses more than once; the angle's minute is another unit, and keeps its suffix."""

_TURNED: Final = re.compile(r"([CF])\s?[°º˚]")
_OM_UNITS: Final[Mapping[str, str]] = {
    "atmosphere-Standard": "ATM",
    "cubicCentimetre": "CentiM3",
    "cubicMetrePerSecond-Time": "M3-PER-SEC",
    "cubicMetrePerHour": "M3-PER-HR",
    "degreeCelsiusPerHour": "DEG_C-PER-HR",
    "degreeCelsiusPerMinute-Time": "DEG_C-PER-MIN",
    "gallon-US": "GAL_US",
    "gramPerCubicmetre": "GM-PER-M3",
    "gramPerLitre": "GM-PER-L",
    "hectolitre": "HectoL",
    "kilogramPerCubicmetre": "KiloGM-PER-M3",
    "kilohm": "KiloOHM",
    "kilometrePerHour": "KiloM-PER-HR",
    "litrePerHour": "L-PER-HR",
    "litrePerMinute-Time": "L-PER-MIN",
    "megohm": "MegaOHM",
    "metrePerSecond-TimeSquared": "M-PER-SEC2",
    "microgramPerCubicmetre": "MicroGM-PER-M3",
    "microgramPerLitre": "MicroGM-PER-L",
    "milligramPerCubicmetre": "MilliGM-PER-M3",
    "milligramPerLitre": "MilliGM-PER-L",
    "mile-StatutePerHour": "MI-PER-HR",
    "millimetreOfMercury": "MilliM_HG",
    "millimetrePerDay": "MilliM-PER-DAY",
    "millimetrePerHour": "MilliM-PER-HR",
    "millimolePerLitre": "MilliMOL-PER-L",
    "one": "UNITLESS",
    "ounceAvoirdupois": "OZ",
    "poundAvoirdupois": "LB",
    "reciprocalSecond-Time": "PER-SEC",
    "revolutionPerMinute-Time": "REV-PER-MIN",
    "siemensPerMetre": "S-PER-M",
    "wattPerSquareMetre": "W-PER-M2",
    "wattPerSquaremetre": "W-PER-M2",
}
"""Units whose names in OM 2, taken apart into words, are no names in our table."""


def unit_iri(text: str, terms: Terms, quantity_kind: IRI | None) -> IRI | None:
    """The QUDT unit that *text* means for a value of *quantity_kind*; None where nobody knows."""
    named = _named(terms.expand(text)) if ":" in text else None
    if named is not None:
        return named
    return next((iri for spelling in _spellings(text, terms) if (iri := unit(spelling, kind=quantity_kind))), None)


def spellings(text: str, terms: Terms) -> Iterator[tuple[str, IRI | None]]:
    """How the lexicon may know *text*: spellings to try in turn, and the unit that each must come out as (or any)."""
    named = _named(terms.expand(text)) if ":" in text else None
    if named is None:
        yield from ((spelling, None) for spelling in _spellings(text, terms))
        return
    found = unit_table().by_iri[named]
    yield from ((spelling, named) for spelling in (*found.symbols, *found.names))


@lru_cache(maxsize=2048)
def _named(iri: IRI) -> IRI | None:
    """The unit of our table that *iri* is."""
    if iri.startswith(OM):
        local = iri[len(OM) :]
        if local in _OM_UNITS:
            return UNIT + _OM_UNITS[local]
        return unit(_words(local))
    return iri if iri in unit_table().by_iri else None


def _spellings(text: str, terms: Terms) -> Iterator[str]:
    """*text* itself, turned the right way round; of an IRI or compact IRI its last part (UCUM codes come so)."""
    yield text
    if turned := _TURNED.fullmatch(text.strip()):
        yield "°" + turned[1]
    if ":" in text:
        local = unquote(re.split(r"[/#:]", terms.expand(text).rstrip("/#"))[-1])
        yield local
        yield _words(local)
    elif _HUMP.search(text):
        yield _words(text)


def _words(local: str) -> str:
    """The words of a name in OM 2.

    >>> _words("metrePerSecond-Time")
    'metre per second'
    """
    return _HUMP.sub(" ", _SENSE.sub("", local)).lower()
