from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any, Final

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyld import jsonld

from semantic_gw.directory.validation import check_description
from semantic_gw.errors import DescribingError, NotSupportedError
from semantic_gw.model import Json, Triple
from semantic_gw.rdf.contexts import DISCOVERY, TD_1_1
from semantic_gw.rdf.description_reading import from_rdf
from semantic_gw.rdf.graph import MEDIA_TYPES
from semantic_gw.rdf.limits import check
from semantic_gw.rdf.namespaces import HYPERMEDIA, JSON_SCHEMA, RDF, SAREF, SECURITY, SGW, TD, UNIT
from semantic_gw.rdf.serialize import triples_to_nquads
from semantic_gw.rdf.thing_description import project
from semantic_gw.rdf.turtle import to_turtle
from semantic_gw.sandbox import Sandbox
from tests.rdf.descriptions import CONTEXT, THING, affordance, td
from tests.rdf.test_contexts import PUBLISHED, inlined, published
from tests.shared import SHARED, shared

VALID = sorted(path.name for path in (SHARED / "wot/td-valid").glob("*.json*")) or ["absent"]
TURTLE: Final = "text/turtle"
N_TRIPLES: Final = "application/n-triples"
JSON_LD: Final = "application/ld+json"
BASE: Final = "https://gateway.example/"
FILES: Final = {
    "domus__smart-coffee-machine.ttl": TURTLE,
    "domus__smart-coffee-machine.n3": TURTLE,
    "domus__smart-coffee-machine.td.jsonld": JSON_LD,
    "domus__smart-coffee-machine_shacl_ok.ttl": TURTLE,
    "wot-td-java__forkliftRobot.ttl": TURTLE,
    "wot-td-java__simple_td.ttl": TURTLE,
}
"""One more, `…_shacl_nok.ttl`, lacks `security` on purpose."""

HEAD: Final = f"""
@prefix td: <{TD}> . @prefix js: <{JSON_SCHEMA}> . @prefix hctl: <{HYPERMEDIA}> . @prefix wotsec: <{SECURITY}> .
@prefix ex: <https://example.com/> . @prefix saref: <{SAREF}> . @prefix schema: <http://schema.org/> .
"""


def valid(name: str) -> dict[str, Json]:
    found: dict[str, Json] = json.loads(shared(f"wot/td-valid/{name}").read_text("utf-8"))
    return found


def back(document: Mapping[str, Json]) -> dict[str, Json]:
    """What is read from the projection of *document*."""
    return from_rdf(triples_to_nquads(project(document, base_iri=BASE, opaque=True)), N_TRIPLES, base_iri=BASE)


def turtle(text: str, thing: str = f"<{THING}>") -> dict[str, Any]:
    return from_rdf(f"{HEAD}{thing} a td:Thing ; {text} .".encode(), TURTLE, base_iri=BASE)


def statements(document: Mapping[str, Json]) -> set[Triple]:
    return set(project(document, base_iri=BASE, opaque=True))


# ── What we write ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", VALID)
def test_a_description_that_went_through_rdf_says_the_same_and_is_valid(name: str) -> None:
    document = valid(name)
    found = back(document)

    assert statements(found) == statements(document)
    assert check_description(found) == ()


@pytest.mark.parametrize("name", VALID)
def test_turtle_is_read_as_n_triples_are(name: str) -> None:
    triples = triples_to_nquads(project(valid(name), base_iri=BASE, opaque=True))

    assert statements(from_rdf(to_turtle(triples), TURTLE, base_iri=BASE)) == statements(valid(name))


