"""The reader of OPC UA PubSub in JSON: data sets of publishers, which metadata describe.

Metadata tell the types and the engineering units of a data set once: they are remembered for each of its writers.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import unquote

from semantic_gw.contracts import Readings
from semantic_gw.errors import LiftingError
from semantic_gw.json_pointer import Tokens
from semantic_gw.lexicon.spelling import value_text
from semantic_gw.model import Document, Finding, Json
from semantic_gw.rdf.iris import encode_segment
from semantic_gw.readers.gathered import Gathered
from semantic_gw.readers.opcua_messages import DataSet, Header, MetaData, NodeSample, messages
from semantic_gw.readers.opcua_metadata import Told, fields_of, units_among
from semantic_gw.readers.opcua_values import plain, value_in
from semantic_gw.readers.tags import Tags, tag_path
from semantic_gw.readers.values import moment

_REMEMBERED: Final = 10_000
"""Writers that are remembered."""

_NODE_ID: Final = re.compile(r"(?:(?:nsu=[^;]*|ns=[0-9]+|svr=[0-9]+);)*s=(.+)", re.DOTALL)
"""A node id whose identifier is a text (OPC UA part 6, 5.3.1.10)."""

_BROWSE_NAME: Final = re.compile(r"[a-z][a-z0-9+.-]*://[^#]*#(.+)|[0-9]{1,5}:(.+)", re.IGNORECASE | re.DOTALL)
"""A qualified name: its namespace, and the name (OPC UA part 6, 5.4.2.14)."""

_NO_METADATA: Final = "no metadata of its data set have come, so nobody knows its engineering unit"
_OTHER_METADATA: Final = "the metadata of its data set are of another version, so nobody knows its engineering unit"
_NO_UNIT: Final = "the metadata have no EngineeringUnits for it, and without a unit the name of a tag means nothing"
_NO_SERVER_UNIT: Final = "samples of nodes come without an engineering unit, and the name of a tag alone means nothing"


@dataclass(frozen=True, slots=True)
class _Described:
    """What is known of a data set: the version of its metadata, and each field."""

    version: Json
    fields: Mapping[str, Told]


@dataclass(frozen=True, slots=True)
class _Slot:
    """Which value: of which Thing, under which name, where in the document, and when the message was made."""

    thing: str
    name: str
    place: Tokens
    time: datetime | None


_NOTHING: Final = Told()


class OpcUaReader:
    """Reads data sets by what the metadata of their writers said of them."""

    def __init__(self, table: Mapping[str, Any], folder: Path, zone: tzinfo | None) -> None:  # noqa: ARG002
        self._tags = Tags(table)
        self._described: OrderedDict[tuple[str, str], _Described] = OrderedDict()
        """Publisher and writer, by its number and by its name → its metadata."""
        self._names: OrderedDict[tuple[str, str], str] = OrderedDict()
        """Publisher and number of a writer → its name."""

    def fork(self) -> Self:
        other = copy(self)
        other._described = self._described.copy()  # noqa: SLF001  its own kind
        other._names = self._names.copy()  # noqa: SLF001
        return other

    def read(self, document: Document, captures: Mapping[str, str]) -> Readings:
        """Raises LiftingError for what has no message of OPC UA."""
        found = Gathered()
        described, count = 0, 0
        for message in messages(document.value, _around(captures)):
            count += 1
            if isinstance(message, Finding):
                found.left.append(message)
            elif isinstance(message, MetaData):
                self._learn(message)
                described += 1
            elif isinstance(message, NodeSample):
                self._take_sample(message, found)
            else:
                self._take_data_set(message, document, found)
        if not count:
            raise LiftingError("no message of OPC UA PubSub: it has no data set, no metadata and no sample of a node")
        return found.readings("metadata: types and units are kept for the data sets they describe" if described else "")

    # Metadata

    def _learn(self, message: MetaData) -> None:
        """Remember the fields that metadata tell of."""
        header, content = message.header, message.content
        version = content.get("ConfigurationVersion")
        major = version.get("MajorVersion") if isinstance(version, dict) else None
        self._describe(header, _Described(major, fields_of(content)))
        if header.writer and header.name:
            _remember(self._names, (header.publisher, header.writer), header.name)

    def _describe(self, header: Header, described: _Described) -> None:
        for writer in filter(None, (header.writer, header.name)):
            _remember(self._described, (header.publisher, writer), described)

    def _known(self, header: Header) -> _Described | None:
        keys = ((header.publisher, writer) for writer in (header.writer, header.name) if writer)
        return next((self._described[key] for key in keys if key in self._described), None)

    # Values

    def _take_data_set(self, message: DataSet, document: Document, found: Gathered) -> None:
        header = message.header
        name = header.name or self._names.get((header.publisher, header.writer)) or header.writer
        who = (header.publisher, name) if header.publisher or name else (document.payload.source.address,)
        thing = _thing(who, found)
        known, why = self._told_of(message)
        time = moment(message.time, "utc", None)  # times of OPC UA are of UTC (OPC UA part 6, 5.4.2.6)
        for field_name, value in message.fields.items():
            told = known.get(field_name) or known.get(plain_name(field_name), _NOTHING)
            self._take(_Slot(thing, field_name, (*message.place, field_name), time), value, told, why, found)

    def _told_of(self, message: DataSet) -> tuple[Mapping[str, Told], str]:
        """What is known of the fields of *message*, and why it is nothing more; units that are fields are kept, too."""
        known = self._known(message.header)
        why = _NO_METADATA if known is None else _NO_UNIT
        if known is not None and None not in (known.version, message.version) and known.version != message.version:
            known, why = None, _OTHER_METADATA
        if units := units_among(message.fields):
            fields = known.fields if known is not None else {}
            version = known.version if known is not None else message.version
            known = _Described(version, _with_units(fields, units))
            self._describe(message.header, known)
        return (known.fields if known is not None else {}), why

    def _take_sample(self, message: NodeSample, found: Gathered) -> None:
        """A value of a node: events come like that, too, with several."""
        header = message.header
        by_writer = (header.publisher, header.name or header.writer)
        thing = _thing(by_writer if header.publisher else (message.server, header.group), found)
        time = moment(message.time, "utc", None)
        slot = _Slot(thing, message.name, message.place, time)
        self._take(slot, message.value, _NOTHING, _NO_SERVER_UNIT, found)

    def _take(self, slot: _Slot, told: Json, known: Told, why: str, found: Gathered) -> None:
        """Take one value; *why* it has no unit is told where it has none."""
        value = value_in(told)
        path = tag_path(plain_name(slot.name))
        if value.why or not path:
            found.leave(slot.place, value.why or "a value without a name")
            return
        if isinstance(value.value, (dict, list)):
            found.leave(slot.place, "a structure or an array, and no single value")
            return
        number = plain(value, known.type, measured=bool(known.unit))
        if number is None:
            found.leave(slot.place, "it is null, or no number")
            return
        inner = (*slot.place, "Value") if isinstance(told, dict) and "Value" in told else slot.place
        named = known.labels.get(value_text(number), number)
        field = self._tags.field(path, inner, named, known.unit, why, found.left)
        if field is not None:
            found.add(slot.thing, moment(value.time, "utc", None) or slot.time, field)


def plain_name(name: str) -> str:
    """The name of a field without what says where it is from.

    >>> plain_name("nsu=http://example.com/UA/;s=Oven.Temperature"), plain_name("2:Flow")
    ('Oven.Temperature', 'Flow')
    """
    if (match := _NODE_ID.fullmatch(name)) is not None:
        return match[1]
    qualified = _BROWSE_NAME.fullmatch(name)
    return (qualified[1] or qualified[2]) if qualified is not None else name


def _with_units(fields: Mapping[str, Told], units: Mapping[str, Told]) -> dict[str, Told]:
    return {**fields, **{name: replace(fields.get(name, told), unit=told.unit) for name, told in units.items()}}


def _around(captures: Mapping[str, str]) -> Header:
    """What a topic tells of the writer (OPC UA part 14, 7.3.4.7.3)."""
    publisher, group, writer = (unquote(captures.get(name, "")) for name in ("publisher", "group", "writer"))
    return Header(publisher, group, "", writer)


def _thing(who: tuple[str, ...], found: Gathered) -> str:
    levels = tuple(level for level in who if level) or ("unnamed",)
    thing = f"urn:dev:ops:opcua-{encode_segment('/'.join(levels))}"
    found.titles[thing] = " ".join(levels)
    return thing


def _remember(there: OrderedDict[Any, Any], key: tuple[str, str], value: object) -> None:
    there[key] = value
    there.move_to_end(key)
    if len(there) > _REMEMBERED:
        there.popitem(last=False)
