from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.lifters.rml.model import TermType
from semantic_gw.lifters.rml.names import (
    ENCODERS,
    absolute,
    blank_node,
    fresh_blank_node,
    is_absolute,
    is_absolute_uri,
    is_language_tag,
)

BEGINNINGS = st.sampled_from(["http://", "urn:", "a:", "http:/", "x://[", "h://u@", "http://[::1]", "v://[v1.", ""])
LETTERS = st.text("abzAZ019:/?#[]@!$&'()*+,;=-._~%2F ë\ue000\ufffe<>\"{}|^`\\x", max_size=9)
BASE = "http://example.com/"


def is_taken(iri: str) -> bool:
    try:
        ox.NamedNode(iri)
    except ValueError:
        return False
    return True


@given(BEGINNINGS, LETTERS)
def test_an_iri_is_absolute_where_a_graph_library_takes_it(beginning: str, rest: str) -> None:
    assert is_absolute(beginning + rest) is is_taken(beginning + rest)


@given(st.text(), st.sampled_from([TermType.IRI, TermType.URI]))
def test_any_text_is_safe_in_an_iri_once_it_is_encoded(text: str, term_type: TermType) -> None:
    assert absolute(ENCODERS[term_type](text), term_type, BASE) is not None


@pytest.mark.parametrize(
    ("text", "iri", "uri"),
    [
        ("Zoë Krüger", "Zoë%20Krüger", "Zo%C3%AB%20Kr%C3%BCger"),
        ("2011-08-23T22:17:00Z", "2011-08-23T22%3A17%3A00Z", "2011-08-23T22%3A17%3A00Z"),
        ("~A_17.1-2", "~A_17.1-2", "~A_17.1-2"),
        ("Hello World!", "Hello%20World%21", "Hello%20World%21"),
        ("a,(b)/c", "a%2C%28b%29%2Fc", "a%2C%28b%29%2Fc"),
    ],
)
def test_what_an_iri_does_not_reserve_stays(text: str, iri: str, uri: str) -> None:
    assert ENCODERS[TermType.IRI](text) == iri
    assert ENCODERS[TermType.URI](text) == uri


def test_a_relative_iri_is_put_behind_the_base_as_text() -> None:
    assert absolute("../a", TermType.IRI, BASE) == "http://example.com/../a"


def test_an_absolute_iri_is_kept() -> None:
    assert absolute("urn:a", TermType.IRI, BASE) == "urn:a"


def test_a_blank_makes_no_iri() -> None:
    assert absolute("Juan Daniel", TermType.IRI, BASE) is None


def test_a_uri_has_nothing_beyond_ascii() -> None:
    assert is_absolute("http://example.com/ë")
    assert not is_absolute_uri("http://example.com/ë")


@pytest.mark.parametrize(
    "tag", ["en", "en-GB", "zh-Hant-TW", "de-CH-1996", "x-klingon", "i-klingon", "sl-rozaj-biske", "en-a-bbb-x-a"]
)
def test_well_formed_language_tags_are_taken(tag: str) -> None:
    assert is_language_tag(tag)


@pytest.mark.parametrize("tag", ["", "english", "a-english", "e", "en_GB", "en-", "12", "en-x", "ünglisch"])
def test_other_language_tags_are_refused(tag: str) -> None:
    assert not is_language_tag(tag)


@given(st.text(), st.text())
def test_two_values_never_share_a_blank_node(one: str, other: str) -> None:
    assert (blank_node(one) == blank_node(other)) is (one == other)


@given(st.text(st.characters(exclude_categories=["Cs"])), st.from_regex(r"[a-z0-9]{0,8}", fullmatch=True))
def test_labels_of_blank_nodes_are_nquads(value: str, scope: str) -> None:
    line = f"{blank_node(value, scope)} <http://example.com/p> {fresh_blank_node(1, 2, scope)} .\n"

    assert len([*ox.parse(line, ox.RdfFormat.N_QUADS)]) == 1
