"""Problem documents (RFC 9457): how HTTP says what went wrong. Nothing here speaks HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, Final

import msgspec

from semantic_gw.errors import (
    ConfigurationError,
    ConflictError,
    DecodingError,
    GatewayError,
    InvalidDocumentError,
    LimitError,
    NotRegisteredError,
    NotSupportedError,
    PayloadError,
    PayloadTooLargeError,
    QueryError,
    RefusedError,
    UnavailableError,
    UnsupportedMediaTypeError,
)

PROBLEM_MEDIA_TYPE: Final = "application/problem+json"
PROBLEM_TYPES: Final = "https://w3id.org/semantic-gw/problems#"
"""Base of the problem types: the reason of a PayloadError, with hyphens, stands behind it."""

_WHOLE: Final = "#"
"""The JSON Pointer of a whole document, as a URI fragment (RFC 6901, 6): clients want some text there."""

RETRY_AFTER_S: Final = 5
"""When a sender who met a 503 should come back, in seconds."""

STATUS: Final[Mapping[type[GatewayError], HTTPStatus]] = {
    PayloadTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    UnsupportedMediaTypeError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    DecodingError: HTTPStatus.BAD_REQUEST,
    PayloadError: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotRegisteredError: HTTPStatus.NOT_FOUND,
    ConflictError: HTTPStatus.PRECONDITION_FAILED,
    NotSupportedError: HTTPStatus.NOT_IMPLEMENTED,
    RefusedError: HTTPStatus.BAD_REQUEST,
    UnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    ConfigurationError: HTTPStatus.INTERNAL_SERVER_ERROR,
    GatewayError: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""The status of each class of error; a class that is not named has that of its nearest base."""


_BEYOND: Final[Mapping[str, HTTPStatus]] = {
    "time": HTTPStatus.GATEWAY_TIMEOUT,
    "queue": HTTPStatus.SERVICE_UNAVAILABLE,
    "query": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}
"""The status of a query beyond a limit; beyond any other it is 422: asked otherwise, it can be answered."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem details object (RFC 9457, 3), and the headers that go with it.

    *members* are extension members (3.2). *instance* is the path of the request, percent-encoded.
    """

    status: int
    title: str
    detail: str
    type: str = "about:blank"
    instance: str = ""
    members: Mapping[str, Any] = field(default_factory=dict)
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def document(self) -> dict[str, Any]:
        """The members in the order in which people read them; empty ones are left out."""
        named = {"type": self.type, "title": self.title, "status": self.status, "detail": self.detail}
        named |= {"instance": self.instance, **self.members}
        return {name: value for name, value in named.items() if value not in ("", None)}

    @property
    def body(self) -> bytes:
        return msgspec.json.encode(self.document)

    def at(self, path: str) -> Problem:
        """The same problem, met at *path*."""
        return replace(self, instance=path)


class ProblemError(Exception):
    """Raised where a request is answered with a problem: *title* tells the kind, *detail* this case.

    The title is the phrase of *status* where it is empty (RFC 9457, 4.2.1).
    """

    def __init__(
        self, status: int, title: str, detail: str, *, headers: tuple[tuple[str, str], ...] = (), **members: Any
    ) -> None:
        super().__init__(detail)
        self.problem = Problem(status, title or _phrase(status), detail, members=members, headers=headers)


def problem(status: int, detail: str, *, headers: tuple[tuple[str, str], ...] = (), **members: Any) -> Problem:
    """A problem that needs no type of its own: its title is the phrase of *status* (RFC 9457, 4.2.1).

    >>> problem(404, "no such thing").title
    'Not Found'
    """
    return Problem(status, _phrase(status), detail, members=members, headers=headers)


def problem_of(error: GatewayError) -> Problem:
    """The problem that tells of *error*.

    >>> problem_of(DecodingError("no JSON: expecting value at byte 0 of 3")).status
    400
    """
    status = int(next(STATUS[base] for base in type(error).__mro__ if base in STATUS))
    if isinstance(error, PayloadError):
        members = {"reason": error.reason, "pointer": error.pointer, "rule": error.rule, "value": error.value}
        kind = PROBLEM_TYPES + error.reason.replace(" ", "-")
        return Problem(status, error.reason.capitalize(), str(error), kind, members=members)
    if isinstance(error, InvalidDocumentError):
        faults = [{"field": pointer or _WHOLE, "description": detail} for pointer, detail in error.findings]
        return problem(status, str(error), validationErrors=faults)  # WoT Discovery, 7.2.2.1.6
    if isinstance(error, LimitError):
        status = _BEYOND.get(error.limit, HTTPStatus.UNPROCESSABLE_ENTITY)
    headers = (("retry-after", str(RETRY_AFTER_S)),) if status == HTTPStatus.SERVICE_UNAVAILABLE else ()
    return problem(status, str(error), headers=headers, **_query_members(error))


def _query_members(error: GatewayError) -> dict[str, Any]:
    """Where a query is wrong, or which limit it met."""
    if isinstance(error, LimitError):
        return {"limit": error.limit}
    if isinstance(error, QueryError) and error.line:
        return {"line": error.line, "column": error.column}
    return {}


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"Status {status}"
