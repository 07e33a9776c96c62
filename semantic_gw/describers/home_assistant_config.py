"""A discovery message, written out: short names made long, `~` put in, one entry an entity.

| topic | payload | entities |
|---|---|---|
| `<prefix>/<component>/[<node>/]<object>/config` | a config | one, called as the object |
| `<prefix>/device/[<node>/]<object>/config` | `device`, `components` | one a component, called as its key |

Facts: the users' guide of Home Assistant's MQTT integration, "Discovery messages".
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from semantic_gw.errors import DescribingError
from semantic_gw.model import Json
from semantic_gw.shipped import MAPPINGS

FOLDER: Final[Path] = MAPPINGS / "home-assistant"
MAX_ENTITIES: Final = 1_000
"""Most entities that one message may describe."""

_DEVICE: Final = "device"
_BASE: Final = "~"
_SHARED: Final = (
    "availability", "availability_mode", "availability_template", "availability_topic", "command_topic", "encoding",
    "origin", "payload_available", "payload_not_available", "qos", "state_topic",
)  # fmt: skip
"""Members of a device's message that hold for each of its components."""


class Name(NamedTuple):
    """What a discovery topic tells; *prefix* ends with `/`, or is empty."""

    prefix: str
    component: str
    node: str
    object: str


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity: its component, its name within its device, and the members of its config, by their long names."""

    component: str
    name: str
    config: Mapping[str, Json]

    def text(self, member: str) -> str:
        """The text at *member*; a truth value or a number as Home Assistant writes it; else empty."""
        return as_text(self.config.get(member))

    def texts(self, member: str) -> tuple[str, ...]:
        """The texts that *member* lists."""
        listed = self.config.get(member)
        return tuple(map(as_text, listed)) if isinstance(listed, list) else ()


@dataclass(frozen=True, slots=True)
class Discovery:
    """What one message describes: a device (empty where the entity has none), and its entities."""

    name: Name
    device: Mapping[str, Json]
    entities: tuple[Entity, ...]
    remarks: tuple[str, ...] = ()


def read_name(address: str, components: Mapping[str, object]) -> Name:
    """The parts of the discovery topic *address*. Raises DescribingError where it is none.

    >>> read_name("homeassistant/sensor/0x01/power/config", {"sensor": None})
    Name(prefix='homeassistant/', component='sensor', node='0x01', object='power')
    """
    levels = address.split("/")
    known = (*components, _DEVICE)
    if levels[-1] == "config":
        for behind in (4, 3):
            if len(levels) >= behind and levels[-behind] in known:
                prefix = "".join(f"{level}/" for level in levels[:-behind])
                return Name(prefix, levels[-behind], levels[-3] if behind == 4 else "", levels[-2])
    raise DescribingError(
        f"{address!r} is no discovery topic: <prefix>/<component>/[<node>/]<object>/config, the component one of "
        f"{', '.join(sorted(known))}"
    )


def read_discovery(description: Json, name: Name) -> Discovery:
    """What the message *description*, received on the topic that *name* tells, describes. Raises DescribingError."""
    if not isinstance(description, Mapping):
        raise DescribingError(f"a config is an object, not {type(description).__name__}")
    config = _written_out(description)
    device = config.get(_DEVICE)
    device = device if isinstance(device, Mapping) else {}
    if config.get("migrate_discovery") is True:
        return Discovery(name, device, (), ("the entity is about to be described on another topic",))
    if name.component != _DEVICE:
        return Discovery(name, device, (Entity(name.component, name.object, config),))
    return _of_device(config, device, name)


def _of_device(config: Mapping[str, Json], device: Mapping[str, Json], name: Name) -> Discovery:
    components = config.get("components")
    if not isinstance(components, Mapping):
        raise DescribingError("a device's message has components, by their names", pointer="/components")
    shared = {member: config[member] for member in _SHARED if member in config}
    base = {_BASE: config[_BASE]} if _BASE in config else {}
    entities: list[Entity] = []
    remarks: list[str] = []
    for key, component in components.items():
        if len(entities) >= MAX_ENTITIES:
            remarks.append(f"left out: components beyond the first {MAX_ENTITIES}")
            break
        if not isinstance(component, Mapping):
            remarks.append(f"{key}: a component is an object, not {type(component).__name__}")
        elif component.keys() <= {"platform", "p"}:
            remarks.append(f"{key}: it is removed")
        else:
            written = {**shared, **_written_out({**base, **component})}
            entities.append(Entity(as_text(written.get("platform")), key, written))
    return Discovery(name, device, tuple(entities), tuple(remarks))


def as_text(value: Json) -> str:
    """*value* as a setting that wants a text takes it: `true` is `True`; what is no scalar is empty."""
    return str(value) if isinstance(value, str | bool | int | float) else ""


# ── short names and the base ────────────────────────────────────────────────────────────────────────────────────────


@cache
def _long_names() -> Mapping[str, Mapping[str, str]]:
    found: Mapping[str, Mapping[str, str]] = tomllib.loads((FOLDER / "abbreviations.toml").read_text("utf-8"))
    return found


def _written_out(config: Mapping[str, Json]) -> dict[str, Json]:
    """*config* with long names, those of its device, origin and availability too, and `~` put in."""
    base = config.get(_BASE)
    found = dict(_renamed(config, "entity"))
    for member in ("device", "origin"):
        if isinstance(inner := found.get(member), Mapping):
            found[member] = dict(_renamed(inner, member))
    if isinstance(listed := found.get("availability"), list | Mapping):
        items = listed if isinstance(listed, list) else [listed]
        found["availability"] = [dict(_renamed(item, "entity")) for item in items if isinstance(item, Mapping)]
    return _based(found, base) if isinstance(base, str) else found


def _renamed(members: Mapping[str, Json], group: str) -> Iterator[tuple[str, Json]]:
    """*members* by their long names; a name that is long already counts before its short one."""
    names = _long_names()[group]
    for name, value in members.items():
        long = names.get(name, name)
        if long == name or long not in members:
            yield long, value


def _based(config: Mapping[str, Json], base: str) -> dict[str, Json]:
    """*config* with *base* for a `~` at the beginning or end of its topics."""
    found = {name: _put_in(value, base) if name.endswith("topic") else value for name, value in config.items()}
    if isinstance(listed := found.get("availability"), list):
        found["availability"] = [{**item, "topic": _put_in(item.get("topic"), base)} for item in listed]
    return found


def _put_in(topic: Json, base: str) -> Json:
    if not isinstance(topic, str):
        return topic
    if topic.startswith(_BASE):
        topic = base + topic[1:]
    return topic[:-1] + base if topic.endswith(_BASE) else topic
