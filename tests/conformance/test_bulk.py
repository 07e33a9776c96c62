"""Many Things in one request: each has its own result, and doing it again changes nothing."""

from __future__ import annotations

import json
import time

import pytest

from tests.conformance.directory_client import DirectoryClient, Json, problem
from tests.conformance.things import lamp

NDJSON = "application/x-ndjson"
MIXED: list[Json] = [lamp("urn:example:1"), lamp(id=None), lamp("urn:example:3", title=7), lamp("urn:example:4")]


def lines(documents: list[Json]) -> bytes:
    return b"\n".join(one if isinstance(one, bytes) else json.dumps(one).encode() for one in documents)


def results(directory: DirectoryClient, documents: list[Json], form: str) -> list[Json]:
    if form == "array":
        answer = directory.post(documents)
        told = answer.json()
    else:
        answer = directory.post(lines(documents), content_type=NDJSON)
        told = [json.loads(line) for line in answer.content.splitlines()]
    assert answer.status_code == 200, answer.text
    return list(told)


@pytest.mark.parametrize("form", ["array", "lines"])
def test_each_item_has_a_result_in_its_order(directory: DirectoryClient, form: str) -> None:
    told = results(directory, MIXED, form)

    assert [(one["index"], one["status"]) for one in told] == [(0, 201), (1, 201), (2, 400), (3, 201)]
    assert told[1]["id"].startswith("urn:uuid:")
    assert told[2]["problem"]["validationErrors"][0]["field"] == "/title"


@pytest.mark.parametrize("form", ["array", "lines"])
def test_what_was_good_is_registered(directory: DirectoryClient, form: str) -> None:
    told = results(directory, MIXED, form)

    assert [thing["id"] for thing in directory.listing().json()] == sorted(one["id"] for one in told if "id" in one)


def test_doing_it_again_changes_nothing(directory: DirectoryClient) -> None:
    documents = [lamp(f"urn:example:{number}") for number in range(5)]
    results(directory, documents, "array")
    before = directory.listing().json()
    told = results(directory, documents, "array")

    assert [one["status"] for one in told] == [204] * 5
    assert directory.listing().json() == before


def test_doing_it_again_renews_what_would_expire(directory: DirectoryClient) -> None:
    documents = [lamp("urn:example:1", registration={"ttl": 60})]
    results(directory, documents, "array")
    before = directory.retrieved("urn:example:1")["registration"]["expires"]
    time.sleep(0.002)
    results(directory, documents, "array")

    assert directory.retrieved("urn:example:1")["registration"]["expires"] > before


@pytest.mark.parametrize("id", ["", "urn:a\0b", "urn:a b", "urn:" + "a" * 8192, 7, None])
def test_an_id_that_no_path_could_name_is_a_bad_result(directory: DirectoryClient, id: Json) -> None:
    told = results(directory, [{**lamp(), "id": id}, lamp("urn:example:2")], "array")

    assert [one["status"] for one in told] == [400, 201]


def test_doing_it_again_replaces_what_differs(directory: DirectoryClient) -> None:
    results(directory, [lamp("urn:example:1"), lamp("urn:example:2")], "lines")
    results(directory, [lamp("urn:example:1", title="New"), lamp("urn:example:2")], "lines")

    assert [thing["title"] for thing in directory.listing().json()] == ["New", "Lamp"]


def test_a_bad_line_in_the_middle_is_one_bad_result(directory: DirectoryClient) -> None:
    told = results(directory, [lamp("urn:example:1"), b'{"id": "urn:ex', lamp("urn:example:3")], "lines")

    assert [one["status"] for one in told] == [201, 400, 201]


def test_empty_lines_are_passed_over(directory: DirectoryClient) -> None:
    body = b"\n\n" + lines([lamp("urn:example:1")]) + b"\r\n\r\n" + lines([lamp("urn:example:2")]) + b"\n"
    answer = directory.post(body, content_type=NDJSON)

    assert [json.loads(line)["status"] for line in answer.content.splitlines()] == [201, 201]


def test_a_thing_twice_in_one_request_is_there_once(directory: DirectoryClient) -> None:
    told = results(directory, [lamp("urn:example:1"), lamp("urn:example:1", title="New")], "array")

    assert sorted(one["status"] for one in told) == [201, 204]
    assert [thing["title"] for thing in directory.listing().json()] == ["New"]


def test_an_array_of_nothing_has_no_results(directory: DirectoryClient) -> None:
    assert results(directory, [], "array") == []


def test_items_that_are_no_objects_are_bad_results(directory: DirectoryClient) -> None:
    assert [one["status"] for one in results(directory, [7, "text", None, [lamp()]], "array")] == [400] * 4


def test_a_broken_array_registers_nothing(directory: DirectoryClient) -> None:
    problem(directory.post(json.dumps([lamp(), lamp("urn:example:2")]).encode()[:-5]), 400)

    assert directory.listing().json() == []


def test_each_item_is_told_as_an_event(directory: DirectoryClient) -> None:
    with directory.events() as events:
        told = results(directory, [lamp(f"urn:example:{number}") for number in range(60)], "array")
        heard = events.take(60)

    assert {event.data["id"] for event in heard} == {one["id"] for one in told}


def test_a_thousand_things_come_in_one_request(directory: DirectoryClient) -> None:
    told = results(directory, [lamp(f"urn:example:{number}") for number in range(1000)], "lines")

    assert {one["status"] for one in told} == {201}
    assert len(directory.listing().json()) == 1000
