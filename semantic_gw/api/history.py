"""`/things/{id}/history` and `/things/{id}/properties/{name}/history`: what was observed, by range and by aggregate."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote, unquote_to_bytes, urlencode

import msgspec
from starlette.types import ASGIApp

from semantic_gw.api.dispatch import Methods, in_front_of, methods_of
from semantic_gw.api.history_forms import AGGREGATE_FORMS, FORMS, JSON, RDF_FORMS, Page, written
from semantic_gw.api.negotiation import choose
from semantic_gw.api.request import Request, bad, whole_number
from semantic_gw.api.sparql_answer import Sending, while_there
from semantic_gw.asgi import Answer, Headers
from semantic_gw.contracts import GraphAnswer
from semantic_gw.errors import NotRegisteredError, UnavailableError
from semantic_gw.history.aggregation import AGGREGATES
from semantic_gw.history.asking import Asking, Found, Question
from semantic_gw.history.buckets import Duration, bucket_length, duration, time_in, time_zone
from semantic_gw.history.metrics import HistoryMetrics
from semantic_gw.history.points import Codec, micros, moment_at
from semantic_gw.history.store import SeriesSpan
from semantic_gw.model import Json
from semantic_gw.rdf.serialize import date_time
from semantic_gw.settings import HistorySettings, HttpSettings

_THINGS: Final = b"/things/"
_END: Final = b"/history"
_PROPERTIES: Final = b"/properties/"
_DAY: Final = 24 * 3600 * 1_000_000
_SEND_S: Final = 120.0
_VARY: Final[Headers] = ((b"vary", b"accept"), (b"cache-control", b"no-cache"))
_FUTURE: Final = 2**60
"""A time behind all others, in microseconds."""


@dataclass(frozen=True, slots=True)
class HistoryResource:
    """Answers what is asked of the history. *off* says why there is none, empty where there is one."""

    asking: Asking
    codec: Codec
    settings: HistorySettings
    metrics: HistoryMetrics
    clock: Callable[[], datetime]
    off: Callable[[], str] = str

    async def listing(self, request: Request) -> Answer:
        """The series of a Thing."""
        self._check()
        request.query()
        choose(request.header("accept"), (JSON,))
        thing, spans = await self._known(request, self.asking.listing)
        told = {"thing": thing, "series": [_series(span, request) for span in spans]}
        return Answer(HTTPStatus.OK, msgspec.json.encode(told), JSON.encode())

    async def history(self, request: Request) -> Answer | None:
        """Observations of one property, or what they come to."""
        self._check()
        raw, _, name = request.rest.rpartition(_PROPERTIES)
        affordance = unquote_to_bytes(name).decode("utf-8", "replace")
        request.rest = raw
        question, zone = self._question(request)
        media_type = choose(request.header("accept"), AGGREGATE_FORMS if question.aggregate else FORMS)
        if question.unit and media_type in RDF_FORMS:
            bad("unit: in RDF an observation is told as it was made; ask for JSON, CSV or SenML to have it converted")

        async def ask(thing: str) -> Found:
            return await self.asking.answer(thing, affordance, question)

        with self.metrics.seconds.time():
            _, found = await while_there(request, self._known(request, ask))
        page = Page(found, question, zone, self.codec)
        return await self._sent(request, page, media_type)

    def _check(self) -> None:
        if reason := self.off():
            raise UnavailableError(reason)

    async def _known(self, request: Request, ask: Callable[[str], Any]) -> tuple[str, Any]:
        """What *ask* says of the Thing that the path means."""
        possible = request.ids()
        for thing in possible[:-1]:
            try:
                return thing, await ask(thing)
            except NotRegisteredError:
                continue
        return possible[-1], await ask(possible[-1])

    def _question(self, request: Request) -> tuple[Question, str]:
        """What the query asks for, and the name of its time zone. Raises ProblemError (400)."""
        given: dict[str, Any] = request.query(
            **{"from": str, "to": str},
            aggregate=_aggregate,
            every=bucket_length,
            unit=str,
            timezone=str,
            limit=self._limit,
            order=_order,
            cursor=_cursor,
        )
        name = str(given.get("timezone") or "UTC")
        zone = _read("timezone", time_zone, name)
        begin, end = self._bounds(given, zone)
        every: Duration | None = given.get("every")
        if every is not None and not given.get("aggregate"):
            bad(f"every wants an aggregate: {', '.join(AGGREGATES)}")
        made = Question(begin, end, given.get("aggregate", ""), every, zone, given.get("unit", ""))
        limit = given.get("limit", self.settings.page_rows)
        newest_first = given.get("order", False)
        return replace(made, limit=limit, newest_first=newest_first, after=given.get("cursor")), name

    def _bounds(self, given: dict[str, Any], zone: tzinfo) -> tuple[int, int]:
        """By default the last 24 hours."""
        now = micros(self.clock())

        def moment(text: str) -> int:
            if text.startswith("-P"):
                return now - duration(text[1:]).micros
            return now if text == "now" else time_in(text, zone)

        end = _read("to", moment, given["to"]) if "to" in given else now + 1
        begin = _read("from", moment, given["from"]) if "from" in given else end - _DAY
        if begin >= end:
            bad(f"from ({date_time(moment_at(begin))}) wants to be before to ({date_time(moment_at(end))})")
        return begin, end

    def _limit(self, text: str) -> int:
        limit = whole_number(text)
        if not 1 <= limit <= self.settings.page_rows:
            raise ValueError(f"a number from 1 to {self.settings.page_rows} (history.page_rows), not {text}")
        return limit

    async def _sent(self, request: Request, page: Page, media_type: str) -> Answer | None:
        @asynccontextmanager
        async def asked() -> Any:
            yield GraphAnswer(media_type, written(page, media_type))

        headers = (*_VARY, *_next(request, page))
        answer = await Sending(request, _SEND_S, headers).send(asked())
        if answer is None:
            return None
        tag = f'"{hashlib.blake2b(answer.body, digest_size=9).hexdigest()}"'
        if tag in request.header("if-none-match").split(", "):
            return Answer(HTTPStatus.NOT_MODIFIED, b"", b"", ((b"etag", tag.encode()), *headers))
        return replace(answer, headers=(*answer.headers, (b"etag", tag.encode())))


class HistoryApi:
    """Answers what is under `/things/…/history`. A plain ASGI application in front of the directory's."""

    def __init__(self, resource: HistoryResource, settings: HttpSettings) -> None:
        self._settings = settings
        self._listing = methods_of(GET=resource.listing)
        self._history = methods_of(GET=resource.history)

    def in_front_of(self, application: ASGIApp) -> ASGIApp:
        """*application* for everything else."""
        return in_front_of(application, self._find, self._settings)

    def _find(self, path: bytes) -> tuple[Methods, bytes] | None:
        """The methods for what *path* names, and what of it tells whose history is asked for."""
        mine = path.startswith(_THINGS) and path.endswith(_END)
        rest = path[len(_THINGS) : -len(_END)] if mine else b""
        if not rest:
            return None
        return (self._history if _PROPERTIES in rest else self._listing), rest


