"""A compiled shape: one fused question, "does this node conform?", and the results where it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from semantic_gw.model import IRI, Literal, PropertyPath, Term, ValidationResult
from semantic_gw.rdf.namespaces import XSD
from semantic_gw.rdf.property_paths import sparql_text
from semantic_gw.validators.constraints import Constraint, Counted, Each, Test, Violation, Whole, both
from semantic_gw.validators.paths import Walk, compile_path
from semantic_gw.validators.view import Predicates, View

Results = list[ValidationResult]


Wrong = Callable[[View, Term, Sequence[Term]], object]
"""Whether the value nodes of a focus node are wrong: what it gives is true or not."""


class Row(NamedTuple):
    """A property shape of the common form: one predicate, how many values, and what each must pass."""

    predicate: IRI
    test: Test | None
    none_is_fine: bool
    one_is_fine: bool
    least: int
    most: float


class Shape:
    """A shape with its constraints (component IRI and what was compiled) and inner property shapes.

    *conforms* tells whether a node has no result at all (SHACL, 3.4.2); a deactivated shape asks nothing. *row* is the
    same as a row of a table, where the shape is that simple.
    """

    __slots__ = (
        "conforms",
        "constraints",
        "deactivated",
        "inner",
        "iri",
        "messages",
        "name",
        "path",
        "row",
        "severity",
        "walk",
    )

    def __init__(  # noqa: PLR0913  a shape has as many parts
        self,
        iri: str,
        name: str,
        path: PropertyPath | None,
        constraints: Sequence[tuple[IRI, Constraint]],
        inner: Iterable[Shape],
        *,
        severity: IRI,
        messages: tuple[Literal, ...],
        deactivated: bool,
    ) -> None:
        self.deactivated = deactivated
        self.iri = iri
        self.name = name
        self.path = path
        self.walk = None if path is None else compile_path(path)
        self.constraints = tuple(constraints)
        self.inner = tuple(shape for shape in inner if not shape.deactivated)
        self.severity = severity
        self.messages = messages
        forms = [constraint for _, constraint in constraints]
        self.conforms, self.row = (_always, None) if deactivated else fuse(path, self.walk, forms, self.inner)

    def validate(self, view: View, focus: Term, results: Results) -> None:
        """Append what is wrong with *focus* to *results*."""
        values: Sequence[Term] = (focus,) if self.walk is None else self.walk(view, focus)
        for component, constraint in self.constraints:
            found = constraint.violations(view, focus, values)
            results += [self._result(component, focus, violation) for violation in found]
        for shape in self.inner:
            for value in values:
                shape.validate(view, value, results)

    def _result(self, component: IRI, focus: Term, violation: Violation) -> ValidationResult:
        path = violation.path or self.path
        return ValidationResult(
            focus,
            path,
            violation.value,
            self.iri,
            component,
            self.severity,
            self.messages or (_message(path, violation),),
            self.name,
        )


def _message(path: PropertyPath | None, violation: Violation) -> Literal:
    where = "the node" if path is None else sparql_text(path)
    return Literal(f"{where} {violation.message}", XSD + "string")


def fuse(
    path: PropertyPath | None, walk: Walk | None, constraints: Sequence[Constraint], inner: Sequence[Shape]
) -> tuple[Test, Row | None]:
    """One question for all *constraints* on the value nodes of *path* and for the property shapes *inner*.

    Beside it, where the shape is of the common form, its row: a node shape asks all its rows in one loop.
    """
    tests = [one.test for one in constraints if isinstance(one, Each)]
    wholes = [one.wrong for one in constraints if isinstance(one, Whole)]
    if walk is None:
        return _of_node(inner, [*tests, *map(_alone, wholes)]), None
    tests += [shape.conforms for shape in inner]
    counts = [one for one in constraints if isinstance(one, Counted)]
    least = max((one.least for one in counts), default=0)
    most = min((one.most for one in counts if one.most is not None), default=float("inf"))
    if not isinstance(path, str) or wholes:
        return _of_path(walk, tests, wholes, least, most), None
    row = Row(path, both(tests) if tests else None, least == 0, least <= 1 <= most, least, most)
    return _of_rows([row]), row


def _always(_view: View, _node: Term) -> bool:
    return True


def _alone(wrong: Wrong) -> Test:
    return lambda view, node: not wrong(view, node, (node,))


def _of_node(inner: Sequence[Shape], tests: Sequence[Test]) -> Test:
    rows = [shape.row for shape in inner if shape.row is not None]
    others = [*tests, *(shape.conforms for shape in inner if shape.row is None)]
    return both([_of_rows(rows), *others] if rows else others)


def _of_rows(rows: Sequence[Row]) -> Test:
    """The common case, and nearly always with one value: written out, as it is most of what is asked."""

    def conforms(view: View, focus: Term) -> bool:
        own = view.seen.get(focus) or view.known.get(focus) or _NOTHING
        for predicate, test, none_is_fine, one_is_fine, least, most in rows:
            values = own.get(predicate)
            if values is None:
                if none_is_fine:
                    continue
                return False
            if len(values) == 1:
                if one_is_fine and (test is None or test(view, values[0])):
                    continue
                return False
            if not least <= len(values) <= most or (test and not all(test(view, value) for value in values)):
                return False
        return True

    return conforms


def _of_path(walk: Walk, tests: Sequence[Test], wholes: Sequence[Wrong], least: int, most: float) -> Test:
    test = both(tests) if tests else None

    def conforms(view: View, focus: Term) -> bool:
        values = walk(view, focus)
        if not least <= len(values) <= most:
            return False
        for wrong in wholes:
            if wrong(view, focus, values):
                return False
        return test is None or all(test(view, value) for value in values)

    return conforms


_NOTHING: Final[Predicates] = {}
