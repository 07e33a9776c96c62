"""The contract of mappings, as tests that the author of a plug-in imports into pytest.

from semantic_gw.testing.mappings import MappingContract
from semantic_gw_acme import MAPPINGS

class TestMappings(MappingContract):
folder = MAPPINGS
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Final

from semantic_gw.app.parts import Parts, load_parts
from semantic_gw.codecs.capture import read_capture
from semantic_gw.model import Literal, Outcome, Payload
from semantic_gw.pipeline.examples import examples, faults
from semantic_gw.pipeline.family import Family
from semantic_gw.rdf.lexical import well_formed
from semantic_gw.rdf.serialize import to_nquads
from semantic_gw.settings import Settings
from semantic_gw.testing.damage import damaged

TRIALS: Final = 60
"""Damaged payloads of each example."""

_NOW: Final = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Case:
    """One example of one family."""

    family: str
    path: Path

    @property
    def payload(self) -> Payload:
        return read_capture(self.path.read_bytes(), now=_NOW).payload


class MappingContract:
    """What every folder of mappings must do. A subclass, whose name starts with `Test`, says which *folder*."""

    folder: ClassVar[Path]

    def pytest_generate_tests(self, metafunc: Any) -> None:
        """A test for each family, and for each example."""
        if "family" in metafunc.fixturenames:
            found = [*_families(self.folder)]
            metafunc.parametrize("family", found, ids=[family.id for family in found])
        if "case" in metafunc.fixturenames:
            cases = [*_cases(self.folder)]
            metafunc.parametrize("case", cases, ids=[f"{case.family}/{case.path.stem}" for case in cases])

    def test_there_is_a_family(self) -> None:
        assert [*_families(self.folder)], f"no mapping is below {self.folder}"

    def test_a_family_has_an_example(self, family: Family) -> None:
        assert examples(family.folder), f"{family.folder / 'examples'} has no record (*.json)"

    def test_what_is_ignored_has_a_reason(self, family: Family) -> None:
        silent = [row.template for row in family.rows if row.role == "ignore" and not row.reason]

        assert not silent, f"{family.path}: why is nothing made of {', '.join(silent)}?"

    def test_an_example_is_the_familys(self, case: Case) -> None:
        result = _parts(self.folder).pipeline.fork().process(case.payload)

        assert result.family == case.family, f"{case.path} goes to {result.family or 'nobody'}"

    def test_an_example_becomes_the_graphs_beside_it(self, case: Case) -> None:
        told = [*faults(_parts(self.folder).pipeline, case.path)]

        assert not told, "\n".join(told)

    def test_a_damaged_example_ends_well(self, case: Case) -> None:
        """A published graph, a dead letter with a reason: never an error of the mapping, never RDF that is none."""
        chance = random.Random(f"{case.family} {case.path.stem}")
        for _ in range(TRIALS):
            _check(_parts(self.folder), damaged(case.payload, chance))


@cache
def _parts(folder: Path) -> Parts:
    return load_parts(Settings(mappings=(folder,)))


def _families(folder: Path) -> Iterator[Family]:
    """Those of *folder* alone. Raises ConfigurationError with what is wrong."""
    return (family for family in _parts(folder).families if family.path.is_relative_to(folder))


def _cases(folder: Path) -> Iterator[Case]:
    for family in _families(folder):
        yield from (Case(family.id, path) for path in examples(family.folder))


def _check(parts: Parts, payload: Payload) -> None:
    result = parts.pipeline.fork().process(payload)
    assert result.reason != "internal error", f"{payload.body!r}: {result.detail}"
    assert result.outcome in Outcome
    for judged in result.graphs:
        to_nquads(judged.graph)
        bad = [term for _, _, term in judged.graph.triples if isinstance(term, Literal) and not well_formed(term)]
        assert not bad, f"{payload.body!r}: {bad[0]} is no literal of its datatype"
