from __future__ import annotations

import pytest

from semantic_gw.lifters.rml.compiler.uniqueness import Made, begins_absolute, may_repeat
from semantic_gw.lifters.rml.model import Constant, Place, Reference, TermMap, TermType
from semantic_gw.lifters.rml.templates import parse_template
from semantic_gw.model import Literal
from semantic_gw.rdf.namespaces import XSD


def iri(text: str, term_type: TermType = TermType.IRI) -> TermMap:
    return TermMap(parse_template(text, Place("m")), term_type)


def text(value: str) -> TermMap:
    return TermMap(Constant(Literal(value, XSD + "string")), TermType.LITERAL)


def value(path: str, language: Constant | None = None) -> TermMap:
    return TermMap(Reference(path), TermType.LITERAL, language)


S, P = iri("http://s/{a}"), TermMap(Constant("http://p"))


def triple(s: TermMap = S, p: TermMap = P, o: TermMap = text("o"), g: TermMap | None = None) -> Made:  # noqa: B008
    return s, p, o, g


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (triple(o=text("a")), triple(o=text("b"))),
        (triple(o=value("a")), triple(o=iri("http://o/{a}"))),
        (triple(s=iri("http://s/{a}/x")), triple(s=iri("http://s/{a}/y"))),
        (triple(s=iri("http://s/{a}")), triple(s=iri("http://s/{a}/x"))),
        (triple(s=iri("http://s/{a}")), triple(s=iri("http://t/{a}"))),
        (triple(s=iri("http://s/{a}")), triple(s=TermMap(Constant("http://s")))),
        (triple(p=TermMap(Constant("http://q"))), triple()),
        (triple(g=TermMap(Constant("http://g"))), triple()),
        (triple(o=value("a")), triple(o=value("a", language=Constant(Literal("en", ""))))),
    ],
)
def test_triples_that_always_differ_need_no_look(one: Made, other: Made) -> None:
    assert not may_repeat([one, other])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (triple(), triple()),
        (triple(o=value("a")), triple(o=value("b"))),
        (triple(o=value("a")), triple(o=text("a"))),
        (triple(s=iri("http://s/{a}")), triple(s=iri("http://s/{b}"))),
        (triple(s=iri("http://s/{a}x")), triple(s=iri("http://s/{b}y"))),
        (triple(s=iri("http://s/a{b}")), triple(s=iri("http://s/{a}b"))),
        (triple(s=iri("{a}/x")), triple(s=iri("{a}/y"))),
        (triple(s=iri("http://s/{a}x")), triple(s=iri("http://s/{a}y", TermType.URI))),
        (triple(p=iri("http://p/{a}")), triple()),
        (triple(g=iri("http://g/{a}")), triple()),
    ],
)
def test_triples_that_may_be_the_same_are_looked_at(one: Made, other: Made) -> None:
    assert may_repeat([one, other])


@pytest.mark.parametrize(
    ("beginning", "does"),
    [
        ("http://example.com/", True),
        ("http://example.com?", True),
        ("urn:dev:", True),
        ("mailto:", True),
        ("http://example.com", False),
        ("http://", False),
        ("http", False),
        ("1:", False),
        ("", False),
    ],
)
def test_what_follows_a_beginning_may_be_anything_only_behind_the_host(beginning: str, does: bool) -> None:
    assert begins_absolute(beginning) is does
