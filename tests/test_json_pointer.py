from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.json_pointer import format_pointer, parse_pointer, step


@given(st.lists(st.text()))
def test_a_pointer_is_read_as_it_was_written(tokens: list[str]) -> None:
    assert parse_pointer(format_pointer(tokens)) == tuple(tokens)


def test_the_empty_pointer_is_the_whole_document() -> None:
    assert (parse_pointer(""), format_pointer(())) == ((), "")


def test_an_index_is_a_step_too() -> None:
    assert step(3) == "/3"


def test_a_pointer_starts_with_a_slash() -> None:
    with pytest.raises(ValueError, match="not a JSON Pointer"):
        parse_pointer("temperature")
