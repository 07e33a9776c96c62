"""What TopBraid SHACL 1.5.0 says otherwise."""

from __future__ import annotations

from typing import Final

from semantic_gw.model import Literal
from semantic_gw.rdf.namespaces import SH, XSD
from tests.validators.fuzz.difference import Difference, case
from tests.validators.fuzz.lines import Line
from tests.validators.fuzz.orders import unordered_pairs
from tests.validators.fuzz.rewrites import (
    NO_ORDER,
    STAMPS_AS_TIMES,
    TOKENS_UNORDERED,
    has_inverse,
    implicit_targets_typed,
    literal_nodes_as_iris,
    literals_as,
    may_be_empty,
    paths_of,
    pattern_as,
    renamed,
)

NAN: Final = Literal("NaN", XSD + "double")


def without_focus_of_closed(line: Line) -> Line:
    return line._replace(focus="") if line.component == SH + "ClosedConstraintComponent" else line


def known(name: str, reason: str, example: object, **how: object) -> Difference:
    return Difference("topbraid", name, reason, example, **how)  # type: ignore[arg-type]


TOPBRAID: Final = (
    known(
        "an implicit class target of a shape without a type does not count",
        "A shape that is a rdfs:Class is for its instances (2.1.3.3); whatever has a parameter is a shape (2.1).",
        case("s:1 a rdfs:Class ; sh:class :C .", ":a a s:1 ."),
        without=implicit_targets_typed,
    ),
    known(
        "sh:lessThanOrEquals holds between equal terms that have no order",
        "A result is due where the values cannot be compared (4.5.4), and SPARQL's <= has no meaning for IRIs and for "
        "language-tagged texts (SPARQL 1.1, 17.3).",
        case("s:1 sh:targetSubjectsOf :p ; sh:path :p ; sh:lessThanOrEquals :p .", ':a :p "b"@en .'),
        without=renamed("lessThanOrEquals", "lessThan"),
    ),
    known(
        "NaN keeps every bound",
        "NaN is neither more nor less than any number (XPath Functions 3.1, 4.3); sh:minExclusive wants a comparison "
        "that holds (4.3.1).",
        case("s:1 sh:targetObjectsOf :p ; sh:minExclusive 5 .", ':a :p "NaN"^^xsd:double .'),
        without=literals_as({NAN: NO_ORDER}),
    ),
    known(
        "sh:equals at a literal is always fine",
        "A literal has no values of any property, so that it does not equal them as its own value node (4.5.1).",
        case("s:1 sh:targetObjectsOf :p ; sh:equals :p .", ':a :p "b" .'),
        without=renamed("equals", "disjoint"),
    ),
    known(
        "an optional path loses the literal it starts from",
        "A path of length zero connects every term with itself (SPARQL 1.1, 18.4).",
        case("s:1 sh:targetObjectsOf :p ; sh:path [ sh:zeroOrMorePath [ sh:zeroOrMorePath :p ] ] ; sh:class :C .",
             ':a :p "b" .'),
        without=lambda given: literal_nodes_as_iris(given) if any(map(may_be_empty, paths_of(given))) else given,
    ),
    known(
        "an inverse path from a literal leads nowhere",
        "^p leads from every object of p, literals too, to its subjects (SPARQL 1.1, 18.4).",
        case("s:1 sh:targetObjectsOf :p ; sh:path [ sh:inversePath :p ] ; sh:class :C .", ':a :p "b" .'),
        without=lambda given: literal_nodes_as_iris(given) if any(map(has_inverse, paths_of(given))) else given,
    ),
    known(
        "sh:closed at a property shape reports the value node as focus node",
        "The focus node of a result is the one that was validated against the shape (3.6.2.1); that of sh:closed names "
        "the triple of the value node by path and value (4.8.1).",
        case("s:1 sh:targetSubjectsOf :p ; sh:path :p ; sh:closed true .", ":a :p :b . :b :q :c ."),
        blur=without_focus_of_closed,
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
        "texts of one language have an order",
        "SPARQL's < compares texts of xsd:string only (SPARQL 1.1, 17.3).",
        case("s:1 sh:targetSubjectsOf :p ; sh:path :p ; sh:lessThan :q .", ':a :p "a"@en ; :q "b"@en .'),
        without=unordered_pairs,
    ),
    known(
        "dates with and without a zone never have an order",
        "They have one where it holds for every zone (XSD 1.1 part 2, 3.3.9, D.2.1).",
        case(
            "s:1 sh:targetSubjectsOf :p ; sh:path :p ; sh:lessThan :q .",
            ':a :p "2026-11-24Z"^^xsd:date ; :q "2026-11-25"^^xsd:date .',
        ),
        without=literals_as({Literal("2026-11-24Z", XSD + "date"): Literal("2026-11-24", XSD + "date")}),
    ),
    known(
        "\\w is not that of XPath",
        "It stands for all but punctuation, separators and control characters (XSD 1.1 part 2, G.4.2.5): é and +, too.",
        case('s:1 sh:targetObjectsOf :p ; sh:pattern "^\\\\w+$" .', ':a :p "+5"^^xsd:integer .'),
        without=pattern_as("\\w", "[A-Za-z0-9é+]"),
    ),
)  # fmt: skip
