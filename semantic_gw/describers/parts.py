"""Parts of a Thing Description that several messages tell of: put together, and taken away again.

Each affordance says which addresses it was described on (`sgw:describedOn`), and so does the Thing. A message takes the
place of what was described on its address before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from semantic_gw.model import Json

DESCRIBED_ON: Final = "sgw:describedOn"
MAX_AFFORDANCES: Final = 1_000
"""Most affordances of each sort that a description grows to."""

_SORTS: Final = ("properties", "events")
_UNITED: Final = ("@type", "saref:hasDeviceKind")
_PLACE: Final = ("sgw:pointer", "forms", "sgw:hasEventKind")


def with_part(document: Mapping[str, Json] | None, part: Mapping[str, Json]) -> dict[str, Json]:
    """*document* with *part* in the place of what was described before where *part* was described."""
    addresses = part.get(DESCRIBED_ON, [])
    kept = document
    for address in addresses:
        kept = without_part(kept, address) if kept is not None else None
    if kept is None:
        return dict(part)
    found = {**kept, **{name: value for name, value in part.items() if name not in _SORTS}}
    for name in _UNITED:
        if united := [*kept.get(name, []), *(one for one in part.get(name, []) if one not in kept.get(name, []))]:
            found[name] = united
    for sort in _SORTS:
        there = dict(kept.get(sort, {}))
        for name, made in part.get(sort, {}).items():
            _put(there, name, made)
        if there:
            found[sort] = dict(sorted(there.items()))
    found[DESCRIBED_ON] = sorted({*kept.get(DESCRIBED_ON, []), *addresses})
    return found


def without_part(document: Mapping[str, Json], address: str) -> dict[str, Json] | None:
    """*document* without what was described on *address* alone; None where nothing is left."""
    found = {name: value for name, value in document.items() if name not in _SORTS}
    for sort in _SORTS:
        if there := dict(_left(document.get(sort, {}), address)):
            found[sort] = there
    found[DESCRIBED_ON] = [other for other in document.get(DESCRIBED_ON, []) if other != address]
    return found if any(sort in found for sort in _SORTS) else None


def _left(affordances: Mapping[str, Json], address: str) -> Iterator[tuple[str, Json]]:
    for name, affordance in affordances.items():
        described = affordance.get(DESCRIBED_ON, [])
        others = [other for other in described if other != address]
        if others == described:
            yield name, affordance
        elif others:
            yield name, {**affordance, DESCRIBED_ON: others}


def _put(there: dict[str, Json], name: str, made: Mapping[str, Json]) -> None:
    """Describe *made* under *name*, or another name where that is taken by something else."""
    for candidate in (name, *(f"{name}_{number}" for number in range(2, 100))):
        known = there.get(candidate)
        if known is None:
            if len(there) < MAX_AFFORDANCES:
                there[candidate] = dict(made)
            return
        if (same := _united(known, made)) is not None:
            there[candidate] = same
            return


def _united(known: Mapping[str, Json], made: Mapping[str, Json]) -> dict[str, Json] | None:
    """*known* and *made* as one, where they are the same, or tell of events of one source; else None."""
    addresses = sorted({*known.get(DESCRIBED_ON, []), *made.get(DESCRIBED_ON, [])})
    if {**known, DESCRIBED_ON: []} == {**made, DESCRIBED_ON: []}:
        return {**known, DESCRIBED_ON: addresses}
    if "data" not in known or any(known.get(name) != made.get(name) for name in _PLACE):
        return None
    options = {option["const"]: option for data in (known, made) for option in data["data"].get("oneOf", [])}
    data = {**known["data"], "oneOf": [options[text] for text in sorted(options)]}
    return {**known, "data": data, DESCRIBED_ON: addresses}
