"""A Thing of several parts: a Thing Description for the whole, and for each part."""

from __future__ import annotations

import time
from collections.abc import Mapping

import pytest

from semantic_gw.directory.thing_models import Instance, compose
from semantic_gw.errors import InvalidDocumentError
from semantic_gw.model import Json

TD = "https://www.w3.org/2022/wot/td/v1.1"
FAN = "urn:example:fan-7"
BASIC: Mapping[str, Json] = {"securityDefinitions": {"basic_sc": {"scheme": "basic"}}, "security": "basic_sc"}


def model(*submodels: Json, **members: Json) -> Json:
    links = {"links": list(submodels)} if submodels else {}
    return {"@context": TD, "@type": "tm:ThingModel", "title": "Part", **links, **members}


def submodel(href: str, **members: Json) -> Json:
    return {"rel": "tm:submodel", "href": href, "type": "application/tm+json", **members}


LED = model(title="LED {{SERIAL}}", id="https://models.example/led", actions={"fade": {}})
FAN_MODEL = model(
    submodel("./led", instanceName="led"),
    title="Fan",
    id="https://models.example/fan",
    base="coap://fan.example/",
    properties={"on": {"type": "boolean"}},
    **BASIC,
)
MODELS: Mapping[str, Json] = {"https://models.example/led": LED, "https://models.example/fan": FAN_MODEL}
INSTANCE = Instance(FAN, placeholders={"SERIAL": "A7"}, forms="{part}{kind}/{name}")


def findings(document: Json, models: Mapping[str, Json] = MODELS, **submodels: Json) -> dict[str, str]:
    with pytest.raises(InvalidDocumentError) as caught:
        compose(document, models.get, INSTANCE, submodels)
    return dict(caught.value.findings)


def test_the_whole_comes_before_its_parts() -> None:
    things = compose(FAN_MODEL, MODELS.get, INSTANCE)

    assert [thing["title"] for thing in things] == ["Fan", "LED A7"]


def test_a_model_without_submodels_makes_one_thing() -> None:
    assert len(compose(LED | BASIC, MODELS.get, INSTANCE)) == 1


def test_the_whole_and_its_parts_link_to_one_another_and_to_their_models() -> None:
    whole, part = compose(FAN_MODEL, MODELS.get, INSTANCE)

    assert [(link["rel"], link["href"]) for link in whole["links"]] == [
        ("type", "https://models.example/fan"),
        ("item", f"{FAN}:led"),
    ]
    assert [(link["rel"], link["href"]) for link in part["links"]] == [
        ("type", "https://models.example/led"),
        ("collection", FAN),
    ]


@pytest.mark.parametrize(
    ("whole", "name", "expected"),
    [
        (FAN, "led", f"{FAN}:led"),
        ("https://fans.example/7", "led", "https://fans.example/7/led"),
        (FAN, "the led/1", f"{FAN}:the%20led%2F1"),
    ],
)
def test_the_id_of_a_part_is_made_of_that_of_the_whole(whole: str, name: str, expected: str) -> None:
    document = {**FAN_MODEL, "links": [submodel("./led", instanceName=name)]}

    _, part = compose(document, MODELS.get, Instance(whole, {"SERIAL": 1}, forms="{name}"))

    assert part["id"] == expected


def test_a_part_without_a_name_is_called_by_its_number() -> None:
    document = {**FAN_MODEL, "links": [submodel("./led"), submodel("./led")]}

    things = compose(document, MODELS.get, INSTANCE)

    assert [thing["id"] for thing in things] == [FAN, f"{FAN}:1", f"{FAN}:2"]


def test_a_part_is_reached_like_the_whole_where_it_says_nothing_else() -> None:
    _, part = compose(FAN_MODEL, MODELS.get, INSTANCE)

    assert {name: part[name] for name in ("base", *BASIC)} == {"base": "coap://fan.example/", **BASIC}


def test_a_part_keeps_the_security_of_its_own() -> None:
    own = {"securityDefinitions": {"nosec_sc": {"scheme": "nosec"}}, "security": "nosec_sc"}

    _, part = compose(FAN_MODEL, {**MODELS, "https://models.example/led": LED | own}.get, INSTANCE)

    assert part["securityDefinitions"] == own["securityDefinitions"]


def test_a_template_of_forms_tells_the_parts_apart() -> None:
    whole, part = compose(FAN_MODEL, MODELS.get, INSTANCE)

    assert whole["properties"]["on"]["forms"] == [{"href": "properties/on"}]
    assert part["actions"]["fade"]["forms"] == [{"href": "led/actions/fade"}]