def test_the_document_is_the_one_that_was_there() -> None:
    fields = {"x": {"type": "object", "properties": {"y": {"oneOf": [{"const": 1}, {"const": None}]}}}}
    members = {
        "unit": UNIT + "DEG_C",
        "saref:hasPropertyKind": {"@id": SGW + "Temperature"},
        "enum": [1, 2.5, [3]],
        "default": {"a": 1},
        "properties": fields,
    }
    document = td(
        **{"@context": [CONTEXT, {"saref": SAREF}], "@type": "saref:Sensor", "saref:hasModel": "T1"},
        titles={"de": "Küche"},
        properties={"t": affordance(**members), "a b": affordance()},
        actions={"t": {"input": {"type": "string"}, "forms": [{"href": "/a", "op": "invokeaction"}]}},
        links=[{"href": f"/{number}"} for number in range(12)],
        uriVariables={"v": {"type": "integer"}},
        schemaDefinitions={"error": {"type": "string"}},
        forms=[{"href": "/", "op": "readallproperties", "additionalResponses": [{"schema": "error"}]}],
        version={"instance": "1.0.0"},
    )
    expected = json.loads(json.dumps(document).replace('["observeproperty"]', '"observeproperty"'))

    assert back(document) == expected


def test_a_language_of_the_context_stays_one() -> None:
    document = td(**{"@context": [CONTEXT, {"@language": "it"}], "description": "una cosa"})

    assert back(document) == document


def test_members_that_point_here_and_lists_come_back() -> None:
    terms = {"of": {"@reverse": "https://example.com/has"}, "steps": {"@id": "urn:steps", "@container": "@list"}}
    document = td(**{"@context": [CONTEXT, terms], "of": {"@id": "https://example.com/room"}, "steps": ["b", "a"]})

    assert statements(back(document)) == statements(document)


def test_registration_comes_back_with_its_context() -> None:
    document = td(**{"@context": [CONTEXT, DISCOVERY], "registration": {"created": "2026-11-24T10:15:00Z", "ttl": 60}})

    assert back(document)["@context"] == [CONTEXT, DISCOVERY]
    assert back(document)["registration"] == document["registration"]


# ── What others write ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", FILES)
def test_what_other_directories_and_libraries_wrote_is_a_valid_description(name: str) -> None:
    found = from_rdf(shared(f"wot/td-rdf/{name}").read_bytes(), FILES[name], base_iri=BASE)

    assert check_description(found) == ()
    assert check(found)


@pytest.mark.parametrize("name", VALID)
def test_what_the_published_context_makes_of_a_valid_description_is_a_valid_one(name: str) -> None:
    document = {"id": "urn:example:thing", **valid(name)}
    given = inlined(document, {url: published(url) for url in PUBLISHED})
    quads = jsonld.to_rdf(given, {"format": "application/n-quads", "base": BASE})
    found = from_rdf(quads.encode(), "application/n-quads", base_iri=BASE)

    assert check_description(found) == ()
    for affordances in ("properties", "actions", "events"):
        assert found.get(affordances, {}).keys() == document.get(affordances, {}).keys()


@pytest.mark.parametrize("name", VALID)
def test_jsonld_in_another_form_is_read(name: str) -> None:
    nodes = json.loads(
        pyoxigraph.serialize(
            pyoxigraph.parse(
                triples_to_nquads(project(valid(name), base_iri=BASE, opaque=True)), pyoxigraph.RdfFormat.N_TRIPLES
            ),
            format=pyoxigraph.RdfFormat.JSON_LD,
        )
        or b""
    )

    assert statements(from_rdf(json.dumps(nodes).encode(), JSON_LD, base_iri=BASE)) == statements(valid(name))


def test_jsonld_is_expanded_in_the_sandbox() -> None:
    document = {"@context": TD_1_1, "@graph": [td()]}
    with Sandbox(deadline_s=30, memory_bytes=512 * 1024**2) as sandbox:
        found = from_rdf(json.dumps(document).encode(), JSON_LD, base_iri=BASE, sandbox=sandbox)
        assert sandbox._child is not None

    assert found["title"] == "kitchen"


def test_jsonld_that_is_a_description_is_taken_as_it_is() -> None:
    document = td(tag="x")

    assert from_rdf(json.dumps(document).encode(), JSON_LD, base_iri=BASE) == document


