"""Which values of a payload no reference of a mapping leads to: what it reads is known when it is loaded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from semantic_gw.json_pointer import Tokens, step
from semantic_gw.lifters.rml.compiler import Compiled
from semantic_gw.lifters.rml.model import (
    Call,
    Dialect,
    Expression,
    File,
    Formulation,
    LogicalSource,
    Mapping,
    Reference,
    Template,
    TriplesMap,
)
from semantic_gw.lifters.rml.references.jsonpath import EACH, Steps, reach
from semantic_gw.model import Json

_NOTHING: Final[tuple[Json, ...]] = (None, {}, [])
"""What has no value in it."""


@dataclass(slots=True)
class Reads:
    """What is read of a value: all of it, or what is *below*, by member or index, or EACH of these."""

    whole: bool = False
    below: dict[str | int | None, Reads] = field(default_factory=dict)
    _names: frozenset[str] = frozenset()
    """Members of which something is read; of the *_inner* ones not all."""
    _inner: tuple[tuple[str, Reads], ...] = ()

    @classmethod
    def of(cls, sources: Iterable[Compiled], pointers: Iterable[Tokens] = ()) -> Reads:
        """What *sources* read of documents, and what stands at *pointers*."""
        found = cls()
        for compiled in sources:
            for reached in _read(compiled.source, compiled.program.mapping):
                found._add(reached)
        for tokens in pointers:
            found._add(tuple(int(token) if token.isdigit() else token for token in tokens))
            found._add(tokens)
        found.prepare()
        return found

    def unread(self, document: Json) -> tuple[str, ...]:
        """The JSON Pointers of what in *document* is not read; of an object that is not read at all, its own alone."""
        found: list[str] = []
        self.walk(document, "", found)
        return tuple(found)

    def _add(self, steps: Steps) -> None:
        node = self
        for one in steps:
            node = node.below.setdefault(one, Reads())
        node.whole = True

    def prepare(self) -> None:
        """Make ready for walks, when all is added."""
        named = [(name, node) for name, node in self.below.items() if isinstance(name, str)]
        self._names = frozenset(name for name, _ in named)
        self._inner = tuple((name, node) for name, node in named if not node.whole)
        for node in self.below.values():
            node.prepare()

    def walk(self, value: Json, pointer: str, found: list[str]) -> None:
        """Add to *found* what in *value*, which stands at *pointer*, is not read."""
        if self.whole:
            return
        kind = type(value)
        if kind is dict and EACH not in self.below:
            self._members(value, pointer, found)
        elif kind is dict:
            for name, child in value.items():
                self._child(child, pointer + step(name), self.below.get(name), found)
        elif kind is list:
            for index, child in enumerate(value):
                own = self.below.get(index, self.below.get(index - len(value)))
                self._child(child, pointer + step(index), own, found)
        elif value is not None:
            found.append(pointer)

    def _members(self, value: dict[str, Json], pointer: str, found: list[str]) -> None:
        if not self._names.issuperset(value):
            others = (name for name, child in value.items() if name not in self._names and child not in _NOTHING)
            found += [pointer + _step(name) for name in others]
        for name, node in self._inner:
            child = value.get(name)
            if child is not None:
                node.walk(child, pointer + _step(name), found)

    def _child(self, child: Json, pointer: str, own: Reads | None, found: list[str]) -> None:
        each = self.below.get(EACH)
        if own is not None and each is not None:
            here: list[str] = []
            others: list[str] = []
            own.walk(child, pointer, here)
            each.walk(child, pointer, others)
            found += (one for one in here if one in others)
        elif (node := own or each) is not None:
            node.walk(child, pointer, found)
        elif child not in _NOTHING:
            found.append(pointer)


_step: Final = lru_cache(maxsize=4096)(step)


def _read(source: LogicalSource, mapping: Mapping) -> Iterator[Steps]:
    """Where in documents the references to *source* lead."""
    for triples_map in mapping.triples_maps:
        if triples_map.source == source:
            for expression in _expressions(triples_map, mapping):
                for reference in _references(expression):
                    yield from _steps(source, reference)


def _steps(source: LogicalSource, reference: Reference) -> Iterator[Steps]:
    if source.formulation is not Formulation.JSONPATH:
        plain = source.formulation is Formulation.CSV and not (
            isinstance(source.access, File) and source.access.dialect != Dialect()
        )
        yield (EACH, reference.text) if plain else ()
        return
    start, all_below = reach(source.iterator or "$", source.place, loose=source.loose)
    if not all_below:
        loose = source.loose or not reference.text.startswith("$")
        start += reach(reference.text, reference.place, loose=loose)[0]
    yield start


def _expressions(triples_map: TriplesMap, mapping: Mapping) -> Iterator[Expression]:
    """All expressions that are evaluated in iterations of *triples_map*."""
    for term_map in triples_map.term_maps():
        found = (term_map.expression, term_map.language, term_map.datatype, *term_map.conditions)
        yield from (each for each in found if each is not None)
    for met in triples_map.references():
        yield from (*met.conditions, *(join.child for join in met.joins))
    others = (met for each in mapping.triples_maps for met in each.references() if met.parent == triples_map.id)
    yield from (join.parent for met in others for join in met.joins)


def _references(expression: Expression) -> Iterator[Reference]:
    if isinstance(expression, Reference):
        yield expression
    elif isinstance(expression, Template):
        yield from (part for part in expression.parts if isinstance(part, Reference))
    elif isinstance(expression, Call):
        for each in expression.inputs:
            yield from _references(each.value)
