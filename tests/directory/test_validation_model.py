"""What a Thing Model must be (W3C WoT Thing Description 1.1, section 10)."""

from __future__ import annotations

import pytest

from semantic_gw.directory.validation import check_model
from semantic_gw.model import Json
from tests.directory.validated import TD_1_1, Document, description, model

ON: Document = {"on": {"type": "boolean"}}
POINTER = "it must be a JSON Pointer to a whole affordance, such as /properties/status"


def places(document: Json) -> list[str]:
    return [finding.pointer for finding in check_model(document)]


def detail(document: Json) -> str:
    (finding,) = check_model(document)
    return finding.detail


def linked(*rels: str, **members: Json) -> Document:
    return model(links=[{"rel": rel, "href": f"./{index}.tm.json"} for index, rel in enumerate(rels)], **members)


@pytest.mark.parametrize("type_", ["tm:ThingModel", ["saref:Sensor", "tm:ThingModel"]])
def test_the_smallest_model_is_valid(type_: Json) -> None:
    assert check_model(model(**{"@type": type_})) == ()


@pytest.mark.parametrize("document", [None, "a", []])
def test_what_is_no_object_is_no_model(document: Json) -> None:
    assert "a Thing Model is a JSON object; this is" in detail(document)


def test_a_model_has_a_context() -> None:
    assert places(model(**{"@context": None})) == ["/@context"]


@pytest.mark.parametrize("type_", [None, "Thing", ["Thing"]])
def test_a_model_says_that_it_is_one(type_: Json) -> None:
    assert detail(model(**{"@type": type_})).startswith("@type lacks tm:ThingModel")


def test_a_description_is_told_where_to_go() -> None:
    assert "register a Thing Description at /things" in detail(description())


def test_nothing_else_is_mandatory() -> None:
    document = model(
        properties={"on": {"forms": [{"contentType": "image/png", "response": {}}]}, "off": {}},
        actions={"a": {}},
        events={"e": {}},
        forms=[{}],
        links=[{}],
        securityDefinitions={"sc": {"scheme": "oauth2"}, "k": {}},
        version={},
    )

    assert check_model(document) == ()


@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        ({"title": 1}, "/title"),
        ({"id": "lamp"}, "/id"),
        ({"properties": {"on": {"type": "bool"}}}, "/properties/on/type"),
        ({"properties": {"on": {"minimum": "0"}}}, "/properties/on/minimum"),
        ({"actions": {"a": {"forms": [{"op": "readproperty"}]}}}, "/actions/a/forms/0/op"),
        ({"securityDefinitions": {"sc": {"scheme": "PLACEHOLDER"}}}, "/securityDefinitions/sc/scheme"),
        ({"version": {"model": 1}}, "/version/model"),
        ({"links": [{"instanceName": 1}]}, "/links/0/instanceName"),
    ],
)
def test_what_is_there_is_as_in_a_description(members: Document, pointer: str) -> None:
    assert places(model(**members)) == [pointer]


def test_a_model_is_no_instance() -> None:
    assert places(model(version={"instance": "1.0", "model": "1.0"})) == ["/version/instance"]


# Placeholders (10.3.5).


@pytest.mark.parametrize(
    "members",
    [
        {"title": "Thermostat No. {{NUMBER}}", "version": "{{VERSION}}", "base": "mqtt://{{HOST}}:{{PORT}}"},
        {"id": "urn:example:{{RANDOM ID}}", "created": "{{NOW}}"},
        {"properties": {"t": {"maximum": "{{MAX}}", "observable": "{{O}}", "enum": "{{E}}", "type": "{{T}}"}}},
        {"properties": {"t": "{{AFFORDANCE}}"}, "actions": "{{ACTIONS}}", "links": "{{LINKS}}"},
        {"actions": {"a": {"input": {"minLength": "{{M}}"}, "safe": "{{S}}", "forms": [{"op": ["{{OP}}"]}]}}},
        {"securityDefinitions": {"sc": {"scheme": "{{S}}"}, "d": {"scheme": "digest", "in": "{{I}}"}}},
        {"@context": [TD_1_1, {"@language": "{{LANGUAGE}}"}]},
        {"description": "a set {a, b} and {{c}}"},
    ],
)
def test_a_placeholder_stands_in_the_value_of_a_member(members: Document) -> None:
    assert check_model(model(**members)) == ()


@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        ({"{{NAME}}": 1}, "/{{NAME}}"),
        ({"properties": {"{{NAME}}": {}}}, "/properties/{{NAME}}"),
        ({"actions": {"a": {"input": {"properties": {"{{X}}": {}}}}}}, "/actions/a/input/properties/{{X}}"),
        ({"links": [{"{{REL}}": "a"}]}, "/links/0/{{REL}}"),
    ],
)
def test_a_placeholder_is_no_name_of_a_member(members: Document, pointer: str) -> None:
    assert places(model(**members)) == [pointer]


