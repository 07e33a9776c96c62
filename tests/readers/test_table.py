"""A table says where things stand in a family's documents: which Thing, when, and which values."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from semantic_gw.contracts import Reading, Readings
from semantic_gw.errors import LiftingError
from semantic_gw.model import Document, Json, Payload, Source
from semantic_gw.readers.rules import parse_rules
from semantic_gw.readers.table import MAX_READINGS, TableReader

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def read(value: Json, /, zone: str = "", description: Json = None, **table: Any) -> Readings:
    payload = Payload(b"", "application/json", Source("mqtt", "shed/1"), NOON, description=description)
    rules = parse_rules({"thing": "urn:x:{shed}", **table})
    reader = TableReader(rules, ZoneInfo(zone) if zone else None)
    return reader.read(Document(payload, value, "application/json"), {"shed": "1"})


def only(readings: Readings) -> Reading:
    (reading,) = readings.readings
    return reading


def values(reading: Reading) -> dict[str, tuple[Json, str]]:
    return {"/".join(field.path): (field.value, field.unit) for field in reading.fields}


def test_every_value_of_a_document_is_a_field() -> None:
    reading = only(read({"a": 1, "b": {"c": "ON", "d": [True, 2.5]}}))

    assert values(reading) == {"a": (1, ""), "b/c": ("ON", ""), "b/d/0": (True, ""), "b/d/1": (2.5, "")}
    assert [field.pointer for field in reading.fields] == ["/a", "/b/c", "/b/d/0", "/b/d/1"]


def test_null_is_no_value() -> None:
    assert read({"a": None}) == Readings()


def test_the_first_template_that_can_be_filled_names_the_thing() -> None:
    table: dict[str, Any] = {"thing": ["urn:dev:mac:{/mac|hex}", "urn:x:{shed}"]}

    assert only(read({"mac": "AA:BB", "t": 1}, **table)).thing == "urn:dev:mac:aabb"
    assert only(read({"t": 1}, **table)).thing == "urn:x:1"


def test_a_document_of_no_thing_is_refused() -> None:
    with pytest.raises(LiftingError, match="which Thing"):
        read({"t": 1}, thing="urn:dev:mac:{/mac|hex}")


def test_each_item_is_a_reading() -> None:
    found = read({"data": [{"id": "a", "t": 1}, {"id": "b", "t": 2}]}, thing="urn:x:{/id}", each="/data/*")

    assert [(r.thing, values(r)["t"][0]) for r in found.readings] == [("urn:x:a", 1), ("urn:x:b", 2)]


def test_the_name_of_a_member_can_be_the_identity() -> None:
    found = read({"switch:0": {"on": True}, "switch:1": {"on": False}}, thing="urn:x:{key}", each="/*")

    assert [r.thing for r in found.readings] == ["urn:x:switch%3A0", "urn:x:switch%3A1"]


def test_names_and_values_can_stand_in_pairs() -> None:
    pairs = {"at": "/values", "name": "/n", "value": "/v", "unit": "/u"}
    document = {"values": [{"n": "P1", "v": "21.5"}, {"n": "", "v": 1}, {"v": 2}]}

    assert values(only(read(document, pairs=pairs, numbers="text"))) == {"P1": (21.5, "")}


@pytest.mark.parametrize(
    ("told", "form", "expected"),
    [
        ("2026-11-24T13:00:00+01:00", "iso", NOON),
        ("2026-11-24 12:00:00.123456789Z", "iso", NOON.replace(microsecond=123456)),
        (1795521600, "s", NOON),
        ("1795521600000", "ms", NOON),
        ("24.11.2026 13:00", "%d.%m.%Y %H:%M", None),
        ("2026-11-24T12:00:00", "iso", None),
        ("2026-11-24", "iso", None),
        (1e300, "s", None),
        (True, "s", None),
    ],
)
def test_a_time_is_told_where_it_has_a_zone(told: Json, form: str, expected: datetime | None) -> None:
    assert only(read({"ts": told, "t": 1}, time=[{"at": "/ts", "as": form}])).time == expected


def test_a_zone_that_somebody_set_counts_where_a_time_has_none() -> None:
    reading = only(read({"ts": "2026-11-24T13:00:00", "t": 1}, zone="Europe/Berlin", time=[{"at": "/ts"}]))

    assert reading.time == NOON


def test_sentinels_are_no_values_and_are_told() -> None:
    found = read({"t": 327.67, "h": "unknown", "p": 5}, none=["unknown"], field=[{"path": "t", "none": [327.67]}])

    assert values(only(found)) == {"p": (5, "")}
    assert [pointer for pointer, _ in found.left] == ["/t", "/h"]


def test_what_is_left_is_told_with_its_reason() -> None:
    found = read({"a": {"Id": 3, "t": 1}}, leave=[{"path": "**/Id", "reason": "a number of the bus"}])

    assert [tuple(one) for one in found.left] == [("/a/Id", "a number of the bus")]


def test_a_document_can_be_nothing_for_us() -> None:
    ignore = [{"at": "/type", "is": "config", "reason": "settings of the device"}]

    assert read({"type": "config", "t": 1}, ignore=ignore).ignored == "settings of the device"
    assert not read({"type": "data", "t": 1}, ignore=ignore).ignored


@pytest.mark.parametrize(
    ("value", "table", "expected"),
    [
        ("21.5", {"numbers": "text"}, (21.5, "")),
        ("21,5", {"numbers": "text", "decimal": ","}, (21.5, "")),
        ("21,5", {"numbers": "text"}, ("21,5", "")),
        ("21.4 °C", {"numbers": "unit"}, (21.4, "°C")),
        ("21,4°C", {"numbers": "unit", "decimal": ","}, (21.4, "°C")),
        ("ON", {"numbers": "unit"}, ("ON", "")),
        ("007", {}, ("007", "")),
        (2150, {"field": [{"path": "v", "scale": "0.01", "unit": "°C"}]}, (21.5, "°C")),
        (300, {"field": [{"path": "v", "offset": "-273.15"}]}, (26.85, "")),
    ],
)
def test_values_come_out_plain(value: Json, table: dict[str, Any], expected: tuple[Json, str]) -> None:
    assert values(only(read({"v": value}, **table))) == {"v": expected}


def test_the_ending_of_a_name_can_be_its_unit() -> None:
    reading = only(read({"total_energy_kwh": 7, "kwh": 1}, units={"_kwh": "kWh", "kwh": "?"}))

    assert values(reading) == {"total_energy": (7, "kWh"), "kwh": (1, "")}


def test_a_unit_can_stand_elsewhere_in_the_document() -> None:
    reading = only(read({"A": {"T": 70}, "Unit": "F"}, field=[{"path": "**/T", "unit_at": "/Unit"}], leave=[
        {"path": "Unit", "reason": "the unit of others"}]))  # fmt: skip

    assert values(reading) == {"A/T": (70, "F")}


def test_too_many_readings_are_refused() -> None:
    with pytest.raises(LiftingError, match="more than"):
        read([{"t": 1}] * (MAX_READINGS + 1), each="/*")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"things": 1}, "no member things; there are"),
        ({"field": [{"path": "a", "kinds": "x"}]}, "no member kinds"),
        ({"numbers": "yes"}, "none of json, text, unit"),
        ({"thing": "urn:{/a|upper}"}, "there are hex, mac, word, number, levels, digest, meter, lower, text, iri"),
        ({"thing": "urn:{a b}"}, "neither a name nor a JSON Pointer"),
        ({"thing": "urn:{a"}, "brace"),
        ({"field": [{"path": "a", "scale": "x"}]}, "is no number"),
    ],
)
def test_a_table_that_is_wrong_is_refused_with_what_there_is(table: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_rules({"thing": "urn:x", **table})


def test_a_position_is_one_value() -> None:
    position = {"lat": "/lat", "lon": "/lon", "alt": "/alt"}
    reading = only(read({"lat": 60.170001, "lon": "24.93", "alt": 12.5}, position=position, fields="/none"))

    assert values(reading) == {"position": ("POINT Z(24.93 60.170001 12.5)", "")}


@pytest.mark.parametrize("place", [{"lat": 0, "lon": 0}, {"lat": 91, "lon": 1}, {"lat": True, "lon": 1}, {"lat": 5}])
def test_what_is_no_place_on_earth_is_no_position(place: dict[str, Json]) -> None:
    assert read(place, position={"lat": "/lat", "lon": "/lon"}, fields="/none").readings == ()


def test_names_of_the_address_stand_before_those_of_each_value() -> None:
    reading = only(read({"value": 21.5}, fields="/value", under="air/{shed}"))

    assert values(reading) == {"air/1": (21.5, "")}


def test_rules_know_the_scope_of_a_value_and_its_name_does_not() -> None:
    field = [{"path": "1/t", "unit": "K"}, {"path": "2/t", "unit": "°C"}]
    reading = only(read({"t": 290}, scope="{shed}", field=field))

    assert values(reading) == {"t": (290, "K")}


def test_parts_each_read_the_document() -> None:
    part = [{"each": "/air"}, {"each": "/soil/*", "thing": "urn:x:{key}"}]
    found = read({"air": {"t": 1}, "soil": {"a": {"t": 2}}}, part=part)

    assert [(one.thing, values(one)) for one in found.readings] == [
        ("urn:x:1", {"t": (1, "")}),
        ("urn:x:a", {"t": (2, "")}),
    ]


def test_a_part_is_for_documents_that_have_what_it_asks_for() -> None:
    part = [{"when": [{"at": "/kind", "is": "a"}], "fields": "/v"}, {"when": [{"at": "/w"}], "fields": "/w"}]

    assert values(only(read({"kind": "a", "v": {"t": 1}}, part=part))) == {"t": (1, "")}
    assert values(only(read({"kind": "b", "v": {"t": 1}, "w": {"u": 2}}, part=part))) == {"u": (2, "")}


def test_a_document_is_ignored_where_a_part_ignores_it_and_none_reads_it() -> None:
    part = [{"ignore": [{"at": "/log", "reason": "a log line"}]}, {"each": "/air"}]

    assert read({"log": "x"}, part=part).ignored == "a log line"
    assert read({"log": "x", "air": {"t": 1}}, part=part).ignored == ""


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("plug-AABBCCDDEEFF", "urn:dev:mac:aabbccddeeff"),
        ("aa:bb:cc:dd:ee:ff", "urn:dev:mac:aabbccddeeff"),
        ("0x00158D0003AABBCC", "urn:dev:mac:00158d0003aabbcc"),
        ("plug-AABBCC", "urn:x:plug-AABBCC"),
    ],
)
def test_a_name_may_end_in_a_mac_address(text: str, thing: str) -> None:
    assert only(read({"id": text, "t": 1}, thing=["urn:dev:mac:{/id|mac}", "urn:x:{/id}"])).thing == thing


def test_an_item_is_read_if_it_has_what_it_must_and_nothing_it_must_not() -> None:
    items = {"a": {"t": 1}, "b": {"t": 2, "0006!01": ""}, "c": {"t": 3, "x": 1}}
    table: dict[str, Any] = {"each": "/*", "thing": "urn:x:{key}", "fields": "/t", "under": "t"}

    assert [one.thing for one in read(items, **table, unless=[{"at": "/*!*"}]).readings] == ["urn:x:a", "urn:x:c"]
    assert [one.thing for one in read(items, **table, when=[{"at": "/x", "is": 1}]).readings] == ["urn:x:c"]


def test_an_address_that_a_message_tells_describes_the_thing_and_names_neither_it_nor_those_after_it() -> None:
    about = {"saref:hasIdentifier": "urn:dev:mac:{/mac|mac}"}
    reader = TableReader(parse_rules({"thing": "urn:x:{/id}", "about": about, "leave": [{"path": "mac"}]}))
    payload = Payload(b"", "application/json", Source("mqtt", "shed/1"), NOON)

    def read_on(value: Json) -> Reading:
        return only(reader.read(Document(payload, value, "application/json"), {}))

    before = read_on({"id": "a", "t": 1})
    told = read_on({"id": "a", "t": 1, "mac": "AA:BB:CC:DD:EE:FF"})

    assert (told.thing, told.about) == ("urn:x:a", {"saref:hasIdentifier": "urn:dev:mac:aabbccddeeff"})
    assert read_on({"id": "a", "t": 1}) == before


def test_a_table_reader_remembers_nothing_so_that_it_is_its_own_copy() -> None:
    reader = TableReader(parse_rules({"thing": "urn:x:{/id}"}))

    assert reader.fork() is reader


def test_what_no_row_knows_is_left_where_the_table_says_so() -> None:
    found = read({"t": 1, "u": 2}, field=[{"path": "t", "unit": "K"}], rest="an answer to a command")

    assert values(only(found)) == {"t": (1, "K")}
    assert found.left == (("/u", "an answer to a command"),)


def test_any_other_value_has_the_state_that_the_row_says() -> None:
    row = {"path": "error", "kind": "Fault", "states": {"0": "Faultless"}, "other": "Faulty"}

    (fine,) = only(read({"error": 0}, field=[row])).fields
    (bad,) = only(read({"error": 17}, field=[row])).fields

    assert (fine.value, bad.value) == (0, "other")
    assert bad.states["other"] == "https://w3id.org/semantic-gw/Faulty"


def test_a_row_may_leave_what_the_rows_above_it_do_not_know() -> None:
    rows = [{"path": "settings/volts", "unit": "V"}, {"path": "settings/**", "leave": "a setting"}]
    found = read({"settings": {"volts": 57.6, "mode": 2}}, field=rows)

    assert values(only(found)) == {"settings/volts": (57.6, "V")}
    assert found.left == (("/settings/mode", "a setting"),)


def test_a_whole_number_that_names_a_state_may_be_written_with_a_point() -> None:
    row = {"path": "mode", "kind": "OnOff", "states": {"0": "Off", "1": "On"}}

    assert values(only(read({"mode": 1.0}, field=[row]))) == {"mode": (1, "")}


def test_a_description_that_came_along_may_tell_the_thing() -> None:
    reading = only(
        read({"t": 1}, thing="urn:dev:mac:{description:/serial|mac}", description={"serial": "3C39E7AABBCC"})
    )

    assert reading.thing == "urn:dev:mac:3c39e7aabbcc"


def test_a_number_of_a_meter_is_the_text_that_its_octets_are() -> None:
    assert only(read({"id": "4730303339303031", "t": 1}, thing="urn:x:{/id|meter}")).thing == "urn:x:G0039001"


def test_a_time_may_be_written_as_a_number() -> None:
    table: dict[str, Any] = {"time": [{"at": "/at", "as": "%y%m%d%H%M%S"}]}
    reading = only(read({"t": 1, "at": 210314112233}, zone="Europe/Amsterdam", **table))

    assert reading.time == datetime(2021, 3, 14, 10, 22, 33, tzinfo=UTC)


def test_a_clock_that_was_never_set_tells_no_time() -> None:
    assert only(read({"t": 1, "at": "1111-11-11T11:11:11Z"}, time=[{"at": "/at"}])).time is None


def test_what_is_left_without_a_reason_is_read_elsewhere() -> None:
    found = read({"at": "noon", "t": 1}, leave=[{"path": "at"}])

    assert values(only(found)) == {"t": (1, "")}
    assert found.left == ()


def test_what_an_object_says_itself_to_be_invalid_is_no_value() -> None:
    document = {"air": {"value": 0, "is_valid": False}, "soil": {"value": 9, "is_valid": True}, "flood": True}
    found = read(document, doubt=[{"at": "/is_valid", "is": [False]}], leave=[{"path": "**/is_valid"}])

    assert values(only(found)) == {"soil/value": (9, ""), "flood": (True, "")}
    assert found.left[0].pointer == "/air"


@pytest.mark.parametrize(
    ("value", "table", "looked"),
    [
        ({"type": "a", "v": 1}, {"when": [{"at": "/type", "is": "a"}]}, True),
        ({"type": "b", "v": 1}, {"when": [{"at": "/type", "is": "a"}]}, False),
        ({"data": []}, {"each": "/data/*"}, True),
        ({"rows": [1]}, {"each": "/data/*"}, False),
        ("1,2,3", {}, False),
        ({"a": None}, {}, True),
    ],
)
def test_a_document_of_another_shape_is_told_from_one_without_a_value(value: Json, table: Any, looked: bool) -> None:
    assert read(value, **table).looked is looked
