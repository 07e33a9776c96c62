from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pyoxigraph
import pytest

from semantic_gw.model import Json, Literal, Triple
from semantic_gw.rdf.namespaces import RDF, SAREF, SGW, TD, UNIT, XSD
from semantic_gw.rdf.serialize import triples_to_nquads
from semantic_gw.rdf.thing_description import SECURITY, project
from tests.shared import SHARED, shared

THING = "urn:dev:mac:00158d0003429eda"
VALID = sorted(path.name for path in (SHARED / "wot/td-valid").glob("*.json*")) or ["absent"]


def td(**members: Json) -> dict[str, Json]:
    return {
        "@context": ["https://www.w3.org/2022/wot/td/v1.1", {"saref": SAREF, "ex": "https://example.com/"}],
        "id": THING,
        "title": "kitchen",
        "securityDefinitions": {"nosec_sc": {"scheme": "nosec"}},
        "security": "nosec_sc",
        **members,
    }


def triples(document: Mapping[str, Json]) -> set[Triple]:
    return set(project(document))


def affordance(**members: Json) -> dict[str, Json]:
    return {"forms": [{"href": "/t", "op": ["observeproperty"]}], "type": "number", **members}


def test_a_thing_is_a_td_thing_whatever_it_says() -> None:
    assert (THING, RDF + "type", TD + "Thing") in triples(td())


def test_an_affordance_is_the_property_of_interest_that_observations_observe() -> None:
    found = triples(td(properties={"t": affordance(**{"saref:hasPropertyKind": {"@id": SGW + "Temperature"}})}))

    assert {
        (THING, TD + "hasPropertyAffordance", f"{THING}#t"),
        (f"{THING}#t", RDF + "type", SAREF + "PropertyOfInterest"),
        (f"{THING}#t", SAREF + "hasPropertyKind", SGW + "Temperature"),
        (f"{THING}#t", SAREF + "isPropertyOfInterestOf", THING),
        (THING, SAREF + "observes", f"{THING}#t"),
    } <= found


def test_what_can_be_written_is_controlled() -> None:
    forms = [{"href": "/t/set", "op": ["writeproperty"]}]
    state = affordance(forms=forms, **{"saref:hasStateKind": {"@id": SGW + "OnOff"}})
    found = triples(td(properties={"t": state}))

    assert (THING, SAREF + "controls", f"{THING}#t") in found
    assert (THING, SAREF + "observes", f"{THING}#t") not in found


def test_security_names_join() -> None:
    found = triples(td())
    (defined,) = [o for s, p, o in found if p == TD + "definesSecurityScheme"]
    (used,) = [o for s, p, o in found if p == TD + "hasSecurityConfiguration"]

    assert defined == used
    assert (defined, RDF + "type", SECURITY + "NoSecurityScheme") in found


def test_a_title_has_a_language_only_where_the_context_gives_one() -> None:
    plain = triples(td())
    italian = triples(td(**{"@context": ["https://www.w3.org/2022/wot/td/v1.1", {"@language": "it"}]}))

    assert (THING, TD + "title", Literal("kitchen", XSD + "string")) in plain
    assert (THING, TD + "title", Literal("kitchen", RDF + "langString", "it")) in italian


@pytest.mark.parametrize(
    ("unit", "predicate", "term"),
    [
        (UNIT + "DEG_C", "http://schema.org/unitCode", UNIT + "DEG_C"),
        ("unit:DEG_C", "http://schema.org/unitCode", UNIT + "DEG_C"),
        ("micrograms per cubic metre", SGW + "unitText", Literal("micrograms per cubic metre", XSD + "string")),
        ("%", SGW + "unitText", Literal("%", XSD + "string")),
    ],
)
def test_a_unit_is_an_iri_or_stays_a_text(unit: str, predicate: str, term: Any) -> None:
    assert (f"{THING}#t", predicate, term) in triples(td(properties={"t": affordance(unit=unit)}))


def test_members_of_unknown_prefixes_are_left_out() -> None:
    found = triples(td(**{"ex:floor": 3, "nobody:knows": 1}))

    assert (THING, "https://example.com/floor", Literal("3", XSD + "integer")) in found
    assert not [t for t in found if "knows" in t[1]]


def test_names_within_a_schema_are_kept() -> None:
    schema = affordance(type="object", properties={"x": {"type": "number"}})
    found = triples(td(properties={"c": schema}))

    assert (f"{THING}#c.x", TD + "name", Literal("x", XSD + "string")) in found


@pytest.mark.parametrize("name", VALID)
def test_a_valid_description_of_others_is_projected(name: str) -> None:
    document = json.loads(shared(f"wot/td-valid/{name}").read_text("utf-8"))
    if not isinstance(document.get("id"), str):
        document["id"] = "urn:uuid:00000000-0000-4000-8000-000000000000"
    first, second = project(document), project(document)
    text = triples_to_nquads(first)
    quads = list(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.N_QUADS))

    assert first == second
    assert len(quads) == len(first)
    assert not [quad for quad in quads if isinstance(quad.subject, pyoxigraph.BlankNode)]
