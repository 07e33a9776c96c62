from __future__ import annotations

import json
from typing import Any

import pytest

from semantic_gw.app.parts import load_parts
from semantic_gw.model import Json
from semantic_gw.pipeline.looks import Look, Looks, parse_look
from semantic_gw.settings import Settings
from semantic_gw.shipped import MAPPINGS

PACK: Json = [{"bn": "/3303/0/", "n": "5700", "v": 21.5}]


@pytest.mark.parametrize(
    ("row", "fits"),
    [
        ({}, True),
        ({"media_types": ["application/json"]}, True),
        ({"media_types": ["application/cbor"]}, False),
        ({"item": "/0", "only": ["bn", "n", "v", "u"]}, True),
        ({"item": "/0", "only": ["n", "v"]}, False),
        ({"item": "/0", "one_of": [["x"], ["n", "v"]]}, True),
        ({"item": "/0", "one_of": [["x"], ["n", "x"]]}, False),
        ({"item": "/1", "one_of": [["n"]]}, False),
        ({"item": "", "one_of": [["n"]]}, False),
        ({"at": ["/0/n", "/0/bn"], "matches": "/[0-9]+/[0-9]+/"}, True),
        ({"at": ["/0/n", "/0/bn"], "matches": "[0-9]+/[0-9]+"}, False),
        ({"at": ["/0/v"], "matches": ".*"}, False),
    ],
)
def test_a_document_is_known_by_what_its_look_says(row: dict[str, Any], fits: bool) -> None:
    assert parse_look(row).fits(PACK, "application/json") is fits


def test_a_member_that_no_look_has_is_refused_with_what_there_is() -> None:
    with pytest.raises(ValueError, match="a look has no member media_type; there are at, item, matches, media_types"):
        parse_look({"media_type": "application/json"})


def test_a_pattern_needs_a_place() -> None:
    with pytest.raises(ValueError, match="a look has `at` and `matches`, or neither"):
        parse_look({"matches": ".*"})


class Counting(Look):
    """A look that counts how often it is asked."""

    asked = 0

    def fits(self, document: Json, media_type: str) -> bool:
        Counting.asked += 1
        return super().fits(document, media_type)


def test_looks_whose_signs_a_document_lacks_are_not_asked() -> None:
    looks = Looks((Counting(one_of=(frozenset({f"member {number}"}),)), number) for number in range(1000))

    assert looks.find({"member 7": 1}, "application/json") == 7
    assert Counting.asked == 1


@pytest.mark.parametrize(
    ("document", "row"),
    [({"a": 1, "b": 2}, 0), ({"b": 2}, 2), ({"c": {"d": 1}}, 1), ([{"b": 2}], 3), ({"x": {"e": 1}}, 4), (5, None)],
)
def test_the_first_row_that_fits_counts(document: Json, row: int | None) -> None:
    wanted: list[dict[str, Any]] = [
        {"one_of": [["a", "b"]]},
        {"item": "/c", "one_of": [["d"]]},
        {"only": ["b"], "one_of": [["b"], ["a"]]},
        {"item": "/0", "one_of": [["b"]]},
        {"item": "/*", "one_of": [["e"]]},
    ]
    looks = Looks((parse_look(one), number) for number, one in enumerate(wanted))

    assert looks.find(document, "application/json") == row


@pytest.mark.parametrize(
    ("look", "signs"),
    [
        ({"item": "/a/b", "one_of": [["c"]]}, {"a"}),
        ({"item": "/*/b"}, set()),
        ({"one_of": [["id", "serial"], ["x"]]}, {"serial", "x"}),
        ({"one_of": [["x"], []]}, set()),
        ({"at": ["/a/b", "/c"], "matches": "x"}, {"a", "c"}),
        ({"at": [""], "matches": "x"}, set()),
        ({"media_types": ["text/plain"]}, set()),
    ],
)
def test_signs_are_what_every_such_document_has_one_of(look: dict[str, Any], signs: set[str]) -> None:
    assert parse_look(look).signs == signs


def test_no_family_is_missed_for_the_signs_of_its_looks() -> None:
    rows = [(row.look, (family.id, row)) for family in load_parts(Settings()).families for row in family.looks]
    looks = Looks(rows)
    records = [json.loads(path.read_bytes()) for path in MAPPINGS.glob("*/examples/*.json")]
    documents = [record["payload"] for record in records if "payload" in record]

    for document in documents:
        first = next((row for look, row in rows if look.fits(document, "application/json")), None)
        assert looks.find(document, "application/json") == first