@pytest.mark.parametrize("text", ["{{}}", "mqtt://{{GERÄT}}/", "{{A}}{{\u2028}}"])
def test_a_placeholder_has_a_name_of_ascii(text: str) -> None:
    assert places(model(title=text)) == ["/title"]


@pytest.mark.parametrize("value", ["{MAX}", "MAX", "{{}}", "{{MAX"])
def test_what_is_no_placeholder_is_no_number(value: str) -> None:
    assert places(model(properties={"t": {"maximum": value}})) == ["/properties/t/maximum"]


# Links and what they import (10.3.2, 10.3.3).


def test_a_model_extends_one_other_and_has_many_parts() -> None:
    assert check_model(linked("tm:extends", "tm:submodel", "tm:submodel", "license")) == ()


def test_a_model_extends_one_other_at_most() -> None:
    assert places(linked("tm:extends", "tm:submodel", "tm:extends")) == ["/links/2/rel"]


@pytest.mark.parametrize("rel", ["tm:extends", "tm:submodel"])
def test_a_link_to_a_model_has_a_target(rel: str) -> None:
    assert places(model(links=[{"rel": rel}])) == ["/links/0/href"]


@pytest.mark.parametrize(
    "reference",
    [
        "#/properties/on",
        "https://example.com/lamp.tm.jsonld#/properties/on",
        "./lamp.tm.json#/properties/a~1b",
        "{{MODEL}}#/properties/{{NAME}}",
        "#/properties/wärme%20x",
    ],
)
def test_a_reference_is_a_uri_and_a_pointer(reference: str) -> None:
    properties = {**ON, "wärme x": {}, "off": {"tm:ref": reference, "title": "off"}}

    assert check_model(model(properties=properties)) == ()


@pytest.mark.parametrize(
    "reference", ["https://example.com/lamp.tm.json", "#properties/on", "/properties/on", "", 1, {}]
)
def test_a_reference_of_another_form_is_told(reference: Json) -> None:
    assert "# and a JSON Pointer" in detail(model(properties={"off": {"tm:ref": reference}}))


def test_a_reference_to_nothing_is_told() -> None:
    assert check_model(model(properties={**ON, "off": {"tm:ref": "#/properties/of"}})) == (
        (
            "/properties/off/tm:ref",
            'tm:ref is "#/properties/of"; nothing stands at "/properties/of" in this Thing Model',
        ),
    )


@pytest.mark.parametrize(
    "properties",
    [
        {"a": {"tm:ref": "#/properties/a"}},
        {"a": {"items": {"tm:ref": "#/properties/a"}}},
        {"a": {"tm:ref": "#/properties/b"}, "b": {"tm:ref": "#/properties/a"}},
        {"a": {"tm:ref": "#/properties/b"}, "b": {"tm:ref": "#/properties/c"}, "c": {"tm:ref": "#/properties/b"}},
    ],
)
def test_references_do_not_go_in_circles(properties: Document) -> None:
    assert {finding.detail.split("; ")[1] for finding in check_model(model(properties=properties))} == {
        "it leads back to where it began"
    }


def test_a_null_beside_a_reference_removes_what_is_imported() -> None:
    imported = {"tm:ref": "lamp.tm.json#/properties/dim", "title": None, "items": {"minimum": None}}

    assert check_model(model(properties={"dim": imported})) == ()
    assert places(model(properties={"dim": {"title": None}})) == ["/properties/dim/title"]


# tm:optional (10.3.4).


@pytest.mark.parametrize("pointer", ["/properties/on", "/actions/a~1b", "/events/e"])
def test_an_affordance_is_optional(pointer: str) -> None:
    document = model(properties=ON, actions={"a/b": {}}, events={"e": {}}, **{"tm:optional": [pointer]})

    assert check_model(document) == ()


@pytest.mark.parametrize(
    ("pointer", "reason"),
    [
        ("#/properties/on", POINTER),
        ("properties/on", POINTER),
        ("/properties", POINTER),
        ("/properties/", POINTER),
        ("/properties/on/type", POINTER),
        ("/links/0", POINTER),
        ("", POINTER),
        ("/properties/off", "properties has no such affordance"),
        ("/actions/on", "actions has no such affordance"),
    ],
)
def test_nothing_else_is_optional(pointer: str, reason: str) -> None:
    ((place, said),) = check_model(model(properties=ON, **{"tm:optional": [pointer]}))

    assert place == "/tm:optional/0"
    assert said.endswith(reason)


def test_what_is_inherited_may_be_optional() -> None:
    assert check_model(linked("tm:extends", **{"tm:optional": ["/properties/inherited"]})) == ()


@pytest.mark.parametrize("optional", ["/properties/on", {}, [1]])
def test_what_is_optional_is_listed(optional: Json) -> None:
    (place,) = places(model(properties=ON, **{"tm:optional": optional}))

    assert place.startswith("/tm:optional")
