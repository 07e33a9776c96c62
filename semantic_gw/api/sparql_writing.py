"""Who may write over HTTP: those who send the bearer token of a writer (RFC 6750)."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Final

from semantic_gw.api.request import Request
from semantic_gw.asgi import Answer
from semantic_gw.problems import ProblemError
from semantic_gw.sparql.writers import Writer, Writers

_BEARER: Final = re.compile(r"bearer +([\x21-\x7e]+)", re.IGNORECASE)
_EMPTY: Final = b"application/x-empty"


def writer_of(request: Request, writers: Writers | None) -> Writer:
    """Who sends *request*. Raises ProblemError: 403 where nobody may write, 401 for whoever may not."""
    if writers is None or not writers.are_there:
        detail = "graphs are only read here: the settings name nobody who may write them (sparql.writers)"
        raise ProblemError(HTTPStatus.FORBIDDEN, "", detail)
    found = _BEARER.fullmatch(request.header("authorization").strip())
    writer = writers.by_token(found[1]) if found else None
    if writer is None:
        given = 'Bearer realm="graphs", error="invalid_token"' if found else 'Bearer realm="graphs"'
        detail = "only those write graphs who send the token of a writer: Authorization: Bearer …"
        raise ProblemError(HTTPStatus.UNAUTHORIZED, "", detail, headers=(("www-authenticate", given),))
    return writer


def not_yours(error: Exception) -> ProblemError:
    """The problem of a writer who would write what is not his own."""
    return ProblemError(HTTPStatus.FORBIDDEN, "", str(error))


def written(*, is_there: bool, created: bool = False, location: str = "") -> Answer:
    """What is told of something that is durable: whether it *is_there* for questions already, and is new."""
    if not is_there:
        return Answer(HTTPStatus.ACCEPTED, b"", _EMPTY)
    if created:
        headers = ((b"location", location.encode()),) if location else ()
        return Answer(HTTPStatus.CREATED, b"", _EMPTY, headers)
    return Answer(HTTPStatus.NO_CONTENT, b"", _EMPTY)
