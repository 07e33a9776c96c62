from __future__ import annotations

from typing import Any

from semantic_gw.lexicon import Lexicon
from semantic_gw.lifters import warnings
from semantic_gw.model import ThingDescription
from semantic_gw.rdf.contexts import GATEWAY, TD_1_1, context, unknown_contexts
from semantic_gw.rdf.namespaces import SGW
from semantic_gw.rdf.thing_description import project

LEVEL: dict[str, Any] = {
    "@context": [TD_1_1, GATEWAY],
    "id": "urn:dev:level",
    "title": "Level",
    "securityDefinitions": {"nosec_sc": {"scheme": "nosec"}},
    "security": "nosec_sc",
    "properties": {
        "blorp": {
            "type": "number",
            "unit": "unit:DEG_C",
            "saref:hasPropertyKind": {"@id": "sgw:Temperature"},
            "forms": [{"href": "kafka://broker:9092/raw", "sgw:topic": "raw"}],
        }
    },
}


def test_our_context_is_held() -> None:
    assert context(GATEWAY)["sgw"] == SGW
    assert unknown_contexts(LEVEL) == ()


def test_its_prefixes_are_read_in_the_projection() -> None:
    kinds = [o for _, p, o in project(LEVEL) if p == "https://saref.etsi.org/core/hasPropertyKind"]

    assert kinds == [SGW + "Temperature"]


def test_its_prefixes_are_read_when_lifting() -> None:
    assert warnings(ThingDescription("urn:dev:level", LEVEL), Lexicon.load()) == ()
