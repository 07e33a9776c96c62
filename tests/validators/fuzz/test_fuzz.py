"""The compiler says what other engines say of random shapes and data, but for what the standing list explains."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings

from semantic_gw.rdf.namespaces import SH
from semantic_gw.validators.syntax import Constraint
from tests.validators.fuzz.case import Case
from tests.validators.fuzz.compare import Pair
from tests.validators.fuzz.difference import Difference
from tests.validators.fuzz.differences import DIFFERENCES
from tests.validators.fuzz.document import DOCUMENT, RUNS, TITLES, document
from tests.validators.fuzz.drawing import drawn
from tests.validators.fuzz.engines import Compiled, Refused, Unavailable, Verdict
from tests.validators.fuzz.pairs import pair
from tests.validators.fuzz.shapes import cases
from tests.validators.fuzz.showing import shown

pytestmark = pytest.mark.filterwarnings("ignore")  # those of rdflib and pySHACL
WITHOUT_RESULTS = frozenset({SH + "PropertyConstraintComponent"})
"""Results of a property shape stand by themselves (4.7.2)."""

Pairs = Callable[[str], Pair]


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Pairs:
    @cache
    def made(name: str) -> Pair:
        try:
            return pair(name, tmp_path_factory.mktemp(name))
        except Unavailable as why:
            pytest.skip(str(why))

    return made


@pytest.mark.parametrize("name", ["pyshacl", "shacl", "topbraid"])
def test_every_disagreement_is_explained(name: str, pairs: Pairs) -> None:
    engines = pairs(name)

    @settings(max_examples=120, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(cases())
    def agree(case: Case) -> None:
        assert not engines.disagree(case) or engines.explain(case), f"{shown(case)}\n{engines.told(case)}"

    agree()


@pytest.mark.parametrize("difference", [pytest.param(d, id=f"{d.engine}: {d.name}") for d in DIFFERENCES])
def test_a_known_difference_is_still_there_and_explained_by_itself(difference: Difference, pairs: Pairs) -> None:
    engines = pairs(difference.engine)

    assert engines.disagree(difference.example)
    assert not engines.disagree(difference.example, [difference])


def test_the_names_of_known_differences_are_distinct() -> None:
    assert len({(d.engine, d.name) for d in DIFFERENCES}) == len(DIFFERENCES)


@cache
def verdicts() -> list[Verdict]:
    """What we say of some random cases."""
    return [Compiled().judge(case) for case in drawn(600, 1)]


def test_no_random_case_is_refused() -> None:
    assert [verdict for verdict in verdicts() if isinstance(verdict, Refused)] == []


def test_a_third_of_random_cases_conforms_and_a_third_does_not() -> None:
    conforming = sum(not lines for lines in verdicts()) / len(verdicts())

    assert 1 / 3 < conforming < 2 / 3


def test_every_component_is_violated_by_random_cases() -> None:
    components = {class_.component for class_ in Constraint.__subclasses__()} - WITHOUT_RESULTS
    violated = {line.component for lines in verdicts() if not isinstance(lines, Refused) for line in lines}

    assert components - violated == set()


def test_the_document_of_differences_is_up_to_date() -> None:
    assert DOCUMENT.read_text("utf-8") == document(), "run python -m tests.validators.fuzz.document"


def test_no_long_run_left_something_unexplained() -> None:
    runs = json.loads(RUNS.read_text("utf-8"))

    assert {engine: run["unexplained"] for engine, run in runs.items() if engine != "gate"} == dict.fromkeys(TITLES, 0)
    assert all(run["pairs"] >= 20_000 for engine, run in runs.items() if engine != "gate")
