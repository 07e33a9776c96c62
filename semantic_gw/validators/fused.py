"""All constraints of a shape as one question, which is most of what is asked: the common forms written out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from semantic_gw.model import IRI, PropertyPath, Term
from semantic_gw.validators.constraints.forms import Counted, Each, Form, Test, Whole, Wrong
from semantic_gw.validators.constraints.logical import both
from semantic_gw.validators.paths import Walk
from semantic_gw.validators.view import Predicates, View

_NOTHING: Final[Predicates] = {}


class Row(NamedTuple):
    """A property shape of the common form: one predicate, how many values, and what each must pass."""

    predicate: IRI
    test: Test | None
    none_is_fine: bool
    one_is_fine: bool
    least: int
    most: float


class Asked(NamedTuple):
    """What is asked of a node: rows, all in one loop, and what has another form."""

    rows: tuple[Row, ...] = ()
    tests: tuple[Test, ...] = ()

    def question(self) -> Test:
        """All of it as one question."""
        return both([_of_rows(self.rows), *self.tests] if self.rows else self.tests)


def joined(parts: Iterable[Asked]) -> Asked:
    """What all *parts* ask, each row once."""
    every = list(parts)
    rows = dict.fromkeys(row for part in every for row in part.rows)
    return Asked(tuple(rows), tuple(test for part in every for test in part.tests))


def of_node(forms: Sequence[Form], inner: Sequence[Asked]) -> Asked:
    """What a node shape asks of a node: its constraints, and its property shapes *inner*."""
    tests = [form.test for form in forms if isinstance(form, Each)]
    wholes = [_alone(form.wrong) for form in forms if isinstance(form, Whole)]
    return joined([*inner, Asked(tests=(*tests, *wholes))])


def of_path(path: PropertyPath, walk: Walk, forms: Sequence[Form], inner: Sequence[Asked]) -> Asked:
    """What a property shape asks of a focus node, by asking the value nodes of *path*."""
    tests = [*(form.test for form in forms if isinstance(form, Each)), *(part.question() for part in inner)]
    wholes = [form.wrong for form in forms if isinstance(form, Whole)]
    counts = [form for form in forms if isinstance(form, Counted)]
    least = max((one.least for one in counts), default=0)
    most = min((one.most for one in counts if one.most is not None), default=float("inf"))
    if not isinstance(path, str) or wholes:
        return Asked(tests=(_of_walk(walk, tests, wholes, least, most),))
    return Asked(rows=(Row(path, both(tests) if tests else None, least == 0, least <= 1 <= most, least, most),))


def _alone(wrong: Wrong) -> Test:
    return lambda view, node: not wrong(view, node, (node,))


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


def _of_walk(walk: Walk, tests: Sequence[Test], wholes: Sequence[Wrong], least: int, most: float) -> Test:
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
