"""A mapping document as a graph of nodes, with places for messages to people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from semantic_gw.errors import MappingError
from semantic_gw.lifters.rml.model import Place
from semantic_gw.lifters.rml.vocabulary.legacy import renamed
from semantic_gw.lifters.rml.vocabulary.lines import Lines
from semantic_gw.model import IRI, Literal

_FORMATS: Final = {
    "turtle": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}

_Node = ox.NamedNode | ox.BlankNode
_Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class Graph:
    """The triples of a document, by subject and predicate; terms of the older vocabulary under their new names."""

    def __init__(self, text: str, document: str, base: IRI, format: str = "turtle") -> None:
        """Raises MappingError where *text* is no RDF."""
        self.document = document
        self._lines = Lines(text, base)
        self._predicates: dict[_Term, dict[IRI, list[_Term]]] = {}
        self.old = False
        """Whether terms of the older vocabulary say where iterations come from."""
        try:
            for quad in ox.parse(text.encode(), _FORMATS[format], base_iri=base):
                self._add(quad)
        except SyntaxError as error:
            raise MappingError(f"{document}{_line(error)}: no {format}: {_told(error)}") from None
        except ValueError as error:
            raise MappingError(f"{document}: no {format}: {error}") from None

    def _add(self, quad: ox.Quad) -> None:
        predicate = quad.predicate.value
        new = renamed(predicate)
        self.old = self.old or (new != predicate and new.endswith("/logicalSource"))
        self._predicates.setdefault(quad.subject, {}).setdefault(new, []).append(quad.object)

    def nodes(self) -> Iterator[Node]:
        """All subjects, in the order of the document."""
        for term in self._predicates:
            if isinstance(term, ox.NamedNode | ox.BlankNode):
                yield Node(term, self, Place(self.document))

    def properties(self, term: _Term) -> Mapping[IRI, Sequence[_Term]]:
        """What is said of *term*, by predicate."""
        return self._predicates.get(term, {})

    def line(self, text: str, place: Place) -> int | None:
        """The line where *text* stands as a string, if there is only one: of those of *place*, or of all."""
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return self._lines.only([f'"{written}"' for written in dict.fromkeys((text, escaped))], place.line)

    def line_of(self, iri: IRI, place: Place) -> int | None:
        """The line of *place* where *iri* stands, if there is only one."""
        return self._lines.only(self._lines.spellings(iri), place.line) if place.line else None

    def start(self, iri: IRI) -> int | None:
        """The line where what is said of *iri* begins, if it begins once, at the start of a line."""
        return self._lines.start(iri)


@dataclass(frozen=True, slots=True)
class Node:
    """A node of a mapping's graph, and the place it is told of at."""

    term: _Node
    graph: Graph
    place: Place

    @property
    def id(self) -> str:
        """The IRI of the node, or its label with `_:`."""
        return self.term.value if isinstance(self.term, ox.NamedNode) else str(self.term)

    @property
    def is_blank(self) -> bool:
        """Whether the node has no IRI."""
        return isinstance(self.term, ox.BlankNode)

    @property
    def properties(self) -> Mapping[IRI, Sequence[_Term]]:
        """What is said of it, by predicate."""
        return self.graph.properties(self.term)

    def has(self, *predicates: IRI) -> bool:
        """Whether something is said of it with any of *predicates*."""
        return any(predicate in self.properties for predicate in predicates)

    def objects(self, predicate: IRI, part: str = "") -> list[Node | Literal]:
        """All objects of *predicate*, as nodes (told of as *part*) or literals."""
        terms = self.properties.get(predicate, ())
        names = [part if len(terms) == 1 else f"{part} {number}" for number in range(1, len(terms) + 1)]
        return [self._object(term, name) for term, name in zip(terms, names, strict=True)]

    def _object(self, term: _Term, part: str) -> Node | Literal:
        if isinstance(term, ox.Literal):
            return Literal(term.value, term.datatype.value, term.language)
        if isinstance(term, ox.NamedNode | ox.BlankNode):
            return Node(term, self.graph, self.place.within(part) if part else self.place)
        raise MappingError(f"{self.place}: a quoted triple stands where a mapping wants a node or a literal")

    def nodes(self, predicate: IRI, part: str) -> list[Node]:
        """All objects of *predicate*. Raises MappingError where one is a literal."""
        found = []
        for each in self.objects(predicate, part):
            if isinstance(each, Literal):
                raise MappingError(f"{self.place}: {part} is the text {each.lexical!r}, where a node is wanted")
            found.append(each)
        return found

    def only(self, predicate: IRI, part: str) -> Node | Literal | None:
        """The object of *predicate*, if any. Raises MappingError where there are several."""
        found = self.objects(predicate, part)
        if len(found) > 1:
            raise MappingError(f"{self.place}: there are {len(found)} of <{predicate}>, where one is wanted")
        return found[0] if found else None

    def only_node(self, predicate: IRI, part: str) -> Node | None:
        """The object of *predicate*, if any. Raises MappingError where there are several, or it is a literal."""
        found = self.only(predicate, part)
        if isinstance(found, Literal):
            raise MappingError(f"{self.place}: {part} is the text {found.lexical!r}, where a node is wanted")
        return found

    def text(self, predicate: IRI) -> str | None:
        """The text of *predicate*, if any. Raises MappingError where there are several, or it is a node."""
        found = self.only(predicate, "")
        if isinstance(found, Node):
            raise MappingError(f"{self.place}: <{predicate}> is the node {found.id}, where a text is wanted")
        return found.lexical if found is not None else None

    def at(self, text: str) -> Place:
        """The place of *text*, which this node says."""
        return Place(self.place.document, self.place.node, self.graph.line(text, self.place) or self.place.line)

    def at_term(self, term: Node | Literal) -> Place:
        """The place of *term*, which this node says."""
        if isinstance(term, Literal):
            return self.at(term.lexical)
        return Place(self.place.document, self.place.node, self.graph.line_of(term.id, self.place) or self.place.line)


def _line(error: SyntaxError) -> str:
    return f" line {error.lineno}" if error.lineno else ""


def _told(error: SyntaxError) -> str:
    return str(error.msg or error)
