"""What is refused, and how the client learns what to repair (WoT Discovery, 7.3.2.1.6)."""

from __future__ import annotations

import pytest

from tests.conformance.directory_client import DirectoryClient, Json, problem
from tests.conformance.things import TD_CONTEXT, lamp, thing_model

LAMP = "urn:example:lamp"


def without(name: str) -> dict[str, Json]:
    return {key: value for key, value in lamp().items() if key != name}


FAULTS = {
    "no title": (without("title"), "/title"),
    "no context": (without("@context"), "/@context"),
    "no security": (without("security"), "/security"),
    "no security definitions": (without("securityDefinitions"), "/securityDefinitions"),
    "a title that is a number": (lamp(title=7), "/title"),
    "another context": (lamp(**{"@context": "https://example.com/context"}), "/@context"),
    "an undefined security name": (lamp(security="basic_sc"), "/security"),
    "no forms": (lamp(properties={"on": {"type": "boolean"}}), "/properties/on/forms"),
    "no href": (lamp(properties={"on": {"forms": [{}]}}), "/properties/on/forms/0/href"),
    "an unknown type": (
        lamp(properties={"on": {"type": "bool", "forms": [{"href": "/"}]}}),
        "/properties/on/type",
    ),
    "an unknown operation": (
        lamp(properties={"on": {"forms": [{"href": "/", "op": "readevent"}]}}),
        "/properties/on/forms/0/op",
    ),
    "an operation of another kind": (
        lamp(properties={"on": {"forms": [{"href": "/", "op": "invokeaction"}]}}),
        "/properties/on/forms/0/op",
    ),
    "a name that is escaped": (
        lamp(properties={"a/b~c": {"forms": [{"href": 7}]}}),
        "/properties/a~1b~0c/forms/0/href",
    ),
    "a name beyond ASCII": (lamp(properties={"größe": {"forms": [{"href": 7}]}}), "/properties/größe/forms/0/href"),
}


@pytest.mark.parametrize(("document", "field"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_with_its_place(directory: DirectoryClient, document: Json, field: str) -> None:
    refused = problem(directory.put(document, at=f"/things/{LAMP}"), 400)

    assert field in [error["field"] for error in refused["validationErrors"]]
    assert all(isinstance(error["description"], str) and error["description"] for error in refused["validationErrors"])


@pytest.mark.parametrize("document", [document for document, _ in FAULTS.values()], ids=FAULTS)
def test_nothing_is_kept_of_what_is_refused(directory: DirectoryClient, document: Json) -> None:
    directory.put(document, at=f"/things/{LAMP}")

    assert directory.listing().json() == []


def test_an_anonymous_thing_is_validated_too(directory: DirectoryClient) -> None:
    document = {key: value for key, value in without("title").items() if key != "id"}

    assert [error["field"] for error in problem(directory.post(document), 400)["validationErrors"]] == ["/title"]


def test_a_patched_thing_is_validated_too(directory: DirectoryClient) -> None:
    directory.put(lamp())
    refused = problem(directory.patch(LAMP, {"title": None}), 400)

    assert [error["field"] for error in refused["validationErrors"]] == ["/title"]


def test_all_faults_are_told_at_once(directory: DirectoryClient) -> None:
    faulty = {key: value for key, value in lamp(security="unknown").items() if key != "title"}
    refused = problem(directory.put(faulty), 400)

    assert {error["field"] for error in refused["validationErrors"]} == {"/title", "/security"}


def test_the_refusal_is_utf_8(directory: DirectoryClient) -> None:
    refused = directory.put(lamp(properties={"größe": {"forms": [{"href": 7}]}}))

    assert "größe" in refused.content.decode("utf-8")
    assert refused.headers["content-type"].lower().replace(" ", "") in (
        "application/problem+json",
        "application/problem+json;charset=utf-8",
    )


def test_a_thing_model_is_refused_by_name(directory: DirectoryClient) -> None:
    refused = problem(directory.put(thing_model(LAMP)), 400)
    told = refused["detail"] + "".join(error["description"] for error in refused["validationErrors"])

    assert "Thing Model" in told


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b"[1]",
        b'"text"',
        b"null",
        b'{"title": NaN}',
        b'{"title": "\xff"}',
        b'{"a": 1,}',
        b"{'a': 1}",
        b"{} {}",
    ],
)
def test_what_is_no_json_object_is_400(directory: DirectoryClient, body: bytes) -> None:
    refused = directory.http.put("/things/" + LAMP, content=body, headers={"Content-Type": "application/td+json"})

    problem(refused, 400)


def test_a_member_that_is_there_twice_is_refused(directory: DirectoryClient) -> None:
    twice = b'{"@context": "%s", "id": "%s", "title": "a", "title": "b", ' % (TD_CONTEXT.encode(), LAMP.encode())
    twice += b'"securityDefinitions": {"nosec_sc": {"scheme": "nosec"}}, "security": "nosec_sc"}'
    refused = directory.http.put("/things/" + LAMP, content=twice, headers={"Content-Type": "application/td+json"})

    assert [error["field"] for error in problem(refused, 400)["validationErrors"]] == ["/title"]


def test_a_thing_link_is_a_thing_like_others(directory: DirectoryClient) -> None:
    link = {"rel": "describedby", "href": "https://example.com/td.jsonld", "type": "application/td+json"}
    document = lamp(**{"@type": "ThingLink"}, links=[link])
    retrieved = directory.registered(document)

    assert retrieved["@type"] == "ThingLink"
    assert retrieved["links"] == [link]
