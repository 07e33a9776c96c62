"""What PyPI shacl 0.3.4 says otherwise."""

from __future__ import annotations

from typing import Final

from semantic_gw.model import Literal, Term
from semantic_gw.rdf.namespaces import SH, XSD
from tests.validators.fuzz.case import Case
from tests.validators.fuzz.difference import Difference, case
from tests.validators.fuzz.lines import Line
from tests.validators.fuzz.orders import incomparable_as_iris, unordered_pairs
from tests.validators.fuzz.rewrites import (
    STAMPS_AS_TIMES,
    STAMPS_WITH_ZONE,
    TOKENS_UNORDERED,
    closed_node_shapes_only,
    literals_as,
    pattern_as,
    without,
)


def one_blank_node(line: Line) -> Line:
    return line._replace(focus=_unlabelled(line.focus) or "", value=_unlabelled(line.value))


def _unlabelled(term: Term | None) -> Term | None:
    return "_:" if isinstance(term, str) and term.startswith("_:") else term


def disjoint_of_its_own(given: Case) -> Case:
    """Without sh:qualifiedValueShapesDisjoint where several shapes have one qualified value shape."""
    shapes = [o for _, p, o in given.shapes if p == SH + "qualifiedValueShape"]
    return without("qualifiedValueShapesDisjoint")(given) if len(set(shapes)) < len(shapes) else given


def known(name: str, reason: str, example: object, **how: object) -> Difference:
    return Difference("shacl", name, reason, example, **how)  # type: ignore[arg-type]


SHACL: Final = (
    known(
        "the report names the blank nodes of the data anew",
        "Labels of blank nodes mean nothing outside their document (RDF 1.1 Concepts, 3.4).",
        case("s:1 sh:targetSubjectsOf :p ; sh:class :C .", "_:x :p :b ."),
        right="open",
        blur=one_blank_node,
    ),
    known(
        "sh:closed at a property shape looks at the focus node",
        "It looks at each value node, and its results carry the predicate of the triple (4.8.1).",
        case("s:1 sh:targetSubjectsOf :p ; sh:path :p ; sh:closed true .", ":a :p :b . :b :q :c ."),
        without=closed_node_shapes_only,
    ),
    known(
        "a sibling with the same qualified value shape counts against it",
        "The sibling shapes of a shape are those of its parents, minus its own (4.7.3).",
        case("s:1 sh:targetSubjectsOf :p ; sh:property s:2, s:3 . s:2 sh:path :p ; sh:qualifiedValueShape s:4 ; "
             "sh:qualifiedMinCount 1 ; sh:qualifiedValueShapesDisjoint true . s:3 sh:path :p ; "
             "sh:qualifiedValueShape s:4 ; sh:qualifiedMinCount 1 . s:4 sh:nodeKind sh:IRI .", ":a :p :b ."),
        without=disjoint_of_its_own,
    ),
    known(
        "language-tagged texts and xsd:anyURI have an order with texts",
        "SPARQL's < compares texts of xsd:string only (SPARQL 1.1, 17.3).",
        case('s:1 sh:targetObjectsOf :p ; sh:minExclusive "a" .', ':a :p "b"@en .'),
        without=lambda given: unordered_pairs(incomparable_as_iris(given)),
    ),
    known(
        "ill-formed numbers of derived types have an order",
        "What is not in the lexical space of its type has no value (RDF 1.1 Concepts, 3.3), and nothing to compare.",
        case("s:1 sh:targetObjectsOf :p ; sh:maxInclusive 5 .", ':a :p "-1"^^xsd:nonNegativeInteger .'),
        without=literals_as({Literal("-1", XSD + "nonNegativeInteger"): Literal("five", XSD + "nonNegativeInteger"),
                             Literal("300", XSD + "byte"): Literal("five", XSD + "byte")}),
    ),
    known(
        "an xsd:dateTimeStamp needs no time zone",
        "It does (XSD 1.1 part 2, 3.4.28); an engine need not know it, as SPARQL 1.1 (17.1) does not (4.1.2).",
        case(
            "s:1 sh:targetObjectsOf :p ; sh:datatype xsd:dateTimeStamp .",
            ':a :p "2026-11-24T10:15:00"^^xsd:dateTimeStamp .',
        ),
        right="open",
        without=STAMPS_WITH_ZONE,
    ),
    known(
        "xsd:token has an order with xsd:string",
        "SPARQL's < takes xsd:string; it substitutes subtypes for numeric operators only (SPARQL 1.1, 17.3), and "
        "lets an engine have more (17.3.1).",
        case('s:1 sh:targetObjectsOf :p ; sh:minExclusive "a" .', ':a :p "abc"^^xsd:token .'),
        right="open",
        without=TOKENS_UNORDERED,
    ),
    known(
        "xsd:dateTimeStamp has no order with xsd:dateTime",
        "It is derived from it and has its order (XSD 1.1 part 2, 3.4.28); SPARQL 1.1 (17.1) does not know it.",
        case(
            "s:1 sh:targetSubjectsOf :p ; sh:path :p ; sh:lessThan :q .",
            ':a :p "2026-11-24T10:15:00Z"^^xsd:dateTimeStamp ; :q "2026-11-25T00:00:00Z"^^xsd:dateTime .',
        ),
        right="open",
        without=STAMPS_AS_TIMES,
    ),
    known(
        "\\w is not that of XPath",
        "It stands for all but punctuation, separators and control characters (XSD 1.1 part 2, G.4.2.5): é and +, too.",
        case('s:1 sh:targetObjectsOf :p ; sh:pattern "^\\\\w+$" .', ':a :p "+5"^^xsd:integer .'),
        without=pattern_as("\\w", "[A-Za-z0-9é+]"),
    ),
)  # fmt: skip
