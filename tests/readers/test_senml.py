"""Packs become readings: base values, times, positions, names, and what is left (RFC 8428)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.contracts import Field, Reading, Readings
from semantic_gw.errors import LiftingError
from semantic_gw.model import Document, Json, Payload, Source
from semantic_gw.rdf.namespaces import SGW
from semantic_gw.rdf.ontology import POSITION
from semantic_gw.readers import senml
from semantic_gw.readers.device_names import MAX_NAME, DeviceName
from semantic_gw.readers.senml import MAX_READINGS, SenmlReader
from semantic_gw.readers.senml_pack import Record
from semantic_gw.shipped import MAPPINGS

FOLDER = MAPPINGS / "senml"
READER = SenmlReader(tomllib.loads((FOLDER / "manifest.toml").read_text("utf-8"))["reading"]["default"], FOLDER, None)
NOW = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)
SENSOR = "urn:dev:ow:10e2073a01080063"


def read(pack: Json, address: str = "attic") -> Readings:
    payload = Payload(b"[]", "application/senml+json", Source("mqtt", address), NOW)
    return READER.read(Document(payload, pack, "application/senml+json"), {})


def only(pack: Json) -> Field:
    """The one value of *pack*."""
    [reading] = read(pack).readings
    [found] = reading.fields
    return found


def value(pack: Json) -> Json:
    return only(pack).value


def times(pack: Json) -> list[datetime | None]:
    return [reading.time for reading in read(pack).readings]


def reasons(pack: Json) -> list[str]:
    return [finding.detail for finding in read(pack).left]


def test_a_record_is_a_value_with_its_unit_of_the_device_that_its_name_begins_with() -> None:
    found = read([{"n": f"{SENSOR}:temp", "u": "Cel", "v": 23.1}])

    assert found == Readings((Reading(SENSOR, SENSOR, (Field(("temp",), 23.1, "Cel", "/0/v"),)),))


def test_base_fields_hold_for_every_record_behind_them() -> None:
    found = read([{"bn": f"{SENSOR}:", "bu": "A", "n": "current", "v": 1.2}, {"n": "voltage", "u": "V", "v": 120}])

    assert [(f.path, f.value, f.unit) for f in found.readings[0].fields] == [
        (("current",), 1.2, "A"),
        (("voltage",), 120, "V"),
    ]


def test_a_new_base_name_begins_another_device() -> None:
    found = read([{"bn": "a/", "n": "temp", "u": "Cel", "v": 1}, {"bn": "b/", "n": "temp", "v": 2}])

    assert [r.thing for r in found.readings] == ["urn:dev:ops:senml-a", "urn:dev:ops:senml-b"]


@pytest.mark.parametrize(
    ("base", "own", "result"),
    [(20, 0.3, 20.3), (0.1, 0.2, 0.3), (5, 3, 8), (0, 7, 7), (20, None, 20)],
)
def test_a_base_value_is_added_in_decimal(base: float, own: float | None, result: float) -> None:
    record = {"bn": f"{SENSOR}:", "bv": base, "n": "temp", "u": "Cel"} | ({} if own is None else {"v": own})

    assert value([record]) == result


def test_a_base_value_is_not_added_to_what_is_no_number() -> None:
    assert value([{"bv": 5, "n": f"{SENSOR}:open", "vb": False}]) is False


def test_a_record_of_base_fields_alone_is_no_value() -> None:
    assert read([{"bn": f"{SENSOR}:", "bu": "V"}]) == Readings()


def test_a_value_beyond_a_double_is_left() -> None:
    assert reasons([{"bv": 1.7e308, "n": f"{SENSOR}:temp", "v": 1.7e308}]) == [
        "the value and its base value are more than a double holds"
    ]


@pytest.mark.parametrize(
    ("base", "own", "time"),
    [
        (1320067464, 10, datetime(2011, 10, 31, 13, 24, 34, tzinfo=UTC)),
        (1276020076.001, -5, datetime(2010, 6, 8, 18, 1, 11, 1000, tzinfo=UTC)),
        (0, 2**28, datetime(1978, 7, 4, 21, 24, 16, tzinfo=UTC)),
        (0, -50, NOW - timedelta(seconds=50)),
        (-50, -10, NOW - timedelta(seconds=60)),
        (0, 0, None),
    ],
)
def test_a_time_is_absolute_or_relative_to_now(base: float, own: float, time: datetime | None) -> None:
    assert times([{"bt": base, "n": f"{SENSOR}:temp", "u": "Cel", "t": own, "v": 1}]) == [time]


def test_a_record_without_a_time_was_roughly_now() -> None:
    assert times([{"n": f"{SENSOR}:temp", "u": "Cel", "v": 1}]) == [None]


def test_history_is_a_reading_for_each_time() -> None:
    found = read([{"bn": f"{SENSOR}:temp", "bu": "Cel", "t": t, "v": v} for t, v in ((-2, 20), (-1, 21), (0, 22))])

    assert [reading.fields[0].value for reading in found.readings] == [20, 21, 22]


def test_values_of_one_time_are_one_reading() -> None:
    found = read([{"bn": f"{SENSOR}:", "bt": -60, "n": "temp", "u": "Cel", "v": 1}, {"n": "rh", "u": "%RH", "v": 2}])

    assert [len(reading.fields) for reading in found.readings] == [2]


@pytest.mark.parametrize("seconds", [0.1, 5, 2**28 - 1])
def test_what_is_to_come_is_a_command(seconds: float) -> None:
    assert reasons([{"n": f"{SENSOR}:lamp", "u": "/", "t": seconds, "v": 0.5}]) == [
        "it tells of what is to come, as commands do (RFC 8428, 4.5.3)"
    ]


@pytest.mark.parametrize("seconds", [1e15, -1e15, 1.7e12])
def test_a_time_that_is_none_is_left(seconds: float) -> None:
    [reason] = reasons([{"n": f"{SENSOR}:temp", "u": "Cel", "t": seconds, "v": 0.5}])

    assert reason.endswith("s since 1970 is no time")


def test_a_device_without_a_name_is_the_one_at_the_address() -> None:
    [reading] = read([{"n": "temp", "u": "Cel", "v": 1}], "attic/north").readings

    assert (reading.thing, reading.title) == ("urn:dev:ops:senml-attic%2Fnorth", "attic/north")


@pytest.mark.parametrize(
    ("unit", "name", "kind"),
    [
        ("Cel", "temperature", "Temperature"),
        ("%RH", "humidity", "Humidity"),
        ("%EL", "battery_level", "BatteryLevel"),
        ("V", "voltage", "Voltage"),
        ("kWh", "energy", "Energy"),
    ],
)
def test_a_unit_that_measures_one_thing_names_a_value_without_a_name(unit: str, name: str, kind: str) -> None:
    found = only([{"n": SENSOR, "u": unit, "v": 1}])

    assert (found.path, found.kind) == ((name,), SGW + kind)


@pytest.mark.parametrize("unit", ["/", "m", "count", "%", "dB", "bananas"])
def test_any_other_unit_tells_nothing_of_a_value_without_a_name(unit: str) -> None:
    assert reasons([{"n": SENSOR, "u": unit, "v": 1}]) == [
        f"its name '{SENSOR}' tells the device alone, and the unit {unit!r} may be of any kind"
    ]


def test_a_value_with_neither_name_nor_unit_is_left() -> None:
    assert reasons([{"n": SENSOR, "v": 1}]) == [f"its name '{SENSOR}' tells the device alone, and it has no unit"]


def test_a_truth_value_without_a_name_is_left() -> None:
    assert reasons([{"n": SENSOR, "vb": True}]) == [f"its name '{SENSOR}' tells the device alone, and it has no unit"]


def test_latitude_and_longitude_of_one_time_are_a_position() -> None:
    found = only([{"n": SENSOR, "u": "lon", "v": 24.30621}, {"n": SENSOR, "u": "lat", "v": 60.07965}])

    assert (found.path, found.value, found.kind) == (("position",), "POINT(24.30621 60.07965)", POSITION)


def test_a_position_may_have_names_before_it() -> None:
    found = only([{"bn": f"{SENSOR}:gps/", "n": "x", "u": "lon", "v": 24.3}, {"n": "y", "u": "lat", "v": 60.1}])

    assert found.path == ("gps", "position")


@pytest.mark.parametrize(
    ("records", "reason"),
    [
        ([{"u": "lat", "v": 60.1}], "half of a position: lon is missing"),
        ([{"u": "lat", "v": 60.1}, {"u": "lon", "v": 24.3, "t": -1}], "half of a position: lon is missing"),
        ([{"u": "lat", "v": 0}, {"u": "lon", "v": 0}], "no position on Earth, or a receiver without a fix"),
        ([{"u": "lat", "v": 91}, {"u": "lon", "v": 0}], "no position on Earth, or a receiver without a fix"),
    ],
)
def test_what_is_no_position_is_left(records: list[dict[str, Json]], reason: str) -> None:
    assert reasons([{"n": SENSOR, **record} for record in records])[0] == reason


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"n": f"{SENSOR}:nfc", "vd": "aGkgCg"}, "opaque data"),
        ({"n": f"{SENSOR}:power", "u": "W", "s": 1200}, "a sum over time (RFC 8428, 4.1) is no value of its moment"),
        ({"n": f"{SENSOR}:power", "u": "W"}, "a name without a value"),
        ({"n": "", "v": 1}, "it has no name"),
        ({"n": "a", "v": 1, "vs": "x"}, "it has v and vs: a record has one value (RFC 8428, 4.2)"),
        ({"n": "a", "v": "1"}, "v is '1', no number"),
        ({"n": "a", "v": None}, "v is None, no number"),
        ({"n": "a", "v": True}, "v is True, no number"),
        ({"n": 7, "v": 1}, "n is 7, no text"),
        ({"n": "a", "vb": 1}, "vb is 1, no truth value"),
    ],
)
def test_a_record_that_tells_no_value_is_left_with_the_reason(record: Json, reason: str) -> None:
    assert reasons([record]) == [reason]


def test_a_value_beside_a_sum_is_a_value() -> None:
    assert value([{"n": f"{SENSOR}:power", "u": "W", "v": 60, "s": 1200}]) == 60


def test_a_record_that_cannot_be_read_does_not_take_the_others_with_it() -> None:
    assert value([{"n": "a", "v": "x"}, {"n": f"{SENSOR}:temp", "u": "Cel", "v": 1}]) == 1


def test_a_name_twice_at_one_time_is_two_readings() -> None:
    found = read([{"n": f"{SENSOR}:temp", "u": "Cel", "v": 20}, {"n": f"{SENSOR}:temp", "u": "K", "v": 293}])

    assert [reading.fields[0].unit for reading in found.readings] == ["Cel", "K"]


def test_the_last_of_several_names_is_looked_up() -> None:
    found = only([{"n": f"{SENSOR}:door/open", "vb": True}])

    assert found.also == ((("open",), ""),)


@pytest.mark.parametrize("version", [1, 5, 10, 26])
def test_versions_that_are_understood_are_read(version: int) -> None:
    assert value([{"bver": version, "n": f"{SENSOR}:temp", "u": "Cel", "v": 1}]) == 1


@pytest.mark.parametrize("version", [11, 42, 10.5])
def test_other_versions_are_refused(version: float) -> None:
    with pytest.raises(LiftingError, match=f"version {version} is not understood"):
        read([{"bver": version, "n": "a", "v": 1}])


def test_a_pack_of_two_versions_is_refused() -> None:
    with pytest.raises(LiftingError, match="a pack of version 10 and 5"):
        read([{"bver": 10, "n": "a", "v": 1}, {"bver": 5, "n": "a", "v": 1}])


def test_a_member_that_has_to_be_understood_is_refused() -> None:
    with pytest.raises(LiftingError, match="'ct_' has to be understood") as caught:
        read([{"n": "a", "v": 1}, {"n": "a", "vd": "aGk", "ct_": "60"}])

    assert caught.value.pointer == "/1/ct_"


def test_any_other_member_is_passed_over() -> None:
    assert value([{"n": f"{SENSOR}:temp", "u": "Cel", "v": 1, "l": "[]", "ct": "60"}]) == 1


@pytest.mark.parametrize("pack", [{}, "a", 1, None, [1], [[]]])
def test_what_is_no_pack_is_refused(pack: Json) -> None:
    with pytest.raises(LiftingError, match="RFC 8428, 4"):
        read(pack)


@pytest.mark.parametrize("base", [{"bn": 1}, {"bt": "x"}, {"bv": True}, {"bver": "10"}])
def test_a_base_field_that_is_wrong_is_refused(base: dict[str, Json]) -> None:
    with pytest.raises(LiftingError, match=r"no (text|number)"):
        read([{**base, "n": "a", "v": 1}])


def test_too_many_times_are_refused() -> None:
    with pytest.raises(LiftingError, match="more than 2000 readings"):
        read([{"n": f"{SENSOR}:temp", "u": "Cel", "v": 1, "t": -second} for second in range(1, 2002)])


class Counted(str):
    """A name that counts how often it is looked up."""

    __slots__ = ()
    looked_up = 0

    def __hash__(self) -> int:
        Counted.looked_up += 1
        return super().__hash__()

    __eq__ = str.__eq__


def test_values_of_one_name_and_time_are_looked_up_a_few_times_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(senml, "take_apart", lambda *_: DeviceName(SENSOR, (Counted("temp"),)))
    monkeypatch.setattr(Counted, "looked_up", 0)

    assert len(read([{"n": "temp", "u": "Cel", "v": 1}] * 1_000).readings) == 1_000
    assert Counted.looked_up <= 10 * 1_000


def test_a_name_that_comes_again_fills_readings_in_turn() -> None:
    found = read([{"n": name, "v": v} for v, name in enumerate(("a", "a", "b", "a", "b"))])

    assert [[f.value for f in reading.fields] for reading in found.readings] == [[0, 2], [1, 4], [3]]


@pytest.mark.parametrize("step", [0, -1], ids=["of one time", "of many"])
def test_reading_ends_with_the_first_reading_too_many(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []

    def endless(*_: object) -> Iterator[Record]:
        while True:
            taken.append(1)
            yield Record("/0", "", "temp", "Cel", 1, time=NOW + len(taken) * timedelta(seconds=step))

    monkeypatch.setattr(senml, "resolve", endless)
    with pytest.raises(LiftingError, match=f"more than {MAX_READINGS} readings"):
        read([])
    assert len(taken) == MAX_READINGS + 1


LONG = "x" * (MAX_NAME + 1)


@pytest.mark.parametrize(
    "record",
    [{"n": LONG}, {"bn": LONG}, {"bn": LONG, "n": "temp"}, {"bn": LONG[1:], "n": "t"}],
    ids=["name", "base name", "both", "together"],
)
def test_a_name_that_is_too_long_is_left(record: dict[str, Json]) -> None:
    [reason] = reasons([{**record, "v": 1}])

    assert reason.startswith("its name, with the base name, has 51")
    assert reason.endswith(f" characters: at most {MAX_NAME} are read")


def test_the_longest_name_is_read() -> None:
    assert value([{"bn": "kitchen/", "n": "t" * (MAX_NAME - 8), "v": 1}]) == 1


def test_a_base_name_that_is_too_long_is_neither_copied_nor_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[str] = []
    monkeypatch.setattr(senml, "take_apart", lambda name, _: searched.append(name))
    long = "a/" * 150_000
    found = read([{"bn": long, "n": "0", "v": 0}, *({"n": str(n), "v": n} for n in range(1, 4_000))])

    assert searched == []
    assert len(found.left) == 4_000
    assert max(len(finding.detail) for finding in found.left) < 100


@pytest.mark.parametrize("record", [{"u": LONG}, {"bu": LONG}])
def test_a_unit_that_is_too_long_is_left(record: dict[str, Json]) -> None:
    assert reasons([{**record, "n": SENSOR, "v": 1}]) == [
        f"its unit has {MAX_NAME + 1} characters: at most {MAX_NAME} are read"
    ]


def test_a_record_behind_a_base_name_that_is_too_long_is_read_after_another_base_name() -> None:
    assert value([{"bn": LONG, "n": "a", "v": 1}, {"bn": "kitchen/", "n": "temp", "v": 2}]) == 2


RECORDS = st.lists(
    st.dictionaries(
        st.sampled_from(["bn", "bt", "bu", "bv", "bs", "bver", "n", "u", "v", "vs", "vb", "vd", "s", "t", "ut", "x"]),
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.sampled_from(["lat", "lon", "Cel", SENSOR])
        | st.text(max_size=9),
    )
)


@given(RECORDS)
def test_any_records_are_read_or_refused(pack: Json) -> None:
    try:
        found = read(pack)
    except LiftingError:
        return

    assert all(reading.thing and reading.fields for reading in found.readings)