def test_names_of_fields_may_stand_in_either_vocabulary() -> None:
    found = turtle("td:hasPropertyAffordance [ td:name 'p' ; js:properties [ js:propertyName 'a' ], [ td:name 'b' ] ]")

    assert found["properties"]["p"]["properties"] == {"a": {}, "b": {}}


def test_a_security_scheme_without_a_name_becomes_a_definition() -> None:
    found = turtle(
        "td:hasSecurityConfiguration [ a wotsec:BasicSecurityScheme ; wotsec:in 'header' ], "
        "[ a wotsec:BasicSecurityScheme ]"
    )

    assert found["securityDefinitions"] == {
        "basic_sc": {"scheme": "basic", "in": "header"},
        "basic_sc2": {"scheme": "basic"},
    }
    assert found["security"] == ["basic_sc", "basic_sc2"]


def test_a_security_scheme_is_found_by_its_configuration_wherever_its_base_is() -> None:
    found = turtle(
        "td:definesSecurityScheme [ a wotsec:NoSecurityScheme ; td:hasInstanceConfiguration <http://a.example/no_sc> ];"
        "td:hasSecurityConfiguration <http://b.example/x/no_sc> ;"
        "td:hasForm [ hctl:hasTarget '/' ; td:hasSecurityConfiguration <http://a.example/no_sc> ]"
    )

    assert found["securityDefinitions"] == {"no_sc": {"scheme": "nosec"}}
    assert (found["security"], found["forms"][0]["security"]) == ("no_sc", "no_sc")


def test_a_title_in_several_languages_is_one_title_and_all_titles() -> None:
    found = turtle("td:title 'Küche'@de, 'kitchen'@en, 'cuisine'@fr")

    assert found["titles"] == {"de": "Küche", "en": "kitchen", "fr": "cuisine"}
    assert found["title"] in found["titles"].values()


def test_a_node_with_an_iri_of_its_own_keeps_it() -> None:
    found = turtle("td:hasLink ex:link . ex:link hctl:hasTarget '/manual'")

    assert found["links"] == [{"@id": "https://example.com/link", "href": "/manual"}]


def test_a_thing_without_an_iri_has_no_id() -> None:
    assert "id" not in turtle("td:title 'x'", thing="[]")


def test_a_thing_that_is_not_called_one_is_found_by_what_only_things_have() -> None:
    body = f"{HEAD} ex:lamp td:definesSecurityScheme [ a wotsec:NoSecurityScheme ] ; td:title 'lamp' ."

    assert from_rdf(body.encode(), TURTLE, base_iri=BASE)["id"] == "https://example.com/lamp"


@pytest.mark.parametrize(
    ("text", "member", "value"),
    [
        ("schema:unitCode <http://qudt.org/vocab/unit/K>", "unit", UNIT + "K"),
        ("schema:unitCode js:celsius", "unit", "celsius"),
        ("schema:unitCode '°C'", "unit", "°C"),
        ("js:minimum 0.5", "minimum", 0.5),
        ("js:maximum 5", "maximum", 5),
        ("js:readOnly true", "readOnly", True),
        ("js:enum 1, 2", "enum", [1, 2]),
        ("js:enum 'a'", "enum", ["a"]),
        ("js:const '{\"a\":[1]}'^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON>", "const", {"a": [1]}),
        ("js:default [ js:a 1 ]", "default", {"a": 1}),
        ("js:required 'a'", "required", ["a"]),
        ("a js:NumberSchema, ex:T", "type", "number"),
        ("a js:NumberSchema, ex:T", "@type", "ex:T"),
        ("ex:p 1", "ex:p", 1),
        ("ex:p '01'^^<http://www.w3.org/2001/XMLSchema#integer>", "ex:p", {"@value": "01", "@type": "xsd:integer"}),
        ("ex:p 'x'@de", "ex:p", {"@value": "x", "@language": "de"}),
        ("ex:p ex:q", "ex:p", {"@id": "https://example.com/q"}),
        ("ex:p (1 2)", "ex:p", {"@list": [1, 2]}),
        ("ex:p ()", "ex:p", {"@list": []}),
        ("ex:p [ ex:q 1 ]", "ex:p", {"ex:q": 1}),
        ("ex:p []", "ex:p", {}),
        ("<urn:p> 1", "urn:p", 1),
        ("td:tag 'x'", "tag", "x"),
        ("td:hasForm [ hctl:hasOperationType td:readProperty ]", "forms", [{"op": "readproperty"}]),
        ("td:hasForm [ hctl:hasTarget <http://e.example/> ]", "forms", [{"href": "http://e.example/"}]),
    ],
)
def test_a_statement_becomes_a_member(text: str, member: str, value: Json) -> None:
    assert turtle(f"td:hasPropertyAffordance [ td:name 'p' ; {text} ]")["properties"]["p"][member] == value


