"""Filters compiled: a function from a message to what of it fits, and the keys by which an index finds it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from semantic_gw.errors import QueryError
from semantic_gw.lexicon.units import convert
from semantic_gw.model import IRI, Json, Literal, Observation
from semantic_gw.rdf.namespaces import compact
from semantic_gw.subscriptions.document import Box, Filter, Threshold
from semantic_gw.subscriptions.messages import Message, told
from semantic_gw.subscriptions.things import Spot, spot_in

Key = tuple[IRI, IRI]
"""A kind, and a Thing, a place or a class; the empty text stands for any."""

Latches = MutableMapping[tuple[str, IRI, str], bool]
"""Whether a value is beyond a threshold with hysteresis: by subscription, Thing and affordance."""

Value = float | bool | IRI | Literal
"""The value of an observation."""

_MOST_KEYS: Final = 400
_TOLERANCE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class CompiledFilter:
    """A filter that is asked. *keys* are those under which an index has it."""

    id: str
    filter: Filter
    kinds: frozenset[IRI]
    keys: tuple[Key, ...]

    def match(
        self, message: Message, broader: Mapping[IRI, frozenset[IRI]], latches: Latches
    ) -> dict[str, Json] | None:
        """What of *message* fits, or None. *latches* are renewed."""
        if not self._fits_thing(message):
            return None
        graph, wanted = message.graph, self.filter
        observations = [
            found
            for observation in graph.observations
            if self._is_wanted(observation.kind, broader)
            and (found := self._found(message.graph.thing, observation, latches)) is not None
        ]
        events = [
            {"affordance": event.affordance, "kind": event.kind, "data": event.data}
            for event in graph.events
            if wanted.threshold is None and self._is_wanted(event.kind, broader)
        ]
        found = {"observations": observations, "events": events}
        return {name: values for name, values in found.items() if values} or None

    def _is_wanted(self, kind: IRI, broader: Mapping[IRI, frozenset[IRI]]) -> bool:
        return not self.kinds or kind in self.kinds or not self.kinds.isdisjoint(broader.get(kind, ()))

    def _fits_thing(self, message: Message) -> bool:
        wanted, thing = self.filter, message.thing
        if wanted.things and message.graph.thing not in wanted.things:
            return False
        if wanted.classes and thing.classes.isdisjoint(wanted.classes):
            return False
        if isinstance(wanted.place, Box):
            return any(_is_in(spot, wanted.place) for spot in _spots(message))
        return wanted.place is None or wanted.place in thing.places or wanted.place == message.graph.thing

    def _found(self, thing: IRI, observation: Observation, latches: Latches) -> dict[str, Json] | None:
        said = told(observation)
        if self.filter.unit is not None and observation.unit is not None:
            converted = converted_value(observation.value, observation.unit, self.filter.unit)
            if converted is None:
                return None
            said |= {"value": converted, "unit": self.filter.unit}
            if observation.unit != self.filter.unit:
                said["original"] = {"value": observation.value, "unit": observation.unit}
        threshold = self.filter.threshold
        if threshold is None:
            return said
        if threshold.hysteresis is None:
            return said if is_beyond(threshold, said["value"]) else None
        return said if _enters(threshold, said["value"], (self.id, thing, observation.affordance), latches) else None


def compile_filter(id_: str, wanted: Filter) -> CompiledFilter:
    """*wanted* as it is asked under *id_*."""
    return CompiledFilter(id_, wanted, frozenset(wanted.kinds), keys_of(wanted))


def keys_of(wanted: Filter) -> tuple[Key, ...]:
    """The keys of a filter: by the Thing where it names some, else by place, else by class."""
    place = () if wanted.place is None or isinstance(wanted.place, Box) else (wanted.place,)
    whose: Sequence[IRI] = wanted.things or place or wanted.classes or ("",)
    kinds: Sequence[IRI] = wanted.kinds or ("",)
    if len(whose) * len(kinds) > _MOST_KEYS:
        kinds = ("",)
    return tuple(itertools.product(kinds, whose))


def keys_in(message: Message, broader: Mapping[IRI, frozenset[IRI]]) -> Iterator[Key]:
    """The keys of whatever may want *message*."""
    graph, thing = message.graph, message.thing
    kinds = {"", *(one.kind for one in graph.observations), *(one.kind for one in graph.events)}
    for kind in tuple(kinds):
        kinds |= broader.get(kind, frozenset())
    yield from itertools.product(kinds, ("", graph.thing, *(thing.places - {graph.thing}), *thing.classes))


@lru_cache(maxsize=4096)
def _scale(from_unit: IRI, to_unit: IRI) -> bool:
    try:
        convert(Decimal(1), from_unit, to_unit)
    except ValueError:
        return False
    return True


def converted_value(value: Value, from_unit: IRI, to_unit: IRI) -> float | None:
    """*value* in the subscriber's unit, None where that is not possible: a unit of another kind.

    >>> from semantic_gw.rdf.namespaces import UNIT
    >>> converted_value(21.5, UNIT + "DEG_C", UNIT + "DEG_F")
    70.7
    """
    if isinstance(value, bool | str | Literal) or not math.isfinite(value):
        return None
    if from_unit == to_unit:
        return value
    return float(convert(Decimal(repr(value)), from_unit, to_unit)) if _scale(from_unit, to_unit) else None


def is_beyond(threshold: Threshold, value: Json, slack: float = 0.0) -> bool:
    """Whether *value* is beyond *threshold*, its bounds moved back by *slack*."""
    if threshold.equals is not None:
        return (type(value) is type(threshold.equals) and value == threshold.equals) or _same(threshold.equals, value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return (
        (threshold.above is None or value > threshold.above - slack)
        and (threshold.at_least is None or value >= threshold.at_least - slack)
        and (threshold.below is None or value < threshold.below + slack)
        and (threshold.at_most is None or value <= threshold.at_most + slack)
    )


def _same(wanted: Value, value: Json) -> bool:
    """Whether two numbers are the same, whatever their type; a truth value is no number."""
    numbers = isinstance(wanted, int | float) and isinstance(value, int | float)
    return (
        numbers and not isinstance(wanted, bool) and not isinstance(value, bool) and abs(wanted - value) <= _TOLERANCE
    )


def _enters(threshold: Threshold, value: Json, key: tuple[str, IRI, str], latches: Latches) -> bool:
    """Whether *value* goes beyond *threshold* now, and was not before; it is back only behind the hysteresis."""
    if not latches.get(key, False):
        entered = is_beyond(threshold, value)
        if entered:
            latches[key] = True
        return entered
    if not is_beyond(threshold, value, threshold.hysteresis or 0.0):
        latches[key] = False
    return False


def _spots(message: Message) -> Iterator[Spot]:
    """Where the message says that its Thing is; or else its description."""
    said = [one.value for one in message.graph.observations if isinstance(one.value, Literal)]
    found = [spot for value in said if (spot := spot_in(value.lexical)) is not None]
    yield from found
    if not found and message.thing.spot is not None:
        yield message.thing.spot


def _is_in(spot: Spot, box: Box) -> bool:
    west, south, east, north = box.bbox
    if not south <= spot.latitude <= north:
        return False
    return west <= spot.longitude <= east if west <= east else spot.longitude >= west or spot.longitude <= east


def check_threshold(wanted: Filter) -> None:
    """Raises QueryError for a threshold that no value is beyond."""
    threshold = wanted.threshold
    if threshold is None:
        return
    lowest = max((bound for bound in (threshold.above, threshold.at_least) if bound is not None), default=None)
    highest = min((bound for bound in (threshold.below, threshold.at_most) if bound is not None), default=None)
    if lowest is not None and highest is not None and lowest > highest:
        raise QueryError(f"no value is above {lowest:g} and below {highest:g}")
    if wanted.unit is not None and threshold.equals is not None and not isinstance(threshold.equals, float):
        raise QueryError(f"a value that equals {threshold.equals} has no unit; {compact(wanted.unit)} is given")
