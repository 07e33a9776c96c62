"""The last messages and what became of them, bounded: for `GET /messages/{id}` and for senders that wait."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from semantic_gw.model import Json, Outcome, Payload, Position
from semantic_gw.pipeline.result import Result


@dataclass(frozen=True, slots=True)
class Ended:
    """A message that ended, and where its records stand. The payload is kept to explain it again."""

    payload: Payload
    outcome: Outcome
    reason: str
    detail: str
    positions: tuple[Position, ...]


class RecentMessages:
    """At most *limit* messages and *max_bytes* of payloads; the oldest go first."""

    def __init__(self, limit: int, max_bytes: int = 64 * 1024 * 1024) -> None:
        self._limit = limit
        self._max_bytes = max_bytes
        self._bytes = 0
        self._ended: OrderedDict[str, Ended] = OrderedDict()
        self._changed = asyncio.Condition()

    def get(self, message_id: str) -> Ended | None:
        return self._ended.get(message_id)

    async def add(self, results: Sequence[Result], positions: Sequence[Sequence[Position]]) -> None:
        """Remember *results*, with the positions of the records of each."""
        for result, written in zip(results, positions, strict=True):
            self._put(Ended(result.payload, result.outcome, result.reason, result.detail, tuple(written)))
        async with self._changed:
            self._changed.notify_all()

    def _put(self, ended: Ended) -> None:
        self._forget(ended.payload.id)
        self._ended[ended.payload.id] = ended
        self._bytes += len(ended.payload.body)
        while self._ended and (len(self._ended) > self._limit or self._bytes > self._max_bytes):
            self._forget(next(iter(self._ended)))

    def _forget(self, message_id: str) -> None:
        ended = self._ended.pop(message_id, None)
        if ended is not None:
            self._bytes -= len(ended.payload.body)

    async def wait(self, message_ids: Sequence[str], timeout_s: float) -> Mapping[str, Mapping[str, Json]]:
        """The outcomes of *message_ids* that are known within *timeout_s* seconds."""
        try:
            async with asyncio.timeout(timeout_s), self._changed:
                await self._changed.wait_for(lambda: all(id in self._ended for id in message_ids))
        except TimeoutError:
            pass
        known = {id: self._ended[id] for id in message_ids if id in self._ended}
        return {id: {"outcome": ended.outcome.value, "reason": ended.reason} for id, ended in known.items()}
