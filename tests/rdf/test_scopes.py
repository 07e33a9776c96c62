from __future__ import annotations

import pytest
from pyld import jsonld

from semantic_gw.model import Json
from semantic_gw.rdf.scopes import NotSimple, Scope

EX = "https://example.com/"


def scope(context: dict[str, Json]) -> Scope:
    return Scope({}).extended(context, trusted=False)


@pytest.mark.parametrize(
    ("context", "member"),
    [
        ({"a": EX + "a"}, "a"),
        ({"ex": EX, "a": "ex:a"}, "a"),
        ({"a": "ex:a", "ex": EX}, "a"),
        ({"ex": EX}, "ex:a"),
        ({"ex": EX}, "ex:a:b"),
        ({"ex": EX}, "ex://a"),
        ({"ex": {"@id": EX}}, "ex:a"),
        ({"ex": EX + "a"}, "ex:a"),
        ({"ex": EX + "#"}, "ex:"),
        ({"ex": EX, "ex:a": {"@type": "@id"}}, "ex:a"),
        ({"@vocab": EX}, "a"),
        ({"@vocab": EX}, "a b"),
        ({"@vocab": EX}, "a:b"),
        ({"@vocab": EX}, ":a"),
        ({"@vocab": EX, "a": {}}, "a"),
        ({"@vocab": EX, "a": None}, "a"),
        ({"a": "b", "b": EX + "b"}, "a"),
        ({}, "a"),
        ({}, "urn:a"),
        ({}, "@a"),
    ],
)
def test_a_member_means_what_the_processor_says(context: dict[str, Json], member: str) -> None:
    expanded = jsonld.expand({"@context": context, member: 1}, {"base": EX})
    found = scope(context).member(member)

    assert {found} - {None, "@a"} == set(expanded[0] if expanded else {})


@pytest.mark.parametrize(
    "context",
    [
        {"a": 5},
        {"a": ""},
        {"": EX},
        {"a": "@type"},
        {"a": "@foo"},
        {"@foo": EX},
        {"a": "relative"},
        {"a": "_:b"},
        {"a": "b:c", "b": "a:d"},
        {"a": {"@id": EX, "@container": "@set"}},
        {"a": {"@id": EX, "@context": {}}},
        {"a": {"@id": EX, "@type": 5}},
        {"a": {"@reverse": EX}},
        {"a/b": EX},
        {"@base": EX},
        {"@vocab": "relative"},
        {"@vocab": None},
        {"@language": 5},
        {"@direction": "up"},
        {"@version": 1.0},
        {"@propagate": False},
        {"@protected": True},
    ],
)
def test_more_than_prefixes_and_terms_is_not_simple(context: dict[str, Json]) -> None:
    with pytest.raises(NotSimple):
        scope(context)


def test_an_inner_context_changes_only_what_it_names() -> None:
    inner = scope({"a": EX + "a", "b": EX + "b", "@language": "DE"}).extended({"a": EX + "c"}, trusted=False)

    assert (inner.word("a"), inner.word("b"), inner.language) == (EX + "c", EX + "b", "de")
