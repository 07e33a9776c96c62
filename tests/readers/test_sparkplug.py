"""Births name the metrics of edge nodes, data tell their values, deaths end it (Sparkplug 3.0)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from semantic_gw.app.parts import load_parts
from semantic_gw.codecs.sparkplug import SparkplugCodec
from semantic_gw.contracts import Field, Readings
from semantic_gw.errors import LiftingError, NoDescriptionError
from semantic_gw.model import Document, Outcome, Payload, Source
from semantic_gw.pipeline.pipeline import Pipeline
from semantic_gw.readers.sparkplug import SparkplugReader
from semantic_gw.settings import Settings
from semantic_gw.shipped import MAPPINGS
from tests.codecs.sparkplug_wire import payload

FOLDER = MAPPINGS / "sparkplug-b"
TABLE = tomllib.loads((FOLDER / "manifest.toml").read_text("utf-8"))["reading"]["default"]
NOW = datetime(2026, 11, 24, 10, 15, 2, tzinfo=UTC)
T = 1_795_515_300_000
AT = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)
OIL: Mapping[str, Any] = {"name": "Oil/Temperature", "alias": 1, "datatype": 9, "properties": {"engUnit": "°C"}}
BD_SEQ: Mapping[str, Any] = {"name": "bdSeq", "datatype": 8, "long_value": 3}


@pytest.fixture
def reader() -> SparkplugReader:
    return SparkplugReader(TABLE, FOLDER, None)


def send(reader: SparkplugReader, type_: str, body: bytes, device: str = "") -> Readings:
    source = Source("mqtt", f"spBv1.0/plant/{type_}/press" + (f"/{device}" if device else ""))
    document = Document(Payload(body, "", source, NOW), SparkplugCodec().decode(body), "application/x-protobuf")
    captures = {"group": "plant", "type": type_, "node": "press"} | ({"device": device} if device else {})
    return reader.read(document, captures)


def born(reader: SparkplugReader, *metrics: Mapping[str, Any], seq: int = 0, timestamp: int = T) -> Readings:
    return send(reader, "NBIRTH", payload(BD_SEQ, *metrics, timestamp=timestamp, seq=seq))


def data(reader: SparkplugReader, *metrics: Mapping[str, Any], seq: int = 1) -> Readings:
    return send(reader, "NDATA", payload(*metrics, timestamp=T, seq=seq))


def fields(found: Readings) -> list[Field]:
    return [one for reading in found.readings for one in reading.fields if one.path != ("connectivity",)]


def values(found: Readings) -> list[tuple[str, Any, str]]:
    return [("/".join(one.path), one.value, one.unit) for one in fields(found)]


def reasons(found: Readings) -> list[str]:
    return [finding.detail for finding in found.left]


def connected(found: Readings) -> list[Any]:
    return [one.value for reading in found.readings for one in reading.fields if one.path == ("connectivity",)]


def test_an_alias_means_what_the_birth_certificate_said(reader: SparkplugReader) -> None:
    born(reader, {**OIL, "float_value": 48.5})

    assert values(data(reader, {"alias": 1, "float_value": 49.5})) == [("Oil/Temperature", 49.5, "°C")]


def test_a_birth_certificate_tells_values_and_that_the_node_is_there(reader: SparkplugReader) -> None:
    found = born(reader, {**OIL, "float_value": 48.5})

    assert (values(found), connected(found)) == ([("Oil/Temperature", 48.5, "°C")], ["birth"])


def test_data_without_a_birth_certificate_wait_for_one(reader: SparkplugReader) -> None:
    with pytest.raises(NoDescriptionError, match="no birth certificate yet of plant press: ask for a rebirth"):
        data(reader, {"alias": 1, "float_value": 49.5})


def test_data_that_had_no_birth_certificate_can_be_sent_again_after_it(reader: SparkplugReader) -> None:
    with pytest.raises(NoDescriptionError):
        data(reader, {"alias": 1, "float_value": 49.5})
    born(reader, OIL)

    assert values(data(reader, {"alias": 1, "float_value": 49.5})) == [("Oil/Temperature", 49.5, "°C")]


def test_an_alias_that_was_never_told_waits_for_a_birth_certificate(reader: SparkplugReader) -> None:
    born(reader, OIL)

    with pytest.raises(NoDescriptionError, match="the alias 2 is in no birth certificate"):
        data(reader, {"alias": 2, "int_value": 1})


def test_what_is_known_is_told_beside_an_alias_that_is_not(reader: SparkplugReader) -> None:
    born(reader, OIL)
    found = data(reader, {"alias": 2, "int_value": 1}, {"alias": 1, "float_value": 49.5})

    assert values(found) == [("Oil/Temperature", 49.5, "°C")]
    assert reasons(found) == ["the alias 2 is in no birth certificate: ask for a rebirth"]


def test_metrics_may_go_by_their_name(reader: SparkplugReader) -> None:
    born(reader, OIL)

    assert values(data(reader, {"name": "Oil/Temperature", "float_value": 1.5})) == [("Oil/Temperature", 1.5, "°C")]


def test_a_device_has_a_birth_certificate_of_its_own(reader: SparkplugReader) -> None:
    born(reader)
    send(reader, "DBIRTH", payload({**OIL, "alias": 8}, timestamp=T, seq=1), "pump")
    found = send(reader, "DDATA", payload({"alias": 8, "float_value": 1.5}, timestamp=T, seq=2), "pump")

    assert [reading.thing for reading in found.readings] == ["urn:dev:ops:sparkplug-plant%2Fpress%2Fpump"]


def test_a_birth_of_the_node_ends_those_of_its_devices(reader: SparkplugReader) -> None:
    born(reader)
    send(reader, "DBIRTH", payload({**OIL, "alias": 8}, timestamp=T, seq=1), "pump")
    born(reader, timestamp=T + 1)

    with pytest.raises(NoDescriptionError):
        send(reader, "DDATA", payload({"alias": 8, "float_value": 1.5}, timestamp=T, seq=1), "pump")


def test_a_birth_certificate_that_is_sent_again_does_not_take_the_place_of_a_newer_one(reader: SparkplugReader) -> None:
    born(reader, OIL)
    found = born(reader, {**OIL, "name": "Water/Temperature"}, timestamp=T - 1000)

    assert "a birth certificate that is older than the one that is known" in reasons(found)
    assert values(data(reader, {"alias": 1, "float_value": 1.5})) == [("Oil/Temperature", 1.5, "°C")]


def test_a_gap_in_the_sequence_is_told_and_the_value_is_kept(reader: SparkplugReader) -> None:
    born(reader, OIL)
    found = data(reader, {"alias": 1, "float_value": 49.5}, seq=3)

    assert values(found) == [("Oil/Temperature", 49.5, "°C")]
    assert reasons(found) == ["messages are missing: 3 comes after 0; ask for a rebirth"]


def test_the_sequence_begins_again_after_255(reader: SparkplugReader) -> None:
    born(reader, OIL, seq=255)

    assert reasons(data(reader, {"alias": 1, "float_value": 49.5}, seq=0)) == []


def test_a_death_ends_what_was_born(reader: SparkplugReader) -> None:
    born(reader, OIL)
    found = send(reader, "NDEATH", payload(BD_SEQ, timestamp=T))

    assert (connected(found), found.readings[0].time) == (["death"], None)
    with pytest.raises(NoDescriptionError):
        data(reader, {"alias": 1, "float_value": 49.5})


def test_the_death_of_an_earlier_session_ends_nothing(reader: SparkplugReader) -> None:
    born(reader, OIL)
    found = send(reader, "NDEATH", payload({**BD_SEQ, "long_value": 2}, timestamp=T))

    assert found.ignored == "the death of session 2, while session 3 of the node lives"
    assert values(data(reader, {"alias": 1, "float_value": 49.5})) == [("Oil/Temperature", 49.5, "°C")]


def test_the_death_of_a_device_leaves_its_node_alone(reader: SparkplugReader) -> None:
    born(reader, OIL)
    send(reader, "DBIRTH", payload({**OIL, "alias": 8}, timestamp=T, seq=1), "pump")
    found = send(reader, "DDEATH", payload(timestamp=T, seq=2), "pump")

    assert connected(found) == ["death"]
    assert values(data(reader, {"alias": 1, "float_value": 49.5}, seq=3)) == [("Oil/Temperature", 49.5, "°C")]


@pytest.mark.parametrize(
    ("datatype", "member", "wire", "value"),
    [
        (1, "int_value", 0xFFFF_FFFE, -2),
        (2, "int_value", 0xFFFE, -2),
        (3, "int_value", 0xFFFF_FFFE, -2),
        (4, "long_value", 2**64 - 2, -2),
        (5, "int_value", 254, 254),
        (7, "int_value", 0xFFFF_FFFE, 4_294_967_294),
        (7, "long_value", 0xFFFF_FFFE, 4_294_967_294),
        (8, "long_value", 2**64 - 2, 18_446_744_073_709_551_614),
    ],
)
def test_whole_numbers_have_the_sign_of_their_data_type(
    reader: SparkplugReader, datatype: int, member: str, wire: int, value: int
) -> None:
    found = born(reader, {**OIL, "datatype": datatype, member: wire})

    assert [one.value for one in fields(found)] == [value]


def test_history_has_times_of_its_own(reader: SparkplugReader) -> None:
    born(reader, OIL)
    early = {"alias": 1, "timestamp": T - 60_000, "is_historical": True, "float_value": 40.0}
    found = data(reader, early, {"alias": 1, "timestamp": T, "float_value": 49.5})

    assert [(reading.time, reading.fields[0].value) for reading in found.readings] == [
        (datetime(2026, 11, 24, 10, 14, tzinfo=UTC), 40.0),
        (AT, 49.5),
    ]


@pytest.mark.parametrize(
    ("metric", "reason"),
    [
        ({**OIL, "is_null": True}, "it is null"),
        ({**OIL, "datatype": 16, "dataset_value": b"\x08\x01"}, "a table"),
        ({**OIL, "datatype": 19}, "a template without metrics"),
        ({**OIL, "datatype": 24, "bytes_value": b"\x01\0\0\0"}, "an array"),
        ({**OIL, "datatype": 13, "long_value": T}, "a time"),
        ({**OIL, "datatype": 17, "bytes_value": b"\x01"}, "bytes that nobody describes"),
        ({**OIL, "name": "Node Control/Rebirth", "boolean_value": False}, "it tells of the edge node or device itself"),
        ({**OIL, "float_value": float("nan")}, "it is no number, and no text"),
        ({**OIL, "properties": {"engUnit": "°C", "Quality": 0}, "float_value": 1.0}, "its quality is 0, and not good"),
    ],
)
def test_what_is_no_value_is_left_with_the_reason(
    reader: SparkplugReader, metric: Mapping[str, Any], reason: str
) -> None:
    found = born(reader, metric)

    assert values(found) == []
    assert any(one.startswith(reason) for one in reasons(found))


@pytest.mark.parametrize("name", ["engUnit", "Engineering Units", "EngUnits", "unit", "UOM", "Unit of Measure"])
def test_the_property_that_tells_the_unit_has_many_names(reader: SparkplugReader, name: str) -> None:
    [found] = fields(born(reader, {"name": "Oil", "datatype": 9, "properties": {name: "°C"}, "float_value": 1.5}))

    assert found.unit == "°C"


# Templates

TEMPERATURE: Mapping[str, Any] = {"name": "Temperature", "datatype": 9}
DEFINITION: Mapping[str, Any] = {
    "name": "_types_/Pump",
    "datatype": 19,
    "template_value": {"metrics": [{**TEMPERATURE, "properties": {"engUnit": "°C"}}], "is_definition": True},
}


def pump(value: float, alias: int = 7, name: str = "Pump 1") -> dict[str, Any]:
    told = {"template_ref": "Pump", "metrics": [{"name": "Temperature", "datatype": 9, "float_value": value}]}
    return {"name": name, "alias": alias, "datatype": 19, "template_value": told}


def test_metrics_in_a_template_have_the_units_of_its_definition(reader: SparkplugReader) -> None:
    found = born(reader, pump(48.5), DEFINITION)

    assert values(found) == [("Pump 1/Temperature", 48.5, "°C")]
    assert "the definition of a template, whose instances have the values" in reasons(found)


def test_data_of_a_template_go_by_its_alias_and_the_names_in_it(reader: SparkplugReader) -> None:
    born(reader, DEFINITION, pump(48.5))
    later = {name: value for name, value in pump(49.5).items() if name != "name"}

    assert values(data(reader, later)) == [("Pump 1/Temperature", 49.5, "°C")]


def test_a_value_in_a_template_tells_where_it_stands(reader: SparkplugReader) -> None:
    [found] = fields(born(reader, DEFINITION, pump(48.5)))

    assert found.pointer == "/metrics/2/template_value/metrics/0/float_value"


def test_a_device_may_have_templates_that_its_node_defined(reader: SparkplugReader) -> None:
    born(reader, DEFINITION)
    found = send(reader, "DBIRTH", payload(pump(48.5), timestamp=T, seq=1), "hall")

    assert values(found) == [("Pump 1/Temperature", 48.5, "°C")]


def test_a_template_may_stand_in_another(reader: SparkplugReader) -> None:
    outer = {"name": "Station", "datatype": 19, "template_value": {"template_ref": "Station", "metrics": [pump(48.5)]}}
    found = born(reader, DEFINITION, outer)

    assert values(found) == [("Station/Pump 1/Temperature", 48.5, "°C")]


def test_a_metric_of_a_template_that_was_never_born_waits_for_a_birth_certificate(reader: SparkplugReader) -> None:
    born(reader, DEFINITION)

    with pytest.raises(NoDescriptionError, match="the metric 'Pump 2' is in no birth certificate"):
        data(reader, pump(48.5, name="Pump 2"))


def test_a_tag_without_a_unit_means_nothing(reader: SparkplugReader) -> None:
    [found] = fields(born(reader, {"name": "Temperature", "datatype": 9, "float_value": 21.5}))

    assert "without one the name of a tag means nothing" in found.unknown


def test_a_compressed_payload_is_refused(reader: SparkplugReader) -> None:
    with pytest.raises(LiftingError, match="compressed"):
        send(reader, "NDATA", payload(uuid="SPBV1.0_COMPRESSED"))


def test_a_type_of_message_that_there_is_not_is_refused(reader: SparkplugReader) -> None:
    with pytest.raises(LiftingError, match="'NSTATE' is no type of message"):
        send(reader, "NSTATE", payload(timestamp=T))


def test_what_is_tried_out_on_a_copy_stays_there(reader: SparkplugReader) -> None:
    born(reader.fork(), OIL)

    with pytest.raises(NoDescriptionError):
        data(reader, {"alias": 1, "float_value": 49.5})


def test_a_site_can_say_what_its_tags_are() -> None:
    row = {"path": "TT-101", "kind": "Temperature", "unit": "°C"}
    reader = SparkplugReader({**TABLE, "field": [row]}, FOLDER, None)
    [found] = fields(born(reader, {"name": "TT-101", "datatype": 9, "float_value": 21.5}))

    assert (found.kind.rpartition("/")[2], found.unit, found.unknown) == ("Temperature", "°C", "")


# Through the whole pipeline


@pytest.fixture
def pipeline() -> Pipeline:
    return load_parts(Settings()).pipeline


def message(type_: str, body: bytes, content_type: str = "") -> Payload:
    return Payload(body, content_type, Source("mqtt", f"spBv1.0/plant/{type_}/press"), NOW)


BIRTH = payload(BD_SEQ, {**OIL, "float_value": 48.5}, timestamp=T, seq=0)
DATA = payload({"alias": 1, "float_value": 49.5}, timestamp=T, seq=1)


@pytest.mark.parametrize("content_type", ["", "application/octet-stream", "application/x-protobuf"])
def test_payloads_need_no_media_type(pipeline: Pipeline, content_type: str) -> None:
    assert pipeline.process(message("NBIRTH", BIRTH, content_type)).outcome is Outcome.PUBLISHED


def test_explaining_a_birth_certificate_does_not_teach_it(pipeline: Pipeline) -> None:
    pipeline.explain(message("NBIRTH", BIRTH))

    assert pipeline.process(message("NDATA", DATA)).reason == "no description"


def test_explaining_a_death_certificate_kills_nobody(pipeline: Pipeline) -> None:
    pipeline.process(message("NBIRTH", BIRTH))
    pipeline.explain(message("NDEATH", payload(BD_SEQ)))

    assert pipeline.process(message("NDATA", DATA)).outcome is Outcome.PUBLISHED


def test_a_dead_letter_is_published_once_the_birth_certificate_has_come(pipeline: Pipeline) -> None:
    first = pipeline.process(message("NDATA", DATA))
    pipeline.process(message("NBIRTH", BIRTH))
    again = pipeline.process(message("NDATA", DATA))

    assert (first.outcome, again.outcome) == (Outcome.DEAD_LETTER, Outcome.PUBLISHED)


@pytest.mark.parametrize(
    "address", ["spBv1.0/plant/NCMD/press", "spBv1.0/plant/DCMD/press/pump", "spBv1.0/STATE/scada"]
)
def test_commands_and_host_applications_are_ignored(pipeline: Pipeline, address: str) -> None:
    body = b'{"online": true}' if "STATE" in address else payload({"name": "x", "boolean_value": True})

    assert pipeline.process(Payload(body, "", Source("mqtt", address), NOW)).outcome is Outcome.IGNORED


def test_a_template_in_json_is_read_the_same(reader: SparkplugReader) -> None:
    inner = {"name": "Oil", "dataType": "Float", "value": 1.5, "properties": {"engUnit": {"value": "°C"}}}
    metric = {"name": "Pump", "dataType": "Template", "value": {"reference": "Pump", "metrics": [inner]}}
    document = Document(
        Payload(b"", "", Source("mqtt", "x"), NOW), {"timestamp": T, "metrics": [metric]}, "application/json"
    )
    found = reader.read(document, {"group": "plant", "type": "NBIRTH", "node": "press"})

    assert values(found) == [("Pump/Oil", 1.5, "°C")]


def test_json_with_its_media_type_is_read_the_same(reader: SparkplugReader) -> None:
    metric = {
        "name": "Oil",
        "dataType": "Float",
        "value": 1.5,
        "properties": {"engUnit": {"type": "String", "value": "°C"}},
    }
    document = Document(
        Payload(b"", "", Source("mqtt", "x"), NOW), {"timestamp": T, "metrics": [metric]}, "application/json"
    )

    assert values(reader.read(document, {"group": "plant", "type": "NBIRTH", "node": "press"})) == [("Oil", 1.5, "°C")]
