from __future__ import annotations

import json
import warnings
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

import pyoxigraph
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.errors import DescribingError
from semantic_gw.model import IRI, Json, Literal, Term, Triple
from semantic_gw.rdf.contexts import DISCOVERY, unknown_contexts
from semantic_gw.rdf.iris import affordance_iri
from semantic_gw.rdf.namespaces import HYPERMEDIA, JSON_SCHEMA, OWL, RDF, SAREF, SECURITY, SGW, TD, UNIT, XSD
from semantic_gw.rdf.serialize import triples_to_nquads
from semantic_gw.rdf.thing_description import project
from tests.rdf.descriptions import CONTEXT, THING, affordance, td
from tests.shared import SHARED, shared

VALID = sorted(path.name for path in (SHARED / "wot/td-valid").glob("*.json*")) or ["absent"]
BASE: Final = "https://gateway.example/"
TYPE: Final = RDF + "type"
DISCOVERY_DRAFT: Final = "https://w3c.github.io/wot-discovery/context/discovery-context.jsonld"
NOT_HELD: Final = {"https://webthings.io/schemas": 5, DISCOVERY_DRAFT: 1}
"""Contexts of valid descriptions that we do not hold: how many name them. They are projected as opaque."""

EX: Final = "https://example.com/"


def triples(document: Mapping[str, Json], **options: Any) -> set[Triple]:
    return set(project(document, **options))


def objects(document: Mapping[str, Json], predicate: IRI, subject: IRI = THING) -> set[Term]:
    return {o for s, p, o in project(document) if (s, p) == (subject, predicate)}


def text(value: str) -> Literal:
    return Literal(value, XSD + "string")


def valid(name: str) -> dict[str, Json]:
    found: dict[str, Json] = json.loads(shared(f"wot/td-valid/{name}").read_text("utf-8"))
    return found


# ── What is always there ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_thing_is_a_td_thing_whatever_it_says() -> None:
    assert (THING, TYPE, TD + "Thing") in triples(td())


def test_affordances_are_named_by_the_thing_and_their_name() -> None:
    found = triples(
        td(properties={"t": affordance()}, actions={"a": {"forms": []}}, events={"e/1": {"forms": []}}),
    )

    assert {
        (THING, TD + "hasPropertyAffordance", f"{THING}#t"),
        (f"{THING}#t", TYPE, TD + "PropertyAffordance"),
        (THING, TD + "hasActionAffordance", f"{THING}#a"),
        (f"{THING}#a", TYPE, TD + "ActionAffordance"),
        (THING, TD + "hasEventAffordance", f"{THING}#e%2F1"),
        (f"{THING}#e%2F1", TYPE, TD + "EventAffordance"),
        (f"{THING}#e%2F1", TD + "name", text("e/1")),
    } <= found


def test_an_affordance_has_the_iri_that_observations_observe() -> None:
    name = "Küche 1.a"

    assert objects(td(properties={name: affordance()}), TD + "hasPropertyAffordance") == {affordance_iri(THING, name)}


def test_an_action_of_the_name_of_a_property_is_another_node() -> None:
    found = td(properties={"fade": affordance()}, actions={"fade": {"forms": [{"href": "/f"}]}})

    assert objects(found, TD + "hasActionAffordance") == {f"{THING}#fade.action"}
    assert objects(found, TD + "hasForm", f"{THING}#fade") == {f"{THING}#fade.forms.0"}


def test_an_affordance_with_an_id_of_its_own_has_both() -> None:
    found = td(properties={"t": affordance(id=EX + "t")})

    assert objects(found, OWL + "sameAs", f"{THING}#t") == {EX + "t"}


def test_a_thing_whose_iri_has_a_fragment_extends_it() -> None:
    found = triples(td(id=EX + "#lamp", properties={"on": affordance()}))

    assert (EX + "#lamp", TD + "hasPropertyAffordance", EX + "#lamp.on") in found


