"""The reader of OCPP-J, 1.6 to 2.1: meters and connectors of charging stations, out of what these call.

A station tells once which connector a transaction is at, and once who made it: both are remembered.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Final, Self

from semantic_gw.contracts import Field, Readings
from semantic_gw.json_pointer import Tokens, format_pointer
from semantic_gw.model import Document, Json
from semantic_gw.rdf.namespaces import SGW
from semantic_gw.readers.device_names import thing_of
from semantic_gw.readers.gathered import Gathered
from semantic_gw.readers.ocpp_calls import Call, call_in, station_of
from semantic_gw.readers.ocpp_samples import OTHER_TIMES, Measurands, Sample
from semantic_gw.readers.values import moment

_FAMILY: Final = "ocpp"
_REMEMBERED: Final = 100_000
"""Transactions and stations that are remembered."""

_ABOUT: Final[Mapping[str, tuple[str, ...]]] = {
    "saref:hasManufacturer": ("chargePointVendor", "vendorName"),
    "saref:hasModel": ("chargePointModel", "model"),
}
"""Members of a description → what stations call them when they boot (OCPP 1.6, 6.3; OCPP 2.0.1 part 2, B01)."""

_METERS: Final = ("MeterValues", "StartTransaction", "StopTransaction", "TransactionEvent")


class OcppReader:
    """Reads calls by the tables `measurands`, `unit_words`, `status`, `charging` and `ignored` of its family."""

    def __init__(self, table: Mapping[str, Any], folder: Path, zone: tzinfo | None) -> None:  # noqa: ARG002
        self._measurands = Measurands(table)
        self._status = {name: SGW + state for name, state in table["status"].items()}
        self._charging = {name: SGW + state for name, state in table["charging"].items()}
        self._ignored: Mapping[str, str] = table.get("ignored", {})
        self._zone = zone
        self._transactions: OrderedDict[tuple[str, str], Tokens] = OrderedDict()
        """Station and transaction → the connector, or EVSE."""
        self._about: OrderedDict[str, Mapping[str, Json]] = OrderedDict()

    def fork(self) -> Self:
        other = copy(self)
        other._transactions = self._transactions.copy()  # noqa: SLF001  its own kind
        other._about = self._about.copy()  # noqa: SLF001
        return other

    def read(self, document: Document, captures: Mapping[str, str]) -> Readings:
        """Raises LiftingError for what is no message of OCPP-J."""
        call = call_in(document.value)
        if isinstance(call, str):
            return Readings(ignored=call)
        station = station_of(document, captures, call.action)
        thing = thing_of(station, _FAMILY)
        if call.action == "BootNotification":
            return self._boot(thing, call)
        found = Gathered(titles={thing: station}, about={thing: self._about.get(thing, {})})
        if call.action == "StatusNotification":
            self._take_status(thing, call, found)
        elif call.action in _METERS:
            self._take_meters(thing, call, found)
        else:
            otherwise = f"{call.action[:80]} tells of no meter and no connector"
            return Readings(ignored=self._ignored.get(call.action, otherwise))
        return found.readings("" if found.left else f"a {call.action} without a value")

    def _boot(self, thing: str, call: Call) -> Readings:
        """Remember who made the station."""
        inner = call.payload.get("chargingStation")
        told = inner if isinstance(inner, dict) else call.payload
        about = {
            member: told[name].strip()
            for member, names in _ABOUT.items()
            for name in names
            if isinstance(told.get(name), str) and told[name].strip()
        }
        _remember(self._about, thing, about)
        return Readings(ignored="a station has booted: its maker and model are kept for its description")

    def _time(self, told: Json, place: Tokens, found: Gathered) -> datetime | None:
        if told is None:
            return None
        time = moment(told, "iso", self._zone)
        if time is None:
            found.leave(place, f"{str(told)[:40]!r} is a time without a zone, or none")
        return time

    # Connectors

    def _take_status(self, thing: str, call: Call, found: Gathered) -> None:
        """The status of a connector, and whether it is at fault (OCPP 1.6, 6.47; OCPP 2.0.1 part 2, G01)."""
        payload, place = call.payload, call.place
        time = self._time(payload.get("timestamp"), (*place, "timestamp"), found)
        where = _connector(payload)
        name = "connectorStatus" if "connectorStatus" in payload else "status"
        if isinstance(status := payload.get(name), str):
            pointer = format_pointer((*place, name))
            found.add(thing, time, Field((*where, "status"), status, "", pointer, _CONNECTOR_STATUS, self._status))
        if isinstance(code := payload.get("errorCode"), str) and code:
            states = {"NoError": SGW + "Faultless", code: SGW + ("Faultless" if code == "NoError" else "Faulty")}
            pointer = format_pointer((*place, "errorCode"))
            found.add(thing, time, Field((*where, "errorCode"), code, "", pointer, SGW + "Fault", states))

    # Meters

    def _take_meters(self, thing: str, call: Call, found: Gathered) -> None:
        payload, place = call.payload, call.place
        where = self._where(thing, payload)
        time = self._time(payload.get("timestamp"), (*place, "timestamp"), found)
        for name in ("meterStart", "meterStop"):
            if name in payload:
                register = self._measurands.register(payload[name], where, (*place, name))
                if register is None:
                    found.leave((*place, name), f"{str(payload[name])[:80]!r} is no number")
                else:
                    found.add(thing, time, register)
        info = payload.get("transactionInfo")
        if isinstance(info, dict) and isinstance(state := info.get("chargingState"), str):
            pointer = format_pointer((*place, "transactionInfo", "chargingState"))
            path = (*where, "chargingState")
            found.add(thing, time, Field(path, state, "", pointer, SGW + "ChargingActivity", self._charging))
        for name in ("meterValue", "transactionData"):
            values = payload.get(name)
            for index, value in enumerate(values if isinstance(values, list) else ()):
                self._take_values(thing, where, value, (*place, name, str(index)), found)

    def _where(self, thing: str, payload: Mapping[str, Json]) -> Tokens:
        """The connector or EVSE whose meter is told, which a transaction that goes on does not repeat."""
        info = payload.get("transactionInfo")
        told = info.get("transactionId") if isinstance(info, dict) else payload.get("transactionId")
        key = (thing, str(told))
        evse = payload.get("evse")
        if "connectorId" in payload or "evseId" in payload or isinstance(evse, dict):
            where = _meter(payload)
            if told is not None:
                _remember(self._transactions, key, where)
            return where
        return self._transactions.get(key, ("transaction",) if told is not None else ())

    def _take_values(self, thing: str, where: Tokens, value: Json, place: Tokens, found: Gathered) -> None:
        """The samples of one time (OCPP 1.6, 7.33)."""
        if not isinstance(value, dict) or not isinstance(rows := value.get("sampledValue"), list):
            found.leave(place, "no values of a meter")
            return
        time = self._time(value.get("timestamp"), (*place, "timestamp"), found)
        samples: list[tuple[Tokens, Sample]] = []
        for index, row in enumerate(rows):
            sample = self._measurands.sample(row)
            at = (*place, "sampledValue", str(index), "value")
            if isinstance(sample, str):
                found.leave(at, sample)
            else:
                samples.append((at, sample))
        of_now = {sample.path for _, sample in samples if sample.context not in OTHER_TIMES}
        for at, sample in samples:
            told = self._measurands.field(sample, where, at)
            if sample.context in OTHER_TIMES and sample.path in of_now:
                found.add(thing, None, _of_another_time(told, sample.context))
            else:
                found.add(thing, time, told)


_CONNECTOR_STATUS: Final = SGW + "ConnectorStatus"


def _of_another_time(told: Field, context: str) -> Field:
    """A value of the transaction's beginning that stands beside one of now: nobody says when that was."""
    return replace(told, path=(*told.path[:-1], context, told.path[-1]))


def _meter(payload: Mapping[str, Json]) -> Tokens:
    """Number 0 is the meter of the whole station (OCPP 1.6, 6.31; OCPP 2.0.1 part 2, J01)."""
    evse = payload.get("evse")
    number = evse.get("id") if isinstance(evse, dict) else payload.get("evseId")
    if _is_number(number):
        return (f"evse{number}",) if number else ()
    connector = payload.get("connectorId")
    return (f"connector{connector}",) if connector and _is_number(connector) else ()


def _connector(payload: Mapping[str, Json]) -> Tokens:
    evse, connector = payload.get("evseId"), payload.get("connectorId")
    levels = (("evse", evse), ("connector", connector))
    return tuple(f"{name}{number}" for name, number in levels if number and _is_number(number))


def _is_number(value: Json) -> bool:
    return type(value) is int and value >= 0


def _remember(there: OrderedDict[Any, Any], key: object, value: object) -> None:
    there[key] = value
    there.move_to_end(key)
    if len(there) > _REMEMBERED:
        there.popitem(last=False)
