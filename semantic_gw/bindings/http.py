"""The HTTP way in: `POST /ingest/{address}` takes one payload, `POST /ingest` a capture.

A plain ASGI callable beside FastAPI: a framework route costs three times as much for a payload. The body is
decoded before it is taken, since the sender is still on the line: what cannot be decoded is answered with 400
and not taken. In a capture it is taken, and becomes a dead letter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Final, NoReturn
from urllib.parse import unquote_to_bytes

from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

from semantic_gw.asgi import (
    Answer,
    Body,
    ClientGoneError,
    check_encoding,
    check_same_site,
    headers_of,
    problem_answer,
    send_answer,
)
from semantic_gw.bindings.http_capture import CaptureIntake, Outcomes
from semantic_gw.bindings.http_openapi import INGEST_OPENAPI
from semantic_gw.codecs import Codecs
from semantic_gw.codecs.media_type import parse_media_type
from semantic_gw.contracts import Intake
from semantic_gw.errors import GatewayError, UnsupportedMediaTypeError
from semantic_gw.model import Payload, Source
from semantic_gw.problems import Problem, ProblemError, problem_of
from semantic_gw.settings import HttpSettings

__all__ = ["INGEST_OPENAPI", "HttpIngest", "Outcomes", "address_of"]

CAPTURE_MEDIA_TYPES: Final = ("application/x-ndjson", "application/ndjson", "application/jsonl")
MAX_ADDRESS_BYTES: Final = 1024
_PREFIX: Final = "/ingest"
_STRAY_PERCENT: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")

Clock = Callable[[], datetime]

_UNTOLD: Final = "application/octet-stream"
"""Says nothing of a body: a family that knows the address, or the first bytes, tells what it is."""


class HttpIngest:
    """Takes payloads from HTTP requests and answers once they are durable.

    *clock* gives the time of reception in UTC, never the same microsecond twice. Mount `routes()` in a Starlette
    or FastAPI application, or call it as an ASGI application.
    """

    def __init__(
        self, intake: Intake, codecs: Codecs, settings: HttpSettings, *, clock: Clock, outcomes: Outcomes | None = None
    ) -> None:
        self._intake = intake
        self._codecs = codecs
        self._settings = settings
        self._clock = clock
        self._outcomes = outcomes

    def routes(self) -> list[BaseRoute]:
        """Both paths, for every method: what is not a POST is answered here, too."""
        return [_IngestRoute(self)]

    def in_front_of(self, application: ASGIApp) -> ASGIApp:
        """*application* for everything else, past whose middleware payloads then go."""
        route = _IngestRoute(self)

        async def both(scope: Scope, receive: Receive, send: Send) -> None:
            match, _ = route.matches(scope)
            await (application if match is Match.NONE else self)(scope, receive, send)

        return both

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = Body(receive, self._settings)
        try:
            answer = await self._answer(scope, body)
        except ClientGoneError:
            return
        except ProblemError as error:
            answer = self._refusal(error.problem, scope)
        except GatewayError as error:
            answer = self._refusal(problem_of(error), scope)
        await send_answer(answer, body, scope, send)

    async def _answer(self, scope: Scope, body: Body) -> Answer:
        headers = headers_of(scope)
        address = address_of(scope["raw_path"], scope.get("root_path", ""))
        _check_request(scope, headers)
        if address is None:
            return await self._take_capture(headers, body)
        content_type = headers.get(b"content-type", b"").decode("latin-1")
        untold = content_type and parse_media_type(content_type).essence == _UNTOLD
        if not untold:
            self._codecs.check(content_type)
        payload = Payload(await body.read(headers), content_type, Source("http", address), self._clock())
        if not untold:
            self._codecs.decode(payload)
        await self._intake.take([payload])
        location = f"{scope.get('root_path', '')}/messages/{payload.id}".encode()
        return Answer(HTTPStatus.ACCEPTED, b'{"id":"%s"}' % payload.id.encode(), _JSON, ((b"location", location),))

    async def _take_capture(self, headers: Mapping[bytes, bytes], body: Body) -> Answer:
        content_type = headers.get(b"content-type", b"").decode("latin-1")
        if not content_type or parse_media_type(content_type).essence not in CAPTURE_MEDIA_TYPES:
            raise UnsupportedMediaTypeError(
                f"a capture is {CAPTURE_MEDIA_TYPES[0]}, not {content_type or 'of no type'}; "
                "a single payload goes to /ingest/{address}"
            )
        capture = CaptureIntake(self._intake, self._outcomes, self._settings.max_body_bytes, self._clock)
        return Answer(HTTPStatus.OK, await capture.take(body), b"application/x-ndjson")

    def _refusal(self, found: Problem, scope: Scope) -> Answer:
        unknown = found.status == HTTPStatus.UNSUPPORTED_MEDIA_TYPE and not found.headers
        return problem_answer(
            found, scope, ((b"accept-post", ", ".join(self._accepted()).encode()),) if unknown else ()
        )

    def _accepted(self) -> tuple[str, ...]:
        named = (name for name in self._codecs.media_types if not name.startswith("+"))
        return (*named, _UNTOLD, CAPTURE_MEDIA_TYPES[0])


class _IngestRoute(BaseRoute):
    """Everything under /ingest. A path template would not match a line feed, which deserves more than a 404."""

    def __init__(self, ingest: HttpIngest) -> None:
        self._ingest = ingest

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        path = scope["path"].removeprefix(scope.get("root_path", "")) if scope["type"] == "http" else ""
        return Match.FULL if path == _PREFIX or path.startswith(_PREFIX + "/") else Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._ingest(scope, receive, send)


_JSON: Final = b"application/json"


def address_of(raw_path: bytes, root_path: str = "") -> str | None:
    """The address that the percent-encoded *raw_path* of a request names, or None for the path of captures.

    An address plays the part of an MQTT topic name, and must be one (MQTT 5.0, 4.7): empty levels are levels,
    wildcards and control characters are refused. Dot segments are refused too: on the way some would drop them.
    Raises ProblemError.

    >>> address_of(b"/ingest/zigbee2mqtt/K%C3%BCche")
    'zigbee2mqtt/Küche'
    """
    if _STRAY_PERCENT.search(raw_path):
        _refuse("a % in a path stands before two hexadecimal digits; a percent sign itself is %25 (RFC 3986, 2.1)")
    prefix = (root_path + _PREFIX).encode()
    path = unquote_to_bytes(raw_path).removeprefix(prefix)
    if not path:
        return None
    try:
        address = path.removeprefix(b"/").decode()
    except UnicodeDecodeError as error:
        _refuse(f"an address is percent-encoded UTF-8; byte {error.start} is none")
    _check_address(address)
    return address


def _check_address(address: str) -> None:
    if not address:
        _refuse("an address is missing: POST /ingest/{address}, such as /ingest/zigbee2mqtt/kitchen")
    if len(address.encode()) > MAX_ADDRESS_BYTES:
        detail = f"the address has more than {MAX_ADDRESS_BYTES} bytes"
        raise ProblemError(HTTPStatus.REQUEST_URI_TOO_LONG, "", detail)
    if control := _CONTROL.search(address):
        _refuse(f"the control character U+{ord(control[0]):04X} is not allowed in an address")
    if "#" in address or "+" in address:
        _refuse("# and + are wildcards: not allowed in an address (MQTT 5.0, 4.7.1)")
    if not {".", ".."}.isdisjoint(address.split("/")):
        _refuse("the segments . and .. are not allowed in an address")


def _check_request(scope: Scope, headers: Mapping[bytes, bytes]) -> None:
    """Refuse what the head of a request says already. Raises ProblemError."""
    if scope["method"] != "POST":
        detail = f"{scope['method']} is not possible here; POST is"
        raise ProblemError(HTTPStatus.METHOD_NOT_ALLOWED, "", detail, headers=(("allow", "POST"),))
    if scope["query_string"]:
        _refuse("a query is no part of an address; a question mark in an address is %3F")
    if scope["http_version"] == "1.1" and b"host" not in headers:
        _refuse("a request in HTTP/1.1 names its Host (RFC 9112, 3.2)")
    check_same_site(scope, headers)
    check_encoding(headers)
    if headers.get(b"expect", b"100-continue").lower() != b"100-continue":
        raise ProblemError(HTTPStatus.EXPECTATION_FAILED, "", "only 100-continue can be expected")


def _refuse(detail: str) -> NoReturn:
    raise ProblemError(HTTPStatus.BAD_REQUEST, "", detail)
