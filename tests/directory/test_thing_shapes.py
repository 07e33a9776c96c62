"""Our shapes for Thing Descriptions: every projection of a valid one conforms, and what is wrong is told."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from semantic_gw.directory.thing_shapes import findings, shapes
from semantic_gw.errors import GatewayError
from semantic_gw.model import Triple
from semantic_gw.rdf.namespaces import HYPERMEDIA, JSON_SCHEMA, RDF, TD
from semantic_gw.rdf.thing_description import project
from tests.shared import shared

BASE = "https://gateway.example/"
FORM = {"href": "https://lamp.example/p", "op": ["readproperty"], "contentType": "application/json"}
LAMP: dict[str, Any] = {
    "@context": "https://www.w3.org/2022/wot/td/v1.1",
    "id": "urn:x:lamp",
    "title": "Lamp",
    "securityDefinitions": {"basic": {"scheme": "basic"}},
    "security": "basic",
    "properties": {"level": {"type": "integer", "minimum": 0, "maximum": 100, "forms": [FORM]}},
    "actions": {"fade": {"input": {"type": "array", "items": [{"type": "string"}], "minItems": 1}, "forms": [FORM]}},
    "events": {"broken": {"data": {"type": "object", "properties": {"why": {"type": "string"}}}, "forms": [FORM]}},
}


def triples(**changes: Any) -> list[Triple]:
    return list(project({**deepcopy(LAMP), **changes}, base_iri=BASE))


def test_every_valid_description_conforms() -> None:
    found = {}
    for path in sorted(shared("wot/td-valid").rglob("*.json*")):
        document = json.loads(path.read_text("utf-8"))
        if not isinstance(document, dict):
            continue
        try:
            projection = project({"id": "urn:x:1", **document}, base_iri=BASE)
        except GatewayError:
            continue
        found[path.name] = findings(projection)

    assert len(found) > 50
    assert {name: told for name, told in found.items() if told} == {}


def test_a_description_of_our_own_conforms_and_is_looked_at() -> None:
    report = shapes().validate_triples(triples())

    assert report.results == ()
    assert report.focus_nodes >= 8


PROPERTY = "urn:x:lamp#level"


@pytest.mark.parametrize(
    ("lost", "told"),
    [
        (("urn:x:lamp", TD + "title"), "has a title"),
        (("urn:x:lamp", TD + "hasSecurityConfiguration"), "which of the security"),
        ((PROPERTY, TD + "hasForm"), "has a form"),
        ((PROPERTY, TD + "name"), "one name"),
        ((PROPERTY, RDF + "type"), "is a property affordance"),
        ((PROPERTY + ".forms.0", HYPERMEDIA + "hasTarget"), "leads to one place"),
        (("urn:x:lamp#.securityDefinitions.basic", RDF + "type"), "is defined, with a scheme"),
        (("urn:x:lamp#broken.data.properties.why", TD + "name"), "a field has a name"),
    ],
)
def test_what_is_missing_is_told(lost: tuple[str, str], told: str) -> None:
    left = [triple for triple in triples() if triple[:2] != lost]

    assert len(left) < len(triples())
    assert told in " ".join(detail for _, detail in findings(left))


@pytest.mark.parametrize(
    ("level", "told"),
    [
        ({"minimum": 5, "maximum": 1}, "no greater than the maximum"),
        ({"readOnly": True, "writeOnly": True}, "is read or written"),
    ],
)
def test_what_does_not_go_together_is_told(level: dict[str, Any], told: str) -> None:
    left = triples(properties={"level": {"type": "integer", **level, "forms": [FORM]}})

    assert told in " ".join(detail for _, detail in findings(left))


def test_a_bound_that_is_no_number_is_told() -> None:
    graph = [(s, p, "urn:x:five" if p == JSON_SCHEMA + "minimum" else o) for s, p, o in triples()]

    assert "a minimum is a number" in " ".join(detail for _, detail in findings(graph))