def test_parts_are_named_by_the_way_to_them() -> None:
    fields = {"x": {"type": "object", "properties": {"y": {"oneOf": [{}, {"const": 1}]}}}}
    subjects = {s for s, _, _ in triples(td(properties={"c": affordance(properties=fields)}, links=[{"href": "/"}]))}

    assert {
        f"{THING}#c.forms.0",
        f"{THING}#c.properties.x.properties.y.oneOf.1",
        f"{THING}#.links.0",
        f"{THING}#.securityDefinitions.nosec_sc",
    } <= subjects


def test_parts_of_the_same_path_are_different_nodes() -> None:
    context = [CONTEXT, {"a": EX + "a/part", "b": EX + "b/part"}]
    found = triples(td(**{"@context": context, "a": {"ex": 1, EX + "n": 1}, "b": {EX + "n": 2}}))

    assert len({s for s, p, _ in found if p == EX + "n"}) == 2


def test_a_thing_without_an_id_is_named_by_its_document() -> None:
    document = {name: value for name, value in td().items() if name != "id"}
    (first, *_), (second, *_) = project(document, base_iri=BASE), project(td(**{**document, "title": "x"}))

    assert first[0].startswith(BASE + "things/")
    assert first == next(iter(project(dict(reversed(document.items())), base_iri=BASE)))
    assert first[0] != second[0]


# ── What is read otherwise than plain JSON-LD reads it ──────────────────────────────────────────────────────────────


def test_titles_and_descriptions_have_a_language_only_where_the_context_gives_one() -> None:
    italian = {"@context": [CONTEXT, {"@language": "it"}], "description": "una cosa"}

    assert objects(td(), TD + "title") == {text("kitchen")}
    assert objects(td(**italian), TD + "title") == {Literal("kitchen", RDF + "langString", "it")}
    assert objects(td(**italian), TD + "description") == {Literal("una cosa", RDF + "langString", "it")}


def test_nothing_else_has_the_language_of_the_context() -> None:
    state = affordance(type="string", enum=["acceso"], unit="gradi", **{"ex:note": "nota"})
    found = triples(td(**{"@context": [CONTEXT, {"@language": "it", "ex": EX}], "properties": {"stato": state}}))
    languages = {p: o.language for _, p, o in found if isinstance(o, Literal) and o.language}

    assert languages == {TD + "title": "it"}
    assert (f"{THING}#stato", TD + "name", text("stato")) in found
    assert (f"{THING}#stato", EX + "note", text("nota")) in found


def test_languages_written_with_a_text_stay() -> None:
    found = td(titles={"de": "Küche"}, **{"ex:label": {"@value": "cuisine", "@language": "fr"}})

    assert objects(found, TD + "titleInLanguage") == {Literal("Küche", RDF + "langString", "de")}
    assert objects(found, EX + "label") == {Literal("cuisine", RDF + "langString", "fr")}


def test_a_language_that_is_none_is_left_out() -> None:
    found = td(**{"ex:label": {"@value": "x", "@language": "not a language"}})

    assert objects(found, EX + "label") == {text("x")}


def test_names_of_fields_are_td_names_at_every_depth() -> None:
    inner = {"y": {"type": "object", "properties": {"z": {"type": "null"}}}}
    schema = affordance(type="object", properties={"x": {"type": "object", "properties": inner}})
    found = triples(td(properties={"c": schema}, actions={"a": {"input": schema, "forms": []}}))

    assert sum(o in {text("x"), text("y"), text("z")} for _, p, o in found if p == TD + "name") == 6
    assert not [p for _, p, _ in found if p == JSON_SCHEMA + "propertyName"]


def test_security_names_join_wherever_they_stand() -> None:
    definitions = {
        "a b": {"scheme": "basic"},
        "both": {"scheme": "combo", "allOf": ["a b", "c"]},
        "c": {"scheme": "psk"},
    }
    found = triples(
        td(securityDefinitions=definitions, security=["both"], forms=[{"href": "/", "security": "a b"}]),
    )
    basic, both = f"{THING}#.securityDefinitions.a%20b", f"{THING}#.securityDefinitions.both"

    assert {
        (THING, TD + "definesSecurityScheme", basic),
        (basic, TYPE, SECURITY + "BasicSecurityScheme"),
        (basic, TD + "name", text("a b")),
        (THING, TD + "hasSecurityConfiguration", both),
        (both, SECURITY + "allOf", basic),
        (f"{THING}#.forms.0", TD + "hasSecurityConfiguration", basic),
    } <= found


