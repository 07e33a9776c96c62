"""Messages of OCPP-J: which action a station calls, with what, and which station that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from semantic_gw.errors import LiftingError
from semantic_gw.json_pointer import Tokens
from semantic_gw.model import Document, Json

CALL: Final = 2
"""The message type of a call (OCPP-J 1.6, 4.2.1)."""

_NO_CALLS: Final[Mapping[int, str]] = {
    3: "the result of a call: what was called is not told",
    4: "the error of a call: what was called is not told",
    5: "the error of a result",
    6: "a notification that is not answered: a part of a stream, told elsewhere",
}
"""The other message types (OCPP-J 1.6, 4.2.2 and 4.2.3; OCPP 2.1 part 4, 4.2)."""

_ACTIONS: Final[tuple[tuple[frozenset[str], str], ...]] = (
    (frozenset({"transactionInfo", "eventType"}), "TransactionEvent"),
    (frozenset({"meterStart"}), "StartTransaction"),
    (frozenset({"meterStop"}), "StopTransaction"),
    (frozenset({"meterValue"}), "MeterValues"),
    (frozenset({"connectorStatus"}), "StatusNotification"),
    (frozenset({"connectorId", "status", "errorCode"}), "StatusNotification"),
)
"""Members → the action they are of, where a bridge sends the payload of a call alone."""

_IDENTITIES: Final = (
    "chargePointId", "chargingStationId", "stationId", "chargePointIdentity", "chargeBoxId", "identity", "cpId",
)  # fmt: skip
"""What bridges and descriptions call the identity of a station."""

_WAYS: Final = frozenset({"in", "out", "up", "rx", "tx", "messages", "message", "request", "requests", "call", "calls"})
"""Levels of addresses that tell which way a message goes."""


@dataclass(frozen=True, slots=True)
class Call:
    """What a station calls: *action* with *payload*, which stands at *place* in the document."""

    action: str
    payload: Mapping[str, Json]
    place: Tokens


def call_in(value: Json) -> Call | str:
    """The call that a document is; why it is none, where it is another message. Raises LiftingError.

    >>> call_in([2, "7", "Heartbeat", {}])
    Call(action='Heartbeat', payload={}, place=('3',))
    >>> call_in([3, "7", {}])
    'the result of a call: what was called is not told'
    """
    if isinstance(value, list):
        return _framed(value)
    if isinstance(value, dict):
        return _bare(value)
    raise LiftingError("no message of OCPP-J: it is neither an array nor an object")


def _framed(value: list[Json]) -> Call | str:
    kind = value[0] if value else None
    if type(kind) is int and kind in _NO_CALLS:
        return _NO_CALLS[kind]
    if type(kind) is not int or kind != CALL:
        raise LiftingError("no message of OCPP-J: its first item is no message type (OCPP-J, 4.1.3)", pointer="/0")
    if len(value) < 4 or not isinstance(value[2], str) or not isinstance(value[3], dict):
        raise LiftingError('no call of OCPP-J: one looks like [2, "<id>", "<action>", {…}] (OCPP-J, 4.2.1)')
    return Call(value[2], value[3], ("3",))


def _bare(value: dict[str, Json]) -> Call | str:
    """The payload of a call, with or without its action beside it, as bridges send it."""
    for name in ("payload", "message", "data"):
        inner = value.get(name)
        if isinstance(inner, list) and inner and type(inner[0]) is int:
            found = _framed(inner)
            return Call(found.action, found.payload, (name, *found.place)) if isinstance(found, Call) else found
        if isinstance(inner, dict) and isinstance(action := value.get("action"), str):
            return Call(action, inner, (name,))
    action = next((action for members, action in _ACTIONS if members <= value.keys()), None)
    if action is None:
        raise LiftingError("no message of OCPP-J, and no payload of a call that tells of a meter or a connector")
    return Call(action, value, ())


def station_of(document: Document, captures: Mapping[str, str], action: str) -> str:
    """The identity of the station: told beside the call, or the last part of the URL it connects to (OCPP-J, 3.1.1)."""
    for told in (document.value, document.payload.description):
        if isinstance(told, dict):
            found = next((told[name] for name in _IDENTITIES if isinstance(told.get(name), str) and told[name]), None)
            if found is not None:
                return str(found)
    if station := captures.get("station"):
        return unquote(station)
    levels = [level for level in document.payload.source.address.split("?")[0].split("/") if level]
    while levels and (levels[-1].lower() in _WAYS or levels[-1] == action):
        levels.pop()
    return unquote(levels[-1]) if levels else "unnamed"
