from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from semantic_gw.contracts import Field, Readings
from semantic_gw.errors import LiftingError
from semantic_gw.model import Document, Payload, Source
from semantic_gw.rdf.namespaces import compact
from semantic_gw.readers.ngsi_ld import NgsiLdReader
from semantic_gw.shipped import MAPPINGS

RECEIVED = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)


def read(value: Any, zone: str = "") -> Readings:
    reader = NgsiLdReader({"models": "models.toml"}, MAPPINGS / "ngsi-ld", ZoneInfo(zone) if zone else None)
    payload = Payload(b"{}", "application/ld+json", Source("http", "notify"), RECEIVED)
    return reader.read(Document(payload, value, "application/ld+json"), {})


def entity(type_: str = "Device", **attributes: Any) -> dict[str, Any]:
    return {"id": "urn:ngsi-ld:X:1", "type": type_, **attributes}


def fields(found: Readings) -> dict[str, Field]:
    return {"/".join(field.path): field for reading in found.readings for field in reading.fields}


def told(found: Readings, name: str) -> tuple[Any, str, str]:
    field = fields(found)[name]
    return field.value, field.unit, compact(field.kind)


@pytest.mark.parametrize(
    "temperature",
    [
        {"type": "Property", "value": 21.5, "unitCode": "CEL"},
        {"value": 21.5, "unitCode": "CEL"},
        {"type": "Number", "value": 21.5, "metadata": {"unitCode": {"type": "Text", "value": "CEL"}}},
        {"type": "Number", "value": "21.5", "metadata": {"unitCode": "CEL"}},
        {"type": "Property", "value": {"@value": 21.5}, "unitCode": "CEL"},
    ],
)
def test_an_attribute_is_read_however_it_is_written(temperature: Any) -> None:
    assert told(read(entity(temperature=temperature)), "temperature") == (21.5, "°C", "sgw:Temperature")


def test_the_namespace_of_a_name_is_left_out() -> None:
    attribute = {"https://w3id.org/saref#fillingLevel": {"value": 0.33, "unitCode": "C62"}}
    found = read({**entity(), **attribute})

    assert told(found, "fillingLevel") == (33.0, "%", "sgw:FillLevel")


def test_a_model_fixes_the_unit_where_the_message_has_none() -> None:
    assert told(read(entity("WeatherObserved", windSpeed=3)), "windSpeed") == (3, "m/s", "sgw:WindSpeed")


def test_a_number_without_a_unit_is_left() -> None:
    found = read(entity("TemperatureSensor", temperature=21.5))

    assert found.ignored == "an entity of type TemperatureSensor whose numbers have no unit"


def test_a_power_input_that_the_model_gives_no_unit_is_left() -> None:
    found = read(entity("BatteryStatus", acPowerInput=1.5, acPowerOutput=230))

    assert "acPowerInput" not in fields(found)
    assert told(found, "acPowerOutput") == (230, "V", "sgw:Voltage")


def test_the_unit_tells_a_mass_from_a_share_of_the_air() -> None:
    found = read(entity(co={"value": 0.4, "unitCode": "59"}, no2={"value": 31, "unitCode": "GQ"}))

    assert told(found, "co") == (0.4, "ppm", "sgw:COConcentration")
    assert told(found, "no2")[2] == "sgw:NO2MassConcentration"


@pytest.mark.parametrize("level", [-1, 75, {"value": 0.5, "unitCode": "P1"}])
def test_a_share_that_may_be_of_one_or_of_a_hundred_is_left(level: Any) -> None:
    assert not read(entity(batteryLevel=level)).readings


def test_a_percentage_stays_one() -> None:
    assert told(read(entity(batteryLevel={"value": 75, "unitCode": "P1"})), "batteryLevel")[:2] == (75, "%")


def test_each_attribute_has_its_own_time() -> None:
    found = read(
        entity(
            "AirQualityObserved",
            dateObserved="2026-11-24T10:00:00Z",
            temperature={"value": 4, "observedAt": "2026-11-24T09:58:00Z"},
            windSpeed=2,
        )
    )

    assert [reading.time for reading in found.readings] == [
        datetime(2026, 11, 24, 9, 58, tzinfo=UTC),
        datetime(2026, 11, 24, 10, tzinfo=UTC),
    ]


