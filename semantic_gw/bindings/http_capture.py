"""A capture that comes as one HTTP request: taken in batches, answered record by record."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, Protocol

import msgspec

from semantic_gw.asgi import Body
from semantic_gw.codecs.capture import Line, Lines, record_id
from semantic_gw.contracts import Intake
from semantic_gw.errors import PayloadError, UnavailableError
from semantic_gw.model import Json, Payload
from semantic_gw.problems import ProblemError

MAX_CAPTURE_RECORDS: Final = 100_000
"""Records of one request: their outcomes are held until its end, so that a client may send all before it reads."""

BATCH_RECORDS: Final = 500
OUTCOME_WAIT_S: Final = 30.0
"""How long one request waits for outcomes, all its batches together, in seconds."""

Clock = Callable[[], datetime]


class Outcomes(Protocol):
    """Tells how messages ended."""

    async def wait(self, message_ids: Sequence[str], timeout_s: float) -> Mapping[str, Mapping[str, Json]]:
        """Outcome and reason of those of *message_ids* that are known within *timeout_s* seconds."""
        ...


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of a capture: its payload, or why there is none."""

    id: str | None
    payload: Payload | None = None
    reason: str = ""


class CaptureIntake:
    """Takes one capture in batches, and tells the outcome of each of its records, in their order."""

    def __init__(self, intake: Intake, outcomes: Outcomes | None, max_bytes: int, clock: Clock) -> None:
        self._intake = intake
        self._outcomes = outcomes
        self._max_bytes = max_bytes
        self._clock = clock
        self._wait_s = OUTCOME_WAIT_S
        self._pending: list[_Entry] = []
        self._pending_bytes = 0
        self._told: list[bytes] = []

    async def take(self, body: Body) -> bytes:
        """NDJSON: an outcome per record. Raises ProblemError, UnavailableError while nothing was taken yet."""
        try:
            await self._take_lines(body)
        except ProblemError as error:
            if not self._told and not self._pending:
                raise
            self._pending.append(_Entry(None, reason=str(error)))
        await self._flush()
        return b"".join(self._told)

    async def _take_lines(self, body: Body) -> None:
        lines = Lines(2 * self._max_bytes)  # base64 and the description need their room
        deadline = body.deadline()
        while not body.complete:
            chunk = await body.chunk(deadline)
            for line in lines.feed(chunk):
                await self._add(line)
                deadline = body.deadline()
        for line in lines.end():
            await self._add(line)

    async def _add(self, line: Line) -> None:
        if len(self._told) + len(self._pending) >= MAX_CAPTURE_RECORDS:
            detail = f"a request takes {MAX_CAPTURE_RECORDS} records: send those from line {line.number} in another"
            raise ProblemError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "", detail)
        entry = self._entry(line)
        self._pending.append(entry)
        self._pending_bytes += len(line.text or b"")
        if len(self._pending) >= BATCH_RECORDS or self._pending_bytes > self._max_bytes:
            await self._flush()

    def _entry(self, line: Line) -> _Entry:
        try:
            record = line.record(self._clock())
        except PayloadError as error:
            return _Entry(record_id(line.text or b""), reason=f"line {line.number}: {error}")
        return _Entry(record.id, record.payload)

    async def _flush(self) -> None:
        entries, self._pending, self._pending_bytes = self._pending, [], 0
        payloads = [entry.payload for entry in entries if entry.payload is not None]
        ended: Mapping[str, Mapping[str, Json]] = {}
        try:
            if payloads:
                await self._intake.take(payloads)
                ended = await self._ended([payload.id for payload in payloads])
        except UnavailableError as error:
            if not self._told:
                raise
            away = {"outcome": "unavailable", "reason": f"{error}: send it again"}
            ended = {payload.id: away for payload in payloads}
        self._told += [_told(entry, ended) for entry in entries]

    async def _ended(self, message_ids: Sequence[str]) -> Mapping[str, Mapping[str, Json]]:
        if self._outcomes is None:
            return {}
        now = asyncio.get_running_loop().time
        start = now()
        ended = await self._outcomes.wait(message_ids, max(self._wait_s, 0.0))
        self._wait_s -= now() - start
        return ended


def _told(entry: _Entry, ended: Mapping[str, Mapping[str, Json]]) -> bytes:
    """The line that answers *entry*."""
    told: dict[str, Any] = {"id": entry.id}
    if entry.payload is None:
        told |= {"outcome": "refused", "reason": entry.reason}
    else:
        told |= {"message": entry.payload.id, "outcome": "accepted"}
        told |= {name: value for name, value in ended.get(entry.payload.id, {}).items() if value != ""}
    return msgspec.json.encode(told) + b"\n"
