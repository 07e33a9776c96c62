"""What a generated function makes: lines of N-Quads, or quads of plain terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from semantic_gw.lifters.rml.compiler import runtime
from semantic_gw.lifters.rml.model import TermType
from semantic_gw.model import IRI, Json, Literal, Term


class Constant(str):
    """Text of the output that is always the same."""

    __slots__ = ()


class Backend(Protocol):
    """One way to write terms and triples."""

    @property
    def names(self) -> Mapping[str, Any]:
        """What the generated code calls: `natural`, `string`, `graph`, `term`, and constants."""
        ...

    def constant(self, term: Term) -> object: ...

    def graph_constant(self, graph: IRI | None) -> object: ...

    def graph(self, name: str) -> str:
        """The expression of a graph, never the default one, that the term *name* is."""
        ...

    def iri(self, pieces: Sequence[object]) -> str:
        """The expression of an IRI that *pieces* are put together to, known to be one."""
        ...

    def typed(self, datatype: IRI) -> Callable[[Json], object]: ...

    def tagged(self, language: str) -> Callable[[Json], object]: ...

    def checked(self, term_type: TermType, base: IRI) -> Callable[[str], object]: ...

    def add(self, quads: Sequence[Sequence[object]]) -> str:
        """The statement that adds *quads*, each of subject, predicate, object and graph."""
        ...

    def result(self, *, twins: bool) -> str:
        """The expression of all that was added; *twins* may be among it."""
        ...


def joined(pieces: Sequence[object]) -> str:
    """The expression of the text that *pieces* are: constants by their repr, variables as fields of f-strings."""
    merged: list[object] = []
    for piece in pieces:
        if isinstance(piece, Constant) and merged and isinstance(merged[-1], Constant):
            merged[-1] = Constant(merged[-1] + piece)
        else:
            merged.append(piece)
    return " ".join(repr(str(piece)) if isinstance(piece, Constant) else f"f'{{{piece}}}'" for piece in merged) or "''"


class Lines:
    """Lines of N-Quads, as one text."""

    @property
    def names(self) -> Mapping[str, Any]:
        return {
            "natural": runtime.natural_text,
            "string": runtime.string_text,
            "graph": runtime.graph_text,
            "term": runtime.term_text,
        }

    def constant(self, term: Term) -> object:
        return Constant(runtime.term_text(term))

    def graph_constant(self, graph: IRI | None) -> object:
        return Constant(" .\n" if graph is None else f" <{graph}> .\n")

    def graph(self, name: str) -> str:
        return joined([Constant(" "), name, Constant(" .\n")])

    def iri(self, pieces: Sequence[object]) -> str:
        return joined([Constant("<"), *pieces, Constant(">")])

    def typed(self, datatype: IRI) -> Callable[[Json], str]:
        return runtime.typed_text(datatype)

    def tagged(self, language: str) -> Callable[[Json], str]:
        return runtime.tagged_text(language)

    def checked(self, term_type: TermType, base: IRI) -> Callable[[str], str]:
        return runtime.iri_text(term_type, base)

    def add(self, quads: Sequence[Sequence[object]]) -> str:
        blank = Constant(" ")
        pieces = [piece for s, p, o, g in quads for piece in (s, blank, p, blank, o, g)]
        return f"out.append({joined(pieces)})"

    def result(self, *, twins: bool) -> str:
        return "once(''.join(out))" if twins else "''.join(out)"


class Quads:
    """Quads of plain terms, as a list."""

    def __init__(self) -> None:
        self._literals: dict[str, Literal] = {}

    @property
    def names(self) -> Mapping[str, Any]:
        return {
            "natural": runtime.natural_term,
            "string": runtime.string_term,
            "graph": runtime.graph_term,
            "term": _itself,
            **self._literals,
        }

    def constant(self, term: Term) -> object:
        if not isinstance(term, Literal):
            return Constant(term)
        name = f"LITERAL_{len(self._literals)}"
        self._literals[name] = term
        return name

    def graph_constant(self, graph: IRI | None) -> object:
        return "None" if graph is None else Constant(graph)

    def graph(self, name: str) -> str:
        return name

    def iri(self, pieces: Sequence[object]) -> str:
        return joined(pieces)

    def typed(self, datatype: IRI) -> Callable[[Json], Literal]:
        return runtime.typed_term(datatype)

    def tagged(self, language: str) -> Callable[[Json], Literal]:
        return runtime.tagged_term(language)

    def checked(self, term_type: TermType, base: IRI) -> Callable[[str], IRI]:
        return runtime.iri_term(term_type, base)

    def add(self, quads: Sequence[Sequence[object]]) -> str:
        written = (f"({', '.join(self._one(piece) for piece in quad)})" for quad in quads)
        return f"out += ({', '.join(written)},)"

    def result(self, *, twins: bool) -> str:
        return "list(dict.fromkeys(out))" if twins else "out"

    def _one(self, piece: object) -> str:
        return repr(str(piece)) if isinstance(piece, Constant) else str(piece)


def _itself(term: Term) -> Term:
    return term
