"""The words of a query, read without an engine."""

from __future__ import annotations

import time

import pytest

from semantic_gw.rdf.query_text import QueryText


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * { }", "SELECT"),
        ("prefix a: <urn:> # SELECT\n base <urn:> ask { }", "ASK"),
        ("PREFIX select: <urn:x#SELECT> CONSTRUCT WHERE { }", "CONSTRUCT"),
        ("DELETE WHERE { }", "DELETE"),
        ("", ""),
        ("# nothing", ""),
    ],
)
def test_the_form_is_the_first_word_behind_the_prologue(text: str, form: str) -> None:
    assert QueryText(text).form == form


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("?s ex:p true.SERVICE <urn:s>", ["?s", "ex:p", "TRUE", ".", "SERVICE", "<urn:s>"]),
        ("'a''b'", ["'a'", "'b'"]),
        ("'''a'b'''", ["'''a'b'''"]),
        (r"'a\'b' c", [r"'a\'b'", "C"]),
        ("a<b", ["A", "<", "B"]),
        ("1.5", ["1", ".", "5"]),
        ("'open { }", ["'open { }"]),
        ('"""open { } "', ['"""open { } "']),
    ],
)
def test_a_text_is_taken_apart(text: str, words: list[str]) -> None:
    assert [token.word for token in QueryText(text).tokens] == words


@pytest.mark.parametrize(
    "unit", ['\\"', "a.", '"""x"\\', "a-", "<a", "@a-", "'''x'\\", "a:.%4", "PREFIX a: <b> ", "{ "]
)
def test_no_text_takes_long_to_read(unit: str) -> None:
    started = time.process_time()
    QueryText('"' + unit * 40_000)
    QueryText(unit * 40_000)

    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("text", "has_dataset"),
    [
        ("SELECT ?t FROM <urn:b> { ?s ?p ?t }", True),
        ("SELECT ?t { ?from ?p ?t } # FROM <urn:b>", False),
        ("PREFIX from: <urn:> SELECT ?t { from:a ?p ?t }", False),
        ("SELECT ?t { { SELECT ?t FROM { } } }", False),
    ],
)
def test_from_says_what_is_asked(text: str, has_dataset: bool) -> None:
    assert QueryText(text).has_dataset is has_dataset