def test_the_name_of_an_api_key_is_not_that_of_its_definition() -> None:
    definitions = {"key": {"scheme": "apikey", "in": "header", "name": "X-Key"}}
    found = td(securityDefinitions=definitions, security="key")
    key = f"{THING}#.securityDefinitions.key"

    assert objects(found, TD + "name", key) == {text("key")}
    assert objects(found, SECURITY + "name", key) == {text("X-Key")}


def test_schemas_of_responses_join_their_definitions() -> None:
    form = {"href": "/", "additionalResponses": [{"schema": "error"}]}
    found = triples(td(schemaDefinitions={"error": {"type": "string"}}, forms=[form]))
    schema = f"{THING}#.schemaDefinitions.error"

    assert {
        (f"{THING}#.forms.0.additionalResponses.0", HYPERMEDIA + "hasAdditionalOutputSchema", schema),
        (schema, TYPE, JSON_SCHEMA + "StringSchema"),
        (schema, TD + "name", text("error")),
    } <= found


def test_uri_variables_are_schemas() -> None:
    found = td(actions={"a": {"uriVariables": {"step": {"type": "integer", "minimum": 1}}, "forms": []}})
    variable = f"{THING}#a.uriVariables.step"

    assert objects(found, TYPE, variable) == {JSON_SCHEMA + "IntegerSchema"}
    assert objects(found, JSON_SCHEMA + "minimum", variable) == {Literal("1", XSD + "integer")}


@pytest.mark.parametrize(
    ("unit", "predicate", "term"),
    [
        (UNIT + "DEG_C", "http://schema.org/unitCode", UNIT + "DEG_C"),
        ("unit:DEG_C", "http://schema.org/unitCode", UNIT + "DEG_C"),
        ("micrograms per cubic metre", SGW + "unitText", text("micrograms per cubic metre")),
        ("celsius", SGW + "unitText", text("celsius")),
        ("%", SGW + "unitText", text("%")),
        ("om2:degreeCelsius", SGW + "unitText", text("om2:degreeCelsius")),
        ("http://example.com/{unit}", SGW + "unitText", text("http://example.com/{unit}")),
    ],
)
def test_a_unit_is_an_iri_or_stays_a_text(unit: str, predicate: str, term: Any) -> None:
    found = triples(td(properties={"t": affordance(unit=unit)}))

    assert {(p, o) for s, p, o in found if p in {"http://schema.org/unitCode", SGW + "unitText"}} == {(predicate, term)}


def test_a_unit_is_what_the_context_of_the_document_says() -> None:
    context = [CONTEXT, {"om2": EX + "om/", "celsius": UNIT + "DEG_C"}]
    units = {"a": affordance(unit="om2:kelvin"), "b": affordance(unit="celsius")}
    found = triples(td(**{"@context": context}, properties=units))

    assert {o for _, p, o in found if p == "http://schema.org/unitCode"} == {EX + "om/kelvin", UNIT + "DEG_C"}


def test_values_within_a_schema_stay_values() -> None:
    schema = affordance(const={"b": 1, "a": None}, default=None, enum=["x", 1, 2.5, True, [1]])
    found = td(properties={"t": schema})
    node = f"{THING}#t"

    assert objects(found, JSON_SCHEMA + "const", node) == {Literal('{"a":null,"b":1}', RDF + "JSON")}
    assert objects(found, JSON_SCHEMA + "default", node) == {Literal("null", RDF + "JSON")}
    assert objects(found, JSON_SCHEMA + "enum", node) == {
        text("x"),
        Literal("1", XSD + "integer"),
        Literal("2.5E0", XSD + "double"),
        Literal("true", XSD + "boolean"),
        Literal("[1]", RDF + "JSON"),
    }


