"""A graph passes our gate exactly when TopBraid says that it has no violation."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from tests.validators.fuzz.engines import Unavailable
from tests.validators.fuzz.topbraid import TopBraid
from tests.validators.gate.agreement import Agreement, Gates
from tests.validators.gate.descriptions import five


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agreement]:
    try:
        topbraid = TopBraid(tmp_path_factory.mktemp("topbraid"))
    except Unavailable as why:
        pytest.skip(str(why))
    yield Gates(topbraid).run(500, 250, random.Random(7))
    topbraid.close()


def test_our_gate_and_topbraid_let_the_same_graphs_pass(found: Agreement) -> None:
    assert found.other_verdict == []


def test_our_gate_and_topbraid_give_the_same_results(found: Agreement) -> None:
    assert found.other_report == []


def test_there_are_graphs_of_every_mapping(found: Agreement) -> None:
    assert found.counted.of.keys() == five().keys()


def test_a_third_of_the_graphs_passes_and_a_quarter_does_not(found: Agreement) -> None:
    assert found.asked / 3 < found.asked_passed < found.asked * 3 / 4
