"""Whatever is done to the payloads of a family, they end in a defined outcome, and as RDF that others can read."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pyoxigraph
import pytest

from semantic_gw.app.parts import load_parts
from semantic_gw.codecs.capture import read_capture
from semantic_gw.model import Literal, Outcome, Payload
from semantic_gw.pipeline.pipeline import Pipeline
from semantic_gw.rdf.serialize import to_nquads
from semantic_gw.settings import Settings
from semantic_gw.shipped import MAPPINGS
from semantic_gw.validators.literals import well_formed

EXAMPLES = [pytest.param(p, id=f"{p.parts[-3]}/{p.stem}") for p in sorted(MAPPINGS.glob("*/examples/*.json"))]
TRIALS = 60
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 2**63, 1e300, -0.0, "", " ", "NaN", "21,5", "é\u202e", "\x00", "{x}", "a b/c#d?e%", "x" * 5000,
    [], {}, [[[]]], {"": {"": 1}}, [1, "a", None], "\ud800",
)  # fmt: skip


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return load_parts(Settings()).pipeline


def changed(value: Any, chance: random.Random) -> Any:
    """*value* with one thing in it replaced, dropped, renamed or doubled."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        name = chance.choice(list(value))
        how: Callable[[], dict[str, Any]] = chance.choice(
            [
                lambda: {**value, name: changed(value[name], chance)},
                lambda: {other: inner for other, inner in value.items() if other != name},
                lambda: {**value, f"{name}{chance.choice(['', '2', ' ', '/', '~', '.', 'é'])}": value[name]},
                lambda: {**value, name: chance.choice(ODD)},
            ]
        )
        return how()
    if isinstance(value, list) and value and chance.random() < 0.9:
        place = chance.randrange(len(value))
        return [*value[:place], changed(value[place], chance), *value[place : place + chance.randrange(2)]]
    return chance.choice(ODD)


def mutated(payload: Payload, chance: random.Random) -> Payload:
    if chance.random() < 0.3:
        place = chance.randrange(len(payload.body) + 1)
        cut = payload.body[:place] + chance.randbytes(chance.randrange(3)) + payload.body[place + chance.randrange(4) :]
        return replace(payload, body=cut, id="")
    try:
        body = msgspec.json.encode(changed(msgspec.json.decode(payload.body), chance))
    except (msgspec.DecodeError, UnicodeError):
        body = payload.body[: chance.randrange(len(payload.body) + 1)]
    return replace(payload, body=body, id="")


def check(pipeline: Pipeline, payload: Payload) -> None:
    result = pipeline.process(payload)
    graphs = [judged.graph for judged in result.graphs]

    assert result.reason != "internal error", result.detail
    assert result.outcome in Outcome
    for graph in graphs:
        assert list(pyoxigraph.parse(to_nquads(graph), format=pyoxigraph.RdfFormat.N_QUADS))
        assert all(well_formed(term) for _, _, term in graph.triples if isinstance(term, Literal))


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_damaged_example_ends_well(example: Path, pipeline: Pipeline) -> None:
    chance = random.Random(f"{example.parts[-3]} {example.stem}")
    record = read_capture(example.read_bytes(), now=datetime(2026, 11, 24, 10, 15, tzinfo=UTC))
    for _ in range(TRIALS):
        check(pipeline.fork(), mutated(record.payload, chance))
