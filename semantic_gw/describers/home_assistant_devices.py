"""The device behind the entities of a discovery message: which Thing it is, and what is told of it.

| the message tells | Thing |
|---|---|
| a connection `mac`, `bluetooth`, `zigbee` … with an EUI-48 or EUI-64 | `urn:dev:mac:` + its digits (RFC 9039, 4.1) |
| an identifier that is one, or ends with one: `zigbee2mqtt_0x02a1b2fffe000001` | the same |
| another identifier, or connection | `urn:dev:ops:home-assistant-` + the identifier (RFC 9039, 4.3) |
| no device | the same with the node of its topic, else its unique id, else its object |
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from semantic_gw.describers.frame import frame
from semantic_gw.describers.home_assistant_config import Discovery, as_text
from semantic_gw.errors import DescribingError
from semantic_gw.model import IRI, Json
from semantic_gw.rdf.iris import encode_segment

MAX_ID: Final = 200
"""Characters of the longest identifier that is taken."""

MAX_TITLE: Final = 200

_SEPARATED: Final = re.compile(
    r"[0-9a-f]{2}([:-])[0-9a-f]{2}(?:\1[0-9a-f]{2}){4}(?:(?:\1[0-9a-f]{2}){2})?", re.IGNORECASE
)
_BARE: Final = re.compile(r"(?:0x)?([0-9a-f]{12}|[0-9a-f]{16})", re.IGNORECASE)
_EUI64_AT_END: Final = re.compile(r".*[_-]0x([0-9a-f]{16})", re.IGNORECASE | re.DOTALL)
_LETTER: Final = re.compile(r"[a-f]", re.IGNORECASE)


class Device(NamedTuple):
    """The Thing that a message tells of; *name* is empty where the device has none."""

    iri: IRI
    name: str


def device_of(discovery: Discovery) -> Device:
    """The device of *discovery*. Raises DescribingError for one that nothing can be called by."""
    device = discovery.device
    name = as_text(device.get("name"))[:MAX_TITLE]
    connections, identifiers = list(_connections(device)), list(_texts(device.get("identifiers")))
    for text, is_address in (*((text, True) for text in connections), *((text, False) for text in identifiers)):
        if hexadecimal := _eui(text, is_address=is_address):
            return Device(f"urn:dev:mac:{hexadecimal}", name)
    known = next(iter((*identifiers, *connections)), "") or _without_device(discovery)
    if not known or len(known) > MAX_ID:
        raise DescribingError(f"an identifier of 1 to {MAX_ID} characters is wanted", pointer="/device/identifiers")
    return Device(f"urn:dev:ops:home-assistant-{encode_segment(known)}", name)


def about_device(device: Device, discovery: Discovery, broker: str, kinds: Sequence[IRI]) -> dict[str, Json]:
    """What a description says of *device* itself; *kinds* are the kinds of device that it is."""
    told = {
        "saref:hasManufacturer": as_text(discovery.device.get("manufacturer")),
        "saref:hasModel": as_text(discovery.device.get("model")) or as_text(discovery.device.get("model_id")),
    }
    return {
        **frame(device.iri, device.name or _title(discovery), broker),
        **{member: text[:MAX_TITLE] for member, text in told.items() if text},
        "@type": ["saref:Device", "saref:Sensor", *(["saref:Actuator"] if kinds else [])],
        **({"saref:hasDeviceKind": [{"@id": kind} for kind in kinds]} if kinds else {}),
    }


def _title(discovery: Discovery) -> str:
    entity = next(iter(discovery.entities), None)
    named = entity.text("name") if entity is not None and not discovery.device else ""
    return (named or discovery.name.node or discovery.name.object)[:MAX_TITLE]


def _without_device(discovery: Discovery) -> str:
    unique = next((entity.text("unique_id") for entity in discovery.entities), "")
    return discovery.name.node or unique or discovery.name.object


def _connections(device: Mapping[str, Json]) -> Iterator[str]:
    """The addresses among `connections`: pairs of a kind and an address; one pair may stand alone."""
    listed = device.get("connections")
    pairs = listed if isinstance(listed, list) else []
    if len(pairs) == 2 and all(isinstance(item, str) for item in pairs):
        pairs = [pairs]
    for pair in pairs:
        if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[1], str) and pair[1]:
            yield pair[1]


def _texts(value: Json) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if text := as_text(item):
            yield text


def _eui(text: str, *, is_address: bool) -> str:
    """The digits of the EUI that *text* is, or ends with; digits without a letter are one only as an address."""
    if _SEPARATED.fullmatch(text):
        return re.sub("[:-]", "", text).lower()
    if match := _EUI64_AT_END.fullmatch(text) if len(text) <= MAX_ID else None:
        return match[1].lower()
    match = _BARE.fullmatch(text)
    if match is None:
        return ""
    known = is_address or text[:2] == "0x" or _LETTER.search(match[1]) is not None
    return match[1].lower() if known else ""
