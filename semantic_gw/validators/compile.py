"""Shapes become closures, once, at load. What is not known stops the load: nothing is ever skipped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path as FilePath
from typing import Final

from semantic_gw.model import IRI, Literal, PropertyPath, Severity, Term, Triple
from semantic_gw.rdf.namespaces import OWL, RDFS, SH
from semantic_gw.validators.compiled import CompiledShapes, Targets
from semantic_gw.validators.constraints import COMPONENTS, PARTS, REPEATABLE, Constraint, Site
from semantic_gw.validators.paths import read_path
from semantic_gw.validators.shape import Shape
from semantic_gw.validators.source import ShapesGraph, show
from semantic_gw.validators.view import TYPE, Background


def _terms(names: str) -> frozenset[IRI]:
    return frozenset(SH + name for name in names.split())


_TARGETS: Final = _terms("targetClass targetNode targetSubjectsOf targetObjectsOf")
_FRAME: Final = _terms("path property severity message deactivated")
_TELLING: Final = _terms("name description order group defaultValue")
_PATHS: Final = _terms("inversePath alternativePath zeroOrMorePath oneOrMorePath zeroOrOnePath")
_PREFIXES: Final = _terms("declare prefix namespace")
_REPORT: Final = _terms(
    "conforms result detail focusNode resultPath value sourceShape sourceConstraintComponent "
    "resultSeverity resultMessage shapesGraphWellFormed"
)
_SPARQL: Final = _terms("sparql rule target js select ask expression validator nodeValidator propertyValidator")
_CONSTRAINTS: Final = COMPONENTS.keys() | PARTS | {SH + "property"}
_SHAPE: Final = _TARGETS | _FRAME | _TELLING | _CONSTRAINTS
_MARKS: Final = _TARGETS | _CONSTRAINTS
"""What makes a node a shape (SHACL, 2.1); a path alone does not."""
_DRAFT: Final = _terms("nodeShape")
"""Of a draft of SHACL, and still in the data of W3C's own test suite: says nothing of what is asked."""
_ELSEWHERE: Final = _FRAME | _TELLING | _PATHS | _PREFIXES | _REPORT | _DRAFT
"""Terms of SHACL at nodes that are no shapes."""
_TYPES: Final = _terms(
    "NodeShape PropertyShape Shape PropertyGroup PrefixDeclaration ValidationReport ValidationResult"
)
_SHAPE_TYPES: Final = _terms("NodeShape PropertyShape Shape")
_CLASS_TYPES: Final = frozenset({RDFS + "Class", OWL + "Class"})


def compile_shapes(sources: Iterable[FilePath | str], background: Iterable[Triple] = ()) -> CompiledShapes:
    """Compile the shapes of Turtle files, or of Turtle itself (a `str`), to a Validator.

    *background* is what shapes see behind every graph; its nodes are never focus nodes of their own. Raises ShapeError
    naming file and node: for an unknown term of SHACL, an ill-formed parameter, a path or pattern that cannot be done,
    SHACL-SPARQL, a shape that is named but not there, and shapes that refer to themselves (left open by SHACL, 3.4.3).
    """
    known = tuple(sources)
    files = tuple(source for source in known if isinstance(source, FilePath))
    return compile_graph(ShapesGraph.read(known), Background(background), files)


def compile_graph(graph: ShapesGraph, background: Background, files: tuple[FilePath, ...] = ()) -> CompiledShapes:
    """The same for shapes that are read already."""
    compiler = _Compiler(graph, background)
    targets = Targets()
    for node in compiler.shape_nodes():
        shape = compiler.compile(node)
        if not shape.deactivated:
            compiler.target(node, shape, targets)
    compiler.check_others()
    sets = {shape.iri: FilePath(graph.file_of.get(node, "")).stem for node, shape in compiler.shapes.items()}
    return CompiledShapes(compiler.shapes, targets, background, files, sets)


