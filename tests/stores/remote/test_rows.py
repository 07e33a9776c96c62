"""Solutions are counted however a store spaces them, and wherever its answer is cut."""

from __future__ import annotations

import json

import pytest

from semantic_gw.stores.remote.rows import JsonRows

NASTY = ['{"a', ',{"b', '[{"', '\\",{"x', 'a, { "b']
ROWS = [{"v": {"type": "literal", "value": text}, "w": {"type": "uri", "value": "urn:o"}} for text in NASTY]
ANSWER = {"head": {"vars": ["v", "w"], "link": []}, "results": {"bindings": ROWS}}


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("size", [1, 3, 7, 100, 10_000])
def test_each_solution_counts_once(indent: int | None, size: int) -> None:
    text = json.dumps(ANSWER, indent=indent).encode()
    rows = JsonRows()
    counts = [rows.count(text[start : start + size]) for start in range(0, len(text), size)]

    assert sum(counts) == len(ROWS)


def test_an_answer_without_solutions_has_none() -> None:
    assert JsonRows().count(b'{"head":{"vars":["v"]},"results":{"bindings":[ ]}}') == 0
