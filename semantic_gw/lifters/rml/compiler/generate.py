"""A source's triples maps become one Python function: references read once, constants folded, absent values skipped.

The generator is the security border: only `repr` of constants and names from counters go into the source, never text of
a mapping as code. What is not simple (several values, functions, conditions) calls the interpreter's own compiled term
maps, so that both cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from semantic_gw.lifters.rml import model
from semantic_gw.lifters.rml.compiler import runtime
from semantic_gw.lifters.rml.compiler.backends import Backend
from semantic_gw.lifters.rml.compiler.terms import Terms, Value
from semantic_gw.lifters.rml.compiler.uniqueness import Made, may_repeat
from semantic_gw.lifters.rml.model import (
    Formulation,
    LogicalSource,
    ReferencingObjectMap,
    TermMap,
    TermType,
    TriplesMap,
)
from semantic_gw.lifters.rml.names import fresh_blank_node
from semantic_gw.lifters.rml.notes import Notes
from semantic_gw.lifters.rml.references import compile_iterator
from semantic_gw.lifters.rml.rules import rules
from semantic_gw.lifters.rml.terms import Moment
from semantic_gw.model import IRI


def obstacles(mapping: model.Mapping, source: LogicalSource) -> list[str]:
    """Why *source* cannot be compiled, a sentence each: none where it can."""
    if source.formulation is Formulation.XPATH:
        return [f"{source.place}: documents are XML"]
    maps = [each for each in mapping.triples_maps if each.source == source]
    joined = [f"{met.place}: records are joined" for each in maps for met in each.references() if met.joins]
    graphs = (
        graph for each in maps for graph in (*each.graphs, *(g for p in each.predicate_objects for g in p.graphs))
    )
    return joined + [f"{graph.place}: a text names a graph" for graph in graphs if graph.term_type is TermType.LITERAL]


def generate(mapping: model.Mapping, source: LogicalSource, base: IRI, backend: Backend) -> tuple[str, dict[str, Any]]:
    """The source of the function `lift(document, scope, first)`, and the names it uses.

    Iterations are numbered from *first*, for blank nodes that no value names.
    """
    return _Generator(mapping, source, base, backend).run()


@dataclass(slots=True)
class _Block:
    """Quads that are there under the same conditions."""

    guards: tuple[str, ...]
    loops: tuple[Value, ...]
    quads: list[tuple[object, ...]] = field(default_factory=list)


class _Generator:
    def __init__(self, mapping: model.Mapping, source: LogicalSource, base: IRI, backend: Backend) -> None:
        self.mapping = mapping
        self.source = source
        self.base = mapping.base or base
        self.backend = backend
        self.terms = Terms(source, backend)
        self.made: list[Made] = []
        self.many = False
        self._owner = mapping.owners()
        self._subjects: dict[str, Value] = {}

    def run(self) -> tuple[str, dict[str, Any]]:
        maps = [each for each in self.mapping.triples_maps if each.source == self.source]
        body = [line for each in maps for line in self._triples_map(each)]
        single = self.source.iterator in (None, "$") or self.source.formulation is not Formulation.JSONPATH
        twins = self.many or not single or may_repeat(self.made)
        lines = [
            "def lift(document, scope, first):",
            "    out = []",
            *(f"    {line}" for line in self._iterations(body, single=single)),
            f"    return {self.backend.result(twins=twins)}",
        ]
        return "\n".join(lines) + "\n", self._names()

    def _names(self) -> dict[str, Any]:
        return {
            **self.backend.names,
            **self.terms.names,
            "iterate": compile_iterator(self.source),
            "text": runtime.text,
            "blank": runtime.blank,
            "fresh": fresh_blank_node,
            "once": _once,
            "Moment": Moment,
            "NOTES": Notes(strict=True),
            "NULLS": self.source.nulls,
            "nothing": _nothing,
        }

    def _iterations(self, body: Sequence[str], *, single: bool) -> Iterator[str]:
        reads = [*self.terms.lines]
        if self.terms.needs_moment:
            reads.insert(0, "moment = Moment(it, number, NOTES, scope)")
        if single:
            yield "it, number = document, first"
            yield from (*reads, *body)
            return
        yield "for number, it in enumerate(iterate(document), first):"
        yield from (f"    {line}" for line in (*reads, *body, "pass"))

    def _subject(self, triples_map: TriplesMap) -> Value:
        """The subject of *triples_map*, made once: references from other triples maps mean the same terms."""
        if triples_map.id not in self._subjects:
            self._subjects[triples_map.id] = self._value(triples_map.subject, triples_map)
        return self._subjects[triples_map.id]

    def _value(self, term_map: TermMap, triples_map: TriplesMap) -> Value:
        return self.terms.value(term_map, triples_map.base or self.base, self._owner(triples_map, term_map))

    def _graph(self, graph: TermMap | None, triples_map: TriplesMap) -> Value:
        owner = 0 if graph is None else self._owner(triples_map, graph)
        return self.terms.graph(graph, triples_map.base or self.base, owner)

    def _triples_map(self, triples_map: TriplesMap) -> list[str]:
        subject = self._subject(triples_map)
        blocks: dict[tuple[object, ...], _Block] = {}
        for rule in rules(triples_map):
            graphs = [self._graph(each, triples_map) for each in rule.graphs]
            value = self._object(rule.object, triples_map)
            for graph, graph_map in zip(graphs, rule.graphs, strict=True):
                values = (subject, self._value(rule.predicate, triples_map), value, graph)
                self._put(blocks, values)
                self.many = self.many or any(each.many for each in values)
                self.made.append((triples_map.subject, rule.predicate, self._object_map(rule.object), graph_map))
        return [*_written([*blocks.values()], self.backend)]

    def _object(self, term_map: TermMap | ReferencingObjectMap, triples_map: TriplesMap) -> Value:
        if isinstance(term_map, TermMap):
            return self._value(term_map, triples_map)
        parent = self._parent(term_map)
        subject = self._subject(parent)
        return self.terms.conditional(subject, term_map.conditions) if term_map.conditions else subject

    def _object_map(self, term_map: TermMap | ReferencingObjectMap) -> TermMap:
        return term_map if isinstance(term_map, TermMap) else self._parent(term_map).subject

    def _parent(self, reference: ReferencingObjectMap) -> TriplesMap:
        return next(each for each in self.mapping.triples_maps if each.id == reference.parent)

    def _put(self, blocks: dict[tuple[object, ...], _Block], values: Sequence[Value]) -> None:
        values = [*_apart(values)]
        guards = _guards(values)
        loops = tuple(value for value in values if value.many)
        block = blocks.setdefault((guards, loops), _Block(guards, loops))
        block.quads.append(tuple(value.piece for value in values))


def _written(blocks: Sequence[_Block], backend: Backend) -> Iterator[str]:
    """*blocks* as statements."""
    for block in blocks:
        depth = 0
        if block.guards:
            yield f"if {' and '.join(f'{name} is not None' for name in block.guards)}:"
            depth = 1
        for value in block.loops:
            yield f"{'    ' * depth}for {value.name} in {value.many}:"
            depth += 1
        yield f"{'    ' * depth}{backend.add(block.quads)}"


def _guards(values: Sequence[Value]) -> tuple[str, ...]:
    """The fewest of *values* that are there only where all are."""
    asked: set[str] = set()
    found: list[str] = []
    for value in sorted(values, key=lambda value: -len(value.refs)):
        if not value.refs <= asked:
            asked |= value.refs
            found.append(value.name)
    return tuple(found)


def _apart(values: Sequence[Value]) -> Iterator[Value]:
    """*values*, where a list that stands at two positions is walked by a variable for each."""
    walked: set[str] = set()
    for value in values:
        name = value.name
        while value.many and name in walked:
            name += "_again"
        walked.add(name)
        yield Value(name, name, many=value.many) if value.many else value


def _once(lines: str) -> str:
    """*lines*, each once."""
    return "".join(f"{line}\n" for line in dict.fromkeys(lines.split("\n")) if line)


def _nothing(_key: object) -> None:
    """The member of what has none."""
