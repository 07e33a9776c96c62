"""What a Zigbee2MQTT device says it can tell and do: the leaves of its `exposes`, each with its place in the payload.

Features may stand within a device class (`light`, which is no member of the payload) or a composite (`color`, which
is one). The same place may be described twice, as `state` is by a light and beside it: the first description counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from semantic_gw.json_pointer import format_pointer
from semantic_gw.model import Json

PUBLISHED, SETTABLE = 1, 2
"""Bits of `access`; 4 says that a report can be asked for."""

DEVICE_CLASSES: Final = frozenset({"light", "switch", "climate", "cover", "lock", "fan"})
"""Types of exposes that group features without being a member of the payload."""

MAX_DEPTH: Final = 8
MAX_FEATURES: Final = 2_000


@dataclass(frozen=True, slots=True)
class Feature:
    """One leaf: the name around it and its own, the members that lead to its value in a payload, what is said of it."""

    path: tuple[str, ...]
    members: tuple[str, ...]
    expose: Mapping[str, Json]
    endpoint: str = ""

    @property
    def pointer(self) -> str:
        """The JSON Pointer of the value (RFC 6901).

        >>> Feature(("color_xy", "x"), ("color", "x"), {}).pointer
        '/color/x'
        """
        return format_pointer(self.members)

    @property
    def type(self) -> str:
        return self.text("type")

    @property
    def access(self) -> int:
        """The access bits; a feature that does not tell is taken as published."""
        access = self.expose.get("access", PUBLISHED)
        return access if isinstance(access, int) else PUBLISHED

    @property
    def settable(self) -> bool:
        return bool(self.access & SETTABLE)

    @property
    def published(self) -> bool:
        """Whether its value is told; what can neither be told nor set is taken as told."""
        return bool(self.access & PUBLISHED) or not self.settable

    @property
    def values(self) -> list[Json]:
        """The values that a truth value or an enumeration can have, each once."""
        listed = self.expose.get("values")
        if not isinstance(listed, list):
            listed = [self.expose[name] for name in ("value_on", "value_off") if name in self.expose]
        scalars = [value for value in listed if isinstance(value, str | bool | int | float)]
        return list({(type(value), value): value for value in scalars}.values())

    def text(self, member: str) -> str:
        """The text at *member* of the expose; empty where there is none."""
        found = self.expose.get(member)
        return found if isinstance(found, str) else ""

    def number(self, member: str) -> float | None:
        found = self.expose.get(member)
        return found if isinstance(found, int | float) and not isinstance(found, bool) else None


class Features(NamedTuple):
    """The features of a device by affordance name, and what was left out, a sentence each."""

    by_name: Mapping[str, Feature]
    remarks: tuple[str, ...]


def read_exposes(exposes: Json) -> Features:
    """The features that *exposes* tells of. A device without any (null, or absent) has none."""
    walk = _Walk()
    found: dict[tuple[str, ...], Feature] = {}
    for feature in walk.leaves(exposes, _Around()):
        if len(found) >= MAX_FEATURES:
            walk.left_out[f"features beyond the first {MAX_FEATURES}"] += 1
            break
        found.setdefault(feature.members, feature)
    by_name = _named(list(found.values()), walk.left_out)
    return Features(by_name, tuple(f"left out: {what} ({count})" for what, count in walk.left_out.items()))


def device_classes(exposes: Json) -> tuple[str, ...]:
    """The device classes among *exposes*, each once, in their order.

    >>> device_classes([{"type": "switch"}, {"type": "numeric"}, {"type": "switch"}])
    ('switch',)
    """
    types = (expose.get("type") for expose in objects(exposes))
    return tuple(dict.fromkeys(type_ for type_ in types if isinstance(type_, str) and type_ in DEVICE_CLASSES))


def objects(items: Json) -> Iterator[Mapping[str, Json]]:
    """The objects of a list; none where *items* is no list."""
    yield from (item for item in (items if isinstance(items, list) else ()) if isinstance(item, Mapping))


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around a feature."""

    container: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    endpoint: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class _Walk:
    left_out: Counter[str] = field(default_factory=Counter)

    def leaves(self, exposes: Json, around: _Around) -> Iterator[Feature]:
        if exposes is not None and not isinstance(exposes, list):
            self.left_out["exposes that are no list"] += 1
            return
        if around.depth > MAX_DEPTH:
            self.left_out[f"features nested more than {MAX_DEPTH} deep"] += 1
            return
        for expose in exposes or ():
            yield from self._leaf_or_leaves(expose, around)

    def _leaf_or_leaves(self, expose: Json, around: _Around) -> Iterator[Feature]:
        if not isinstance(expose, Mapping):
            self.left_out["an expose that is no object"] += 1
            return
        name, endpoint = _text(expose, "name"), _text(expose, "endpoint") or around.endpoint
        if isinstance(expose.get("features"), list):
            yield from self.leaves(expose["features"], _within(expose, name, around))
        elif name:
            member = _text(expose, "property") or name
            yield Feature((*around.container, name), (*around.members, member), expose, endpoint)
        else:
            self.left_out["an expose without a name"] += 1


def _within(expose: Mapping[str, Json], name: str, around: _Around) -> _Around:
    type_ = _text(expose, "type")
    member = "" if type_ in DEVICE_CLASSES else expose.get("property", name)
    return _Around(
        container=(name or type_,) if name or type_ else around.container,
        members=(*around.members, member) if isinstance(member, str) and member else around.members,
        endpoint=_text(expose, "endpoint") or around.endpoint,
        depth=around.depth + 1,
    )


def _named(features: Sequence[Feature], left_out: Counter[str]) -> Mapping[str, Feature]:
    """*features* by affordance name: the member, nested ones joined by `_`, or by `.` where that would be another's."""
    joined = Counter("_".join(feature.members) for feature in features)
    named: dict[str, Feature] = {}
    for feature in sorted(features, key=lambda feature: len(feature.members) > 1):
        name = "_".join(feature.members)
        if joined[name] > 1 and len(feature.members) > 1:
            name = ".".join(feature.members)
        if name in named:
            left_out["a feature whose name is another's"] += 1
        named.setdefault(name, feature)
    return named


def _text(expose: Mapping[str, Json], member: str) -> str:
    found = expose.get(member)
    return found if isinstance(found, str) else ""
