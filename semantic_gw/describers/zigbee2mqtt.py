"""Zigbee2MQTT: `bridge/devices` and its `exposes` become Thing Descriptions.

What a bridge tells of a device is nearly a Thing Description already: each feature has a name, a type, the member of
the payload (`property`), a unit or its values, and access bits (1 published, 2 settable, 4 gettable). A feature whose
name or unit the lexicon does not know becomes an affordance without a kind, so that its values are shown as unmapped.
Getting (`.../get`) is no readproperty: its answer is the next state message, so no form is made for it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from urllib.parse import quote

from semantic_gw.contracts import Descriptions
from semantic_gw.describers.data_schema import event_schema, number_schema, structure_schema, value_schema
from semantic_gw.describers.exposes import Feature, device_classes, objects, read_exposes
from semantic_gw.describers.frame import frame
from semantic_gw.errors import DescribingError
from semantic_gw.lexicon import Lexicon, Meaning, Unknown
from semantic_gw.model import IRI, Json, ThingDescription
from semantic_gw.rdf.namespaces import SGW, UNIT

_IEEE: Final = re.compile(r"(?:0x)?([0-9a-fA-F]{16})")
_LIST: Final = re.compile(r"(.+/)?bridge/(devices|groups)", re.DOTALL)
_AVAILABILITY: Final = "/availability"

_DEVICE_KINDS: Final[Mapping[str, IRI]] = {
    "light": SGW + "LightDevice",
    "switch": SGW + "SwitchDevice",
    "climate": SGW + "ThermostatDevice",
    "cover": SGW + "CoverDevice",
    "lock": SGW + "LockDevice",
    "fan": SGW + "FanDevice",
}
_METERED: Final = frozenset(
    SGW + name
    for name in (
        "Energy", "ConsumedEnergy", "ProducedEnergy", "ReactiveEnergy", "ApparentEnergy", "HeatEnergy",
        "Volume", "WaterVolume", "GasVolume",
    )
)  # fmt: skip
"""Kinds that a meter counts."""

_ACTING: Final = frozenset({"state", "position", "warning", "alarm", "siren", "squawk"})
"""Names whose setting does something in the world; the others set the device up."""

_LINK_QUALITY: Final = Feature(
    ("linkquality",), ("linkquality",), {"type": "numeric", "unit": "lqi", "value_min": 0, "value_max": 255}
)
"""Told of every device, whether it is among its features or not."""

_PRESENCE: Final = ("online", "offline")

_PROPERTY_KIND: Final = "saref:hasPropertyKind"


class Zigbee2MqttDescriber:
    """Describes what a Zigbee2MQTT bridge tells of. *broker* is the base of the forms."""

    def __init__(self, lexicon: Lexicon, *, broker: str = "mqtt://localhost:1883/") -> None:
        self._lexicon = lexicon
        self._broker = broker
        self._link_quality = self._meaning(_LINK_QUALITY)
        self._presence = lexicon.find(("availability",), values=_PRESENCE, numeric=False)

    def describe(self, description: Json, address: str) -> Descriptions:
        """The Things of a device list, a group list, or of one device's own description.

        A list stands at `<base>/bridge/devices` (or `groups`); one device's description is an object with
        `ieee_address` and `definition`, and *address* is where it reports. Raises DescribingError.
        """
        if isinstance(description, list):
            return self._list(description, address)
        if not isinstance(description, Mapping):
            raise DescribingError(f"a description is a list of devices or an object, not {type(description).__name__}")
        reports_at = address.removesuffix(_AVAILABILITY)
        title = _text(description, "friendly_name") or reports_at
        thing, remarks = self._device(description, reports_at, title=title, origin=reports_at)
        return Descriptions((thing,), address, remarks=remarks)

    def _list(self, items: Sequence[Json], address: str) -> Descriptions:
        """What each of *items* is; without `bridge/` in the *address*, nothing stands before the names."""
        place = _LIST.fullmatch(address)
        base = (place[1] or "") if place else ""
        one = self._group if place and place[2] == "groups" else self._listed
        things: dict[IRI, ThingDescription] = {}
        names: set[str] = set()
        remarks: list[str] = []
        for index, item in enumerate(items):
            try:
                thing, said = one(item, address, base) or (None, ())
                if thing is not None:
                    _check_new(thing, things, names)
                    things[thing.id] = thing
                remarks += (f"/{index}: {remark}" for remark in said)
            except DescribingError as error:
                remarks.append(f"/{index}: {error}")
        return Descriptions(tuple(things.values()), address, complete=True, remarks=tuple(remarks))

    def _listed(self, item: Json, origin: str, base: str) -> tuple[ThingDescription, tuple[str, ...]] | None:
        """A device of the list; the coordinator, and what the operator switched off, report nothing."""
        if not isinstance(item, Mapping):
            raise DescribingError(f"a device is an object, not {type(item).__name__}")
        if item.get("type") == "Coordinator" or item.get("disabled") is True:
            return None
        name = _topic_name(item)
        return self._device(item, base + name, title=name, origin=origin)

    def _group(self, item: Json, origin: str, base: str) -> tuple[ThingDescription, tuple[str, ...]]:
        """A group: its payloads repeat what its members report, so it has links and no affordances."""
        if not isinstance(item, Mapping):
            raise DescribingError(f"a group is an object, not {type(item).__name__}")
        name = _topic_name(item)
        iri = uuid.uuid5(uuid.NAMESPACE_URL, f"{self._broker}{base}groups/{item.get('id', name)}").urn
        members = dict.fromkeys(_thing_iri(member) for member in objects(item.get("members")))
        document = {
            **frame(iri, name, self._broker),
            "@type": ["sgw:Group"],
            "links": [{"rel": "item", "href": member} for member in members if member],
            "sgw:repeatsOn": [base + name, f"{base}{name}/availability"],
        }
        return ThingDescription(iri, document, origin), ()

    def _device(
        self, item: Mapping[str, Json], address: str, *, title: str, origin: str
    ) -> tuple[ThingDescription, tuple[str, ...]]:
        iri = _thing_iri(item)
        if iri is None:
            ieee = _shown(item.get("ieee_address"))
            raise DescribingError(f"ieee_address wants 16 hexadecimal digits, not {ieee}", pointer="/ieee_address")
        definition = item.get("definition")
        definition = definition if isinstance(definition, Mapping) else {}
        features, remarks = read_exposes(definition.get("exposes"))
        classes = device_classes(definition.get("exposes"))
        properties, events = self._affordances(features, address)
        document = {
            **frame(iri, title, self._broker),
            **_about(item, definition),
            "@type": ["saref:Device", "saref:Sensor", *_roles(classes, features.values(), properties.values())],
            **({"saref:hasDeviceKind": [{"@id": _DEVICE_KINDS[name]} for name in classes]} if classes else {}),
            "properties": properties,
            **({"events": events} if events else {}),
        }
        return ThingDescription(iri, document, origin), remarks

    def _affordances(self, features: Mapping[str, Feature], address: str) -> tuple[dict[str, Json], dict[str, Json]]:
        """The affordances for properties and for events; `last_seen` is always the time of the payload."""
        properties: dict[str, Json] = {}
        events: dict[str, Json] = {}
        for name, feature in features.items():
            meaning = self._meaning(feature)
            if _is_event(feature, meaning):
                events[name] = _event(feature, meaning, address)
            else:
                properties[name] = _property(feature, meaning, address)
        properties.setdefault("linkquality", _property(_LINK_QUALITY, self._link_quality, address))
        properties["last_seen"] = _last_seen(address)
        properties[_free("availability", properties)] = _availability(self._presence, address)
        return properties, events

    def _meaning(self, feature: Feature) -> Meaning | Unknown:
        if feature.type == "numeric":
            return self._lexicon.find(feature.path, unit_text=feature.text("unit") or None, numeric=True)
        if feature.values:
            return self._lexicon.find(feature.path, values=feature.values, numeric=False)
        return Unknown(f"a {feature.type or 'nameless'} feature has no values")


def _property(feature: Feature, meaning: Meaning | Unknown, address: str) -> dict[str, Json]:
    if feature.type == "numeric":
        schema = number_schema(feature, meaning)
    elif isinstance(meaning, Meaning) and not meaning.is_state:
        return _property(feature, Unknown("what happens cannot be set"), address)
    elif feature.values:
        schema = value_schema(feature.values, meaning)
    else:
        schema = structure_schema(feature)
    return {**_told(feature), **schema, **_kind(meaning), "sgw:pointer": feature.pointer, **_access(feature, address)}


def _is_event(feature: Feature, meaning: Meaning | Unknown) -> bool:
    """Whether the feature tells what happened (`action`), not what is the case or shall be."""
    if feature.type == "numeric" or feature.settable:
        return False
    return not meaning.is_state if isinstance(meaning, Meaning) else feature.path == ("action",)


def _event(feature: Feature, meaning: Meaning | Unknown, address: str) -> dict[str, Json]:
    kind = meaning.kind if isinstance(meaning, Meaning) else SGW + "DeviceAction"
    values = [value for value in feature.values if isinstance(value, str)]
    return {
        **_told(feature),
        "data": event_schema(values, meaning),
        "sgw:hasEventKind": {"@id": kind},
        "sgw:pointer": feature.pointer,
        "forms": [_form("subscribeevent", address)],
    }


def _availability(meaning: Meaning | Unknown, address: str) -> dict[str, Json]:
    """Whether the bridge can reach the device: an object with `state`, or the bare text in older bridges."""
    return {
        "title": "Availability",
        **value_schema(_PRESENCE, meaning),
        **_kind(meaning),
        "readOnly": True,
        "observable": True,
        "sgw:pointer": ["/state", ""],
        "forms": [_form("observeproperty", address + _AVAILABILITY)],
    }


def _last_seen(address: str) -> dict[str, Json]:
    """When the bridge heard the device (`advanced.last_seen`): text with a zone, or milliseconds since 1970."""
    return {
        "@type": "sgw:PhenomenonTime",
        "title": "Last seen",
        "oneOf": [{"type": "string", "format": "date-time"}, {"type": "integer", "unit": UNIT + "MilliSEC"}],
        "readOnly": True,
        "observable": True,
        "sgw:pointer": "/last_seen",
        "forms": [_form("observeproperty", address)],
    }


def _free(name: str, taken: Mapping[str, Json]) -> str:
    """*name*, with as many `_` as it takes to be new."""
    while name in taken:
        name += "_"
    return name


def _kind(meaning: Meaning | Unknown) -> dict[str, Json]:
    if isinstance(meaning, Unknown):
        return {}
    return {f"saref:has{'State' if meaning.is_state else 'Property'}Kind": {"@id": meaning.kind}}


def _told(feature: Feature) -> dict[str, Json]:
    title = feature.text("label") or feature.path[-1].replace("_", " ").capitalize()
    if feature.endpoint and feature.endpoint.lower() not in title.lower().split():
        title = f"{title} ({feature.endpoint})"
    description = feature.text("description")
    return {"title": title, **({"description": description} if description else {})}


def _access(feature: Feature, address: str) -> dict[str, Json]:
    """What can be done with the feature, and how (WoT TD 1.1, 5.3.1.3)."""
    forms = [_form("observeproperty", address)] if feature.published else []
    told: dict[str, Json] = {"observable": feature.published}
    if feature.settable:
        forms.append(_form("writeproperty", f"{address}/set"))
    else:
        told["readOnly"] = True
    if not feature.published:
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


def _about(item: Mapping[str, Json], definition: Mapping[str, Json]) -> dict[str, Json]:
    """Description, maker and model: the definition's, else what the device itself says."""
    told = {
        "description": _text(definition, "description"),
        "saref:hasManufacturer": _text(definition, "vendor") or _text(item, "manufacturer"),
        "saref:hasModel": _text(definition, "model") or _text(item, "model_id"),
    }
    return {name: text for name, text in told.items() if text}