def test_numbers_keep_every_digit() -> None:
    found = td(properties={"t": affordance(minimum=68.323, maximum=2**63, multipleOf=100.0)})

    assert objects(found, JSON_SCHEMA + "minimum", f"{THING}#t") == {Literal("6.8323E1", XSD + "double")}
    assert objects(found, JSON_SCHEMA + "maximum", f"{THING}#t") == {Literal(str(2**63), XSD + "integer")}
    assert objects(found, JSON_SCHEMA + "multipleOf", f"{THING}#t") == {Literal("100", XSD + "integer")}


def test_what_no_context_defines_is_left_out() -> None:
    found = triples(td(tag="x", **{"@type": ["OnOffSwitch", "saref:Device"], "nobody:knows": 1, "ex:floor": 3}))

    assert (THING, EX + "floor", Literal("3", XSD + "integer")) in found
    assert {o for _, p, o in found if p == TYPE and o != SECURITY + "NoSecurityScheme"} == {
        TD + "Thing",
        SAREF + "Device",
    }
    assert not [triple for triple in found if "tag" in triple[1] or "knows" in triple[1]]


def test_our_own_prefixes_need_no_declaration() -> None:
    found = td(**{"@context": CONTEXT, "saref:hasModel": "T1", "sgw:repeatsOn": {"@id": "unit:K"}})

    assert objects(found, SAREF + "hasModel") == {text("T1")}
    assert objects(found, SGW + "repeatsOn") == {UNIT + "K"}


def test_a_prefix_of_the_document_wins_over_ours() -> None:
    assert objects(td(**{"@context": [CONTEXT, {"saref": EX}], "saref:a": 1}), EX + "a")


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("https://example.com/{id}", "https://example.com/%7Bid%7D"),
        ("https://example.com/a b%", "https://example.com/a%20b%25"),
        ("https://example.com/#a#b", "https://example.com/#a%23b"),
        ("mailto:a@example.com", "mailto:a@example.com"),
        ("#t", f"{THING}#t"),
        ("", THING),
        ("#", THING),
        (THING, THING),
        ("neighbour", f"{THING}#.node.neighbour"),
        ("_:b0", f"{THING}#.node.b0"),
    ],
)
def test_a_reference_is_an_iri_whatever_it_was(given: str, found: str) -> None:
    assert objects(td(**{"ex:near": {"@id": given}}), EX + "near") == {found}


def test_a_relative_reference_is_resolved_against_a_hierarchical_thing() -> None:
    thing = "https://example.com/things/1"

    assert objects(td(id=thing, **{"ex:near": {"@id": "2"}}), EX + "near", thing) == {"https://example.com/things/2"}


def test_uris_are_typed_as_the_ontology_says() -> None:
    flow = {"scheme": "oauth2", "token": "/token{?x}"}
    found = triples(td(base="mqtt://h:1883/", profile=EX, support="mailto:a@b.c", securityDefinitions={"o": flow}))
    typed = {p for _, p, o in found if isinstance(o, Literal) and o.datatype == XSD + "anyURI"}

    assert typed == {TD + "baseURI", TD + "followsProfile", TD + "supportContact", SECURITY + "token"}


def test_operations_are_those_of_the_ontology() -> None:
    found = td(properties={"t": affordance(forms=[{"href": "/", "op": ["readproperty", "invented"]}])})

    assert objects(found, HYPERMEDIA + "hasOperationType", f"{THING}#t.forms.0") == {TD + "readProperty"}


def test_lists_of_other_vocabularies_keep_their_order() -> None:
    context = [CONTEXT, {"ex": EX, "steps": {"@id": EX + "steps", "@container": "@list"}}]
    found = triples(td(**{"@context": context}, steps=["b", "a"]))
    first = {s: o for s, p, o in found if p == RDF + "first"}
    (head,) = (o for _, p, o in found if p == EX + "steps")
    rest = {s: o for s, p, o in found if p == RDF + "rest"}

    assert [first[str(head)], first[str(rest[str(head)])]] == [text("b"), text("a")]
    assert RDF + "nil" in rest.values()


