"""Lexical spaces and comparisons of XSD datatypes: the truth is XSD 1.1 part 2 and SPARQL 1.1, 17.3."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.model import Literal
from semantic_gw.rdf.namespaces import RDF, XSD
from semantic_gw.validators.literals import less, value_of, well_formed

LEXICAL = {
    # What is in the lexical space (XSD 1.1 part 2, 3.3 and 3.4), and what only looks so.
    "boolean": (["true", "false", "1", "0"], ["True", "TRUE", "yes", "", " true", "true ", "01"]),
    "decimal": (
        ["1", "+1.50", "-.5", "1.", "00", "-0", "9" * 80],
        ["1e3", "1E3", "NaN", "INF", ".", "", "+", "1,5", " 5", "5 ", "٣", "1_0", "0x1", "--1", "1.2.3", "5\n"],
    ),
    "integer": (
        ["0", "+1", "-0", "0123", "-" + "9" * 80],
        ["1.0", "1.", "1e3", "", "+", "-", " 5", "5 ", "٣", "1_000", "INF", "0x1"],
    ),
    "nonPositiveInteger": (["0", "-0", "+0", "-1"], ["1", "+1"]),
    "negativeInteger": (["-1", "-001"], ["0", "-0", "1"]),
    "nonNegativeInteger": (["0", "-0", "1"], ["-1"]),
    "positiveInteger": (["1", "+1"], ["0", "-1", "+0"]),
    "long": (["9223372036854775807", "-9223372036854775808"], ["9223372036854775808", "-9223372036854775809"]),
    "int": (["2147483647", "-2147483648"], ["2147483648", "-2147483649"]),
    "short": (["32767", "-32768"], ["32768", "-32769"]),
    "byte": (["127", "-128", "+5", "0000000000000000000000000000000000000000127"], ["128", "-129", "1.0"]),
    "unsignedLong": (["18446744073709551615"], ["18446744073709551616", "9" * 60, "-1"]),
    "unsignedInt": (["4294967295"], ["4294967296", "-1"]),
    "unsignedShort": (["65535"], ["65536", "-1"]),
    "unsignedByte": (["255", "+1", "-0"], ["256", "-1"]),
    "double": (
        ["1", "1e3", "-1.5E-10", "INF", "+INF", "-INF", "NaN", ".5", "5.", "1E400", "-0.0"],
        ["inf", "-inf", "nan", "NAN", "Infinity", "+NaN", "1e", "e1", "1e1.5", "0x1", " 1", "1 ", "1_0", "٣", "1f", ""],
    ),
    "float": (["1", "1e39", "INF", "NaN"], ["inf", "nan", "1e", " 1"]),
    "dateTime": (
        [
            "2026-11-24T10:15:00Z", "2026-11-24T10:15:00", "2026-11-24T10:15:00-00:00", "2026-11-24T10:15:00+14:00",
            "2026-11-24T10:15:00.123456789012Z", "2026-11-24T24:00:00Z", "2026-11-24T24:00:00.000",
            "2024-02-29T00:00:00", "2000-02-29T00:00:00Z", "12000-02-29T00:00:00Z",
            "0000-01-01T00:00:00Z", "-0001-01-01T00:00:00Z", "-0044-03-15T00:00:00Z", "12026-01-01T00:00:00Z",
        ],
        [
            "2026-11-24", "2026-11-24 10:15:00Z", "2026-11-24t10:15:00Z", "2026-11-24T10:15:00z", "2026-11-24T10:15Z",
            "20261124T101500Z", "2026-W48-2T10:15:00Z", "2026-11-24T10:15:00+1400", "2026-11-24T10:15:00+14:01",
            "2026-11-24T10:15:00+15:00", "2026-11-24T10:15:00+01", "2026-11-24T10:15:00.Z", "2026-11-24T10:15:00,5Z",
            "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "11900-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
            "2026-00-01T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-11-24T24:00:01Z",
            "2026-11-24T24:00:00.1Z", "2026-11-24T25:00:00Z", "2026-11-24T10:60:00Z", "2026-11-24T10:15:60Z",
            "02026-11-24T10:15:00Z", "+2026-11-24T10:15:00Z", "26-11-24T10:15:00Z", "٢٠٢٦-11-24T10:15:00Z",
            "2026-11-24T10:15:00Z\n", " 2026-11-24T10:15:00Z", "",
        ],
    ),
    "dateTimeStamp": (
        ["2026-11-24T10:15:00Z", "2026-11-24T10:15:00+01:00", "2026-11-24T24:00:00Z"],
        ["2026-11-24T10:15:00", "2026-02-29T00:00:00Z", "yesterday", ""],
    ),
    "date": (
        ["2026-11-24", "2024-02-29Z", "2000-02-29", "2026-11-24-05:00", "-0044-03-15"],
        ["2026-11-24T00:00:00", "1900-02-29", "2026-1-1", "2026-11-31", "20261124", "2026-11-24+14:01"],
    ),
    "time": (
        ["10:15:00", "10:15:00.5+14:00", "24:00:00Z"],
        ["10:15", "24:00:01", "25:00:00", "10:15:60", "T10:15:00", "10:15:00+1400"],
    ),
    "gYear": (["2026", "-0044", "2026Z", "0000", "12026"], ["26", "02026", "2026-11"]),
    "gYearMonth": (["2026-11", "2026-11Z"], ["2026-13", "2026-1", "2026"]),
    "gMonth": (["--11", "--11Z"], ["11", "--13", "--11--"]),
    "gDay": (["---31", "---01Z"], ["---32", "---00", "31"]),
    "gMonthDay": (["--02-29", "--11-30Z"], ["--02-30", "--11-31", "02-29"]),
    "duration": (
        ["P1Y2M3DT4H5M6.7S", "-P1D", "PT0S", "P0Y", "PT36H"],
        ["P", "PT", "1D", "P1S", "P1.5D", "P1YT", "P1D2H", "PT1.S", "P-1D", "+P1D", "P1M1Y", ""],
    ),
    "dayTimeDuration": (["P1DT2H", "PT0.5S", "-P1D"], ["P1Y", "P1M", "P", "P1DT"]),
    "yearMonthDuration": (["P1Y2M", "-P1M"], ["P1D", "P", "P1YT1H"]),
    "hexBinary": (["", "0aFF"], ["0", "0g", "0a ", "0x0a"]),
    "base64Binary": (
        ["", "QUJD", "QUI=", "QQ==", "QUJD QUJD", "Q U J D", "QQ = ="],
        ["QUJ", "QQ=", "QR==", "QUJ=", "Q===", "QU-D", "QUJD  QUJD", " QUJD", "QUJD\n", "===="],
    ),
    "NMTOKEN": (["-a", "1", "a:b"], ["", "a b", "a/b"]),
    "Name": ([":a", "_", "é.1"], ["", "-a", "1a", "a b"]),
    "NCName": (["_a", "é-1"], ["", "a:b", "1a", "\u00b7a"]),
    "language": (["en", "de-CH-1996", "x-klingon"], ["", "en_US", "abcdefghi", "en-", "1en", "en-abcdefghi"]),
    "normalizedString": (["a  b", ""], ["a\tb", "a\n", "a\rb"]),
    "token": (["a b", ""], ["a  b", " a", "a ", "a\tb"]),
    "string": (["anything\n", "", "\x01"], ["\x00", "\ufffe", "\ud800"]),
    "anyURI": (["https://example.com/", "any text is one (3.3.17)"], ["\x00"]),
    "QName": (["of no use in RDF (RDF 1.1 Concepts, 5.1)"], []),
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
        ("2^integer", "1^integer", False),
        ("9007199254740993^integer", "9007199254740992^integer", False),
        ("9007199254740992^integer", "9007199254740993^integer", True),
        ("-INF^double", "0^integer", True),
        ("0^integer", "INF^double", True),
        ("NaN^double", "NaN^double", False),
        ("NaN^double", "1^decimal", False),
        ("1^decimal", "NaN^double", False),
        ("-0.0^double", "0.0^double", False),
        ("false^boolean", "true^boolean", True),
        ("true^boolean", "1^integer", None),
        ("five^integer", "6^integer", None),
        ("2026-11-24T10:15:00^dateTime", "2026-11-24T10:16:00^dateTime", True),
        ("2026-11-24T00:00:00^dateTime", "2026-11-24T14:00:00Z^dateTime", None),
        ("2026-11-24T00:00:00^dateTime", "2026-11-24T14:00:01Z^dateTime", True),
        ("2026-11-24T14:00:01Z^dateTime", "2026-11-24T00:00:00^dateTime", False),
        ("-0044-03-15T00:00:00Z^dateTime", "0044-03-15T00:00:00Z^dateTime", True),
        ("12026-01-01T00:00:00Z^dateTime", "2026-01-01T00:00:00Z^dateTime", False),
        ("2026-11-24T10:15:00.0000000001Z^dateTime", "2026-11-24T10:15:00.0000000002Z^dateTime", True),
        ("2026-11-24T10:15:00Z^dateTimeStamp", "2026-11-24T10:15:01Z^dateTime", True),
        ("2026-11-24^date", "2026-11-24T10:15:00Z^dateTime", None),
        ("P1D^duration", "P2D^duration", True),
        ("P1M^duration", "P27D^duration", False),
        ("P1M^duration", "P30D^duration", None),
        ("P1M^duration", "P32D^duration", True),
        ("-P1D^dayTimeDuration", "PT0S^duration", True),
        ("P9999999999999999999Y^duration", "P1Y^duration", None),  # too long to count, though well-formed
        ("10:15:00^time", "10:15:01^time", True),
        ("24:00:00^time", "00:00:00^time", False),
        ("2026^gYear", "2027^gYear", True),
        ("--02-29^gMonthDay", "--03-01^gMonthDay", True),
        ("0.1^decimal", "0.1^float", False),  # 0.1 in single precision is more than 0.1
        ("0.1^double", "0.1^float", True),
        ("16777217^integer", "16777216^float", False),
        ("1.000000059604644775390625000000000000001^float", "1.00000011920928955078125^float", False),
        ("a^token", "b^string", True),
        ("a^anyURI", "b^anyURI", None),
    ],
)
def test_values_compare_as_sparql_says(left: str, right: str, expected: bool | None) -> None:
    assert less(value_of(typed(left)), value_of(typed(right)), or_equal=False) is expected


@pytest.mark.parametrize("bound", ["100^integer", "100^double", "INF^double", "NaN^double"])
def test_nan_is_within_no_bound(bound: str) -> None:
    nan, limit = value_of(typed("NaN^double")), value_of(typed(bound))

    assert not less(nan, limit, or_equal=True)
    assert not less(limit, nan, or_equal=True)


def test_a_text_with_a_language_is_well_formed_whatever_it_says() -> None:
    assert well_formed(Literal("warm\n", RDF + "langString", "en"))


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("langString", "warm", False),  # RDF 1.1 Concepts, 3.3: it has a language, or is of another datatype
        ("HTML", "<p>any text", True),
        ("XMLLiteral", "a <b>b</b> &amp; <!-- c -->", True),
        ("XMLLiteral", "<b>", False),
        ("XMLLiteral", "a & b", False),
        ("XMLLiteral", "</x><x>", False),
        ("XMLLiteral", "<p:b/>", False),
        ("XMLLiteral", "<!DOCTYPE b>", False),
        ("XMLLiteral", "\ud800", False),
        ("JSON", ' {"a": [1, -0.5e3, "\\u00e9", true, null, {}, []]}\n', True),
        ("JSON", "", False),
        ("JSON", "NaN", False),
        ("JSON", "01", False),
        ("JSON", "[1,]", False),
        ("JSON", '{"a": 1,}', False),
        ("JSON", '{"a" 1}', False),
        ("JSON", "{1: 1}", False),
        ("JSON", "[}", False),
        ("JSON", "[", False),
        ("JSON", "1 2", False),
        ("JSON", '"\n"', False),
        ("JSON", "[" * 100_000 + "]" * 100_000, True),
    ],
)
def test_a_literal_of_rdfs_own_datatypes_is_judged(name: str, text: str, expected: bool) -> None:
    assert well_formed(Literal(text, RDF + name)) is expected


@pytest.mark.parametrize("name", ["decimal", "integer", "double", "float", "byte", "string", "token", "duration"])
def test_a_very_long_literal_is_judged_at_once(name: str) -> None:
    literal = Literal(("P" if name == "duration" else "") + "9" * 10_000_000, XSD + name)

    assert less(value_of(literal), value_of(literal), or_equal=False) is not True


def test_a_datatype_outside_xsd_takes_any_text() -> None:
    assert well_formed(Literal("?", "https://example.com/mine"))


@given(st.datetimes(), st.datetimes())
def test_times_compare_as_moments(left: datetime, right: datetime) -> None:
    values = [value_of(Literal(moment.isoformat() + "Z", XSD + "dateTime")) for moment in (left, right)]

    assert less(values[0], values[1], or_equal=True) == (left <= right)


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False, allow_infinity=False))
def test_doubles_compare_as_numbers(left: float, right: float) -> None:
    values = [value_of(Literal(repr(number), XSD + "double")) for number in (left, right)]

    assert less(values[0], values[1], or_equal=True) == (left <= right)


@given(st.text(), st.sampled_from(sorted(LEXICAL)))
def test_any_text_is_judged_without_an_error(text: str, name: str) -> None:
    literal = Literal(text, XSD + name)

    assert well_formed(literal) or value_of(literal) is None
