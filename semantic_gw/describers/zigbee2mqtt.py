"""Zigbee2MQTT: `bridge/devices` and its `exposes` become Thing Descriptions.

What a bridge tells of a device is nearly a Thing Description already: each feature has a name, a type, the member of
the payload (`property`), a unit or its values, and access bits (1 published, 2 settable, 4 gettable). A feature whose
name or unit the lexicon does not know becomes an affordance without a kind, so that its values are shown as unmapped.
Getting (`.../get`) is no readproperty: its answer is the next state message, so no form is made for it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from semantic_gw.contracts import Descriptions
from semantic_gw.errors import DescribingError
from semantic_gw.lexicon import Lexicon, Meaning, Unknown
from semantic_gw.lexicon.spelling import value_text
from semantic_gw.model import IRI, Json, ThingDescription
from semantic_gw.rdf.namespaces import SAREF, SGW, UNIT

MQTT_BINDING: Final = "https://www.w3.org/2019/wot/mqtt#"

CONTEXT: Final = (
    "https://www.w3.org/2022/wot/td/v1.1",
    {"saref": SAREF, "sgw": SGW, "mqv": MQTT_BINDING},
)

PUBLISHED, SETTABLE = 1, 2
_IEEE: Final = re.compile(r"(?:0x)?([0-9a-fA-F]{16})")
_MAX_DEPTH: Final = 8
_MAX_FEATURES: Final = 2_000
_DEVICE_CLASSES: Final[Mapping[str, str]] = {
    "light": "Light",
    "switch": "Switch",
    "climate": "Thermostat",
    "cover": "Cover",
    "lock": "Lock",
    "fan": "Fan",
}
_METERED: Final = frozenset({"energy", "produced_energy", "gas", "water", "volume"})


@dataclass(frozen=True, slots=True)
class Feature:
    """One leaf of a device's `exposes`: the names around it and its own, and where its value stands in the payload."""

    path: tuple[str, ...]
    members: tuple[str, ...]
    expose: Mapping[str, Json]

    @property
    def affordance(self) -> str:
        return "_".join(self.members)

    @property
    def pointer(self) -> str:
        return "".join("/" + member.replace("~", "~0").replace("/", "~1") for member in self.members)

    @property
    def type(self) -> str:
        return str(self.expose.get("type", ""))

    @property
    def access(self) -> int:
        """The access bits; a feature that does not tell is taken as published."""
        access = self.expose.get("access", PUBLISHED)
        return access if isinstance(access, int) else PUBLISHED


