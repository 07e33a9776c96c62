"""A compiled source: its function for what is usual, the plain interpreter for what is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType
from typing import Any

from semantic_gw.errors import LiftingError
from semantic_gw.lifters.rml import model
from semantic_gw.lifters.rml.compiler.backends import Backend, Lines, Quads
from semantic_gw.lifters.rml.compiler.generate import generate, obstacles
from semantic_gw.lifters.rml.compiler.runtime import UnusualError
from semantic_gw.lifters.rml.functions import FUNCTIONS, Function
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
    _lines: Callable[[Json, str], str] | None
    _quads: Callable[[Json, str], list[Quad]] | None

    def nquads(self, document: Json, scope: str = "", notes: Notes | None = None) -> str:
        """The lines of *document*, each once, blank nodes within *scope*. Raises LiftingError in strict runs."""
        if self._lines is not None:
            try:
                return self._lines(document, scope)
            except (UnusualError, LiftingError):
                pass
        return "".join(dict.fromkeys(map(line, self._interpreted(document, scope, notes))))

    def quads(self, document: Json, scope: str = "", notes: Notes | None = None) -> list[Quad]:
        """The quads of *document*, each once. Raises LiftingError in strict runs."""
        if self._quads is not None:
            try:
                return self._quads(document, scope)
            except (UnusualError, LiftingError):
                pass
        return self._interpreted(document, scope, notes)

    def _interpreted(self, document: Json, scope: str, notes: Notes | None) -> list[Quad]:
        documents = {self.source: [document]}
        return list(dict.fromkeys(self.program.run_source(self.source, documents, scope, notes or Notes())))


def compile_source(
    mapping: model.Mapping,
    source: LogicalSource,
    base: IRI = BASE,
    functions: Mapping[IRI, Function] = FUNCTIONS,
) -> Compiled:
    """What maps documents of *source* by *mapping*, compiled where that is possible. Raises MappingError."""
    program = Program(mapping, base, functions)
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
