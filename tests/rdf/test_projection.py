"""The quick way to the triples of a Thing Description is the long way, only shorter."""

from __future__ import annotations

import json
from collections.abc import Mapping
from random import Random
from typing import Final

import pytest

from semantic_gw.errors import DescribingError
from semantic_gw.model import Json, Triple
from semantic_gw.rdf.limits import check
from semantic_gw.rdf.node_names import NodeNames
from semantic_gw.rdf.plans import plans
from semantic_gw.rdf.projection import Projection
from semantic_gw.rdf.scopes import NotSimple
from semantic_gw.rdf.thing_description import project, project_expanded
from tests.describers.devices import describer
from tests.rdf.descriptions import CONTEXT, THING, affordance, td
from tests.rdf.mutations import mutated
from tests.shared import SHARED, shared

VALID = sorted(path.name for path in (SHARED / "wot/td-valid").glob("*.json*")) or ["absent"]
SEEDS: Final = range(12)
MUTATIONS: Final = 200
LONGEST: Final = 6_000
"""Characters of a description that is worth changing: the JSON-LD processor is slow."""

Found = tuple[Triple, ...] | str
"""Triples, or why there are none."""


def quick(document: Mapping[str, Json]) -> Found | None:
    """What the quick way finds, None where the document is too much for it."""
    try:
        if not check(document):
            return None
        return Projection(NodeNames(THING)).of(document, plans(document.get("@context"), opaque=True))
    except NotSimple:
        return None
    except DescribingError as error:
        return str(error)


def thorough(document: Mapping[str, Json]) -> Found:
    try:
        check(document)
        return project_expanded(document, THING, opaque=True)
    except DescribingError as error:
        return str(error)


def valid(name: str) -> dict[str, Json]:
    found: dict[str, Json] = json.loads(shared(f"wot/td-valid/{name}").read_text("utf-8"))
    return found


@pytest.mark.parametrize("name", VALID)
def test_both_ways_lead_to_the_same_triples_in_the_same_order(name: str) -> None:
    document = valid(name)

    assert quick(document) == thorough(document)


@pytest.mark.parametrize("seed", SEEDS)
def test_both_ways_lead_to_the_same_triples_of_whatever_is_made_of_descriptions(seed: int) -> None:
    random = Random(seed)
    documents = [document for name in VALID if len(json.dumps(document := valid(name))) <= LONGEST]
    changed = [mutated(random.choice(documents), random) for _ in range(MUTATIONS)]
    found = [(document, quick(document)) for document in changed]
    same = [quickly == thorough(document) for document, quickly in found if quickly is not None]

    assert all(same)
    assert len(same) > MUTATIONS // 4


def test_both_ways_lead_to_the_same_triples_of_descriptions_that_we_make() -> None:
    messages = shared("payloads/zigbee2mqtt/states.ndjson").read_text("utf-8").splitlines()
    described = [describer().describe(json.loads(line)["meta"], "zigbee2mqtt/x") for line in messages]
    documents = [thing.document for found in described for thing in found.things]

    assert [document["id"] for document in documents if quick(document) != thorough(document)] == []


def test_no_valid_description_needs_the_long_way() -> None:
    assert [name for name in VALID if quick(valid(name)) is None] == []


@pytest.mark.parametrize(
    "context",
    [
        CONTEXT,
        [CONTEXT],
        [CONTEXT, {"ex": "https://example.com/"}],
        [{"ex": "https://example.com/"}, CONTEXT],
        [CONTEXT, {"@language": "it", "ex": "https://example.com/", "floor": {"@id": "ex:floor", "@type": "ex:Floor"}}],
        [CONTEXT, {"floor": "ex:floor", "ex": "https://example.com/"}],
        [CONTEXT, {"ex": "https://example.com/", "ex:floor": {"@type": "@id"}}],
        [CONTEXT, {"@vocab": "https://example.com/"}],
        [CONTEXT, {"tag": None}],
        ["https://example.com/not-held", CONTEXT],
    ],
)
def test_contexts_that_declare_prefixes_and_terms_go_the_quick_way(context: Json) -> None:
    document = td(**{"@context": context, "floor": 3, "tag": "x", "properties": {"t": affordance(**{"ex:floor": 3})}})

    assert quick(document) == thorough(document) != ()
    assert quick(document) is not None


@pytest.mark.parametrize(
    "members",
    [
        {"@context": [CONTEXT, {"t": {"@id": "urn:t", "@container": "@list"}}]},
        {"@context": [CONTEXT, {"t": {"@id": "urn:t", "@context": {}}}]},
        {"@context": [CONTEXT, {"t": {"@reverse": "urn:t"}}]},
        {"@context": [CONTEXT, {"@base": "https://example.com/"}]},
        {"@context": [CONTEXT, {"t": "@type"}]},
        {"@context": [CONTEXT, None, CONTEXT]},
        {"properties": {"t": {"@context": {"ex": "https://example.com/"}}}},
        {"@included": []},
        {"ex:p": {"@list": [1]}},
        {"ex:p": {"@set": [1]}},
    ],
)
def test_what_takes_all_of_jsonld_goes_the_long_way(members: dict[str, Json]) -> None:
    assert quick(td(**members)) is None
    assert project(td(**members)) == thorough(td(**members))


def test_what_is_remembered_of_a_context_is_bounded() -> None:
    document = td(**{"ex:p": [{f"ex:{number}": number} for number in range(2_000)]})
    of = plans(document["@context"], opaque=False)
    Projection(NodeNames(THING)).of(document, of)

    assert max(len(of._shapes), len(of._plans), len(of._words)) <= 256