def test_members_that_point_back_do_so() -> None:
    context = [CONTEXT, {"ex": EX, "partOf": {"@reverse": EX + "has"}}]
    found = triples(td(**{"@context": context}, partOf={"@id": EX + "room"}))

    assert (EX + "room", EX + "has", THING) in found


def test_terms_of_the_directory_are_known() -> None:
    found = td(**{"@context": [CONTEXT, DISCOVERY]}, registration={"created": "2026-11-24T10:15:00Z"})
    created = "https://www.w3.org/2022/wot/discovery-ontology#dateCreated"

    assert objects(found, created, f"{THING}#.hasRegistrationInformation") == {
        Literal("2026-11-24T10:15:00Z", XSD + "dateTime")
    }


# ── What SAREF says of it ───────────────────────────────────────────────────────────────────────────────────────────

TEMPERATURE: Final = {"saref:hasPropertyKind": {"@id": SGW + "Temperature"}}
ON_OFF: Final = {"saref:hasStateKind": {"@id": SGW + "OnOff"}}


def test_an_affordance_with_a_property_kind_is_a_property_of_interest() -> None:
    found = triples(td(properties={"t": affordance(**TEMPERATURE)}))

    assert {
        (f"{THING}#t", TYPE, SAREF + "PropertyOfInterest"),
        (f"{THING}#t", SAREF + "hasPropertyKind", SGW + "Temperature"),
        (f"{THING}#t", SAREF + "isPropertyOfInterestOf", THING),
        (THING, SAREF + "hasPropertyOfInterest", f"{THING}#t"),
    } <= found


def test_an_affordance_with_a_state_kind_is_a_state_of_interest() -> None:
    found = triples(td(properties={"t": affordance(**ON_OFF)}))

    assert {
        (f"{THING}#t", TYPE, SAREF + "StateOfInterest"),
        (f"{THING}#t", SAREF + "isStateOfInterestOf", THING),
        (THING, SAREF + "hasStateOfInterest", f"{THING}#t"),
    } <= found


def test_an_affordance_without_a_kind_is_of_no_interest() -> None:
    assert not [p for _, p, _ in triples(td(properties={"t": affordance()})) if "OfInterest" in p]


def test_an_event_with_a_kind_is_an_event_of_interest() -> None:
    event = {"forms": [], "sgw:hasEventKind": {"@id": SGW + "DeviceAction"}}
    found = triples(td(events={"action": event, "other": {"forms": []}}))

    assert (f"{THING}#action", TYPE, SGW + "EventOfInterest") in found
    assert (f"{THING}#action", SGW + "isEventOfInterestOf", THING) in found
    assert (f"{THING}#other", TYPE, SGW + "EventOfInterest") not in found


READ, WRITE, SEE = ({"href": "/", "op": [op]} for op in ("readproperty", "writeproperty", "observeproperty"))
DEFAULT: Final = {"href": "/"}


@pytest.mark.parametrize(
    ("members", "observes", "controls"),
    [
        ({"forms": [READ]}, True, False),
        ({"forms": [SEE]}, True, False),
        ({"forms": [WRITE]}, False, True),
        ({"forms": [SEE, WRITE]}, True, True),
        ({"forms": [DEFAULT]}, True, True),
        ({"forms": [DEFAULT], "readOnly": True}, True, False),
        ({"forms": [DEFAULT], "writeOnly": True}, False, True),
        ({"forms": []}, False, False),
    ],
)
def test_a_sensor_observes_what_can_be_read_and_an_actuator_controls_what_can_be_written(
    members: dict[str, Json], observes: bool, controls: bool
) -> None:
    state = affordance(**members, **ON_OFF)
    found = triples(td(**{"@type": ["saref:Sensor", "saref:Actuator"]}, properties={"t": state}))

    assert ((THING, SAREF + "observes", f"{THING}#t") in found) is observes
    assert ((THING, SAREF + "controls", f"{THING}#t") in found) is controls


