"""SERVICE clauses (SPARQL 1.1 Federated Query): asked by the gateway, and put into the query as VALUES.

A SERVICE clause is joined with the rest of its group, and what is in its braces is evaluated apart from that (4.2): so
its solutions can be had first. The engine itself has no network.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import httpx
import msgspec
import pyoxigraph as ox

from semantic_gw.rdf.query_text import QueryText, Service
from semantic_gw.errors import GatewayError, NotSupportedError, QueryError, UnavailableError
from semantic_gw.model import IRI, Json

_RESULTS: Final = "application/sparql-results+json"
_LONGEST_URL: Final = 4000
"""Characters of a GET request; a longer one is posted, which a directory need not take (WoT Discovery)."""

_BLANK: Final = "urn:x-blank:"
"""What the blank nodes of an endpoint are called: VALUES cannot name one."""

_decode: Final = msgspec.json.Decoder().decode


class Services:
    """The endpoints that SERVICE may ask, by the IRI in the query.

    *deadline_s* bounds one request in seconds, *max_bytes* its answer. *transport* takes the place of the network.
    """

    def __init__(
        self,
        endpoints: Mapping[IRI, str],
        *,
        deadline_s: float,
        max_bytes: int,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._endpoints = endpoints
        self._max_bytes = max_bytes
        self._deadline_s = deadline_s
        self._transport = transport

    async def resolve(self, text: str) -> str:
        """*text* with the solutions of its SERVICE clauses in their place.

        Raises NotSupportedError for an endpoint that may not be asked, UnavailableError for one that does not answer.
        """
        if "SERVICE" not in text.upper():
            return text
        query, parts, done = QueryText(text), [], 0
        for service in query.services():
            parts += [text[done : service.start], await self._solutions(service, query.prologue)]
            done = service.end
        return "".join([*parts, text[done:]])

    async def _solutions(self, service: Service, prologue: str) -> str:
        """A group of the same solutions; one solution without bindings where a silent endpoint fails (2.2)."""
        try:
            results = await self._ask(service.name, f"{prologue} SELECT * WHERE {{ {service.pattern} }}")
            return "{ " + _values(results) + " }"
        except GatewayError:
            if service.silent:
                return "{ }"
            raise

    async def _ask(self, name: str, query: str) -> Json:
        endpoint = self._endpoints.get(name)
        if endpoint is None:
            known = ", ".join(sorted(self._endpoints)) or "none"
            raise NotSupportedError(f"SERVICE <{name}> may not be asked: directory.services names {known}")
        try:
            async with (
                httpx.AsyncClient(timeout=self._deadline_s, transport=self._transport, trust_env=False) as client,
                client.stream(**_request(endpoint, query)) as response,
            ):
                return _decode(await self._body(response, name))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise UnavailableError(f"SERVICE <{name}> does not answer: {error or type(error).__name__}") from None
        except msgspec.DecodeError as error:
            raise UnavailableError(f"SERVICE <{name}> does not answer with {_RESULTS}: {error}") from None

    async def _body(self, response: httpx.Response, name: str) -> bytes:
        if response.is_server_error:
            raise UnavailableError(f"SERVICE <{name}> answers with status {response.status_code}")
        if not response.is_success:
            raise QueryError(f"SERVICE <{name}> refuses its part of the query with status {response.status_code}")
        body = bytearray()
        async for part in response.aiter_bytes():
            body += part
            if len(body) > self._max_bytes:
                raise QueryError(f"SERVICE <{name}> answers with more than {self._max_bytes} bytes: use LIMIT in there")
        return bytes(body)


def _request(endpoint: str, query: str) -> dict[str, Any]:
    """The arguments of a request (SPARQL 1.1 Protocol, 2.1)."""
    headers = {"Accept": _RESULTS}
    url = httpx.URL(endpoint).copy_merge_params({"query": query})
    if len(str(url)) <= _LONGEST_URL:
        return {"method": "GET", "url": url, "headers": headers}
    headers["Content-Type"] = "application/sparql-query"
    return {"method": "POST", "url": endpoint, "headers": headers, "content": query.encode()}


def _values(results: Json) -> str:
    """*results* (SPARQL 1.1 Query Results JSON Format) as inline data. Raises UnavailableError where they are none."""
    try:
        names = results["head"]["vars"]
        rows = [_row(names, solution) for solution in results["results"]["bindings"]]
        variables = " ".join(str(ox.Variable(name)) for name in names)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnavailableError(f"a SERVICE answers with no results that can be used: {error!r}") from None
    return f"VALUES ({variables}) {{ {' '.join(rows)} }}"


def _row(names: Iterable[str], solution: Mapping[str, Json]) -> str:
    return f"({' '.join(_term(solution[name]) if name in solution else 'UNDEF' for name in names)})"


def _term(term: Mapping[str, str]) -> str:
    """One term as SPARQL writes it; pyoxigraph refuses what is none."""
    if term["type"] == "uri":
        return str(ox.NamedNode(term["value"]))
    if term["type"] == "bnode":
        return str(ox.NamedNode(_BLANK + term["value"]))
    if term["type"] not in ("literal", "typed-literal"):
        raise ValueError(f"a {term['type']} is no term of SPARQL 1.1")
    if "xml:lang" in term:
        return str(ox.Literal(term["value"], language=term["xml:lang"]))
    datatype = ox.NamedNode(term["datatype"]) if "datatype" in term else None
    return str(ox.Literal(term["value"], datatype=datatype))
