"""The functions of IDLab that RML's suites and mappings use (https://w3id.org/imec/idlab/function)."""

from __future__ import annotations

import mimetypes
import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from semantic_gw.lifters.rml.functions.function import Function, Output, Parameter
from semantic_gw.lifters.rml.functions.grel import VALUE, VALUE_2
from semantic_gw.lifters.rml.functions.reading import anything, number, text, texts, truth
from semantic_gw.model import Json

NAMESPACES: Final = ("https://w3id.org/imec/idlab/function#", "http://example.com/idlab/function/")
"""The namespace, and the one that it had in older mappings."""

_JAVA: Final = {"yyyy": "%Y", "yy": "%y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "M": "%m", "dd": "%d", "d": "%d",
                "HH": "%H", "H": "%H", "hh": "%I", "mm": "%M", "ss": "%S", "a": "%p", "EEEE": "%A", "EEE": "%a",
                "Z": "%z", "XXX": "%z"}  # fmt: skip
"""Letters of Java's date patterns, which the functions are defined with, as Python's."""

_JAVA_PIECE: Final = re.compile(r"'([^']*)'|([A-Za-z])\2*|[^A-Za-z']")


def _pattern(java: str) -> str:
    def piece(match: re.Match[str]) -> str:
        if match[1] is not None:
            return (match[1] or "'").replace("%", "%%")
        if match[2] is None:
            return match[0].replace("%", "%%")
        if match[0] not in _JAVA:
            raise ValueError(f"{match[0]!r} of the pattern {java!r} is not known; known are {', '.join(_JAVA)}")
        return _JAVA[match[0]]

    return _JAVA_PIECE.sub(piece, java)


def _normalize_date(written: str, pattern: str) -> str:
    return datetime.strptime(written, _pattern(pattern)).date().isoformat()  # noqa: DTZ007  a date has no zone


def _normalize_date_time(written: str, pattern: str) -> str:
    return datetime.strptime(written, _pattern(pattern)).isoformat()  # noqa: DTZ007  by the pattern


def _upper_case_url(value: str) -> str:
    upper = value.upper()
    return upper if upper.startswith(("HTTP://", "HTTPS://")) else f"http://{upper}"


def _slug(value: str) -> str:
    plain = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _contains_other(value: str, other: str, delimiter: str) -> bool:
    return other in (value.split(delimiter) if delimiter else value)


def _in_range(value: float, low: float | None, high: float | None) -> bool:
    return (low is None or value >= low) and (high is None or value < high)


def _mime_type(name: str) -> str | None:
    return mimetypes.guess_type(name, strict=False)[0]


_Row = tuple[str, tuple[Parameter, ...], tuple[Output, ...], Callable[..., Json]]


def _rows(namespace: str) -> Iterator[_Row]:
    def parameter(name: str, read: Callable[[Json], Json] = text, **more: bool) -> Parameter:
        return Parameter(namespace + name, namespace + name, read, **more)

    def output(name: str) -> tuple[Output, ...]:
        return (Output(namespace + name, namespace + name),)

    string, boolean = output("_stringOut"), output("_boolOut")
    value, other = parameter("str"), parameter("otherStr")
    maybe = parameter("str", anything, nullable=True)
    delimiter = parameter("delimiter", required=False)
    bounds = (parameter("p_min", number, required=False), parameter("p_max", number, required=False))
    yield "alwaysReturnsABC", (), string, lambda: "ABC"
    yield "toUpperCaseURL", (value,), string, _upper_case_url
    yield "slugify", (value,), string, _slug
    yield "concat", (value, other, delimiter), string, lambda a, b, between: f"{a}{between or ''}{b}"
    yield "equal", (VALUE, VALUE_2), boolean, lambda a, b: a == b
    yield "notEqual", (VALUE, VALUE_2), boolean, lambda a, b: a != b
    yield "isNull", (maybe,), boolean, lambda found: found is None
    yield "isNotNull", (maybe,), boolean, lambda found: found is not None
    yield "notNull", (maybe,), boolean, lambda found: found is not None
    yield "stringContainsOtherString", (value, other, delimiter), boolean, _contains_other
    yield "listContainsElement", (parameter("list", texts, many=True), value), boolean, lambda items, one: one in items
    yield "inRange", (parameter("p_test", number), *bounds), boolean, _in_range
    yield "trueCondition", (parameter("strBoolean", truth), maybe), string, lambda sure, then: then if sure else None
    yield (
        "decide",
        (value, parameter("expectedStr"), parameter("result", anything)),
        string,
        (lambda given, expected, result: result if given == expected else None),
    )
    yield "normalizeDate", (parameter("strDate"), parameter("pattern")), string, _normalize_date
    yield "normalizeDateTime", (parameter("strDate"), parameter("pattern")), string, _normalize_date_time
    yield "getMIMEType", (value,), string, _mime_type


def functions() -> Iterator[Function]:
    """All of them, in both namespaces."""
    for namespace in NAMESPACES:
        for name, parameters, outputs, apply in _rows(namespace):
            yield Function(namespace + name, parameters, outputs, apply)