class Zigbee2MqttDescriber:
    """Describes what a Zigbee2MQTT bridge tells of. *broker* is the base of the forms."""

    def __init__(self, lexicon: Lexicon, *, broker: str = "mqtt://localhost:1883/") -> None:
        self._lexicon = lexicon
        self._broker = broker

    def describe(self, description: Json, address: str) -> Descriptions:
        """The Things of a device list, a group list, or of one device's own description.

        A list stands at `<base>/bridge/devices` (or `groups`); one device's description is an object with
        `ieee_address` and `definition`, and *address* is where it reports. Raises DescribingError.
        """
        if isinstance(description, list):
            base = address.rpartition("/bridge/")[0]
            one = self._group if address.endswith("/bridge/groups") else self._listed
            return self._list(description, address, base, one)
        if not isinstance(description, Mapping):
            raise DescribingError(f"a description is a list of devices or an object, not {type(description).__name__}")
        reports_at = address.removesuffix("/availability")
        thing, remarks = self._device(description, reports_at, title=reports_at, origin=reports_at)
        return Descriptions((thing,), address, remarks=remarks)

    def _list(self, items: Sequence[Json], address: str, base: str, one: _One) -> Descriptions:
        things: dict[IRI, ThingDescription] = {}
        remarks: list[str] = []
        for index, item in enumerate(items):
            try:
                found = one(item, address, base)
            except DescribingError as error:
                remarks.append(f"/{index}: {error}")
                continue
            if found is not None:
                thing, said = found
                things[thing.id] = thing
                remarks += (f"/{index}: {remark}" for remark in said)
        return Descriptions(tuple(things.values()), address, complete=True, remarks=tuple(remarks))

    def _listed(self, item: Json, origin: str, base: str) -> tuple[ThingDescription, tuple[str, ...]] | None:
        """A device of the list; the coordinator and devices that the bridge does not support report nothing."""
        if not isinstance(item, Mapping):
            raise DescribingError("a device is an object")
        if item.get("type") == "Coordinator" or item.get("disabled") is True:
            return None
        name = item.get("friendly_name")
        if not isinstance(name, str) or not name:
            raise DescribingError("a device without friendly_name has no address", pointer="/friendly_name")
        return self._device(item, f"{base}/{name}", title=name, origin=origin)

    def _group(self, item: Json, origin: str, base: str) -> tuple[ThingDescription, tuple[str, ...]] | None:
        """A group: its payloads repeat what its members report, so it has links and no affordances."""
        if not isinstance(item, Mapping) or not isinstance(item.get("friendly_name"), str):
            raise DescribingError("a group is an object with a friendly_name")
        name = item["friendly_name"]
        iri = uuid.uuid5(uuid.NAMESPACE_URL, f"{self._broker}{base}/groups/{item.get('id', name)}").urn
        members = [_thing_iri(member) for member in _mappings(item.get("members"))]
        document = {
            **_frame(iri, name, self._broker),
            "@type": ["sgw:Group"],
            "links": [{"rel": "item", "href": member} for member in members if member],
            "sgw:repeatsOn": f"{base}/{name}",
        }
        return ThingDescription(iri, document, origin), ()

    def _device(
        self, item: Mapping[str, Json], address: str, *, title: str, origin: str
    ) -> tuple[ThingDescription, tuple[str, ...]]:
        iri = _thing_iri(item)
        if iri is None:
            ieee = item.get("ieee_address")
            raise DescribingError(f"ieee_address wants 16 hexadecimal digits, not {ieee!r}", pointer="/ieee_address")
        definition = item.get("definition")
        definition = definition if isinstance(definition, Mapping) else {}
        features, remarks = _features(definition.get("exposes"))
        properties, events = self._affordances(features, address)
        document = {
            **_frame(iri, title, self._broker),
            **_about(definition),
            "@type": ["saref:Device", "saref:Sensor", *_device_types(features)],
            **_device_kinds(definition.get("exposes")),
            "properties": properties,
            **({"events": events} if events else {}),
        }
        return ThingDescription(iri, document, origin), remarks

    def _affordances(self, features: Sequence[Feature], address: str) -> tuple[dict[str, Json], dict[str, Json]]:
        properties: dict[str, Json] = {}
        events: dict[str, Json] = {}
        for feature in features:
            if feature.path == ("action",):
                events["action"] = self._action(feature, address)
            else:
                properties[_free(feature.affordance, properties)] = self._property(feature, address)
        for name, affordance in self._always(address).items():
            properties.setdefault(name, affordance)
        return properties, events

    def _property(self, feature: Feature, address: str) -> dict[str, Json]:
        meaning, schema = self._schema(feature)
        kind: dict[str, Json] = {}
        if isinstance(meaning, Meaning):
            kind = {f"saref:has{'State' if meaning.is_state else 'Property'}Kind": {"@id": meaning.kind}}
        return {**_told(feature), **schema, **kind, "sgw:pointer": feature.pointer, **_access(feature, address)}

    def _schema(self, feature: Feature) -> tuple[Meaning | Unknown, dict[str, Json]]:
        """What the feature means, and the data schema of its value."""
        expose = feature.expose
        if feature.type == "numeric":
            unit_text = expose.get("unit") if isinstance(expose.get("unit"), str) else None
            meaning = self._lexicon.find(feature.path, unit_text=unit_text, numeric=True)
            return meaning, _number_schema(expose, meaning, unit_text)
        values = _values(expose)
        if values:
            meaning = self._lexicon.find(feature.path, values=values, numeric=False)
            return meaning, _value_schema(values, meaning)
        kind = {"text": "string", "list": "array", "binary": "boolean"}.get(feature.type)
        return Unknown(f"a {feature.type or 'nameless'} feature has no values"), {"type": kind} if kind else {}

    def _action(self, feature: Feature, address: str) -> dict[str, Json]:
        values = [value for value in _values(feature.expose) if isinstance(value, str)]
        meaning = self._lexicon.find(feature.path, values=values, numeric=False)
        known = meaning.states if isinstance(meaning, Meaning) else {}
        data: dict[str, Json] = {"type": "string"}
        if values:
            data["enum"] = values
        if known:
            data["oneOf"] = [{"const": v, "sgw:eventKind": {"@id": known[v]}} for v in values if v in known]
        kind = meaning.kind if isinstance(meaning, Meaning) else SGW + "DeviceAction"
        forms = [_form("subscribeevent", address)]
        return {
            **_told(feature),
            "data": data,
            "sgw:hasEventKind": {"@id": kind},
            "sgw:pointer": feature.pointer,
            "forms": forms,
        }

    def _always(self, address: str) -> dict[str, Json]:
        """What every device may tell beside its features."""
        online = self._lexicon.find(("availability",), values=["online", "offline"], numeric=False)
        quality = Feature(("linkquality",), ("linkquality",), {"type": "numeric", "unit": "lqi"})
        affordances = {
            "linkquality": self._property(quality, address),
            "last_seen": {
                "@type": "sgw:PhenomenonTime",
                "title": "Last seen",
                "oneOf": [
                    {"type": "string", "format": "date-time"},
                    {"type": "integer", "unit": UNIT + "MilliSEC"},
                ],
                "readOnly": True,
                "observable": True,
                "sgw:pointer": "/last_seen",
                "forms": [_form("observeproperty", address)],
            },
        }
        if isinstance(online, Meaning):
            affordances["availability"] = {
                "title": "Availability",
                **_value_schema(["online", "offline"], online),
                "saref:hasStateKind": {"@id": online.kind},
                "readOnly": True,
                "observable": True,
                "sgw:pointer": ["/state", ""],
                "forms": [_form("observeproperty", f"{address}/availability")],
            }
        return affordances


