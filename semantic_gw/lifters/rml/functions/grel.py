"""GREL's functions, as FnO describes them (http://users.ugent.be/~bjdmeest/function/grel.ttl)."""

from __future__ import annotations

import hashlib
import html
import json
import math
import re
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import quote

from semantic_gw.lifters.rml.functions.function import Function, Output, Parameter
from semantic_gw.lifters.rml.functions.reading import anything, integer, number, numbers, text, texts, truth
from semantic_gw.model import Json

GREL: Final = "http://users.ugent.be/~bjdmeest/function/grel.ttl#"


def _parameter(
    name: str,
    predicate: str = "",
    read: Callable[[Json], Json] = text,
    *,
    many: bool = False,
    required: bool = True,
    nullable: bool = False,
) -> Parameter:
    return Parameter(GREL + name, GREL + (predicate or name), read, many, nullable, required)


def _output(name: str, predicate: str) -> tuple[Output, ...]:
    return (Output(GREL + name, GREL + predicate),)


VALUE: Final = _parameter("valueParam", "valueParameter")
VALUE_2: Final = _parameter("valueParam2", "valueParameter2")
_ANY: Final = _parameter("valueParam", "valueParameter", anything)
_MODE: Final = _parameter("modeParam", "modeParameter")
_FIND: Final = _parameter("param_find", "p_string_find")
_REPLACE: Final = _parameter("param_replace", "p_string_replace")
_PART: Final = _parameter("param_string_sub", "string_sub")
_SEPARATOR: Final = _parameter("param_string_sep", "p_string_sep")
_FROM: Final = _parameter("param_int_i_from", "p_int_i_from", integer)
_TO: Final = _parameter("param_int_i_opt_to", "p_int_i_opt_to", integer, required=False)
_LIST: Final = _parameter("param_a", "p_array_a", texts, many=True)
_NUMBERS: Final = _parameter("param_a", "p_array_a", numbers, many=True)
_NUMBER: Final = _parameter("param_dec_n", "p_dec_n", number)
_A: Final = _parameter("param_dec_a", "p_dec_a", number)
_B: Final = _parameter("param_dec_b", "p_dec_b", number)
_IF: Final = _parameter("param_b", "bool_b", truth)
_THEN: Final = _parameter("param_any_true", "any_true", anything, nullable=True)
_ELSE: Final = _parameter("param_any_false", "any_false", anything, nullable=True, required=False)
_TRUTHS: Final = tuple(_parameter(f"param_rep_b_{n}", f"bool_b_{n}", truth) for n in (1, 2))

_STRING: Final = _output("stringOut", "stringOutput")
_NUMERIC: Final = _output("output_number", "o_number")
_BOOLEAN: Final = _output("output_bool", "o_bool")
_ARRAY: Final = _output("output_array", "o_array")
_ANYTHING: Final = _output("output_any", "o_any")


def _escape(value: str, mode: str) -> str:
    modes: dict[str, Callable[[str], str]] = {
        "html": html.escape,
        "xml": html.escape,
        "csv": lambda plain: '"' + plain.replace('"', '""') + '"' if re.search(r'[",\n\r]', plain) else plain,
        "url": lambda plain: quote(plain, safe=""),
        "javascript": lambda plain: json.dumps(plain)[1:-1].replace("'", "\\'"),
    }
    if mode not in modes:
        raise ValueError(f"there is no mode {mode!r}; there are {', '.join(modes)}")
    return modes[mode](value)


def _substring(value: str, start: int, end: int | None) -> str:
    return value[start:end]


def _title(value: str) -> str:
    return re.sub(r"\S+", lambda word: word[0][:1].upper() + word[0][1:].lower(), value)


def _index_of(value: str, part: str) -> int:
    return value.find(part)


def _last_index_of(value: str, part: str) -> int:
    return value.rfind(part)


def _split(value: str, separator: str) -> list[str]:
    return value.split(separator) if separator else list(value)


def _replace_characters(value: str, find: str, replacement: str) -> str:
    return value.translate({ord(old): replacement[i] if i < len(replacement) else None for i, old in enumerate(find)})


def _fingerprint(value: str) -> str:
    words = re.sub(r"[^\w\s]", "", value.strip().lower()).split()
    return " ".join(sorted(set(words)))


