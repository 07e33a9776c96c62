"""What a message told of a Thing, in the form in which the view remembers it: small, and ready to be written."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from semantic_gw.model import IRI, Event, Observation, PublishedGraph

Key = str | tuple[str, IRI]
"""What only one value of a Thing has: an affordance that is observed, or an affordance and a kind of event."""

REST: Final = ""
"""The key of what a mapping said beside observations."""


class Message(NamedTuple):
    """The message that told a value: its graph, and when it was received and so."""

    iri: IRI
    result_time: datetime
    phenomenon_time: datetime | None

    @property
    def time(self) -> datetime:
        """When it was so; nobody knows of anything before it is so: clocks that run ahead are not believed."""
        if self.phenomenon_time is None:
            return self.result_time
        return min(self.phenomenon_time, self.result_time)


class Mapped(NamedTuple):
    """Lines of N-Triples that a mapping made as it likes."""

    lines: str


class Told(NamedTuple):
    """One value, the time it is of, and the message it came in."""

    time: datetime
    message: Message
    said: Observation | Event | Mapped


def message_of(graph: PublishedGraph) -> Message:
    return Message(graph.iri, graph.result_time, graph.phenomenon_time)