_Found = tuple[ThingDescription, tuple[str, ...]] | None


_One = Callable[[Json, str, str], _Found]
"""How one item of a list becomes a Thing (or nothing)."""


def _frame(iri: IRI, title: str, broker: str) -> dict[str, Json]:
    return {
        "@context": [*CONTEXT],
        "id": iri,
        "title": title,
        "base": broker,
        "securityDefinitions": {"nosec_sc": {"scheme": "nosec"}},
        "security": "nosec_sc",
    }


def _about(definition: Mapping[str, Json]) -> dict[str, Json]:
    told = {"description": "description", "vendor": "saref:hasManufacturer", "model": "saref:hasModel"}
    return {to: definition[name] for name, to in told.items() if isinstance(definition.get(name), str)}


def _thing_iri(item: Mapping[str, Json]) -> IRI | None:
    """The device by its EUI-64 (RFC 9039, 4.1)."""
    match = _IEEE.fullmatch(str(item.get("ieee_address", "")))
    return f"urn:dev:mac:{match[1].lower()}" if match else None


def _free(name: str, taken: Mapping[str, Json]) -> str:
    """*name*, or with a number behind it where it is taken."""
    number = 1
    free = name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free


def _mappings(items: Json) -> Iterator[Mapping[str, Json]]:
    yield from (item for item in (items if isinstance(items, list) else ()) if isinstance(item, Mapping))


def _features(exposes: Json) -> tuple[list[Feature], tuple[str, ...]]:
    """The leaves of *exposes*, each place in the payload once, and what was left out."""
    found: dict[tuple[str, ...], Feature] = {}
    remarks = []
    for feature in _leaves(exposes, (), (), 0):
        if len(found) >= _MAX_FEATURES:
            remarks.append(f"more than {_MAX_FEATURES} features: the rest is left out")
            break
        found.setdefault(feature.members, feature)
    return list(found.values()), tuple(remarks)


