"""What an RML mapping says, whatever vocabulary it was written in: triples maps over logical sources.

A triples map makes, of each iteration of its source, one subject and some triples about it:

    TriplesMap("<#Lamp>", source, TermMap(Template(("http://example.com/", Reference("$.id")))),
        predicate_objects=(PredicateObjectMap((constant(RDFS.label),), (TermMap(Reference("$.name"), LITERAL),)),))

Every part knows its place in the document; places do not count when parts are compared, so that two logical sources
that say the same are the same ("effectively equal", RML-Core, Join Condition).
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from semantic_gw.model import IRI, Term

DEFAULT_GRAPH: IRI = "http://w3id.org/rml/defaultGraph"
"""What a graph map names when it means the graph without a name."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is said: a document, and a line or a node in it.

    >>> str(Place("kitchen.yaml", line=14)), str(Place("lamp.ttl", "triples map <#Lamp>, subject map"))
    ('kitchen.yaml line 14', 'lamp.ttl, triples map <#Lamp>, subject map')
    """

    document: str
    node: str = ""
    line: int | None = None

    def __str__(self) -> str:
        where = self.document if self.line is None else f"{self.document} line {self.line}"
        return f"{where}, {self.node}" if self.node else where

    def within(self, part: str, line: int | None = None) -> Place:
        """The place of *part* of what stands here."""
        return Place(self.document, f"{self.node}, {part}" if self.node else part, line or self.line)


NOWHERE = Place("the mapping")


class TermType(enum.StrEnum):
    """The kind of term that a term map makes (RML-Core, Term Types)."""

    IRI = "IRI"
    URI = "URI"
    UNSAFE_IRI = "UnsafeIRI"
    UNSAFE_URI = "UnsafeURI"
    BLANK_NODE = "BlankNode"
    LITERAL = "Literal"

    @property
    def names(self) -> bool:
        """Whether terms of this type are IRIs."""
        return self not in (TermType.BLANK_NODE, TermType.LITERAL)


@dataclass(frozen=True, slots=True)
class Constant:
    """The same term for every iteration."""

    value: Term


@dataclass(frozen=True, slots=True)
class Reference:
    """What stands at *text* in the iteration: a JSONPath, a column, an XPath, by the source's formulation."""

    text: str
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Template:
    """Texts and references, one after the other; several values give the Cartesian product."""

    parts: tuple[str | Reference, ...]
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Input:
    """What a function gets for one of its parameters (an IRI of FnO: the parameter's own or its predicate's)."""

    parameter: IRI
    value: Expression
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """The execution of a function, and which of its results is meant; without *returns* the first (RML-FNML)."""

    function: IRI
    inputs: tuple[Input, ...] = ()
    returns: IRI | None = None
    place: Place = field(default=NOWHERE, compare=False)


Expression = Constant | Reference | Template | Call


@dataclass(frozen=True, slots=True)
class TermMap:
    """How terms are made of an iteration; without an *expression*, a blank node of its own for each iteration.

    Where there are *conditions*, no term is made unless all are true.
    """

    expression: Expression | None
    term_type: TermType = TermType.IRI
    language: Expression | None = None
    datatype: Expression | None = None
    conditions: tuple[Expression, ...] = ()
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Join:
    """A child's iteration meets a parent's where both expressions have a value in common."""

    child: Expression
    parent: Expression


@dataclass(frozen=True, slots=True)
class ReferencingObjectMap:
    """Objects that are the subjects of a *parent*: those of the same iteration, or those that all *joins* find."""

    parent: str
    joins: tuple[Join, ...] = ()
    conditions: tuple[Expression, ...] = ()
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class PredicateObjectMap:
    """Each predicate with each object, in the subject's graphs and in *graphs*."""

    predicates: tuple[TermMap, ...]
    objects: tuple[TermMap | ReferencingObjectMap, ...]
    graphs: tuple[TermMap, ...] = ()


class Formulation(enum.StrEnum):
    """How references find values (reference formulations of RML-IO-Registry)."""

    CSV = "CSV"
    JSONPATH = "JSONPath"
    XPATH = "XPath"
    SPARQL = "SPARQL"


