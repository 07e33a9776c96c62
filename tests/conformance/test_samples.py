"""Real Thing Descriptions: the valid ones are taken and come back equal, the invalid ones are refused."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from tests.conformance.directory_client import DirectoryClient, Json, problem, thing_path
from tests.conformance.things import DISCOVERY_CONTEXT
from tests.shared import SHARED, shared

VALID = sorted((SHARED / "wot" / "td-valid").glob("*"))
INVALID = sorted((SHARED / "wot" / "td-invalid").glob("*"))


def is_json(sample: Path) -> bool:
    try:
        json.loads(sample.read_bytes())
    except ValueError:
        return False
    return True


def test_the_samples_are_there() -> None:
    assert len(list(shared("wot/td-valid").iterdir())) >= 60
    assert len(list(shared("wot/td-invalid").iterdir())) >= 30


def parse(content: bytes) -> Json:
    """JSON in which the order of members counts, and no digit is lost."""
    return json.loads(content, object_pairs_hook=tuple, parse_float=Decimal)


def send(directory: DirectoryClient, content: bytes) -> httpx.Response:
    """Register *content*, byte by byte as it is, under its id if it has one."""
    try:
        id = json.loads(content).get("id")
    except ValueError:
        id = "urn:example:broken"
    return directory.post(content) if id is None else directory.put(content, at=thing_path(id))


def as_sent(content: bytes, *, anonymous: bool) -> list[tuple[str, Json]]:
    """A served TD without what the directory added."""
    members = []
    for name, value in parse(content):
        if name == "@context":
            kept = [context for context in value if context != DISCOVERY_CONTEXT]
            members.append((name, kept[0] if len(kept) == 1 else kept))
        elif name != "registration" and not (anonymous and name == "id"):
            members.append((name, value))
    return members


def with_plain_context(content: bytes) -> list[tuple[str, Json]]:
    """A sent TD, its `@context` of one item as that item."""
    return [
        (name, value[0] if name == "@context" and isinstance(value, list) and len(value) == 1 else value)
        for name, value in parse(content)
        if name != "registration"
    ]


@pytest.mark.parametrize("sample", [pytest.param(p, id=p.stem) for p in VALID])
def test_a_valid_description_comes_back_equal(directory: DirectoryClient, sample: Path) -> None:
    content = sample.read_bytes()
    created = send(directory, content)
    (served,) = directory.listing().json()
    retrieved = directory.get(served["id"])

    assert created.status_code == 201, created.text
    anonymous = "id" not in json.loads(content)
    assert as_sent(retrieved.content, anonymous=anonymous) == with_plain_context(content)


@pytest.mark.parametrize("sample", [pytest.param(p, id=p.stem) for p in VALID])
def test_a_valid_description_survives_being_sent_back(directory: DirectoryClient, sample: Path) -> None:
    send(directory, sample.read_bytes())
    (served,) = directory.listing().json()
    before = directory.get(served["id"]).content
    directory.put(before, at=thing_path(served["id"]))

    assert as_sent(directory.get(served["id"]).content, anonymous=False) == as_sent(before, anonymous=False)


@pytest.mark.parametrize("sample", [pytest.param(p, id=p.stem) for p in VALID])
def test_a_valid_description_is_served_as_rdf(directory: DirectoryClient, sample: Path) -> None:
    send(directory, sample.read_bytes())
    (served,) = directory.listing().json()
    answer = directory.get(served["id"], accept="application/n-triples")

    assert answer.status_code == 200
    assert f"<{served['id']}>" in answer.text


@pytest.mark.parametrize("sample", [pytest.param(p, id=p.stem) for p in INVALID])
def test_an_invalid_description_is_refused_with_its_faults(directory: DirectoryClient, sample: Path) -> None:
    refused = problem(send(directory, sample.read_bytes()), 400)

    assert refused["validationErrors"]
    assert all(error.keys() == {"field", "description"} for error in refused["validationErrors"])
    assert directory.listing().json() == []


@pytest.mark.parametrize("sample", [pytest.param(p, id=p.stem) for p in INVALID if is_json(p)])
def test_a_fault_stands_at_a_place_of_the_document(directory: DirectoryClient, sample: Path) -> None:
    """Or at a member that is missing in an object which is there."""
    content = sample.read_bytes()
    document = json.loads(content)
    for error in problem(send(directory, content), 400)["validationErrors"]:
        parent, _, _ = error["field"].rpartition("/")

        assert resolve(document, parent) is not None


def resolve(document: Json, pointer: str) -> Json:
    """The value at *pointer* (RFC 6901), or None."""
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(document, list) and name.isdigit() and int(name) < len(document):
            document = document[int(name)]
        elif isinstance(document, dict) and name in document:
            document = document[name]
        else:
            return None
    return document
