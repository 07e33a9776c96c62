"""One case of the literal suite: a property shape, the values it looks at, the verdict, and where that is argued from.

The verdicts were written down from the specifications, before any engine was asked. A case is *required* where SHACL
leaves no choice: the datatypes that SPARQL 1.1 supports (17.1), its operators (17.3), and terms.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from semantic_gw.model import Literal, Term, Triple
from semantic_gw.rdf.namespaces import RDF, SH, XSD
from semantic_gw.rdf.serialize import term_text

EX = "https://example.com/"
FOCUS = EX + "thing"
_SIGNED = ("integer", "nonPositiveInteger", "negativeInteger", "long", "int", "short", "byte")
_UNSIGNED = ("nonNegativeInteger", "positiveInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte")
_OTHERS = ("string", "boolean", "decimal", "float", "double", "dateTime")
SPARQL_TYPES = frozenset(XSD + name for name in (*_SIGNED, *_UNSIGNED, *_OTHERS))
"""The operand datatypes of SPARQL 1.1 (17.1)."""


@dataclass(frozen=True, slots=True)
class Case:
    """*constraints* is Turtle of the property shape for ex:p; *verdict* is whether *values* conform."""

    constraints: str
    values: tuple[Term, ...]
    verdict: bool
    why: str
    required: bool = True
    others: tuple[Term, ...] = ()
    """values of ex:q"""

    @property
    def id(self) -> str:
        shown = ", ".join(show(value) for value in self.values)
        beside = ", ".join(show(value) for value in self.others)
        return f"{self.constraints} | {shown}" + (f" | {beside}" if beside else "")

    @property
    def shapes(self) -> str:
        """The shapes graph, in Turtle."""
        return f"""
            @prefix ex: <{EX}> . @prefix rdf: <{RDF}> . @prefix sh: <{SH}> . @prefix xsd: <{XSD}> .
            ex:Shape a sh:NodeShape ; sh:targetNode ex:thing ; sh:property [ sh:path ex:p ; {self.constraints} ] .
        """

    @property
    def triples(self) -> list[Triple]:
        return [(FOCUS, EX + "p", value) for value in self.values] + [(FOCUS, EX + "q", v) for v in self.others]


def term(text: str) -> Term:
    """A term in short: `5^integer`, `a^ex:mine`, `warm@en`, `<urn:a>`.

    >>> term("5^integer").datatype
    'http://www.w3.org/2001/XMLSchema#integer'
    """
    if text.startswith("<") and text.endswith(">"):
        return text[1:-1]
    lexical, mark, name = text.rpartition("^")
    if not mark:
        lexical, _, language = text.rpartition("@")
        return Literal(lexical, RDF + "langString", language)
    prefix, _, local = name.rpartition(":")
    return Literal(lexical, {"": XSD, "rdf": RDF, "ex": EX}[prefix] + local)


def turtle(value: Term) -> str:
    """*value* in Turtle, with the prefix xsd:."""
    return re.sub(f"<{XSD}([A-Za-z]+)>", r"xsd:\1", term_text(value))


def show(value: Term) -> str:
    """*value* in Turtle, on one line, and not long."""
    if isinstance(value, Literal) and len(value.lexical) > 40:
        value = value._replace(lexical=f"{value.lexical[:20]}…{value.lexical[-12:]}")
    text = turtle(value)
    return text if text.isprintable() else text.encode("unicode_escape").decode()


def datatype(name: str, lexical: str, verdict: bool, why: str) -> Case:
    """sh:datatype (SHACL, 4.1.2)."""
    value = term(f"{lexical}^{name}")
    assert isinstance(value, Literal)
    prefixed = name if ":" in name else f"xsd:{name}"
    return Case(f"sh:datatype {prefixed}", (value,), verdict, why, required=value.datatype in SPARQL_TYPES)


def compared(constraint: str, value: str, bound: str, verdict: bool, why: str) -> Case:
    """sh:minInclusive and its like (SHACL, 4.3)."""
    required = all(_has_operator(term(one)) for one in (value, bound))
    return Case(f"sh:{constraint} {turtle(term(bound))}", (term(value),), verdict, why, required)


def pair(constraint: str, value: str, other: str, verdict: bool, why: str) -> Case:
    """sh:lessThan and its like (SHACL, 4.5)."""
    required = constraint in ("equals", "disjoint") or all(_has_operator(term(one)) for one in (value, other))
    return Case(f"sh:{constraint} ex:q", (term(value),), verdict, why, required, (term(other),))


def _has_operator(value: Term) -> bool:
    """Whether SPARQL says what comparing *value* gives, be it an error (17.3)."""
    return not isinstance(value, Literal) or value.datatype in SPARQL_TYPES or value.language is not None


def pattern(pattern: str, flags: str, text: str, verdict: bool, why: str) -> Case:
    """sh:pattern (SHACL, 4.4.3)."""
    quoted = turtle(Literal(pattern, XSD + "string"))
    given = f' ; sh:flags "{flags}"' if flags else ""
    value = term(text) if text.startswith("<") else Literal(text, XSD + "string")
    return Case(f"sh:pattern {quoted}{given}", (value,), verdict, why)


def members(constraint: str, value: str, parameters: str, verdict: bool, why: str) -> Case:
    """sh:in, sh:hasValue, sh:languageIn, sh:minLength and other constraints whose parameters are given in Turtle."""
    return Case(f"sh:{constraint} {parameters}", (term(value),), verdict, why)
