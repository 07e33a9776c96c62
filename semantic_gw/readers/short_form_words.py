"""Kinds, states and units that a mapping names: what the vocabulary has, and what was nearly right."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from semantic_gw.lexicon.tables import compatible_units
from semantic_gw.lexicon.units import spelling, unit, unit_table
from semantic_gw.model import IRI
from semantic_gw.rdf.namespaces import SGW, compact, expand
from semantic_gw.rdf.ontology import EVENT_KIND, POSITION, PROPERTY, STATE, Ontology

_SHOWN: Final = 12
"""Words that an error lists where none is near."""


def nearest(word: str, known: Iterable[str]) -> str:
    """What to write instead of *word*: the nearest of what is *known*, or all of a few.

    >>> nearest("unt", ["kind", "unit"])
    'did you mean unit?'
    """
    words = sorted(set(known))
    by_key = {one.casefold(): one for one in words}
    near = [by_key[key] for key in get_close_matches(word.casefold(), by_key, n=3, cutoff=0.6)]
    if near:
        return f"did you mean {' or '.join(near)}?"
    more = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
    return f"there are {', '.join(words[:_SHOWN])}{more}"


def kind_of(name: str, vocabulary: Ontology) -> IRI:
    """The kind called *name*. Raises ValueError."""
    iri = expand(name) if ":" in name else SGW + name
    if vocabulary.kinds.get(iri) in (PROPERTY, STATE, EVENT_KIND):
        return iri
    known = (_word(kind) for kind, type_ in vocabulary.kinds.items() if type_ in (PROPERTY, STATE, EVENT_KIND))
    raise ValueError(f"no kind {name!r}; {nearest(name, known)}")


def check_states(kind: IRI, states: Iterable[str], vocabulary: Ontology) -> None:
    """Raises ValueError where one of *states* is none of *kind*, or no kind of event where *kind* is one."""
    possible = [iri for iri, type_ in vocabulary.kinds.items() if type_ == EVENT_KIND]
    if vocabulary.kinds.get(kind) == STATE:
        possible = [*vocabulary.states(kind)]
    known = {_word(iri) for iri in possible}
    for name in states:
        iri = expand(name) if ":" in name else SGW + name
        if iri not in possible:
            raise ValueError(f"{compact(kind)} has no state {name!r}; {nearest(name, known)}")


def spelled(text: str) -> str:
    """The unit *text* as it is usually written, where it is an IRI: `unit:DEG_C` is `°C`."""
    found = unit_table().by_iri.get(expand(text))
    return spelling(found) if found is not None else text


def check_unit(kind: IRI, text: str, vocabulary: Ontology) -> None:
    """Raises ValueError where *text* spells no unit of *kind*, or is empty where *kind* wants one."""
    units = compatible_units(kind, vocabulary)
    if not text and (not units or kind == POSITION):
        return
    if text and unit(text, kind=vocabulary.quantity_kind(kind)) in units:
        return
    table = unit_table()
    known = {spelling(table.by_iri[iri]) for iri in units if iri in table.by_iri}
    if not known:
        raise ValueError(f"{compact(kind)} has no unit, so it is not {text!r}")
    what = f"{text!r} is no unit of {compact(kind)}" if text else f"a number of {compact(kind)} wants its unit"
    raise ValueError(f"{what}; {nearest(text, known)}")


def check_spelling(text: str) -> None:
    """Raises ValueError where *text* spells no unit at all."""
    table = unit_table()
    if table.find(text) is None and text not in table.ambiguous:
        raise ValueError(f"no unit {text!r}; {nearest(text, [*table.by_symbol, *table.by_name])}")


def _word(iri: IRI) -> str:
    return iri.removeprefix(SGW) if iri.startswith(SGW) else compact(iri)