class Compression(enum.StrEnum):
    """How a file is packed (RML-IO, Compression formats)."""

    NONE = "none"
    GZIP = "gzip"
    ZIP = "zip"
    TAR_GZIP = "targz"
    TAR_XZ = "tarxz"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a table is written (CSV on the Web, Metadata Vocabulary, 5.9)."""

    delimiter: str = ","
    quote: str = '"'
    double_quote: bool = True
    header: bool = True
    skip_rows: int = 0
    comment: str = ""
    trim: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """A file, relative to the mapping's folder or to the absolute folder *root*."""

    path: str
    root: str = ""
    encoding: str = "utf-8"
    compression: Compression = Compression.NONE
    dialect: Dialect = Dialect()


@dataclass(frozen=True, slots=True)
class Stream:
    """Payloads that come in from *target* (W3C WoT, a form): what the gateway feeds, and a batch run cannot."""

    target: str
    content_type: str = ""
    options: tuple[tuple[str, str], ...] = ()
    """Terms of protocol bindings, as in the form: `("http://www.w3.org/2011/http#methodName", "GET")`."""

    @property
    def protocol(self) -> str:
        """The scheme of the target: mqtt, mqtts, kafka, http, https, tcp."""
        return self.target.partition(":")[0].lower()


@dataclass(frozen=True, slots=True)
class LogicalSource:
    """Where iterations come from (RML-Core, Logical Sources).

    *nulls* are values that count as none. With *typed*, numbers and truth values of JSON keep their types (RML-Core,
    natural RDF literals), else every value is a text. With *loose*, a reference may leave out the `$.` of a JSONPath.
    """

    access: File | Stream
    formulation: Formulation
    iterator: str | None = None
    nulls: frozenset[str] = frozenset()
    namespaces: tuple[tuple[str, IRI], ...] = ()
    typed: bool = True
    loose: bool = False
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class TriplesMap:
    """How triples about one subject are made of each iteration of *source*.

    Without a *source* nothing in it may depend on one, and there is one iteration. *base* is put before what is no
    absolute IRI; None is the base of the run.
    """

    id: str
    source: LogicalSource | None
    subject: TermMap
    classes: tuple[IRI, ...] = ()
    graphs: tuple[TermMap, ...] = ()
    predicate_objects: tuple[PredicateObjectMap, ...] = ()
    base: IRI | None = None
    place: Place = field(default=NOWHERE, compare=False)

    def term_maps(self) -> Iterator[TermMap]:
        """All term maps in it."""
        yield self.subject
        yield from self.graphs
        for each in self.predicate_objects:
            yield from each.predicates
            yield from each.graphs
            yield from (made for made in each.objects if isinstance(made, TermMap))

    def references(self) -> Iterator[ReferencingObjectMap]:
        """All its referencing object maps."""
        for each in self.predicate_objects:
            yield from (made for made in each.objects if isinstance(made, ReferencingObjectMap))


@dataclass(frozen=True, slots=True)
class Mapping:
    """All triples maps of a document.

    *base* is what the document itself says is put before relative IRIs, if it does. A *forgiving* mapping leaves out
    what cannot be made, and calls it no error: what documents in the older vocabulary count on.
    """

    triples_maps: tuple[TriplesMap, ...]
    document: str = ""
    base: IRI | None = None
    forgiving: bool = False

    def sources(self) -> tuple[LogicalSource, ...]:
        """Its logical sources, each once."""
        return tuple(dict.fromkeys(each.source for each in self.triples_maps if each.source is not None))

    def owners(self) -> Owners:
        """The number of each of its term maps: what tells the blank nodes apart that no value names."""
        found: dict[tuple[str, int], int] = {}
        for triples_map in self.triples_maps:
            for term_map in triples_map.term_maps():
                found.setdefault((triples_map.id, id(term_map)), len(found))
        return lambda triples_map, term_map: found.get((triples_map.id, id(term_map)), len(found))


Owners = Callable[[TriplesMap, TermMap], int]
"""The number of a term map in its mapping."""
