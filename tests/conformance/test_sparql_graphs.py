"""SPARQL 1.1 Graph Store HTTP Protocol, by indirect identification (4.2), case by case."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pyoxigraph as ox
import pytest

from tests.conformance.sparql_cases import (
    BEARER,
    JSON_LD,
    MINE,
    N_QUADS,
    N_TRIPLES,
    ONE,
    RDF_XML,
    THREE,
    TRIG,
    TURTLE,
    TWO,
    Case,
    ids,
    triples,
)

NOTE = f"{MINE}put"
GRAPHS = "/graphs"
BODIES = {
    TURTLE: b"@prefix : <urn:> . :a :b 'put' .",
    N_TRIPLES: b'<urn:a> <urn:b> "put" .\n',
    JSON_LD: b'{"@id": "urn:a", "urn:b": "put"}',
    RDF_XML: b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:u="urn:"><rdf:Description '
    b'rdf:about="urn:a"><u:b>put</u:b></rdf:Description></rdf:RDF>',
}


def read(name: str, graph: str = ONE, status: int = 200, **more: object) -> Case:
    return Case(name, status, path=GRAPHS, url=[("graph", graph)], **more)  # type: ignore[arg-type]


READS = [
    read("5.2 a graph", media_type=TURTLE, texts=["one"], not_texts=["two"]),
    *(
        read(f"5.2 a graph as {form}", headers={"Accept": form}, media_type=form, texts=["one"])
        for form in (TURTLE, N_TRIPLES, JSON_LD, RDF_XML, TRIG, N_QUADS)
    ),
    read("5.2 a graph as it is liked best", headers={"Accept": f"{TURTLE};q=0.1, {N_TRIPLES}"}, media_type=N_TRIPLES),
    read("5.2 no form that is accepted", status=406, headers={"Accept": "image/png"}),
    read("5.2 a graph that is not there", f"{MINE}nothing", 404),
    read("5.7 the head of one that is not there", f"{MINE}nothing", 404, method="GET"),
    Case("5.2 the default graph", path=f"{GRAPHS}?default", media_type=TURTLE, texts=["one", "two", "three"]),
    Case("4.2 a graph and the default graph", 400, path=f"{GRAPHS}?default&graph=urn:a"),
    Case("4.2 two graphs", 400, path=GRAPHS, url=[("graph", ONE), ("graph", TWO)]),
    read("4.2 a relative IRI", "data1", 400),
    read("4.2 no IRI at all", "urn:a> <urn:b", 400),
    Case("4.2 another argument", 400, path=GRAPHS, url=[("graph", ONE), ("name", "x")]),
    Case("5.2 the names of all graphs", path=GRAPHS, media_type="application/json", texts=[ONE, TWO, THREE]),
    Case(
        "the names as lines", path=GRAPHS, headers={"Accept": "text/uri-list"}, media_type="text/uri-list", texts=[ONE]
    ),
    Case("5.6 PATCH is not there", 405, "PATCH", path=GRAPHS, url=[("graph", ONE)]),
]


def write(name: str, status: int, method: str = "PUT", *, graph: str = NOTE, **more: object) -> Case:
    headers = {**BEARER, "Content-Type": TURTLE}
    given: dict[str, object] = {"headers": headers, "body": BODIES[TURTLE] if method != "DELETE" else None, **more}
    return Case(name, status, method, GRAPHS, [("graph", graph)], **given)  # type: ignore[arg-type]


REFUSALS = [
    write("5.3 a graph that is wrong", 400, body=b"nonsense"),
    write("5.3 a body of another type", 415, headers={**BEARER, "Content-Type": "text/plain"}),
    write("5.3 a body with several graphs", 415, headers={**BEARER, "Content-Type": N_QUADS}),
    write("5.3 without a token", 401, headers={"Content-Type": TURTLE}),
    write("5.3 with another token", 401, headers={"Authorization": "Bearer nobody", "Content-Type": TURTLE}),
    write("5.3 a graph of others", 403, graph="urn:other"),
    write("5.5 to a graph of others", 403, "POST", graph="urn:other"),
    write("5.4 a graph of others", 403, "DELETE", graph="urn:other"),
    write("5.4 a graph that is not there", 404, "DELETE"),
    Case(
        "5.5 POST without a graph", 400, "POST", GRAPHS, body=BODIES[TURTLE], headers={**BEARER, "Content-Type": TURTLE}
    ),
]


@pytest.fixture
def store(endpoint: httpx.Client) -> Iterator[httpx.Client]:
    """A graph store without the graph that is put."""
    endpoint.delete(GRAPHS, params={"graph": NOTE}, headers=BEARER)
    yield endpoint
    endpoint.delete(GRAPHS, params={"graph": NOTE}, headers=BEARER)


def content(client: httpx.Client, graph: str = NOTE) -> set[str]:
    answer = client.get(GRAPHS, params={"graph": graph}, headers={"Accept": N_TRIPLES})
    assert answer.status_code == 200, answer.text
    return {triple.object.value for triple in triples(answer) if isinstance(triple.object, ox.Literal | ox.NamedNode)}


@pytest.mark.parametrize("case", READS, ids=ids(READS))
def test_a_graph_is_read(endpoint: httpx.Client, case: Case) -> None:
    answer = case.check(endpoint)

    if case.status == 200:
        assert "accept" in answer.headers["vary"].lower()


@pytest.mark.parametrize("case", REFUSALS, ids=ids(REFUSALS))
def test_what_cannot_be_written_is_refused(store: httpx.Client, case: Case) -> None:
    case.check(store)

    assert store.get(GRAPHS, params={"graph": NOTE}).status_code == 404


@pytest.mark.parametrize("media_type", BODIES)
def test_a_graph_is_put_in_every_form(store: httpx.Client, media_type: str) -> None:
    write("", 201, body=BODIES[media_type], headers={**BEARER, "Content-Type": media_type}).check(store)

    assert content(store) == {"put"}


def test_a_graph_that_is_there_is_replaced(store: httpx.Client) -> None:
    write("", 201).check(store)
    write("", 204, body=b"<urn:a> <urn:b> 'other' .").check(store)

    assert content(store) == {"other"}


def test_a_graph_is_added_to(store: httpx.Client) -> None:
    write("", 201, "POST").check(store)
    write("", 204, "POST", body=b"<urn:a> <urn:b> 'more' .").check(store)

    assert content(store) == {"put", "more"}


def test_a_graph_is_removed(store: httpx.Client) -> None:
    write("", 201).check(store)
    write("", 204, "DELETE").check(store)

    assert store.get(GRAPHS, params={"graph": NOTE}).status_code == 404


def test_relative_iris_are_those_of_the_graph(store: httpx.Client) -> None:
    write("", 201, body=b"<urn:a> <urn:b> <other> .").check(store)

    assert content(store) == {f"{MINE}other"}


def test_the_head_is_that_of_get(endpoint: httpx.Client) -> None:
    head = endpoint.head(GRAPHS, params={"graph": ONE})
    nothing = endpoint.head(GRAPHS, params={"graph": f"{MINE}nothing"})

    assert (head.status_code, head.content, nothing.status_code) == (200, b"", 404)
    assert head.headers["content-type"].startswith(TURTLE)


def test_a_name_with_a_fragment_is_percent_encoded(store: httpx.Client) -> None:
    graph = f"{MINE}put#part"
    write("", 201, graph=graph).check(store)

    assert content(store, graph) == {"put"}
    write("", 204, "DELETE", graph=graph).check(store)
