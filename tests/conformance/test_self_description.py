"""What the directory tells of itself (WoT Discovery, 6.2 and 7.1.1.1)."""

from __future__ import annotations

import json
from urllib.parse import urljoin

import jsonschema_rs
import pytest

from tests.conformance.directory_client import TD_JSON, DirectoryClient, Json
from tests.conformance.things import DISCOVERY_CONTEXT, TD_CONTEXT, lamp
from tests.shared import shared

WELL_KNOWN = "/.well-known/wot"


@pytest.fixture
def description(directory: DirectoryClient) -> dict[str, Json]:
    found: dict[str, Json] = directory.http.get(WELL_KNOWN).json()
    return found


def forms(description: dict[str, Json]) -> list[dict[str, Json]]:
    kinds = (description.get(kind, {}) for kind in ("properties", "actions", "events"))
    return [form for kind in kinds for affordance in kind.values() for form in affordance["forms"]]


def test_the_well_known_path_has_a_thing_description(directory: DirectoryClient) -> None:
    answer = directory.http.get(WELL_KNOWN)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == TD_JSON
    assert answer.json()["title"]


def test_the_directory_says_that_it_is_one(description: dict[str, Json]) -> None:
    types = description["@type"]

    assert "ThingDirectory" in ([types] if isinstance(types, str) else types)
    assert {TD_CONTEXT, DISCOVERY_CONTEXT} <= set(description["@context"])


def test_the_description_is_valid(description: dict[str, Json]) -> None:
    schema = json.loads(shared("wot/schema/td-1.1.schema.json").read_text())
    faults = [error.message for error in jsonschema_rs.validator_for(schema).iter_errors(description)]

    assert faults == []


def test_the_description_is_no_thing_model(description: dict[str, Json]) -> None:
    assert "tm:" not in json.dumps(description)
    assert "{{" not in json.dumps(description)


def test_the_description_has_the_affordances_of_the_standard(description: dict[str, Json]) -> None:
    model = json.loads(shared("wot/model/directory.tm.jsonld").read_text())

    for kind in ("properties", "actions", "events"):
        assert description[kind].keys() >= model[kind].keys()


def test_every_response_has_a_content_type(description: dict[str, Json]) -> None:
    responses = [form["response"] for form in forms(description) if "response" in form]

    assert responses
    assert all("contentType" in response for response in responses)


def test_an_empty_response_is_said_to_be_empty(description: dict[str, Json]) -> None:
    (form,) = description["actions"]["createThing"]["forms"]

    assert form["response"]["contentType"] == "application/x-empty"


def test_the_list_of_things_is_an_array(description: dict[str, Json]) -> None:
    assert description["properties"]["things"]["type"] == "array"


def test_the_described_list_is_there(directory: DirectoryClient, description: dict[str, Json]) -> None:
    directory.put(lamp())
    (form, *_) = description["properties"]["things"]["forms"]
    href = form["href"].partition("{")[0]
    address = urljoin(urljoin(directory.url + WELL_KNOWN, description.get("base", "")), href)

    assert len(directory.http.get(address).json()) == 1


def test_every_described_address_is_here(directory: DirectoryClient, description: dict[str, Json]) -> None:
    base = urljoin(directory.url + WELL_KNOWN, description.get("base", ""))

    assert all(urljoin(base, form["href"]).startswith(directory.url) for form in forms(description))


def test_a_visitor_by_another_name_gets_addresses_under_that_name(directory: DirectoryClient) -> None:
    found = directory.http.get(WELL_KNOWN, headers={"Host": "gateway.example:8080"}).json()
    base = urljoin("http://gateway.example:8080" + WELL_KNOWN, found.get("base", ""))

    assert base.startswith("http://gateway.example:8080")


def test_the_introduction_ends_with_its_answer(directory: DirectoryClient) -> None:
    answer = directory.http.get(WELL_KNOWN)

    assert int(answer.headers["content-length"]) == len(answer.content)


def test_the_directory_does_not_list_itself(directory: DirectoryClient) -> None:
    assert directory.listing().json() == []
