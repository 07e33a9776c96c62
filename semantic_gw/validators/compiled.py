"""Compiled shapes at work: which nodes of a graph they are for, and what they say of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import Protocol

from semantic_gw.model import IRI, DataGraph, Literal, Term, Triple, ValidationReport
from semantic_gw.validators.constraints.forms import Test, folded
from semantic_gw.validators.engines import Engine
from semantic_gw.validators.fused import Asked, joined
from semantic_gw.validators.shape import Results, Shape
from semantic_gw.validators.syntax import Node, ShapesModel, ShapeTargets
from semantic_gw.validators.targets import Targets
from semantic_gw.validators.view import SUBCLASS_OF, Background, View


class Targeting(Protocol):
    """What is asked of a focus node: a compiled shape, or one that an engine has."""

    @property
    def node(self) -> Node: ...

    @property
    def asked(self) -> Asked: ...

    @property
    def conforms(self) -> Test: ...

    def validate(self, view: View, focus: Term, results: Results) -> None: ...


class _Elsewhere:
    """A shape that an engine has: it notes that the engine is to be asked, and says nothing itself."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.asked = Asked(tests=(self.conforms,))

    def conforms(self, view: View, _focus: Term) -> bool:
        view.for_engine = True
        return True

    def validate(self, view: View, focus: Term, results: Results) -> None:
        """Never asked: what an engine finds wrong is in its own report."""


class EnginePart:
    """The shapes that an engine has, and what they are for: None where only the engine can tell."""

    def __init__(self, engine: Engine, targets: Mapping[Node, ShapeTargets | None]) -> None:
        self.engine = engine
        self.targets = [(known, _Elsewhere(node)) for node, known in targets.items() if known is not None]
        self.always = None in targets.values()


class CompiledShapes:
    """Shapes as functions: a Validator. The background is seen behind every graph, and never a focus node itself.

    The *focus_nodes* of a report are the distinct nodes that some shape is for and that the graph itself speaks of.
    The graph as a whole does not count: its stamp must not make a graph of unknown things look checked.
    """

    def __init__(
        self,
        model: ShapesModel,
        shapes: Mapping[Node, Shape],
        background: Background,
        engine: EnginePart | None = None,
        files: tuple[Path, ...] = (),
        content_hash: str = "",
    ) -> None:
        self.model = model
        self.files = files
        self.content_hash = content_hash
        """16 hexadecimal digits of the sources and the background; empty for shapes that were no files."""
        self._shapes = shapes
        self._background = background
        self._engine = engine
        self._targets = Targets(self._targeting(), background)
        self._tagged = any(isinstance(node, Literal) and node.language for node in self._targets.nodes)
        self._together = {shapes: joined(shape.asked for shape in shapes).question() for shapes in self._targets.common}
        """One question for all shapes that are for a class."""

    def _targeting(self) -> Iterator[tuple[ShapeTargets, Targeting]]:
        for shape in self._shapes.values():
            if not shape.syntax.deactivated:
                yield shape.syntax.targets, shape
        if self._engine is not None:
            yield from self._engine.targets

    def __len__(self) -> int:
        return len(self.model.shapes) + len(self.model.engine_only)

    @property
    def background(self) -> tuple[Triple, ...]:
        return self._background.triples

    @property
    def known(self) -> Background:
        """The background, indexed."""
        return self._background

    @property
    def sets(self) -> Mapping[Node, str]:
        """The set of each shape: the name of its file without ending."""
        return self.model.set_of

    @property
    def warnings(self) -> tuple[str, ...]:
        """What in the shapes asks nothing, with file and node."""
        return self.model.warnings

    def validate(self, graph: DataGraph) -> ValidationReport:
        """What the shapes say of *graph*, alone before the background."""
        return self.validate_triples((*graph.triples, *graph.about), graph.iri)

    def validate_triples(
        self, triples: Sequence[Triple], iri: IRI | None = None, *, counting: bool = False
    ) -> ValidationReport:
        """What the shapes say of *triples*; *iri* names the graph as a whole. *counting* fills `focus_nodes_of`."""
        if self._tagged:  # a target must be found in the graph, however its language tag is written there
            triples = [(subject, predicate, folded(term)) for subject, predicate, term in triples]
        predicates = {predicate for _, predicate, _ in triples}
        view = self._view(triples, predicates)
        targeted = self._targets.focus_nodes(view, predicates)
        results: Results = []
        for focus, shapes in targeted.items():
            together = self._together.get(shapes)
            if together is None or not together(view, focus):
                for shape in shapes:
                    if not shape.conforms(view, focus):
                        shape.validate(view, focus, results)
        absent = sum(focus not in view.forward for focus in self._targets.nodes)
        report = ValidationReport(
            tuple(results),
            len(targeted) - absent - (iri in targeted),
            Counter(shape.node for shapes in targeted.values() for shape in shapes) if counting else {},
        )
        return self._with_engine(view, triples, report) if self._engine is not None else report

    def conform(self, triples: Sequence[Triple], nodes: Iterable[tuple[Node, Term]]) -> bool:
        """Whether in the graph of *triples* each of some nodes conforms to a shape; False for a shape of an engine."""
        view = self._view(triples, {predicate for _, predicate, _ in triples})
        return all(shape in self._shapes and self._shapes[shape].conforms(view, node) for shape, node in nodes)

    def _view(self, triples: Sequence[Triple], predicates: Set[IRI]) -> View:
        view = View(triples, self._background)
        if SUBCLASS_OF in predicates:
            view.own_hierarchy()
        return view

    def _with_engine(self, view: View, triples: Sequence[Triple], report: ValidationReport) -> ValidationReport:
        """The report with what the engine says, where one of its shapes has a focus node."""
        if self._engine is None or not (view.for_engine or self._engine.always):
            return report
        found = self._engine.engine.validate_triples(triples)
        return ValidationReport(
            (*report.results, *found.results),
            max(report.focus_nodes, found.focus_nodes) if self._engine.always else report.focus_nodes,
            report.focus_nodes_of and {**found.focus_nodes_of, **report.focus_nodes_of},
        )
