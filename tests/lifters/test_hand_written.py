"""What values mean, and where they stand, in Thing Descriptions without a term of ours."""

from __future__ import annotations

import pytest

from semantic_gw.model import Json
from tests.lifters.hand_written import at, described, lift, meaning, told

CELSIUS = {"type": "number", "unit": "°C"}
PERCENT = {"type": "number", "unit": "%"}
SAID = {"const": "1", "sgw:state": "sgw:On"}
ACTION = {"sgw:hasEventKind": "sgw:DeviceAction"}
TEMPERATURE = ("sgw:Temperature", 21.5, "unit:DEG_C")


@pytest.mark.parametrize(
    ("name", "schema", "value", "means"),
    [
        ("temperature", CELSIUS, 21.5, TEMPERATURE),
        ("roomTemperature", CELSIUS, 21.5, ("sgw:AirTemperature", 21.5, "unit:DEG_C")),
        ("t1", {**CELSIUS, "title": "Temperature"}, 21.5, TEMPERATURE),
        ("t1", {**CELSIUS, "@type": "s3:Temperature"}, 21.5, TEMPERATURE),
        ("t1", {**CELSIUS, "@type": ["saref:Temperature", "iot:Thing"]}, 21.5, TEMPERATURE),
        ("t1", {**CELSIUS, "@type": "TemperatureProperty"}, 21.5, TEMPERATURE),
        ("t1", {**CELSIUS, "@type": "sgw:AirTemperature"}, 21.5, ("sgw:AirTemperature", 21.5, "unit:DEG_C")),
        ("t1", {**CELSIUS, "ssn:forProperty": {"@id": "qk:Temperature"}}, 21.5, TEMPERATURE),
        ("t1", {**CELSIUS, "sosa:observes": "saref:Temperature"}, 21.5, TEMPERATURE),
        ("t1", {**CELSIUS, "saref:relatesToProperty": {"@type": "saref:Temperature"}}, 21.5, TEMPERATURE),
        ("t1", {**CELSIUS, "saref:hasPropertyKind": "saref:Temperature"}, 21.5, TEMPERATURE),
        ("dewPoint", {**CELSIUS, "qudt:hasQuantityKind": "qk:Temperature"}, 9, ("sgw:DewPoint", 9, "unit:DEG_C")),
        ("rh", {**PERCENT, "ssn:forProperty": "qk:RelativeHumidity"}, 5, ("sgw:Humidity", 5, "unit:PERCENT")),
        ("temperature", {"type": "number", "unit": "om:degreeCelsius"}, 21.5, TEMPERATURE),
        ("temperature", {"type": "number", "saref:isMeasuredIn": {"@id": "om:degreeCelsius"}}, 21.5, TEMPERATURE),
        ("temperature", {"unit": "Cel"}, 21.5, TEMPERATURE),
        ("power", {"type": "integer", "unit": "kW"}, 3, ("sgw:Power", 3, "unit:KiloW")),
        ("occupancy", {"type": "boolean"}, True, ("sgw:Occupancy", "sgw:Occupied")),
        ("state", {"type": "string", "enum": ["on", "off"]}, "on", ("sgw:OnOff", "sgw:On")),
        ("state", {"type": "string"}, "ON", ("sgw:OnOff", "sgw:On")),
        ("a", {"type": "boolean", "@type": "saref:OnOffState"}, True, ("sgw:OnOff", "sgw:On")),
        ("lockState", {"enum": ["LOCKED", "UNLOCKED"]}, "UNLOCKED", ("sgw:Locking", "sgw:Unlocked")),
        ("a", {"saref:hasStateKind": "sgw:Locking", "enum": ["locked"]}, "locked", ("sgw:Locking", "sgw:Locked")),
        (
            "lockState",
            {"type": "integer", "oneOf": [{"const": 0, "title": "unlocked"}, {"const": 1, "title": "locked"}]},
            1,
            ("sgw:Locking", "sgw:Locked"),
        ),
        (
            "a",
            {"saref:hasStateKind": "sgw:OnOff", "oneOf": [{"const": "AN", "sgw:state": "sgw:On"}, {"const": "AUS"}]},
            "AN",
            ("sgw:OnOff", "sgw:On"),
        ),
    ],
)  # fmt: skip
def test_a_value_means_what_its_description_says(name: str, schema: dict[str, Json], value: Json, means: Json) -> None:
    assert meaning(schema, value, name) == means


