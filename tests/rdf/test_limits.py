from __future__ import annotations

import math
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import pytest

from semantic_gw.errors import DescribingError
from semantic_gw.model import Json
from semantic_gw.rdf.limits import check
from semantic_gw.rdf.thing_description import project
from tests.rdf.descriptions import CONTEXT, td


def nested(depth: int) -> Json:
    value: Json = {}
    for _ in range(depth):
        value = {"properties": {"a": value}}
    return value


def scoped(depth: int, terms: int) -> dict[str, Json]:
    """Contexts within contexts."""
    names = {f"t{number}": f"https://example.com/{number}" for number in range(terms)}
    context: dict[str, Json] = names
    for _ in range(depth):
        context = {**names, "n": {"@id": "https://example.com/n", "@context": context}}
    return context


NO_NAME: Any = 1
BOMBS: list[Any] = [
    pytest.param(td(**nested(5_000)), "65 levels; at most 64", id="deep"),
    pytest.param(td(titles={f"a-{n}": "x" for n in range(20_000)}), "20,000 members; at most 2,000", id="languages"),
    pytest.param(td(links=[{"href": "/"}] * 2_001), "2,001 items; at most 2,000", id="array"),
    pytest.param(td(title="x" * 70_000), "70,000 bytes of one text; at most 65,536", id="text"),
    pytest.param(td(enum=["x" * 60_000] * 20), "bytes; at most 1,048,576", id="bytes"),
    pytest.param(td(a=[[{}] * 1_000] * 11), "10,001 objects; at most 10,000", id="objects"),
    pytest.param(td(a=[{"@context": CONTEXT}] * 100), "17 contexts; at most 16", id="contexts"),
    pytest.param(td(**{"@context": [CONTEXT, scoped(15, 10)]}), "17 contexts; at most 16", id="nested contexts"),
    pytest.param(td(**{"@context": [CONTEXT, scoped(6, 900)]}), "terms in its own contexts", id="terms"),
    pytest.param(
        td(**{"@context": [CONTEXT, scoped(1, 1_500)], "n": [{}] * 1_000}), "terms of its own contexts times", id="work"
    ),
    pytest.param(td(**{"@context": [CONTEXT, {"@import": "https://e.com/"}]}), "no context is imported", id="import"),
    pytest.param(td(**{"@context": [CONTEXT, {"@foo": "urn:x"}]}), "@foo is no keyword", id="keyword"),
    pytest.param(td(**{"@context": [CONTEXT, {"foo": {"@id": "@foo"}}]}), "@foo is no keyword", id="keyword alias"),
    pytest.param(td(minimum=math.inf), "inf is no JSON value", id="infinity"),
    pytest.param(td(created=datetime(2026, 1, 1, tzinfo=UTC)), "is no JSON value", id="no JSON"),
    pytest.param(td(minimum=10**400), "bits; at most 1,024", id="huge number"),
    pytest.param(td(title="\ud800"), "half a surrogate pair", id="surrogate"),
    pytest.param({**td(), NO_NAME: "x"}, "1 is no name", id="name"),
]


@pytest.mark.parametrize(("document", "message"), BOMBS)
def test_what_is_over_a_limit_is_refused_before_it_is_read(document: Mapping[str, Json], message: str) -> None:
    started = time.process_time()
    with pytest.raises(DescribingError, match=message):
        project(document)

    assert time.process_time() - started < 0.5


def test_the_place_is_named() -> None:
    with pytest.raises(DescribingError) as caught:
        check(td(properties={"a/b": {"enum": ["x"] * 2_001}}))

    assert caught.value.pointer == "/properties/a~1b/enum"


@pytest.mark.parametrize(
    ("document", "is_ordinary"),
    [
        (td(), True),
        (td(properties={f"p{number}": {"title": "x" * 900} for number in range(900)}), True),
        (td(properties={"a": {"@context": {}}}), False),
        (td(links=("/a", "/b")), False),
        (MappingProxyType(td()), False),
    ],
)
def test_what_is_not_ordinary_is_told_from_what_is(document: Mapping[str, Json], is_ordinary: bool) -> None:
    assert check(document) is is_ordinary


@pytest.mark.parametrize(
    "members",
    [
        {"properties": {f"p{number}": {"forms": [{"href": "/"}] * 600} for number in range(15)}},
        {"titles": {f"a-{number}": "x" for number in range(2_000)}},
        nested(25),
        {"@context": [CONTEXT, scoped(8, 200)], "n": {"n": {"n": {"t1": 1}}}},
        {"ex:p": [{"@id": f"{number}" + "/b/.." * 8_000} for number in range(16)]},
    ],
    ids=["forms", "languages", "deep", "nested contexts", "dots"],
)
def test_what_is_within_the_limits_is_read_in_seconds(members: dict[str, Json]) -> None:
    started = time.process_time()
    found = project(td(**members))

    assert found
    assert time.process_time() - started < 10
