"""What a Thing Description says about the payloads of one address: a plan, a rule per value, a sense per rule."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from semantic_gw.json_pointer import Tokens
from semantic_gw.model import IRI, Json


@dataclass(frozen=True, slots=True)
class Scale:
    """How a number on the wire becomes the value: `raw * factor + offset`, in decimal."""

    factor: Decimal = Decimal(1)
    offset: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with a unit. The bounds are those of the number on the wire, which may stand *in_text*: `"21.5"`."""

    kind: IRI
    unit: IRI
    minimum: float = -math.inf
    maximum: float = math.inf
    scale: Scale | None = None
    in_text: bool = False


@dataclass(frozen=True, slots=True)
class Truth:
    """A truth value that has no states of its own."""

    kind: IRI


@dataclass(frozen=True, slots=True)
class Place:
    """A position: well-known text in WGS 84, longitude first (GeoSPARQL 1.1, 8.5.1): `POINT(24.93 60.17)`."""

    kind: IRI


@dataclass(frozen=True, slots=True)
class State:
    """A value that names a state; *states* is keyed by the value's type and the value (`True` is not `1`).

    *otherwise* is the state of any other value, None where that means nothing.
    """

    kind: IRI
    states: Mapping[tuple[type, Json], IRI]
    otherwise: IRI | None = None

    @property
    def possible(self) -> tuple[IRI, ...]:
        """The states that it can name."""
        return (*self.states.values(), *([self.otherwise] if self.otherwise else []))


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened; *kinds* by the data that came with it, *kind* for any other.

    With *any_data* the data need not be text: it is kept as JSON.
    """

    kind: IRI
    kinds: Mapping[str, IRI]
    any_data: bool = False


@dataclass(frozen=True, slots=True)
class Time:
    """The device's own time, the phenomenon time of everything in the same document."""

    per_second: int | None
    """Ticks per second of a numeric time; None where only text is a time."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """A value that nobody knows the meaning of: it is shown as unmapped. *remedy* says what to add."""

    why: str
    remedy: str = ""


Sense = Quantity | Truth | Place | State | Happening | Time | Unclear
"""What a value means."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How one value is read from a document: the first of *pointers* that is there counts.

    *affordance* is the affordance's name, with the names of the fields that lead to the value behind it; *fragment*
    is the same as part of an IRI. *where* is the JSON Pointer of what describes the value.
    """

    affordance: str
    fragment: str
    iri: IRI
    pointers: tuple[Tokens, ...]
    sense: Sense
    where: str = ""


READINGS: Final = "/readings"
"""How the origin of a description ends that has grown with what a family's reader finds."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All rules of one Thing for the payloads of one address."""

    thing: IRI
    title: str
    address: str
    rules: tuple[Rule, ...]
    ignored: frozenset[str] = field(default_factory=frozenset)
    """Members at the top of a document that carry no value of the Thing."""
    whole: bool = False
    """Whether a document that is no object, and that no rule reads, is shown as unmapped."""
    read: bool = False
    """Whether documents come from a reader, which may have found the time of what is in them."""

    @property
    def reads_text(self) -> bool:
        """Whether the text of a `text/plain` document stands for the number or truth value of the one rule there is."""
        return len(self.rules) == 1 and () in self.rules[0].pointers and _not_of_text(self.rules[0].sense)


def _not_of_text(sense: Sense) -> bool:
    if isinstance(sense, State):
        return bool(sense.states) and not sense.otherwise and all(type_ is not str for type_, _ in sense.states)
    return isinstance(sense, Quantity | Truth)
