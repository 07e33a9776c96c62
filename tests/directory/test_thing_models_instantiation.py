"""Thing Descriptions made of Thing Models."""

from __future__ import annotations

import contextlib
import copy
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.directory.merge_patch import apply
from semantic_gw.directory.thing_models import Models, instantiate, placeholders
from semantic_gw.errors import InvalidDocumentError
from semantic_gw.model import Json
from tests.shared import SHARED, shared

TD = "https://www.w3.org/2022/wot/td/v1.1"
MODEL = "https://models.example/lamp.tm.json"
LAMP = "urn:example:lamp-1"
NO_MODELS = dict[str, Json]().get
NOSEC: Mapping[str, Json] = {"securityDefinitions": {"nosec_sc": {"scheme": "nosec"}}, "security": "nosec_sc"}
FORMS = [{"href": "coap://lamp.example/on"}]


def model(**members: Json) -> Json:
    return {"@context": TD, "@type": "tm:ThingModel", "id": MODEL, "title": "Lamp", **NOSEC, **members}


def made(document: Json, models: Models = NO_MODELS, **given: Json) -> Json:
    return instantiate(document, models, **{"id": LAMP, **given})


def findings(document: Json, **given: Json) -> dict[str, str]:
    with pytest.raises(InvalidDocumentError) as caught:
        made(document, **given)
    return dict(caught.value.findings)


# --- what becomes of the terms of models


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        ("tm:ThingModel", "Thing"),
        (["tm:ThingModel"], ["Thing"]),
        (["tm:ThingModel", "ThingDirectory"], ["Thing", "ThingDirectory"]),
        (["Thing", "tm:ThingModel"], ["Thing"]),
    ],
)
def test_the_type_of_a_model_becomes_that_of_a_thing(types: Json, expected: Json) -> None:
    assert made(model(**{"@type": types}))["@type"] == expected


def test_a_thing_links_to_its_model() -> None:
    assert made(model())["links"] == [{"rel": "type", "href": MODEL, "type": "application/tm+json"}]


def test_a_thing_links_to_no_other_model() -> None:
    other = {"rel": "type", "href": "https://models.example/other", "type": "application/tm+json"}
    icon = {"rel": "icon", "href": "https://models.example/lamp.png"}

    links = made(model(links=[other, icon]))["links"]

    assert [link["href"] for link in links] == [icon["href"], MODEL]


def test_a_link_to_a_submodel_is_left_out() -> None:
    thing = made(model(links=[{"rel": "tm:submodel", "href": "https://models.example/led"}]))

    assert [link["rel"] for link in thing["links"]] == ["type"]


def test_a_thing_has_no_terms_of_models() -> None:
    thing = made(model(**{"tm:optional": [], "tm:required": []}))

    assert not [name for name in thing if name.startswith("tm:")]


def test_a_thing_has_the_id_it_is_given() -> None:
    assert made(model())["id"] == LAMP


def test_a_thing_without_an_id_does_not_take_that_of_its_model() -> None:
    assert "id" not in made(model(), id=None)


def test_the_id_of_a_model_may_be_a_template() -> None:
    document = model(id="urn:example:lamp-{{SERIAL}}")

    assert made(document, id=None, placeholders={"SERIAL": 7})["id"] == "urn:example:lamp-7"


def test_a_given_id_needs_no_template() -> None:
    assert made(model(id="urn:example:lamp-{{SERIAL}}"))["id"] == LAMP


def test_the_version_of_the_model_is_that_of_the_instance_too() -> None:
    assert made(model(version={"model": "1.2.0"}))["version"] == {"instance": "1.2.0", "model": "1.2.0"}


def test_the_version_of_the_instance_can_be_given() -> None:
    thing = made(model(version={"model": "1.2.0"}), overrides={"version": {"instance": "3"}})

    assert thing["version"] == {"model": "1.2.0", "instance": "3"}


def test_a_thing_is_made_of_all_that_its_model_extends() -> None:
    base = {**model(properties={"on": {"type": "boolean", "forms": FORMS}})}
    document = model(links=[{"rel": "tm:extends", "href": "urn:example:base"}])

    thing = made(document, {"urn:example:base": base}.get)

    assert thing["properties"]["on"]["type"] == "boolean"


