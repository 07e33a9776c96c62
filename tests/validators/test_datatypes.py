from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.model import Literal
from semantic_gw.rdf.namespaces import XSD
from semantic_gw.validators.datatypes import less, value_of, well_formed

LEXICAL = {
    # XSD 1.1 part 2, 3.3 and 3.4: what is in the lexical space, and what only looks so.
    "boolean": (["true", "false", "1", "0"], ["True", "yes", "", " true"]),
    "decimal": (["1", "+1.50", "-.5", "1.", "00"], ["1e3", "NaN", "INF", ".", "", "1,5", " 5", "٣"]),
    "integer": (["0", "+1", "-0", "0123"], ["1.0", "1e3", "", "+", " 5", "٣"]),
    "byte": (["127", "-128", "+5"], ["128", "-129"]),
    "unsignedByte": (["255", "+1", "-0"], ["256", "-1"]),
    "unsignedLong": (["18446744073709551615"], ["18446744073709551616", "9" * 60]),
    "negativeInteger": (["-1"], ["0", "1"]),
    "positiveInteger": (["1"], ["0", "-1"]),
    "double": (["1", "1e3", "-1.5E-9", "INF", "-INF", "NaN"], ["inf", "nan", "Infinity", "1e", "0x", " 1", "1_0"]),
    "dateTime": (
        ["2026-11-24T10:15:00Z", "2026-11-24T24:00:00Z", "2024-02-29T00:00:00", "-0044-03-15T00:00:00Z",
         "12026-01-01T00:00:00Z", "2026-11-24T10:15:00.123456789Z", "2026-11-24T10:15:00+14:00"],
        ["2026-11-24", "2026-11-24 10:15:00Z", "2026-11-24T10:15Z", "20261124T101500Z", "2026-11-24T10:15:00+1400",
         "2026-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-11-24T24:00:01Z", "2026-11-24T10:15:60Z",
         "2026-11-24T10:15:00+14:01", "02026-11-24T10:15:00Z", "26-11-24T10:15:00Z", "2026-13-01T00:00:00Z"],
    ),
    "dateTimeStamp": (["2026-11-24T10:15:00Z"], ["2026-11-24T10:15:00"]),
    "date": (["2026-11-24", "2024-02-29Z", "2000-02-29"], ["2026-11-24T00:00:00", "1900-02-29", "2026-1-1"]),
    "time": (["10:15:00", "24:00:00Z"], ["10:15", "24:00:01", "25:00:00"]),
    "gYear": (["2026", "-0044", "2026Z"], ["26", "02026"]),
    "gMonthDay": (["--02-29"], ["--02-30", "02-29"]),
    "duration": (["P1Y2M3DT4H5M6.7S", "-P1D", "PT0S"], ["P", "PT", "1D", "P1S", "P1.5D", "P1YT"]),
    "dayTimeDuration": (["P1DT2H"], ["P1Y"]),
    "yearMonthDuration": (["P1Y2M"], ["P1D", "P"]),
    "hexBinary": (["", "0aFF"], ["0", "0g"]),
    "base64Binary": (["", "QUJD", "QUI=", "QQ==", "QUJD QUJD"], ["QUJ", "QQ=", "QR==", "Q===", "QU-D"]),
    "language": (["en", "de-CH-1996"], ["", "en_US", "abcdefghi"]),
    "normalizedString": (["a  b"], ["a\tb", "a\n"]),
    "token": (["a b", ""], ["a  b", " a", "a "]),
    "string": (["anything\n"], []),
}  # fmt: skip

GOOD = [pytest.param(name, text, id=f"{name}-{text}") for name, (good, _) in LEXICAL.items() for text in good]
BAD = [pytest.param(name, text, id=f"{name}-{text}") for name, (_, bad) in LEXICAL.items() for text in bad]


@pytest.mark.parametrize(("name", "text"), GOOD)
def test_a_form_of_the_lexical_space_is_well_formed(name: str, text: str) -> None:
    assert well_formed(Literal(text, XSD + name))


@pytest.mark.parametrize(("name", "text"), BAD)
def test_a_form_outside_the_lexical_space_is_ill_formed(name: str, text: str) -> None:
    assert not well_formed(Literal(text, XSD + name))


def typed(text: str) -> Literal:
    lexical, _, name = text.rpartition("^")
    return Literal(lexical, XSD + name)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("1^integer", "1.5^decimal", True),
        ("2^integer", "1.5E0^double", False),
        ("NaN^double", "100^double", False),
        ("100^double", "NaN^double", False),
        ("a^string", "b^string", True),
        ("1^integer", "b^string", None),
        ("1e3^decimal", "2000^decimal", None),
        ("2026-11-24T10:15:00Z^dateTime", "2026-11-24T11:16:00+01:00^dateTime", True),
        ("2026-11-23T24:00:00Z^dateTime", "2026-11-24T00:00:00Z^dateTime", False),
        ("2026-11-24T10:15:00^dateTime", "2026-11-24T12:15:00Z^dateTime", None),
        ("2026-11-20T10:15:00^dateTime", "2026-11-24T12:15:00Z^dateTime", True),
        ("2026-11-24T12:15:00Z^dateTime", "2026-11-20T10:15:00^dateTime", False),
        ("2026-11-24^date", "2026-11-25^date", True),
    ],
)
def test_values_compare_as_sparql_says(left: str, right: str, expected: bool | None) -> None:
    assert less(value_of(typed(left)), value_of(typed(right)), or_equal=False) is expected


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False, allow_infinity=False))
def test_doubles_compare_as_numbers(left: float, right: float) -> None:
    values = [value_of(Literal(repr(number), XSD + "double")) for number in (left, right)]

    assert less(values[0], values[1], or_equal=True) == (left <= right)


@given(st.text(), st.sampled_from(sorted(LEXICAL)))
def test_any_text_is_judged_without_an_error(text: str, name: str) -> None:
    literal = Literal(text, XSD + name)

    assert well_formed(literal) or value_of(literal) is None
