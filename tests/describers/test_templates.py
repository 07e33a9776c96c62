"""Value templates of Home Assistant: what they make of a payload, and what is refused by its name."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.describers.template_evaluation import evaluate
from semantic_gw.describers.template_meaning import Extract, extract
from semantic_gw.describers.template_parser import KNOWN_FILTERS, KNOWN_TESTS, parse
from semantic_gw.describers.template_tokens import MAX_LENGTH, TemplateError
from semantic_gw.describers.template_tree import every_node
from semantic_gw.describers.template_values import FILTERS, TESTS
from semantic_gw.model import Json


def became(found: Extract, *raws: Json) -> list[Json]:
    """What each of *raws* becomes; `…` for one that is not named."""
    cases = {(type(raw), raw): result for raw, result in found.cases}
    return [cases.get((type(raw), raw), ...) for raw in raws]


def refusal(template: str) -> str:
    with pytest.raises(TemplateError) as caught:
        extract(template)
    return str(caught.value)


# Places.


@pytest.mark.parametrize(
    ("template", "place"),
    [
        ("", ()),
        ("{{ value }}", ()),
        ("{{value}}", ()),
        ("{{- value -}}", ()),
        ("{{ value_json }}", ()),
        ("{{ value_json.a }}", ("a",)),
        ("{{ value_json.a.b }}", ("a", "b")),
        ('{{ value_json["a"] }}', ("a",)),
        ("{{ value_json['a b'].c }}", ("a b", "c")),
        ("{{ value_json[0] }}", ("0",)),
        ("{{ value_json.list[2].x }}", ("list", "2", "x")),
        ("{{ value_json.get('a') }}", ("a",)),
        ("{{ value_json.a | is_defined }}", ("a",)),
        ("{# where it is #}{{ value_json.a }}", ("a",)),
        ("{% set room = value_json.room %}{{ room.t }}", ("room", "t")),
        ("{{ (value_json.a) }}", ("a",)),
    ],
)
def test_a_template_tells_a_place(template: str, place: tuple[str, ...]) -> None:
    found = extract(template)

    assert found == Extract((place,), cases=found.cases)


@pytest.mark.parametrize(
    "template",
    [
        "{{ value_json.a | float }}",
        "{{ value_json.a | int }}",
        "{{ value_json.a | float(0) | round(1) }}",
        "{{ float(value_json.a) }}",
        "{{ value_json.a | default(0) }}",
        "{{ value_json.a | d('') | trim }}",
        "{{ value_json.get('a', 0) }}",
        "{{ value_json.a if value_json.a is defined else 0 }}",
        "{{ value_json.a if value_json.a is not none }}",
        "{% if value_json.a is defined %}{{ value_json.a }}{% endif %}",
        "{% if 'a' in value_json %}{{ value_json.a }}{% else %}0{% endif %}",
        "{{ value_json.a if value_json is defined }}",
    ],
)
def test_a_default_of_what_is_missing_and_rounding_change_nothing(template: str) -> None:
    found = extract(template)
    found.require_number()

    assert found == Extract((("a",),), cases=found.cases)


@pytest.mark.parametrize(
    ("template", "scale", "offset"),
    [
        ("{{ value_json.a / 10 }}", Fraction(1, 10), 0),
        ("{{ value_json.a * 0.01 }}", Fraction(1, 100), 0),
        ("{{ 100 - value_json.a }}", -1, 100),
        ("{{ -value_json.a }}", -1, 0),
        ("{{ (value | float - 32) * 5 / 9 }}", Fraction(5, 9), Fraction(-160, 9)),
        ("{{ value_json.a | multiply(0.1) | add(2) }}", Fraction(1, 10), 2),
        ("{{ ((value_json.a | float) / 1000) | round(2) }}", Fraction(1, 1000), 0),
        ("{{ value_json.a | float / 3 | round(2) }}", Fraction(1, 3), 0),
    ],
)
def test_arithmetic_with_constants_is_a_scale(template: str, scale: Fraction, offset: Fraction) -> None:
    found = extract(template)
    found.require_number()

    assert (found.scale, found.offset) == (scale, offset)


def test_the_first_place_that_is_there_may_count() -> None:
    found = extract("{{ value_json.a | default(value_json.b) | float * 2 }}")

    assert found.pointers == (("a",), ("b",))
    assert found.scale == 2


# Choices.


@pytest.mark.parametrize(
    "template",
    [
        "{{ 'ON' if value_json.s == 'open' else 'OFF' }}",
        "{% if value_json.s == 'open' %}ON{% else %}OFF{% endif %}",
        "{%- if value_json.s != 'open' -%} OFF {%- else -%} ON {%- endif -%}",
        "{{ 'ON' if value_json.s in ['open'] else 'OFF' }}",
        "{{ {'open': 'ON'}.get(value_json.s, 'OFF') }}",
        "{{ (value_json.s == 'open') | iif('ON', 'OFF') }}",
        "{% set x = value_json.s %}{{ 'ON' if x == 'open' and not x == 'shut' else 'OFF' }}",
    ],
)
def test_a_choice_names_its_values_and_what_any_other_is(template: str) -> None:
    found = extract(template)

    assert found.pointers == (("s",),)
    assert became(found, "open") == ["ON"]
    assert (found.passes, found.otherwise) == (False, "OFF")


def test_a_table_names_what_it_has_and_nothing_else() -> None:
    found = extract("{% set words = {None: None, 'heat': 'heating'} %}{{ words[value_json.s] }}")

    assert became(found, "heat", "cool") == ["heating", ...]
    assert found.otherwise is None


def test_a_choice_may_have_several_steps() -> None:
    found = extract("{% if value == '0' %}off{% elif value == '1' %}low{% else %}high{% endif %}")

    assert became(found, "0", 0, "1", 1) == ["off", "off", "low", "low"]
    assert found.otherwise == "high"


def test_truth_is_known_of_truth_values_and_of_numbers_alone() -> None:
    found = extract("{{ 'ON' if value_json.s else 'OFF' }}")

    assert became(found, True, False, 1, 0) == ["ON", "OFF", "ON", "OFF"]
    assert found.otherwise is None


def test_a_comparison_puts_out_a_truth_value() -> None:
    found = extract("{{ value_json.s == 3 }}")

    assert became(found, 3) == [True]
    assert found.otherwise == "False"


def test_a_number_is_no_text_within_a_payload() -> None:
    assert became(extract("{{ 'a' if value_json.s == '1' else 'b' }}"), "1", 1) == ["a", "b"]


def test_filters_of_texts_take_each_spelling() -> None:
    assert became(extract("{{ value | lower }}", ("on",)), "on", "ON", "On") == ["on", "on", "on"]


def test_int_takes_the_number_out_of_a_text() -> None:
    assert became(extract("{{ 'a' if value | int == 1 else 'b' }}"), "1", 1) == ["a", "a"]


def test_what_is_wanted_is_looked_for() -> None:
    assert became(extract("{{ value_json.s }}", ("true", "7")), "true", True, "7", 7) == ["true", True, "7", 7]


# What is refused.


@pytest.mark.parametrize(
    ("template", "named"),
    [
        ("{{ value | regex_findall('a') }}", "the filter 'regex_findall'"),
        ("{{ value_json.a | from_json }}", "the filter 'from_json'"),
        ("{{ value_json.a | timestamp_local }}", "the filter 'timestamp_local'"),
        ("{{ states('sensor.x') }}", "the function 'states'"),
        ("{{ now() }}", "the function 'now'"),
        ("{{ trigger }}", "the variable 'trigger'"),
        ("{{ value_json.a is divisibleby(2) }}", "the test 'divisibleby'"),
        ("{{ value.split(',')[0] }}", "the method 'split'"),
        ("{{ value[0] }}", "a part of what is neither the payload nor a table"),
        ("{% for a in value_json %}{{ a }}{% endfor %}", "the block 'for'"),
        ("{% macro m() %}{% endmacro %}", "the block 'macro'"),
        ("{{ value_json.a ~ 'x' }}", "the operator ~ (concatenation)"),
        ("{{ value_json.a + 'x' }}", "texts put together (concatenation)"),
        ("{{ value_json.a }} {{ value_json.a }}", "several values or texts one after the other (concatenation)"),
        ("about {{ value_json.a }}", "several values or texts one after the other (concatenation)"),
        ("{{ value_json.a // 2 }}", "the operator //"),
        ("{{ value_json.a % 2 }}", "the operator %"),
        ("{{ value_json.a ** 2 }}", "the operator **"),
        ("{{ 'a' if value_json.a > 5 else 'b' }}", "the comparison >"),
        ("{{ value_json.a * value_json.b }}", "arithmetic of two values of the payload"),
        ("{{ value_json.a if value_json.b == 1 }}", "several values of the payload at once (a, b)"),
        ("{{ 1 / value_json.a }}", "a division by a value of the payload"),
        ("{{ value_json.a / 0 }}", "a product or quotient with zero"),
        ("{{ value_json[value_json.k] }}", "a member of the payload whose name is computed"),
        ("{{ value_json.list[-1] }}", "a member of the payload whose name is computed"),
        ("{{ 'a' if value_json.a * 2 == 4 else 'b' }}", "a comparison of what was computed"),
        ("{{ 21 }}", "no value of the payload in it"),
        ("just text", "no value of the payload in it"),
        ("{{ value_json.a", "no }} at its end"),
        ("{% if value %}on", "no '{%'"),
        ("{% endif %}", "'{%' without its beginning"),
        ("{{ value_json.a; }}", "'; }}', which is no word or sign"),
        ("{# for ever", "a comment without #}"),
        ("{{ '' }}" * 3, "several values or texts one after the other (concatenation)"),
    ],
)
def test_what_is_not_read_is_named(template: str, named: str) -> None:
    assert refusal(template) == named


@pytest.mark.parametrize(
    ("template", "named"),
    [
        ("{{ 100 if value_json.a == 'ok' else 0 }}", "a choice of constants, where a number is wanted"),
        ("{{ value_json.a if value_json.a != 65535 }}", "a number that stands for another value (65535)"),
        ("{{ value_json.a * 10000000000000 }}", "arithmetic beyond 1e12"),
    ],
)
def test_what_is_no_number_is_refused_where_one_is_wanted(template: str, named: str) -> None:
    with pytest.raises(TemplateError) as caught:
        extract(template).require_number()

    assert str(caught.value) == named


def test_a_text_that_stands_for_no_value_may_be_left_out_of_numbers() -> None:
    found = extract("{{ value_json.a if value_json.a != 'N/A' }}")
    found.require_number()

    assert found.passes


@pytest.mark.parametrize(
    "template",
    [
        "x" * (MAX_LENGTH + 1),
        "{{ " + "(" * 2_000 + "1" + ")" * 2_000 + " }}",
        "{{ " + "(" * 400 + "value" + ")" * 400 + " }}",
        "{{ " + "not " * 900 + "value }}",
        "{{ " + "-" * 900 + "1 }}",
        "{{ value" + " + 1" * 400 + " }}",
        "{{ value" + " | float" * 400 + " }}",
        "{% if value %}" * 300,
        "{{ [" * 900,
        "{{ {" * 900,
        "{{ 9" * 900,
        "{{ 1e99 * 1e99 * 1e99 * 1e99 * value }}",
        "{{ value * " + "9" * 41 + " }}",
        "{% set a = 99 %}" + "{% set a = a * a %}" * 25 + "{{ value * a }}",
        "{{ value in [" + ", ".join(f"'{n}'" for n in range(300)) + "] }}",
    ],
)
def test_a_hostile_template_is_refused(template: str) -> None:
    assert refusal(template)


def test_shared_parts_are_worked_out_once() -> None:
    doubled = "{% set a = value_json.x %}" + "{% set a = a if a == 1 else a %}" * 14 + "{{ a }}"

    assert extract(doubled).passes


def test_every_filter_and_test_that_is_read_is_worked_out() -> None:
    own = {"default", "d", "iif", "add", "multiply"}

    assert KNOWN_FILTERS - own == FILTERS.keys()
    assert TESTS.keys() == KNOWN_TESTS


_PARTS = st.sampled_from(
    [
        "{{", "}}", "{%", "%}", "{#", "#}", "if", "else", "elif", "endif", "set", "value", "value_json", ".", "|", "(",
        ")", "[", "]", "{", "}", ",", ":", "=", "==", "!=", "in", "not", "and", "or", "is", "defined", "none", "float",
        "int", "round", "default", "lower", "iif", "+", "-", "*", "/", "~", "%", "'", '"', "'a'", "'b'", "1", "0.5",
        "x", "true", "false", "None", "get", "keys", "\\", "\n",
    ]
)  # fmt: skip


@given(st.lists(_PARTS, max_size=60).map(" ".join))
def test_whatever_a_template_is_it_is_read_or_refused(template: str) -> None:
    try:
        tree = parse(template)
    except TemplateError:
        return
    assert list(every_node(tree))
    try:
        found = extract(template, ("ON", "1"))
        found.require_number()
    except TemplateError:
        return
    assert found.pointers


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(template: str) -> None:
    with suppress(TemplateError):
        extract("{{" + template + "}}")


def test_nothing_of_a_template_is_run() -> None:
    assert refusal("{{ value.__class__.__mro__ }}") == "a part of what is neither the payload nor a table"
    assert refusal("{{ ''.__class__ }}") == "a part of what is neither the payload nor a table"
    assert extract("{{ value_json.__class__ }}").pointers == (("__class__",),)


def test_a_member_that_is_missing_is_nothing() -> None:
    tree = parse("{{ value_json.a is defined }}")

    assert evaluate(tree, {}) is False
