"""The engines that are compared, each behind one method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from semantic_gw.errors import ShapeError
from semantic_gw.validators import compile_shapes
from tests.validators.fuzz.case import Case, ntriples
from tests.validators.fuzz.lines import Lines, lines_of_report


class Unavailable(Exception):  # noqa: N818  what is missing is no error
    """This machine cannot run an engine; the message says what it lacks."""


@dataclass(frozen=True, slots=True)
class Refused:
    """An engine did not judge; *why* is what it said."""

    why: str


Verdict = Lines | Refused


class Engine(Protocol):
    """Judges a case: the lines of its report, or that it refuses."""

    name: str

    def judge(self, case: Case) -> Verdict: ...


class Compiled:
    """The compiler under test."""

    name = "compiled"

    def judge(self, case: Case) -> Verdict:
        try:
            shapes = compile_shapes([ntriples(case.shapes)])
        except ShapeError as error:
            return Refused(str(error))
        return lines_of_report(shapes.validate_triples(case.data))
