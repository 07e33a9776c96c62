"""The literal suite through the public interface: a shape in Turtle, one or two triples, the verdict."""

from __future__ import annotations

import pytest

from semantic_gw.validators import compile_shapes
from tests.validators.literals.suite import PARTS, Case

CASES = [case for cases in PARTS.values() for case in cases]


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{number}-{case.id}") for number, case in enumerate(CASES)])
def test_the_verdict_is_that_of_the_specification(case: Case) -> None:
    report = compile_shapes([case.shapes]).validate_triples(case.triples)

    assert report.conforms is case.verdict, case.why


def test_no_case_is_there_twice() -> None:
    assert len({case.id for case in CASES}) == len(CASES)


def test_the_suite_is_as_large_as_the_documentation_says() -> None:
    assert len(CASES) >= 220
