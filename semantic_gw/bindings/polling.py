"""The way in of devices that only answer: they are read by HTTP, as often as their Thing Descriptions say.

A Thing is read by one task, so never twice at once. A device that fails is left alone for longer each time.
"""

from __future__ import annotations

import asyncio
import logging
import random
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

from semantic_gw.bindings.polling_plan import PollingPlan, Reading, polling_plan
from semantic_gw.contracts import Intake
from semantic_gw.errors import PayloadError, RefusedError, UnavailableError
from semantic_gw.model import Finding, Json, Payload, Source
from semantic_gw.outbound import Answer, Outbound
from semantic_gw.settings import PollingSettings

_log = logging.getLogger(__name__)

_JITTER: Final = 0.1
"""An interval is longer or shorter by up to this part of itself, so that devices are not read in step."""

_FIRST_S: Final = 5.0
"""A Thing that was just registered is read for the first time within so many seconds."""

_LONGEST_PAUSE_S: Final = 600.0
_LONGEST_RETRY_AFTER_S: Final = 24 * 3600.0
_RETRY_S: Final = (0.1, 10.0)
"""The first and the longest pause before a reading is handed to an intake again that was away, in seconds."""


@dataclass(frozen=True, slots=True)
class Status:
    """How the polling of one Thing goes. *error* tells what its last readings failed with, empty where none did."""

    since: datetime
    last_success: datetime | None = None
    error: str = ""
    remarks: tuple[Finding, ...] = ()
    """What of its schedule cannot be followed."""


@dataclass(slots=True)
class Counters:
    """Readings that the poller counted since it was made."""

    read: int = 0
    """attempts"""
    failed: int = 0
    taken: int = 0
    refused: int = 0
    """answers that no record can hold"""


class _FailedError(Exception):
    """A reading failed. *of_device*: so would the others of this Thing. *pause_s*: for so long, it asks for peace."""

    def __init__(self, message: str, *, of_device: bool = False, pause_s: float = 0.0) -> None:
        super().__init__(message)
        self.of_device = of_device
        self.pause_s = pause_s


@dataclass(slots=True)
class _Due:
    """A reading, when it is due (a time of the event loop, in seconds), how often it failed in a row, and with what."""

    reading: Reading
    at: float
    failures: int = 0
    error: str = ""


@dataclass(slots=True)
class _Polled:
    """A Thing that is polled."""

    plan: PollingPlan
    status: Status
    dues: list[_Due] = field(default_factory=list)
    task: asyncio.Task[None] | None = None


