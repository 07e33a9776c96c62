"""`semantic-gw bench`: CPU time per message and step, beside the plain way, in one run."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Annotated

import msgspec
import typer
from rich.table import Table

from semantic_gw.app.gateway import calm_garbage_collector
from semantic_gw.app.parts import Parts, load_parts
from semantic_gw.cli.captures import capture_records
from semantic_gw.cli.progress import progress
from semantic_gw.cli.terminal import errors, output
from semantic_gw.codecs.capture import BadLine
from semantic_gw.errors import ConfigurationError
from semantic_gw.model import DataGraph, Document, Outcome, Payload
from semantic_gw.pipeline.publish import serializers
from semantic_gw.settings import Settings
from semantic_gw.shipped import MAPPINGS


@dataclass(frozen=True, slots=True)
class Sample:
    """One message at every stage, so that each step can be timed alone."""

    payload: Payload
    document: Document
    graphs: tuple[DataGraph, ...]


@dataclass(frozen=True, slots=True)
class Timing:
    """CPU time of one step, in microseconds per message."""

    step: str
    microseconds: float
    spread: float


def bench(
    captures: Annotated[
        list[Path] | None, typer.Argument(help="Capture files; the bundled tour where none is given.")
    ] = None,
    plain: Annotated[
        bool, typer.Option("--plain/--no-plain", help="Also run rdflib and pySHACL on the same messages.")
    ] = True,
    seconds: Annotated[float, typer.Option(min=0.05, help="CPU seconds for each step.")] = 2.0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
) -> None:
    """Measure CPU time per message for decode, lift, validate, serialise and the whole pipeline.

    Times depend on the machine; the ratio to the plain way (an rdflib graph, pySHACL with its shapes parsed once,
    rdflib's JSON-LD serialiser, on the same messages in the same run) does much less.
    """
    parts = load_parts(Settings())
    samples = _samples(parts, captures or [MAPPINGS / "zigbee2mqtt" / "examples" / "tour.ndjson"])
    calm_garbage_collector()
    timings = _measure(parts, samples, seconds, plain=plain)
    triples = statistics.mean(sum(len(g.triples) + len(g.about) for g in sample.graphs) for sample in samples)
    if as_json:
        output.print_json(
            msgspec.json.encode({"messages": len(samples), "triples": triples, "steps": timings}).decode()
        )
        return
    _show(timings, len(samples), triples)


def _samples(parts: Parts, captures: Sequence[Path]) -> list[Sample]:
    """Messages that are published, with what each stage makes of them."""
    samples = []
    for record in capture_records(captures):
        if isinstance(record, BadLine):
            raise ConfigurationError(f"line {record.number}: {record.error}")
        result = parts.pipeline.process(record.payload)
        if result.outcome is Outcome.PUBLISHED and result.graphs:
            payload = _bare(record.payload)
            graphs = tuple(judged.graph for judged in result.graphs)
            samples.append(Sample(payload, parts.codecs.decode(payload), graphs))
    if not samples:
        raise ConfigurationError("none of the records is published: nothing to measure")
    return samples


def _bare(payload: Payload) -> Payload:
    """The payload without the description that came along: on the wire that comes once, not with every message."""
    return Payload(payload.body, payload.content_type, payload.source, payload.received_at, payload.id)


def _measure(parts: Parts, samples: Sequence[Sample], seconds: float, *, plain: bool) -> list[Timing]:
    pipeline, recorder = parts.pipeline, parts.recorder
    serialize = serializers(parts.settings.base_iri)
    lifters = {s.payload.id: pipeline.things.lifters(s.payload.source.address) for s in samples}
    steps: dict[str, Callable[[Sample], object]] = {
        "decode": lambda s: parts.codecs.decode(s.payload),
        "lift": lambda s: [lifter.lift(s.document) for lifter in lifters[s.payload.id]],
        "validate": lambda s: [parts.shapes.validate(graph) for graph in s.graphs],
        "serialise JSON-LD": lambda s: [serialize["jsonld"](graph) for graph in s.graphs],
        "serialise N-Quads": lambda s: [serialize["nquads"](graph) for graph in s.graphs],
        "whole pipeline": lambda s: list(recorder.records(pipeline.process(s.payload))),
    }
    if plain:
        steps["plain way"] = _plain(parts)
    timings = []
    with progress("measuring") as bar:
        task = bar.add_task("", total=len(steps))
        for name, step in steps.items():
            timings.append(_time(name, step, samples, seconds))
            bar.advance(task)
    return timings


def _time(name: str, step: Callable[[Sample], object], samples: Sequence[Sample], seconds: float) -> Timing:
    """Rounds over all samples until *seconds* of CPU time are spent; the median round counts."""
    for sample in samples:
        step(sample)
    rounds: list[float] = []
    spent = 0.0
    while spent < seconds or len(rounds) < 3:
        started = process_time()
        for sample in samples:
            step(sample)
        rounds.append((process_time() - started) / len(samples) * 1e6)
        spent += rounds[-1] * len(samples) / 1e6
    return Timing(name, statistics.median(rounds), max(rounds) - min(rounds))


def _plain(parts: Parts) -> Callable[[Sample], object]:
    """What one would write first: an rdflib graph for each message, pySHACL, rdflib's serialiser."""
    # Imported here: the two take longer to load than the gateway takes to start.
    from semantic_gw.validators.engines.pyshacl import PyshaclValidator, to_rdflib  # noqa: PLC0415

    validator = PyshaclValidator(parts.shapes.files, parts.shapes.background)

    def run(sample: Sample) -> object:
        msgspec.json.decode(sample.payload.body)
        texts = []
        for data in sample.graphs:
            triples = (*data.triples, *data.about)
            validator.validate_triples(triples)
            texts.append(to_rdflib(triples).serialize(format="json-ld"))
        return texts

    return run


def _show(timings: Sequence[Timing], messages: int, triples: float) -> None:
    errors.print(f"{messages} messages of {triples:.0f} triples on average; CPU time of one core")
    whole = next(t.microseconds for t in timings if t.step == "whole pipeline")
    table = Table("step", "µs a message", "messages a CPU second", "times the whole pipeline", box=None, pad_edge=False)
    for timing in timings:
        per_second, ratio = 1e6 / timing.microseconds, timing.microseconds / whole
        table.add_row(timing.step, f"{timing.microseconds:.1f}", f"{per_second:,.0f}", f"{ratio:.2f}")
    output.print(table)
