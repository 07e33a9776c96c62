"""Single values, as generated code reads them."""

from __future__ import annotations

import pytest

from semantic_gw.lifters.values import is_text


@pytest.mark.parametrize(
    ("text", "expected"), [("a\tb\né", True), ("\x00", False), ("\ud800", False), ("\ufffe", False)]
)
def test_a_text_has_only_characters_that_rdf_has(text: str, expected: bool) -> None:
    assert is_text(text) is expected
