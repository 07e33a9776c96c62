from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.model import GraphKind
from semantic_gw.rdf.iris import affordance_iri, encode_name, graph_iri, instant_iri, observation_iri, result_iri
from semantic_gw.rdf.node_names import is_valid

THING = "urn:dev:mac:00158d0003429eda"
GRAPH = "https://gateway.example/observations/3f2a"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(TEXT)
def test_any_name_gives_a_valid_iri(name: str) -> None:
    assert is_valid(affordance_iri(THING, name))
    assert is_valid(result_iri(observation_iri(GRAPH, name)))


@given(TEXT, TEXT)
def test_different_names_give_different_iris(one: str, other: str) -> None:
    assert (affordance_iri(THING, one) == affordance_iri(THING, other)) is (one == other)


@given(TEXT)
def test_no_observation_is_the_time_or_a_result(name: str) -> None:
    assert observation_iri(GRAPH, name) != instant_iri(GRAPH)
    assert observation_iri(GRAPH, name) != result_iri(observation_iri(GRAPH, name.removesuffix(".result")))


@pytest.mark.parametrize(
    ("name", "encoded"),
    [
        ("temperature", "temperature"),
        ("Küche", "Küche"),
        ("a b/c", "a%20b%2Fc"),
        ("flow.rate", "flow%2Erate"),
        ("100%", "100%25"),
        ("x#y?z", "x%23y%3Fz"),
        ("\U0001fffe", "%F0%9F%BF%BE"),
        ("\ue000", "%EE%80%80"),
    ],
)
def test_a_name_keeps_what_an_iri_may_hold(name: str, encoded: str) -> None:
    assert encode_name(name) == encoded


def test_an_iri_never_has_two_fragments() -> None:
    assert affordance_iri("https://example.com/#lamp", "on") == "https://example.com/#lamp.on"


def test_a_graph_is_named_by_its_kind_and_message() -> None:
    assert graph_iri("https://gateway.example/", GraphKind.OBSERVATIONS, "3f2a") == GRAPH
