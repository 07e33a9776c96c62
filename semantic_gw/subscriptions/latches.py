"""Which values are beyond a threshold with hysteresis: known again after a restart, from a compacted topic."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator
from typing import Final

import msgspec

from semantic_gw.contracts import Bus, TopicSpec
from semantic_gw.model import IRI, Record

Key = tuple[str, IRI, str]
"""Subscription, Thing, affordance."""

_encode: Final = msgspec.json.Encoder().encode
_read_key: Final = msgspec.json.Decoder(tuple[str, str, str]).decode
_AT_ONCE: Final = 1000
_IDLE_S: Final = 0.5


def latches_spec(topic: str, replication_factor: int) -> TopicSpec:
    """The topic that the latches are kept on."""
    return TopicSpec(topic, compact=True, partitions=1, replication_factor=replication_factor)


class KeptLatches:
    """The latches, and what a batch changes of them: that counts once it is written."""

    def __init__(self, topic: str) -> None:
        self._topic = topic
        self._known: dict[Key, bool] = {}
        self._changes: dict[Key, bool] = {}
        self.view: ChainMap[Key, bool] = ChainMap(self._changes, self._known)
        """What holds, changes included; renewed by `begin`."""

    async def load(self, bus: Bus) -> None:
        """Know what the topic tells. Raises UnavailableError."""
        known: dict[Key, bool] = {}
        async with bus.subscribe([self._topic]) as reader:
            while not await reader.caught_up():
                for record in await reader.batch(_AT_ONCE, _IDLE_S):
                    _learn(known, record)
        self._known = known
        self.begin()

    def begin(self) -> None:
        """Take back what was not kept."""
        self._changes = {}
        self.view = ChainMap(self._changes, self._known)

    def records(self) -> Iterator[Record]:
        """What changed, to be written with the matches."""
        for key, beyond in self._changes.items():
            yield Record(self._topic, _encode(key).decode(), b"1" if beyond else None)

    def keep(self) -> None:
        """What changed is written."""
        self._known.update({key: True for key, beyond in self._changes.items() if beyond})
        for key in [key for key, beyond in self._changes.items() if not beyond]:
            self._known.pop(key, None)
        self.begin()


def _learn(known: dict[Key, bool], record: Record) -> None:
    key = _read_key(record.key or "")
    if record.value is None:
        known.pop(key, None)
    else:
        known[key] = True
