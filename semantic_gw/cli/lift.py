"""`semantic-gw lift`: a capture becomes RDF, with no broker and nothing to set up."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from semantic_gw.app.parts import Parts, load_parts
from semantic_gw.cli.captures import capture_records, count_lines
from semantic_gw.cli.progress import progress
from semantic_gw.cli.terminal import errors, output, write_bytes, write_json
from semantic_gw.codecs.capture import BadLine
from semantic_gw.errors import DescribingError
from semantic_gw.model import Outcome, ThingDescription
from semantic_gw.pipeline.publish import serializers
from semantic_gw.pipeline.report import report_object
from semantic_gw.pipeline.result import Result
from semantic_gw.rdf.serialize import triples_to_nquads
from semantic_gw.rdf.thing_description import project
from semantic_gw.settings import Settings


class Output(enum.StrEnum):
    """What `lift` prints."""

    SUMMARY = "summary"
    REPORT = "report"
    NQUADS = "nquads"
    TRIG = "trig"
    JSONLD = "jsonld"


@dataclass(slots=True)
class Summary:
    """Counts of a run."""

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    unmapped: Counter[str] = field(default_factory=Counter)
    things: set[str] = field(default_factory=set)

    def add(self, result: Result) -> None:
        self.outcomes[result.family or "none", result.outcome.value] += 1
        if result.outcome in (Outcome.DEAD_LETTER, Outcome.REJECTED):
            self.reasons[f"{result.outcome.value}: {result.reason}"] += 1
        self.unmapped.update(result.unmapped)
        self.things.update(thing.id for thing in result.described)
        for judged in result.graphs:
            self.kinds.update(observation.kind.rpartition("/")[2] for observation in judged.graph.observations)

    @property
    def findings(self) -> bool:
        return bool(self.reasons)

    def show(self) -> None:
        """Print the counts as tables."""
        output.print(
            f"{sum(self.outcomes.values())} payloads, {len(self.things)} Things, "
            f"{sum(self.kinds.values())} observations"
        )
        _table("outcome", {f"{family}  {outcome}": n for (family, outcome), n in self.outcomes.items()})
        _table("why not", self.reasons)
        _table("observed", self.kinds)
        _table("unmapped", self.unmapped)


def _table(title: str, counts: dict[str, int] | Counter[str], most: int = 20) -> None:
    if not counts:
        return
    table = Table(title, "count", box=None, pad_edge=False)
    for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most]:
        table.add_row(name, str(count))
    if len(counts) > most:
        table.add_row(f"and {len(counts) - most} more", "")
    output.print(table)


def lift(
    captures: Annotated[
        list[Path], typer.Argument(help="Capture files (NDJSON, one record a line); - is standard input.")
    ],
    to: Annotated[
        Output, typer.Option(help="What to print: counts, one JSON object a record, or the RDF.")
    ] = Output.SUMMARY,
) -> None:
    """Lift captured payloads to RDF and check them: no broker, nothing is stored.

    Exit code 1 tells that a record was rejected or is a dead letter.

    [dim]semantic-gw lift kitchen.ndjson --to trig[/]
    """
    parts = load_parts(Settings())
    summary = Summary()
    show = _printers(parts)[to]
    with progress("lifting") as bar:
        task = bar.add_task("", total=count_lines(captures))
        for record in capture_records(captures):
            if isinstance(record, BadLine):
                summary.reasons["not a capture record"] += 1
                _unreadable(record, to)
            else:
                result = parts.pipeline.process(record.payload)
                summary.add(result)
                show(record.id, result)
            bar.advance(task)
    if to is Output.SUMMARY:
        summary.show()
    raise typer.Exit(1 if summary.findings else 0)


def _unreadable(line: BadLine, to: Output) -> None:
    if to is Output.REPORT:
        write_json(
            {
                "id": line.id,
                "outcome": Outcome.DEAD_LETTER.value,
                "observations": [],
                "events": [],
                "things": 0,
                "unmapped": [],
                "family": None,
                "thing": None,
                "reason": f"{line.error.reason}: {line.error}",
            }
        )
    else:
        errors.print(f"line {line.number}: {line.error}", highlight=False)


def _write_thing(thing: ThingDescription) -> None:
    """The projection of *thing*; one that has none is told and left out."""
    try:
        write_bytes(triples_to_nquads(project(thing.document)))
    except DescribingError as error:
        errors.print(f"{thing.id} has no projection: {error}", highlight=False)


def _printers(parts: Parts) -> dict[Output, Callable[[str, Result], None]]:
    def report(id: str, result: Result) -> None:
        write_json({**report_object(result, parts.ontology.quantity_kind), "id": id})

    def rdf(serialize: Callable[..., bytes], *, things: bool) -> Callable[[str, Result], None]:
        def show(_id: str, result: Result) -> None:
            if things:
                for thing in result.changed:
                    _write_thing(thing)
            for judged in result.graphs:
                write_bytes(serialize(judged.graph))

        return show

    formats = serializers(parts.settings.base_iri)
    return {
        Output.SUMMARY: lambda _id, _result: None,
        Output.REPORT: report,
        Output.NQUADS: rdf(formats["nquads"], things=True),
        Output.TRIG: rdf(formats["trig"], things=False),
        Output.JSONLD: rdf(formats["jsonld"], things=False),
    }
