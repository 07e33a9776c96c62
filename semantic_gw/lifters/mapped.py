"""Mappings in RML or YARRRML as lifters: each message becomes the graphs that the compiled mapping makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from semantic_gw.contracts import Lifted, Step
from semantic_gw.errors import MappingError
from semantic_gw.lifters.mapped_graphs import PRIMARY_TOPIC, by_thing, graphs_of
from semantic_gw.lifters.rml.compiler import Compiled, compile_source
from semantic_gw.lifters.rml.interpreter import Program, Quad
from semantic_gw.lifters.rml.load import load
from semantic_gw.lifters.rml.model import Formulation, LogicalSource, Stream
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

    def lift(self, document: Document, thing: IRI | None = None) -> Lifted:
        """The graphs that *document* becomes. Raises LiftingError.

        *thing* is what all of them are about, where the manifest says it; else each says so itself.
        """
        payload = document.payload
        name = graph_iri(self.base_iri, GraphKind.OBSERVATIONS, payload.id)
        quads = (quad for source in self.sources for quad in source.quads(document.value))
        made, wrong = graphs_of(quads, name)
        parts = [part for one in made for part in by_thing(one, thing)]
        graphs = tuple(_graph(document, name, index, *part) for index, part in enumerate(parts))
        return Lifted(graphs, steps=tuple(map(_left_out, wrong)))


def _graph(document: Document, name: IRI, index: int, thing: IRI, triples: tuple[Triple, ...]) -> DataGraph:
    iri = f"{name}-{index}" if index else name
    time = Literal(date_time(document.payload.received_at), XSD + "dateTime")
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

    Sources read JSON: what a codec makes of a payload, whatever its media type.
    """
    mapping = load(content, document)
    for source in mapping.sources():
        if source.formulation is not Formulation.JSONPATH:
            raise MappingError(
                f"{source.place}: messages are read by JSONPath, not {source.formulation}: "
                f"every payload is decoded to JSON first"
            )
    program = Program(mapping, base_iri)
    return {
        source: MappedLifter((compile_source(mapping, source, base_iri, program=program),), base_iri)
        for source in mapping.sources()
    }


def joined(lifters: Sequence[MappedLifter]) -> MappedLifter:
    """One lifter for all of the sources of *lifters*: a manifest says what comes in, whatever they name."""
    return MappedLifter(tuple(source for one in lifters for source in one.sources), lifters[0].base_iri)


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
