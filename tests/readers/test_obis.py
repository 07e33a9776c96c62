"""Messages of meters become readings: of the meter, of those on its channels, at the times that each tells."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from semantic_gw.contracts import Field, Reading, Readings
from semantic_gw.errors import LiftingError
from semantic_gw.lexicon import Lexicon
from semantic_gw.model import Document, Json, Payload, Source
from semantic_gw.rdf.namespaces import SGW
from semantic_gw.readers.obis import MAX_READINGS, ObisReader
from semantic_gw.readers.obis_numbers import maker, meter_number
from semantic_gw.readers.obis_table import normal
from semantic_gw.readers.obis_times import dsmr_time, iso_time
from semantic_gw.shipped import MAPPINGS

FAMILY = MAPPINGS / "obis-meter"
AMSTERDAM, DUBLIN, HELSINKI = map(ZoneInfo, ("Europe/Amsterdam", "Europe/Dublin", "Europe/Helsinki"))
CLOCK = ("0-0:1.0.0", "261124091500W")
NUMBER = ("0-0:96.1.1", "4558303030303031")


def read(
    document: Json, zone: str = "", captures: Mapping[str, str] | None = None, media_type: str = "application/x-sml"
) -> Readings:
    payload = Payload(b"", "", Source("mqtt", "p1/cellar/telegram"), datetime(2026, 11, 24, 12, tzinfo=UTC))
    reader = ObisReader({"objects": "obis.toml"}, FAMILY, ZoneInfo(zone) if zone else None)
    return reader.fork().read(Document(payload, document, media_type), captures or {})


def message(*objects: tuple[str, ...], **more: Json) -> Json:
    """A message of *objects*: a code, and its values as a readout has them."""
    listed = [{"obis": code, "values": [value(text) for text in texts]} for code, *texts in objects]
    return {"messages": [{"encoding": "p1", "objects": listed, **more}]}


def value(text: str) -> dict[str, Json]:
    what, star, unit = text.partition("*")
    return {"value": what, "unit": unit} if star else {"value": what}


def fields(readings: Readings) -> dict[str, Field]:
    return {field.path[0]: field for reading in readings.readings for field in reading.fields}


def plain(readings: Readings) -> dict[str, tuple[Json, str]]:
    return {name: (field.value, field.unit) for name, field in fields(readings).items()}


def only(readings: Readings) -> Reading:
    (reading,) = readings.readings
    return reading


def reasons(readings: Readings) -> list[str]:
    return [finding.detail for finding in readings.left]


def test_a_message_is_a_reading_of_the_meter_at_the_time_of_its_clock() -> None:
    reading = only(read(message(CLOCK, NUMBER, ("1-0:1.8.1", "000004.426*kWh"), identification="EXA5EX-1000")))

    assert (reading.thing, reading.title) == ("urn:dev:ops:obis-meter-EX000001", "EX000001")
    assert reading.time == datetime(2026, 11, 24, 8, 15, tzinfo=UTC)
    assert reading.about["saref:hasManufacturer"] == "EXA"
    assert reading.fields == (
        Field(
            ("active_energy_import_tariff_1",),
            4.426,
            "kWh",
            "/messages/0/objects/2/values/0",
            SGW + "ConsumedEnergy",
            {},
            "Active energy, import, tariff 1",
        ),
    )


@pytest.mark.parametrize(
    ("code", "text", "name", "kind"),
    [
        ("1-0:1.7.0", "1*kW", "active_power_import", "ActivePower"),
        ("1-0:22.7.0", "1*kW", "active_power_export_l1", "ProducedPower"),
        ("1-0:2.8.0*255", "1*kWh", "active_energy_export", "ProducedEnergy"),
        ("1-0:63.7.0", "1*kvar", "reactive_power_import_l3", "ReactivePower"),
        ("1-0:5.8.2", "1*kvarh", "reactive_energy_q1_tariff_2", "ReactiveEnergy"),
        ("1-0:52.7.0", "230*V", "voltage_l2", "Voltage"),
        ("1-0:71.7.0", "1*A", "current_l3", "ElectricCurrent"),
        ("1-0:14.7.0", "50*Hz", "frequency", "MainsFrequency"),
        ("1-0:76.7.0", "1*W", "active_power_l3", "ActivePower"),
        ("1-0:81.7.4", "120*°", "phase_angle_4", "Angle"),
        ("1-0:1.8.0*96", "1*kWh", "active_energy_import_last_day", "PeriodicEnergy"),
        ("1-0:1.29.0", "1*kWh", "active_energy_import_period", "PeriodicEnergy"),
        ("6-0:1.0.0", "1*kWh", "heat_energy", "HeatEnergy"),
        ("8-0:1.0.0", "1*m3", "water_volume", "WaterVolume"),
        ("7-0:3.0.0", "1*m3", "gas_volume", "GasVolume"),
        ("1.8.0", "1*kWh", "active_energy_import", "ConsumedEnergy"),
        ("6.8", "1*kWh", "heat_energy", "HeatEnergy"),
    ],
)
def test_an_object_is_what_its_code_says(code: str, text: str, name: str, kind: str) -> None:
    (field,) = only(read(message((code, text)))).fields

    assert (field.path, field.kind) == ((name,), SGW + kind)


@pytest.mark.parametrize(
    ("code", "text", "name", "unit"),
    [
        ("0-0:96.7.21", "00013", "power_failures", "1"),
        ("1-0:32.36.0", "00002", "voltage_swells_l1", "1"),
        ("1-0:13.7.0", "0.97", "power_factor", "unitless"),
        ("1-0:33.7.0", "0.97*1", "power_factor_l1", "unitless"),
        ("1-0:1.8.0", "000123", "active_energy_import", ""),
    ],
)
def test_a_unit_that_is_not_told_is_that_of_the_standard_if_there_is_one(
    code: str, text: str, name: str, unit: str
) -> None:
    assert plain(read(message((code, text))))[name][1] == unit


@pytest.mark.parametrize(("text", "state"), [("0001", "Tariff1"), ("2", "Tariff2")])
def test_a_number_may_name_a_state(text: str, state: str) -> None:
    field = fields(read(message(("0-0:96.14.0", text))))["tariff"]

    assert field.states[str(field.value)] == SGW + state


@pytest.mark.parametrize(
    ("code", "text", "reason"),
    [
        ("0-0:17.0.0", "999.9*kW", "999.9 says that there is no value"),
        ("1-0:31.4.0", "999*A", "999 says that there is no value"),
        ("0-0:96.13.0", "303132", "a text for people"),
        ("1-0:96.5.0", "1835268", "a status word of the maker's"),
        ("1-0:1.8.0*01", "1*kWh", "a value of an earlier billing period"),
        ("1-0:1.8.0", "*kWh", "no value in it"),
        ("1-0:1.8.0", "12:34*kWh", "'12:34' is no number"),
        ("1-3:0.2.8", "50", "a version"),
    ],
)
def test_what_is_no_value_of_now_is_left_with_the_reason(code: str, text: str, reason: str) -> None:
    assert reasons(read(message((code, text)))) == [reason]


def test_an_object_that_nobody_knows_keeps_its_code_and_has_no_kind() -> None:
    field = fields(read(message(("1-0:94.7.1", "12*kW"))))["1-0:94.7.1"]

    assert (field.value, field.unit, field.kind) == ("12", "kW", "")


def test_a_second_channel_of_one_quantity_does_not_take_the_place_of_the_first() -> None:
    assert plain(read(message(("1-0:1.8.0", "1*kWh"), ("1-1:1.8.0", "2*kWh")))) == {
        "active_energy_import": (1, "kWh"),
        "1-1:1.8.0": (2, "kWh"),
    }


@pytest.mark.parametrize(
    ("type_", "reading", "name", "kind"),
    [
        ("003", "00112.384*m3", "gas_volume", "GasVolume"),
        ("7", "1.5*m3", "water_volume", "WaterVolume"),
        ("004", "240.860*GJ", "heat_energy", "HeatEnergy"),
        ("12", "1.5*m3", "volume", "Volume"),
        ("010", "3*GJ", "cooling_energy", "CoolingEnergy"),
        ("2", "12*kWh", "energy", "Energy"),
    ],
)
def test_a_meter_on_a_channel_is_a_thing_of_its_own_with_its_own_time(
    type_: str, reading: str, name: str, kind: str
) -> None:
    told = message(
        NUMBER,
        CLOCK,
        ("0-1:24.1.0", type_),
        ("0-1:96.1.0", "47303030303031"),
        ("0-1:24.2.1", "261124090000W", reading),
    )
    on_channel = only(read(told))

    assert on_channel.thing == "urn:dev:ops:obis-meter-G000001"
    assert on_channel.time == datetime(2026, 11, 24, 8, tzinfo=UTC)
    assert [(field.path, field.kind) for field in on_channel.fields] == [((name,), SGW + kind)]


def test_a_meter_on_a_channel_without_a_number_is_named_by_the_channel() -> None:
    told = message(NUMBER, ("0-2:24.1.0", "003"), ("0-2:96.1.0", ""), ("0-2:24.2.1", "261124090000W", "1*m3"))

    assert only(read(told)).thing == "urn:dev:ops:obis-meter-EX000001-2"


def test_a_relay_is_the_meters_own_whatever_channel_its_code_tells() -> None:
    reading = only(read(message(NUMBER, ("0-0:96.3.10", "1"), ("0-1:96.3.10", "0"))))

    assert {field.path[0]: field.value for field in reading.fields} == {"supply": "1", "0-1:96.3.10": "0"}


def test_the_reading_of_old_telegrams_stands_behind_its_unit() -> None:
    parts = ("161107190000", "00", "60", "1", "0-1:24.2.1", "m3", "00001.001")
    reading = only(read(message(("0-1:24.1.0", "3"), ("0-1:24.3.0", *parts))))

    assert [(field.path[0], field.value, field.unit) for field in reading.fields] == [("gas_volume", 1.001, "m3")]
    assert reading.time is None


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (
            ("700101010000W", "00000000"),
            "it is of 700101010000W, a clock that was never set, or stands in another zone",
        ),
        (("261124090000W", "1"), "a reading in no unit of a meter of the type 003"),
        (("261124090000W", "1*GJ"), "a reading in GJ of a meter of the type 003"),
        (("261124090000W", "x*m3"), "'x' is no number"),
        (("1", "2", "3"), "0-1:24.2.1 has 3 values, and nobody knows which is which"),
    ],
)
def test_a_channel_that_has_no_reading_is_left_with_the_reason(told: tuple[str, ...], reason: str) -> None:
    assert reason in reasons(read(message(("0-1:24.1.0", "003"), ("0-1:24.2.1", *told))))


def test_power_failures_are_readings_of_the_times_at_which_they_ended() -> None:
    log = ("1-0:99.97.0", "2", "0-0:96.7.19", "261001120000S", "0000002014*s", "261102120000W", "0000000300*s")
    found = read(message(NUMBER, CLOCK, log)).readings

    assert [(reading.time, reading.fields[0].value) for reading in found] == [
        (datetime(2026, 10, 1, 10, tzinfo=UTC), 2014),
        (datetime(2026, 11, 2, 11, tzinfo=UTC), 300),
    ]


def test_the_highest_demand_of_each_month_is_of_the_time_at_which_it_was() -> None:
    log = ("0-0:98.1.0", "1", "1-0:1.6.0", "1-0:1.6.0", "261101000000W", "261017192538S", "03.695*kW")
    reading = only(read(message(NUMBER, log)))

    assert reading.time == datetime(2026, 10, 17, 17, 25, 38, tzinfo=UTC)
    assert plain(read(message(log))) == {"highest_demand_import": (3.695, "kW")}


@pytest.mark.parametrize(
    "log", [("0",), ("1", "0-0:96.7.19", "x"), ("1", "1-0:94.1.1", "261001120000S", "1*s"), ("08",)]
)
def test_a_log_that_nobody_knows_how_to_read_is_left(log: tuple[str, ...]) -> None:
    assert reasons(read(message(("1-0:99.97.0", *log)))) == ["1-0:99.97.0 is a log that nobody knows how to read"]


def test_an_empty_log_has_nothing_in_it() -> None:
    assert read(message(("1-0:99.97.0", "0", "0-0:96.7.19"))) == Readings()


def test_a_value_may_have_a_time_of_its_own() -> None:
    reading = only(read(message(CLOCK, ("1-0:1.6.0", "261109134558W", "02.589*kW"))))

    assert reading.time == datetime(2026, 11, 9, 12, 45, 58, tzinfo=UTC)


def test_an_entry_of_sml_may_have_a_time_of_its_own() -> None:
    entry = {"obis": "1-0:1.8.0*255", "values": [{"value": 1, "unit": "Wh"}], "time": "2026-11-24T08:00:00+00:00"}

    assert only(read({"messages": [{"encoding": "sml", "objects": [entry]}]})).time == datetime(
        2026, 11, 24, 8, tzinfo=UTC
    )


def test_a_meter_that_tells_no_number_is_named_by_its_address() -> None:
    told = message(("1-0:1.7.0", "1*kW"), ("0-0:96.1.1", "00000000"))

    assert only(read(told)).thing == "urn:dev:ops:obis-meter-p1%2Fcellar%2Ftelegram"
    assert only(read(told, captures={"meter": "cellar"})).thing == "urn:dev:ops:obis-meter-cellar"


def test_a_fault_is_told_beside_what_was_read() -> None:
    document = {"messages": [{"fault": "it is cut off"}, *message(("1-0:1.7.0", "1*kW"))["messages"]]}
    readings = read(document)

    assert reasons(readings) == ["it is cut off"]
    assert len(readings.readings) == 1


def test_what_is_no_message_of_a_meter_is_refused() -> None:
    with pytest.raises(LiftingError, match="application/json is no message of a meter: that is application/x-dlms, "):
        read({"messages": [1]}, media_type="application/json")


def test_more_readings_than_any_meter_has_are_refused() -> None:
    (one,) = message(("1-0:1.7.0", "1*kW"))["messages"]

    with pytest.raises(LiftingError, match=f"more than {MAX_READINGS} readings"):
        read({"messages": [one] * (MAX_READINGS + 1)})


# ── Lists of DLMS that tell neither codes nor units ──


def listed(name: str, *values: Json) -> Json:
    objects = [{"obis": f"#{place}", "values": [{"value": one}]} for place, one in enumerate(values, 1)]
    return {"messages": [{"encoding": "dlms", "list": name, "objects": objects}]}


def test_the_values_of_a_list_without_codes_are_told_by_its_name_and_length() -> None:
    known: list[Json] = ["KFM_001", "6970000000000001", "MA304EXA", 1590, 0, 0, 195, 12056, 5754, 13412, 2392, 0, 2397]
    readings = read(listed("KFM_001", *known))

    assert only(readings).thing == "urn:dev:ops:obis-meter-6970000000000001"
    assert plain(readings)["active_power_import"] == (1590, "W")
    assert plain(readings)["reactive_power_export"] == (195, "var")
    assert plain(readings)["current_l1"] == (12.056, "A")
    assert plain(readings)["voltage_l3"] == (239.7, "V")


def test_a_number_without_any_name_is_the_power_of_the_short_list() -> None:
    assert plain(read(listed("", 1590))) == {"active_power_import": (1590, "W")}


def test_a_list_without_codes_that_nobody_knows_keeps_its_places() -> None:
    assert set(plain(read(listed("EXAMPLE", 1, 2)))) == {"#1", "#2"}


def coded(name: str, **values: Json) -> Json:
    objects = [{"obis": code, "values": [{"value": one}]} for code, one in values.items()]
    return {"messages": [{"encoding": "dlms", "list": name, "objects": objects}]}


@pytest.mark.parametrize(("type_", "amperes"), [("6841121BN243101040", 10.09), ("6851121BN243101040", 1.009)])
def test_the_scale_of_a_list_may_depend_on_the_meter(type_: str, amperes: float) -> None:
    values = {"1-1:96.1.1": type_, "1-1:31.7.0": 1009, "1-1:1.8.0": 106}

    assert plain(read(coded("Kamstrup_V0001", **values))) == {
        "current_l1": (amperes, "A"),
        "active_energy_import": (1060, "Wh"),
    }


@pytest.mark.parametrize(
    ("name", "clock", "zone", "time"),
    [
        ("EXAMPLE", "2026-07-01T12:00:00+02:00", "", datetime(2026, 7, 1, 10, tzinfo=UTC)),
        ("EXAMPLE", "2026-07-01T12:00:00", "", None),
        ("EXAMPLE", "2026-07-01T12:00:00", "Europe/Oslo", datetime(2026, 7, 1, 10, tzinfo=UTC)),
        ("Kamstrup_V0001", "2026-07-01T12:00:00", "Europe/Oslo", datetime(2026, 7, 1, 11, tzinfo=UTC)),
        ("AIDON_V0001", "2026-07-01T12:00:00+00:00", "", None),
        ("AIDON_V0001", "2026-07-01T12:00:00+00:00", "Europe/Oslo", datetime(2026, 7, 1, 11, tzinfo=UTC)),
        ("EXAMPLE", "never", "Europe/Oslo", None),
    ],
)
def test_a_clock_is_believed_as_far_as_its_maker_means_it(
    name: str, clock: str, zone: str, time: datetime | None
) -> None:
    assert only(read(coded(name, **{"0-0:1.0.0": clock, "1-0:1.7.0": 1}), zone)).time == time


# ── Times, numbers, codes ──


@pytest.mark.parametrize(
    ("text", "zone", "time"),
    [
        ("170102192002W", None, datetime(2017, 1, 2, 18, 20, 2, tzinfo=UTC)),
        ("200426223325S", None, datetime(2020, 4, 26, 20, 33, 25, tzinfo=UTC)),
        ("220408135021W", None, datetime(2022, 4, 8, 12, 50, 21, tzinfo=UTC)),
        ("230202132747S", None, None),
        ("230702132747S", DUBLIN, datetime(2023, 7, 2, 12, 27, 47, tzinfo=UTC)),
        ("230102132747W", HELSINKI, datetime(2023, 1, 2, 11, 27, 47, tzinfo=UTC)),
        ("161107190000", None, None),
        ("161107190000", AMSTERDAM, datetime(2016, 11, 7, 18, tzinfo=UTC)),
        ("201025023000S", None, datetime(2020, 10, 25, 0, 30, tzinfo=UTC)),
        ("201025023000W", None, datetime(2020, 10, 25, 1, 30, tzinfo=UTC)),
        ("700101010000W", None, None),
        ("000104180320W", None, None),
        ("991231235959W", None, None),
        ("201399000000W", None, None),
        ("soon", None, None),
    ],
)
def test_a_time_of_dsmr_is_central_european_unless_somebody_says_otherwise(
    text: str, zone: ZoneInfo | None, time: datetime | None
) -> None:
    assert dsmr_time(text, zone, AMSTERDAM) == time


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1970-01-01T00:00:00+00:00"]
)
def test_a_time_that_no_clock_shows_is_none(text: str) -> None:
    assert iso_time(text, None) is None


@pytest.mark.parametrize(
    ("told", "number"),
    [
        ("4B384547303034303436333935353037", "K8EG004046395507"),
        ("0a01445a47000282225e", "1DZG0042082910"),
        ("0901455359110 3b599a5".replace(" ", ""), "1ESY1162232997"),
        ("0649534B010E1F66299A", "0649534b010e1f66299a"),
        ("31303031313835", "1001185"),
        ("7359992892587665", "7359992892587665"),
        ("1ESY1336001560", "1ESY1336001560"),
        ("621848012D2C0B0C", "621848012d2c0b0c"),
        ("00000000000000", ""),
        ("", ""),
        (None, ""),
        (True, ""),
        (1336001560, "1336001560"),
    ],
)
def test_one_meter_has_one_number_in_whatever_form_it_is_written(told: Json, number: str) -> None:
    assert meter_number(told) == number


@pytest.mark.parametrize(
    ("server", "identification", "letters"),
    [("0649534b010e1f66299a", "", "ISK"), ("31303031313835", "", ""), (None, "ISk5\\2MT382", "ISK"), (None, "1X", "")],
)
def test_the_maker_has_three_letters(server: Json, identification: str, letters: str) -> None:
    assert maker(server, identification) == letters


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("1-0:1.8.0*255", "1-0:1.8.0"),
        ("1-0:1.8.0&02", "1-0:1.8.0*2"),
        ("01-00:1.8.0", "1-0:1.8.0"),
        ("0.9.1", "1-0:0.9.1"),
        ("32.7", "1-0:32.7.0"),
        ("6.8", "6.8"),
        ("#3", "#3"),
        ("6.26", "6.26"),
    ],
)
def test_a_code_is_written_in_one_way(code: str, written: str) -> None:
    assert normal(code) == written


def test_every_row_of_the_table_names_a_kind_and_states_of_the_vocabulary() -> None:
    table = tomllib.loads((FAMILY / "obis.toml").read_text("utf-8"))
    rows = [*table["object"], *table["channel"]]
    names = {name for row in rows for name in (row["kind"], *row.get("states", {}).values())}

    assert {SGW + name for name in names} <= Lexicon.load().vocabulary.kinds.keys()
