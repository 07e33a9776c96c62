"""Messages of OPC UA PubSub in JSON, with and without their headers, and samples as OPC Publisher sends them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from semantic_gw.json_pointer import Tokens, format_pointer
from semantic_gw.model import Finding, Json

_IGNORED: Final[Mapping[str, str]] = {
    "ua-keepalive": "a sign of life, without a value",
    "ua-event": "an event, whose fields tell of no measured value",
    "ua-condition": "a condition, whose fields tell of no measured value",
    "ua-status": "the state of the publisher",
    "ua-connection": "how the publisher is set up",
    "ua-application": "how the publisher is set up",
    "ua-endpoints": "how the publisher is set up",
    "ua-action-metadata": "what may be called at the publisher",
    "ua-action-request": "a call of the publisher",
    "ua-action-response": "the answer of a call of the publisher",
    "ua-action-responder": "what may be called at the publisher",
}
"""Messages that tell no values (OPC UA part 14, 7.2.5)."""

_WRAPPINGS: Final = ("body", "Body", "payload", "data")
"""What gateways and hubs put messages in."""

_MAX_WRAPPINGS: Final = 3


@dataclass(frozen=True, slots=True)
class Header:
    """Who writes a data set. What is not told is empty."""

    publisher: str = ""
    group: str = ""
    writer: str = ""
    name: str = ""
    """The name of the writer, beside its number."""


@dataclass(frozen=True, slots=True)
class DataSet:
    """Values of one writer: *fields* as they stand at *place*, and when they were told."""

    header: Header
    fields: Mapping[str, Json]
    place: Tokens
    time: Json = None
    version: Json = None
    """The number of the last change of the data set that matters to who reads it (MajorVersion)."""


@dataclass(frozen=True, slots=True)
class MetaData:
    """What a data set is: its fields, with types and units."""

    header: Header
    content: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class NodeSample:
    """One value of one node of a server, as OPC Publisher sends it outside of PubSub."""

    header: Header
    server: str
    name: str
    value: Json
    place: Tokens
    time: Json = None


Message = DataSet | MetaData | NodeSample | Finding


def messages(value: Json, around: Header) -> Iterator[Message]:
    """What a document has; *around* is what its address tells of the writer. Finding: a part that is nothing for us."""
    yield from _messages(value, (), around, 0)


def _messages(value: Json, place: Tokens, around: Header, wrapped: int) -> Iterator[Message]:
    if isinstance(value, dict):
        yield from _message(value, place, around, wrapped)
    for index, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, dict):
            yield from _message(item, (*place, str(index)), around, wrapped)


def _message(value: dict[str, Json], place: Tokens, around: Header, wrapped: int) -> Iterator[Message]:
    header = _header(value, around)
    if isinstance(value.get("NodeId"), str) and "Value" in value:
        yield _node_sample(value, place, header)
    elif isinstance(value.get("MetaData"), dict):
        yield MetaData(header, value["MetaData"])
    elif "Messages" in value:
        yield from _data_sets(value["Messages"], (*place, "Messages"), header)
    elif "Payload" in value or str(value.get("MessageType")) in _IGNORED:
        yield _data_set(value, place, header)
    elif wrapped < _MAX_WRAPPINGS and (inner := next((w for w in _WRAPPINGS if _holds(value.get(w))), None)):
        yield from _messages(value[inner], (*place, inner), around, wrapped + 1)
    elif _is_payload(value):
        yield DataSet(around, value, place)


def _holds(value: Json) -> bool:
    return isinstance(value, (dict, list))


def _is_payload(value: Mapping[str, Json]) -> bool:
    """Whether *value* may be the fields of a data set alone (OPC UA part 14, A.3.4): no configuration, no header."""
    return not {"MessageType", "OpcNodes", "MessageId"} & value.keys()


def _data_sets(listed: Json, place: Tokens, around: Header) -> Iterator[Message]:
    if isinstance(listed, dict):  # one of them, without the list
        yield _data_set(listed, place, _header(listed, around))
    elif not listed:
        yield Finding(format_pointer(place), "a message without data sets")
    for index, item in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(item, dict):
            yield _data_set(item, (*place, str(index)), _header(item, around))


def _data_set(message: Mapping[str, Json], place: Tokens, header: Header) -> DataSet | Finding:
    """A DataSetMessage (OPC UA part 14, 7.2.5.4); one without its header has the fields alone."""
    pointer = format_pointer(place)
    if (why := _IGNORED.get(str(message.get("MessageType")))) is not None:
        return Finding(pointer, why)
    fields = message.get("Payload")
    if "Payload" not in message:
        return DataSet(header, message, place)
    if not isinstance(fields, dict):
        return Finding(pointer, "a data set without fields")
    version = message.get("MetaDataVersion")
    major = version.get("MajorVersion") if isinstance(version, dict) else None
    return DataSet(header, fields, (*place, "Payload"), message.get("Timestamp"), major)


def _node_sample(told: Mapping[str, Json], place: Tokens, header: Header) -> NodeSample:
    item = told.get("MonitoredItem")
    inner: Mapping[str, Json] = item if isinstance(item, dict) else {}
    extra = told.get("ExtensionFields")
    if isinstance(extra, dict):
        header = _header(extra, header)
    servers = (told.get("ApplicationUri"), inner.get("ApplicationUri"), told.get("EndpointUrl"))
    server = next((text for text in servers if isinstance(text, str) and text), "")
    names = (told.get("DisplayName"), inner.get("DisplayName"), told.get("NodeId"))
    name = next((text for text in names if isinstance(text, str) and text), "")
    return NodeSample(header, server, name, told["Value"], (*place, "Value"), told.get("Timestamp"))


def _header(told: Mapping[str, Json], around: Header) -> Header:
    """*around*, but for what *told* says itself."""
    group = _text(told, "WriterGroupName", "DataSetWriterGroup")
    return Header(
        _text(told, "PublisherId") or around.publisher,
        group or around.group,
        _text(told, "DataSetWriterId") or around.writer,
        _text(told, "DataSetWriterName") or around.name,
    )


def _text(told: Mapping[str, Json], *names: str) -> str:
    values = (told.get(name) for name in names)
    return next((str(value) for value in values if type(value) is int or (isinstance(value, str) and value)), "")
