from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semantic_gw.lifters.rml.compiler.uniqueness import Made, begins_absolute, may_repeat, terms_differ
from semantic_gw.lifters.rml.expressions import Expressions
from semantic_gw.lifters.rml.model import (
    Constant,
    File,
    Formulation,
    LogicalSource,
    Place,
    Reference,
    TermMap,
    TermType,
)
from semantic_gw.lifters.rml.notes import Notes
from semantic_gw.lifters.rml.templates import parse_template
from semantic_gw.lifters.rml.terms import Moment, compile_terms
from semantic_gw.model import Literal
from semantic_gw.rdf.namespaces import XSD


def iri(text: str, term_type: TermType = TermType.IRI) -> TermMap:
    return TermMap(parse_template(text, Place("m")), term_type)


def blank(text: str) -> TermMap:
    return iri(text, TermType.BLANK_NODE)


def text(value: str) -> TermMap:
    return TermMap(Constant(Literal(value, XSD + "string")), TermType.LITERAL)


def value(path: str, language: Constant | None = None) -> TermMap:
    return TermMap(Reference(path), TermType.LITERAL, language)


SOURCE = LogicalSource(File("a.csv"), Formulation.CSV)
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
        (triple(s=iri("http://s/{a}")), triple(s=iri("http://s/{a}/{b}"))),
        (triple(s=iri("http://s/{a}/x{b}")), triple(s=iri("http://s/{b}/y{a}"))),
        (triple(s=iri("http://s/{a}x/1")), triple(s=iri("http://s/{b}y/1"))),
        (triple(s=blank("o{a}")), triple(s=blank("r{b}"))),
        (triple(s=blank("{a}o")), triple(s=blank("{b}r"))),
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
        (triple(s=iri("http://s/{a}x")), triple(s=iri("http://s/{b}yx"))),
        (triple(s=iri("http://s/a{b}")), triple(s=iri("http://s/{a}b"))),
        (triple(s=iri("{a}/x")), triple(s=iri("{a}/y"))),
        (triple(s=iri("http://s/{a}/1", TermType.UNSAFE_IRI)), triple(s=iri("http://s/{b}/2/1", TermType.UNSAFE_IRI))),
        (triple(s=blank("a{a}")), triple(s=blank("{b}"))),
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


APART = (iri("http://s/{a}x"), iri("http://s/{a}bx"))


def test_what_differs_in_one_iteration_may_be_the_same_in_two() -> None:
    assert terms_differ(*APART)
    assert not terms_differ(*APART, together=False)


TEXTS = st.text("ab/:x1", max_size=3)
TEMPLATES = st.lists(TEXTS | st.sampled_from(["{p}", "{q}"]), min_size=1, max_size=4).map("".join)
TYPES = st.sampled_from([TermType.IRI, TermType.URI, TermType.UNSAFE_IRI, TermType.BLANK_NODE])


@settings(max_examples=1500, deadline=None)
@given(
    one=TEMPLATES,
    other=TEMPLATES,
    kind=TYPES,
    rows=st.lists(st.fixed_dictionaries({"p": TEXTS, "q": TEXTS}), min_size=1, max_size=6),
)
def test_what_is_said_to_differ_does(one: str, other: str, kind: TermType, rows: list[dict[str, str]]) -> None:
    maps = [iri(("" if kind is TermType.BLANK_NODE else "urn:") + text, kind) for text in (one, other)]
    made = [[compile_terms(each, Expressions(SOURCE), "", 0)(Moment(row, 0, Notes())) for row in rows] for each in maps]
    if terms_differ(*maps, together=False):
        assert not {term for terms in made[0] for term in terms} & {term for terms in made[1] for term in terms}
    if terms_differ(*maps):
        assert not any({*a} & {*b} for a, b in zip(*made, strict=True))