def test_overrides_are_for_the_whole_and_a_part_has_its_own() -> None:
    instance = Instance(FAN, {"SERIAL": 1}, {"title": "My fan"}, forms="{name}")

    whole, part = compose(FAN_MODEL, MODELS.get, instance, {"led": {"title": "My light"}})

    assert (whole["title"], part["title"]) == ("My fan", "My light")


def test_parts_have_parts() -> None:
    lamp = model(submodel("https://models.example/led", instanceName="chip"), title="Lamp")
    document = {**FAN_MODEL, "links": [submodel("lamp", instanceName="led")]}
    models = {**MODELS, "https://models.example/lamp": lamp}

    things = compose(document, models.get, INSTANCE, {"led/chip": {"title": "Chip"}})

    assert [(thing["id"], thing["title"]) for thing in things] == [
        (FAN, "Fan"),
        (f"{FAN}:led", "Lamp"),
        (f"{FAN}:led:chip", "Chip"),
    ]


def test_a_submodel_is_inherited() -> None:
    document = model(links=[{"rel": "tm:extends", "href": "https://models.example/fan"}], title="Big fan")

    assert len(compose(document, MODELS.get, INSTANCE)) == 2


def test_a_submodel_that_is_not_registered_is_named() -> None:
    assert "https://models.example/led" in findings(FAN_MODEL, {})["/links"]


def test_two_parts_of_one_name_are_refused() -> None:
    document = {**FAN_MODEL, "links": [submodel("./led", instanceName="led"), submodel("./led", instanceName="led")]}

    assert "'led'" in findings(document)["/links"]


@pytest.mark.parametrize("link", [{"href": 7}, {"instanceName": 7}, {"instanceName": ""}])
def test_a_submodel_needs_an_address_and_a_name(link: Json) -> None:
    document = {**FAN_MODEL, "links": [{**submodel("./led"), **link}]}

    assert "/links" in findings(document)


def test_a_thing_of_parts_needs_an_id() -> None:
    with pytest.raises(InvalidDocumentError, match="/id"):
        compose(FAN_MODEL, MODELS.get, Instance(placeholders={"SERIAL": 1}, forms="{name}"))


def test_what_a_part_lacks_is_told_below_its_name() -> None:
    with pytest.raises(InvalidDocumentError) as caught:
        compose(FAN_MODEL, MODELS.get, Instance(FAN))

    assert [pointer for pointer, _ in caught.value.findings] == [
        "/properties/on",
        "/submodels/led/title",
        "/submodels/led/actions/fade",
    ]


def test_a_patch_for_no_part_is_refused() -> None:
    assert findings(FAN_MODEL, lid={}) == {"/submodels/lid": "the model has no submodel 'lid'; there is led"}


def test_a_patch_is_an_object() -> None:
    assert "/submodels/led" in findings(FAN_MODEL, led=7)


def test_a_placeholder_of_a_part_is_known() -> None:
    with pytest.raises(InvalidDocumentError) as caught:
        compose(FAN_MODEL, MODELS.get, Instance(FAN, {"SERIAL": 1, "SERIEL": 1}, forms="{name}"))

    assert dict(caught.value.findings) == {
        "/placeholders/SERIEL": "the model has no placeholder 'SERIEL'; there is SERIAL"
    }


def test_a_model_that_contains_itself_is_refused() -> None:
    models = {"a": model(submodel("b"), id="a", **BASIC), "b": model(submodel("a"))}

    assert "contains itself" in findings(models["a"], models)["/submodels/1/links"]


def test_a_hundred_submodels_are_refused() -> None:
    document = model(*(submodel("led") for _ in range(100)), **BASIC)

    assert "99" in findings(document, {"led": LED})["/links"]


def test_submodels_that_multiply_are_refused_soon() -> None:
    models = {f"m{n}": model(*(submodel(f"m{n + 1}") for _ in range(10))) for n in range(20)}
    started = time.process_time()

    found = findings(model(submodel("m0"), **BASIC), {**models, "m20": model()})

    assert "more than 99 submodels" in next(iter(found.values()))
    assert time.process_time() - started < 5


def test_the_parts_of_a_thing_may_not_be_larger_together_than_a_model_may() -> None:
    document = model(*(submodel("big") for _ in range(60)), **BASIC)
    found = findings(document, {"big": model(x="x" * 100_000)})

    assert "characters" in next(iter(found.values()))
