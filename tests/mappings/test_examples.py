"""Every example of every family becomes the graph that stands beside it, and `check` finds nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph
import pytest

from semantic_gw.app.parts import Parts, load_parts
from semantic_gw.codecs.capture import read_capture
from semantic_gw.model import Outcome
from semantic_gw.rdf.serialize import to_trig
from semantic_gw.settings import Settings
from semantic_gw.shipped import MAPPINGS

EXAMPLES = [pytest.param(p, id=f"{p.parts[-3]}/{p.stem}") for p in sorted(MAPPINGS.glob("*/examples/*.json"))]


@pytest.fixture(scope="module")
def parts() -> Parts:
    return load_parts(Settings())


def quads(trig: bytes) -> set[pyoxigraph.Quad]:
    return set(pyoxigraph.parse(trig, format=pyoxigraph.RdfFormat.TRIG))


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_mapping_lifts_its_example(example: Path, parts: Parts) -> None:
    record = read_capture(example.read_bytes(), now=datetime.now(UTC))
    result = parts.pipeline.fork().process(record.payload)
    made = set().union(*(quads(to_trig(judged.graph)) for judged in result.graphs))

    assert result.outcome is Outcome.PUBLISHED
    assert made == quads(example.with_suffix(".trig").read_bytes())
