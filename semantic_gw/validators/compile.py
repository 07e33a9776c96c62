"""Shapes become closures, once, at load. What is not known stops the load: nothing is ever skipped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from pathlib import Path as FilePath
from typing import Final

from semantic_gw.model import IRI, DataGraph, Literal, Severity, Term, Triple, ValidationReport, ValidationResult
from semantic_gw.rdf.namespaces import OWL, RDFS, SH
from semantic_gw.validators.constraints import COMPONENTS, PARTS, Check, Site
from semantic_gw.validators.paths import Path, compile_path
from semantic_gw.validators.source import ShapesGraph, show
from semantic_gw.validators.view import SUBCLASS_OF, TYPE, Background, Superclasses, View

_TARGETS: Final = {SH + name for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")}
_FRAME: Final = {SH + name for name in ("path", "property", "severity", "message", "deactivated")}
_TELLING: Final = {SH + name for name in ("name", "description", "order", "group", "defaultValue")}
_CONSTRAINTS: Final = COMPONENTS.keys() | PARTS | {SH + "property"}
_KNOWN: Final = _TARGETS | _FRAME | _TELLING | COMPONENTS.keys() | PARTS
_SEVERITIES: Final = {SH + severity.value: severity for severity in Severity}

Results = list[ValidationResult]


class Shape:
    """A compiled shape."""

    __slots__ = ("_checks", "_inner", "_predicate", "deactivated", "iri", "message", "path", "severity")

    def __init__(
        self, iri: str, path: Path | None, severity: Severity, message: str | None, *, deactivated: bool
    ) -> None:
        self.iri = iri
        self.path = path
        self._predicate = path.predicate if path else None
        self.severity = severity
        self.message = message
        self.deactivated = deactivated
        self._checks: tuple[tuple[IRI, Check], ...] = ()
        self._inner: tuple[Shape, ...] = ()

    def fill(self, checks: Sequence[tuple[IRI, Check]], inner: Sequence[Shape]) -> None:
        self._checks = tuple(checks)
        self._inner = tuple(shape for shape in inner if not shape.deactivated)

    def validate(self, view: View, focus: Term, results: Results) -> None:
        """Append what is wrong with *focus* to *results*."""
        values = self._values(view, focus)
        for component, check in self._checks:
            if violations := check(view, focus, values):
                results += [self._result(component, focus, value, message) for value, message in violations]
        for shape in self._inner:
            for value in values:
                shape.validate(view, value, results)

    def conforms(self, view: View, node: Term) -> bool:
        """Whether *node* has no result at all (SHACL, 3.4.2); a deactivated shape asks nothing."""
        if self.deactivated:
            return True
        values = self._values(view, node)
        for _, check in self._checks:
            if check(view, node, values):
                return False
        for shape in self._inner:
            for value in values:
                if not shape.conforms(view, value):
                    return False
        return True

    def _values(self, view: View, focus: Term) -> Sequence[Term]:
        """The value nodes of *focus* (SHACL, 3.5); a single predicate, the common case, without a call."""
        predicate = self._predicate
        if predicate is not None and focus not in view.known:
            predicates = view.forward.get(focus)
            return predicates.get(predicate, ()) if predicates is not None else ()
        return (focus,) if self.path is None else self.path.walk(view, focus)

    def _result(self, component: IRI, focus: Term, value: Term | None, message: str) -> ValidationResult:
        path = self.path.text if self.path else None
        text = self.message or f"{path or 'the node'} {message}"
        return ValidationResult(focus, path, value, self.iri, component, self.severity, text)


def compile_shapes(paths: Iterable[FilePath], background: Iterable[Triple] = ()) -> CompiledShapes:
    """Compile the shapes of Turtle files. *background* is what shapes see behind every graph.

    Raises ShapeError naming file and node: for an unknown term of SHACL, an ill-formed parameter, a path or pattern
    that cannot be done, SHACL-SPARQL, and shapes that refer to themselves (SHACL leaves recursion open, 3.4.3).
    """
    files = tuple(paths)
    return CompiledShapes(ShapesGraph.read(files), Background(background), files)


class CompiledShapes:
    """Shapes as functions: a Validator."""

    def __init__(self, graph: ShapesGraph, background: Background, files: tuple[FilePath, ...] = ()) -> None:
        self.files = files
        self._background = background
        self._superclasses = background.superclasses()
        self._graph = graph
        self._shapes: dict[Term, Shape] = {}
        self._compiling: list[Term] = []
        self._by_class: dict[Term, list[Shape]] = {}
        self._by_node: dict[Term, list[Shape]] = {}
        self._by_predicate: dict[IRI, list[tuple[Shape, bool]]] = {}
        for node in self._shape_nodes():
            self._target(node, self.compile(node))
        self._expanded: dict[Term, Sequence[Shape]] = {}

    def __len__(self) -> int:
        return len(self._shapes)

    @property
    def background(self) -> tuple[Triple, ...]:
        return self._background.triples

    def _shape_nodes(self) -> list[Term]:
        """Every node that is a shape of its own: typed, with a target or a constraint."""
        shape_types = {SH + "NodeShape", SH + "PropertyShape"}
        found = []
        for node, predicates in self._graph.nodes.items():
            typed = shape_types.intersection(predicates.get(TYPE, ()))
            if typed or not _TARGETS.isdisjoint(predicates) or not _CONSTRAINTS.isdisjoint(predicates):
                found.append(node)
        return found

    def compile(self, node: Term) -> Shape:
        """The shape at *node*, compiled once."""
        if node in self._shapes:
            return self._shapes[node]
        if node in self._compiling:
            self._graph.fail(node, "refers to itself, which SHACL leaves undefined; unfold it")
        self._compiling.append(node)
        try:
            self._shapes[node] = shape = self._compiled(node)
        finally:
            self._compiling.pop()
        return shape

    def _compiled(self, node: Term) -> Shape:
        graph = self._graph
        self._check_terms(node)
        given = graph.one(node, SH + "path")
        path = self._path(node, given) if given is not None else None
        shape = Shape(
            graph.name(node) if isinstance(node, str) and node.startswith("_:") else str(node),
            path,
            self._severity(node),
            self._message(node),
            deactivated=self._flag(node, "deactivated"),
        )
        site = Site(graph, node, path, self.compile)
        checks = [
            (component, compiler(site, parameter))
            for predicate, (component, compiler) in COMPONENTS.items()
            for parameter in graph.terms(node, predicate)
        ]
        shape.fill(checks, [self._property(node, inner) for inner in graph.terms(node, SH + "property")])
        return shape

    def _path(self, node: Term, given: Term) -> Path:
        try:
            return compile_path(self._graph, node, given)
        except NotImplementedError as error:
            self._graph.fail(node, f"inverts the path {error}, which is no predicate: invert its steps instead")

    def _property(self, node: Term, inner: Term) -> Shape:
        if not self._graph.terms(inner, SH + "path"):
            self._graph.fail(node, f"has the property shape {self._graph.name(inner)} without sh:path")
        return self.compile(inner)

    def _check_terms(self, node: Term) -> None:
        for predicate in self._graph.nodes.get(node, {}):
            if predicate.startswith(SH) and predicate not in _KNOWN:
                local = predicate[len(SH) :]
                instead = "SHACL-SPARQL is not supported" if local in _SPARQL else "SHACL Core does not have it"
                self._graph.fail(node, f"uses sh:{local}: {instead}")

    def _severity(self, node: Term) -> Severity:
        given = self._graph.one(node, SH + "severity")
        if given is None:
            return Severity.VIOLATION
        if given not in _SEVERITIES:
            self._graph.fail(node, f"has the severity {show(given)}; there are sh:Violation, sh:Warning, sh:Info")
        return _SEVERITIES[str(given)]

    def _message(self, node: Term) -> str | None:
        messages = [term for term in self._graph.terms(node, SH + "message") if isinstance(term, Literal)]
        english = [term for term in messages if (term.language or "en").startswith("en")]
        return (english or messages)[0].lexical if messages else None

    def _flag(self, node: Term, name: str) -> bool:
        given = self._graph.one(node, SH + name)
        return given is not None and self._graph.boolean(node, given, f"sh:{name}")

    def _target(self, node: Term, shape: Shape) -> None:
        if shape.deactivated:
            return
        graph = self._graph
        classes = list(graph.terms(node, SH + "targetClass"))
        if {RDFS + "Class", OWL + "Class"}.intersection(map(str, graph.terms(node, TYPE))):
            classes.append(node)
        for class_ in classes:
            self._by_class.setdefault(class_, []).append(shape)
        for focus in graph.terms(node, SH + "targetNode"):
            self._by_node.setdefault(focus, []).append(shape)
        for name, of_subject in (("targetSubjectsOf", True), ("targetObjectsOf", False)):
            for predicate in graph.terms(node, SH + name):
                iri = graph.iri(node, predicate, f"sh:{name}")
                self._by_predicate.setdefault(iri, []).append((shape, of_subject))

    def validate(self, graph: DataGraph) -> ValidationReport:
        """What the shapes say of *graph*, alone before the background."""
        return self.validate_triples((*graph.triples, *graph.about))

    def validate_triples(self, triples: Sequence[Triple]) -> ValidationReport:
        """What the shapes say of *triples*."""
        predicates = {predicate for _, predicate, _ in triples}
        view = View(triples, self._background, self._superclasses)
        if SUBCLASS_OF in predicates:
            view = View(triples, self._background, self._background.superclasses(view.forward))
        results: Results = []
        targeted = self._targeted(view, predicates)
        for focus, shapes in targeted.items():
            for shape in shapes:
                shape.validate(view, focus, results)
        return ValidationReport(tuple(results), len(targeted))

    def _targeted(self, view: View, predicates: Set[IRI]) -> dict[Term, Sequence[Shape]]:
        """The focus nodes, each with the shapes that target it, each once (SHACL, 2.1.3)."""
        found: dict[Term, Sequence[Shape]] = {}
        for node, own in view.forward.items():
            for type_ in own.get(TYPE, ()):
                if shapes := self._of_class(type_, view.superclasses):
                    found[node] = shapes if node not in found else tuple(dict.fromkeys((*found[node], *shapes)))
        for node, more in self._by_node.items():
            _add(found, node, more)
        for predicate in self._by_predicate.keys() & predicates:
            for node, own in view.forward.items():
                for shape, of_subject in self._by_predicate[predicate] if predicate in own else ():
                    for focus in (node,) if of_subject else own[predicate]:
                        _add(found, focus, (shape,))
        return found

    def _of_class(self, class_: Term, superclasses: Superclasses) -> Sequence[Shape]:
        """The shapes that target *class_* or a class above it."""
        cached = superclasses is self._superclasses
        if cached and class_ in self._expanded:
            return self._expanded[class_]
        above = superclasses.get(class_, (class_,))
        shapes = tuple(dict.fromkeys(shape for one in above for shape in self._by_class.get(one, ())))
        if cached and len(self._expanded) < _MOST_CLASSES:
            self._expanded[class_] = shapes
        return shapes


def _add(found: dict[Term, Sequence[Shape]], node: Term, shapes: Sequence[Shape]) -> None:
    found[node] = tuple(dict.fromkeys((*found.get(node, ()), *shapes)))


_MOST_CLASSES: Final = 10_000
"""Classes whose shapes are remembered: names come with the data and must not fill memory."""
_SPARQL: Final = frozenset({"sparql", "rule", "target", "js", "select", "ask", "expression", "validator"})
