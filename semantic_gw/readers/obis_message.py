"""One message of a meter becomes readings: of the meter, of the meters on its channels, of the times that it logged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Final

from semantic_gw.contracts import Field, Reading
from semantic_gw.json_pointer import Tokens
from semantic_gw.model import Finding, Json
from semantic_gw.rdf.iris import encode_segment
from semantic_gw.readers.obis_numbers import maker, meter_number
from semantic_gw.readers.obis_objects import Device, MeterObject, first_text
from semantic_gw.readers.obis_table import ListRow, Meant, ObisTable, group, normal
from semantic_gw.readers.obis_times import dsmr_time, is_dsmr_time, iso_time
from semantic_gw.readers.values import number_in, scaled

_CHANNEL, _CHANNEL_NUMBER = 24, (96, 1)
"""C of the objects of a meter on a channel; C and D of its number (DSMR 5.0.2, 6.12)."""

_TYPE, _VALUE, _OLD_VALUE = (24, 1), (24, 2), (24, 3)
"""C and D of its type and of its readings, those of DSMR 2 and 3 last."""

_OLD_PARTS: Final = 7
"""Time, status, period, count, code, unit, and then the reading."""

_NO_UNIT: Final = ("", "1")
_NOTHING: Final = Decimal(0)
_METER: Final = ["saref:Device", "saref:Sensor", "saref:Meter"]


@dataclass(frozen=True, slots=True)
class Clock:
    """The zone of times without one, where somebody said so, and that of the letters W and S otherwise."""

    zone: tzinfo | None
    letters: tzinfo


class MessageReader:
    """Reads one message. Values that are in no reading go to *left*."""

    def __init__(self, table: ObisTable, family: str, clock: Clock, left: list[Finding]) -> None:
        self._table = table
        self._family = family
        self._clock = clock
        self._left = left
        self._row: ListRow | None = None

    def read(self, message: Mapping[str, Json], place: Tokens, where: str) -> Iterator[Reading]:
        """The readings of *message*; *where* names the meter that does not tell its number."""
        objects = self._objects(message, place)
        name = self._number(message, objects) or where or "unnamed"
        meter = Device(self._thing(name), name, _about(message))
        time = self._time_of(message, objects)
        channels: dict[int, list[MeterObject]] = {}
        for one in objects:
            channel = _channel(one.code)
            if channel is None:
                self._take(one, meter, time)
            else:
                channels.setdefault(channel, []).append(one)
        yield from meter.readings()
        for channel, found in channels.items():
            yield from self._on_channel(f"{name}-{channel}", found, time).readings()

    def _objects(self, message: Mapping[str, Json], place: Tokens) -> list[MeterObject]:
        """The objects of *message*, those of a list without codes named by their places."""
        found = [
            MeterObject(normal(one["obis"]), one["values"], (*place, "objects", str(index)), one.get("time"))
            for index, one in enumerate(message["objects"])
        ]
        name = message.get("list") or first_text(found, self._table.list_name)
        self._row = self._table.list_row(name, first_text(found, self._table.meter_type))
        codes = self._row.places.get(len(found)) if self._row is not None else None
        if codes is None or not found[0].code.startswith("#"):
            return found
        return [MeterObject(code, one.values, one.place) for code, one in zip(codes, found, strict=True)]

    def _number(self, message: Mapping[str, Json], objects: list[MeterObject]) -> str:
        """The number of the meter; empty where it tells none."""
        if number := meter_number(message.get("server")):
            return number
        told = {one.code: one.first for one in objects}
        return next((number for code in self._table.identity if (number := meter_number(told.get(code)))), "")

    def _time_of(self, message: Mapping[str, Json], objects: list[MeterObject]) -> datetime | None:
        told = next((one.first for one in objects if one.code in self._table.clock), None)
        return self._time(told) or self._time(message.get("time"))

    def _time(self, told: Json) -> datetime | None:
        if not isinstance(told, str):
            return None
        if is_dsmr_time(told):
            return dsmr_time(told, self._clock.zone, self._clock.letters)
        return iso_time(told, self._clock.zone, standard=self._row is not None and self._row.standard)

    def _take(self, one: MeterObject, device: Device, time: datetime | None) -> None:
        """What *one* says of *device*."""
        meant = self._table.meant(one.code)
        if meant is not None and meant.reason:
            self._leave(one, 0, meant.reason)
        elif meant is not None and meant.is_log:
            self._take_log(one, device)
        elif len(one.values) == 2 and is_dsmr_time(str(one.first)):
            self._put(one, 1, meant, device, self._time(one.first))
        elif len(one.values) == 1:
            self._put(one, 0, meant, device, self._time(one.time) or time)
        else:
            self._leave(one, 0, f"{one.code} has {len(one.values)} values, and nobody knows which is which")

    def _take_log(self, one: MeterObject, device: Device) -> None:
        """The values of a log at the times they were logged: a count, codes, then rows of times and a value.

        A row begins with the time of the log; of a code that stands there twice, the first value is the time of the
        second (e-MUCS P1 1.7): `(1)(1-0:1.6.0)(1-0:1.6.0)(200501000000S)(200423192538S)(03.695*kW)`.
        """
        codes = [str(one.plain(index)) for index in range(1, len(one.values)) if ":" in str(one.plain(index))]
        rows = range(1 + len(codes), len(one.values), len(codes) + 1)
        meant = self._table.meant(normal(codes[-1])) if codes else None
        if meant is None or len(one.values) != 1 + len(codes) + len(rows) * (len(codes) + 1):
            self._leave(one, 0, f"{one.code} is a log that nobody knows how to read")
            return
        for start in rows:
            last = start + len(codes)
            time = self._time(one.plain(last - 1))
            if time is None:
                self._leave(one, last, f"it was logged at {one.plain(last - 1)}, which is no time of a known zone")
            else:
                self._put(one, last, meant, device, time)

    def _put(self, one: MeterObject, index: int, meant: Meant | None, device: Device, time: datetime | None) -> None:
        """The value at *index*, as *meant*."""
        value = one.plain(index)
        if value is None or value == "":
            self._leave(one, index, "no value in it")
        elif meant is None:
            device.add(time, Field((one.code,), value, one.unit(index), one.pointer(index)), one.code)
        elif (number := number_in(value) if isinstance(value, str) else value) is None or isinstance(number, bool):
            self._leave(one, index, f"{value!r} is no number")
        elif number in meant.none:
            self._leave(one, index, f"{number} says that there is no value")
        else:
            device.add(time, self._field(one, index, number, meant), one.code)

    def _field(self, one: MeterObject, index: int, number: float, meant: Meant) -> Field:
        pointer = one.pointer(index)
        if meant.states:
            return Field((meant.name,), str(number), "", pointer, meant.kind, meant.states, meant.title)
        unit = one.unit(index)
        scale = self._row.scale(one.code) if self._row is not None and not unit else None
        if scale is not None:
            number, unit = scaled(number, scale.factor, _NOTHING), scale.unit
        elif meant.unit and unit in _NO_UNIT:
            unit = meant.unit
        return Field((meant.name,), number, unit, pointer, meant.kind, {}, meant.title)

    def _on_channel(self, name: str, objects: list[MeterObject], time: datetime | None) -> Device:
        """The meter on a channel, called *name* where it does not tell its number."""
        type_ = next((one.first for one in objects if _parts(one.code) == _TYPE), None)
        numbers = (meter_number(one.first) for one in objects if _parts(one.code) == _CHANNEL_NUMBER)
        name = next(filter(None, numbers), name)
        device = Device(self._thing(name), name, {"@type": _METER})
        for one in objects:
            parts = _parts(one.code)
            if parts not in (_VALUE, _OLD_VALUE):
                self._take(one, device, time)
            elif (read := _reading_in(one, is_old=parts == _OLD_VALUE)) is not None:
                self._put_channel(one, *read, type_, device)
            else:
                self._leave(one, 0, f"{one.code} has {len(one.values)} values, and nobody knows which is which")
        return device

    def _put_channel(self, one: MeterObject, index: int, unit: str, type_: Json, device: Device) -> None:
        """The reading at *index* of the meter on a channel, at its own time."""
        number = number_in(str(type_)) if type_ is not None else None
        row = self._table.channel(int(number) if number is not None else None, unit)
        told = str(one.first)
        time = self._time(told)
        if is_dsmr_time(told) and time is None and told[12:]:
            self._leave(one, index, f"it is of {told}, a clock that was never set, or stands in another zone")
        elif row is None:
            what = f"of a meter of the type {type_}" if type_ is not None else "of a meter that does not tell its type"
            self._leave(one, index, f"a reading in {unit or 'no unit'} {what}")
        else:
            value = number_in(str(one.plain(index)))
            if value is None:
                self._leave(one, index, f"{one.plain(index)!r} is no number")
                return
            meant = row.meant
            found = Field((meant.name,), value, unit, one.pointer(index), meant.kind, {}, meant.title)
            device.add(time, found, one.code)

    def _thing(self, name: str) -> str:
        return f"urn:dev:ops:{self._family}-{encode_segment(name)}"

    def _leave(self, one: MeterObject, index: int, why: str) -> None:
        self._left.append(Finding(one.pointer(index), why))


def _about(message: Mapping[str, Json]) -> dict[str, Json]:
    """What a message tells of the kind of its meter."""
    identification = message.get("identification", "")
    told = {"saref:hasManufacturer": maker(message.get("server"), identification), "saref:hasModel": identification}
    return {"@type": _METER, **{name: text for name, text in told.items() if text}}


def _channel(code: str) -> int | None:
    """The channel that the object is of; None where it is of the meter itself."""
    parts = _parts(code)
    if group(code, 0) != 0 or not (parts[0] == _CHANNEL or parts == _CHANNEL_NUMBER):
        return None
    return group(code, 1) or None


def _parts(code: str) -> tuple[int | None, int | None]:
    """C and D of a code."""
    return group(code, 2), group(code, 3)


def _reading_in(one: MeterObject, *, is_old: bool) -> tuple[int, str] | None:
    """Where the reading of a meter on a channel stands behind its time, and its unit."""
    if is_old and len(one.values) == _OLD_PARTS:
        return _OLD_PARTS - 1, str(one.plain(_OLD_PARTS - 2))
    return (1, one.unit(1)) if len(one.values) == 2 else (0, one.unit(0)) if len(one.values) == 1 else None
