"""Requests to a SPARQL endpoint, and what the specifications say of the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import httpx
import pyoxigraph as ox

QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
FORM = "application/x-www-form-urlencoded"
RESULTS_JSON = "application/sparql-results+json"
RESULTS_XML = "application/sparql-results+xml"
CSV = "text/csv"
TSV = "text/tab-separated-values"
TURTLE = "text/turtle"
N_TRIPLES = "application/n-triples"
RDF_XML = "application/rdf+xml"
JSON_LD = "application/ld+json"
TRIG = "application/trig"
N_QUADS = "application/n-quads"

TOKEN = "conformance-0123456789"
MINE = "https://notes.example/"
DATA = {
    f"{MINE}data{number}": f'<urn:s{number}> <urn:p> "{text}" .\n'
    for number, text in ((1, "one"), (2, "two"), (3, "three"))
}
ONE, TWO, THREE = DATA
BEARER = {"Authorization": f"Bearer {TOKEN}"}

Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Case:
    """A request, and what its answer has to be: its *status*, its *media_type*, and *texts* in its body, no others."""

    name: str
    status: int = 200
    method: str = "GET"
    path: str = "/sparql"
    url: Fields = ()
    form: Fields | None = None
    body: bytes | str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = ""
    texts: Sequence[str] = ()
    not_texts: Sequence[str] = ()

    def sent(self, client: httpx.Client) -> httpx.Response:
        headers = dict(self.headers)
        content: bytes | None = self.body.encode() if isinstance(self.body, str) else self.body
        if self.form is not None:
            content = str(httpx.QueryParams(list(self.form))).encode()
            headers.setdefault("Content-Type", FORM)
        return client.request(self.method, self.path, params=list(self.url) or None, content=content, headers=headers)

    def check(self, client: httpx.Client) -> httpx.Response:
        """The answer, which is as it has to be."""
        answer = self.sent(client)
        assert answer.status_code == self.status, f"{answer.status_code}: {answer.text[:500]}"
        given = answer.headers.get("content-type", "").partition(";")[0]
        if self.status >= 400:
            assert given == "application/problem+json"
            assert answer.json()["status"] == self.status
        if self.media_type:
            assert given == self.media_type
        for text in self.texts:
            assert text in answer.text
        for text in self.not_texts:
            assert text not in answer.text
        return answer


def triples(answer: httpx.Response) -> set[ox.Triple]:
    """What *answer*, RDF in any form, says."""
    form = ox.RdfFormat.from_media_type(answer.headers["content-type"].partition(";")[0])
    assert form is not None
    return {quad.triple for quad in ox.parse(answer.content, form, base_iri=str(answer.url))}


def ids(cases: Sequence[Case]) -> list[str]:
    return [case.name for case in cases]
