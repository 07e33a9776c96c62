from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

import pyoxigraph
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from pyld import jsonld

from semantic_gw.lifters.thing import lifters
from semantic_gw.model import DataGraph, Literal
from semantic_gw.rdf.namespaces import XSD
from semantic_gw.rdf.observation_context import CONTEXT, to_jsonld
from semantic_gw.rdf.serialize import canonical_double, settled, to_nquads, to_trig, triples_to_nquads
from tests.lifters.things import ADDRESS, BUTTON, KITCHEN, document, thing

DOCUMENT = {
    "temperature": 9.95,
    "state": "ON",
    "led_enable": False,
    "color": {"x": 0.1 + 0.2},
    "action": 'say "hi"\n',
    "last_seen": "2026-11-24T11:14:00.123Z",
}
DOUBLE = XSD + "double"


def graphs() -> tuple[DataGraph, ...]:
    lifter = lifters(thing(KITCHEN, BUTTON), base_iri="https://gateway.example/")[ADDRESS]
    return lifter.lift(document(DOCUMENT)).graphs


GRAPHS = [pytest.param(graph, id=graph.kind.value) for graph in graphs()]


def inlined(graph: DataGraph) -> dict[str, object]:
    return {**to_jsonld(graph, context_url="https://gateway.example/context/v1.jsonld"), "@context": CONTEXT}


def by_value(quads: Iterable[pyoxigraph.Quad]) -> set[str]:
    """The quads as text, doubles by their value: readers of JSON-LD spell 9.95 differently."""
    found = set()
    for quad in quads:
        term = quad.object
        if isinstance(term, pyoxigraph.Literal) and term.datatype.value == DOUBLE:
            found.add(f"{quad.graph_name} {quad.subject} {quad.predicate} {float(term.value)!r}")
        else:
            found.add(f"{quad.graph_name} {quad.subject} {quad.predicate} {term}")
    return found


def nquads(text: str | bytes) -> set[str]:
    return by_value(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.N_QUADS))


@pytest.mark.parametrize("graph", GRAPHS)
def test_nquads_hold_every_triple_of_the_graph(graph: DataGraph) -> None:
    assert len(nquads(to_nquads(graph))) == len(set(graph.triples)) + len(graph.about)


@pytest.mark.parametrize("graph", GRAPHS)
def test_trig_is_the_same_dataset(graph: DataGraph) -> None:
    parsed = by_value(pyoxigraph.parse(to_trig(graph), format=pyoxigraph.RdfFormat.TRIG))

    assert parsed == nquads(to_nquads(graph))


@pytest.mark.parametrize("graph", GRAPHS)
def test_jsonld_is_the_same_dataset_for_pyld(graph: DataGraph) -> None:
    assert nquads(jsonld.to_rdf(inlined(graph), {"format": "application/n-quads"})) == nquads(to_nquads(graph))


@pytest.mark.parametrize("graph", GRAPHS)
def test_jsonld_is_the_same_dataset_for_pyoxigraph(graph: DataGraph) -> None:
    text = json.dumps(inlined(graph)).encode()
    parsed = set(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.JSON_LD))

    assert parsed == set(pyoxigraph.parse(to_nquads(graph), format=pyoxigraph.RdfFormat.N_QUADS))


@pytest.mark.parametrize("graph", GRAPHS)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib's own parsers use what it deprecates
def test_jsonld_is_the_same_dataset_for_rdflib(graph: DataGraph) -> None:
    read, written = rdflib.Dataset(), rdflib.Dataset()
    read.parse(data=json.dumps(inlined(graph)), format="json-ld")
    written.parse(data=to_nquads(graph).decode(), format="nquads")

    assert set(read.quads()) == set(written.quads())


def test_jsonld_reads_as_plain_json() -> None:
    observation = to_jsonld(graphs()[0], context_url="")["observations"][0]

    assert observation["property"]["kind"] == "sgw:Temperature"
    assert observation["result"]["value"] == 9.95
    assert observation["result"]["unit"] == "qudt-unit:DEG_C"


def test_an_iri_that_is_none_is_never_written() -> None:
    graph = replace(graphs()[0], iri="https://gateway.example/a b")

    with pytest.raises(ValueError, match="must be percent-encoded"):
        to_nquads(graph)


@given(st.text())
def test_any_text_survives_nquads(text: str) -> None:
    written = triples_to_nquads([("urn:s", "urn:p", Literal(text, XSD + "string"))])
    (quad,) = pyoxigraph.parse(written, format=pyoxigraph.RdfFormat.N_QUADS)

    assert quad.object.value == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_canonical_double_means_its_number(value: float) -> None:
    text = canonical_double(value)
    mantissa, exponent = text.split("E")

    assert float(text) == value
    assert mantissa.lstrip("-").index(".") == 1
    assert str(int(exponent)) == exponent


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300))
def test_a_settled_number_is_read_back_from_sixteen_digits(value: float) -> None:
    assert float(f"{settled(value):.15E}") == settled(value)
