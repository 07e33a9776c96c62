"""The graph view of a capture: what a gateway that had taken all of it in would answer questions from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from semantic_gw.app.parts import Parts
from semantic_gw.codecs.capture import BadLine, CaptureRecord
from semantic_gw.contracts import GraphUpdate
from semantic_gw.errors import DescribingError
from semantic_gw.model import IRI, Outcome, ThingDescription
from semantic_gw.pipeline.result import Result
from semantic_gw.rdf.published import read_published
from semantic_gw.rdf.serialize import triples_to_nquads
from semantic_gw.rdf.thing_description import project
from semantic_gw.shipped import ONTOLOGIES
from semantic_gw.view.latest import Latest
from semantic_gw.view.things import ThingGraphs
from semantic_gw.view.vocabulary import load_vocabulary


class CapturedGraphs:
    """Takes the records of captures in, and tells the graphs that they come to."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        base_iri = parts.settings.base_iri
        self._vocabulary = load_vocabulary(sorted(ONTOLOGIES.glob("*.ttl")), base_iri)
        above = self._vocabulary.ontology.superclasses
        self._graphs = ThingGraphs(above)
        self._latest = Latest(base_iri, above)
        self._things: dict[IRI, ThingDescription] = {}
        self.complaints: list[str] = []
        """What is not in the graphs, and why: a sentence each."""

    def take(self, records: Iterable[CaptureRecord | BadLine]) -> None:
        """Lift *records*, and keep what they tell."""
        for record in records:
            if isinstance(record, BadLine):
                self.complaints.append(f"line {record.number}: {record.error}")
            else:
                self._learn(self._parts.pipeline.process(record.payload))

    def _learn(self, result: Result) -> None:
        if result.outcome in (Outcome.DEAD_LETTER, Outcome.REJECTED):
            self.complaints.append(f"{result.payload.source.address}: {result.reason}: {result.detail}")
        for thing in result.removed:
            self._things.pop(thing, None)
        self._things.update((thing.id, thing) for thing in result.described)
        for record in self._parts.recorder.records(result):
            if record.topic in self._topics:
                graph = read_published(record.value or b"", record.header("Content-Type") or "")
                if graph.thing not in self._latest:
                    self._latest.recall(graph.thing, ())
                self._latest.take(graph)

    @property
    def _topics(self) -> tuple[str, ...]:
        settings = self._parts.settings
        return tuple(settings.bus.topic(name) for name in settings.view.topics)

    def updates(self) -> Iterator[GraphUpdate]:
        """Every graph."""
        yield from self._vocabulary.updates
        for thing in self._things.values():
            try:
                yield GraphUpdate(thing.id, self._graphs.graph(triples_to_nquads(project(thing.document))))
            except DescribingError as error:
                self.complaints.append(f"{thing.id} has no graph: {error}")
        yield from (GraphUpdate(name, text) for name, text in self._latest.write(self._latest.changed))