class Poller:
    """Reads Things by the schedules in their descriptions and hands the answers to *intake*.

    *clock* gives the time of reception, never the same twice. *owns* tells which Things are ours to read now: of
    several gateways that know one Thing, one reads it. Raises ConfigurationError for hosts that are none.
    """

    name = "polling"

    def __init__(
        self,
        settings: PollingSettings,
        intake: Intake,
        *,
        clock: Callable[[], datetime],
        owns: Callable[[str], bool] = lambda _thing: True,
    ) -> None:
        self._settings = settings
        self._intake = intake
        self._clock = clock
        self._owns = owns
        self._outbound = Outbound(
            hosts=settings.hosts,
            schemes=("http", "https"),
            private=True,
            timeout_s=settings.timeout_s,
            max_bytes=settings.max_body_bytes,
        )
        self._places = asyncio.Semaphore(settings.max_concurrent)
        self._polled: dict[str, _Polled] = {}
        self._sharing: dict[str, list[str]] = {}
        self._group: asyncio.TaskGroup | None = None
        self.counters = Counters()

    @property
    def status(self) -> Mapping[str, Status]:
        """How it goes, by the id of the Thing, of those that have a schedule."""
        return {thing: polled.status for thing, polled in self._polled.items()}

    def things(self, changed: Iterable[tuple[str, Mapping[str, Json] | None]]) -> None:
        """Follow the descriptions of *changed* Things from now on; None drops one. Call it where `run` runs."""
        for thing, document in changed if self._settings.hosts else ():
            plan = self._plan(document) if document is not None else PollingPlan()
            known = self._polled.get(thing)
            if known is None or known.plan != plan:
                self._drop(thing)
                if plan != PollingPlan():
                    self._follow(thing, plan)

    async def run(self) -> None:
        """Read until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                for thing, polled in self._polled.items():
                    self._start(thing, polled)
                await asyncio.get_running_loop().create_future()
        finally:
            self._group = None

    def _plan(self, document: Mapping[str, Json]) -> PollingPlan:
        settings = self._settings
        return polling_plan(document, min_interval_s=settings.min_interval_s, credentials=settings.credentials)

    def _follow(self, thing: str, plan: PollingPlan) -> None:
        self._polled[thing] = polled = _Polled(plan, Status(datetime.now(UTC), remarks=plan.remarks))
        for reading in plan.readings:
            insort(self._sharing.setdefault(reading.url, []), thing)
        if plan.remarks:
            told = [f"{finding.pointer}: {finding.detail}" for finding in plan.remarks]
            _log.warning("a schedule cannot be followed as it is", extra={"thing": thing, "remarks": told})
        self._start(thing, polled)

    def _start(self, thing: str, polled: _Polled) -> None:
        if self._group is not None and polled.plan.readings:
            polled.task = self._group.create_task(self._poll(thing, polled))

    def _drop(self, thing: str) -> None:
        polled = self._polled.pop(thing, None)
        if polled is None:
            return
        for reading in polled.plan.readings:
            sharing = self._sharing[reading.url]
            del sharing[bisect_left(sharing, thing)]
            if not sharing:
                del self._sharing[reading.url]
        if polled.task is not None:
            polled.task.cancel()

    # One Thing:

    async def _poll(self, thing: str, polled: _Polled) -> None:
        now = asyncio.get_running_loop().time
        polled.dues = [
            _Due(reading, now() + random.uniform(0, min(reading.interval_s, _FIRST_S)))  # noqa: S311  # no secret
            for reading in polled.plan.readings
        ]
        while True:
            due = min(polled.dues, key=lambda due: due.at)
            await asyncio.sleep(due.at - now())
            if self._is_ours(thing, due.reading):
                await self._read_due(thing, polled, due)
            else:
                due.at = now() + _jittered(due.reading.interval_s)

    def _is_ours(self, thing: str, reading: Reading) -> bool:
        """Whether *thing* is ours to read now. Of several Things that share a URL, only the first is read: its answer
        is lifted for all.
        """
        return self._owns(thing) and thing == self._sharing[reading.url][0]

    async def _read_due(self, thing: str, polled: _Polled, due: _Due) -> None:
        now = asyncio.get_running_loop().time
        try:
            await self._read(due.reading)
        except _FailedError as error:
            self._failed(thing, polled, due, error)
            _postpone(polled.dues, due, error, now())
        else:
            self._succeeded(thing, polled, due)
            interval = due.reading.interval_s
            due.at = max(due.at + _jittered(interval), now() + _JITTER * interval)

    async def _read(self, reading: Reading) -> None:
        """Read once, and make the answer durable. Raises _FailedError."""
        async with self._places:
            self.counters.read += 1
            answer = await self._ask(reading)
        payload = Payload(
            body=answer.body,
            content_type=answer.content_type or reading.content_type,
            source=Source("http", reading.address),
            received_at=self._clock(),
        )
        await self._keep(payload)

    async def _ask(self, reading: Reading) -> Answer:
        accept = f"{reading.content_type}, */*;q=0.1"
        try:
            answer = await self._outbound.aget(reading.url, accept=accept, headers=reading.headers)
        except UnavailableError as error:
            raise _FailedError(str(error), of_device=True) from error
        except RefusedError as error:
            raise _FailedError(str(error)) from error
        if answer.status != HTTPStatus.OK:
            raise _refusal(reading, answer)
        return answer

    async def _keep(self, payload: Payload) -> None:
        """Put *payload* where it is durable; an intake that is away is waited for. Raises _FailedError."""
        pause = _RETRY_S[0]
        while True:
            try:
                await self._intake.take([payload])
            except UnavailableError:
                await asyncio.sleep(_jittered(pause))
                pause = min(2 * pause, _RETRY_S[1])
            except PayloadError as error:
                self.counters.refused += 1
                raise _FailedError(f"the answer cannot be taken: {error}") from error
            else:
                self.counters.taken += 1
                return

    # How it went:

    def _succeeded(self, thing: str, polled: _Polled, due: _Due) -> None:
        if due.error:
            _log.info("a device answers again", extra={"thing": thing, "address": due.reading.address})
        due.failures, due.error = 0, ""
        polled.status = replace(polled.status, last_success=datetime.now(UTC), error=_errors(polled))

    def _failed(self, thing: str, polled: _Polled, due: _Due, error: _FailedError) -> None:
        """Tell of *error* once: attempts that end like the one before are not worth a line each."""
        self.counters.failed += 1
        if str(error) != due.error:
            told = {"thing": thing, "address": due.reading.address, "error": str(error)}
            _log.warning("a device cannot be read", extra=told)
        due.failures, due.error = due.failures + 1, str(error)
        polled.status = replace(polled.status, error=_errors(polled))


def _errors(polled: _Polled) -> str:
    """What is wrong with the readings of a Thing, each error once."""
    return "; ".join(dict.fromkeys(due.error for due in polled.dues if due.error))


def _postpone(dues: Iterable[_Due], failed: _Due, error: _FailedError, now: float) -> None:
    """Leave *failed* alone for a while; and with it the other *dues*, where the device is what failed."""
    interval = failed.reading.interval_s
    backed_off = min(interval * 2 ** min(failed.failures, 30), _LONGEST_PAUSE_S)
    failed.at = now + _jittered(max(interval, backed_off, error.pause_s), longer=True)
    for due in dues if error.of_device else ():
        due.failures = max(due.failures, failed.failures)
        due.at = max(due.at, failed.at)


def _refusal(reading: Reading, answer: Answer) -> _FailedError:
    """What an answer says that is no reading."""
    pause_s = _retry_after(answer.header("retry-after"))
    if answer.status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        return _FailedError(f"{reading.address} answers {answer.status}", of_device=True, pause_s=pause_s)
    if 300 <= answer.status < 400:
        detail = "a redirect, which is not followed: the form must name the address itself"
        return _FailedError(f"{reading.address} answers {answer.status}, {detail}")
    return _FailedError(f"{reading.address} answers {answer.status}", pause_s=pause_s)


def _retry_after(value: str) -> float:
    """The pause that Retry-After asks for (RFC 9110, 10.2.3), in seconds: a number of them, or a date."""
    if value.isascii() and value.isdigit():
        return min(float(value), _LONGEST_RETRY_AFTER_S)
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    wait = (date if date.tzinfo else date.replace(tzinfo=UTC)) - datetime.now(UTC)
    return min(max(wait.total_seconds(), 0.0), _LONGEST_RETRY_AFTER_S)


def _jittered(pause: float, *, longer: bool = False) -> float:
    return pause * random.uniform(1.0 if longer else 1.0 - _JITTER, 1.0 + _JITTER)  # noqa: S311  # no secret
