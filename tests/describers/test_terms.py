"""The terms that descriptions of real devices use are those that the vocabulary and the unit table define."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache

import pytest

from semantic_gw.lexicon import Lexicon
from semantic_gw.lexicon.units import unit_table
from semantic_gw.model import Json
from semantic_gw.rdf.ontology import EVENT_KIND, PROPERTY, STATE
from tests.describers.devices import described
from tests.shared import shared


@cache
def documents() -> tuple[Json, ...]:
    lines = shared("payloads/zigbee2mqtt/metadata/definitions_exposes.ndjson").read_text("utf-8").splitlines()
    return tuple(described(*json.loads(line)["exposes"]) for line in lines)


def values(node: Json, member: str) -> Iterator[Json]:
    """The values of *member*, wherever it stands in *node*."""
    if isinstance(node, dict):
        if member in node:
            yield node[member]
        for inner in node.values():
            yield from values(inner, member)
    elif isinstance(node, list):
        for inner in node:
            yield from values(inner, member)


@pytest.mark.parametrize(
    ("member", "type_"),
    [
        ("saref:hasPropertyKind", PROPERTY),
        ("saref:hasStateKind", STATE),
        ("sgw:state", STATE),
        ("sgw:hasEventKind", EVENT_KIND),
        ("sgw:eventKind", EVENT_KIND),
    ],
)
def test_a_term_is_what_its_place_says(member: str, type_: str) -> None:
    kinds = Lexicon.load().vocabulary.kinds
    used = {value["@id"] for document in documents() for value in values(document, member)}

    assert used
    assert {iri for iri in used if kinds.get(iri) != type_} == set()


def test_a_unit_is_in_the_unit_table() -> None:
    used = {unit for document in documents() for unit in values(document, "unit")}

    assert used
    assert used <= unit_table().by_iri.keys()


def test_a_number_with_a_kind_has_a_unit_and_one_with_a_unit_has_a_kind() -> None:
    affordances = [found for document in documents() for found in document["properties"].values()]
    halves = [a for a in affordances if a.get("type") == "number" and ("unit" in a) != ("saref:hasPropertyKind" in a)]

    assert halves == []
