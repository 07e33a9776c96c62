"""Thing Descriptions as records, and the reader that keeps the known Things current with the topic they stand on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

import msgspec

from semantic_gw.contracts import Bus
from semantic_gw.directory import KnownThings
from semantic_gw.errors import MappingError, UnavailableError
from semantic_gw.model import Record, ThingDescription

_log = logging.getLogger(__name__)


async def learn(bus: Bus, topic: str, things: KnownThings) -> None:
    """Register everything that stands on *topic* now."""
    reader = ThingsReader(bus, topic, things)
    async with bus.subscribe([topic]) as subscription:
        while not await subscription.caught_up():
            reader.register(await subscription.batch(500, 0.5))


class ThingsReader:
    """Registers what stands on *topic*: all of it at start, then what other gateways add."""

    def __init__(self, bus: Bus, topic: str, things: KnownThings) -> None:
        self._bus = bus
        self._topic = topic
        self._things = things
        self.ready = asyncio.Event()
        """Set once everything that stood on the topic at start is registered."""

    async def run(self) -> None:
        """Read until cancelled."""
        while True:
            try:
                async with self._bus.subscribe([self._topic]) as subscription:
                    while True:
                        if not self.ready.is_set() and await subscription.caught_up():
                            self.ready.set()
                        self.register(await subscription.batch(500, 0.2 if not self.ready.is_set() else 5.0))
            except UnavailableError as error:
                _log.warning("the topic of Things cannot be read; retrying", extra={"error": str(error)})
                await asyncio.sleep(1.0)

    def register(self, records: Sequence[Record]) -> None:
        """Bring the known Things to the state that *records* tell."""
        for record in records:
            if record.key is None:
                continue
            if record.value is None:
                self._things.remove(record.key)
                continue
            self._register(record.key, record, record.value)

    def _register(self, key: str, record: Record, value: bytes) -> None:
        try:
            document = msgspec.json.decode(value)
            origin, family = record.header("Origin") or "", record.header("Family") or ""
            self._things.register(ThingDescription(key, document, origin, family))
        except (msgspec.DecodeError, UnicodeDecodeError, MappingError, AttributeError) as error:
            _log.error("a record is no Thing Description", extra={"thing": key, "error": str(error)})