@pytest.mark.parametrize(
    ("name", "schema", "value"),
    [
        ("temperature", {"type": "number"}, 21),
        ("temperature", {"type": "number", "unit": "bananas"}, 21),
        ("temperature", {"type": "number", "unit": "%"}, 21),
        ("temperature", {**CELSIUS, "@type": "saref:Humidity"}, 21),
        ("temperature", {**CELSIUS, "title": "Humidity", "unit": "%"}, 21),
        ("temperature", CELSIUS, "21"),
        ("temperature", CELSIUS, True),
        ("temperature", {**CELSIUS, "maximum": 20}, 21),
        ("temperature", {**CELSIUS, "exclusiveMaximum": 21}, 21),
        ("flux", {"type": "number", "unit": "W"}, 3),
        ("state", {"type": "string", "enum": ["red", "green"]}, "red"),
        ("state", {"type": "string", "enum": ["on", "off"]}, "standby"),
        ("occupancy", {"type": "boolean"}, 1),
        ("a", {"type": "boolean", "@type": "saref:OpenCloseState"}, True),
        ("status", {"type": "string"}, "fine"),
        ("a", {}, 5),
        ("temperature", {"type": "array", "items": CELSIUS}, [21]),
        ("temperature", {"type": "object"}, {"value": 21}),
    ],
)
def test_what_nobody_knows_is_not_guessed(name: str, schema: dict[str, Json], value: Json) -> None:
    assert meaning(schema, value, name) is None


@pytest.mark.parametrize(
    ("schema", "raw", "value"),
    [
        ({"sgw:scale": 0.1}, 215, 21.5),
        ({"sgw:scale": 0.1, "sgw:offset": -40}, 615, 21.5),
        ({"sgw:offset": 1}, 20.5, 21.5),
        ({"sgw:scale": 0.001, "minimum": 0, "maximum": 30000}, 21500, 21.5),
        ({"scale": 0.1}, 215, 21.5),
        ({"multiplier": 0.1}, 215, 21.5),
        ({"divisor": 10}, 215, 21.5),
        ({"multipleOf": 0.1}, 21.5, 21.5),
        ({"decimals": 1}, 21.5, 21.5),
        ({"scale": 1}, 215, None),
        ({"scale": 10}, 215, None),
        ({"scale": 0.1, "offset": 4}, 215, None),
        ({"multiplier": "ten"}, 215, None),
        ({"type": "integer", "decimals": 1}, 215, None),
    ],
)
def test_a_raw_number_is_scaled_where_that_can_mean_one_thing(schema: dict[str, Json], raw: Json, value: Json) -> None:
    found = meaning({**CELSIUS, **schema}, raw, "temperature")

    assert (found and found[1]) == value


CLIMATE = {
    "climate": {
        "type": "object",
        "properties": {"temperature": CELSIUS, "humidity": {"type": "number", "unit": "%"}},
        "forms": at(),
    }
}


@pytest.mark.parametrize(
    "value", [{"temperature": 21.5, "humidity": 40}, {"climate": {"temperature": 21.5, "humidity": 40}}]
)
def test_every_field_of_an_object_is_a_value(value: Json) -> None:
    assert told(described(CLIMATE), "x", value) == {
        "climate.temperature": TEMPERATURE,
        "climate.humidity": ("sgw:Humidity", 40, "unit:PERCENT"),
    }


