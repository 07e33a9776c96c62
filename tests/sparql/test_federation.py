"""SERVICE clauses: asked where the settings allow it, and put into the query as VALUES."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox
import pytest

from semantic_gw.errors import ConfigurationError, LimitError, NotSupportedError, QueryError, UnavailableError
from semantic_gw.model import Json
from semantic_gw.rdf.query_text import QueryText
from semantic_gw.settings import SparqlSettings
from semantic_gw.sparql.endpoint import endpoints
from semantic_gw.sparql.federation import MOST_TERMS, MOST_TEXT, Federation, inline_data
from tests.http_peer import Quiet, serving
from tests.sparql.asked import TITLE, Asked

ROWS = {
    "head": {"vars": ["t", "n"]},
    "results": {
        "bindings": [
            {"t": {"type": "literal", "value": 'a "b" }', "xml:lang": "en"}, "n": {"type": "bnode", "value": "b0"}},
            {"t": {"type": "literal", "value": "Lamp"}},
            {"n": {"type": "literal", "value": "1", "datatype": "http://www.w3.org/2001/XMLSchema#integer"}},
            {"n": {"type": "uri", "value": "urn:n"}},
        ]
    },
}


@dataclass
class Peer:
    """A SPARQL endpoint that has one answer, and remembers what it was asked."""

    url: str = ""
    status: int = 200
    body: bytes = field(default_factory=lambda: json.dumps(ROWS).encode())
    location: str = ""
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)


@dataclass
class Stage:
    """Who plays the endpoint now."""

    url: str
    peer: Peer = field(default_factory=Peer)


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    stages: list[Stage] = []

    class Handler(Quiet, BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(parse_qs(urlsplit(self.path).query)["query"][0])

        def do_POST(self) -> None:
            self.answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def answer(self, query: str) -> None:
            peer = stages[0].peer
            peer.asked.append((self.command, query, {name.lower(): text for name, text in self.headers.items()}))
            self.send_response(peer.status)
            if peer.location:
                self.send_header("Location", peer.location)
            self.send_header("Content-Length", str(len(peer.body)))
            self.end_headers()
            self.wfile.write(peer.body)

    with serving(Handler) as url:
        stages.append(Stage(url))
        yield stages[0]


@pytest.fixture
def peer(stage: Stage) -> Peer:
    stage.peer = Peer(stage.url)
    return stage.peer


def federation(peer: Peer, *, resolve: str = "", **settings: object) -> Federation:
    """The services of *settings*; *resolve* is the address that every name stands for."""
    services = {"urn:s": f"{peer.url}/sparql?k=1", "https://e.example/q": f"{peer.url}/other"}
    given = SparqlSettings.model_validate({"services": services, **settings})
    return Federation(endpoints(given, resolve=(lambda *_: [resolve]) if resolve else None))


def rows(text: str) -> list[dict[str, str]]:
    found = ox.Store().query(text)
    assert isinstance(found, ox.QuerySolutions)
    return [
        {name.value: term.value for name in found.variables if (term := solution[name]) is not None}
        for solution in found
    ]


async def test_a_service_is_asked_for_its_group_and_joined(peer: Peer) -> None:
    asked = Asked(federation=federation(peer))
    query = f"PREFIX : <urn:x#> SELECT ?t {{ ?s <{TITLE}> ?t SERVICE <urn:s> {{ ?x :title ?t }} }} ORDER BY ?t"
    async with asked.client() as client:
        answer = await client.get("/sparql", params={"query": query})

    [(method, text, headers)] = peer.asked
    assert (method, text) == ("GET", "PREFIX : <urn:x#>  SELECT * WHERE {  ?x :title ?t  }")
    assert "application/sparql-results+json" in headers["accept"]
    titles = [row["t"]["value"] for row in answer.json()["results"]["bindings"]]
    assert titles == [
        "Lamp",
        "Lamp",
        "Lamp",
        "Meter",
        "Meter",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <https://e.example/q> { ?t ?p ?n } }",
        "PREFIX e: <https://e.example/> SELECT * { service e:q { ?t ?p ?n } }",
        "PREFIX : <https://e.example/q> SELECT * { OPTIONAL { SERVICE SILENT : { { ?t ?p ?n } } } }",
    ],
)
async def test_every_term_of_a_service_arrives(peer: Peer, text: str) -> None:
    resolved = await federation(peer).resolve(QueryText(text))

    assert sorted(sorted(row.values()) for row in rows(resolved)) == [
        ["1"],
        ["Lamp"],
        ['a "b" }', "urn:x-blank:b0"],
        ["urn:n"],
    ]


async def test_a_long_query_is_posted(peer: Peer) -> None:
    await federation(peer).resolve(QueryText("SELECT * { SERVICE <urn:s> { ?t ?p '" + "x" * 5000 + "' } }"))

    [(method, _, headers)] = peer.asked
    assert (method, headers["content-type"]) == ("POST", "application/sparql-query")


async def test_the_secret_of_a_service_goes_with_the_question(peer: Peer) -> None:
    services = {"urn:s": {"url": peer.url, "authorization": "Bearer letmein"}}

    await federation(peer, services=services).resolve(QueryText("SELECT * { SERVICE <urn:s> { ?t ?p ?n } }"))

    assert peer.asked[0][2]["authorization"] == "Bearer letmein"


@pytest.mark.parametrize("name", ["<urn:other>", "<http://127.0.0.1/sparql>", "?endpoint", "e:q"])
async def test_a_service_that_is_not_in_the_settings_is_not_asked(peer: Peer, name: str) -> None:
    with pytest.raises(NotSupportedError, match=r"sparql\.services"):
        await federation(peer).resolve(QueryText(f"SELECT * {{ SERVICE {name} {{ ?s ?p ?o }} }}"))

    assert peer.asked == []


async def test_a_name_that_stands_for_a_private_address_is_not_asked_by_default(peer: Peer) -> None:
    office = federation(peer, resolve="127.0.0.1", services={"urn:s": office_of(peer)})

    with pytest.raises(UnavailableError, match="of this kind are not allowed"):
        await office.resolve(QueryText("SELECT * { SERVICE <urn:s> { ?s ?p ?o } }"))

    assert peer.asked == []


async def test_not_even_where_private_ones_are_may_a_name_stand_for_this_machine(peer: Peer) -> None:
    service = {"url": office_of(peer), "private": True}
    office = federation(peer, resolve="127.0.0.1", services={"urn:s": service})

    with pytest.raises(UnavailableError, match="of this kind are not allowed"):
        await office.resolve(QueryText("SELECT * { SERVICE <urn:s> { ?s ?p ?o } }"))


def office_of(peer: Peer) -> str:
    return f"http://office.example:{urlsplit(peer.url).port}/sparql"


@pytest.mark.parametrize("url", ["ftp://a/", "//a/b", "http://", "http://a/#b", "http://[::1/"])
def test_an_address_that_is_none_stops_the_start(url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"sparql\.services 'urn:s'"):
        endpoints(SparqlSettings.model_validate({"services": {"urn:s": url}}))


@pytest.mark.parametrize(
    ("fault", "error", "complaint"),
    [
        ({"status": 500}, UnavailableError, "status 500"),
        ({"status": 400}, QueryError, "status 400"),
        ({"status": 302, "location": "http://127.0.0.1:9/"}, QueryError, "status 302"),
        ({"body": b"<html>"}, UnavailableError, "does not answer with"),
        ({"body": b"[]"}, UnavailableError, "something else than"),
        ({"body": b'{"head":{"vars":["a b"]},"results":{"bindings":[]}}'}, UnavailableError, "something else"),
        (
            {"body": b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":{"type":"uri","value":"> } #"}}]}}'},
            UnavailableError,
            "something else",
        ),
        ({"body": b"x" * 2000}, UnavailableError, "more than 1024 bytes"),
    ],
)
async def test_a_service_that_fails_is_named(
    peer: Peer, fault: dict[str, Json], error: type[Exception], complaint: str
) -> None:
    for name, value in fault.items():
        setattr(peer, name, value)

    with pytest.raises(error, match=complaint):
        await federation(peer, service_bytes=1024).resolve(QueryText("SELECT * { SERVICE <urn:s> { ?s ?p ?o } }"))


@pytest.mark.parametrize("name", ["<urn:s>", "<urn:other>"])
async def test_a_silent_service_that_fails_gives_one_empty_solution(peer: Peer, name: str) -> None:
    peer.status = 500

    resolved = await federation(peer).resolve(QueryText(f"SELECT * {{ SERVICE SILENT {name} {{ ?s ?p ?o }} }}"))

    assert rows(resolved) == [{}]


@pytest.mark.parametrize("text", ["SELECT * { SERVICE <urn:s> { ?s ?p ?o ", "SELECT * { SERVICE <urn:s> }"])
async def test_a_service_without_its_group_is_refused(peer: Peer, text: str) -> None:
    with pytest.raises(QueryError):
        await federation(peer).resolve(QueryText(text))


async def test_a_service_of_the_gateway_itself_is_asked_by_its_name() -> None:
    heard: list[tuple[str, str]] = []

    async def history(prologue: str, pattern: str) -> Json:
        heard.append((prologue, pattern))
        return ROWS

    text = "PREFIX sgw: <https://w3id.org/semantic-gw/> SELECT ?n { SERVICE sgw:history { ?t sgw:mean ?n } }"

    resolved = await Federation({"https://w3id.org/semantic-gw/history": history}).resolve(QueryText(text))

    assert heard == [("PREFIX sgw: <https://w3id.org/semantic-gw/> ", " ?t sgw:mean ?n ")]
    assert len(rows(resolved)) == 4


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?service ?p '''SERVICE <urn:s> {''' }",
        'SELECT * { ?s <urn:SERVICE> "SERVICE" }',
        "SELECT * { ?s ex:SERVICE ?o } # SERVICE <urn:s> { }",
        "SELECT * { ?s ?p 'a'@service-x }",
    ],
)
async def test_service_in_other_words_is_no_clause(text: str) -> None:
    assert await Federation({}).resolve(QueryText(text)) == text


def results(names: list[str], solutions: list[dict[str, Json]]) -> Json:
    return {"head": {"vars": names}, "results": {"bindings": solutions}}


def test_solutions_times_variables_of_a_service_are_bounded() -> None:
    names = [f"v{index}" for index in range(10_000)]

    with pytest.raises(LimitError, match="terms") as raised:
        inline_data(results(names, [{}] * (MOST_TERMS // 10_000 + 1)))

    assert raised.value.limit == "rows"


def test_solutions_without_variables_are_bounded_too() -> None:
    with pytest.raises(LimitError, match="terms"):
        inline_data(results([], [{}] * (MOST_TERMS + 1)))


def test_the_text_that_solutions_become_is_bounded() -> None:
    long = {"v": {"type": "literal", "value": "x" * (MOST_TEXT // 4)}}

    with pytest.raises(LimitError, match="characters") as raised:
        inline_data(results(["v"], [long] * 5))

    assert raised.value.limit == "query"


async def test_all_services_of_a_query_share_the_room_for_text() -> None:
    async def long(_prologue: str, _pattern: str) -> Json:
        return results(["v"], [{"v": {"type": "literal", "value": "x" * (MOST_TEXT * 2 // 3)}}])

    one = "SERVICE <urn:s> { ?v ?p ?o }"

    with pytest.raises(LimitError, match="characters"):
        await Federation({"urn:s": long}).resolve(QueryText(f"SELECT * {{ {one} {one} }}"))


def test_a_service_names_a_variable_once() -> None:
    with pytest.raises(UnavailableError, match="twice"):
        inline_data(results(["v", "v"], []))
