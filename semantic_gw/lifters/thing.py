"""The one generic lifter: a Thing Description, compiled, turns payloads of its Thing into graphs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, Final

from semantic_gw.contracts import Lifted, PlanValidator, Step, Validator
from semantic_gw.lexicon import Lexicon
from semantic_gw.lifters.generate import TYPE, Found, LiftFunction, compile_plan, generate
from semantic_gw.lifters.meanings import meanings
from semantic_gw.lifters.reading import read
from semantic_gw.lifters.rules import Plan, Rule
from semantic_gw.lifters.values import plain, shown
from semantic_gw.model import IRI, DataGraph, Document, GraphKind, Json, Literal, ThingDescription, Triple
from semantic_gw.rdf.iris import graph_iri, instant_iri
from semantic_gw.rdf.namespaces import DCTERMS, FOAF, PROV, SAREF, SAREF_CORE_VERSION, TIME, XSD, compact
from semantic_gw.rdf.serialize import date_time

_PRIMARY_TOPIC: Final = FOAF + "primaryTopic"
_GENERATED_AT: Final = PROV + "generatedAtTime"
_CONFORMS_TO: Final = DCTERMS + "conformsTo"
_DATE_TIME: Final = XSD + "dateTime"
_DATE_TIME_STAMP: Final = XSD + "dateTimeStamp"
_TEXT: Final = "text/plain"


def lifters(
    thing: ThingDescription, *, base_iri: IRI, ignored: frozenset[str] = frozenset(), lexicon: Lexicon | None = None
) -> dict[str, ThingLifter]:
    """A lifter for each address on which *thing* reports. Raises MappingError.

    *lexicon* knows the names of values whose meaning *thing* does not say; by default the one built in.
    """
    found = read(thing, meanings(lexicon or built_in_lexicon())).plans(ignored)
    return {address: ThingLifter(plan, base_iri) for address, plan in found.items()}


@cache
def built_in_lexicon() -> Lexicon:
    """The lexicon without what device families add to it."""
    return Lexicon.load()


class ThingLifter:
    """Lifts the documents of one Thing and address with the function its plan becomes at the first of them.

    *base_iri* is the base of graph IRIs; *proven* validates the graphs of the plan where a proof is known.
    """

    __slots__ = ("_base_iri", "_lift", "_proven", "_reads_text", "plan")

    def __init__(self, plan: Plan, base_iri: IRI, proven: PlanValidator | None = None) -> None:
        self.plan = plan
        self._proven = proven
        self._base_iri = base_iri
        self._lift: LiftFunction | None = None
        self._reads_text = plan.reads_text

    @property
    def source(self) -> str:
        """The source of the function that the plan becomes."""
        return generate(self.plan)[0]

    def validator(self, shapes: Validator) -> Validator:
        """What checks the graphs by *shapes*: for less where it is proved what they have in common."""
        return shapes if self._proven is None or self._proven.shapes is not shapes else self._proven

    def lift(self, document: Document) -> Lifted:
        """The graphs that *document* means; none where nothing in it has a known meaning."""
        function = self._lift
        if function is None:
            function = self._lift = compile_plan(self.plan)
        return self._lifted(document, *self._run(document, function))

    def explain(self, document: Document) -> Lifted:
        """The same, with a step for each value."""
        steps: list[Step] = []

        def note(index: int, pointer: str, value: Json, outcome: str) -> None:
            steps.append(_step(self.plan.rules[index], pointer, value, outcome))

        ran = self._run(document, compile_plan(self.plan, explain=True), note)
        return self._lifted(document, *ran, steps=tuple(steps))

    def _run(self, document: Document, function: Any, *note: Any) -> tuple[Found, IRI, IRI, Literal]:
        payload = document.payload
        name = f"{payload.id}-{document.part}" if document.part else payload.id
        graph = graph_iri(self._base_iri, GraphKind.OBSERVATIONS, name)
        events = graph_iri(self._base_iri, GraphKind.EVENTS, name)
        time = Literal(date_time(payload.received_at), _DATE_TIME)
        found = Found()
        found.phenomenon = document.phenomenon_time
        value = document.value
        if self._reads_text and type(value) is str and document.media_type == _TEXT:
            value = plain(value)
        function(value, graph, events, time, found, *note)
        return found, graph, events, time

    def _lifted(
        self, document: Document, found: Found, graph: IRI, events: IRI, time: Literal, steps: tuple[Step, ...] = ()
    ) -> Lifted:
        graphs = []
        if found.observations:
            graphs.append(self._graph(document, found, GraphKind.OBSERVATIONS, graph, time))
        if found.events:
            graphs.append(self._graph(document, found, GraphKind.EVENTS, events, time))
        return Lifted(tuple(graphs), tuple(found.unmapped), steps)

    def _graph(self, document: Document, found: Found, kind: GraphKind, iri: IRI, time: Literal) -> DataGraph:
        thing = self.plan.thing
        observing = kind is GraphKind.OBSERVATIONS
        triples = found.triples if observing else found.event_triples
        triples.append((thing, TYPE, SAREF + ("Sensor" if observing else "Device")))
        if found.phenomenon is not None:
            triples += _instant(iri, found.phenomenon)
        return DataGraph(
            document=document,
            iri=iri,
            thing=thing,
            kind=kind,
            result_time=document.payload.received_at,
            phenomenon_time=found.phenomenon,
            observations=tuple(found.observations) if observing else (),
            events=() if observing else tuple(found.events),
            triples=tuple(triples),
            about=(
                (iri, _PRIMARY_TOPIC, thing),
                (iri, _GENERATED_AT, time),
                (iri, _CONFORMS_TO, SAREF_CORE_VERSION),
            ),
        )


def _instant(graph: IRI, time: datetime) -> tuple[Triple, ...]:
    """The instant of the phenomenon time (OWL-Time, 4.1.4)."""
    instant = instant_iri(graph)
    return (
        (instant, TYPE, TIME + "Instant"),
        (instant, TIME + "inXSDDateTimeStamp", Literal(date_time(time), _DATE_TIME_STAMP)),
    )


def _step(rule: Rule, pointer: str, value: Json, outcome: str) -> Step:
    details: Mapping[str, Json] = {
        name: compact(term) for name in ("kind", "unit") if isinstance(term := getattr(rule.sense, name, None), str)
    }
    return Step("lift", rule.affordance, outcome, pointer, "" if value is None else shown(value), details)
