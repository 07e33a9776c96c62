"""What generated functions call: values to terms, as N-Quads text or as plain terms.

Each raises UnusualError for a value that the plain interpreter has something to say about: it then maps the payload.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from semantic_gw.lifters.rml.model import DEFAULT_GRAPH, TermType
from semantic_gw.lifters.rml.names import absolute, blank_node
from semantic_gw.lifters.rml.natural import BOOLEAN, DECIMAL, DOUBLE, INTEGER, STRING, lexical, override
from semantic_gw.lifters.rml.nquads import quoted
from semantic_gw.model import IRI, Json, Literal, Term
from semantic_gw.rdf.lexical import well_formed
from semantic_gw.rdf.namespaces import RDF, XSD

_DOUBLE_TEXT: Final = f'"^^<{DOUBLE}>'
_INTEGER_TEXT: Final = f'"^^<{INTEGER}>'
_TRUE_TEXT: Final = f'"true"^^<{BOOLEAN}>'
_FALSE_TEXT: Final = f'"false"^^<{BOOLEAN}>'
_PLAIN: Final[Mapping[IRI, tuple[type, ...]]] = {
    DOUBLE: (float, int),
    XSD + "float": (float, int),
    STRING: (float, int),
    INTEGER: (int,),
    DECIMAL: (int,),
}
"""Types of values whose digits are literals of a datatype as they are."""


class UnusualError(Exception):
    """A value is not what it is nearly always: the interpreter knows what to make of it."""


def text(value: Json) -> str:
    """The natural lexical form of a scalar."""
    kind = type(value)
    if kind is str:
        found: str = value
        return found
    if kind is dict or kind is list:
        raise UnusualError
    return lexical(value)


def encoded(encode: Callable[[str], str]) -> Callable[[Json], str]:
    """What makes of a scalar the part of a template; digits need no encoding."""

    def part(value: Json) -> str:
        kind = type(value)
        if kind is str:
            return encode(value)
        return repr(value) if kind is int else encode(text(value))

    return part


def natural_text(value: Json) -> str:
    """The natural literal of a scalar."""
    kind = type(value)
    if kind is float:
        return f'"{value!r}{_DOUBLE_TEXT}'
    if kind is str:
        return quoted(value)
    if kind is int:
        return f'"{value!r}{_INTEGER_TEXT}'
    if kind is bool:
        return _TRUE_TEXT if value else _FALSE_TEXT
    raise UnusualError


def natural_term(value: Json) -> Literal:
    """The natural literal of a scalar."""
    kind = type(value)
    if kind is str:
        return Literal(value, STRING)
    if kind is dict or kind is list:
        raise UnusualError
    return Literal(lexical(value), DOUBLE if kind is float else INTEGER if kind is int else BOOLEAN)


def string_text(value: Json) -> str:
    """A scalar as a text."""
    return quoted(text(value))


def string_term(value: Json) -> Literal:
    """A scalar as a text."""
    return Literal(text(value), STRING)


def typed_text(datatype: IRI) -> Callable[[Json], str]:
    """What makes literals of *datatype*."""
    ending = "" if datatype == STRING else f"^^<{datatype}>"
    short = f'"{ending}'
    make = typed_term(datatype)
    plain = _PLAIN.get(datatype, ())

    def literal(value: Json) -> str:
        return f'"{value!r}{short}' if type(value) in plain else quoted(make(value).lexical) + ending

    return literal


def typed_term(datatype: IRI) -> Callable[[Json], Literal]:
    """What makes literals of *datatype*."""
    plain = _PLAIN.get(datatype, ())

    def literal(value: Json) -> Literal:
        kind = type(value)
        if kind in plain and kind is int:
            return Literal(repr(value), datatype)
        if kind is dict or kind is list:
            raise UnusualError
        made = override(value, datatype)
        if not well_formed(made):
            raise UnusualError
        return made

    return literal


def tagged_text(language: str) -> Callable[[Json], str]:
    """What makes texts in *language*."""
    return lambda value: f"{quoted(text(value))}@{language}"


def tagged_term(language: str) -> Callable[[Json], Literal]:
    """What makes texts in *language*."""
    return lambda value: Literal(text(value), RDF + "langString", language)


def iri_text(term_type: TermType, base: IRI) -> Callable[[str], str]:
    """What makes IRIs of texts that may be relative, or none."""
    make = iri_term(term_type, base)
    return lambda written: f"<{make(written)}>"


def iri_term(term_type: TermType, base: IRI) -> Callable[[str], IRI]:
    """What makes IRIs of texts that may be relative, or none."""

    def make(written: str) -> IRI:
        found = absolute(written, term_type, base)
        if found is None:
            raise UnusualError
        return found

    return make


def blank(value: str, scope: str) -> str:
    """The label of a blank node."""
    return blank_node(value, scope)


def graph_text(written: str) -> str:
    """The end of a line in the graph *written*; the default graph is written as none."""
    return " .\n" if written == f"<{DEFAULT_GRAPH}>" else f" {written} .\n"


def graph_term(iri: str) -> str | None:
    """The graph *iri*; None is the default graph."""
    return None if iri == DEFAULT_GRAPH else iri


def term_text(term: Term) -> str:
    """A term as N-Quads write it."""
    if not isinstance(term, Literal):
        return term if term.startswith("_:") else f"<{term}>"
    written = quoted(term.lexical)
    if term.language is not None:
        return f"{written}@{term.language}"
    return written if term.datatype == STRING else f"{written}^^<{term.datatype}>"
