"""A shapes graph as it is read: nodes and their parameters, with errors that name the file and the node."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final, NoReturn

from semantic_gw.errors import GatewayError, ShapeError
from semantic_gw.model import IRI, Literal, Term, Triple
from semantic_gw.rdf.namespaces import RDF, SH, XSD, compact
from semantic_gw.rdf.syntaxes import SYNTAXES, Syntax, parse, syntax_of
from semantic_gw.validators.view import Index, index, inverse

FIRST, REST, NIL = RDF + "first", RDF + "rest", RDF + "nil"
_TEXTS: Final = (XSD + "string", RDF + "langString")
_TRUTH: Final = {"true": True, "1": True, "false": False, "0": False}
_WHOLE: Final = re.compile(r"\+?[0-9]{1,9}|-0+")


class ShapesGraph:
    """All shapes of some files. Blank nodes are texts that start with `_:`, different in each file."""

    def __init__(self) -> None:
        self.triples: list[Triple] = []
        self.contents: list[bytes] = []
        self.file_of: dict[Term, str] = {}
        self.path_texts: dict[Term, str] = {}
        """The paths of property shapes for people, as far as they were read."""

    @classmethod
    def read(cls, sources: Iterable[Path | str]) -> ShapesGraph:
        """The shapes of files in any syntax of RDF, or of Turtle (a `str`). Raises ShapeError naming file and line."""
        graph = cls()
        for number, source in enumerate(sources):
            name = str(source) if isinstance(source, Path) else f"shapes {number}"
            try:
                data = source.read_bytes() if isinstance(source, Path) else source.encode()
                syntax = _syntax(source) if isinstance(source, Path) else SYNTAXES["turtle"]
                base = source.resolve().as_uri() if isinstance(source, Path) else None
                graph.add(data, name, f"f{number}", base, syntax=syntax)
            except (GatewayError, OSError, ValueError) as error:
                raise ShapeError(f"{name}: {error}") from error
        return graph

    def add(
        self,
        data: bytes,
        file: str,
        label: str = "f",
        base: IRI | None = None,
        *,
        syntax: Syntax = SYNTAXES["turtle"],
    ) -> None:
        """Add the triples of *data*. Raises DecodingError for what is no RDF 1.1."""
        triples = parse(data, syntax, base_iri=base, label=label).triples
        self.triples += triples
        self.contents.append(data)
        for subject, _, _ in triples:
            self.file_of.setdefault(subject, file)
        self.__dict__.pop("nodes", None)
        self.__dict__.pop("_backward", None)

    @cached_property
    def nodes(self) -> Index:
        """Node → predicate → objects."""
        return index(self.triples)

    @cached_property
    def _backward(self) -> Index:
        """Node → predicate → subjects."""
        return inverse(self.triples)

    def terms(self, node: Term, predicate: IRI) -> Sequence[Term]:
        return self.nodes.get(node, {}).get(predicate, ())

    def subjects(self, predicate: IRI, node: Term) -> Sequence[Term]:
        """The nodes that have *node* for *predicate*."""
        return self._backward.get(node, {}).get(predicate, ())

    def one(self, node: Term, predicate: IRI) -> Term | None:
        """The only object of *predicate*. Raises ShapeError where there are more."""
        terms = self.terms(node, predicate)
        if len(terms) > 1:
            self.fail(node, f"has {len(terms)} values of {compact(predicate)}; one is allowed")
        return terms[0] if terms else None

    def list(self, node: Term, head: Term) -> list[Term]:
        """The members of the RDF list at *head*. Raises ShapeError where it is none."""
        members: list[Term] = []
        seen = set()
        while head != NIL:
            first, rest = self.terms(head, FIRST), self.terms(head, REST)
            if head in seen or len(first) != 1 or len(rest) != 1:
                self.fail(node, "has something where an RDF list is wanted")
            seen.add(head)
            members.append(first[0])
            head = rest[0]
        return members

    def integer(self, node: Term, value: Term, name: str) -> int:
        whole = isinstance(value, Literal) and value.datatype == XSD + "integer"
        if not isinstance(value, Literal) or not whole or not _WHOLE.fullmatch(value.lexical):
            self.fail(node, f"wants a non-negative xsd:integer for {name}, not {show(value)}")
        return int(value.lexical)

    def boolean(self, node: Term, value: Term, name: str) -> bool:
        truth = _TRUTH.get(value.lexical) if isinstance(value, Literal) and value.datatype == XSD + "boolean" else None
        if truth is None:
            self.fail(node, f"wants true or false for {name}, not {show(value)}")
        return truth

    def iri(self, node: Term, value: Term, name: str) -> IRI:
        if isinstance(value, Literal) or value.startswith("_:"):
            self.fail(node, f"wants an IRI for {name}, not {show(value)}")
        return value

    def text(self, node: Term, value: Term, name: str) -> str:
        if not isinstance(value, Literal) or value.datatype not in _TEXTS:
            self.fail(node, f"wants a text for {name}, not {show(value)}")
        return value.lexical

    def fail(self, node: Term, why: str) -> NoReturn:
        """Raises ShapeError for *node*."""
        raise ShapeError(self.complaint(node, why))

    def complaint(self, node: Term, why: str) -> str:
        """What is to be said of *node*, with its file."""
        return f"{self.file_of.get(node, 'shapes')}: shape {self.name(node)} {why}"

    def name(self, node: Term) -> str:
        """*node* for people: its IRI, or where a blank node stands, as `<urn:S> / sh:or 2 / [sh:path <urn:p>]`."""
        steps: list[str] = []
        seen: set[Term] = set()
        while isinstance(node, str) and node.startswith("_:") and node not in seen:
            seen.add(node)
            step, node = self._step(node)
            steps.append(step)
        named = [] if isinstance(node, str) and node.startswith("_:") else [show(node)]
        return " / ".join([*named, *reversed(steps)])

    def _step(self, node: str) -> tuple[str, Term]:
        """How a blank node is reached, and from where; from itself where it is not."""
        around, predicate, position = self._place(node)
        text = self.path_texts.get(node)
        path = [text] if text is not None else [show(path) for path in self.terms(node, SH + "path")[:1]]
        if path:
            return f"[sh:path {path[0]}]", around
        if (said := self._said(node)) is not None:
            return f"[{said}]", around
        return ("[]" if around == node else f"{compact(predicate)}{position}"), around

    def _said(self, node: Term) -> str | None:
        """All that is said of *node*, where that is one short thing."""
        parts = [(predicate, term) for predicate, terms in self.nodes.get(node, {}).items() for term in terms]
        if len(parts) != 1 or str(parts[0][1]).startswith("_:"):
            return None
        return f"{compact(parts[0][0])} {show(parts[0][1])}"

    def _place(self, node: Term) -> tuple[Term, IRI, str]:
        """The node around a blank node, the predicate to it, and its position where that leads to a list."""
        around, predicate = self._around(node)
        position, cells = 1, {node}
        while predicate in (FIRST, REST) and around not in cells:
            cells.add(around)
            position += predicate == REST
            around, predicate = self._around(around)
        return around, predicate, f" {position}" if len(cells) > 1 else ""

    def _around(self, node: Term) -> tuple[Term, IRI]:
        """The first node that has *node* as an object, and the predicate; itself where there is none."""
        for predicate, subjects in self._backward.get(node, {}).items():
            return subjects[0], predicate
        return node, ""


def show(term: Term) -> str:
    """*term* for people: with a known prefix, or as Turtle has it."""
    if isinstance(term, Literal):
        return f'"{term.lexical}"^^{compact(term.datatype)}'
    return compact(term) if not term.startswith("_:") else term


def _syntax(path: Path) -> Syntax:
    syntax = syntax_of(path)
    if syntax is None:
        endings = ", ".join(ending for one in SYNTAXES.values() for ending in one.endings)
        raise ShapeError(f"no syntax of RDF has files that end in {path.suffix or path.name!r}; there are {endings}")
    return syntax