def test_members_keep_their_order_behind_context_type_and_id() -> None:
    document = {"title": "Lamp", **NOSEC, "@type": "tm:ThingModel", "description": "d", "@context": TD}

    names = list(made(document))

    assert names == ["@context", "@type", "id", "title", "securityDefinitions", "security", "description"]


# --- optional affordances

OPTIONAL = model(
    properties={"on": {"forms": FORMS}, "power": {"forms": FORMS}, "colour": {}},
    **{"tm:optional": ["/properties/power", "/properties/colour"]},
)


def test_optional_affordances_that_have_forms_are_kept() -> None:
    assert list(made(OPTIONAL)["properties"]) == ["on", "power"]


def test_optional_affordances_that_are_not_asked_for_are_left_out() -> None:
    assert list(made(OPTIONAL, optional=[])["properties"]) == ["on"]


def test_an_optional_affordance_that_is_asked_for_needs_forms() -> None:
    assert "/properties/colour" in findings(OPTIONAL, optional=["/properties/colour"])


def test_an_optional_affordance_gets_forms_by_an_override() -> None:
    thing = made(OPTIONAL, overrides={"properties": {"colour": {"forms": FORMS}}})

    assert list(thing["properties"]) == ["on", "power", "colour"]


def test_a_kind_of_which_all_affordances_are_left_out_is_left_out() -> None:
    document = model(events={"hot": {}}, **{"tm:optional": ["/events/hot"]})

    assert "events" not in made(document)


def test_an_affordance_that_is_not_optional_cannot_be_chosen() -> None:
    assert "/properties/power" in findings(OPTIONAL, optional=["/properties/on"])["/optional/0"]


@pytest.mark.parametrize("entry", ["/properties/on/type", "/properties", "#/properties/on", "", 7, "/title/a", "/a~"])
def test_only_affordances_are_optional(entry: Json) -> None:
    document = model(properties={"on": {"forms": FORMS}}, **{"tm:optional": [entry]})

    assert "/tm:optional/0" in findings(document)


def test_placeholders_of_what_is_left_out_need_no_values() -> None:
    document = model(properties={"power": {"maximum": "{{MAX}}"}}, **{"tm:optional": ["/properties/power"]})

    assert "properties" not in made(document)


# --- placeholders


@pytest.mark.parametrize("value", ["text", 7, 7.5, True, None, {"instance": "1"}, [1, "a"]])
def test_a_placeholder_that_is_the_whole_text_takes_any_value(value: Json) -> None:
    assert made(model(x="{{X}}"), placeholders={"X": value})["x"] == value


@pytest.mark.parametrize(("value", "spelled"), [("a", "a"), (7, "7"), (47.5, "47.5"), (True, "true"), ("{{Y}}!", None)])
def test_a_placeholder_inside_a_text_takes_text_and_numbers(value: Json, spelled: str | None) -> None:
    given: Json = {"placeholders": {"X": value}}
    if spelled is None:
        assert "/title" in findings(model(title="no. {{X}}"), **given)
    else:
        assert made(model(title="no. {{X}}."), **given)["title"] == f"no. {spelled}."


@pytest.mark.parametrize("value", [None, {"a": 1}, [1]])
def test_a_placeholder_inside_a_text_takes_nothing_else(value: Json) -> None:
    assert "'X'" in findings(model(title="no. {{X}}"), placeholders={"X": value})["/title"]


def test_several_placeholders_stand_in_one_text() -> None:
    thing = made(model(base="{{A}}://{{B}}:{{C}}/{{B}}/"), placeholders={"A": "coap", "B": "h", "C": 5683})

    assert thing["base"] == "coap://h:5683/h/"


def test_all_placeholders_without_a_value_are_named_at_once() -> None:
    found = findings(model(base="{{A}}://{{B}}", properties={"on": {"forms": FORMS, "minimum": "{{C}}"}}))

    assert list(found) == ["/base", "/properties/on/minimum"]


def test_a_value_for_no_placeholder_is_refused() -> None:
    found = findings(model(base="{{HOST}}"), placeholders={"HOST": "coap://h", "HOTS": "coap://h"})

    assert found == {"/placeholders/HOTS": "the model has no placeholder 'HOTS'; there is HOST"}


