"""Results become records: the right topic, key, value format and headers for each (docs/bus.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final
from urllib.parse import quote

import msgspec

from semantic_gw.contracts import TopicSpec
from semantic_gw.errors import PayloadTooLargeError
from semantic_gw.model import IRI, DataGraph, GraphKind, Headers, Outcome, Record
from semantic_gw.pipeline.judging import worst
from semantic_gw.pipeline.result import Judged, Result
from semantic_gw.pipeline.spool import payload_headers
from semantic_gw.rdf.observation_context import context_url, to_jsonld
from semantic_gw.rdf.serialize import date_time, to_nquads, to_trig
from semantic_gw.settings import BusSettings, Format
from semantic_gw.validators.report import flat_report

MEDIA_TYPES: Final[Mapping[Format, str]] = {
    "jsonld": "application/ld+json",
    "nquads": "application/n-quads",
    "trig": "application/trig",
}

SHAPES_HEADER: Final = "SHACL-Shapes"
"""The hash of the shapes that a record was judged by."""

_COMPACTED: Final = ("things",)
_TOPICS: Final = ("things", "observations", "events", "rejected", "dead-letter")
_encode: Final = msgspec.json.Encoder().encode


def topic_specs(settings: BusSettings) -> tuple[TopicSpec, ...]:
    """The topics that the gateway writes, with their cleanup policy."""
    return tuple(
        TopicSpec(
            settings.topic(name),
            compact=name in _COMPACTED,
            partitions=settings.partitions,
            replication_factor=settings.replication_factor,
            retention_ms=int(settings.retention_hours * 3_600_000),
        )
        for name in _TOPICS
    )


def serializers(base_iri: IRI) -> Mapping[Format, Callable[[DataGraph], bytes]]:
    """A function from graph to bytes for each value format."""
    url = context_url(base_iri)
    return {
        "jsonld": lambda graph: _encode(to_jsonld(graph, context_url=url)),
        "nquads": to_nquads,
        "trig": to_trig,
    }


@dataclass(frozen=True, slots=True)
class Recorder:
    """Makes the records of results. Pure."""

    settings: BusSettings
    base_iri: IRI
    _serialize: Callable[[DataGraph], bytes] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_serialize", serializers(self.base_iri)[self.settings.format])

    def records(self, result: Result) -> Iterator[Record]:
        """Every record that *result* leaves on the bus; none where it was ignored.

        Things it told of are none: they go through the directory.
        """
        if result.outcome is Outcome.DEAD_LETTER:
            yield self._dead_letter(result)
        for judged in result.graphs:
            if judged.outcome is Outcome.PUBLISHED:
                yield self._graph(judged, result)
            elif judged.outcome is Outcome.REJECTED:
                yield self._rejected(judged, result)

    def _graph(self, judged: Judged, result: Result) -> Record:
        graph = judged.graph
        value = self._serialize(graph)
        topic = self.settings.topic(graph.kind.value)
        return Record(topic, graph.thing, value, self._graph_headers(judged, result))

    def _graph_headers(self, judged: Judged, result: Result) -> Headers:
        """Content type, CloudEvents attributes (CloudEvents Kafka binding 1.0.2, 3.2), and what shapes say."""
        graph, payload = judged.graph, result.payload
        kind = "observation" if graph.kind is GraphKind.OBSERVATIONS else "event"
        return _headers(
            {
                "Content-Type": MEDIA_TYPES[self.settings.format],
                "ce_specversion": "1.0",
                "ce_id": payload.id,
                "ce_source": _source(payload.source.kind, payload.source.address),
                "ce_type": f"semantic-gw.{kind}.v1",
                "ce_time": date_time(payload.received_at),
                "ce_subject": graph.thing,
                SHAPES_HEADER: result.shapes,
                **(_marks(judged) if judged.marked else {}),
            }
        )

    def _rejected(self, judged: Judged, result: Result) -> Record:
        """A graph beside what SHACL says of it, as one JSON-LD object; the payload is kept for a replay."""
        graph, payload = judged.graph, result.payload
        value = dict(to_jsonld(graph, context_url=context_url(self.base_iri)))
        value["report"] = flat_report(judged.report)
        told = {SHAPES_HEADER: result.shapes, **_marks(judged)}
        headers = _headers({"Reason": result.reason, "Reason-Detail": result.detail, **told})
        own = tuple(header for header in payload_headers(payload) if header[0] != "Content-Type")
        content = _headers({"Content-Type": MEDIA_TYPES["jsonld"], "Payload-Content-Type": payload.content_type})
        body = (("Payload", payload.body),)
        topic = self.settings.topic("rejected")
        return Record(topic, graph.thing, _encode(value), content + headers + own + body)

    def _dead_letter(self, result: Result) -> Record:
        """The original bytes; the reason and how to read them again are in the headers."""
        payload, error = result.payload, result.error
        headers: dict[str, str] = {"Dead-Letter-Reason": result.reason, "Dead-Letter-Detail": result.detail}
        if result.mapping:
            headers["Dead-Letter-Mapping"] = result.mapping
        if error is None:
            headers |= {"Dead-Letter-Step": "validate", **_marks(worst(result.graphs))}
        else:
            headers |= {
                "Dead-Letter-Step": error.step,
                "Dead-Letter-Rule": error.rule,
                "Dead-Letter-Path": error.pointer,
                "Dead-Letter-Value": error.value,
            }
        headers[SHAPES_HEADER] = result.shapes
        if payload.source.position is not None:
            headers["Dead-Letter-Source"] = "/".join(str(part) for part in payload.source.position)
        topic = self.settings.topic("dead-letter")
        every = payload_headers(payload) + _headers(headers)
        return Record(topic, payload.source.address, payload.body, every)

    def too_large(self, record: Record, most_bytes: int) -> Record:
        """A dead letter in the place of *record*, which is too large for any topic: its first bytes, and its size."""
        value = record.value or b""
        told = {"Dead-Letter-Reason": PayloadTooLargeError.reason, "Dead-Letter-Truncated": str(len(value))}
        own = tuple(header for header in record.headers if header[0] != "Dead-Letter-Reason")
        topic = self.settings.topic("dead-letter")
        return replace(record, topic=topic, value=value[:most_bytes], headers=own + _headers(told))


def _marks(judged: Judged) -> dict[str, str]:
    """What shapes say of a graph: how many results of each severity, and whether one of them is a violation."""
    conforms = {} if judged.report.conforms else {"SHACL-Conforms": "false"}
    return {**conforms, "SHACL-Results": judged.verdict.told}


@lru_cache(maxsize=65536)
def _source(kind: str, address: str) -> str:
    """The way in and the address as a URI reference (CloudEvents 1.0.2, `source`)."""
    return f"{kind}:{quote(address)}"


def _headers(values: Mapping[str, str]) -> Headers:
    return tuple((name, value.encode("utf-8", "replace")) for name, value in values.items() if value)
