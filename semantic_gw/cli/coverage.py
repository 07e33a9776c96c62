"""`semantic-gw coverage`: how much of a capture is understood, a line for each family."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer
from rich.table import Table

from semantic_gw.app.parts import load_parts
from semantic_gw.cli.captures import capture_records, count_lines
from semantic_gw.cli.progress import progress
from semantic_gw.cli.terminal import errors, output, write_json
from semantic_gw.codecs.capture import BadLine
from semantic_gw.model import Outcome
from semantic_gw.pipeline.coverage import Coverage, Coverages
from semantic_gw.settings import Settings


def coverage(
    captures: Annotated[
        list[Path], typer.Argument(help="Capture files (NDJSON, one record a line); - is standard input.")
    ],
    unmapped: Annotated[
        int, typer.Option(help="So many names of unknown values, and reasons, are shown for each family.")
    ] = 10,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a family, with names and reasons.")] = False,
) -> None:
    """Tell how much of a capture is understood: published, measured values, those of known kind and unit.

    Others are settings, and how messages travelled; left is what is no measurement, for the reasons told below.

    [dim]semantic-gw coverage yesterday.ndjson[/]
    """
    parts = load_parts(Settings())
    coverages = Coverages()
    with progress("lifting") as bar:
        task = bar.add_task("", total=count_lines(captures))
        for record in capture_records(captures):
            if isinstance(record, BadLine):
                errors.print(f"line {record.number}: {record.error}", highlight=False)
            else:
                coverages.add(parts.pipeline.process(record.payload))
            bar.advance(task)
    if json:
        for one in coverages:
            write_json(one.as_json())
    else:
        _show(coverages, unmapped)


_COLUMNS: Final = (
    "family", "records", "published", "ignored", "dead", "measured", "known", "others", "left", "unknown",
)  # fmt: skip
"""See semantic_gw/pipeline/measured.py for what is measured, and what is not."""


def _show(coverages: Coverages, most: int) -> None:
    table = Table(*_COLUMNS, box=None, pad_edge=False)
    for one in coverages:
        table.add_row(*_row(one))
    output.print(table)
    for one in coverages:
        if one.unknown and most:
            told = ", ".join(f"{name} ({count})" for name, count in one.unknown.most_common(most))
            output.print(f"{one.family} unknown: {told}", highlight=False, markup=False, soft_wrap=True)
        for reason, count in one.left.most_common(most):
            output.print(f"{one.family} left {count}: {reason}", highlight=False, markup=False, soft_wrap=True)
        for reason, count in one.reasons.most_common(most):
            output.print(f"{one.family} {count} {reason}", highlight=False, markup=False, soft_wrap=True)


def _row(one: Coverage) -> tuple[str, ...]:
    ends = (one.outcomes[o] for o in (Outcome.PUBLISHED, Outcome.IGNORED, Outcome.DEAD_LETTER))
    rest = (one.others, one.left.total(), one.unknown.total())
    return one.family, *map(str, (one.records, *ends, one.measured)), f"{one.kinds:.0%}", *map(str, rest)
