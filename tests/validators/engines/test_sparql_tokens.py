"""Tokens of SPARQL: what stands in texts, comments and IRIs is no keyword."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.validators.engines.sparql_tokens import joined, tokens


def words(query: str) -> list[str]:
    return [token.text for token in tokens(query) if token.kind == "word"]


@pytest.mark.parametrize(
    "query",
    [
        '"MINUS"',
        "'MINUS'",
        '"""a " MINUS "" b"""',
        "'''a ' MINUS '' b'''",
        r'"a \" MINUS"',
        r"'''a \''' MINUS'''",
        '"""line\nMINUS"""',
        "# MINUS",
        "# MINUS\r# MINUS\n",
        "<http://example.org/MINUS>",
        "<http://example.org/#MINUS>",
        "?MINUS $MINUS",
        "ex:MINUS :MINUS MINUS:a",
        r"ex:a\#MINUS",
        "ex:a%20MINUS",
        "ex:a.MINUS",
        "_:MINUS",
        '"x"@MINUS',
    ],
)
def test_a_keyword_is_none_within(query: str) -> None:
    assert words(query) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("minus", ["MINUS"]),
        ("{mInUs{}}", ["MINUS"]),
        ('"a"MINUS', ["MINUS"]),
        ('""MINUS', ["MINUS"]),
        ("''MINUS''", ["MINUS"]),
        ("# a comment\nMINUS", ["MINUS"]),
        ("# a comment\rMINUS", ["MINUS"]),
        ("<http://example.org/#a>MINUS", ["MINUS"]),
        ('"#"MINUS', ["MINUS"]),
        ("?x MINUS", ["MINUS"]),
        ("1.MINUS", ["MINUS"]),
        ("?a < ?b MINUS { ?c > ?d }", ["MINUS"]),
        ("'''a'''MINUS'''b'''", ["MINUS"]),
        ("a MINUS", ["a", "MINUS"]),
    ],
)
def test_a_keyword_is_found(query: str, found: list[str]) -> None:
    assert words(query) == found


@pytest.mark.parametrize("query", ["'open", '"""open', "\\", "<http://a b>~", "`", '"line\nend"'])
def test_what_is_no_token_is_refused(query: str) -> None:
    with pytest.raises(ValueError, match="no token of SPARQL"):
        tokens(query)


def test_an_error_tells_the_line() -> None:
    with pytest.raises(ValueError, match="line 2 has '~'"):
        tokens("SELECT *\n~")


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("SELECT $this WHERE{?x=$this}", "SELECT $this WHERE{ ?x= $this}"),
        ("SELECT # all\n *", "SELECT *"),
        ('"a  b"@en', '"a  b"@en'),
        ('"1"^^xsd:int', '"1"^^xsd:int'),
        ("ex:p?/^ex:q+", "ex:p?/^ex:q+"),
    ],
)
def test_tokens_join_to_the_same_query(query: str, text: str) -> None:
    assert joined(tokens(query)) == text


PIECES = st.sampled_from(
    [
        "'",
        '"',
        "'''",
        '"""',
        "\\",
        "#",
        "\n",
        "<",
        ">",
        "?",
        "$",
        "x",
        "ex:",
        ":",
        "_:",
        "@en",
        "^^",
        "1",
        ".",
        "{",
        "}",
        " ",
        "MINUS",
        "é",
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_any_query_is_refused_or_comes_back_with_the_same_tokens(query: str) -> None:
    try:
        found = tokens(query)
    except ValueError:
        return

    assert [token.text for token in tokens(joined(found))] == [token.text for token in found]
