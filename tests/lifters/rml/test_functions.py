from __future__ import annotations

import pytest

from semantic_gw.errors import LiftingError, MappingError
from semantic_gw.lifters.rml.expressions import Expressions
from semantic_gw.lifters.rml.functions import FUNCTIONS
from semantic_gw.lifters.rml.functions.grel import GREL
from semantic_gw.lifters.rml.functions.idlab import NAMESPACES
from semantic_gw.lifters.rml.model import (
    Call,
    Constant,
    Expression,
    File,
    Formulation,
    Input,
    LogicalSource,
    Place,
    Reference,
)
from semantic_gw.lifters.rml.natural import STRING
from semantic_gw.lifters.rml.notes import Notes
from semantic_gw.model import Json, Literal

IDLAB = NAMESPACES[0]
SOURCE = LogicalSource(File("x.json"), Formulation.JSONPATH)
DEVICE = {"name": "hall lamp", "tags": ["b", "a"], "null": None, "on": True}


def text(value: str) -> Constant:
    return Constant(Literal(value, STRING))


def values(function: str, *inputs: tuple[str, Expression], strict: bool = True) -> list[Json]:
    call = Call(function, tuple(Input(name, value) for name, value in inputs), place=Place("lamp.ttl"))
    return [*Expressions(SOURCE).compile(call)(DEVICE, Notes(strict=strict))]


def grel(name: str, *given: str) -> list[Json]:
    function = FUNCTIONS[GREL + name]
    named = zip(function.parameters, given, strict=False)
    return values(function.iri, *((parameter.iri, text(value)) for parameter, value in named))


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("toUpperCase", ["lamp"], "LAMP"),
        ("toLowerCase", ["Lamp"], "lamp"),
        ("toTitleCase", ["hall LAMP"], "Hall Lamp"),
        ("string_trim", [" a "], "a"),
        ("string_length", ["lamp"], 4),
        ("string_substring", ["lamp", "1"], "amp"),
        ("string_substring", ["lamp", "1", "2"], "a"),
        ("string_substring", ["lamp", "9"], ""),
        ("string_replace", ["a b", " ", "-"], "a-b"),
        ("string_replaceChars", ["abc", "ab", "x"], "xc"),
        ("string_chomp", ["lamp.json", ".json"], "lamp"),
        ("string_contains", ["lamp", "am"], True),
        ("string_startsWith", ["lamp", "am"], False),
        ("string_endsWith", ["lamp", "mp"], True),
        ("string_indexOf", ["lamp", "m"], 2),
        ("string_fingerprint", [" b A, b!"], "a b"),
        ("string_md5", ["a"], "0cc175b9c0f1b6a831c399e269772661"),
        ("string_toNumber", ["21.5"], 21.5),
        ("string_toNumber", ["21"], 21),
        ("escape", ["A&B", "html"], "A&amp;B"),
        ("escape", ["a b", "url"], "a%20b"),
        ("escape", ['a"b', "csv"], '"a""b"'),
        ("math_round", ["2.5"], 3),
        ("math_floor", ["-2.5"], -3),
        ("math_ceil", ["2.1"], 3),
        ("math_max", ["2", "10"], 10),
        ("boolean_and", ["true", "false"], False),
        ("boolean_not", ["0"], True),
        ("controls_if", ["true", "a", "b"], "a"),
        ("controls_if", ["false", "a", "b"], "b"),
    ],
)
def test_a_function_of_grel_does_what_grel_says(name: str, given: list[str], value: Json) -> None:
    assert grel(name, *given) == [value]


@pytest.mark.parametrize(
    ("name", "inputs", "found"),
    [
        ("toUpperCaseURL", {"str": "venus"}, ["http://VENUS"]),
        ("toUpperCaseURL", {"str": "http://a"}, ["HTTP://A"]),
        ("slugify", {"str": "Küche / Süd"}, ["kuche-sud"]),
        ("concat", {"str": "a", "otherStr": "b", "delimiter": "-"}, ["a-b"]),
        ("stringContainsOtherString", {"str": "a;b", "otherStr": "b", "delimiter": ";"}, [True]),
        ("inRange", {"p_test": "3", "p_min": "1", "p_max": "3"}, [False]),
        ("trueCondition", {"strBoolean": "true", "str": "a"}, ["a"]),
        ("trueCondition", {"strBoolean": "false", "str": "a"}, []),
        ("decide", {"str": "a", "expectedStr": "a", "result": "yes"}, ["yes"]),
        ("normalizeDate", {"strDate": "24/11/2026", "pattern": "dd/MM/yyyy"}, ["2026-11-24"]),
        ("normalizeDateTime", {"strDate": "2026-11-24 10h", "pattern": "yyyy-MM-dd HH'h'"}, ["2026-11-24T10:00:00"]),
        ("getMIMEType", {"str": "a.json"}, ["application/json"]),
    ],
)
def test_a_function_of_idlab_does_what_it_says(name: str, inputs: dict[str, str], found: list[Json]) -> None:
    assert values(IDLAB + name, *((IDLAB + key, text(value)) for key, value in inputs.items())) == found


