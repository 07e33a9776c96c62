from __future__ import annotations

import json
from collections.abc import Iterator

import jsonschema_rs
import pytest

from semantic_gw.api.self_description import self_description
from semantic_gw.model import Json
from semantic_gw.rdf.contexts import unknown_contexts
from tests.shared import shared

DESCRIPTION = self_description("http://gateway.example:8080/")
KINDS = ("properties", "actions", "events")


def forms() -> Iterator[dict[str, Json]]:
    for kind in KINDS:
        for affordance in DESCRIPTION[kind].values():
            yield from affordance["forms"]


def model() -> dict[str, Json]:
    found: dict[str, Json] = json.loads(shared("wot/model/directory.tm.jsonld").read_text("utf-8"))
    return found


def test_it_is_a_valid_thing_description() -> None:
    schema = json.loads(shared("wot/schema/td-1.1.schema.json").read_text("utf-8"))

    assert [str(fault) for fault in jsonschema_rs.validator_for(schema).iter_errors(DESCRIPTION)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_it_has_every_affordance_of_the_recommendation(kind: str) -> None:
    assert DESCRIPTION[kind].keys() == model()[kind].keys()


@pytest.mark.parametrize("kind", KINDS)
def test_affordances_take_the_variables_of_the_recommendation(kind: str) -> None:
    for name, affordance in model()[kind].items():
        known = DESCRIPTION[kind][name].get("uriVariables", {})

        assert known.keys() == affordance.get("uriVariables", {}).keys()


@pytest.mark.parametrize("kind", KINDS)
def test_affordances_are_asked_as_the_recommendation_asks(kind: str) -> None:
    for name, affordance in model()[kind].items():
        asked = [(form.get("htv:methodName"), path(form)) for form in DESCRIPTION[kind][name]["forms"]]

        assert asked == [(form.get("htv:methodName"), path(form)) for form in affordance["forms"]]


def path(form: dict[str, Json]) -> str:
    """The path of a form, without the two ways to write a query."""
    href = str(form["href"]).removeprefix("/")
    return href.partition("?")[0].removesuffix("{")


def test_it_is_a_directory_in_the_older_and_the_newer_context() -> None:
    assert DESCRIPTION["@type"] == "ThingDirectory"
    assert DESCRIPTION["@context"][0] == "https://www.w3.org/2019/wot/td/v1"
    assert unknown_contexts(DESCRIPTION) == ()


def test_every_response_has_a_content_type() -> None:
    responses = [form["response"] for form in forms()]
    responses += [response for form in forms() for response in form.get("additionalResponses", [])]

    assert all(response["contentType"] for response in responses)


def test_a_response_without_a_body_is_empty() -> None:
    statuses = {form["response"].get("htv:statusCodeValue"): form["response"]["contentType"] for form in forms()}

    assert statuses[201] == statuses[204] == "application/x-empty"


def test_every_href_is_relative_to_the_base() -> None:
    assert DESCRIPTION["base"] == "http://gateway.example:8080/"
    assert not [form["href"] for form in forms() if form["href"].startswith(("/", "http"))]
