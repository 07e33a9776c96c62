"""What is shown of a report: a bounded number of results, the gravest first, and the rest in groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from semantic_gw.model import IRI, PropertyPath, Severity, Term, ValidationResult

MAX_RESULTS: Final = 100
"""Results shown of one report, and groups of those that are not; the number of all is always told."""
MAX_DETAILS: Final = 10
"""Details shown of one result, those of details counted in."""
_DEEPEST: Final = 50
"""Levels of details shown where their number is not bounded."""

_GRAVEST_FIRST: Final[dict[IRI, int]] = {Severity.VIOLATION: 0, Severity.WARNING: 2, Severity.INFO: 3}
_OF_ONES_OWN: Final = 1


@dataclass(frozen=True, slots=True)
class Shown:
    """A result with the details that are shown of it."""

    result: ValidationResult
    details: tuple[Shown, ...] = ()


class Key(NamedTuple):
    """What results have in common that stand in one group."""

    shape: IRI
    path: PropertyPath | None
    component: IRI


@dataclass(slots=True)
class Group:
    """Results of one shape, path and component: how many, the first, and their first focus nodes."""

    example: ValidationResult
    count: int = 0
    focus_nodes: tuple[Term, ...] = ()

    def add(self, result: ValidationResult, most_nodes: int) -> None:
        self.count += 1
        if len(self.focus_nodes) < most_nodes and result.focus_node not in self.focus_nodes:
            self.focus_nodes += (result.focus_node,)


def gravest_first(results: Iterable[ValidationResult]) -> list[ValidationResult]:
    """*results* by severity, and in their order within one."""
    return sorted(results, key=lambda result: _GRAVEST_FIRST.get(result.severity, _OF_ONES_OWN))


def shown(results: Sequence[ValidationResult], most: int | None) -> tuple[Shown, ...]:
    """The first *most* of *results*, each with a bounded number of details; with None, all of everything."""
    if most is None:
        return tuple(_shown(result, _Budget(None), _DEEPEST) for result in results)
    return tuple(_shown(result, _Budget(MAX_DETAILS), MAX_DETAILS) for result in results[:most])


class _Budget:
    """How many details may still be shown; None is no bound."""

    def __init__(self, left: int | None) -> None:
        self._left = left

    def take(self, details: Sequence[ValidationResult]) -> Sequence[ValidationResult]:
        taken = details[: self._left]
        if self._left is not None:
            self._left -= len(taken)
        return taken


def _shown(result: ValidationResult, budget: _Budget, depth: int) -> Shown:
    details = budget.take(result.details) if depth else ()
    return Shown(result, tuple(_shown(detail, budget, depth - 1) for detail in details))


def grouped(results: Iterable[ValidationResult], most: int | None = MAX_RESULTS, most_nodes: int = 3) -> list[Group]:
    """The groups of *results* in the order of their firsts; beyond *most* groups, further ones are left out."""
    groups: dict[Key, Group] = {}
    for result in results:
        key = Key(result.source_shape, result.result_path, result.source_constraint_component)
        group = groups.get(key)
        if group is None:
            if len(groups) == most:
                continue
            groups[key] = group = Group(result)
        group.add(result, most_nodes)
    return list(groups.values())
