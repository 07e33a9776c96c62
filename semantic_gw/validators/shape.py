"""A compiled shape: one fused question, "does this node conform?", and the results where it does not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from semantic_gw.model import IRI, Literal, PropertyPath, Term, ValidationResult
from semantic_gw.validators.constraints.forms import Details, Form, Test, Violation
from semantic_gw.validators.fused import Asked, of_node, of_path
from semantic_gw.validators.knots import Knot
from semantic_gw.validators.messages import Name, default_message, filled, has_placeholders
from semantic_gw.validators.paths import Walk, compile_path
from semantic_gw.validators.syntax import ShapeSyntax
from semantic_gw.validators.view import View

Results = list[ValidationResult]

MAX_DETAIL_DEPTH: Final = 8
"""Results within results (sh:detail), at most."""


class Shape:
    """A shape as functions; it is made first, and given its constraints once the shapes it refers to are there.

    *conforms* tells whether a node has no result at all (SHACL, 3.4.2); a deactivated shape asks nothing. *asked* is
    the same in parts, to be fused with those of other shapes. *knot* is set where the shape refers to itself.
    """

    def __init__(self, syntax: ShapeSyntax, knot: Knot | None, name_of: Name) -> None:
        self.syntax = syntax
        self.node = syntax.node
        self.name = syntax.name
        self.knot = knot
        self.walk: Walk | None = None if syntax.path is None else compile_path(syntax.path)
        self.forms: tuple[tuple[IRI, Form], ...] = ()
        self.inner: tuple[Shape, ...] = ()
        self.direct: Test = _always
        self.conforms: Test = _always if knot is None else knot.test(self)
        self.asked = Asked() if knot is None else Asked(tests=(self.conforms,))
        self._name_of = name_of
        self._templates = has_placeholders(syntax)

    def fill(self, forms: Sequence[tuple[IRI, Form]], inner: Sequence[Shape]) -> None:
        """Give it its constraints, each with its component, and its property shapes."""
        self.forms = tuple(forms)
        self.inner = tuple(shape for shape in inner if not shape.syntax.deactivated)
        asked = self._asked([form for _, form in forms], [shape.asked for shape in self.inner])
        self.direct = asked.question()
        if self.knot is None:
            self.conforms, self.asked = self.direct, asked

    def _asked(self, forms: Sequence[Form], inner: Sequence[Asked]) -> Asked:
        if self.walk is None or self.syntax.path is None:
            return of_node(forms, inner)
        return of_path(self.syntax.path, self.walk, forms, inner)

    def validate(self, view: View, focus: Term, results: Results) -> None:
        """Append what is wrong with *focus* to *results*; of shapes that refer to themselves, each node once."""
        open_: list[tuple[Shape, Term]] = [(self, focus)]
        told = set(open_)
        for shape, node in open_:
            for pair in shape.tell(view, node, results):
                if pair not in told:
                    told.add(pair)
                    open_.append(pair)

    def tell(self, view: View, focus: Term, results: Results) -> list[tuple[Shape, Term]]:
        """Append the results of this shape and its property shapes; gives back what is to be told of knots, still."""
        values: Sequence[Term] = (focus,) if self.walk is None else self.walk(view, focus)
        for component, form in self.forms:
            found = form.violations(view, focus, values)
            results += [self._result(component, focus, violation) for violation in found]
        later: list[tuple[Shape, Term]] = []
        for shape in self.inner:
            for value in values:
                if not shape.conforms(view, value):
                    later += shape.tell(view, value, results) if shape.knot is None else [(shape, value)]
        return later

    def explain(self, view: View, node: Term) -> Details:
        """Why *node* does not conform, within the bounds of a report; empty where it does."""
        if view.details_left <= 0 or view.details_depth >= MAX_DETAIL_DEPTH or self.conforms(view, node):
            return ()
        results: Results = []
        view.details_depth += 1
        self.validate(view, node, results)
        view.details_depth -= 1
        view.details_left -= len(results)
        return tuple(results)

    def _result(self, component: IRI, focus: Term, violation: Violation) -> ValidationResult:
        path = violation.path or self.syntax.path
        return ValidationResult(
            focus_node=focus,
            result_path=path,
            value=violation.value,
            source_shape=self.syntax.node,
            source_constraint_component=component,
            severity=self.syntax.severity,
            messages=self._messages(focus, path, violation),
            source_name=self.name,
            details=violation.details,
        )

    def _messages(self, focus: Term, path: PropertyPath | None, violation: Violation) -> tuple[Literal, ...]:
        if not self.syntax.messages:
            return default_message(path, violation.phrase())
        if not self._templates:
            return self.syntax.messages
        return filled(self.syntax, self._name_of, focus, path, violation.value)


def _always(_view: View, _node: Term) -> bool:
    return True
