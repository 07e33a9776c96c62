"""Property paths reach the nodes that SHACL says (2.3.1), and read as SPARQL's."""

from __future__ import annotations

import pytest

from semantic_gw.errors import ShapeError
from semantic_gw.model import Literal, PropertyPath, Term, Triple
from semantic_gw.rdf.namespaces import XSD
from semantic_gw.rdf.property_paths import sparql_text
from semantic_gw.validators.paths import compile_path, read_path
from semantic_gw.validators.source import ShapesGraph
from semantic_gw.validators.view import Background, View

EX = "urn:ex:"
P = EX + "p"


def path(turtle: str) -> PropertyPath:
    head = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <urn:ex:> . "
    graph = ShapesGraph.read([f"{head} ex:S sh:path {turtle} ."])
    return read_path(graph, EX + "S", graph.terms(EX + "S", "http://www.w3.org/ns/shacl#path")[0])


def edges(*texts: str) -> list[Triple]:
    """Triples from texts such as `a p b`."""
    return [(EX + s, EX + p, EX + o) for s, p, o in (text.split() for text in texts)]


DATA = edges("a p b", "b p c", "c p a", "a q d", "d q e", "x p b", "b q f")


@pytest.mark.parametrize(
    ("turtle", "text", "reached"),
    [
        ("ex:p", "p", "b"),
        ("ex:none", "none", ""),
        ("( ex:p ex:p )", "p/p", "c"),
        ("( ex:p [ sh:inversePath ex:p ] )", "p/^p", "a x"),
        ("[ sh:inversePath ex:p ]", "^p", "c"),
        ("[ sh:inversePath ( ex:p ex:p ) ]", "^(p/p)", "b"),
        ("[ sh:inversePath [ sh:inversePath ex:p ] ]", "^(^p)", "b"),
        ("[ sh:inversePath [ sh:oneOrMorePath ex:p ] ]", "^p+", "c b x a"),
        ("[ sh:alternativePath ( ex:p ex:q ) ]", "p|q", "b d"),
        ("( [ sh:alternativePath ( ex:p ex:q ) ] ex:q )", "(p|q)/q", "f e"),
        ("[ sh:zeroOrMorePath ex:q ]", "q*", "a d e"),
        ("[ sh:oneOrMorePath ex:q ]", "q+", "d e"),
        ("[ sh:oneOrMorePath ex:p ]", "p+", "b c a"),
        ("[ sh:zeroOrOnePath ex:q ]", "q?", "a d"),
        ("[ sh:zeroOrMorePath [ sh:inversePath ex:p ] ]", "(^p)*", "a c b x"),
        ("[ sh:zeroOrMorePath ( ex:p ex:q ) ]", "(p/q)*", "a f"),
        ("[ sh:zeroOrOnePath [ sh:oneOrMorePath ex:q ] ]", "(q+)?", "a d e"),
    ],
)
def test_a_path_reaches_its_value_nodes(turtle: str, text: str, reached: str) -> None:
    read = path(turtle)
    values = compile_path(read)(View(DATA, Background(())), EX + "a")

    assert sparql_text(read).replace("<urn:ex:", "").replace(">", "") == text
    assert sorted(map(str, values)) == sorted(EX + name for name in reached.split())


def test_a_path_goes_on_in_the_background() -> None:
    view = View(edges("a p b"), Background(edges("b p c", "b p d")))

    assert compile_path(path("( ex:p ex:p )"))(view, EX + "a") == [EX + "c", EX + "d"]


def test_a_node_that_both_know_has_the_values_of_both_once() -> None:
    view = View(edges("a p b"), Background(edges("a p b", "a p c", "x p b")))

    assert compile_path(path("ex:p"))(view, EX + "a") == [EX + "b", EX + "c"]
    assert compile_path(path("[ sh:inversePath ex:p ]"))(view, EX + "b") == [EX + "a", EX + "x"]


def test_a_path_reaches_literals() -> None:
    value: Term = Literal("1", XSD + "integer")
    view = View([(EX + "a", P, value)], Background(()))

    assert compile_path(path("( ex:p ex:p )"))(view, EX + "a") == ()
    assert compile_path(path("ex:p"))(view, EX + "a") == [value]


@pytest.mark.parametrize(
    ("turtle", "fault"),
    [
        ("[ sh:wildPath ex:p ]", "a path of no known form"),
        ("[]", "a path of no known form"),
        ("[ sh:inversePath ex:p ; sh:zeroOrMorePath ex:p ]", "a path of no known form"),
        ("[ sh:inversePath ex:p, ex:q ]", "a path of no known form"),
        ('"p"', "has the literal 'p' where a path is wanted"),
        ("( ex:p )", "a list of 1; two or more are wanted"),
        ("[ sh:alternativePath ex:p ]", "where an RDF list is wanted"),
        ("_:loop . _:loop sh:inversePath _:loop", "a path that contains itself"),
        ("_:loop . _:loop sh:zeroOrMorePath _:loop", "a path that contains itself"),
    ],
)
def test_what_is_no_path_is_refused(turtle: str, fault: str) -> None:
    with pytest.raises(ShapeError) as raised:
        path(turtle)

    assert fault in str(raised.value)
