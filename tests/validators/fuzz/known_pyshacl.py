"""What pySHACL 0.40.1 says otherwise."""

from __future__ import annotations

from typing import Final

from semantic_gw.model import Literal
from semantic_gw.rdf.namespaces import XSD
from tests.validators.fuzz.difference import Difference, case
from tests.validators.fuzz.lines import Line
from tests.validators.fuzz.orders import incomparable_as_iris, unordered_pairs
from tests.validators.fuzz.rewrites import (
    STAMPS_WITH_ZONE,
    blank_nodes_as_iris,
    depth,
    implicit_targets_typed,
    inverses_inward,
    literals_as,
    only_with,
    paths_as,
    pattern_as,
)

CUT = 3
"""Paths that are nested so deeply may be cut short."""


def without_deep_path(line: Line) -> Line:
    return line._replace(path="") if depth(line.path) >= CUT else line


def known(name: str, reason: str, example: object, **how: object) -> Difference:
    return Difference("pyshacl", name, reason, example, **how)  # type: ignore[arg-type]


PYSHACL: Final = (
    known(
        "an implicit class target of a shape without a type does not count",
        "A shape that is a rdfs:Class is for its instances (2.1.3.3); whatever has a parameter is a shape (2.1).",
        case("s:1 a rdfs:Class ; sh:class :C .", ":a a s:1 ."),
        without=implicit_targets_typed,
    ),
    known(
        "the report cuts deep paths short",
        "The path of a result is that of its shape (3.6.2.2).",
        case("s:1 sh:targetSubjectsOf :p ; sh:class :C ; sh:path [ sh:alternativePath ( :p [ sh:alternativePath "
             "( :p [ sh:alternativePath ( :p [ sh:alternativePath ( :p :q ) ] ) ] ) ] ) ] .", ":a :p :b ."),
        blur=without_deep_path,
    ),
    known(
        "the inverse of a sequence is walked in the wrong order",
        "^(p/q) is ^q/^p (SPARQL 1.1, 18.4).",
        case("s:1 sh:targetNode :c ; sh:class :C ; sh:path [ sh:inversePath ( :p :q ) ] .", ":a :p :b . :b :q :c ."),
        without=paths_as(inverses_inward),
    ),
    known(
        "a comparison with a blank node stops the validation",
        "A result is due where the values cannot be compared (4.5.3, 4.5.4).",
        case("s:1 sh:targetSubjectsOf :p ; sh:path :p ; sh:lessThan :q .", ":a :p _:x ; :q 1 ."),
        without=unordered_pairs,
    ),
    known(
        "terms that have no order are compared as rdflib sorts them",
        "A result is due where the values cannot be compared (4.3.1 to 4.3.4, 4.5.3, 4.5.4); SPARQL's < compares "
        "numbers with numbers, texts with texts, times with times (SPARQL 1.1, 17.3).",
        case('s:1 sh:targetObjectsOf :p ; sh:minExclusive "a" .', ':a :p "b"@en .'),
        without=lambda given: unordered_pairs(incomparable_as_iris(given)),
    ),
    known(
        "a blank node has a length",
        "A blank node always gives a result (4.4.1).",
        case("s:1 sh:targetSubjectsOf :p ; sh:minLength 0 .", "_:x :p :b ."),
        without=only_with("minLength", rewrite=blank_nodes_as_iris),
    ),
    known(
        "24:00:00 is ill-formed",
        "It is the first instant of the next day (XSD 1.1 part 2, 3.3.7.2).",
        case("s:1 sh:targetObjectsOf :p ; sh:datatype xsd:dateTime .", ':a :p "2026-11-24T24:00:00Z"^^xsd:dateTime .'),
        without=literals_as({Literal("2026-11-24T24:00:00Z", XSD + "dateTime"):
                             Literal("2026-11-25T00:00:00Z", XSD + "dateTime")}),
    ),
    known(
        "a date is a well-formed xsd:dateTime",
        "An xsd:dateTime has a time (XSD 1.1 part 2, 3.3.7.2).",
        case("s:1 sh:targetObjectsOf :p ; sh:datatype xsd:dateTime .", ':a :p "2026-11-24"^^xsd:dateTime .'),
        without=literals_as({Literal("2026-11-24", XSD + "dateTime"): Literal("no time", XSD + "dateTime")}),
    ),
    known(
        "patterns are those of Python",
        "A pattern is one of XPath (4.4.3, SPARQL 1.1, 17.4.3.14), which has \\\\p{L}.",
        case('s:1 sh:targetObjectsOf :p ; sh:pattern "^\\\\p{L}+$" .', ':a :p "a" .'),
        without=pattern_as("\\p{L}", "[A-Za-zé]"),
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
        "numbers are read as Python reads them",
        "nan is no xsd:double, and 1e3 no xsd:decimal (XSD 1.1 part 2, 3.3.5, 3.3.3).",
        case("s:1 sh:targetObjectsOf :p ; sh:datatype xsd:decimal .", ':a :p "1e3"^^xsd:decimal .'),
        without=literals_as({Literal("1e3", XSD + "decimal"): Literal("five", XSD + "decimal"),
                             Literal("nan", XSD + "double"): Literal("five", XSD + "double")}),
    ),
    known(
        "\\w is not that of XPath",
        "It stands for all but punctuation, separators and control characters (XSD 1.1 part 2, G.4.2.5): é and +, too.",
        case('s:1 sh:targetObjectsOf :p ; sh:pattern "^\\\\w+$" .', ':a :p "+5"^^xsd:integer .'),
        without=pattern_as("\\w", "[A-Za-z0-9é+]"),
    ),
)  # fmt: skip
