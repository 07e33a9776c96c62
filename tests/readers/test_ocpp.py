"""Calls of charging stations become readings of their meters and connectors (OCPP 1.6, 2.0.1)."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from semantic_gw.contracts import Field, Readings
from semantic_gw.errors import LiftingError
from semantic_gw.model import Document, Json, Payload, Source
from semantic_gw.rdf.namespaces import compact
from semantic_gw.readers.ocpp import OcppReader
from semantic_gw.shipped import MAPPINGS

FOLDER = MAPPINGS / "ocpp"
TABLE = tomllib.loads((FOLDER / "manifest.toml").read_text("utf-8"))["reading"]["default"]
NOW = datetime(2026, 11, 24, 10, 15, 2, tzinfo=UTC)
AT = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)
TIME = "2026-11-24T10:15:00Z"
ENERGY = "Energy.Active.Import.Register"


@pytest.fixture
def reader() -> OcppReader:
    return OcppReader(TABLE, FOLDER, None)


def read(reader: OcppReader, value: Json, address: str = "CP1", description: Json = None) -> Readings:
    payload = Payload(b"[]", "application/json", Source("mqtt", address), NOW, description=description)
    return reader.read(Document(payload, value, "application/json"), {})


def call(reader: OcppReader, action: str, **payload: Json) -> Readings:
    return read(reader, [2, "1", action, payload])


def meter(reader: OcppReader, *samples: Json, **members: Json) -> Readings:
    values = {"timestamp": TIME, "sampledValue": list(samples)}
    return call(reader, "MeterValues", **{"connectorId": 1, "meterValue": [values], **members})


def fields(found: Readings) -> list[Field]:
    return [one for reading in found.readings for one in reading.fields]


def only(found: Readings) -> Field:
    [one] = fields(found)
    return one


def told(found: Readings) -> tuple[str, str, Any, str]:
    one = only(found)
    return "/".join(one.path), compact(one.kind), one.value, one.unit


def reasons(found: Readings) -> list[str]:
    return [finding.detail for finding in found.left]


def test_a_value_alone_is_the_energy_that_was_imported_in_wh(reader: OcppReader) -> None:
    assert told(meter(reader, {"value": "48211"})) == (f"connector1/{ENERGY}", "sgw:ConsumedEnergy", 48211, "Wh")


def test_phase_and_location_are_part_of_the_place(reader: OcppReader) -> None:
    sample = {"value": "230.1", "measurand": "Voltage", "phase": "L1-N", "location": "Body", "unit": "V"}

    assert told(meter(reader, sample)) == ("connector1/Body/L1-N/Voltage", "sgw:Voltage", 230.1, "V")


def test_the_outlet_is_where_values_are_from_that_do_not_tell_it(reader: OcppReader) -> None:
    assert only(meter(reader, {"value": "1", "location": "Outlet"})).path == ("connector1", ENERGY)


def test_a_multiplier_is_an_exponent_of_ten(reader: OcppReader) -> None:
    sample = {"value": 1204.5, "unitOfMeasure": {"unit": "Wh", "multiplier": 3}}

    assert told(meter(reader, sample))[2:] == (1_204_500.0, "Wh")


@pytest.mark.parametrize("multiplier", [1.5, "3", 31, True])
def test_what_is_no_exponent_is_left(reader: OcppReader, multiplier: Json) -> None:
    found = meter(reader, {"value": 1, "unitOfMeasure": {"unit": "Wh", "multiplier": multiplier}})

    assert (fields(found), len(found.left)) == ([], 1)


@pytest.mark.parametrize(
    ("measurand", "unit", "kind", "spelled"),
    [
        ("Energy.Active.Export.Register", "kWh", "sgw:ProducedEnergy", "kWh"),
        ("Energy.Active.Import.Interval", "", "sgw:PeriodicEnergy", "Wh"),
        ("Energy.Reactive.Import.Register", "varh", "sgw:ReactiveEnergy", "varh"),
        ("Energy.Reactive.Import.Interval", "varh", "sgw:PeriodicReactiveEnergy", "varh"),
        ("Power.Active.Import", "kW", "sgw:ActivePower", "kW"),
        ("Power.Active.Import", "", "sgw:ActivePower", ""),
        ("Power.Offered", "W", "sgw:PowerLimit", "W"),
        ("Power.Factor", "", "sgw:PowerFactor", "unitless"),
        ("Current.Import", "", "sgw:ElectricCurrent", "A"),
        ("Current.Offered", "A", "sgw:CurrentLimit", "A"),
        ("Frequency", "", "sgw:MainsFrequency", "Hz"),
        ("SoC", "Percent", "sgw:BatteryLevel", "%"),
        ("Temperature", "Celcius", "sgw:Temperature", "Celsius"),
        ("Temperature", "", "sgw:Temperature", ""),
        ("RPM", "", "sgw:RotationalSpeed", "RPM"),
    ],
)
def test_a_measurand_tells_the_kind_and_where_there_is_one_the_default_unit(
    reader: OcppReader, measurand: str, unit: str, kind: str, spelled: str
) -> None:
    found = told(meter(reader, {"value": "1", "measurand": measurand} | ({"unit": unit} if unit else {})))

    assert (found[1], found[3]) == (kind, spelled)


def test_a_measurand_that_nobody_knows_has_no_meaning(reader: OcppReader) -> None:
    assert "no measurand 'Vendor.Thing'" in only(meter(reader, {"value": "1", "measurand": "Vendor.Thing"})).unknown


@pytest.mark.parametrize(
    ("sample", "reason"),
    [
        ({"value": "garbage"}, "'garbage' is no number"),
        ({"value": "NaN"}, "'NaN' is no number"),
        ({"value": None}, "'None' is no number"),
        ({"value": True}, "'True' is no number"),
        ({"value": "AgQF", "format": "SignedData"}, "signed data, which only its maker's tools can read (SignedData)"),
        ("12", "no sampled value"),
    ],
)
def test_what_is_no_number_is_left_with_the_reason(reader: OcppReader, sample: Json, reason: str) -> None:
    found = meter(reader, sample)

    assert (fields(found), reasons(found)) == ([], [reason])


def test_each_meter_value_has_its_own_time(reader: OcppReader) -> None:
    early = {"timestamp": "2026-11-24T11:00:00+01:00", "sampledValue": [{"value": "1"}]}
    late = {"timestamp": TIME, "sampledValue": [{"value": "2"}]}
    found = meter(reader, meterValue=[early, late])

    assert [reading.time for reading in found.readings] == [datetime(2026, 11, 24, 10, tzinfo=UTC), AT]


def test_a_time_without_a_zone_is_none_and_told(reader: OcppReader) -> None:
    values = {"timestamp": "2026-11-24T10:15:00", "sampledValue": [{"value": "1"}]}
    found = meter(reader, meterValue=[values])

    assert found.readings[0].time is None
    assert reasons(found) == ["'2026-11-24T10:15:00' is a time without a zone, or none"]


def test_a_time_without_a_zone_is_one_of_the_zone_that_is_set() -> None:
    values = {"timestamp": "2026-11-24T11:15:00", "sampledValue": [{"value": "1"}]}
    found = meter(OcppReader(TABLE, FOLDER, ZoneInfo("Europe/Paris")), meterValue=[values])

    assert found.readings[0].time == AT


def test_a_value_of_the_beginning_beside_one_of_now_has_no_time(reader: OcppReader) -> None:
    found = meter(reader, {"value": "4369"}, {"value": "100", "context": "Transaction.Begin"})

    assert [("/".join(r.fields[0].path), r.fields[0].value, r.time) for r in found.readings] == [
        (f"connector1/{ENERGY}", 4369, AT),
        (f"connector1/Transaction.Begin/{ENERGY}", 100, None),
    ]


def test_a_value_of_the_beginning_alone_is_one_of_its_time(reader: OcppReader) -> None:
    found = meter(reader, {"value": "100", "context": "Transaction.Begin"})

    assert (only(found).path, found.readings[0].time) == (("connector1", ENERGY), AT)


@pytest.mark.parametrize("members", [{"connectorId": 0}, {"connectorId": None, "evseId": 0}])
def test_number_0_is_the_meter_of_the_station(reader: OcppReader, members: dict[str, Json]) -> None:
    assert only(meter(reader, {"value": "1"}, **members)).path == (ENERGY,)


def test_a_transaction_begins_and_ends_with_the_register(reader: OcppReader) -> None:
    begun = call(reader, "StartTransaction", connectorId=2, idTag="x", meterStart=100, timestamp=TIME)

    assert told(begun) == (f"connector2/{ENERGY}", "sgw:ConsumedEnergy", 100, "Wh")


def test_the_end_of_a_transaction_is_at_the_connector_that_its_meter_values_told(reader: OcppReader) -> None:
    meter(reader, {"value": "150"}, connectorId=2, transactionId=77)
    ended = call(reader, "StopTransaction", transactionId=77, meterStop=200, timestamp=TIME)

    assert only(ended).path == ("connector2", ENERGY)


def test_the_end_of_a_transaction_that_nobody_knows_is_at_no_connector(reader: OcppReader) -> None:
    ended = call(reader, "StopTransaction", transactionId=77, meterStop=200, timestamp=TIME)

    assert only(ended).path == ("transaction", ENERGY)


def test_the_end_of_a_transaction_may_tell_its_history(reader: OcppReader) -> None:
    history = [{"timestamp": "2026-11-24T10:00:00Z", "sampledValue": [{"value": "150"}]}]
    ended = call(reader, "StopTransaction", transactionId=7, meterStop=200, timestamp=TIME, transactionData=history)

    assert [(reading.fields[0].value, reading.time) for reading in ended.readings] == [
        (200, AT),
        (150, datetime(2026, 11, 24, 10, tzinfo=UTC)),
    ]


def test_a_transaction_that_goes_on_is_at_the_evse_it_started_at(reader: OcppReader) -> None:
    info = {"transactionId": "f3", "chargingState": "Charging"}
    call(reader, "TransactionEvent", eventType="Started", timestamp=TIME, transactionInfo=info, evse={"id": 3})
    found = call(reader, "TransactionEvent", eventType="Updated", timestamp=TIME, transactionInfo=info)

    assert told(found) == ("evse3/chargingState", "sgw:ChargingActivity", "Charging", "")


def test_the_status_of_a_connector_is_a_state(reader: OcppReader) -> None:
    found = call(reader, "StatusNotification", connectorId=2, status="SuspendedEV", errorCode="NoError", timestamp=TIME)

    assert [(one.path, compact(one.states[str(one.value)])) for one in fields(found)] == [
        (("connector2", "status"), "sgw:SuspendedByVehicle"),
        (("connector2", "errorCode"), "sgw:Faultless"),
    ]


def test_any_code_of_an_error_is_a_fault(reader: OcppReader) -> None:
    found = call(reader, "StatusNotification", connectorId=2, status="Faulted", errorCode="GroundFailure")

    assert compact(fields(found)[1].states["GroundFailure"]) == "sgw:Faulty"


def test_a_status_of_2_0_1_is_of_a_connector_of_an_evse(reader: OcppReader) -> None:
    found = call(reader, "StatusNotification", timestamp=TIME, connectorStatus="Occupied", evseId=1, connectorId=2)

    assert told(found)[:2] == ("evse1/connector2/status", "sgw:ConnectorStatus")


@pytest.mark.parametrize(
    "boot",
    [
        {"chargePointVendor": "Acme", "chargePointModel": "Wall 7"},
        {"reason": "PowerUp", "chargingStation": {"vendorName": "Acme", "model": "Wall 7"}},
    ],
)
def test_what_a_station_tells_when_it_boots_is_in_its_description(reader: OcppReader, boot: dict[str, Json]) -> None:
    booted = call(reader, "BootNotification", **boot)
    found = meter(reader, {"value": "1"})

    assert booted.ignored == "a station has booted: its maker and model are kept for its description"
    assert found.readings[0].about == {"saref:hasManufacturer": "Acme", "saref:hasModel": "Wall 7"}


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ([3, "1", {"currentTime": TIME}], "the result of a call: what was called is not told"),
        ([4, "1", "GenericError", "", {}], "the error of a call: what was called is not told"),
        ([2, "1", "Heartbeat", {}], "a sign of life, without a value"),
        ([2, "1", "Authorize", {"idTag": "x"}], "a question whether somebody may charge"),
        ([2, "1", "Reset", {"type": "Soft"}], "Reset tells of no meter and no connector"),
        ([2, "1", "TransactionEvent", {"eventType": "Updated"}], "a TransactionEvent without a value"),
    ],
)
def test_what_tells_no_value_is_ignored_with_the_reason(reader: OcppReader, message: Json, reason: str) -> None:
    assert read(reader, message).ignored == reason


@pytest.mark.parametrize("message", [[], ["2"], [True, "1", "Heartbeat", {}], [2, "1", "Heartbeat"], 7, {"x": 1}])
def test_what_is_no_message_of_ocpp_is_refused(reader: OcppReader, message: Json) -> None:
    with pytest.raises(LiftingError, match="OCPP"):
        read(reader, message)


@pytest.mark.parametrize(
    ("address", "station"),
    [
        ("csms.example/ocpp/CP%2F1", "ocpp-CP%2F1"),
        ("ocpp/CP1/in", "ocpp-CP1"),
        ("stations/CP1/MeterValues", "ocpp-CP1"),
        ("", "ocpp-unnamed"),
    ],
)
def test_the_address_tells_which_station_it_is(reader: OcppReader, address: str, station: str) -> None:
    values = [{"timestamp": TIME, "sampledValue": [{"value": "1"}]}]
    found = read(reader, [2, "1", "MeterValues", {"connectorId": 1, "meterValue": values}], address)

    assert found.readings[0].thing == f"urn:dev:ops:{station}"


def test_a_description_tells_which_station_it_is(reader: OcppReader) -> None:
    values = [{"timestamp": TIME, "sampledValue": [{"value": "1"}]}]
    message = [2, "1", "MeterValues", {"connectorId": 1, "meterValue": values}]
    found = read(reader, message, "all", {"chargePointId": "CP9"})

    assert found.readings[0].thing == "urn:dev:ops:ocpp-CP9"


@pytest.mark.parametrize(
    "wrap",
    [
        lambda payload: {"action": "MeterValues", "stationId": "CP7", "payload": payload},
        lambda payload: {"stationId": "CP7", "message": [2, "1", "MeterValues", payload]},
        lambda payload: {"stationId": "CP7", **payload},
    ],
    ids=["action beside", "call inside", "payload alone"],
)
def test_bridges_may_put_something_around_a_call(reader: OcppReader, wrap: Any) -> None:
    values = [{"timestamp": TIME, "sampledValue": [{"value": "1"}]}]
    found = read(reader, wrap({"connectorId": 1, "meterValue": values}), "bridge")

    assert (found.readings[0].thing, only(found).value) == ("urn:dev:ops:ocpp-CP7", 1)


def test_what_is_tried_out_on_a_copy_stays_there(reader: OcppReader) -> None:
    copy = reader.fork()
    meter(copy, {"value": "150"}, connectorId=2, transactionId=77)
    call(copy, "BootNotification", chargePointVendor="Acme")
    ended = call(reader, "StopTransaction", transactionId=77, meterStop=200, timestamp=TIME)

    assert (only(ended).path[0], ended.readings[0].about) == ("transaction", {})
