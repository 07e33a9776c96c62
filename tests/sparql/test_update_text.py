"""Which updates write one's own graphs alone."""

from __future__ import annotations

import contextlib
import time

import pytest

from semantic_gw.errors import QueryError
from semantic_gw.sparql.update_text import NotYoursError, check_update, unescaped

MINE = "https://notes.example/"

OWN = [
    "INSERT DATA { GRAPH <https://notes.example/a> { <urn:s> <urn:p> 1 } }",
    "insert data { graph <https://notes.example/a> { <urn:s> <urn:p> 1 } . GRAPH <https://notes.example/b> { } }",
    "DELETE DATA { GRAPH <https://notes.example/a> { <urn:s> <urn:p> '}' } }",
    "DELETE WHERE { GRAPH <https://notes.example/a> { ?s ?p ?o } }",
    "PREFIX n: <https://notes.example/> INSERT DATA { GRAPH n:a { <urn:s> <urn:p> 1 } }",
    "PREFIX : <https://notes.example/> DELETE { GRAPH :a { ?s ?p ?o } } INSERT { GRAPH :a { ?s ?p 2 } } WHERE { }",
    "WITH <https://notes.example/a> DELETE { ?s ?p ?o } INSERT { ?s ?p 2 } WHERE { GRAPH <urn:dev:lamp> { ?s ?p ?o } }",
    "WITH <https://notes.example/a> INSERT { ?s ?p 2 . GRAPH <https://notes.example/b> { ?s ?p 3 } } WHERE { }",
    "INSERT { GRAPH <https://notes.example/a> { ?s ?p ?o } } USING <urn:dev:lamp> WHERE { { ?s ?p ?o } { {} } }",
    "CREATE GRAPH <https://notes.example/a> ; CLEAR SILENT GRAPH <https://notes.example/a>",
    "DROP GRAPH <https://notes.example/a>",
    "COPY <urn:dev:lamp> TO <https://notes.example/a>",
    "ADD GRAPH <urn:dev:lamp> TO GRAPH <https://notes.example/a>",
    "MOVE SILENT <https://notes.example/b> TO <https://notes.example/a>",
    "# DROP ALL\nINSERT DATA { GRAPH <https://notes.example/a> { <urn:s> <urn:p> '''DROP ALL } }''' } } ;",
    "",
]

NOT_OWN = [
    "INSERT DATA { <urn:s> <urn:p> 1 }",
    "INSERT DATA { GRAPH <urn:dev:lamp> { <urn:s> <urn:p> 1 } }",
    "INSERT DATA { GRAPH <https://notes.example> { <urn:s> <urn:p> 1 } }",
    "INSERT DATA { GRAPH <https://notes.example/a> { } GRAPH <urn:dev:lamp> { <urn:s> <urn:p> 1 } }",
    "INSERT DATA { GRAPH <https://notes.example/a> { } <urn:s> <urn:p> 1 }",
    "DELETE WHERE { ?s ?p ?o }",
    "DELETE WHERE { GRAPH ?g { ?s ?p ?o } }",
    "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }",
    "DELETE { GRAPH <https://notes.example/a> { ?s ?p 1 } } INSERT { ?s ?p 2 } WHERE { }",
    "WITH <urn:dev:lamp> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "WITH <https://notes.example/a> INSERT { GRAPH <urn:dev:lamp> { ?s ?p ?o } } WHERE { ?s ?p ?o }",
    "PREFIX n: <urn:dev:> INSERT DATA { GRAPH n:lamp { <urn:s> <urn:p> 1 } }",
    "INSERT DATA { GRAPH n:lamp { <urn:s> <urn:p> 1 } }",
    "PREFIX n: <https://notes.example/> INSERT DATA { GRAPH n:a { } } ; PREFIX n: <urn:dev:> DROP GRAPH n:lamp",
    "BASE <https://notes.example/> INSERT DATA { GRAPH <a> { <urn:s> <urn:p> 1 } }",
    "CLEAR ALL",
    "CLEAR DEFAULT",
    "DROP NAMED",
    "DROP SILENT ALL",
    "CREATE GRAPH <urn:dev:lamp>",
    "COPY <https://notes.example/a> TO <urn:dev:lamp>",
    "COPY <https://notes.example/a> TO DEFAULT",
    "COPY DEFAULT TO <https://notes.example/a>",
    "MOVE <urn:dev:lamp> TO <https://notes.example/a>",
    "LOAD <http://127.0.0.1/> INTO GRAPH <https://notes.example/a>",
    "INSERT DATA { GRAPH <https://notes.example/a> { } } ; CLEAR ALL",
    "# comment\rCLEAR ALL",
]

NONE = [
    "SELECT * { ?s ?p ?o }",
    "INSERT { GRAPH <https://notes.example/a> { ?s ?p ?o }",
    "INSERT DATA",
    "COPY <urn:dev:lamp> <https://notes.example/a>",
    "} INSERT DATA { }",
    "INSERT DATA { GRAPH <https://notes.example/a> 1 }",
]


@pytest.mark.parametrize("text", OWN)
def test_an_update_of_own_graphs_is_taken(text: str) -> None:
    check_update(text, MINE)


@pytest.mark.parametrize("text", NOT_OWN)
def test_an_update_of_other_graphs_is_refused(text: str) -> None:
    with pytest.raises(NotYoursError):
        check_update(text, MINE)


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_update_is_wrong(text: str) -> None:
    with pytest.raises(QueryError):
        check_update(text, MINE)


def test_escapes_of_other_alphabets_are_characters() -> None:
    assert unescaped(r"'caf\u00e9 \U0001F600 \\u00e9 \n'") == r"'café 😀 \\u00e9 \n'"


@pytest.mark.parametrize("text", [r"CLEAR \u0041LL", r"'\u0022'", r"\U0000007D", r"'\\\u0027'", r"\UFFFFFFFF"])
def test_escapes_of_signs_are_refused(text: str) -> None:
    with pytest.raises(QueryError, match="write the character itself"):
        unescaped(text)


@pytest.mark.parametrize("text", [r"'\\u003c'", r"'\\\\u0022'", r"'\\U0000007D'", r"'\\UFFFFFFFF'"])
def test_behind_an_escaped_slash_is_no_escape(text: str) -> None:
    assert unescaped(text) == text


def test_many_slashes_are_soon_read() -> None:
    started = time.process_time()

    unescaped("\\" * 100_000)

    assert time.process_time() - started < 1


@pytest.mark.parametrize("unit", ["{ ", "INSERT { ", "GRAPH <a> { ", '"\\"', "PREFIX a: <b> ", "; "])
def test_no_text_takes_long_to_read(unit: str) -> None:
    started = time.process_time()

    with contextlib.suppress(QueryError, NotYoursError):
        check_update(unit * 50_000, MINE)

    assert time.process_time() - started < 5
