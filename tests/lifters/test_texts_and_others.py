"""Numbers that stand in texts, and states of every value that is not listed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from semantic_gw.lifters.abstract import abstract_graphs
from semantic_gw.lifters.thing import ThingLifter, lifters
from semantic_gw.model import Document, GraphKind, Json, Literal, Payload, Source, ThingDescription
from semantic_gw.rdf.abstract_graph import Variable
from semantic_gw.rdf.namespaces import SGW, UNIT

BASE = "https://gateway.example/"
RECEIVED = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)


def lifter(**affordance: Json) -> ThingLifter:
    form = {"op": ["observeproperty"], "href": "a", "mqv:topic": "a"}
    document = {
        "@context": ["https://www.w3.org/2022/wot/td/v1.1", {"sgw": SGW, "saref": "https://saref.etsi.org/core/"}],
        "id": "urn:x",
        "title": "x",
        "base": "mqtt://localhost/",
        "properties": {"v": {**affordance, "forms": [form]}},
    }
    return lifters(ThingDescription("urn:x", document), base_iri=BASE)["a"]


def values(of: ThingLifter, value: Json) -> list[Json]:
    payload = Payload(b"", "application/json", Source("mqtt", "a"), RECEIVED)
    graphs = of.lift(Document(payload, {"v": value}, "application/json")).graphs
    return [one.value for graph in graphs for one in graph.observations]


def number(**more: Json) -> ThingLifter:
    return lifter(**{"type": "number", "unit": "W", "saref:hasPropertyKind": {"@id": "sgw:Power"}, **more})


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("21.5", [21.5]),
        (" -3 ", [-3]),
        (21.5, [21.5]),
        ("21,5", []),
        ("unknown", []),
        ("", []),
        ("1e999", []),
        (True, []),
    ],
)
def test_a_number_may_be_told_as_a_text(value: Json, found: list[float]) -> None:
    assert values(number(**{"sgw:numberInText": True}), value) == found


def test_a_text_is_no_number_unless_that_is_said() -> None:
    assert values(number(), "21.5") == []


def test_a_number_in_a_text_is_scaled() -> None:
    assert values(number(**{"sgw:numberInText": True, "sgw:scale": 0.1}), "215") == [21.5]


def state(*options: Json) -> ThingLifter:
    return lifter(**{"saref:hasStateKind": {"@id": "sgw:OpenClosed"}, "oneOf": list(options)})


OPEN = {"const": "open", "sgw:state": {"@id": "sgw:Open"}}
ANY_OTHER = {"not": {"enum": ["open"]}, "sgw:state": {"@id": "sgw:Closed"}}


@pytest.mark.parametrize(
    ("value", "found"),
    [("open", ["Open"]), ("shut", ["Closed"]), (0, ["Closed"]), (True, ["Closed"]), (None, []), ({}, []), ([], [])],
)
def test_a_state_may_be_that_of_any_other_value(value: Json, found: list[str]) -> None:
    assert values(state(OPEN, ANY_OTHER), value) == [SGW + name for name in found]


def test_without_it_other_values_are_not_known() -> None:
    assert values(state(OPEN), "shut") == []


def test_any_other_state_is_among_those_a_plan_can_make() -> None:
    graph = abstract_graphs(state(OPEN, ANY_OTHER).plan, BASE)[GraphKind.OBSERVATIONS]
    (result,) = (triple.object for triple in graph.triples if triple.predicate.endswith("hasResult"))

    assert isinstance(result, Variable)
    assert result.terms == frozenset[str | Literal]({SGW + "Open", SGW + "Closed"})


def test_a_whole_number_names_a_state_with_and_without_a_fraction() -> None:
    one = {"const": 1, "sgw:state": {"@id": "sgw:Open"}}

    assert values(state(one), 1.0) == [SGW + "Open"]
    assert values(state(one), True) == []


def test_a_unit_is_still_wanted() -> None:
    assert values(number(**{"sgw:numberInText": True, "unit": UNIT + "DEG_C"}), "1") == []
