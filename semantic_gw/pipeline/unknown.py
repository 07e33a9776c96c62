"""Values that became no triple, and the names of those that nobody knows: what is to be taught next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from semantic_gw.contracts import Field
from semantic_gw.errors import DescribedAlreadyError, LiftingError, NothingMappedError
from semantic_gw.model import IRI

MOST_NAMES: Final = 200
"""Names that are remembered of one family."""

MOST_AT_ONCE: Final = 50
"""Names of one payload that are counted."""

_LONGEST: Final = 200
"""Characters of a name, a reason or an address that are remembered."""

_SHOWN: Final = 10
"""Pointers and Things that an error names."""

_INDEX: Final = re.compile(r"/\d+(?=/|$)")
"""An item of a list, in a JSON Pointer."""


class Unknown(NamedTuple):
    """A value that nobody knows the meaning of."""

    name: str
    """What its family calls it, names above it first: `air/co2`; an index is `*`."""
    why: str
    """Why nobody knows it."""
    pointer: str
    """Where it stands in the document."""


def unread(field: Field, why: str) -> Unknown:
    """A value that a family's reader found, and nobody knows."""
    return Unknown("/".join(field.path), why, field.pointer)


def undescribed(pointer: str) -> Unknown:
    """A value that the description of its Thing does not tell the meaning of.

    >>> undescribed("/channels/3/mode").name
    'channels/*/mode'
    """
    return Unknown(_name(pointer), "the description of its Thing does not say what it means", pointer)


def unreferenced(pointer: str) -> Unknown:
    """A value that no reference of a mapping leads to."""
    return Unknown(_name(pointer), "no reference of the mapping leads to it", pointer)


def _name(pointer: str) -> str:
    return _INDEX.sub("/*", pointer)[1:] or "(the whole)"


def nothing_read(mapping: str, unknown: Sequence[Unknown]) -> LiftingError:
    """Why *mapping* made nothing of a payload: all that is in it is *unknown*."""
    return NothingMappedError(
        f"the mapping {mapping} makes nothing of it, and reads none of the values at {_pointers(unknown)}",
        rule=mapping,
        pointer=unknown[0].pointer,
    )


def nothing_told(things: Sequence[IRI], unknown: Sequence[Unknown], taken: Iterable[str]) -> LiftingError:
    """Why no value became a triple: it is *unknown*, or a sentence of *taken* says whose its Thing is."""
    whose = "; ".join(list(taken)[:_SHOWN])
    if not unknown:
        return DescribedAlreadyError(
            f"{whose}: no payload says more of it; remove that description and replay, or have the payload ignored",
            rule=things[0],
        )
    return NothingMappedError(
        f"none of the values at {_pointers(unknown)} has a known meaning for {', '.join(things[:_SHOWN])}"
        f"{'; ' if whose else ''}{whose}",
        rule=things[0],
        pointer=unknown[0].pointer,
    )


def _pointers(unknown: Sequence[Unknown]) -> str:
    pointers = [one.pointer or "the top" for one in unknown[:_SHOWN]]
    more = f" and {len(unknown) - _SHOWN} more" if len(unknown) > _SHOWN else ""
    return ", ".join(pointers) + more


@dataclass(frozen=True, slots=True)
class Seen:
    """A name that values without a known meaning have, in the payloads of a family."""

    family: str
    name: str
    count: int
    """How often it was seen; of a name that took the place of a rare one, how often at most."""
    why: str
    address: str
    """Where it was seen last, and when."""
    at: datetime


class UnknownNames:
    """The names that values without a known meaning have most often, by family: a bounded number of each."""

    def __init__(self) -> None:
        self._seen: dict[str, dict[str, Seen]] = {}

    def add(self, family: str, unknown: Sequence[Unknown], address: str, at: datetime) -> None:
        """Count the *unknown* values of a payload that came in at *address*."""
        names = self._seen.setdefault(family, {})
        for one in unknown[:MOST_AT_ONCE]:
            name = one.name[:_LONGEST]
            before = names.get(name) or self._rarest_of(names)
            count = before.count + 1 if before is not None else 1
            names[name] = Seen(family, name, count, one.why[:_LONGEST], address[:_LONGEST], at)

    def _rarest_of(self, names: dict[str, Seen]) -> Seen | None:
        """The name whose place a new one takes; None while there is room.

        The new one goes on counting from there (Metwally et al., Space-Saving): what is frequent always stays.
        """
        if len(names) < MOST_NAMES:
            return None
        return names.pop(min(names, key=lambda name: names[name].count))

    def __iter__(self) -> Iterator[Seen]:
        """The most frequent ones first."""
        seen = (one for names in self._seen.values() for one in names.values())
        return iter(sorted(seen, key=lambda one: (-one.count, one.family, one.name)))