def test_of_an_interval_the_end_counts() -> None:
    found = read(entity("NoiseLevelObserved", dateObserved="2026-11-24T09:00:00Z/2026-11-24T10:00:00Z", LAeq=61))

    assert found.readings[0].time == datetime(2026, 11, 24, 10, tzinfo=UTC)


def test_a_time_without_a_zone_is_left() -> None:
    found = read(entity("WeatherObserved", dateObserved="2026-11-24T12:00:00", temperature=4))

    assert found.readings[0].time is None
    assert [one.detail for one in found.left] == ["a time without a zone"]


def test_a_time_without_a_zone_is_of_the_zone_that_was_set() -> None:
    found = read(entity("WeatherObserved", dateObserved="2026-11-24T12:00:00", temperature=4), "Europe/Helsinki")

    assert found.readings[0].time == datetime(2026, 11, 24, 10, tzinfo=UTC)


def test_a_history_is_a_reading_for_each_time() -> None:
    values = [[21.5, "2026-11-24T10:00:00Z"], [21.7, "2026-11-24T10:05:00Z"]]
    found = read(entity(temperature={"type": "Property", "unitCode": "CEL", "values": values}))

    assert [reading.fields[0].value for reading in found.readings] == [21.5, 21.7]


def test_values_beside_each_other_are_told_apart_by_their_data_set() -> None:
    first = {"value": 4, "unitCode": "CEL"}
    second = {"value": 5, "unitCode": "CEL", "datasetId": "urn:ngsi-ld:Dataset:roof"}
    found = read(entity(temperature=[first, second]))

    assert set(fields(found)) == {"temperature", "temperature/roof"}


def test_a_point_is_a_position() -> None:
    found = read(entity("Vehicle", location={"type": "Point", "coordinates": [24.97, 60.16]}))

    assert fields(found)["location"].value == "POINT(24.97 60.16)"


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ({"type": "Polygon", "coordinates": [[[1, 1], [2, 2], [1, 1]]]}, "Polygon is no position"),
        ({"type": "Point", "coordinates": [0, 0]}, "no position on Earth, or a receiver without a fix"),
    ],
)
def test_what_is_no_position_is_left(location: Any, why: str) -> None:
    assert [one.detail for one in read(entity("Vehicle", location=location)).left] == [why]


def test_latitude_comes_first_in_a_point_of_ngsi_v2() -> None:
    found = read(entity("Vehicle", location={"type": "geo:point", "value": "60.16, 24.97"}))

    assert fields(found)["location"].value == "POINT(24.97 60.16)"


def test_what_is_no_device_is_ignored() -> None:
    building = entity("Building", floorsAboveGround=7, location={"type": "Point", "coordinates": [24.97, 60.16]})

    assert read(building).ignored == "an entity of type Building whose numbers have no unit"


@pytest.mark.parametrize("type_", ["AirQualityForecast", "WeatherForecast", "NoisePollutionForecast"])
def test_a_forecast_is_no_observation(type_: str) -> None:
    assert read(entity(type_, temperature=4)).ignored == "a forecast, not an observation"


def test_a_notification_has_several_entities() -> None:
    data = [{"id": f"urn:ngsi-ld:X:{n}", "type": "WeatherObserved", "temperature": n} for n in (1, 2)]
    found = read({"id": "urn:ngsi-ld:Notification:1", "type": "Notification", "data": data})

    assert [reading.thing for reading in found.readings] == ["urn:ngsi-ld:X:1", "urn:ngsi-ld:X:2"]


def test_times_behind_an_id_are_no_part_of_who_observes() -> None:
    found = read({"id": "Quay-2026-11-24T10:00:00_2026-11-24T11:00:00", "type": "NoiseLevelObserved", "LAeq": 61})

    assert found.readings[0].thing == "urn:dev:ops:ngsi-ld-Quay"


def test_a_measurement_is_called_by_what_it_measures() -> None:
    found = read(entity("DeviceMeasurement", controlledProperty="temperature", numValue=4, unit="°C"))

    assert told(found, "temperature") == (4, "°C", "sgw:Temperature")


def test_a_null_and_a_result_of_a_command_are_left() -> None:
    found = read(entity(temperature={"value": None}, on_status={"value": "OK"}))

    assert [one.detail for one in found.left] == ["no value", "the result of a command"]


def test_what_has_no_entity_is_refused() -> None:
    with pytest.raises(LiftingError, match="an entity has an id and a type"):
        read({"temperature": {"value": 4}})
