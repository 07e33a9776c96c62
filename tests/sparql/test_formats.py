"""Which form an answer has where nothing is refused."""

from __future__ import annotations

import pytest

from semantic_gw.sparql.formats import (
    DIRECTORY_GRAPHS,
    DIRECTORY_SOLUTIONS,
    FORMAT_NAMES,
    GRAPHS,
    SOLUTIONS,
    engine_format,
    preferred,
)


@pytest.mark.parametrize(
    ("accept", "solutions", "graph"),
    [
        ("", "application/json", "application/ld+json"),
        ("*/*", "application/json", "application/ld+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml", "application/ld+json"),
        ("text/*", "text/csv", "text/turtle"),
        ("text/csv;q=0.1, application/sparql-results+json", "application/sparql-results+json", "application/ld+json"),
        ("application/*;q=0.2, text/turtle;q=oops", "application/json", "application/ld+json"),
        ("image/png", "application/json", "application/ld+json"),
        ("application/json;q=0, */*", "application/sparql-results+json", "application/ld+json"),
    ],
)
def test_the_form_is_the_one_that_is_liked_best(accept: str, solutions: str, graph: str) -> None:
    assert (preferred(accept, DIRECTORY_SOLUTIONS), preferred(accept, DIRECTORY_GRAPHS)) == (solutions, graph)


def test_every_form_that_an_engine_is_asked_for_has_a_name() -> None:
    assert {engine_format(media_type) for media_type in (*SOLUTIONS, *GRAPHS)} == FORMAT_NAMES.keys()