def _read(name: str, reader: Callable[[str], Any], text: str) -> Any:
    try:
        return reader(text)
    except ValueError as error:
        bad(f"{name} wants {error}")


def _aggregate(text: str) -> str:
    if text not in AGGREGATES:
        raise ValueError(f"one of {', '.join(AGGREGATES)}, not {text!r}")
    return text


def _order(text: str) -> bool:
    if text not in ("asc", "desc"):
        raise ValueError(f"asc or desc, not {text!r}")
    return text == "desc"


def _cursor(text: str) -> tuple[int, int]:
    at, dot, series = text.partition(".")
    if not (dot and at.lstrip("-").isdigit() and series.isdigit() and len(text) < 40 and text.isascii()):
        raise ValueError("what a Link of another answer has")
    if abs(int(at)) > _FUTURE or int(series) > 2**31 - 1:
        raise ValueError("what a Link of another answer has")
    return int(at), int(series)


def _next(request: Request, page: Page) -> Headers:
    """The link to the next page (RFC 8288); it names the range, so that pages fit together as time goes on."""
    follows = page.found.follows
    if follows is None:
        return ()
    asked: dict[str, Any] = request.query(**dict.fromkeys(_ARGUMENTS, str))
    bounds = {name: date_time(moment_at(at)) for name, at in (("from", page.question.begin), ("to", page.question.end))}
    query = urlencode({**asked, **bounds, "cursor": f"{follows[0]}.{follows[1]}"})
    path = request.scope["raw_path"].decode("ascii", "replace")
    return ((b"link", f'<{path}?{query}>; rel="next"'.encode()),)


_ARGUMENTS: Final = ("from", "to", "aggregate", "every", "unit", "timezone", "limit", "order", "cursor")


def _series(span: SeriesSpan, request: Request) -> dict[str, Json]:
    key = span.series.key
    here = request.scope["raw_path"].decode("ascii", "replace").removesuffix("/history")
    told = {
        "property": key.affordance,
        "kind": key.kind,
        "unit": key.unit,
        "values": key.form,
        "first": date_time(moment_at(span.first)),
        "last": date_time(moment_at(span.last)),
        "href": f"{here}/properties/{quote(key.affordance, safe='')}/history",
    }
    return {name: value for name, value in told.items() if value}