def _roles(classes: Sequence[str], features: Iterable[Feature], properties: Iterable[Mapping[str, Json]]) -> list[str]:
    """What the device is beside a sensor, which it is as it reports."""
    settable = [feature for feature in features if feature.settable]
    acts = settable if classes else [feature for feature in settable if not _ACTING.isdisjoint(feature.path)]
    kinds = {affordance["saref:hasPropertyKind"]["@id"] for affordance in properties if _PROPERTY_KIND in affordance}
    return [*(["saref:Actuator"] if acts else []), *(["saref:Meter"] if kinds & _METERED else [])]


def _thing_iri(item: Mapping[str, Json]) -> IRI | None:
    """The device by its EUI-64 (RFC 9039, 4.1)."""
    match = _IEEE.fullmatch(_text(item, "ieee_address"))
    return f"urn:dev:mac:{match[1].lower()}" if match else None


def _topic_name(item: Mapping[str, Json]) -> str:
    """The friendly name, which is part of an MQTT topic."""
    name = _text(item, "friendly_name")
    if not name:
        raise DescribingError("without a friendly_name it has no address", pointer="/friendly_name")
    return name


def _check_new(thing: ThingDescription, things: Mapping[IRI, ThingDescription], names: set[str]) -> None:
    """Take down the name of *thing*. The first of two with one id or name counts: their payloads look the same."""
    name = str(thing.document["title"])
    if thing.id in things:
        raise DescribingError(f"{thing.id} is listed before", pointer="/ieee_address")
    if name in names:
        raise DescribingError(f"the friendly_name {_shown(name)} is another's", pointer="/friendly_name")
    names.add(name)


def _text(item: Mapping[str, Json], member: str) -> str:
    found = item.get(member)
    return found if isinstance(found, str) else ""


def _shown(value: Json) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:79] + "…"
