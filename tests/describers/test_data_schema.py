from __future__ import annotations

import pytest

from semantic_gw.model import Json
from semantic_gw.rdf.namespaces import SGW, UNIT
from tests.describers.devices import affordance, binary, enum, kinds_of_values, numeric


def test_a_number_has_the_unit_of_its_kind() -> None:
    schema = affordance(numeric("temperature", unit="°C"))

    assert (schema["type"], schema["unit"], schema["sgw:unitText"]) == ("number", UNIT + "DEG_C", "°C")
    assert schema["saref:hasPropertyKind"] == {"@id": SGW + "Temperature"}


@pytest.mark.parametrize("expose", [numeric("flux_of_nothing", unit="°C"), numeric("temperature", unit="furlong")])
def test_a_number_whose_name_or_unit_nobody_knows_has_neither_kind_nor_unit(expose: Json) -> None:
    schema = affordance(expose)

    assert schema["type"] == "number"
    assert schema["sgw:unitText"] == expose["unit"]
    assert not schema.keys() & {"unit", "saref:hasPropertyKind", "saref:hasStateKind"}


@pytest.mark.parametrize(
    ("bounds", "told"),
    [
        ({"value_min": 153, "value_max": 500}, {"minimum": 153, "maximum": 500}),
        ({"value_min": 0}, {"minimum": 0}),
        ({"value_max": -1}, {"maximum": -1}),
        ({"value_min": 5, "value_max": 1}, {}),
        ({"value_min": "5", "value_max": True}, {}),
    ],
)
def test_bounds_are_those_that_the_device_gives(bounds: dict[str, Json], told: dict[str, Json]) -> None:
    schema = affordance(numeric("battery", unit="%", **bounds))

    assert {name: schema[name] for name in ("minimum", "maximum") if name in schema} == told


def test_a_preset_outside_the_bounds_does_not_widen_them() -> None:
    presets = [{"name": "previous", "value": 65535}]
    schema = affordance(numeric("color_temp", unit="mired", value_min=153, value_max=500, presets=presets))

    assert (schema["minimum"], schema["maximum"]) == (153, 500)


@pytest.mark.parametrize(
    ("expose", "step"),
    [
        (numeric("x", access=7, value_min=5, value_max=30, value_step=0.5), 0.5),
        (numeric("x", access=2, value_step=1), 1),
        (numeric("x", access=7, value_min=0.3, value_step=0.1), 0.1),
        (numeric("x", access=7, value_min=1, value_step=2), None),
        (numeric("x", access=1, value_min=0, value_step=0.5), None),
        (numeric("x", access=7, value_step=0), None),
        (numeric("x", access=7, value_step=-1), None),
        (numeric("x", access=7, value_min=1e300, value_step=1e-300), None),
    ],
)
def test_a_step_counts_for_settings_whose_values_are_multiples_of_it(expose: Json, step: float | None) -> None:
    assert affordance(expose).get("multipleOf") == step


def test_each_value_of_a_state_is_told_and_what_it_means_where_that_is_known() -> None:
    schema = affordance(enum("power_on_behavior", "off", "previous", "dance"))

    assert schema["enum"] == ["off", "previous", "dance"]
    assert [option["const"] for option in schema["oneOf"]] == schema["enum"]
    assert kinds_of_values(schema) == {"off": "StartsOff", "previous": "StartsAsBefore"}


def test_values_that_nobody_knows_are_told_without_meaning() -> None:
    schema = affordance(enum("dance_style", "polka", "waltz"))

    assert (schema["type"], schema["enum"]) == ("string", ["polka", "waltz"])
    assert not schema.keys() & {"oneOf", "saref:hasStateKind"}


def test_truth_values_are_booleans() -> None:
    schema = affordance(binary("occupancy", on=True, off=False))

    assert schema["type"] == "boolean"
    assert "enum" not in schema
    assert kinds_of_values(schema).keys() == {True, False}


def test_a_contact_that_is_true_is_closed() -> None:
    assert kinds_of_values(affordance(binary("contact", on=False, off=True))) == {True: "Closed", False: "Open"}


@pytest.mark.parametrize(
    ("values", "type_"),
    [([2400, 4800], "integer"), ([0.5, 1.5], "number"), (["1", 1], None), ([True, "on"], None)],
)
def test_values_of_one_type_tell_it(values: list[Json], type_: str | None) -> None:
    schema = affordance(enum("baud", *values))

    assert schema.get("type") == type_
    assert schema["enum"] == values


@pytest.mark.parametrize(("type_", "told"), [("text", "string"), ("list", "array"), ("composite", "object")])
def test_what_is_neither_number_nor_choice_tells_its_json_type(type_: str, told: str) -> None:
    assert affordance({"type": type_, "name": "notes", "property": "notes", "access": 1})["type"] == told


@pytest.mark.parametrize("expose", [{"type": "enum"}, {"type": "binary"}, {"type": "spline"}, {"type": 3}, {}])
def test_what_cannot_be_told_of_a_value_is_not(expose: dict[str, Json]) -> None:
    schema = affordance({**expose, "name": "notes", "property": "notes", "access": 1})

    assert not schema.keys() & {"type", "enum", "oneOf", "saref:hasStateKind", "saref:hasPropertyKind"}