class _Compiler:
    """Compiles the nodes of a shapes graph, each once, inner shapes first."""

    def __init__(self, graph: ShapesGraph, background: Background) -> None:
        self.graph = graph
        self.background = background
        self.shapes: dict[Term, Shape] = {}
        self._open: list[Term] = []

    def shape_nodes(self) -> list[Term]:
        """Every node that is a shape of its own: typed, with a target or a constraint."""
        return [
            node
            for node, predicates in self.graph.nodes.items()
            if not _SHAPE_TYPES.isdisjoint(predicates.get(TYPE, ())) or not _MARKS.isdisjoint(predicates)
        ]

    def check_others(self) -> None:
        """A misspelt term must not hide a shape: what is no shape uses no unknown term either."""
        for node in self.graph.nodes.keys() - self.shapes.keys():
            self._check_terms(node, _ELSEWHERE)

    def compile(self, node: Term) -> Shape:
        """The shape at *node*, compiled once."""
        if node in self.shapes:
            return self.shapes[node]
        graph = self.graph
        if node in self._open:
            graph.fail(node, "refers to itself, which SHACL leaves undefined; unfold it")
        if node not in graph.nodes:
            graph.fail(self._open[-1] if self._open else node, f"refers to {show(node)}, which is not described")
        self._open.append(node)
        self.shapes[node] = shape = self._compiled(node)
        self._open.pop()
        return shape

    def _compiled(self, node: Term) -> Shape:
        graph = self.graph
        self._check_terms(node, _SHAPE)
        given = graph.one(node, SH + "path")
        path = read_path(graph, node, given) if given is not None else None
        self._check_type(node, path)
        return Shape(
            str(node),
            graph.name(node),
            path,
            self._constraints(Site(graph, node, path, self.background, self.compile)),
            [self._property(node, inner) for inner in graph.terms(node, SH + "property")],
            severity=self._severity(node),
            messages=self._messages(node),
            deactivated=self._flag(node, "deactivated"),
        )

    def _constraints(self, site: Site) -> list[tuple[IRI, Constraint]]:
        found = []
        for predicate, (component, compiler) in COMPONENTS.items():
            parameters = site.graph.terms(site.shape, predicate)
            if len(parameters) > 1 and predicate not in REPEATABLE:
                site.graph.one(site.shape, predicate)
            found += [(component, compiler(site, parameter)) for parameter in parameters]
        return found

    def _property(self, node: Term, inner: Term) -> Shape:
        if not self.graph.terms(inner, SH + "path"):
            self.graph.fail(node, f"has the property shape {self.graph.name(inner)} without sh:path")
        return self.compile(inner)

    def _check_terms(self, node: Term, known: frozenset[IRI]) -> None:
        for predicate in self.graph.nodes[node]:
            if predicate.startswith(SH) and predicate not in known:
                instead = (
                    "SHACL-SPARQL is not supported" if predicate in _SPARQL else "SHACL Core does not have it here"
                )
                self.graph.fail(node, f"uses sh:{predicate[len(SH) :]}: {instead}")
        for type_ in self.graph.terms(node, TYPE):
            if isinstance(type_, str) and type_.startswith(SH) and type_ not in _TYPES:
                self.graph.fail(node, f"is of the type {show(type_)}, which SHACL Core does not have")

    def _check_type(self, node: Term, path: PropertyPath | None) -> None:
        types = self.graph.terms(node, TYPE)
        if path is None and SH + "PropertyShape" in types:
            self.graph.fail(node, "is a property shape without sh:path")
        if path is not None and SH + "NodeShape" in types:
            self.graph.fail(node, "is a node shape with sh:path; make it a sh:PropertyShape")

    def _severity(self, node: Term) -> IRI:
        given = self.graph.one(node, SH + "severity")
        return Severity.VIOLATION if given is None else self.graph.iri(node, given, "sh:severity")

    def _messages(self, node: Term) -> tuple[Literal, ...]:
        messages = self.graph.terms(node, SH + "message")
        for term in messages:
            self.graph.text(node, term, "sh:message")
        return tuple(term for term in messages if isinstance(term, Literal))

    def _flag(self, node: Term, name: str) -> bool:
        given = self.graph.one(node, SH + name)
        return given is not None and self.graph.boolean(node, given, f"sh:{name}")

    def target(self, node: Term, shape: Shape, targets: Targets) -> None:
        """Note in *targets* what *shape* is for (SHACL, 2.1.3)."""
        for class_ in self._iris(node, "targetClass"):
            targets.of_class(class_, shape)
        if not _CLASS_TYPES.isdisjoint(self.graph.terms(node, TYPE)):
            targets.of_class(self.graph.iri(node, node, "an implicit class target"), shape)
        for focus in self.graph.terms(node, SH + "targetNode"):
            targets.of_node(focus, shape)
        for predicate in self._iris(node, "targetSubjectsOf"):
            targets.of_subjects(predicate, shape)
        for predicate in self._iris(node, "targetObjectsOf"):
            targets.of_objects(predicate, shape)

    def _iris(self, node: Term, name: str) -> Sequence[IRI]:
        return [self.graph.iri(node, term, f"sh:{name}") for term in self.graph.terms(node, SH + name)]
