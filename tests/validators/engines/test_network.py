"""No shape makes an engine reach the network: a server that nobody asks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from semantic_gw.errors import ShapeError
from semantic_gw.validators.compile import compile_shapes
from semantic_gw.validators.engines import ENGINES

HEAD = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix owl: <http://www.w3.org/2002/07/owl#> ."


class Server(HTTPServer):
    """Counts who asks."""

    asked = 0

    def service_actions(self) -> None:
        """Nothing beside."""


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Server)
        self.server.asked += 1
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:
        """Tests are quiet."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


REFUSED = [
    "SELECT $this { SERVICE <%s> { $this ?p ?o } }",
    "SELECT $this { SERVICE SILENT <%s> { $this ?p ?o } }",
    "SELECT $this { BIND (<%s> AS ?s) SERVICE ?s { $this ?p ?o } }",
    "SELECT $this FROM <%s> { $this ?p ?o }",
    "SELECT $this FROM NAMED <%s> { GRAPH <%s> { $this ?p ?o } }",
    "SELECT $this { $this ?p ?o FILTER (<%s#function>($this)) }",
    "LOAD <%s>",
]
ALLOWED = [
    "PREFIX x: <%s#> SELECT $this { $this x:p ?o }",
    "BASE <%s> SELECT $this { $this <p> ?o }",
]


def url(server: Server) -> str:
    return f"http://127.0.0.1:{server.server_port}/x"


def shapes(query: str) -> str:
    return f"{HEAD} <urn:S> sh:targetNode <urn:a> ; sh:sparql [ sh:select '{query}' ] ."


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("query", REFUSED)
def test_a_query_that_would_reach_out_is_refused(query: str, engine: str, server: Server) -> None:
    with pytest.raises(ShapeError):
        compile_shapes([shapes(query.replace("%s", url(server)))], engine=ENGINES[engine])

    assert server.asked == 0


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("query", ALLOWED)
def test_a_query_that_only_names_an_address_does_not_reach_it(query: str, engine: str, server: Server) -> None:
    compiled = compile_shapes([shapes(query.replace("%s", url(server)))], engine=ENGINES[engine])
    compiled.validate_triples([("urn:a", "urn:p", url(server))])

    assert server.asked == 0


def test_a_graph_that_a_query_names_is_not_fetched(server: Server) -> None:
    turtle = shapes(f"SELECT $this {{ GRAPH <{url(server)}> {{ $this ?p ?o }} }}")
    compile_shapes([turtle], engine=ENGINES["shacl"]).validate_triples([("urn:a", "urn:p", url(server))])

    assert server.asked == 0


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("predicate", ["owl:imports", "sh:shapesGraph"])
def test_what_a_shapes_graph_points_to_is_not_fetched(predicate: str, engine: str, server: Server) -> None:
    turtle = f"{shapes('SELECT $this { $this ?p ?o }')} <urn:S> {predicate} <{url(server)}> ."
    compile_shapes([turtle], engine=ENGINES[engine]).validate_triples([("urn:a", "urn:p", url(server))])

    assert server.asked == 0
