"""The report of an engine, read back: nodes by the names they have outside, literals as they were (SHACL, 3.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from semantic_gw.model import IRI, Literal, PropertyPath, Severity, Term, Triple, ValidationResult
from semantic_gw.rdf.namespaces import RDF, SH, XSD, compact
from semantic_gw.validators.syntax import Node
from semantic_gw.validators.view import Index, Predicates, index

Restore = Callable[[Term], Term]
"""A term as an engine says it → as the message or the shapes graph has it."""


def read_results(
    report: Sequence[Triple], restore: Restore, paths: Mapping[Node, PropertyPath], shown: Mapping[Node, str]
) -> tuple[ValidationResult, ...]:
    """The results of the sh:ValidationReport in *report*; *paths* of property shapes, and how shapes are *shown*."""
    reader = _Reader(index(report), restore, paths, shown)
    nodes = [term for _, predicate, term in report if predicate == SH + "result"]
    return tuple(reader.result(node) for node in nodes)


@dataclass(frozen=True, slots=True)
class _Reader:
    nodes: Index
    restore: Restore
    paths: Mapping[Node, PropertyPath]
    shown: Mapping[Node, str]

    def result(self, node: Term) -> ValidationResult:
        """The result at *node*. Raises KeyError where it lacks what SHACL wants (3.6.2)."""
        told = self.nodes[node]
        shape = str(self.restore(told[SH + "sourceShape"][0]))
        component = str(told[SH + "sourceConstraintComponent"][0])
        value, constraint = self._one(told, "value"), self._one(told, "sourceConstraint")
        return ValidationResult(
            focus_node=self.restore(told[SH + "focusNode"][0]),
            result_path=self._path(self._one(told, "resultPath"), shape),
            value=value,
            source_shape=shape,
            source_constraint_component=component,
            severity=str(self._one(told, "resultSeverity") or Severity.VIOLATION),
            messages=messages(told.get(SH + "resultMessage", ())) or (_default(component),),
            source_name=self.shown.get(shape, shape),
            source_constraint=constraint,
            details=tuple(self.result(detail) for detail in told.get(SH + "detail", ()) if detail in self.nodes),
        )

    def _one(self, told: Predicates, name: str) -> Term | None:
        terms = told.get(SH + name)
        return self.restore(terms[0]) if terms else None

    def _path(self, path: Term | None, shape: str) -> PropertyPath | None:
        """A predicate as it is told; another path by its shape, for its node is the engine's own."""
        if path is None or isinstance(path, Literal):
            return None
        return self.paths.get(shape) if path.startswith("_:") else path


def messages(terms: Iterable[Term]) -> tuple[Literal, ...]:
    """The texts among *terms*."""
    return tuple(term for term in terms if isinstance(term, Literal))


def _default(component: IRI) -> Literal:
    return Literal(f"does not conform to {compact(component)}", XSD + "string")


def key(term: Term) -> Term:
    """What two spellings of the same literal share: language tags have no case (RDF 1.1 Concepts, 3.3)."""
    if isinstance(term, Literal) and term.language is not None:
        return Literal(term.lexical, RDF + "langString", term.language.lower())
    return term