def _leaves(exposes: Json, path: tuple[str, ...], members: tuple[str, ...], depth: int) -> Iterator[Feature]:
    if depth > _MAX_DEPTH:
        return
    for expose in _mappings(exposes):
        name = expose.get("name")
        own = (name,) if isinstance(name, str) and name else ()
        if isinstance(expose.get("features"), list):
            member = expose.get("property", name) if own else None
            inside = (*members, member) if isinstance(member, str) and member else members
            around = own or ((expose["type"],) if isinstance(expose.get("type"), str) else ())
            yield from _leaves(expose["features"], around or path, inside, depth + 1)
        elif own:
            member = expose.get("property") or name
            yield Feature((*path[-1:], *own), (*members, str(member)), expose)


def _values(expose: Mapping[str, Json]) -> list[Json]:
    """The values that a truth value or an enumeration can have."""
    if isinstance(expose.get("values"), list):
        return [value for value in expose["values"] if isinstance(value, str | bool | int | float)]
    both = [expose[name] for name in ("value_on", "value_off") if name in expose]
    return [value for value in both if isinstance(value, str | bool | int | float)]


def _number_schema(expose: Mapping[str, Json], meaning: Meaning | Unknown, unit_text: str | None) -> dict[str, Json]:
    schema: dict[str, Json] = {"type": "number"}
    if isinstance(meaning, Meaning) and meaning.unit:
        schema["unit"] = meaning.unit
    elif unit_text:
        schema["unit"] = unit_text
    if unit_text:
        schema["sgw:unitText"] = unit_text
    for member, name in (("value_min", "minimum"), ("value_max", "maximum")):
        bound = expose.get(member)
        if isinstance(bound, int | float) and not isinstance(bound, bool):
            schema[name] = bound
    if schema.get("minimum", 0) > schema.get("maximum", float("inf")):
        del schema["minimum"], schema["maximum"]
    return schema


def _value_schema(values: Sequence[Json], meaning: Meaning | Unknown) -> dict[str, Json]:
    types = {type(value) for value in values}
    schema: dict[str, Json] = {}
    if types == {bool}:
        schema["type"] = "boolean"
    elif types == {str}:
        schema |= {"type": "string", "enum": list(dict.fromkeys(values))}
    if isinstance(meaning, Meaning):
        known = [(value, meaning.states.get(value_text(value))) for value in values]
        schema["oneOf"] = [{"const": value, "sgw:state": {"@id": state}} for value, state in known if state]
    return schema


def _told(feature: Feature) -> dict[str, Json]:
    label, description = feature.expose.get("label"), feature.expose.get("description")
    title = label if isinstance(label, str) and label else feature.path[-1].replace("_", " ").capitalize()
    endpoint = feature.expose.get("endpoint")
    title = f"{title} ({endpoint})" if isinstance(endpoint, str) and endpoint not in title else title
    return {"title": title, **({"description": description} if isinstance(description, str) else {})}


def _access(feature: Feature, address: str) -> dict[str, Json]:
    published, settable = feature.access & PUBLISHED, feature.access & SETTABLE
    forms = []
    if published:
        forms.append(_form("observeproperty", address))
    if settable:
        forms.append(_form("writeproperty", f"{address}/set"))
    if not forms:
        forms.append(_form("observeproperty", address))
    told: dict[str, Json] = {"observable": bool(published)}
    if not settable:
        told["readOnly"] = True
    elif not published:
        told["writeOnly"] = True
    return {**told, "forms": forms}


def _form(operation: str, address: str) -> dict[str, Json]:
    return {
        "op": [operation],
        "href": quote(address, safe="/"),
        "contentType": "application/json",
        "mqv:controlPacket": "publish" if operation == "writeproperty" else "subscribe",
        "mqv:topic": address,
    }


def _device_types(features: Sequence[Feature]) -> list[str]:
    types = ["saref:Actuator"] if any(feature.access & SETTABLE for feature in features) else []
    return [*types, "saref:Meter"] if any(feature.path[-1] in _METERED for feature in features) else types


def _device_kinds(exposes: Json) -> dict[str, Json]:
    classes = [str(expose.get("type")) for expose in _mappings(exposes)]
    kinds = dict.fromkeys(_DEVICE_CLASSES[name] for name in classes if name in _DEVICE_CLASSES)
    return {"saref:hasDeviceKind": [{"@id": SGW + kind} for kind in kinds]} if kinds else {}