def test_a_field_has_an_iri_below_its_property() -> None:
    (graph,) = lift(described(CLIMATE), "x", {"temperature": 21.5}).graphs
    observed = {o for _, p, o in graph.triples if p.endswith("/observes")}

    assert observed == {"urn:dev:lamp#climate.temperature"}


@pytest.mark.parametrize(
    ("name", "field", "unit", "kind"),
    [
        ("battery", "level", "%", "sgw:BatteryLevel"),
        ("battery", "voltage", "V", "sgw:BatteryVoltage"),
        ("soil", "moisture", "%", "sgw:SoilMoisture"),
        ("readings", "pressure", "hPa", "sgw:Pressure"),
        ("limits", "temperature", "°C", None),
        ("targetValues", "temperature", "°C", None),
    ],
)
def test_a_field_is_known_by_what_is_around_it(name: str, field: str, unit: str, kind: str | None) -> None:
    schema = {"type": "object", "properties": {field: {"type": "number", "unit": unit}}, "forms": at()}
    found = told(described({name: schema}), "x", {field: 5}).get(f"{name}.{field}")

    assert (found and found[0]) == kind


@pytest.mark.parametrize(
    "schema",
    [
        {"unit": "°C", "properties": {"value": {"type": "number"}}},
        {"properties": {"value": {"type": "number", "unit": "°C"}}},
        {"properties": {"value": {"type": "number"}, "unit": {"const": "°C"}}},
    ],
)
def test_a_declared_value_field_is_the_property_itself(schema: dict[str, Json]) -> None:
    thing = described({"temperature": {"type": "object", **schema, "forms": at()}})

    assert told(thing, "x", {"value": 21.5}) == {"temperature.value": TEMPERATURE}


def test_a_value_field_that_is_not_declared_is_unmapped() -> None:
    thing = described({"temperature": {**CELSIUS, "forms": at()}})

    assert lift(thing, "x", {"value": 21.5}).unmapped == ("/value",)


def test_members_that_are_read_by_position_are_not_unmapped() -> None:
    both = {"phase_1": {**CELSIUS, "sgw:pointer": "/a/t/0"}, "other": {**CELSIUS, "sgw:pointer": "/a/u"}}
    thing = described({name: {**one, "title": "Temperature", "forms": at()} for name, one in both.items()})

    assert lift(thing, "x", {"a": {"t": [20.5], "u": 21.5, "v": 1}}).unmapped == ("/a/v",)


@pytest.mark.parametrize("value", [[21.5, 40], {"env": [21.5, 40]}])
def test_an_array_that_lists_its_items_is_read_by_position(value: Json) -> None:
    items = [{**CELSIUS, "title": "Temperature"}, {"type": "number", "unit": "%", "@type": "saref:Humidity"}]
    thing = described({"env": {"type": "array", "items": items, "forms": at()}})

    assert told(thing, "x", value) == {"env.0": TEMPERATURE, "env.1": ("sgw:Humidity", 40, "unit:PERCENT")}


def test_a_time_in_the_payload_is_the_time_of_its_values() -> None:
    fields = {"value": CELSIUS, "at": {"type": "string", "format": "date-time", "@type": "sgw:PhenomenonTime"}}
    thing = described({"temperature": {"type": "object", "properties": fields, "forms": at()}})
    (graph,) = lift(thing, "x", {"value": 21.5, "at": "2026-11-24T10:00:00Z"}).graphs

    assert graph.phenomenon_time is not None


@pytest.mark.parametrize(
    ("value", "media_type"),
    [(21.5, "application/json"), ({"temperature": 21.5}, "application/json"), ("21.5", "text/plain")],
)
def test_one_property_alone_is_the_whole_payload(value: Json, media_type: str) -> None:
    thing = described({"temperature": {**CELSIUS, "forms": at()}})

    assert told(thing, "x", value, media_type) == {"temperature": TEMPERATURE}


