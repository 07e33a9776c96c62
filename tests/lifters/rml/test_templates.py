from __future__ import annotations

import pytest

from semantic_gw.errors import MappingError
from semantic_gw.lifters.rml.model import Place, Reference
from semantic_gw.lifters.rml.templates import parse_template

HERE = Place("lamp.ttl", line=14)


def pieces(text: str) -> list[str]:
    parts = parse_template(text, HERE).parts
    return [f"<{part.text}>" if isinstance(part, Reference) else part for part in parts]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("http://example.com/{$.id}", ["http://example.com/", "<$.id>"]),
        ("{a}{b}", ["<a>", "<b>"]),
        ("{$['a b']}/x", ["<$['a b']>", "/x"]),
        (r"\{\{ {a} \}\}", ["{{ ", "<a>", " }}"]),
        (r"\\o/ {a}", [r"\o/ ", "<a>"]),
        (r"{\{Name\}}", ["<{Name}>"]),
        ("no reference", ["no reference"]),
        ("", []),
    ],
)
def test_a_template_is_texts_and_references(text: str, found: list[str]) -> None:
    assert pieces(text) == found


@pytest.mark.parametrize("text", ["{a", "a}", "{{a}}", "{a}}", "{a{b}", r"{a\}", "{}"])
def test_braces_that_do_not_match_are_refused(text: str) -> None:
    with pytest.raises(MappingError, match=r"lamp\.ttl line 14: template"):
        parse_template(text, HERE)


@pytest.mark.parametrize("text", [r"{N\ame}", "a\\"])
def test_a_backslash_before_anything_else_is_refused(text: str) -> None:
    with pytest.raises(MappingError, match="backslash"):
        parse_template(text, HERE)