def test_a_placeholder_that_is_overridden_needs_no_value() -> None:
    assert made(model(base="{{HOST}}"), overrides={"base": "coap://h/"})["base"] == "coap://h/"


def test_spaces_around_a_name_do_not_matter() -> None:
    assert made(model(x="{{ X }}"), placeholders={"X": 1})["x"] == 1


def test_names_of_members_are_no_placeholders() -> None:
    assert placeholders({"{{A}}": "{{B}}", "c": ["{{C}} {{D}}"], "e": "{E} {{}} {{é}} {{ {F}}"}) == {"B", "C", "D"}


def test_values_that_make_a_thing_too_large_are_refused() -> None:
    document = model(x=["{{X}}"] * 100, y=["y {{X}}"] * 100)

    assert "characters" in next(iter(findings(document, placeholders={"X": "x" * 100_000}).values()))


def test_values_that_are_nested_too_deep_where_they_stand_are_refused() -> None:
    deep: Json = "{{X}}"
    value: Json = 1
    for _ in range(200):
        deep, value = [deep], [value]

    assert "nested deeper" in findings(model(x=deep), placeholders={"X": value})[""]


# --- what a Thing needs, and a model may leave open


def test_a_thing_needs_a_title() -> None:
    document = {name: value for name, value in model().items() if name != "title"}

    assert "title" in findings(document)[""]


def test_a_thing_needs_security() -> None:
    document = {name: value for name, value in model().items() if name not in NOSEC}

    assert "overrides" in findings(document)[""]


def test_security_is_given_by_an_override() -> None:
    document = {name: value for name, value in model().items() if name not in NOSEC}

    assert made(document, overrides=dict(NOSEC))["security"] == "nosec_sc"


@pytest.mark.parametrize("forms", [{}, {"forms": []}, {"forms": [{"contentType": "image/png"}]}, {"forms": 7}])
def test_an_affordance_needs_a_form_with_an_href(forms: Json) -> None:
    assert "href" in findings(model(actions={"blink": forms}))["/actions/blink"]


def test_a_template_gives_forms_to_affordances_without() -> None:
    document = model(properties={"on": {"forms": FORMS}, "a b": {}}, events={"hot": {"forms": [{"op": "x"}]}})

    thing = made(document, forms="{kind}/{name}{?step}")

    assert thing["properties"]["on"]["forms"] == FORMS
    assert thing["properties"]["a b"]["forms"] == [{"href": "properties/a%20b{?step}"}]
    assert thing["events"]["hot"]["forms"] == [{"href": "events/hot{?step}", "op": "x"}]


def test_overrides_are_applied_last() -> None:
    thing = made(
        model(title="{{T}}", properties={"on": {"forms": FORMS}}),
        placeholders={"T": "Lamp"},
        overrides={"title": "Kitchen lamp", "properties": {"on": None}, "support": "mailto:a@b.example"},
    )

    assert (thing["title"], thing["properties"], thing["support"]) == ("Kitchen lamp", {}, "mailto:a@b.example")


# --- real models


@cache
def td_schema() -> jsonschema_rs.Draft7Validator:
    return jsonschema_rs.Draft7Validator(json.loads(shared("wot/schema/td-1.1.schema.json").read_text("utf-8")))


EXTENDED: Mapping[str, Json] = {
    "http://example.com/SmartControlLampTM": {
        "@context": [TD],
        "@type": "tm:ThingModel",
        "title": "Lamp control",
        "properties": {"dim": {"type": "integer", "minimum": 0, "maximum": 100}},
    },
    "http://example.com/SmartLampControlwithDimming.tm.jsonld": {
        "@context": [TD],
        "@type": "tm:ThingModel",
        "title": "Lamp control",
        "properties": {"dim": {"title": "Dimming level", "type": "integer", "minimum": 0, "maximum": 100}},
    },
}
VALUES: Mapping[str, Json] = {
    "THERMOSTATE_NUMBER": 4,
    "MQTT_BROKER_ADDRESS": "broker.example:1883",
    "THERMOSTATE_TEMPERATURE_MAXIMUM": 47.7,
    "THERMOSTATE_TEMPERATURE_OBSERVABLE": True,
    "VERSION_INFO": {"instance": "1.0.1", "model": "2.0.0"},
    "PLACEHOLDER": "basic",
    "PROTOCOL": "http",
    "HOSTNAME": "things.example",
    "PORT_NUMBER": 8080,
    "THING_NAME": "thing",
    "UNIT_ID": 1,
    "RESULT_OBSERVABLE": True,
    "LAST_CHANGE_OBSERVABLE": False,
    "DIRECTORY_BASE_URL": "https://directory.example/",
}
MODELS = sorted((SHARED / "wot" / "tm-valid").glob("*.json")) or [Path("tm-valid")]