def test_only_the_prefixes_that_are_used_are_declared() -> None:
    assert turtle("td:title 'x'")["@context"] == CONTEXT
    assert turtle("ex:p 1")["@context"] == [CONTEXT, {"ex": "https://example.com/"}]


def test_a_prefix_that_is_a_member_is_not_declared() -> None:
    body = f"@prefix td: <{TD}> . @prefix title: <https://example.com/> . <urn:a> a td:Thing ; title:p 1 ."

    assert from_rdf(body.encode(), TURTLE, base_iri=BASE)["https://example.com/p"] == 1


def test_a_node_that_two_refer_to_is_told_once() -> None:
    found = turtle("ex:p _:n ; ex:q _:n . _:n ex:r 1")
    one, other = sorted((found["ex:p"], found["ex:q"]), key=len)

    assert other == {**one, "ex:r": 1}


def test_what_is_said_of_others_is_included() -> None:
    assert turtle("td:title 'x' . ex:room ex:has ex:lamp")["@included"] == [
        {"@id": "https://example.com/room", "ex:has": {"@id": "https://example.com/lamp"}}
    ]


# ── What is refused ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("body", "media_type", "message"),
    [
        ("<urn:a> <urn:b>", TURTLE, "no Turtle"),
        ("<urn:a> <urn:b> <urn:c> .", TURTLE, "0 Things"),
        (f"<urn:a> a <{TD}Thing> . <urn:b> a <{TD}Thing> .", TURTLE, "2 Things"),
        (f"<urn:a> a <{TD}Thing> ; <urn:p> <<( <urn:a> <urn:b> 1 )>> .", TURTLE, "triple within a triple"),
        (f"<urn:a> a <{TD}Thing> ; <{TD}hasPropertyAffordance> 'x' .", TURTLE, "wants a node"),
        ("{", JSON_LD, "no JSON"),
        ("5", JSON_LD, "neither an object nor an array"),
        ('{"@context": "https://example.com/"}', JSON_LD, "no context is held"),
        ("[" * 100_000, JSON_LD, "no JSON"),
    ],
)
def test_what_describes_no_thing_is_refused(body: str, media_type: str, message: str) -> None:
    with pytest.raises(DescribingError, match=message):
        from_rdf(body.encode(), media_type, base_iri=BASE)


def test_media_types_are_named() -> None:
    with pytest.raises(NotSupportedError, match=r"text/html is not read as RDF; there are text/turtle"):
        from_rdf(b"", "text/html", base_iri=BASE)
    assert MEDIA_TYPES == (TURTLE, N_TRIPLES, "application/n-quads", JSON_LD)


