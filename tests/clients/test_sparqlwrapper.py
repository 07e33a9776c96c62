"""SPARQLWrapper, what most people ask endpoints with in Python, asks the gateway's one in every form it knows."""

from __future__ import annotations

from typing import Any
from urllib.error import HTTPError

import pytest
import SPARQLWrapper as Wrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from tests.clients.filled_gateway import PREFIXES, VALUES
from tests.live.gateway_process import GatewayProcess

pytestmark = pytest.mark.live

TITLES = PREFIXES + "SELECT DISTINCT ?title WHERE { ?t a saref:Device ; td:title ?title } ORDER BY ?title"
FOUND = [("cellar", 8.5), ("kitchen", 21.5)]
GRAPH = PREFIXES + "CONSTRUCT { ?t td:title ?title } WHERE { ?t a saref:Device ; td:title ?title }"


def client_of(gateway: GatewayProcess, form: str = Wrapper.JSON) -> Any:
    return Wrapper.SPARQLWrapper(f"{gateway.url}/sparql", returnFormat=form)


def asked(gateway: GatewayProcess, query: str, form: str, method: str = Wrapper.GET) -> Any:
    """What it makes of the answer."""
    client = client_of(gateway, form)
    client.setMethod(method)
    client.setQuery(query)
    return client.query().convert()


@pytest.mark.parametrize("method", [Wrapper.GET, Wrapper.POST])
def test_it_reads_solutions_in_json(gateway: GatewayProcess, method: str) -> None:
    found = asked(gateway, VALUES, Wrapper.JSON, method)["results"]["bindings"]

    assert [(row["title"]["value"], float(row["value"]["value"])) for row in found] == FOUND


def test_it_sends_a_query_as_it_is(gateway: GatewayProcess) -> None:
    client = client_of(gateway)
    client.setMethod(Wrapper.POST)
    client.setRequestMethod(Wrapper.POSTDIRECTLY)
    client.setQuery(TITLES)

    assert len(client.query().convert()["results"]["bindings"]) == 2


def test_it_reads_solutions_in_xml(gateway: GatewayProcess) -> None:
    document = asked(gateway, TITLES, Wrapper.XML)

    assert [node.firstChild.data for node in document.getElementsByTagName("literal")] == ["cellar", "kitchen"]


@pytest.mark.parametrize(
    ("form", "text"),
    [(Wrapper.CSV, b"title\r\ncellar\r\nkitchen\r\n"), (Wrapper.TSV, b'?title\n"cellar"\n"kitchen"\n')],
)
def test_it_reads_solutions_by_the_line(gateway: GatewayProcess, form: str, text: bytes) -> None:
    assert asked(gateway, TITLES, form) == text


def test_it_asks_whether(gateway: GatewayProcess) -> None:
    assert asked(gateway, PREFIXES + "ASK { ?t td:title 'kitchen' }", Wrapper.JSON)["boolean"] is True


@pytest.mark.parametrize("form", [Wrapper.TURTLE, Wrapper.N3])
def test_it_reads_a_graph_as_text(gateway: GatewayProcess, form: str) -> None:
    assert b'"kitchen"' in asked(gateway, GRAPH, form)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # its own, for JSON-LD
@pytest.mark.parametrize("form", [Wrapper.RDFXML, Wrapper.JSONLD])
def test_it_reads_a_graph_into_rdflib(gateway: GatewayProcess, form: str) -> None:
    assert {str(title) for title in asked(gateway, GRAPH, form).objects()} == {"cellar", "kitchen"}


def test_it_chooses_the_graphs_that_are_asked(gateway: GatewayProcess) -> None:
    client = client_of(gateway)
    client.addDefaultGraph("urn:dev:mac:0000000000000002")
    client.setQuery(TITLES)
    found = client.query().convert()["results"]["bindings"]

    assert [row["title"]["value"] for row in found] == ["kitchen"]


def test_it_tells_a_wrong_query_from_an_outage(gateway: GatewayProcess) -> None:
    with pytest.raises(QueryBadFormed, match="line 1"):
        asked(gateway, "SELECT * WHERE { ?s ?p }", Wrapper.JSON)


def test_it_cannot_update_without_a_token(gateway: GatewayProcess) -> None:
    client = client_of(gateway)
    client.setMethod(Wrapper.POST)
    client.setQuery("INSERT DATA { GRAPH <urn:g> { <urn:s> <urn:p> <urn:o> } }")

    with pytest.raises(HTTPError, match=r"40[13]"):
        client.query()
