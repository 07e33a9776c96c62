"""SERVICE clauses (SPARQL 1.1 Federated Query): asked by the gateway, and put into the query as VALUES.

A SERVICE clause is joined with the rest of its group, and what is in its braces is evaluated apart from that (4.2): so
its solutions can be had first. The engine itself has no network.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Final

import pyoxigraph as ox

from semantic_gw.errors import GatewayError, NotSupportedError, UnavailableError
from semantic_gw.model import IRI, Json
from semantic_gw.rdf.query_text import QueryText, Service
from semantic_gw.sparql.formats import RESULTS_JSON

_BLANK: Final = "urn:x-blank:"
"""What the blank nodes of an endpoint are called: VALUES cannot name one."""

Ask = Callable[[str, str], Awaitable[Json]]
"""Answers a service: given the prologue of the query and the pattern in the braces, the solutions of that pattern as
SPARQL 1.1 Query Results JSON Format has them. Raises GatewayError."""


class Federation:
    """The services that SERVICE may ask, by the IRI in the query."""

    def __init__(self, services: Mapping[IRI, Ask]) -> None:
        self.services = services

    async def resolve(self, query: QueryText) -> str:
        """The text of *query* with the solutions of its SERVICE clauses in their place.

        Raises NotSupportedError for a service that may not be asked, UnavailableError for one that does not answer.
        """
        text = query.text
        if "SERVICE" not in text.upper():
            return text
        parts, done = list[str](), 0
        for service in query.services():
            parts += [text[done : service.start], await self._solutions(service, query.prologue)]
            done = service.end
        return "".join([*parts, text[done:]])

    async def _solutions(self, service: Service, prologue: str) -> str:
        """A group of the same solutions; one solution without bindings where a silent endpoint fails (2.2)."""
        try:
            return "{ " + inline_data(await self._asked(service.name)(prologue, service.pattern)) + " }"
        except GatewayError:
            if service.silent:
                return "{ }"
            raise

    def _asked(self, name: IRI) -> Ask:
        if name not in self.services:
            known = ", ".join(f"<{known}>" for known in sorted(self.services)) or "none"
            raise NotSupportedError(f"SERVICE <{name}> may not be asked; those that may are: {known} (sparql.services)")
        return self.services[name]


def inline_data(results: Json) -> str:
    """*results* (SPARQL 1.1 Query Results JSON Format) as VALUES. Raises UnavailableError where they are none."""
    try:
        names = results["head"]["vars"]
        rows = [_row(names, solution) for solution in results["results"]["bindings"]]
        variables = " ".join(str(ox.Variable(name)) for name in names)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        detail = f"a SERVICE answers with something else than {RESULTS_JSON}, or no results that can be used: {error!r}"
        raise UnavailableError(detail) from None
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
