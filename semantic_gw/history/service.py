"""`SERVICE sgw:history { … }`: the history in a SPARQL query, as solutions that it joins with everything else.

SERVICE sgw:history {
  [] sgw:ofKind sgw:AirTemperature ; sgw:ofThing ?thing ; sgw:within "PT24H"^^xsd:duration ;
     sgw:aggregate sgw:Mean ; sgw:value ?mean
}
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any, Final, NoReturn

from semantic_gw.errors import LimitError, QueryError, UnavailableError
from semantic_gw.history.asking import Asking, Question, Row
from semantic_gw.history.buckets import bucket_length, duration, time_in, time_zone
from semantic_gw.history.pattern import CHOOSING, TOLD, Node, Variable, read_pattern
from semantic_gw.history.points import Series, micros, moment_at
from semantic_gw.history.store import SeriesSpan
from semantic_gw.model import IRI, Json, Literal, Term
from semantic_gw.rdf.iris import affordance_iri
from semantic_gw.rdf.namespaces import SGW, XSD
from semantic_gw.rdf.observation_triples import value_term
from semantic_gw.rdf.ontology import Closure
from semantic_gw.rdf.serialize import date_time

HISTORY: Final[IRI] = SGW + "history"
"""The name of the service."""

MOST_SOLUTIONS: Final = 10_000
_DAY: Final = 24 * 3600 * 1_000_000

AGGREGATES: Final[Mapping[IRI, str]] = {
    SGW + "Mean": "avg",
    SGW + "TimeWeightedMean": "time-weighted",
    SGW + "Median": "median",
    SGW + "Least": "min",
    SGW + "Greatest": "max",
    SGW + "Total": "sum",
    SGW + "NumberOfValues": "count",
    SGW + "First": "first",
    SGW + "Last": "last",
}


class HistoryService:
    """Answers patterns by what *asking* finds. *off* says why there is no history, empty where there is one."""

    def __init__(
        self, asking: Asking, broader: Closure, clock: Callable[[], datetime], off: Callable[[], str] = str
    ) -> None:
        self._asking = asking
        self._broader = broader
        self._clock = clock
        self._off = off

    async def ask(self, prologue: str, text: str) -> Json:
        """The solutions of the pattern *text* (SPARQL 1.1 Query Results JSON Format).

        Raises QueryError, LimitError and UnavailableError.
        """
        if reason := self._off():
            raise UnavailableError(reason)
        pattern = read_pattern(prologue, text)
        bindings: list[Json] = []
        for bound, said in pattern.combinations():
            async for solution in self._solutions(said):
                if (joined := _bindings(bound, solution)) is not None:
                    bindings.append(joined)
                if len(bindings) > MOST_SOLUTIONS:
                    _too_many()
        return {"head": {"vars": list(pattern.variables)}, "results": {"bindings": bindings}}

    async def _solutions(self, said: Mapping[str, Node]) -> Any:
        """What each name in *said* is, for every row."""
        question = self._question(said)
        spans = await self._asking.store.spans(await self._series(said))
        left = MOST_SOLUTIONS
        for _, some in groupby(spans, key=_property):
            found = await self._asking.of(list(some), question)
            if found.follows is not None or len(found.rows) > left:
                _too_many()
            left -= len(found.rows)
            for row in found.rows:
                yield [*_chosen(said, row), *_told(said, row)]

    def _question(self, said: Mapping[str, Node]) -> Question:
        for name in said:
            _check(name, said[name])
        try:
            return self._read(said)
        except ValueError as error:
            raise QueryError(f"SERVICE sgw:history wants {error}") from None

    def _read(self, said: Mapping[str, Node]) -> Question:
        now = micros(self._clock())
        zone = time_zone(_text(said, "timeZone") or "UTC")
        end = time_in(_text(said, "to"), zone) if "to" in said else now + 1
        span = duration(_text(said, "within")).micros if "within" in said else _DAY
        begin = time_in(_text(said, "from"), zone) if "from" in said else end - span
        every = bucket_length(_text(said, "every")) if "every" in said else None
        aggregate = _aggregate(said.get("aggregate"))
        if every is not None and not aggregate:
            raise ValueError("sgw:aggregate where there is sgw:every")
        return Question(begin, end, aggregate, every, zone, _text(said, "unit"), limit=MOST_SOLUTIONS)

    async def _series(self, said: Mapping[str, Node]) -> list[Series]:
        """The series that *said* chooses, those of a Thing and affordance together."""
        thing, prop, kind = (said.get(name) for name in CHOOSING)
        if isinstance(prop, str):
            found = [one for owner in _owners(prop) for one in await self._asking.store.series(owner)]
            found = [one for one in found if _iri(one) == prop]
        else:
            found = await self._asking.store.series(thing if isinstance(thing, str) else None)
        if isinstance(thing, str):
            found = [one for one in found if one.key.thing == thing]
        if isinstance(kind, str):
            found = [one for one in found if kind in (one.key.kind, *self._broader.get(one.key.kind, ()))]
        return found


def _too_many() -> NoReturn:
    detail = f"SERVICE sgw:history has more than {MOST_SOLUTIONS:,} solutions"
    raise LimitError(f"{detail}: choose fewer Things, a shorter range, or an aggregate", limit="rows")


def _check(name: str, node: Node) -> None:
    """Refuse what stands in the wrong place. Raises QueryError."""
    if isinstance(node, Variable) and name not in (*CHOOSING, *TOLD):
        raise QueryError(f"SERVICE sgw:history: sgw:{name} wants a value, not ?{node.name}; VALUES may give it")
    if not isinstance(node, Variable) and name in TOLD and name != "unit":
        raise QueryError(f"SERVICE sgw:history: sgw:{name} wants a variable; compare it outside, by FILTER")
    if isinstance(node, Literal) and name in CHOOSING:
        raise QueryError(f"SERVICE sgw:history: sgw:{name} wants an IRI, not {node.lexical!r}")


def _text(said: Mapping[str, Node], name: str) -> str:
    node = said.get(name, "")
    if isinstance(node, Variable):
        return ""
    return node.lexical if isinstance(node, Literal) else node


def _aggregate(node: Node | None) -> str:
    if node is None:
        return ""
    if not isinstance(node, str) or node not in AGGREGATES:
        raise ValueError("sgw:aggregate " + ", ".join(f"sgw:{iri.removeprefix(SGW)}" for iri in AGGREGATES))
    return AGGREGATES[node]


def _property(span: SeriesSpan) -> tuple[IRI, str]:
    return span.series.key.thing, span.series.key.affordance


def _iri(series: Series) -> IRI:
    return affordance_iri(series.key.thing, series.key.affordance)


def _owners(prop: IRI) -> Iterable[IRI]:
    """The Things that *prop* may be a property of (`rdf.iris.fragment`)."""
    thing, _, name = prop.rpartition("#")
    return dict.fromkeys((thing, prop.rpartition(".")[0]) if "." in name else (thing,))


def _chosen(said: Mapping[str, Node], row: Row) -> Iterator[tuple[str, Term]]:
    key = row.key
    terms = (key.thing, affordance_iri(key.thing, key.affordance), key.kind)
    for name, term in zip(CHOOSING, terms, strict=True):
        node = said.get(name)
        if isinstance(node, Variable):
            yield node.name, term


def _told(said: Mapping[str, Node], row: Row) -> Iterator[tuple[str, Term]]:
    value: Term = row.value if isinstance(row.value, str) else value_term(row.value)
    terms: dict[str, Term] = {
        "value": value,
        "time": _time(row.at),
        "until": _time(row.end or row.at),
        "count": Literal(str(row.many), XSD + "integer"),
    }
    if row.unit:
        terms["unit"] = row.unit
    for name, term in terms.items():
        node = said.get(name)
        if isinstance(node, Variable):
            yield node.name, term


def _time(at: int) -> Literal:
    return Literal(date_time(moment_at(at)), XSD + "dateTime")


def _bindings(bound: Mapping[str, Term], solution: Iterable[tuple[str, Term]]) -> Json:
    """*solution* with what VALUES *bound*; None where a variable would be two things."""
    terms = dict(bound)
    for name, term in solution:
        if terms.setdefault(name, term) != term:
            return None
    return {name: _json(term) for name, term in terms.items()}


def _json(term: Term) -> Json:
    if isinstance(term, Literal):
        return {"type": "literal", "value": term.lexical, "datatype": term.datatype}
    return {"type": "uri", "value": term}
