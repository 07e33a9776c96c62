"""SERVICE clauses (SPARQL 1.1 Federated Query): asked by the gateway, and put into the query as VALUES.

A SERVICE clause is joined with the rest of its group, and what is in its braces is evaluated apart from that (4.2): so
its solutions can be had first. The engine itself has no network.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

import pyoxigraph as ox

from semantic_gw.errors import GatewayError, LimitError, NotSupportedError, UnavailableError
from semantic_gw.model import IRI, Json
from semantic_gw.rdf.query_text import QueryText, Service
from semantic_gw.sparql.formats import RESULTS_JSON

_BLANK: Final = "urn:x-blank:"
"""What the blank nodes of an endpoint are called: VALUES cannot name one."""

MOST_TERMS: Final = 2_000_000
"""Solutions times variables of a SERVICE: each is a term in the query, even where there is no value."""

MOST_TEXT: Final = 32 * 1024**2
"""Characters that all solutions of SERVICE clauses add to a query."""

Ask = Callable[[str, str], Awaitable[Json]]
"""Answers a service: given the prologue of the query and the pattern in the braces, the solutions of that pattern as
SPARQL 1.1 Query Results JSON Format has them. Raises GatewayError."""


class Federation:
    """The services that SERVICE may ask, by the IRI in the query."""

    def __init__(self, services: Mapping[IRI, Ask]) -> None:
        self.services = services

    async def resolve(self, query: QueryText) -> str:
        """The text of *query* with the solutions of its SERVICE clauses in their place.

        Raises NotSupportedError for a service that may not be asked, UnavailableError for one that does not answer,
        LimitError for more solutions than a query can hold.
        """
        text = query.text
        if "SERVICE" not in text.upper():
            return text
        parts, done, room = list[str](), 0, MOST_TEXT
        for service in query.services():
            solutions = await self._solutions(service, query.prologue, room)
            parts += [text[done : service.start], solutions]
            done, room = service.end, room - len(solutions)
        return "".join([*parts, text[done:]])

    async def _solutions(self, service: Service, prologue: str, room: int) -> str:
        """A group of the same solutions; one solution without bindings where a silent endpoint fails (2.2)."""
        try:
            return "{ " + inline_data(await self._asked(service.name)(prologue, service.pattern), room) + " }"
        except GatewayError:
            if service.silent:
                return "{ }"
            raise

    def _asked(self, name: IRI) -> Ask:
        if name not in self.services:
            known = ", ".join(f"<{known}>" for known in sorted(self.services)) or "none"
            raise NotSupportedError(f"SERVICE <{name}> may not be asked; those that may are: {known} (sparql.services)")
        return self.services[name]


def inline_data(results: Json, room: int = MOST_TEXT) -> str:
    """*results* (SPARQL 1.1 Query Results JSON Format) as VALUES of about *room* characters at most.

    Raises UnavailableError where they are none, LimitError where they are too many.
    """
    try:
        names, solutions = results["head"]["vars"], results["results"]["bindings"]
        _check_size(names, solutions)
        rows = list(_within(room, (_row(names, solution) for solution in solutions)))
        variables = " ".join(str(ox.Variable(name)) for name in names)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        detail = f"a SERVICE answers with something else than {RESULTS_JSON}, or no results that can be used: {error!r}"
        raise UnavailableError(detail) from None
    return f"VALUES ({variables}) {{ {' '.join(rows)} }}"


def _check_size(names: Sequence[str], solutions: Sequence[Json]) -> None:
    if len(set(names)) < len(names):
        raise ValueError("a variable is named twice")
    if (terms := max(1, len(names)) * len(solutions)) > MOST_TERMS:
        message = f"a SERVICE answers with {len(solutions)} solutions of {len(names)} variables"
        raise LimitError(f"{message}: {terms} terms, and at most {MOST_TERMS} are taken", limit="rows")


def _within(room: int, rows: Iterable[str]) -> Iterator[str]:
    """*rows* as long as they are no longer than *room* together. Raises LimitError."""
    for row in rows:
        room -= len(row) + 1
        if room < 0:
            message = f"what its SERVICE clauses answer is longer than the {MOST_TEXT} characters that a query may get"
            raise LimitError(message, limit="query")
        yield row


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
