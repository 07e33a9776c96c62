"""What the objects and resources of LwM2M are: the table `objects.toml` of the family, which explains its members."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from semantic_gw.lexicon.spelling import unit_spelling
from semantic_gw.rdf.namespaces import SGW

SENSOR_VALUE: Final = 5700
UNITS: Final = 5701
TIMESTAMP: Final = 5518
QUALITY: Final = 6042
"""Reusable resources: the value of a sensor, its unit, when it was measured, whether it is to be believed."""

REUSABLE: Final = range(2048, 26241)
"""Ids of resources that mean the same in every object (OMA registry of LwM2M, classes of resources)."""

UNREGISTERED: Final = range(1024, 2048)
"""Ids of objects that the registry keeps free (OMA registry of LwM2M, classes of objects)."""

_STATISTICS: Final = {5601: "Min Measured Value", 5602: "Max Measured Value"}
_TYPES: Final = frozenset({"string", "integer", "unsigned", "float", "boolean", "time", "opaque"})
_MEMBERS: Final = frozenset({"name", "type", "kind", "unit", "usual", "scale", "kinds", "states", "about", "leave"})


@dataclass(frozen=True, slots=True)
class ResourceRule:
    """What is known of a resource: no observation where it has no kind, for *leave* if that is told.

    *about* is a member of descriptions; a number is multiplied by *scale* to be in *unit*.
    """

    name: str
    type: str = "float"
    kind: str = ""
    unit: str = ""
    usual: str = ""
    scale: Decimal = Decimal(1)
    kinds: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    about: str = ""
    leave: str = ""

    @property
    def observed(self) -> bool:
        return bool(self.kind or self.kinds)

    def kind_of(self, unit: str) -> str:
        """The kind of a value in *unit*; empty where that is not known."""
        return self.kind or self.kinds.get(unit_spelling(unit).casefold(), "")


@dataclass(frozen=True, slots=True)
class ObjectRule:
    """What is known of an object; *leave* says why nothing in it is an observation.

    *position*: latitude, longitude and height → the resources that tell it, best first.
    """

    name: str
    leave: str = ""
    time: int = TIMESTAMP
    position: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    resources: Mapping[int, ResourceRule] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ObjectTable:
    """All objects by id, and the resources that are the same in all."""

    objects: Mapping[int, ObjectRule]
    resources: Mapping[int, ResourceRule]

    def resource(self, object: int, resource: int) -> ResourceRule | None:  # noqa: A002  its name in LwM2M
        """What is known of *resource* in *object*; None where it is nothing."""
        rule = self.objects.get(object)
        found = rule.resources.get(resource) if rule is not None else None
        return found or (self.resources.get(resource) if resource in REUSABLE else None)


def load_objects(path: Path) -> ObjectTable:
    """The table in *path*. Raises ValueError with the row, and what is wrong with it."""
    table = tomllib.loads(path.read_text("utf-8"))
    states = {name: _states(values) for name, values in table.get("states", {}).items()}
    left = {int(id): ObjectRule(name, why) for why, rows in table.get("leave", {}).items() for id, name in rows.items()}
    return ObjectTable(
        left | {int(id): _object(id, row, states) for id, row in table["object"].items()},
        {int(id): _resource(f"resource {id}", row, states) for id, row in table["resource"].items()},
    )


def _object(id: str, row: Mapping[str, Any], states: Mapping[str, Mapping[str, str]]) -> ObjectRule:
    own = {int(n): _resource(f"object {id}, {n}", r, states) for n, r in row.get("resource", {}).items()}
    return ObjectRule(
        name=row["name"],
        time=row.get("time", TIMESTAMP),
        position={
            part: (ids,) if isinstance(ids, int) else tuple(ids) for part, ids in row.get("position", {}).items()
        },
        resources={**_sensor(row.get("sensor", {})), **own},
    )


def _sensor(row: Mapping[str, str]) -> Mapping[int, ResourceRule]:
    """The resources that all sensors of IPSO have."""
    if not row:
        return {}
    value = ResourceRule("Sensor Value", kind=SGW + row["kind"], usual=row.get("usual", ""))
    found = {SENSOR_VALUE: value}
    if "statistic" in row:
        found |= {id: replace(value, name=name, kind=SGW + row["statistic"]) for id, name in _STATISTICS.items()}
    return found


def _resource(where: str, row: Any, states: Mapping[str, Mapping[str, str]]) -> ResourceRule:
    if isinstance(row, str):
        return ResourceRule(row, type="string")
    if unknown := sorted(row.keys() - _MEMBERS):
        raise ValueError(f"{where} has no member {', '.join(unknown)}; there are {', '.join(sorted(_MEMBERS))}")
    if row.get("states", "") not in ("", *states):
        raise ValueError(f"{where}: no states {row['states']!r}; there are {', '.join(sorted(states))}")
    type_ = row.get("type", "boolean" if "states" in row else "float")
    if type_ not in _TYPES:
        raise ValueError(f"{where}: type {type_!r} is none of {', '.join(sorted(_TYPES))}")
    return ResourceRule(
        name=row["name"],
        type=type_,
        kind=SGW + row["kind"] if "kind" in row else "",
        unit=row.get("unit", ""),
        usual=row.get("usual", ""),
        scale=Decimal(row.get("scale", 1)),
        kinds={unit_spelling(unit).casefold(): SGW + kind for unit, kind in row.get("kinds", {}).items()},
        states=states.get(row.get("states", ""), {}),
        about=row.get("about", ""),
        leave=row.get("leave", ""),
    )


def _states(values: Mapping[str, str]) -> Mapping[str, str]:
    return {text: SGW + state for text, state in values.items()}
