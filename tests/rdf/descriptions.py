"""Thing Descriptions for the tests of their projection."""

from __future__ import annotations

from semantic_gw.model import Json
from semantic_gw.rdf.namespaces import SAREF

CONTEXT = "https://www.w3.org/2022/wot/td/v1.1"
THING = "urn:dev:mac:00158d0003429eda"


def td(**members: Json) -> dict[str, Json]:
    """A small valid Thing Description, with *members* added or changed."""
    return {
        "@context": [CONTEXT, {"saref": SAREF, "ex": "https://example.com/"}],
        "id": THING,
        "title": "kitchen",
        "securityDefinitions": {"nosec_sc": {"scheme": "nosec"}},
        "security": "nosec_sc",
        **members,
    }


def affordance(**members: Json) -> dict[str, Json]:
    """A property affordance that can be observed, with *members* added or changed."""
    return {"forms": [{"href": "/t", "op": ["observeproperty"]}], "type": "number", **members}
