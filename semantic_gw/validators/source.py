"""A shapes graph as it is read: nodes and their parameters, with errors that name the file and the node."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NoReturn

import pyoxigraph

from semantic_gw.errors import ShapeError
from semantic_gw.model import IRI, Literal, Term, Triple
from semantic_gw.rdf.namespaces import RDF, SH, XSD, compact
from semantic_gw.validators.view import index

FIRST, REST, NIL = RDF + "first", RDF + "rest", RDF + "nil"
_TEXTS = (XSD + "string", RDF + "langString")
_WHOLE = re.compile(r"\+?[0-9]{1,9}|-0")


class ShapesGraph:
    """All shapes of some files. Blank nodes are texts that start with `_:`, different in each file."""

    def __init__(self) -> None:
        self.triples: list[Triple] = []
        self.file_of: dict[Term, str] = {}
        self.nodes = index(())

    @classmethod
    def read(cls, sources: Iterable[Path | str]) -> ShapesGraph:
        """The shapes of Turtle files, or of Turtle itself (a `str`). Raises ShapeError naming file and line."""
        graph = cls()
        for number, source in enumerate(sources):
            name = str(source) if isinstance(source, Path) else f"shapes {number}"
            try:
                turtle = source.read_bytes() if isinstance(source, Path) else source.encode()
                graph.add(turtle, name, f"f{number}")
            except (SyntaxError, OSError, ValueError) as error:
                raise ShapeError(f"{name}: {error}") from error
        return graph

    def add(self, turtle: bytes, file: str, label: str = "f", base: IRI | None = None) -> None:
        """Add the triples of *turtle*. Raises SyntaxError, and ValueError for what is no RDF 1.1."""
        quads = pyoxigraph.parse(turtle, format=pyoxigraph.RdfFormat.TURTLE, base_iri=base)
        for quad in quads:
            subject, predicate = _term(quad.subject, label), _term(quad.predicate, label)
            self.triples.append((str(subject), str(predicate), _term(quad.object, label)))
            self.file_of.setdefault(subject, file)
        self.nodes = index(self.triples)

    def terms(self, node: Term, predicate: IRI) -> Sequence[Term]:
        return self.nodes.get(node, {}).get(predicate, ())

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
        if (
            not isinstance(value, Literal)
            or value.datatype != XSD + "boolean"
            or value.lexical not in ("true", "false", "1", "0")
        ):
            self.fail(node, f"wants true or false for {name}, not {show(value)}")
        return value.lexical in ("true", "1")

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
        raise ShapeError(f"{self.file_of.get(node, 'shapes')}: shape {self.name(node)} {why}")

    def name(self, node: Term) -> str:
        """*node* for people: its IRI, or for a blank node the IRI of the shape around it and its path."""
        if isinstance(node, str) and node.startswith("_:"):
            around = next((s for s, p, o in self.triples if o == node), None)
            path = self.terms(node, SH + "path")
            here = f"[sh:path {show(path[0])}]" if path else "[]"
            return f"{self.name(around)} / {here}" if around is not None and around != node else here
        return show(node)


def show(term: Term) -> str:
    if isinstance(term, Literal):
        return f'"{term.lexical}"^^{compact(term.datatype)}'
    return compact(term) if not term.startswith("_:") else term


def _term(term: object, label: str) -> Term:
    if isinstance(term, pyoxigraph.NamedNode):
        return term.value
    if isinstance(term, pyoxigraph.Literal):
        return Literal(term.value, term.datatype.value, term.language)
    if isinstance(term, pyoxigraph.BlankNode):
        return f"_:{label}{term.value}"
    raise ValueError(f"{term} is no term of RDF 1.1")
