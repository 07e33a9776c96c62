"""Data sets of OPC UA become readings by what their metadata say (OPC UA part 14)."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from typing import Any

import pytest

from semantic_gw.app.parts import load_parts
from semantic_gw.contracts import Field, Readings
from semantic_gw.errors import LiftingError
from semantic_gw.model import Document, Json, Outcome, Payload, Source
from semantic_gw.readers.opcua import OpcUaReader
from semantic_gw.readers.opcua_metadata import common_code, labels_in, unit_in
from semantic_gw.readers.opcua_values import value_in
from semantic_gw.settings import Settings
from semantic_gw.shipped import MAPPINGS

FOLDER = MAPPINGS / "opcua-pubsub"
TABLE = tomllib.loads((FOLDER / "manifest.toml").read_text("utf-8"))["reading"]["default"]
NOW = datetime(2026, 11, 24, 10, 15, 2, tzinfo=UTC)
AT = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)
TIME = "2026-11-24T10:15:00.0000000Z"
BAD = {"Code": 0x80310000, "Symbol": "BadNoCommunication"}


@pytest.fixture
def reader() -> OpcUaReader:
    return OpcUaReader(TABLE, FOLDER, None)


def read(reader: OpcUaReader, value: Json, **captures: str) -> Readings:
    payload = Payload(b"{}", "application/json", Source("mqtt", "plant/x"), NOW)
    return reader.read(Document(payload, value, "application/json"), captures)


def information(code: str, text: str = "") -> Json:
    number = int.from_bytes(code.encode()) if code else -1
    return {"UnitId": number, "DisplayName": {"Text": text}, "NamespaceUri": "http://www.opcfoundation.org/UA/units"}


def described(name: str, code: str = "", text: str = "", type_: int = 11) -> Json:
    field: dict[str, Any] = {"Name": name, "BuiltInType": type_}
    if code or text:
        field["Properties"] = [{"Key": {"Name": "EngineeringUnits"}, "Value": information(code, text)}]
    return field


def metadata(*fields: Json, major: int = 1, writer: int = 5, name: str = "") -> Json:
    content = {"Fields": list(fields), "ConfigurationVersion": {"MajorVersion": major, "MinorVersion": 0}}
    told = {"MessageType": "ua-metadata", "PublisherId": "p", "DataSetWriterId": writer, "MetaData": content}
    return {**told, "DataSetWriterName": name} if name else told


def data(fields: Json, major: int = 1, writer: int = 5, **more: Json) -> Json:
    version = {"MajorVersion": major, "MinorVersion": 3}
    message = {"DataSetWriterId": writer, "MetaDataVersion": version, "Timestamp": TIME, "Payload": fields, **more}
    return {"MessageId": "1", "MessageType": "ua-data", "PublisherId": "p", "Messages": [message]}


def fields(found: Readings) -> list[Field]:
    return [one for reading in found.readings for one in reading.fields]


def values(found: Readings) -> list[tuple[str, Any, str]]:
    return [("/".join(one.path), one.value, one.unit) for one in fields(found)]


def reasons(found: Readings) -> list[str]:
    return [finding.detail for finding in found.left]


def test_metadata_tell_the_unit_of_data_that_come_after_them(reader: OpcUaReader) -> None:
    learnt = read(reader, metadata(described("Oil.Temperature", "CEL")))
    found = read(reader, data({"Oil.Temperature": 48.5}))

    assert learnt.ignored == "metadata: types and units are kept for the data sets they describe"
    assert values(found) == [("Oil/Temperature", 48.5, "°C")]


def test_publisher_and_writer_are_the_thing(reader: OpcUaReader) -> None:
    [reading] = read(reader, data({"Flow": 1})).readings

    assert (reading.thing, reading.time) == ("urn:dev:ops:opcua-p%2F5", AT)


def test_a_writer_goes_by_the_name_that_metadata_told(reader: OpcUaReader) -> None:
    read(reader, metadata(described("Flow", "L2", "l/min"), name="Pump"))
    [reading] = read(reader, data({"Flow": 1})).readings

    assert (reading.thing, reading.title, reading.fields[0].unit) == ("urn:dev:ops:opcua-p%2FPump", "p Pump", "l/min")


def test_data_before_metadata_have_no_unit_and_tell_why(reader: OpcUaReader) -> None:
    [found] = fields(read(reader, data({"Flow": 1})))

    assert found.unknown.startswith("no metadata of its data set have come")


def test_metadata_of_another_version_are_not_used(reader: OpcUaReader) -> None:
    read(reader, metadata(described("Flow", "L2", "l/min"), major=2))
    [found] = fields(read(reader, data({"Flow": 1}, major=1)))

    assert found.unknown.startswith("the metadata of its data set are of another version")


def test_metadata_of_another_writer_are_not_used(reader: OpcUaReader) -> None:
    read(reader, metadata(described("Flow", "L2", "l/min"), writer=6))
    [found] = fields(read(reader, data({"Flow": 1}, writer=5)))

    assert found.unit == ""


def test_a_name_without_a_unit_means_nothing(reader: OpcUaReader) -> None:
    read(reader, metadata(described("Temperature")))
    [found] = fields(read(reader, data({"Temperature": 21.5})))

    assert "without a unit the name of a tag means nothing" in found.unknown


@pytest.mark.parametrize(
    ("told", "value"),
    [
        (48.5, 48.5),
        ({"Value": 48.5}, 48.5),
        ({"Value": 48.5, "SourceTimestamp": TIME, "ServerTimestamp": TIME}, 48.5),
        ({"Value": 48.5, "StatusCode": 0, "Status": "Good"}, 48.5),
        ({"Value": 48.5, "StatusCode": {"Code": 0, "Symbol": "Good"}}, 48.5),
        ({"Type": 11, "Body": 48.5}, 48.5),
        ({"Type": "Double", "Body": 48.5}, 48.5),
        ({"UaType": 11, "Value": 48.5}, 48.5),
        ({"Value": {"Type": 11, "Body": 48.5}, "SourceTimestamp": TIME}, 48.5),
        ({"Value": {"UaType": 11, "Value": 48.5}}, 48.5),
        ({"Value": "9007199254740993"}, 9_007_199_254_740_993),
    ],
)
def test_values_are_read_however_they_are_written(reader: OpcUaReader, told: Json, value: Any) -> None:
    read(reader, metadata(described("Energy", "KWH")))

    assert [one[1] for one in values(read(reader, data({"Energy": told})))] == [value]


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"StatusCode": BAD, "SourceTimestamp": TIME}, "its status is BadNoCommunication"),
        ({"StatusCode": BAD, "Value": 0}, "its status is BadNoCommunication"),
        ({"StatusCode": 0x80310000}, "its status is 0x80310000, and not good"),
        ({"StatusCode": "BadNoCommunication", "Value": 0}, "its status is BadNoCommunication"),
        ({"StatusCode": {"Code": 0x40000000, "Symbol": "Uncertain"}, "Value": 1}, "its status is Uncertain"),
        ({"SourceTimestamp": TIME}, "it has no value"),
        (None, "it is null, or no number"),
        ({"Value": "NaN"}, "it is null, or no number"),
        ([1, 2], "a structure or an array, and no single value"),
        ({"X": 1, "Y": 2}, "a structure or an array, and no single value"),
    ],
)
def test_what_is_no_value_is_left_and_not_0(reader: OpcUaReader, told: Json, reason: str) -> None:
    read(reader, metadata(described("Flow", "L2", "l/min")))
    found = read(reader, data({"Flow": told}))

    assert (fields(found), reasons(found)) == ([], [reason])


def test_each_value_has_the_time_of_its_source(reader: OpcUaReader) -> None:
    early = {"Value": 1, "SourceTimestamp": "2026-11-24T10:14:00.1234567Z"}
    found = read(reader, data({"Flow": early, "Level": 2}))

    assert [reading.time for reading in found.readings] == [datetime(2026, 11, 24, 10, 14, 0, 123456, tzinfo=UTC), AT]


@pytest.mark.parametrize(
    "wrap",
    [
        lambda message: message,
        lambda message: [message],
        lambda message: {"body": message, "properties": {}},
        lambda message: {"body": [message]},
        lambda message: {**message, "Messages": message["Messages"][0]},
    ],
    ids=["alone", "list", "hub", "hub and list", "no list of data sets"],
)
def test_messages_may_be_in_lists_and_in_what_hubs_put_around_them(reader: OpcUaReader, wrap: Any) -> None:
    assert [one[:2] for one in values(read(reader, wrap(data({"Flow": 1}))))] == [("Flow", 1)]


def test_a_data_set_may_come_without_the_header_of_the_network(reader: OpcUaReader) -> None:
    message = {"PublisherId": "p", "DataSetWriterId": 5, "Timestamp": TIME, "Payload": {"Flow": 1}}

    assert read(reader, message).readings[0].thing == "urn:dev:ops:opcua-p%2F5"


def test_values_may_come_alone_where_the_topic_tells_the_writer(reader: OpcUaReader) -> None:
    topic = {"publisher": "p", "group": "g", "writer": "Pump"}
    read(reader, metadata(described("Flow", "L2", "l/min"), name="Pump"))
    found = read(reader, {"Flow": 3.5}, **topic)

    assert (found.readings[0].thing, values(found)) == ("urn:dev:ops:opcua-p%2FPump", [("Flow", 3.5, "l/min")])


@pytest.mark.parametrize(
    ("type_", "reason"),
    [
        ("ua-keepalive", "a sign of life, without a value"),
        ("ua-event", "an event, whose fields tell of no measured value"),
    ],
)
def test_messages_without_values_are_left_with_the_reason(reader: OpcUaReader, type_: str, reason: str) -> None:
    found = read(reader, data({"Severity": 1}, MessageType=type_))

    assert (found.readings, reasons(found)) == ((), [reason])


def test_a_message_may_have_no_data_set(reader: OpcUaReader) -> None:
    found = read(reader, {"MessageType": "ua-data", "Messages": []})

    assert (found.readings, reasons(found)) == ((), ["a message without data sets"])


def test_a_sample_of_a_node_is_of_its_server(reader: OpcUaReader) -> None:
    sample = {"NodeId": "nsu=http://x/;s=Line.Flow", "EndpointUrl": "opc.tcp://plc:4840/", "Value": {"Value": 3}}
    found = read(reader, sample)

    assert found.readings[0].thing == "urn:dev:ops:opcua-opc.tcp%3A%2F%2Fplc%3A4840%2F"
    assert fields(found)[0].path == ("Line", "Flow")


def test_a_sample_of_a_bad_status_is_left(reader: OpcUaReader) -> None:
    sample = {"NodeId": "ns=2;s=Flow", "EndpointUrl": "opc.tcp://plc:4840/", "Value": {"StatusCode": BAD}}

    assert reasons(read(reader, sample)) == ["its status is BadNoCommunication"]


@pytest.mark.parametrize("value", [[], 7, {"MessageType": "x"}, [{"EndpointUrl": "x", "OpcNodes": []}]])
def test_what_is_no_message_is_refused(reader: OpcUaReader, value: Json) -> None:
    with pytest.raises(LiftingError, match="no message of OPC UA"):
        read(reader, value)


def test_a_number_of_a_unit_in_a_namespace_of_its_own_is_no_common_code() -> None:
    own = {**information("CEL", "furlongs"), "NamespaceUri": "http://example.com/units"}

    assert unit_in([{"Key": "EngineeringUnits", "Value": own}]) == "furlongs"


@pytest.mark.parametrize(
    ("properties", "labels"),
    [
        ([{"Key": {"Name": "TrueState"}, "Value": {"Text": "Open"}}], {"true": "Open"}),
        ([{"Key": "0:FalseState", "Value": {"Type": 21, "Body": {"Text": "Shut"}}}], {"false": "Shut"}),
        (
            [{"Key": {"Name": "EnumStrings"}, "Value": [{"Text": "Closed"}, {"Text": "Open"}]}],
            {"0": "Closed", "1": "Open"},
        ),
        ([{"Key": "EnumValues", "Value": [{"Body": {"Value": 4, "DisplayName": {"Text": "Open"}}}]}], {"4": "Open"}),
        ({"TrueState": "Open"}, {"true": "Open"}),
        ([{"Key": "EnumStrings", "Value": "Open"}, 7], {}),
        (None, {}),
    ],
)
def test_properties_tell_what_values_are_called(properties: Json, labels: dict[str, str]) -> None:
    assert labels_in(properties) == labels


def test_a_value_is_told_by_what_metadata_call_it(reader: OpcUaReader) -> None:
    named = [{"Key": {"Name": "EnumStrings"}, "Value": [{"Text": "Closed"}, {"Text": "Open"}]}]
    read(reader, metadata({"Name": "Inlet.Valve", "BuiltInType": 6, "Properties": named}))

    assert values(read(reader, data({"Inlet.Valve": 1}))) == [("Inlet/Valve", "Open", "")]


def test_a_value_is_told_by_the_enumeration_that_metadata_define(reader: OpcUaReader) -> None:
    message = metadata({"Name": "Door", "BuiltInType": 6, "DataType": "nsu=http://x/;i=7"})
    kinds = {"Fields": [{"Value": 0, "Name": "Closed"}, {"Value": 1, "Name": "Open"}]}
    message["MetaData"]["EnumDataTypes"] = [{"DataTypeId": "nsu=http://x/;i=7", "EnumDefinition": kinds}]
    read(reader, message)

    assert values(read(reader, data({"Door": 0}))) == [("Door", "Closed", "")]


def test_a_unit_may_be_a_field_of_the_data_set_and_is_kept(reader: OpcUaReader) -> None:
    first = read(reader, data({"Oil": 48.5, "Oil.EngineeringUnits": {"Value": information("CEL")}}))
    second = read(reader, data({"Oil": 49.5}))

    assert (values(first), values(second)) == ([("Oil", 48.5, "°C")], [("Oil", 49.5, "°C")])


@pytest.mark.parametrize(
    "name", ["nsu=http://x/;s=StepUp", "AlternatingBoolean", "Basic.RandomUnsignedInt32", "FastUInt7"]
)
def test_what_the_simulator_makes_up_is_left(reader: OpcUaReader, name: str) -> None:
    found = read(reader, data({name: 1}))

    assert fields(found) == []
    assert "that the simulator OPC PLC makes up" in reasons(found)[0]


def test_a_unit_is_told_by_its_common_code() -> None:
    assert (common_code(4408652), common_code(-1), common_code(2**40)) == ("CEL", "", "")


def test_the_common_code_counts_more_than_the_name() -> None:
    assert unit_in([{"Key": "EngineeringUnits", "Value": information("CEL", "Grad")}]) == "°C"


def test_a_unit_without_a_code_goes_by_its_name() -> None:
    assert unit_in([{"Key": "EngineeringUnits", "Value": information("", "l/min")}]) == "l/min"


def test_an_uncertain_status_without_a_symbol_is_told_by_its_number() -> None:
    assert value_in({"Value": 1, "StatusCode": 0x40000000}).why == "its status is 0x40000000, and not good"


def test_what_is_tried_out_on_a_copy_stays_there(reader: OpcUaReader) -> None:
    read(reader.fork(), metadata(described("Flow", "L2", "l/min"), name="Pump"))
    [reading] = read(reader, data({"Flow": 1})).readings

    assert (reading.thing, reading.fields[0].unit) == ("urn:dev:ops:opcua-p%2F5", "")


def test_a_site_can_say_what_its_tags_are() -> None:
    row = {"path": "TT-101", "kind": "Temperature", "unit": "°C"}
    [found] = fields(read(OpcUaReader({**TABLE, "field": [row]}, FOLDER, None), data({"TT-101": 21.5})))

    assert (found.kind.rpartition("/")[2], found.unit, found.unknown) == ("Temperature", "°C", "")


# Through the whole pipeline


def test_a_dead_letter_is_published_once_the_metadata_have_come() -> None:
    pipeline = load_parts(Settings()).pipeline

    def send(value: Json) -> Outcome:
        body = str(value).replace("'", '"').encode()
        return pipeline.process(Payload(body, "application/json", Source("mqtt", "plant/p"), NOW)).outcome

    first = send(data({"Oil.Temperature": 48.5}))
    send(metadata(described("Oil.Temperature", "CEL")))

    assert (first, send(data({"Oil.Temperature": 48.5}))) == (Outcome.DEAD_LETTER, Outcome.PUBLISHED)
