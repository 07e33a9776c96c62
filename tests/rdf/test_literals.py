from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.model import Literal
from semantic_gw.rdf.literals import json_literals, literal
from semantic_gw.rdf.namespaces import RDF, XSD


@pytest.mark.parametrize(
    ("value", "datatype", "found"),
    [
        ("x", None, Literal("x", XSD + "string")),
        ("x", XSD + "anyURI", Literal("x", XSD + "anyURI")),
        (True, None, Literal("true", XSD + "boolean")),
        (False, XSD + "string", Literal("false", XSD + "string")),
        (5, None, Literal("5", XSD + "integer")),
        (5.0, None, Literal("5", XSD + "integer")),
        (5.5, None, Literal("5.5E0", XSD + "double")),
        (5, XSD + "double", Literal("5.0E0", XSD + "double")),
        (0.00000015, XSD + "decimal", Literal("0.00000015", XSD + "decimal")),
        (1e21, None, Literal("1.0E21", XSD + "double")),
        (2**70, None, Literal(str(2**70), XSD + "integer")),
    ],
)
def test_a_scalar_is_a_canonical_literal(value: Any, datatype: str | None, found: Literal) -> None:
    assert literal(value, datatype) == found


@pytest.mark.parametrize(("tag", "language"), [("de", "de"), ("zh-Hans", "zh-Hans"), ("", None), ("de_DE", None)])
def test_a_language_is_one_or_none(tag: str, language: str | None) -> None:
    assert literal("x", language=tag).language == language


def test_an_array_is_one_value_or_each_of_its_items() -> None:
    assert list(json_literals([1, None])) == [Literal("[1,null]", RDF + "JSON")]
    assert list(json_literals([1, None], each=True)) == [
        Literal("1", XSD + "integer"),
        Literal("null", RDF + "JSON"),
    ]


@given(st.dictionaries(st.text(), st.integers() | st.text() | st.none(), max_size=5))
def test_an_object_is_read_back_from_its_literal(value: dict[str, Any]) -> None:
    (found,) = json_literals(value)

    assert json.loads(found.lexical) == value
