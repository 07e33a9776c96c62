"""Values on their way to readings: gathered by Thing and time, whatever order a document tells them in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from semantic_gw.contracts import Field, Reading, Readings
from semantic_gw.errors import LiftingError
from semantic_gw.json_pointer import Tokens, format_pointer
from semantic_gw.model import Finding, Json

MAX_READINGS: Final = 2_000
"""Most readings of one document."""


@dataclass(slots=True)
class Gathered:
    """What has been found in a document so far, and what is *left* of it."""

    left: list[Finding] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    """Thing → its title, where that is not its IRI."""
    about: dict[str, Mapping[str, Json]] = field(default_factory=dict)
    """Thing → members of its description."""
    _fields: dict[tuple[str, datetime | None], list[dict[Tokens, Field]]] = field(default_factory=dict)

    def add(self, thing: str, time: datetime | None, found: Field) -> None:
        """A second value of one name, at the same time, begins another reading."""
        readings = self._fields.setdefault((thing, time), [])
        for reading in readings:
            if found.path not in reading:
                reading[found.path] = found
                return
        readings.append({found.path: found})

    def leave(self, place: Tokens, why: str) -> None:
        self.left.append(Finding(format_pointer(place), why))

    def readings(self, otherwise: str = "") -> Readings:
        """All of it; a document without any value is ignored, and *otherwise* is why. Raises LiftingError."""
        readings = tuple(
            Reading(thing, self.titles.get(thing, thing), tuple(fields.values()), time, self.about.get(thing, {}))
            for (thing, time), parts in self._fields.items()
            for fields in parts
        )
        if len(readings) > MAX_READINGS:
            raise LiftingError(f"more than {MAX_READINGS} readings in one document")
        return Readings(readings, tuple(self.left), "" if readings else otherwise)
