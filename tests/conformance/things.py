"""Thing Descriptions that tests register."""

from __future__ import annotations

from typing import Any

Json = Any

TD_CONTEXT = "https://www.w3.org/2022/wot/td/v1.1"
TD_10_CONTEXT = "https://www.w3.org/2019/wot/td/v1"
DISCOVERY_CONTEXT = "https://www.w3.org/2022/wot/discovery"


def lamp(id: Json = "urn:example:lamp", **members: Json) -> dict[str, Json]:
    """The TD of a lamp; without *id* an anonymous one. *members* come last, and replace those of their name."""
    document: dict[str, Json] = {
        "@context": TD_CONTEXT,
        **({} if id is None else {"id": id}),
        "title": "Lamp",
        "securityDefinitions": {"nosec_sc": {"scheme": "nosec"}},
        "security": "nosec_sc",
        "properties": {"on": {"type": "boolean", "forms": [{"href": "http://lamp.example/on"}]}},
    }
    return {**document, **members}


def thing_model(id: Json = "urn:example:model:lamp", **members: Json) -> dict[str, Json]:
    """The Thing Model of such lamps."""
    document: dict[str, Json] = {
        "@context": TD_CONTEXT,
        "@type": "tm:ThingModel",
        "id": id,
        "title": "Lamp model",
        "properties": {"on": {"type": "boolean"}},
    }
    return {**document, **members}