NODES: Final = 4_000
HOSTILE: Final = {
    "many triples": "; ".join(f"ex:p {number}" for number in range(20_001)),
    "deep": "ex:p [ " * 5_000 + "]" * 5_000,
    "deep list": "ex:p " + "( " * 5_000 + ")" * 5_000,
    "deep fields": "td:hasInputSchema [ js:properties " * 3_000 + "[]" + "]" * 3_000,
    "a list that never ends": f"ex:p _:l . _:l <{RDF}first> 1 ; <{RDF}rest> _:l",
    "two lists with one end": f"ex:p _:l ; ex:q _:l . _:l <{RDF}first> 1 ; <{RDF}rest> ()",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_graph_is_refused_quickly(name: str) -> None:
    started = time.process_time()
    with pytest.raises(DescribingError):
        turtle(HOSTILE[name])

    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "text",
    [
        "ex:p _:a . _:a ex:p _:b . _:b ex:p _:a",
        "td:hasPropertyAffordance _:a . _:a js:properties _:a",
        f"td:hasLink <{THING}>",
        f"td:hasForm [ hctl:returns <{THING}> ]",
        "td:hasSecurityConfiguration _:s . _:s wotsec:allOf _:s ; a wotsec:ComboSecurityScheme",
        "td:hasPropertyAffordance _:a ; td:hasActionAffordance _:a . _:a td:name 'a'",
        " ; ".join(f"ex:p{n} _:n{n} . _:n{n} ex:p _:n{n + 1}, _:n{n + 1}" for n in range(1)),
        " ".join(f"ex:p _:n{n} . _:n{n} ex:p _:n{n + 1} ; ex:q _:n{n + 1} ;" for n in range(40)) + " ex:r 1",
    ],
)
def test_a_graph_in_circles_is_read_once(text: str) -> None:
    started = time.process_time()
    found = turtle(text)

    assert project(found)
    assert time.process_time() - started < 1


IRIS: Final = st.sampled_from(
    [THING, "_:a", "_:b", f"{THING}#a", f"{THING}#.forms.0", "urn:x:y", "https://example.com/c", RDF + "nil"]
)
PREDICATES: Final = st.sampled_from(
    [
        *(TD + name for name in ("hasPropertyAffordance", "hasActionAffordance", "hasForm", "name", "title", "tag")),
        *(TD + name for name in ("hasSecurityConfiguration", "definesSecurityScheme", "hasInstanceConfiguration")),
        *(
            TD + name
            for name in ("hasUriTemplateSchema", "schemaDefinitions", "titleInLanguage", "hasInputSchema", "type")
        ),
        *(JSON_SCHEMA + name for name in ("properties", "propertyName", "enum", "const", "oneOf", "items", "minimum")),
        *(HYPERMEDIA + name for name in ("hasTarget", "hasOperationType", "hasAdditionalOutputSchema", "hasAnchor")),
        *(RDF + name for name in ("type", "first", "rest")),
        SECURITY + "allOf",
        SAREF + "hasPropertyKind",
        "http://schema.org/unitCode",
        "https://example.com/p",
    ]
)
LITERALS: Final = st.sampled_from(
    [
        '"x"',
        '"Küche"@de',
        '"5"^^<http://www.w3.org/2001/XMLSchema#integer>',
        '"x"^^<http://www.w3.org/2001/XMLSchema#double>',
    ]
) | st.sampled_from([f'"{text}"^^<{RDF}JSON>' for text in ("[1]", "{", "null")])
TERMS: Final = LITERALS | IRIS.map(lambda iri: iri if iri.startswith("_:") else f"<{iri}>")


@given(st.lists(st.tuples(IRIS, PREDICATES, TERMS), max_size=14))
def test_any_graph_is_read_or_refused_and_what_is_read_can_be_projected(triples: list[tuple[str, str, str]]) -> None:
    lines = [f"{s if s[0] == '_' else f'<{s}>'} <{p}> {o} ." for s, p, o in triples if s != RDF + "nil"]
    body = "\n".join([f"<{THING}> <{RDF}type> <{TD}Thing> .", *lines]).encode()
    try:
        found = from_rdf(body, N_TRIPLES, base_iri=BASE)
    except DescribingError:
        return

    assert json.loads(json.dumps(found)) == found
    assert from_rdf(body, N_TRIPLES, base_iri=BASE) == found
    assert project(found)
