"""The update operation of SPARQL 1.1 Protocol (2.2), case by case."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.conformance.sparql_cases import BEARER, FORM, MINE, ONE, QUERY, TWO, UPDATE, Case, ids

NOTE = f"{MINE}updated"
WRITTEN = f"INSERT DATA {{ GRAPH <{NOTE}> {{ <urn:a> <urn:b> 'written' }} }}"
TAKEN_OVER = f"INSERT {{ GRAPH <{NOTE}> {{ ?s ?p ?o }} }}"


def form(*updates: str, status: int = 204, name: str, **more: object) -> Case:
    fields = [("update", update) for update in updates]
    return Case(name, status, "POST", form=fields, **{"headers": BEARER, **more})  # type: ignore[arg-type]


def direct(update: str, *, status: int = 204, name: str, content_type: str = UPDATE, **more: object) -> Case:
    headers = {**BEARER, "Content-Type": content_type}
    return Case(name, status, "POST", body=update, headers=headers, **more)  # type: ignore[arg-type]


TAKEN = [
    (form(WRITTEN, name="2.2.1 an update in a form"), {"written"}),
    (direct(WRITTEN, name="2.2.2 an update as the body"), {"written"}),
    (direct(WRITTEN, name="2.2.2 utf-8 may be said", content_type=f"{UPDATE}; charset=UTF-8"), {"written"}),
    (form(f"{WRITTEN} ; {WRITTEN.replace('written', 'more')}", name="3 a sequence"), {"written", "more"}),
    (form(f"{TAKEN_OVER} USING <{ONE}> WHERE {{ ?s ?p ?o }}", name="3.1.3 USING"), {"one"}),
    (form(f"{TAKEN_OVER} WHERE {{ GRAPH <{TWO}> {{ ?s ?p ?o }} }}", name="3.1.3 GRAPH in WHERE"), {"two"}),
    (
        form(
            f"{WRITTEN} ; WITH <{NOTE}> DELETE {{ ?s ?p ?o }} INSERT {{ ?s ?p 'new' }} WHERE {{ ?s ?p ?o }}",
            name="3.1.3 WITH",
        ),
        {"new"},
    ),
    (form(f"{WRITTEN} ; DELETE WHERE {{ GRAPH <{NOTE}> {{ ?s ?p ?o }} }}", name="3.1.3.3 DELETE WHERE"), set()),
    (form(f"{WRITTEN} ; DROP GRAPH <{NOTE}>", name="3.2.2 DROP"), set()),
    (form(f"COPY <{ONE}> TO <{NOTE}>", name="3.2.3 COPY"), {"one"}),
    (form(f"INSERT DATA {{ GRAPH <{NOTE}> {{ <urn:a> <urn:b> 'caf\\u00e9' }} }}", name="19.2 escapes"), {"café"}),
]

REFUSED = [
    Case("2.2 an update by GET", 400, url=[("update", WRITTEN)], headers=BEARER),
    form(WRITTEN, WRITTEN, status=400, name="2.2 two updates"),
    Case("2.2 an update and a query", 400, "POST", form=[("update", WRITTEN), ("query", "ASK {}")], headers=BEARER),
    form("SELECT * { ?s ?p ?o }", status=400, name="2.2 a query is no update"),
    form(f"INSERT DATA {{ GRAPH <{NOTE}> {{ nonsense }} }}", status=400, name="2.2.4 an update that is wrong"),
    direct(WRITTEN, status=415, name="2.2 a body of another type", content_type="text/plain"),
    direct(WRITTEN, status=400, name="2.2 an update that says that it is a query", content_type=QUERY),
    Case(
        "2.2.2 a body that is no UTF-8",
        400,
        "POST",
        body=WRITTEN.encode("utf-16"),
        headers={**BEARER, "Content-Type": UPDATE},
    ),
    Case("2.2.1 a form that is no UTF-8", 400, "POST", body=b"update=%FF", headers={**BEARER, "Content-Type": FORM}),
    Case(
        "2.2.3 a dataset of the protocol",
        400,
        "POST",
        form=[("update", WRITTEN), ("using-graph-uri", ONE)],
        headers=BEARER,
    ),
    form(WRITTEN, status=401, name="an update without a token", headers={}),
    form(WRITTEN, status=401, name="an update with another token", headers={"Authorization": "Bearer nobody"}),
    form("CLEAR ALL", status=403, name="CLEAR ALL"),
    form("DROP DEFAULT", status=403, name="DROP DEFAULT"),
    form("INSERT DATA { <urn:a> <urn:b> 1 }", status=403, name="the default graph"),
    form(WRITTEN.replace(NOTE, "urn:other"), status=403, name="a graph of others"),
    form(f"LOAD <http://127.0.0.1:9/> INTO GRAPH <{NOTE}>", status=403, name="LOAD"),
    form(r"CLEAR \u0041LL", status=400, name="19.2 escapes of signs"),
]


@pytest.fixture
def note(endpoint: httpx.Client) -> Iterator[httpx.Client]:
    """An endpoint without the graph that updates write."""
    endpoint.delete("/graphs", params={"graph": NOTE}, headers=BEARER)
    yield endpoint
    endpoint.delete("/graphs", params={"graph": NOTE}, headers=BEARER)


def notes(client: httpx.Client) -> set[str]:
    query = f"SELECT ?o {{ GRAPH <{NOTE}> {{ ?s ?p ?o }} }}"
    found = client.get("/sparql", params={"query": query}).json()
    return {row["o"]["value"] for row in found["results"]["bindings"]}


@pytest.mark.parametrize(("case", "left"), TAKEN, ids=ids([case for case, _ in TAKEN]))
def test_an_update_is_done_and_visible(note: httpx.Client, case: Case, left: set[str]) -> None:
    case.check(note)

    assert notes(note) == left


@pytest.mark.parametrize("case", REFUSED, ids=ids(REFUSED))
def test_an_update_is_refused_and_changes_nothing(note: httpx.Client, case: Case) -> None:
    case.check(note)

    assert notes(note) == set()
