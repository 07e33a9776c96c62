"""What is proved of mappings holds in every graph they make, over random mappings, shapes and payloads."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache

import pytest

from semantic_gw.app.parts import load_parts
from semantic_gw.directory.mapped_checks import MappedCheck, MappedChecks
from semantic_gw.errors import LiftingError, MappingError
from semantic_gw.lifters.mapped import MappedLifter, joined, load_lifters
from semantic_gw.model import DataGraph, Document, Payload, Source, ValidationReport
from semantic_gw.settings import Settings
from semantic_gw.validators import CompiledShapes, compile_shapes
from semantic_gw.validators.syntax import ByProperty, ShapesModel
from tests.directory.mapped_chances import mapping, payload, shapes

BASE = "https://gateway.example/"
MAPPINGS = 20
"""Of each seed."""


@cache
def background() -> CompiledShapes:
    return load_parts(Settings()).shapes


def lifter(text: str) -> MappedLifter | None:
    try:
        return joined([*load_lifters(text.encode(), "mapping.rml.ttl", BASE).values()])
    except MappingError:
        return None


def graphs(made: MappedLifter, chance: random.Random, thing: str | None) -> Iterator[DataGraph]:
    for number in range(12):
        body = Payload(b"{}", "", Source("mqtt", "a"), datetime(2026, 11, 24, tzinfo=UTC), id=f"m{number}")
        try:
            yield from made.lift(Document(body, payload(chance), "application/json"), thing).graphs
        except LiftingError:
            continue


def within(node: str, model: ShapesModel) -> Iterator[str]:
    """The shape at *node*, and the property shapes in it."""
    yield node
    for constraint in model.shapes[node].constraints:
        if isinstance(constraint, ByProperty):
            yield from within(constraint.shape, model)


def lies(check: MappedCheck, report: ValidationReport, model: ShapesModel) -> Iterator[str]:
    """What *check* says that the *report* on a graph does not bear out."""
    wrong = {(result.source_shape, result.source_constraint_component) for result in report.results}
    left: set[str] = set()
    verdicts: dict[tuple[str, str], set[bool | None]] = {}
    for proof in check.proofs:
        for judgement in proof.judgements:
            verdicts.setdefault((judgement.shape.node, judgement.constraint.component), set()).add(judgement.verdict)
            told = (judgement.shape.node, judgement.constraint.component) in wrong
            if isinstance(judgement.constraint, ByProperty):  # results are of the shape within
                told = not report.conforms
                if judgement.verdict is not True:
                    left.update(within(judgement.constraint.shape, model))
            if judgement.verdict is False and not judgement.blocks and len(check.proofs) == 1 and not told:
                yield f"refuted, yet fine: {judgement.shape.node} {judgement.constraint}"
    yield from (f"proved, yet wrong: {key}" for key in wrong if key[0] not in left and verdicts.get(key) == {True})
    if check.never and report.conforms:
        yield "it never conforms, yet it does"


@pytest.mark.parametrize("seed", range(6))
def test_what_is_proved_holds(seed: int) -> None:
    chance = random.Random(seed)
    seen: Counter[str] = Counter()
    for _ in range(MAPPINGS):
        text = mapping(chance)
        if (made := lifter(text)) is None:
            continue
        for _ in range(4):
            shapes_text = shapes(chance)
            compiled = compile_shapes([shapes_text], background().background)
            thing = chance.choice([None, "urn:told"])
            check = MappedChecks(compiled).of(made, told=thing is not None)
            seen.update(_NAMES[one.verdict] for proof in check.proofs for one in proof.judgements)
            seen[type(check.validator).__name__] += 1
            seen["never"] += check.never
            for graph in graphs(made, chance, thing):
                report = compiled.validate(graph)
                seen["graphs"] += 1
                seen["conforming"] += report.conforms

                assert [*lies(check, report, compiled.model)] == [], (text, shapes_text, graph.document.value)
                assert check.validator.validate(graph) == report, (text, shapes_text, graph.document.value)

    assert min(seen[name] for name in ("proved", "refuted", "open", "MappedValidator", "CompiledShapes", "never")) > 1


_NAMES = {True: "proved", False: "refuted", None: "open"}