@pytest.mark.parametrize(
    ("types", "predicates"),
    [
        ([], set()),
        (["saref:Device"], set()),
        (["saref:Sensor"], {"observes"}),
        (["saref:Meter"], {"observes"}),
        (["saref:Actuator"], {"controls"}),
    ],
)
def test_a_thing_observes_and_controls_only_as_what_it_calls_itself(types: list[str], predicates: set[str]) -> None:
    state = affordance(forms=[DEFAULT], **ON_OFF)
    found = triples(td(**{"@type": types}, properties={"t": state}))

    assert {p.removeprefix(SAREF) for _, p, _ in found} & {"observes", "controls"} == predicates


# ── What is refused ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (td(id="kitchen"), "'kitchen' is no absolute IRI"),
        (td(id="urn:a b"), "is no absolute IRI"),
        (td(id=5), "is no absolute IRI"),
        ({"@context": CONTEXT, "title": "x"}, "has no id"),
        (td(**{"@context": DISCOVERY}), "its @context lacks"),
        ({"id": THING}, "its @context lacks"),
        (td(**{"@context": [CONTEXT, EX]}), f"no context is held for {EX}"),
        (td(**{"@graph": [{"@id": EX, "ex:p": 1}]}), "describes one Thing"),
        (td(**{"@context": [CONTEXT, {"p": {"@id": 5}}]}), "not JSON-LD 1.1"),
    ],
)
def test_what_describes_no_thing_is_refused(document: Mapping[str, Json], message: str) -> None:
    with pytest.raises(DescribingError, match=message):
        project(document)


def test_an_opaque_context_is_left_out_with_what_only_it_defines() -> None:
    document = td(**{"@context": [CONTEXT, EX + "ctx", {"ex": EX}], "@type": "Lamp", "ex:a": 1})

    assert unknown_contexts(document) == (EX + "ctx",)
    assert triples(document, opaque=True) == triples(td(**{"@context": [CONTEXT, {"ex": EX}], "ex:a": 1}))


# ── Descriptions of others ──────────────────────────────────────────────────────────────────────────────────────────


def test_the_contexts_of_valid_descriptions_that_are_not_held_are_listed() -> None:
    if VALID == ["absent"]:
        shared("wot/td-valid")

    assert Counter(url for name in VALID for url in unknown_contexts(valid(name))) == NOT_HELD


@pytest.mark.parametrize("name", VALID)
def test_a_valid_description_of_others_is_projected(name: str) -> None:
    document = valid(name)
    options: dict[str, Any] = {"base_iri": BASE, "opaque": bool(unknown_contexts(document))}
    first, second = project(document, **options), project(document, **options)
    quads = list(pyoxigraph.parse(triples_to_nquads(first), format=pyoxigraph.RdfFormat.N_QUADS))

    assert first == second
    assert len(quads) == len(first)
    assert not [q for q in quads if pyoxigraph.BlankNode in {type(q.subject), type(q.object)}]


@pytest.mark.parametrize("name", VALID)
def test_rdflib_reads_the_projection_of_a_valid_description(name: str) -> None:
    document = valid(name)
    found = project(document, base_iri=BASE, opaque=bool(unknown_contexts(document)))
    with warnings.catch_warnings(action="ignore"):  # rdflib's own parsers use what it deprecates
        graph = rdflib.Graph().parse(data=triples_to_nquads(found).decode(), format="nt")

    assert len(graph) == len(found)


@pytest.mark.parametrize("name", VALID)
def test_a_projection_does_not_depend_on_the_order_of_members(name: str) -> None:
    document = valid(name)
    options: dict[str, Any] = {"base_iri": BASE, "opaque": bool(unknown_contexts(document))}

    assert project(_backwards(document), **options) == project(document, **options)


