"""A compiled source: its function for what is usual, the plain interpreter for what is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType
from typing import Any

from semantic_gw.errors import LiftingError
from semantic_gw.lifters.rml import model
from semantic_gw.lifters.rml.compiler.backends import Backend, Lines, Quads
from semantic_gw.lifters.rml.compiler.generate import generate, obstacles
from semantic_gw.lifters.rml.compiler.runtime import UnusualError
from semantic_gw.lifters.rml.interpreter import BASE, Program, Quad
from semantic_gw.lifters.rml.model import LogicalSource
from semantic_gw.lifters.rml.notes import Notes
from semantic_gw.lifters.rml.nquads import line
from semantic_gw.model import IRI, Json


@dataclass(frozen=True, slots=True)
class Compiled:
    """What maps documents of one source; *obstacles* tell why it is the interpreter alone, if it is."""

    source: LogicalSource
    program: Program
    obstacles: tuple[str, ...]
    code: str
    """The generated function, for people."""
    _lines: Callable[[Json, str, int], str] | None
    _quads: Callable[[Json, str, int], list[Quad]] | None

    def nquads(self, document: Json, scope: str = "", notes: Notes | None = None, *, first: int = 0) -> str:
        """The lines of *document*, each once, blank nodes within *scope*. Raises LiftingError in strict runs.

        Iterations are numbered from *first*, for blank nodes that no value names.
        """
        if self._lines is not None:
            try:
                return self._lines(document, scope, first)
            except (UnusualError, LiftingError):
                pass
        return self.interpreted(document, scope, notes or Notes(), first)

    def quads(self, document: Json, scope: str = "", notes: Notes | None = None, *, first: int = 0) -> list[Quad]:
        """The quads of *document*, each once. Raises LiftingError in strict runs."""
        if self._quads is not None:
            try:
                return self._quads(document, scope, first)
            except (UnusualError, LiftingError):
                pass
        return self.told(document, scope, notes or Notes(), first)

    def told(self, document: Json, scope: str, notes: Notes, first: int = 0) -> list[Quad]:
        """The quads of *document* by the interpreter, which counts in *notes* what was found and what was not."""
        found = self.program.run_source(self.source, {self.source: [document]}, scope, notes, first)
        return list(dict.fromkeys(found))

    def interpreted(self, document: Json, scope: str, notes: Notes, first: int) -> str:
        """The lines of *document* by the interpreter, which counts in *notes* what was found and what was not."""
        return "".join(dict.fromkeys(map(line, self.told(document, scope, notes, first))))


def compile_source(
    mapping: model.Mapping, source: LogicalSource, base: IRI = BASE, *, program: Program | None = None
) -> Compiled:
    """What maps documents of *source* by *mapping*, compiled where that is possible. Raises MappingError.

    *program* is that of the mapping, where there is one already.
    """
    program = program or Program(mapping, base)
    found = tuple(obstacles(mapping, source))
    if found:
        return Compiled(source, program, found, "", None, None)
    code, lines = _function(mapping, source, base, Lines())
    _, quads = _function(mapping, source, base, Quads())
    return Compiled(source, program, (), code, lines, quads)


def _function(mapping: model.Mapping, source: LogicalSource, base: IRI, backend: Backend) -> tuple[str, Any]:
    code, names = generate(mapping, source, base, backend)
    exec(_compiled(code), names)  # noqa: S102  the source is made of constants alone, see generate
    return code, names["lift"]


@lru_cache(maxsize=256)
def _compiled(code: str) -> CodeType:
    return compile(code, "<rml>", "exec")
