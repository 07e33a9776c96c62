from __future__ import annotations

from typing import Any

import pytest

from semantic_gw.model import Json
from semantic_gw.pipeline.looks import parse_look

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