def test_functions_have_their_older_names_too() -> None:
    assert "http://example.com/idlab/function/slugify" in FUNCTIONS


def test_every_value_goes_through_a_function_by_itself() -> None:
    assert values(GREL + "toUpperCase", (GREL + "valueParam", Reference("$.tags[*]"))) == ["B", "A"]


def test_a_function_of_lists_takes_all_values_at_once() -> None:
    inputs = ((GREL + "p_array_a", Reference("$.tags[*]")), (GREL + "p_string_sep", text("+")))

    assert values(GREL + "array_join", *inputs) == ["b+a"]


def test_functions_nest() -> None:
    inner = Call(GREL + "string_replace", (Input(GREL + "valueParam", Reference("$.name")), Input(
        GREL + "param_find", text(" ")), Input(GREL + "param_replace", text("-"))))  # fmt: skip

    assert values(GREL + "toUpperCase", (GREL + "valueParameter", inner)) == ["HALL-LAMP"]


@pytest.mark.parametrize("path", ["$.absent", "$.null"])
def test_no_value_gives_no_result(path: str) -> None:
    assert values(GREL + "toUpperCase", (GREL + "valueParam", Reference(path))) == []


@pytest.mark.parametrize(("path", "found"), [("$.absent", True), ("$.null", True), ("$.name", False)])
def test_what_asks_for_nothing_is_told_of_it(path: str, found: bool) -> None:
    assert values(IDLAB + "isNull", (IDLAB + "str", Reference(path))) == [found]


def test_a_number_equals_its_text() -> None:
    inputs = ((GREL + "valueParam", Reference("$.on")), (GREL + "valueParam2", text("true")))

    assert values(IDLAB + "equal", *inputs) == [True]


def test_what_a_function_cannot_work_on_is_a_data_error() -> None:
    with pytest.raises(LiftingError, match="cannot work on 'hall lamp'"):
        values(GREL + "string_toNumber", (GREL + "valueParam", Reference("$.name")))


def test_what_a_function_cannot_work_on_gives_nothing_where_errors_are_told() -> None:
    assert values(GREL + "string_toNumber", (GREL + "valueParam", Reference("$.name")), strict=False) == []


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (Call(GREL + "toUperCase"), r"there is no function <.*#toUperCase>; there is <.*#toUpperCase>"),
        (
            Call(GREL + "toUpperCase", (Input(GREL + "x", text("a")),)),
            r"has no parameter <.*#x>; it has <.*valueParam>",
        ),
        (Call(GREL + "toUpperCase"), r"needs its parameter <.*#valueParam>"),
        (
            Call(GREL + "toUpperCase", (Input(GREL + "valueParam", text("a")),), GREL + "no"),
            r"returns no <.*#no>; it returns <.*#stringOut>",
        ),
    ],
)
def test_a_call_that_does_not_fit_is_refused_when_it_is_loaded(call: Call, problem: str) -> None:
    with pytest.raises(MappingError, match=problem):
        Expressions(SOURCE).compile(call)


FNS = "http://example.com/functions/"
URL = (FNS + "stringParameter", text("https://lamp.example/hall/1"))


@pytest.mark.parametrize(
    ("output", "value"), [("protocolOutput", "https"), ("hasDomainOutput", "lamp.example"), ("stringOutput", "hall/1")]
)
def test_one_of_several_results_is_taken_by_name(output: str, value: str) -> None:
    call = Call(FNS + "parseURL", (Input(*URL),), FNS + output)

    assert [*Expressions(SOURCE).compile(call)(DEVICE, Notes())] == [value]


def test_without_a_name_the_first_of_several_results_is_taken() -> None:
    assert values(FNS + "parseURL", URL) == ["https"]


def test_a_function_may_have_no_parameters() -> None:
    assert values(FNS + "helloworld") == ["Hello World!"]