@pytest.mark.parametrize("name", VALID)
def test_every_node_of_a_projection_is_reached_from_the_thing(name: str) -> None:
    document = valid(name)
    found = project(document, base_iri=BASE, opaque=bool(unknown_contexts(document)))
    reached, size = {found[0][0]}, 0
    while len(reached) > size:
        size = len(reached)
        reached |= {o for s, _, o in found if s in reached and isinstance(o, str)}

    assert {s for s, _, _ in found} <= reached


def _backwards(value: Json) -> Json:
    """*value* with the members of all objects but contexts in the opposite order."""
    if isinstance(value, dict):
        return {k: v if k == "@context" else _backwards(v) for k, v in reversed(value.items())}
    return [_backwards(item) for item in value] if isinstance(value, list) else value


def test_the_rdf_that_another_directory_made_differs_by_our_rules_only() -> None:
    """Of the others in that folder, no JSON is known that they were made from."""
    document = json.loads(shared("wot/td-rdf/domus__smart-coffee-machine.td.jsonld").read_text("utf-8"))
    path = shared("wot/td-rdf/domus__smart-coffee-machine.ttl")
    theirs = _shape((t.predicate.value, t.object) for t in pyoxigraph.parse(path=path))
    ours = _shape((p, o) for _, p, o in project(document) if not str(o).startswith(TD + "PropertyAff"))
    added = {(TYPE, TD + "ActionAffordance"): 2, (TYPE, TD + "EventAffordance"): 1, (TD + "name", "nosec_sc"): 1}
    theirs_alone = dict.fromkeys(("dateCreated", "dateModified", "hasRegistrationInformation"), 1)

    assert ours - theirs == Counter(added)
    assert Counter(p.partition("#")[2] for p, _ in theirs - ours) == Counter(theirs_alone)


SCHEMAS: Final = {"string": JSON_SCHEMA + "StringSchema", "integer": JSON_SCHEMA + "IntegerSchema"}


def _shape(pairs: Iterable[tuple[IRI, Any]]) -> Counter[tuple[IRI, str]]:
    """Predicates and objects, nodes without a name as such, by our rules for uriVariables, names and security."""
    found: Counter[tuple[IRI, str]] = Counter()
    for predicate, term in pairs:
        if predicate == TD + "hasInstanceConfiguration":
            continue
        value = term if isinstance(term, str) else getattr(term, "lexical", None) or term.value
        is_node = isinstance(term, pyoxigraph.BlankNode) or (
            isinstance(term, str) and "#" in term[:70] and "urn:" in term
        )
        value = "a node" if is_node or predicate == TD + "hasSecurityConfiguration" else value
        moved = TYPE if predicate == TD + "type" else predicate.replace("json-schema#propertyName", "td#name")
        for member in ("enum", "minimum", "maximum"):
            moved = moved.replace(TD + member, JSON_SCHEMA + member)
        found[moved, SCHEMAS.get(value, value) if moved == TYPE else value] += 1
    return found


# ── Descriptions of nobody ──────────────────────────────────────────────────────────────────────────────────────────

MEMBERS: Final = st.sampled_from(
    [
        "@id", "@type", "@value", "@list", "@set", "@reverse", "@included", "@language", "@graph", "@context", "@nest",
        "properties", "actions", "events", "forms", "links", "security", "securityDefinitions", "schemaDefinitions",
        "uriVariables", "type", "unit", "const", "enum", "oneOf", "title", "titles", "href", "op", "response", "schema",
        "name", "input", "data", "ex:p", "saref:hasPropertyKind", "sgw:pointer", "version", "base",
    ]
)  # fmt: skip
JSON: Final = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | MEMBERS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(MEMBERS, JSON, max_size=5))
def test_any_json_is_projected_or_refused(members: dict[str, Json]) -> None:
    try:
        found = project({**td(), **members, "@context": td()["@context"], "id": THING})
    except DescribingError:
        return
    quads = list(pyoxigraph.parse(triples_to_nquads(found), format=pyoxigraph.RdfFormat.N_QUADS))

    assert len(quads) == len(found)
