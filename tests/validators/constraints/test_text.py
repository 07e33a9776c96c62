"""sh:minLength, sh:maxLength, sh:pattern, sh:languageIn and sh:uniqueLang (SHACL, 4.4): texts and languages."""

from __future__ import annotations

import pytest

from semantic_gw.model import Literal, Term
from semantic_gw.rdf.namespaces import RDF, XSD
from semantic_gw.validators import compile_shapes

HEAD = "@prefix sh: <http://www.w3.org/ns/shacl#> . "


def text(lexical: str, language: str | None = None) -> Literal:
    return Literal(lexical, RDF + "langString" if language else XSD + "string", language)


def violations(constraint: str, *values: Term) -> int:
    shapes = compile_shapes([f"{HEAD} <urn:P> sh:targetNode <urn:a> ; sh:path <urn:p> ; {constraint} ."])
    return len(shapes.validate_triples([("urn:a", "urn:p", value) for value in values]).results)


@pytest.mark.parametrize(
    ("constraint", "value", "fits"),
    [
        ("sh:maxLength 1", text("😀"), True),
        ("sh:maxLength 1", text("e\u0301"), False),
        ("sh:minLength 5", "urn:x", True),
        ("sh:minLength 6", "urn:x", False),
        ("sh:minLength 0", "_:b", False),
        ("sh:maxLength 9", "_:b", False),
        ("sh:minLength 1", Literal("5", XSD + "integer"), True),
        ("sh:pattern '^urn'", "urn:x", True),
        ("sh:pattern ''", "_:b", False),
        ("sh:pattern 'X' ; sh:flags 'i'", text("x"), True),
        ("sh:languageIn ( 'en' )", text("x", "en"), True),
        ("sh:languageIn ( 'EN' )", text("x", "en-GB"), True),
        ("sh:languageIn ( 'en-GB' )", text("x", "en"), False),
        ("sh:languageIn ( 'en' )", text("x", "eng"), False),
        ("sh:languageIn ( '*' )", text("x", "de"), True),
        ("sh:languageIn ( '*' )", text("x"), False),
        ("sh:languageIn ( '' )", text("x"), False),
        ("sh:languageIn ( 'en' )", "urn:x", False),
        ("sh:languageIn ( )", text("x", "en"), False),
    ],
)
def test_a_text_fits_or_not(constraint: str, value: Term, fits: bool) -> None:
    assert violations(constraint, value) == (not fits)


def test_one_result_tells_each_language_that_has_several_values() -> None:
    values = [
        text("a", "en"),
        text("b", "EN"),
        text("c", "en"),
        text("d", "de"),
        text("e", "de"),
        text("f", "fr"),
        text("g"),
    ]

    assert violations("sh:uniqueLang true", *values) == 2


def test_a_text_that_takes_too_many_steps_is_told_apart_from_one_that_does_not_match() -> None:
    shapes = compile_shapes(
        [rf"""{HEAD} <urn:P> sh:targetNode <urn:a> ; sh:path <urn:p> ; sh:pattern "(\\w+)\\1$" ."""]
    )
    hard, plain = (
        shapes.validate_triples([("urn:a", "urn:p", text(lexical))]).results[0].message
        for lexical in ("ab" * 2000 + "c", "abc")
    )

    assert "too many steps" in hard
    assert "too many steps" not in plain
