"""Whatever N-Triples say, SPARQL says the same: a real engine reads both."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.stores.remote.triples_text import graph_name, sparql_triples

CHARACTERS = st.characters(codec="utf-8", exclude_characters="\x00")
TEXTS = st.text(CHARACTERS | st.sampled_from('\\"u\n\r\tU0041'), max_size=30)


def told(triples: str) -> set[str]:
    """What an engine holds after the update, as N-Triples."""
    store = ox.Store()
    store.update(f"INSERT DATA {{ GRAPH <urn:g> {{ {sparql_triples(triples.encode(), 'g0')} }} }}")
    return {str(quad.triple) for quad in store}


@given(TEXTS)
def test_a_literal_stays_what_it_is(text: str) -> None:
    triple = ox.Triple(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal(text))

    assert told(f"{triple} .") == {str(triple)}


@given(TEXTS)
def test_an_escaped_literal_stays_what_it_is(text: str) -> None:
    escaped = "".join(f"\\U{ord(character):08X}" for character in text)
    triple = ox.Triple(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal(text))

    assert told(f'<urn:s> <urn:p> "{escaped}" .') == {str(triple)}


def test_an_escaped_quote_does_not_end_its_literal() -> None:
    hostile = '<urn:s> <urn:p> "x\\u0022 } } ; DROP ALL ; INSERT DATA { GRAPH <urn:h> { <urn:a> <urn:b> \\u0022" .'

    assert len(told(hostile)) == 1


def test_an_escape_in_an_iri_is_read() -> None:
    assert sparql_triples(b"<urn:\\u00e9> <urn:p> <urn:o> .", "g0") == "<urn:é> <urn:p> <urn:o> .\n"


def test_a_backslash_before_a_u_begins_no_escape() -> None:
    assert sparql_triples(b'<urn:s> <urn:p> "C:\\\\users" .', "g0") == '<urn:s> <urn:p> "C:\\\\\\u0075sers" .\n'


def test_blank_nodes_have_labels_of_their_graph() -> None:
    text = b'_:a <urn:p> _:b.c .\n_::a <urn:p> _:a .\n# a comment\n\n_:1 <urn:p> "x"@en-GB . # another\n'

    assert sparql_triples(text, "g7") == (
        '_:g7b0 <urn:p> _:g7b1 .\n_:g7b2 <urn:p> _:g7b0 .\n_:g7b3 <urn:p> "x"@en-GB .\n'
    )


@pytest.mark.parametrize(
    "line",
    [
        "<urn:s> <urn:p> ",
        "<s> <urn:p> <urn:o> .",
        '<urn:s> <urn:p> "x\\u00" .',
        '<urn:s> <urn:p> "x\\ud800" .',
        '<urn:s> <urn:p> "x\\UFFFFFFFF" .',
        "<urn:s\\u003E> <urn:p> <urn:o> .",
        '"s" <urn:p> <urn:o> .',
        "<urn:s> _:p <urn:o> .",
        "<urn:s> <urn:p> <<( <urn:s> <urn:p> <urn:o> )>> .",
        "<urn:s> <urn:p> <urn:o> . } ; DROP ALL",
        '<urn:s> <urn:p> "x"@en--ltr .',
    ],
)
def test_what_is_no_triple_is_told_with_its_line(line: str) -> None:
    with pytest.raises(ValueError, match=r"line 2|is no"):
        sparql_triples(f"<urn:s> <urn:p> <urn:o> .\n{line}\n".encode(), "g0")


@pytest.mark.parametrize("name", ["no iri", "relative", "urn:a>b", "urn:\\u0041", "urn:\ud800", ""])
def test_what_is_no_iri_names_no_graph(name: str) -> None:
    with pytest.raises(ValueError, match="IRI"):
        graph_name(name)