def completed(document: Json) -> Json:
    """The Thing of a real model: with a value for each placeholder, and what the model has not itself."""
    given: Json = {name: VALUES[name] for name in placeholders(document)}
    missing = {"title": "Thing", **NOSEC}
    overrides = {name: value for name, value in missing.items() if name not in document}
    return instantiate(document, EXTENDED.get, id=LAMP, placeholders=given, overrides=overrides, forms="/{kind}/{name}")


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_real_model_makes_a_valid_thing(path: Path) -> None:
    document = json.loads(shared(f"wot/tm-valid/{path.name}").read_text("utf-8"))

    thing = completed(document)

    assert [error.message for error in td_schema().iter_errors(thing)] == []


def test_the_example_of_the_recommendation_comes_out_as_it_shows() -> None:
    document = json.loads(shared("wot/tm-valid/pg__links.json").read_text("utf-8"))

    assert completed(document)["properties"]["dim"] == {
        "type": "integer",
        "minimum": 0,
        "maximum": 200,
        "forms": [{"href": "/properties/dim"}],
    }


def test_the_model_of_a_directory_makes_the_description_of_one() -> None:
    document = json.loads(shared("wot/model/directory.tm.jsonld").read_text("utf-8"))

    thing = instantiate(
        document,
        NO_MODELS,
        id="urn:example:directory",
        placeholders={"DIRECTORY_BASE_URL": "https://directory.example/"},
        overrides=dict(NOSEC),
        optional=["/actions/retrieveThing"],
    )

    assert [error.message for error in td_schema().iter_errors(thing)] == []
    assert (thing["@type"], list(thing["actions"]), "events" in thing) == (
        ["Thing", "ThingDirectory"],
        ["retrieveThing"],
        False,
    )


# --- whatever comes

NAMES = st.sampled_from(
    ["properties", "on", "links", "forms", "href", "@type", "id", "tm:optional", "version", "model"]
)
TEXTS = st.sampled_from(["{{A}}", "a{{A}}", "/properties/on", "tm:ThingModel", "type", "urn:example:x", "{{"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 2) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)
DOCUMENTS = st.dictionaries(NAMES, ANYTHING, max_size=6)


@given(DOCUMENTS, DOCUMENTS, ANYTHING, st.none() | st.lists(TEXTS, max_size=2), st.sampled_from(["", "{kind}/{name}"]))
def test_any_model_makes_a_thing_or_is_refused(
    document: Json, overrides: Json, value: Json, optional: list[str] | None, forms: str
) -> None:
    document |= {"title": "t", **NOSEC}
    before = copy.deepcopy((document, overrides, value))
    with contextlib.suppress(InvalidDocumentError):
        instantiate(
            document,
            NO_MODELS,
            placeholders={"A": value},
            overrides=overrides,
            optional=optional,
            forms=forms,
        )

    assert (document, overrides, value) == before


@given(st.dictionaries(st.sampled_from(["title", "base", "a", "b"]), ANYTHING, max_size=4))
def test_overrides_are_a_merge_patch(overrides: Json) -> None:
    overrides = {"a": {"b": 1}, "title": "t"} | json.loads(json.dumps(overrides).replace("{{", "("))
    plain = made(model(a={"b": 2, "on": 3}))
    if overrides["title"] is None:
        return

    assert made(model(a={"b": 2, "on": 3}), overrides=overrides) == apply(plain, overrides)
