"""Descriptions of parts of Things become whole ones, and what other families describe stays theirs.

A Thing that another family (or a person) has described already is described once: the part is left out. So is an
affordance at an address where another family needs no Thing to know what comes in (`Families.host`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from semantic_gw.contracts import Descriptions
from semantic_gw.describers.parts import with_part, without_part
from semantic_gw.directory.known_things import KnownThings
from semantic_gw.model import IRI, Json, ThingDescription
from semantic_gw.pipeline.family import Families

_SORTS: Final = ("properties", "events")
_WRITES: Final = "writeproperty"


@dataclass(frozen=True, slots=True)
class Whole:
    """What a message changes: whole Things, and those that nothing is left of. *remarks* tell what was left out."""

    things: tuple[ThingDescription, ...] = ()
    gone: tuple[IRI, ...] = ()
    remarks: tuple[str, ...] = ()


def put_together(parts: Descriptions, address: str, family: str, things: KnownThings, families: Families) -> Whole:
    """The whole Things that *parts* of them, described on *address*, make with what *things* knows."""
    remarks = list(parts.remarks)
    made: list[ThingDescription] = []
    for part in parts.things:
        known = things.get(part.id)
        if known is not None and known.family != family:
            remarks.append(f"{part.id} is described already, by {known.family or 'hand'}")
            continue
        own = _own(part.document, families, remarks)
        if own is not None:
            document = with_part(known.document if known is not None else None, own)
            made.append(replace(part, document=document, family=family))
    left = taken_away(address, things, keep=[thing.id for thing in made])
    return Whole((*made, *left.things), left.gone, tuple(remarks))


def taken_away(address: str, things: KnownThings, keep: Iterable[IRI] = ()) -> Whole:
    """The Things as they are without what was described on *address*, but for those to *keep*."""
    kept = set(keep)
    left: list[ThingDescription] = []
    gone: list[IRI] = []
    for known in things.described_on(address):
        if not known.family or known.id in kept:
            continue
        document = without_part(known.document, address)
        if document is None:
            gone.append(known.id)
        else:
            left.append(replace(known, document=document))
    return Whole(tuple(left), tuple(gone))


def _own(part: Mapping[str, Json], families: Families, remarks: list[str]) -> Mapping[str, Json] | None:
    """*part* without affordances that report where other families need no Thing; None where nothing is left."""
    left: dict[str, dict[str, Json]] = {}
    for sort in _SORTS:
        for name, affordance in part.get(sort, {}).items():
            if why := _hosted(affordance, families):
                remarks.append(f"{name}: {why}")
            else:
                left.setdefault(sort, {})[name] = affordance
    if not left:
        return None
    return {**{name: value for name, value in part.items() if name not in _SORTS}, **left}


def _hosted(affordance: Mapping[str, Json], families: Families) -> str:
    """Why nothing is to report for *affordance*; empty where something is."""
    topics = [form.get("mqv:topic") for form in affordance.get("forms", []) if _WRITES not in form["op"]]
    for topic in topics:
        route = families.host(topic) if isinstance(topic, str) else None
        if route is not None:
            return f"what comes in at {topic!r} belongs to {families[route.family].title}: {route.reason or route.why}"
    return ""