def _round(value: float) -> int:
    """Halves go up, as in GREL, not to even."""
    return math.floor(value + 0.5)


def _digest(name: str) -> Callable[[str], str]:
    return lambda value: hashlib.new(name, value.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


def _choose(condition: bool, then: Json, otherwise: Json) -> Json:  # noqa: FBT001  GREL's own parameter
    return then if condition else otherwise


_Row = tuple[str, tuple[Parameter, ...], tuple[Output, ...], Callable[..., Json]]

_ROWS: Final[tuple[_Row, ...]] = (
    ("toUpperCase", (VALUE,), _STRING, str.upper),
    ("toUppercase", (VALUE,), _STRING, str.upper),
    ("toLowerCase", (VALUE,), _STRING, str.lower),
    ("toTitleCase", (VALUE,), _STRING, _title),
    ("string_toUppercase", (VALUE,), _STRING, str.upper),
    ("string_toLowercase", (VALUE,), _STRING, str.lower),
    ("string_toTitlecase", (VALUE,), _STRING, _title),
    ("string_trim", (VALUE,), _STRING, str.strip),
    ("string_length", (VALUE,), _NUMERIC, len),
    ("string_substring", (VALUE, _FROM, _TO), _STRING, _substring),
    ("string_replace", (VALUE, _FIND, _REPLACE), _STRING, str.replace),
    ("string_replaceChars", (VALUE, _FIND, _REPLACE), _STRING, _replace_characters),
    ("string_chomp", (VALUE, _SEPARATOR), _STRING, str.removesuffix),
    ("string_contains", (VALUE, _PART), _BOOLEAN, str.__contains__),
    ("string_startsWith", (VALUE, _PART), _BOOLEAN, str.startswith),
    ("string_endsWith", (VALUE, _PART), _BOOLEAN, str.endswith),
    ("string_indexOf", (VALUE, _PART), _NUMERIC, _index_of),
    ("string_lastIndexOf", (VALUE, _PART), _NUMERIC, _last_index_of),
    ("string_split", (VALUE, _SEPARATOR), _ARRAY, _split),
    ("string_fingerprint", (VALUE,), _STRING, _fingerprint),
    ("string_md5", (VALUE,), _STRING, _digest("md5")),
    ("string_sha1", (VALUE,), _STRING, _digest("sha1")),
    ("string_toNumber", (VALUE,), _NUMERIC, number),
    ("string_toString", (_ANY,), _STRING, text),
    ("escape", (VALUE, _MODE), _STRING, _escape),
    ("array_join", (_LIST, _SEPARATOR), _STRING, lambda items, separator: separator.join(items)),
    ("array_length", (_LIST,), _NUMERIC, len),
    ("array_sort", (_LIST,), _ARRAY, sorted),
    ("array_reverse", (_LIST,), _ARRAY, lambda items: items[::-1]),
    ("array_uniques", (_LIST,), _ARRAY, lambda items: list(dict.fromkeys(items))),
    ("array_sum", (_NUMBERS,), _NUMERIC, sum),
    ("math_abs", (_NUMBER,), _NUMERIC, abs),
    ("math_ceil", (_NUMBER,), _NUMERIC, math.ceil),
    ("math_floor", (_NUMBER,), _NUMERIC, math.floor),
    ("math_round", (_NUMBER,), _NUMERIC, _round),
    ("math_max", (_A, _B), _NUMERIC, max),
    ("math_min", (_A, _B), _NUMERIC, min),
    ("boolean_and", _TRUTHS, _BOOLEAN, lambda left, right: left and right),
    ("boolean_or", _TRUTHS, _BOOLEAN, lambda left, right: left or right),
    ("boolean_xor", _TRUTHS, _BOOLEAN, lambda left, right: left is not right),
    ("boolean_not", (_IF,), _BOOLEAN, lambda value: not value),
    ("controls_if", (_IF, _THEN, _ELSE), _ANYTHING, _choose),
)


def functions() -> Iterator[Function]:
    """All of them."""
    for name, parameters, outputs, apply in _ROWS:
        yield Function(GREL + name, parameters, outputs, apply)
