"""The validator of a plan reports what full validation reports, over thousands of graphs and hundreds of shapes."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pytest

from semantic_gw.lifters.abstract import THING, blocks_of
from semantic_gw.model import DataGraph, Term, ValidationReport
from semantic_gw.rdf.abstract_graph import Constant, Minted, Variable
from semantic_gw.validators import CompiledShapes, compile_shapes
from semantic_gw.validators.closures import compile_model
from semantic_gw.validators.proof import Judgement
from semantic_gw.validators.view import Background
from tests.validators.proof.plans import Proven, devices, graphs, hand_made, parts, proven, published
from tests.validators.proof.shape_changes import OTHERS, changed
from tests.validators.proof.user_shapes import USER_SHAPES

NAMES = {True: "proved", None: "residual", False: "refuted"}


@cache
def background() -> Background:
    return parts().shapes.known


def concrete(term: Constant | Minted, graph: DataGraph) -> Term:
    if isinstance(term, Constant):
        return term.term
    own = term.name.startswith(THING)
    return graph.thing + term.name[len(THING) :] if own else graph.iri + term.name


def lies(judgements: Sequence[Judgement], graph: DataGraph, report: ValidationReport) -> list[str]:
    """What the judgements say that the *report* on *graph* does not bear out."""
    seen = Counter((r.source_shape, r.source_constraint_component, r.focus_node) for r in report.results)
    blocks = set(blocks_of(graph))
    if graph.phenomenon_time is not None:
        blocks.add("phenomenon time")
    said: dict[tuple[str, str, Term], set[bool | None]] = {}
    for one in judgements:
        if one.blocks <= blocks and not isinstance(one.focus, Variable):
            key = (one.shape.node, one.constraint.component, concrete(one.focus, graph))
            said.setdefault(key, set()).add(one.verdict)
    found = [f"refuted, yet fine: {key}" for key, verdicts in said.items() if False in verdicts and not seen[key]]
    return found + [f"proved, yet wrong: {key}" for key in seen if said.get(key) == {True}]


def compare(one: Proven, graph: DataGraph, shapes: CompiledShapes) -> None:
    full = shapes.validate(graph)
    judgements = [
        judgement for proof in one.proofs if _is_of(proof.graph.any_of, graph) for judgement in proof.judgements
    ]

    assert one.validator.validate(graph) == full
    assert lies(judgements, graph, full) == []


def _is_of(blocks: frozenset[str], graph: DataGraph) -> bool:
    return blocks.issuperset(blocks_of(graph))


def counted(proofs: Sequence[Proven]) -> Counter[str]:
    judgements = (judgement for one in proofs for proof in one.proofs for judgement in proof.judgements)
    return Counter(NAMES[judgement.verdict] for judgement in judgements)


def test_real_devices_get_the_same_reports() -> None:
    shapes, chance = parts().shapes, random.Random(1)
    count = 0
    for lifter, graph in devices():
        one = proven(lifter, shapes, background())
        for made in (*([graph] if graph else []), *graphs(lifter, 30, chance)):
            compare(one, made, shapes)
            count += 1

    assert count > 2000


def test_real_devices_need_no_look_at_their_graphs() -> None:
    proofs = [proven(lifter, parts().shapes, background()) for lifter, _ in devices()]

    assert counted(proofs).keys() == {"proved"}


def test_published_and_hand_made_things_get_the_same_reports() -> None:
    shapes, chance = parts().shapes, random.Random(2)
    proofs = [proven(lifter, shapes, background()) for lifter in (*hand_made(), *published())]
    made = [(one, graph) for one in proofs for graph in graphs(one.lifter, 30, chance)]
    for one, graph in made:
        compare(one, graph, shapes)

    assert len(made) > 1000
    assert counted(proofs).keys() == {"proved", "residual", "refuted"}


@pytest.mark.parametrize("seed", range(12))
def test_changed_shapes_get_the_same_reports(seed: int) -> None:
    chance = random.Random(seed)
    seen: Counter[str] = Counter()
    model = replace(parts().shapes.model, shapes={**parts().shapes.model.shapes, **OTHERS})
    for _ in range(12):
        shapes = compile_model(changed(model, chance, chance.choice([1, 3, 8])), background())
        for lifter in chance.sample(hand_made(), 3):
            one = proven(lifter, shapes, background())
            seen += counted([one])
            for graph in graphs(lifter, 8, chance):
                compare(one, graph, shapes)

    assert seen.keys() == {"proved", "residual", "refuted"}


@pytest.mark.parametrize("name", USER_SHAPES)
def test_shapes_of_a_user_get_the_same_reports(name: str) -> None:
    chance = random.Random(3)
    text, verdicts = USER_SHAPES[name]
    shapes = compile_shapes([text], parts().shapes.background)
    proofs = [proven(lifter, shapes, background()) for lifter in hand_made()]
    for one in proofs:
        for graph in graphs(one.lifter, 12, chance):
            compare(one, graph, shapes)

    assert counted(proofs).keys() == verdicts
