"""The examples of a mapping: captured records, and the graphs that they become (`<case>.json` → `<case>.trig`)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pyoxigraph

from semantic_gw.codecs.capture import read_capture
from semantic_gw.errors import DecodingError
from semantic_gw.model import Outcome
from semantic_gw.pipeline.pipeline import Pipeline
from semantic_gw.pipeline.result import Result
from semantic_gw.rdf.serialize import to_trig

MOST_LINES: Final = 20
"""Quads that a difference shows on either side."""

_NOW: Final = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)
"""When a record came that does not say it: examples come out the same every day."""


def examples(folder: Path) -> list[Path]:
    """The records below the `examples` of *folder*, by name."""
    return sorted((folder / "examples").glob("*.json"))


def lifted(pipeline: Pipeline, example: Path) -> Result:
    """What the record in *example* becomes; nothing of it is kept. Raises DecodingError."""
    return pipeline.fork().process(read_capture(example.read_bytes(), now=_NOW).payload)


def trig(result: Result) -> bytes:
    """All graphs of *result*, as an example has them."""
    return b"".join(to_trig(judged.graph) for judged in result.graphs)


def faults(pipeline: Pipeline, example: Path) -> Iterator[str]:
    """What is wrong with *example*, a sentence each: how it ended, what shapes say, and each quad that differs."""
    try:
        result = lifted(pipeline, example)
    except DecodingError as error:
        yield f"it is no record: {error}"
        return
    if result.outcome is not Outcome.PUBLISHED:
        yield f"it ends as {result.outcome}: {result.detail or result.reason}"
    for judged in result.graphs:
        for one in judged.report.results:
            yield f"{one.source_name or one.source_shape} at {one.focus_node}: {one.message}"
    yield from _differences(example.with_suffix(".trig"), result)


def _differences(expected: Path, result: Result) -> Iterator[str]:
    if not expected.exists():
        yield f"there is no {expected.name} beside it: `semantic-gw test --write` makes it, for you to read"
        return
    try:
        wanted = _quads(expected.read_bytes())
    except SyntaxError as error:
        yield f"{expected.name}: {error}"
        return
    made = _quads(trig(result))
    for sign, quads in (("missing", wanted - made), ("not expected", made - wanted)):
        lines = sorted(map(str, quads))
        yield from (f"{sign}: {line}" for line in lines[:MOST_LINES])
        if len(lines) > MOST_LINES:
            yield f"{sign}: {len(lines) - MOST_LINES} more"


def _quads(text: bytes) -> set[pyoxigraph.Quad]:
    """No graph of ours has blank nodes, so that two are the same where their quads are."""
    return set(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.TRIG))
