"""The reader of meters that name their values by OBIS codes, in whichever encoding (see codecs/meter_messages.py)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from pathlib import Path
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

from semantic_gw.contracts import Reading, Readings
from semantic_gw.errors import LiftingError
from semantic_gw.json_pointer import format_pointer
from semantic_gw.model import Document, Finding
from semantic_gw.readers.obis_message import Clock, MessageReader
from semantic_gw.readers.obis_table import ObisTable

MAX_READINGS: Final = 2_000
"""Most readings of one payload."""

_MEDIA_TYPES: Final = ("application/x-dlms", "application/x-sml", "application/x-iec62056-21")
"""Those whose codecs make what codecs/meter_messages.py tells."""


class ObisReader:
    """Reads messages by the table of codes that the member `objects` of its own table names, a file beside it."""

    def __init__(self, table: Mapping[str, Any], folder: Path, zone: tzinfo | None) -> None:
        self._table = ObisTable(folder / table["objects"])
        self._family = folder.name
        self._clock = Clock(zone, ZoneInfo(self._table.zone))

    def fork(self) -> Self:
        return self

    def read(self, document: Document, captures: Mapping[str, str]) -> Readings:
        """A reading for each meter and time. Raises LiftingError for what is no message of a meter."""
        if document.media_type not in _MEDIA_TYPES:
            raise LiftingError(
                f"{document.media_type} is no message of a meter: that is {', '.join(_MEDIA_TYPES)} (a readout, P1)"
            )
        messages = document.value["messages"]
        where = captures.get("meter") or document.payload.source.address
        readings: list[Reading] = []
        left: list[Finding] = []
        for index, message in enumerate(messages):
            place = ("messages", str(index))
            if "fault" in message:
                left.append(Finding(format_pointer((*place, "fault")), message["fault"]))
            else:
                readings += MessageReader(self._table, self._family, self._clock, left).read(message, place, where)
            if len(readings) > MAX_READINGS:
                raise LiftingError(f"more than {MAX_READINGS} readings in one payload")
        return Readings(tuple(readings), tuple(left))
