"""What every Thing Description that a family's payloads give has around its affordances."""

from __future__ import annotations

from typing import Final

from semantic_gw.model import IRI, Json
from semantic_gw.rdf.namespaces import SAREF, SGW

_MQTT_BINDING: Final = "https://www.w3.org/2019/wot/mqtt#"

_CONTEXT: Final = (
    "https://www.w3.org/2022/wot/td/v1.1",
    {"saref": SAREF, "sgw": SGW, "mqv": _MQTT_BINDING},
)


def frame(thing: IRI, title: str, base: str) -> dict[str, Json]:
    """A description of *thing* that has no affordance yet; *base* is what the targets of its forms are relative to."""
    return {
        "@context": [*_CONTEXT],
        "id": thing,
        "title": title,
        "base": base,
        "securityDefinitions": {"nosec_sc": {"scheme": "nosec"}},
        "security": "nosec_sc",
    }
