"""A request to the directory, taken apart: what of it the resources look at."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, NoReturn
from urllib.parse import parse_qsl, quote, unquote_to_bytes

from starlette.types import Receive, Scope, Send

from semantic_gw.asgi import Body, check_encoding, headers_of
from semantic_gw.directory.preparation import MAX_ID_BYTES, refuse, refuse_all
from semantic_gw.directory.register import Condition
from semantic_gw.directory.validation import read
from semantic_gw.errors import DecodingError, PayloadTooLargeError
from semantic_gw.model import Json
from semantic_gw.problems import ProblemError
from semantic_gw.settings import HttpSettings

_STRAY_PERCENT: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_ETAG: Final = re.compile(r'\s*(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"\s*')
_IMPOSSIBLE: Final = re.compile(r"[\x00-\x20\x7f-\x9f\ufffd]")
"""What no id has; U+FFFD stands for bytes that are no UTF-8."""


@dataclass(slots=True)
class Request:
    """One request. *rest* is what stands in the path behind the resource's own part, still percent-encoded."""

    scope: Scope
    receive: Receive
    send: Send
    rest: bytes
    headers: Mapping[bytes, bytes]
    body: Body
    settings: HttpSettings

    @property
    def root(self) -> str:
        """The path under which the application is mounted."""
        return str(self.scope.get("root_path", ""))

    @property
    def base_url(self) -> str:
        """The URL under which this request came, up to the application, with a slash at its end."""
        host = self.header("host") or "localhost"
        return f"{self.scope['scheme']}://{host}{self.root}/"

    def header(self, name: str) -> str:
        return self.headers.get(name.encode(), b"").decode("latin-1")

    def query(self, **known: Callable[[str], object]) -> dict[str, object]:
        """The arguments of the query, each read by what *known* has for it. Raises ProblemError (400)."""
        text: bytes = self.scope["query_string"]
        if not text:
            return {}
        try:
            pairs = parse_qsl(text.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=20)
        except ValueError:
            bad("the query is no application/x-www-form-urlencoded text in UTF-8")
        return {name: _argument(name, value, known) for name, value in _once(pairs)}

    async def read(self, max_bytes: int = 0, setting: str = "") -> bytes:
        """The whole body. Raises ProblemError, ClientGoneError."""
        check_encoding(self.headers)
        if self.body.complete:
            return b""
        if max_bytes:
            self.body = Body(self.receive, self.settings, max_bytes, setting)
        return await self.body.read(self.headers)

    def id(self) -> str:
        """The id that the path names (RFC 3986, 2.1): percent-encoded by the careful, as it is by others.

        The absolute URL of a Thing here stands for its id, too. Raises ProblemError.
        """
        return self.ids()[0]

    def ids(self) -> tuple[str, ...]:
        """What the path may mean, likeliest first: its percent-encodings may be the client's or part of the id."""
        raw = self.rest
        if _STRAY_PERCENT.search(raw):
            bad("a % in a path stands before two hexadecimal digits; a percent sign itself is %25 (RFC 3986, 2.1)")
        as_it_is = raw.decode("latin-1")
        decoded = unquote_to_bytes(raw).decode("utf-8", "replace").removeprefix(self.base_url + "things/")
        found = [decoded, *([as_it_is] if b"%" in raw else ())]
        possible = [id_ for id_ in found if not _IMPOSSIBLE.search(id_)]
        if not possible:
            bad("an id is percent-encoded UTF-8 without control characters and spaces: ids are IRIs (RFC 3987)")
        if len(possible[0].encode()) > MAX_ID_BYTES:
            raise ProblemError(HTTPStatus.REQUEST_URI_TOO_LONG, "", f"an id has at most {MAX_ID_BYTES} bytes")
        return tuple(possible)

    def condition(self) -> Condition:
        """What `If-Match` and `If-None-Match` say (RFC 9110, 13.1). Raises ProblemError."""
        match, none_match = self.header("if-match"), self.header("if-none-match")
        if not match and not none_match:
            return _WHATEVER
        return Condition(
            match=None if not match or match.strip() == "*" else frozenset(etags("If-Match", match)),
            any_match=match.strip() == "*",
            absent=none_match.strip() == "*",
            none_match=frozenset(() if none_match.strip() in ("", "*") else etags("If-None-Match", none_match)),
        )

    @property
    def wants_representation(self) -> bool:
        """Whether the client would like to see what became of its document (RFC 7240, 4.2)."""
        return "return=representation" in self.header("prefer").replace(" ", "").lower()


_WHATEVER: Final = Condition()


def request_of(scope: Scope, receive: Receive, send: Send, rest: bytes, settings: HttpSettings) -> Request:
    headers = headers_of(scope)
    body = Body(receive, settings)
    body.complete = b"content-length" not in headers and b"transfer-encoding" not in headers
    return Request(scope, receive, send, rest, headers, body, settings)


def etags(header: str, text: str) -> list[str]:
    """The entity tags in *text*; weak ones never match strongly, and are left out. Raises ProblemError (400)."""
    found = [part.strip() for part in text.split(",")]
    if not all(_ETAG.fullmatch(part) for part in found):
        bad(f'{header} wants * or entity tags such as "42", not {text!r}')
    return [part for part in found if not part.startswith("W/")]


def decoded(body: bytes, max_bytes: int) -> Json:
    """The JSON document in *body*. Raises InvalidDocumentError, and PayloadTooLargeError."""
    try:
        document, findings = read(body, max_bytes=max_bytes)
    except PayloadTooLargeError:
        raise
    except DecodingError as error:
        refuse(error.pointer, str(error))
    refuse_all(findings)
    return document


def bad(detail: str) -> NoReturn:
    raise ProblemError(HTTPStatus.BAD_REQUEST, "", detail)


def location(root: str, thing: str) -> bytes:
    """The path of a Thing, its id percent-encoded as far as a path needs it.

    >>> location("", "urn:uuid:0804d572-cce8-422a-bb7c-4412fcd56f06")
    b'/things/urn:uuid:0804d572-cce8-422a-bb7c-4412fcd56f06'
    """
    return f"{root}/things/{quote(thing, safe=':@!$&()*,;=~')}".encode()


def whole_number(text: str) -> int:
    """Raises ValueError."""
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise ValueError(f"a whole number from 0, not {text!r}")
    return int(text)


def truth(text: str) -> bool:
    """Raises ValueError."""
    if text not in ("true", "false"):
        raise ValueError(f"true or false, not {text!r}")
    return text == "true"


def _once(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    names = [name for name, _ in pairs]
    if repeated := {name for name in names if names.count(name) > 1}:
        bad(f"{', '.join(sorted(repeated))} is given more than once")
    return pairs


def _argument(name: str, value: str, known: Mapping[str, Callable[[str], object]]) -> object:
    if name not in known:
        bad(f"there is no argument {name!r} here; there is {', '.join(known) or 'none'}")
    try:
        return known[name](value)
    except ValueError as error:
        bad(f"{name} wants {error}")
