"""Mappings in RML or YARRRML as lifters: each message becomes the graphs that the compiled mapping makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import unquote, urlsplit

from semantic_gw.contracts import Lifted, Step
from semantic_gw.errors import MappingError
from semantic_gw.json_pointer import Tokens
from semantic_gw.lifters.mapped_documents import check_formulations, documents, media_type
from semantic_gw.lifters.mapped_graphs import PRIMARY_TOPIC, by_thing, graphs_of, with_result_times
from semantic_gw.lifters.mapped_unread import Reads
from semantic_gw.lifters.rml.compiler import Compiled, compile_source
from semantic_gw.lifters.rml.interpreter import Program, Quad
from semantic_gw.lifters.rml.load import load
from semantic_gw.lifters.rml.model import LogicalSource, Stream
from semantic_gw.lifters.rml.notes import Notes
from semantic_gw.model import IRI, DataGraph, Document, GraphKind, Literal, Triple
from semantic_gw.rdf.iris import graph_iri
from semantic_gw.rdf.namespaces import DCTERMS, PROV, SAREF_CORE_VERSION, XSD
from semantic_gw.rdf.observation_reading import observations_of, phenomenon_time
from semantic_gw.rdf.serialize import date_time

_INGEST: Final = "ingest/"
"""Where the gateway takes payloads over HTTP: no part of their addresses."""


@dataclass(frozen=True, slots=True)
class MappedLifter:
    """Lifts documents by a mapping: by its compiled functions where it can be compiled."""

    sources: tuple[Compiled, ...]
    base_iri: IRI
    reads: Reads
    """What of documents it reads."""

    def lift(self, document: Document, thing: IRI | None = None) -> Lifted:
        """The graphs that *document* becomes, and where the values stand that it does not read. Raises LiftingError.

        *thing* is what all of them are about, where the manifest says it; else each says so itself.
        """
        quads = (
            quad
            for source in self.sources
            for number, each in enumerate(documents(source.source, document))
            for quad in source.quads(each, first=number)
        )
        return self._lifted(document, thing, quads)

    def explain(self, document: Document, thing: IRI | None = None) -> Lifted:
        """The same, with a step for each reference that found nothing, and each term that could not be made."""
        notes = Notes()
        quads = [
            quad
            for source in self.sources
            for number, each in enumerate(documents(source.source, document))
            for quad in source.told(each, "", notes, number)
        ]
        lifted = self._lifted(document, thing, quads)
        missed = (Step("lift", "the mapping", sentence) for sentence in notes.never_found())
        failed = (Step("lift", error.rule or "the mapping", str(error), value=error.value) for error in notes.told)
        return replace(lifted, steps=(*missed, *failed, *lifted.steps))

    @property
    def media_type(self) -> str:
        """The media type of payloads that do not say theirs; empty where any will do."""
        return next(filter(None, (media_type(source.source) for source in self.sources)), "")

    def addresses(self) -> Iterator[str]:
        """The address templates of the streams that its sources are."""
        for source in self.sources:
            yield from addresses(source.source)

    def _lifted(self, document: Document, thing: IRI | None, quads: Iterable[Quad]) -> Lifted:
        name = graph_iri(self.base_iri, GraphKind.OBSERVATIONS, document.payload.id)
        made, wrong = graphs_of(quads, name)
        parts = [part for one in made for part in by_thing(one, thing)]
        graphs = tuple(_graph(document, name, index, *part) for index, part in enumerate(parts))
        return Lifted(graphs, self.reads.unread(document.value), tuple(map(_left_out, wrong)))


def _graph(document: Document, name: IRI, index: int, thing: IRI, triples: tuple[Triple, ...]) -> DataGraph:
    iri = f"{name}-{index}" if index else name
    time = Literal(date_time(document.payload.received_at), XSD + "dateTime")
    triples = with_result_times(triples, time)
    return DataGraph(
        document=document,
        iri=iri,
        thing=thing,
        kind=GraphKind.OBSERVATIONS,
        result_time=document.payload.received_at,
        phenomenon_time=phenomenon_time(triples),
        observations=observations_of(triples),
        events=(),
        triples=triples,
        about=(
            (iri, PRIMARY_TOPIC, thing),
            (iri, PROV + "generatedAtTime", time),
            (iri, DCTERMS + "conformsTo", SAREF_CORE_VERSION),
        ),
        says_more=True,
    )


def _left_out(quad: Quad) -> Step:
    value = quad[2].lexical if isinstance(quad[2], Literal) else quad[2]
    return Step("lift", quad[1], "left out: its IRI or its literal is none", value=value[:80])


def load_lifters(content: bytes, document: str, base_iri: IRI) -> Mapping[LogicalSource, MappedLifter]:
    """A lifter for each logical source of the mapping *content*. Raises MappingError.

    What payloads give to a source: `semantic_gw.lifters.mapped_documents`.
    """
    mapping = load(content, document)
    check_formulations(mapping)
    program = Program(mapping, base_iri)
    made = {source: compile_source(mapping, source, base_iri, program=program) for source in mapping.sources()}
    return {source: MappedLifter((one,), base_iri, Reads.of([one])) for source, one in made.items()}


def joined(lifters: Sequence[MappedLifter], pointers: Iterable[Tokens] = ()) -> MappedLifter:
    """One lifter for all of the sources of *lifters*: a manifest says what comes in, whatever they name.

    Something else reads what stands at *pointers*. Raises MappingError where payloads cannot be what all sources read.
    """
    sources = tuple(source for one in lifters for source in one.sources)
    kinds = {kind: source.source.place for source in sources if (kind := media_type(source.source))}
    if len(kinds) > 1:
        told = ", ".join(f"{kind} ({place})" for kind, place in kinds.items())
        raise MappingError(
            f"payloads of one address cannot be {told} at once: give each a stream or a mapping of its own"
        )
    return MappedLifter(sources, lifters[0].base_iri, Reads.of(sources, pointers))


def addresses(source: LogicalSource) -> Iterator[str]:
    """The address templates of the stream that *source* is; none where it is a file.

    An MQTT topic filter (MQTT 5.0, 4.7), a topic of Kafka, or the path of a URL.
    """
    if not isinstance(source.access, Stream):
        return
    levels = _topic(source.access).split("/")
    named = [f"{{level{index}}}" if level == "+" else level for index, level in enumerate(levels)]
    if levels[-1] == "#":
        yield "/".join(named[:-1])
        named[-1] = "{+rest}"
    yield "/".join(named)


def _topic(stream: Stream) -> str:
    said = {name.rpartition("#")[2]: value for name, value in stream.options}
    for term in ("filter", "topic"):
        if said.get(term):
            return said[term]
    path = stream.target.partition("://")[2].partition("/")[2] if "mqtt" in stream.protocol else ""
    topic = unquote(path or urlsplit(stream.target).path).removeprefix("/")
    return topic.removeprefix(_INGEST) if stream.protocol in ("http", "https") else topic
