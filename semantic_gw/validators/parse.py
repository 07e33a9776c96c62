"""A shapes graph becomes shapes as data. What is not known stops the load: nothing is ever skipped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from semantic_gw.model import IRI, Literal, PropertyPath, Severity, Term
from semantic_gw.rdf.namespaces import OWL, SH
from semantic_gw.rdf.property_paths import sparql_text
from semantic_gw.validators.parameters import Site, read_constraints
from semantic_gw.validators.paths import read_path
from semantic_gw.validators.recursion import check_recursion, reaching, reference_graph, references
from semantic_gw.validators.source import ShapesGraph, show
from semantic_gw.validators.syntax import Node, ShapesModel, ShapeSyntax, ShapeTargets
from semantic_gw.validators.terms import (
    CLASS_TYPES,
    OF_OTHERS,
    OF_SHAPES,
    SEVERITIES,
    check_terms,
    is_a,
    is_shape,
    near,
)

DASH: Final = "http://datashapes.org/dash#"
"""Namespace of constraint components that some engines have built in."""
_PARAMETER: Final = SH + "parameter"


def parse_shapes(graph: ShapesGraph) -> ShapesModel:
    """The shapes of *graph*.

    Raises ShapeError naming file and node: for an unknown term of SHACL, an ill-formed parameter, a path or pattern
    that cannot be done, a shape that is named but not there, and shapes that refer to themselves through what asks
    not to conform.
    """
    return _Parser(graph).model()


class _Parser:
    def __init__(self, graph: ShapesGraph) -> None:
        self._graph = graph
        self._warnings: dict[str, None] = {}
        self._custom = _custom_parameters(graph)
        self._shapes: dict[Node, ShapeSyntax] = {}
        self._engine: dict[Node, str] = {}

    def model(self) -> ShapesModel:
        open_ = [node for node in self._graph.nodes if isinstance(node, str) and self._is_shape(node)]
        for node in open_:
            if node not in self._shapes:
                self._shapes[node] = shape = self._shape(node)
                open_ += [reference.to for reference in references(shape.constraints)]
        self._check_others()
        shapes = {node: replace(shape, name=self._graph.name(node)) for node, shape in self._shapes.items()}
        graph = reference_graph(shapes)
        check_recursion(graph, self._graph.fail, lambda node: shapes[node].name)
        engine = dict(self._engine)
        for node, after in reaching(graph, self._engine).items():
            engine[node] = f"{shapes[after].name}, which it refers to"
        return ShapesModel(
            shapes={node: shape for node, shape in shapes.items() if node not in engine},
            engine_only=engine,
            set_of={node: Path(self._graph.file_of.get(node, "")).stem for node in shapes},
            engine_targets={node: self._engine_targets(node, shapes[node]) for node in engine},
            warnings=tuple(self._warnings),
        )

    def _engine_targets(self, node: Node, shape: ShapeSyntax) -> ShapeTargets | None:
        return None if self._graph.terms(node, SH + "target") else shape.targets

    def _is_shape(self, node: Node) -> bool:
        return is_shape(self._graph, node) or not self._custom.keys().isdisjoint(self._graph.nodes[node])

    def _check_others(self) -> None:
        """A misspelt term must not hide a shape: what is no shape uses no unknown term either."""
        graph = self._graph
        for node in graph.nodes:
            if node not in self._shapes:
                check_terms(graph, node, OF_OTHERS)
            if graph.terms(node, SH + "shapesGraph") or graph.terms(node, SH + "suggestedShapesGraph"):
                self._warn(node, "names a shapes graph: nothing is fetched; give it as a source")
            for imported in graph.terms(node, OWL + "imports"):
                if imported not in graph.nodes:
                    self._warn(
                        node, f"imports {show(imported)}: nothing is fetched; give it as a source, if it has shapes"
                    )

    def _shape(self, node: Node) -> ShapeSyntax:
        graph = self._graph
        check_terms(graph, node, OF_SHAPES)
        path = self._path(node)
        site = Site(graph, node, path, lambda why: self._warn(node, why))
        deactivated = site.flag("deactivated")
        if not deactivated:
            self._note_engine(node)
        return ShapeSyntax(
            node=node,
            name="",
            path=path,
            targets=self._targets(node),
            constraints=tuple(read_constraints(site)),
            severity=self._severity(node),
            messages=self._messages(node),
            deactivated=deactivated,
        )

    def _path(self, node: Node) -> PropertyPath | None:
        graph = self._graph
        given = graph.one(node, SH + "path")
        if given is None:
            if is_a(graph, node, frozenset({SH + "PropertyShape"})):
                graph.fail(node, "is a property shape without sh:path")
            return None
        if is_a(graph, node, frozenset({SH + "NodeShape"})):
            graph.fail(node, "is a node shape with sh:path; make it a sh:PropertyShape")
        path = read_path(graph, node, given)
        graph.path_texts[node] = sparql_text(path)
        return path

    def _note_engine(self, node: Node) -> None:
        given = self._graph.nodes[node]
        reasons = [show(SH + name) for name in ("sparql", "target") if SH + name in given]
        reasons += [
            f"{show(predicate)} of {self._custom[predicate]}" for predicate in given if predicate in self._custom
        ]
        if reasons:
            self._engine[node] = ", ".join(reasons)
        for predicate in given:
            if predicate.startswith(DASH) and predicate not in self._custom:
                self._warn(node, f"asks nothing with {show(predicate)}: no component in these shapes has it")

    def _targets(self, node: Node) -> ShapeTargets:
        graph = self._graph
        classes = self._iris(node, "targetClass")
        if is_a(graph, node, CLASS_TYPES):
            classes = (*classes, graph.iri(node, node, "an implicit class target"))
        nodes = graph.terms(node, SH + "targetNode")
        for term in nodes:
            if isinstance(term, str) and term.startswith("_:"):
                graph.fail(node, "wants an IRI or a literal for sh:targetNode, not a blank node")
        return ShapeTargets(
            tuple(dict.fromkeys(classes)),
            tuple(nodes),
            self._iris(node, "targetSubjectsOf"),
            self._iris(node, "targetObjectsOf"),
        )

    def _iris(self, node: Node, name: str) -> tuple[IRI, ...]:
        return tuple(self._graph.iri(node, term, f"sh:{name}") for term in self._graph.terms(node, SH + name))

    def _severity(self, node: Node) -> IRI:
        given = self._graph.one(node, SH + "severity")
        if given is None:
            return Severity.VIOLATION
        severity = self._graph.iri(node, given, "sh:severity")
        if severity in SEVERITIES:
            return severity
        if severity.startswith(SH):
            known = ", ".join(sorted(map(show, SEVERITIES)))
            self._graph.fail(node, f"has the severity {show(severity)}; there are {known}{near(severity, SEVERITIES)}")
        self._warn(node, f"has the severity {show(severity)}: only sh:Violation blocks, so it annotates")
        return severity

    def _messages(self, node: Node) -> tuple[Literal, ...]:
        messages = self._graph.terms(node, SH + "message")
        for term in messages:
            self._graph.text(node, term, "sh:message")
        return tuple(term for term in messages if isinstance(term, Literal))

    def _warn(self, node: Term, why: str) -> None:
        self._warnings[self._graph.complaint(node, why)] = None


def _custom_parameters(graph: ShapesGraph) -> Mapping[IRI, str]:
    """Predicate → the constraint component that has it for a parameter (SHACL, 6.2.1)."""
    found: dict[IRI, str] = {}
    for component, predicates in graph.nodes.items():
        for parameter in predicates.get(_PARAMETER, ()):
            for path in graph.terms(parameter, SH + "path"):
                found[graph.iri(component, path, "a parameter's sh:path")] = show(component)
    return found
