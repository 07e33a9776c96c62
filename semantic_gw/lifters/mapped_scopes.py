"""The logical sources of a mapping that lifts payloads: what of an iteration is the same, and how many there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from semantic_gw.lifters.rml.compiler import Compiled
from semantic_gw.lifters.rml.compiler.terms import single_steps
from semantic_gw.lifters.rml.compiler.uniqueness import begins_absolute
from semantic_gw.lifters.rml.model import (
    Call,
    Constant,
    Expression,
    Formulation,
    LogicalSource,
    Reference,
    Template,
    TermMap,
    TermType,
    TriplesMap,
)
from semantic_gw.lifters.rml.references.jsonpath import EACH, steps
from semantic_gw.lifters.rml.rules import rules
from semantic_gw.model import IRI, Literal

_SAFE: Final = (TermType.IRI, TermType.URI)


@dataclass(frozen=True, slots=True)
class Scope:
    """A logical source, number *number* of those whose iterations are not the same."""

    number: int
    compiled: Compiled = field(hash=False, compare=False)
    many: bool
    """Whether a document may have several iterations."""
    optional: bool
    """Whether it may have none."""

    @property
    def source(self) -> LogicalSource:
        return self.compiled.source

    @property
    def is_typed(self) -> bool:
        """Whether values have types of their own."""
        return self.source.typed and self.source.formulation is Formulation.JSONPATH

    def triples_maps(self) -> Iterator[TriplesMap]:
        return (each for each in self.compiled.program.mapping.triples_maps if each.source == self.source)

    def parent(self, name: str) -> TriplesMap:
        """The triples map called *name*."""
        return next(each for each in self.compiled.program.mapping.triples_maps if each.id == name)

    def base(self, triples_map: TriplesMap) -> IRI:
        return self.compiled.program.base_of(triples_map)

    def owner(self, triples_map: TriplesMap, term_map: TermMap) -> tuple[int, int]:
        """What tells the blank nodes of a term map apart that no value names."""
        return id(self.compiled.program), self.compiled.program.owner(triples_map, term_map)

    # ── references ──────────────────────────────────────────────────────────────────────────────────────────────────

    def name(self, reference: Reference) -> str:
        """A name that references share which have the same value in an iteration, of whatever source."""
        found = single_steps(self.source, reference)
        return f"{self.number} {reference.text if found is None else found!r}"

    def names(self, references: Iterable[Reference]) -> frozenset[str]:
        return frozenset(map(self.name, references))

    def may_be_many(self, expression: Expression | None) -> bool:
        """Whether *expression* may have several values in an iteration."""
        if isinstance(expression, Call):
            return True
        parts = expression.parts if isinstance(expression, Template) else (expression,)
        return any(isinstance(part, Reference) and single_steps(self.source, part) is None for part in parts)

    # ── nodes ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def shapes(self) -> Iterator[TermMap]:
        """The shapes of all term maps that name nodes."""
        for triples_map in self.triples_maps():
            for term_map in (*triples_map.term_maps(), *_classes(triples_map)):
                shape = self.shape(replace(term_map, conditions=()), triples_map)
                if shape is not None:
                    yield shape

    def shape(self, term_map: TermMap, triples_map: TriplesMap) -> TermMap | None:
        """*term_map*, its template made absolute, its references by name; None for what is no simple node."""
        expression, base = term_map.expression, self.base(triples_map)
        if isinstance(expression, Constant):
            return None if isinstance(expression.value, Literal) else TermMap(expression)
        if term_map.term_type is TermType.LITERAL or self.may_be_many(expression):
            return None
        blank = term_map.term_type is TermType.BLANK_NODE
        if isinstance(expression, Reference) and blank:
            return TermMap(Reference(self.name(expression)), TermType.BLANK_NODE)
        if not isinstance(expression, Template) or not (blank or term_map.term_type in _SAFE):
            return None
        parts = expression.parts if blank else _absolute(expression.parts, base)
        named = tuple(part if isinstance(part, str) else Reference(self.name(part)) for part in parts)
        return TermMap(Template(named), term_map.term_type) if named else None

    def shown(self, term_map: TermMap) -> str:
        """*term_map* for people: its template."""
        expression = term_map.expression
        parts = expression.parts if isinstance(expression, Template) else (expression,)
        text = "".join(f"{{{part.text}}}" if isinstance(part, Reference) else str(part) for part in parts)
        return f"_:{text}" if term_map.term_type is TermType.BLANK_NODE else text


def scopes_of(sources: Iterable[Compiled]) -> list[Scope]:
    """The scopes of *sources*: those that iterate alike share a number."""
    numbers: dict[object, int] = {}
    found = []
    for compiled in sources:
        source = compiled.source
        iterator = "$" if source.iterator is None else source.iterator
        key = (source.formulation, iterator, source.nulls)
        many, optional = _iterations(source)
        found.append(Scope(numbers.setdefault(key, len(numbers)), compiled, many, optional))
    return found


def _iterations(source: LogicalSource) -> tuple[bool, bool]:
    """Whether there may be many iterations, and whether there may be none."""
    if source.formulation is not Formulation.JSONPATH:
        return True, True
    if source.iterator in (None, "$"):
        return False, False
    found = steps(source.iterator or "$", source.place, loose=source.loose)
    return found is None or EACH in found, True


def _absolute(parts: tuple[str | Reference, ...], base: IRI) -> tuple[str | Reference, ...]:
    """*parts* behind *base* where they never make an absolute IRI themselves; none where that is not known."""
    first = parts[0] if parts else ""
    if not isinstance(first, str) or not first:
        return ()
    if begins_absolute(first):
        return parts
    before = min((first.find(mark) for mark in "/?#" if mark in first), default=-1)
    relative = before >= 0 and ":" not in first[:before]
    return (base + first, *parts[1:]) if relative and begins_absolute(base) else ()


def _classes(triples_map: TriplesMap) -> Iterator[TermMap]:
    for rule in rules(triples_map):
        if isinstance(rule.object, TermMap):
            yield rule.object
