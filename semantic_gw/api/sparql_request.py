"""What a request asks of a SPARQL endpoint (SPARQL 1.1 Protocol, 2): a query, an update, or what the endpoint is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl

from semantic_gw.api.request import Request, bad
from semantic_gw.codecs.media_type import MediaType, parse_media_type
from semantic_gw.errors import QueryError
from semantic_gw.model import IRI
from semantic_gw.problems import ProblemError
from semantic_gw.settings import SparqlSettings
from semantic_gw.sparql.question import graph_name

QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
FORM: Final = "application/x-www-form-urlencoded"
ACCEPT_POST: Final = (("accept-post", f"{FORM}, {QUERY}, {UPDATE}"),)

_MOST_FIELDS: Final = 1000
_ENCODED: Final = 3
"""Bytes of a form for one byte of its text (URL Standard, 5)."""

_PROTOCOL: Final = frozenset({"default-graph-uri", "named-graph-uri", "using-graph-uri", "using-named-graph-uri"})

Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the protocol. Without *query* and *update* it asks for the description of the service.

    *default_graphs* and *named_graphs* are the dataset of a query, *using* says whether one of an update is given.
    *time_s* is what the client asked for, in seconds.
    """

    query: str | None = None
    update: str | None = None
    default_graphs: tuple[IRI, ...] = ()
    named_graphs: tuple[IRI, ...] = ()
    using: bool = False
    time_s: float | None = None


async def read_operation(request: Request, settings: SparqlSettings) -> Operation:
    """What *request* asks for. Raises ProblemError and GatewayError."""
    fields = _fields(request.scope["query_string"].decode("latin-1"))
    if request.scope["method"] in ("GET", "HEAD"):
        await request.read()  # whatever it is: it means nothing (RFC 9110, 9.3.1)
        return _got(fields)
    media_type = _media_type(request)
    body = await _text(request, media_type, settings)
    if media_type.essence == FORM:
        return _operation([*fields, *_fields(body)])
    if given := {name for name, _ in fields} & {"query", "update"}:
        names = " or ".join(sorted(given))
        bad(f"the body is the operation: then the URL has no {names} (SPARQL 1.1 Protocol, 2.1.3)")
    return _operation([*fields, ("query" if media_type.essence == QUERY else "update", body)])


def _got(fields: Fields) -> Operation:
    names = {name for name, _ in fields}
    if "update" in names:
        bad("an update is posted, never got (SPARQL 1.1 Protocol, 2.2)")
    if "query" not in names:
        if dataset := names & _PROTOCOL:
            bad(f"{', '.join(sorted(dataset))} without a query: there is nothing to ask of these graphs")
        return Operation()
    return _operation(fields)


def _operation(fields: Fields) -> Operation:
    names = {name for name, _ in fields}
    if len(names & {"query", "update"}) != 1:
        bad("a request has either one query or one update (SPARQL 1.1 Protocol, 2.1 and 2.2)")
    what = "query" if "query" in names else "update"
    texts = [value for name, value in fields if name == what]
    if len(texts) != 1:
        bad(f"there are {len(texts)} fields {what}; a request has one (SPARQL 1.1 Protocol, 2.1 and 2.2)")
    if what == "update":
        using = bool(names & {"using-graph-uri", "using-named-graph-uri"})
        return Operation(update=texts[0], using=using, time_s=_seconds(fields))
    return Operation(
        query=texts[0],
        default_graphs=_graphs("default-graph-uri", fields),
        named_graphs=_graphs("named-graph-uri", fields),
        time_s=_seconds(fields),
    )


def _graphs(name: str, fields: Fields) -> tuple[IRI, ...]:
    try:
        return tuple(dict.fromkeys(graph_name(value) for given, value in fields if given == name))
    except QueryError as error:
        bad(f"{name}: {error}")


def _seconds(fields: Fields) -> float | None:
    texts = [value for name, value in fields if name == "timeout"]
    if not texts:
        return None
    try:
        seconds = float(texts[-1])
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        bad(f"timeout wants seconds, such as 2.5, not {texts[-1][:50]!r}")
    return seconds


def _fields(text: str) -> Fields:
    """The fields of a form. Raises ProblemError."""
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except UnicodeDecodeError:
        bad("what is percent-encoded is no UTF-8 (SPARQL 1.1 Protocol, 2.1)")
    except ValueError:
        bad(f"there are more than {_MOST_FIELDS} fields")


def _media_type(request: Request) -> MediaType:
    given = request.header("content-type")
    media_type = parse_media_type(given) if given else MediaType("")
    if media_type.essence not in (FORM, QUERY, UPDATE):
        detail = f"a body is {FORM}, {QUERY} or {UPDATE}, not {media_type.essence or 'without a Content-Type'}"
        raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "", detail, headers=ACCEPT_POST)
    if media_type.charset not in ("", "utf-8", "utf8"):
        detail = f"a query is text in UTF-8, not in {media_type.charset} (SPARQL 1.1 Protocol, 2.1.3)"
        raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "", detail, headers=ACCEPT_POST)
    return media_type


async def _text(request: Request, media_type: MediaType, settings: SparqlSettings) -> str:
    """The body. Raises ProblemError (413, 400)."""
    may_update = bool(settings.writers) and media_type.essence != QUERY
    name = "update_bytes" if may_update else "query_bytes"
    most = settings.update_bytes if may_update else settings.query_bytes
    most = most * _ENCODED if media_type.essence == FORM else most
    try:
        return (await request.read(most, f"sparql.{name}")).decode()
    except UnicodeDecodeError as error:
        bad(f"the body is no text in UTF-8: byte {error.start} (SPARQL 1.1 Protocol, 2.1.3)")
