"""What is known of every graph that a mapping can make, before any payload came: its abstract graph.

A mapping makes blocks of triples; a block is there or not, all of it or nothing of it. Terms are constant, minted for
each message, or vary with the payload within bounds that the mapping keeps.

A thermometer's description makes, in the block of its temperature:

    (Minted("#temperature/result"), saref:hasValue, Variable("temperature", xsd:double, minimum=-40, maximum=80))
    (Minted("#temperature/result"), saref:isMeasuredIn, Constant(unit:DEG_C))
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from semantic_gw.model import IRI, Term


@dataclass(frozen=True, slots=True)
class Constant:
    """The same term in every message."""

    term: Term


@dataclass(frozen=True, slots=True)
class Minted:
    """An IRI made anew for each message. Two names never give the same IRI, nor one that is a Constant."""

    name: str


@dataclass(frozen=True, slots=True)
class Variable:
    """A term that varies with the payload. Where it stands twice, it is the same term.

    With *terms* it is one of these. Else it is a literal of *datatype* (or of one of *datatypes*), always well-formed
    but for xsd:string: texts of payloads may hold any character. A number is *finite* and lies within *minimum* and
    *maximum* where they are set; a text has *least_length* to *most_length* characters, begins with *beginning* and
    ends with *ending*. With neither terms nor datatype, it is an IRI of which nothing else is known.
    """

    name: str
    datatype: IRI | None = None
    terms: frozenset[Term] | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    least_length: int = 0
    most_length: int | None = None
    language: str | None = None
    beginning: str = ""
    ending: str = ""
    datatypes: frozenset[IRI] = frozenset()
    finite: bool = True


AbstractTerm = Constant | Minted | Variable


@dataclass(frozen=True, slots=True)
class AbstractTriple:
    """A triple that is there exactly in the messages where all blocks of *blocks* are."""

    subject: AbstractTerm
    predicate: IRI
    object: AbstractTerm
    blocks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AbstractGraph:
    """All triples that may be in one graph of a mapping. A graph has at least one of *blocks* that is in *any_of*."""

    triples: tuple[AbstractTriple, ...]
    rules: Mapping[str, str] = field(default_factory=dict)
    """Block → the rule that makes it, for people: `affordance temperature`, `kitchen.rml.ttl line 14`."""
    any_of: frozenset[str] = frozenset()
    graph: AbstractTerm | None = None
    """The IRI of the graph itself, where triples speak of it."""
    partly: frozenset[AbstractTerm] = frozenset()
    """Nodes of which graphs may say more than *triples* tell."""