@pytest.mark.parametrize("value", ["21.5", [21.5], False])
def test_a_whole_payload_of_another_type_is_unmapped(value: Json) -> None:
    thing = described({"temperature": {**CELSIUS, "forms": at()}})

    assert lift(thing, "x", value).unmapped == ("",)


def test_the_text_of_a_state_stays_text() -> None:
    thing = described(
        {"a": {"saref:hasStateKind": "sgw:OnOff", "oneOf": [{"const": "1", "sgw:state": "sgw:On"}], "forms": at()}}
    )

    assert told(thing, "x", "1", "text/plain") == {"a": ("sgw:OnOff", "sgw:On")}


def test_properties_that_share_an_address_are_members() -> None:
    thing = described({"temperature": {**CELSIUS, "forms": at()}, "state": {"enum": ["on", "off"], "forms": at()}})

    assert told(thing, "x", {"temperature": 21.5, "state": "on"}).keys() == {"temperature", "state"}
    assert lift(thing, "x", 21.5).unmapped == ("",)


@pytest.mark.parametrize("op", ["readallproperties", "observeallproperties", "readmultipleproperties"])
def test_a_form_of_the_thing_reports_all_its_properties(op: str) -> None:
    thing = described(
        {"temperature": {**CELSIUS, "forms": at("t")}, "set": {**CELSIUS, "writeOnly": True, "forms": at("s")}},
        base="http://lamp.local/",
        forms=[{"href": "all", "op": [op]}],
    )

    assert told(thing, "all", {"temperature": 21.5, "set": 3}) == {"temperature": TEMPERATURE}
    assert told(thing, "http://lamp.local/all", {"temperature": 21.5}) == {"temperature": TEMPERATURE}


def test_a_filter_of_the_thing_ends_with_the_names_of_its_properties() -> None:
    thing = described(
        {"temperature": {**CELSIUS, "forms": at("t")}},
        forms=[{"href": "mqtt://broker", "mqv:filter": "lamp/+", "op": "observeallproperties"}],
    )

    assert told(thing, "lamp/temperature", 21.5) == {"temperature": TEMPERATURE}
    assert told(thing, "lamp/+", {"temperature": 21.5}) == {"temperature": TEMPERATURE}


@pytest.mark.parametrize(
    ("name", "affordance", "value", "means"),
    [
        ("action", {"data": {"enum": ["single", "double"]}}, "single", ("sgw:SinglePress", "single")),
        ("motion", {"data": {"type": "boolean"}}, True, ("sgw:Motion", "sgw:MotionDetected")),
        ("temperature", {"data": CELSIUS}, 21.5, TEMPERATURE),
        ("hot", {"sgw:hasEventKind": "sgw:DeviceAction", "data": CELSIUS}, 80, ("sgw:DeviceAction", "80")),
        (
            "hot",
            {"sgw:hasEventKind": "sgw:DeviceAction", "data": {"type": "object"}},
            {"n": 1},
            ("sgw:DeviceAction", '{"n":1}'),
        ),
        ("hot", {"@type": "sgw:SinglePress"}, "now", ("sgw:SinglePress", "now")),
        ("hot", {"data": CELSIUS}, 80, None),
    ],
)
def test_an_event_is_what_happened_or_what_was_observed(
    name: str, affordance: dict[str, Json], value: Json, means: Json
) -> None:
    form = {"href": "mqtt://broker/x", "op": "subscribeevent"}
    thing = described({}, events={name: {**affordance, "forms": [form]}})

    assert told(thing, "x", value).get(name) == means


def test_the_fields_of_an_events_data_are_values() -> None:
    data = {"type": "object", "properties": {"temperature": CELSIUS}}
    thing = described({}, events={"report": {"data": data, "forms": [{"href": "mqtt://broker/x"}]}})

    assert told(thing, "x", {"temperature": 21.5}) == {"report.temperature": TEMPERATURE}
