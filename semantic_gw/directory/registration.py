"""Registration information, and the Enriched Thing Description that carries it (WoT Discovery, 7.2.1)."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from semantic_gw.errors import InvalidDocumentError
from semantic_gw.model import Finding, Json
from semantic_gw.rdf.contexts import DISCOVERY

REGISTRATION: Final = "registration"
_CONTEXT: Final = "@context"
_encode: Final = msgspec.json.Encoder().encode
_LEAP: Final = re.compile(r"(:\d\d:)60")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class Injection(enum.IntEnum):
    """How the discovery context came into the `@context` of a document."""

    SENT = 0
    APPENDED = 1
    TO_ONE = 2
    """The context was no array before."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a client asks of its registration: a time to live in seconds, or a moment when it ends."""

    ttl: float | None = None
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """Registration information. *ttl* in seconds; the others are moments in UTC."""

    created: datetime
    modified: datetime
    ttl: float | None = None
    expires: datetime | None = None
    warnings: Sequence[Finding] = ()

    @property
    def document(self) -> dict[str, Json]:
        found: dict[str, Json] = {"created": moment_text(self.created), "modified": moment_text(self.modified)}
        if self.expires is not None:
            found["expires"] = moment_text(self.expires)
        if self.ttl is not None:
            found["ttl"] = int(self.ttl) if self.ttl == int(self.ttl) else self.ttl
        if self.warnings:
            found["warnings"] = [{"pointer": pointer, "detail": detail} for pointer, detail in self.warnings]
        return found


def registered(created: datetime | None, now: datetime, wish: Wish, max_ttl_s: float) -> Registration:
    """The registration that *wish* leads to: with a ttl, `expires` follows from it (WoT Discovery, 7.2.1)."""
    ttl = None if wish.ttl is None else min(wish.ttl, max_ttl_s)
    latest = now + timedelta(seconds=max_ttl_s)
    if ttl is not None:
        expires: datetime | None = now + timedelta(seconds=ttl)
    else:
        expires = None if wish.expires is None else min(wish.expires, latest)
    return Registration(created or now, now, ttl, expires)


def wish_of(document: Mapping[str, Json]) -> Wish:
    """What the `registration` of a valid *document* asks for; what only the server may set is passed over."""
    told = document.get(REGISTRATION)
    if not isinstance(told, Mapping):
        return Wish()
    ttl, expires = told.get("ttl"), told.get("expires")
    return Wish(
        ttl=float(ttl) if isinstance(ttl, int | float) and not isinstance(ttl, bool) else None,
        expires=moment_of(expires) if isinstance(expires, str) else None,
    )


def moment_of(text: str) -> datetime:
    """The moment that *text*, a date-time (RFC 3339, 5.6), names. Raises InvalidDocumentError for one out of range.

    A leap second counts as the last one that a clock here knows.
    """
    try:
        return datetime.fromisoformat(_LEAP.sub(r"\g<1>59", text.upper())).astimezone(UTC)
    except (ValueError, OverflowError):
        detail = f"{text!r} is no date-time between the years 1 and 9999"
        raise InvalidDocumentError(f"/registration: {detail}", (("/registration/expires", detail),)) from None


def with_discovery(document: Mapping[str, Json]) -> tuple[dict[str, Json], Injection]:
    """*document* without registration information, its context complete for an Enriched TD."""
    bare = {name: value for name, value in document.items() if name != REGISTRATION}
    given = bare.get(_CONTEXT)
    contexts = list(given) if isinstance(given, list | tuple) else [given]
    if DISCOVERY in contexts:
        return bare, Injection.SENT
    bare[_CONTEXT] = [*contexts, DISCOVERY]
    return bare, Injection.APPENDED if isinstance(given, list | tuple) else Injection.TO_ONE


def sent(body: bytes, injection: Injection) -> dict[str, Json]:
    """The document as it was sent, from its enriched form."""
    document: dict[str, Json] = msgspec.json.decode(body)
    document.pop(REGISTRATION, None)
    if injection is not Injection.SENT:
        contexts = [item for item in document[_CONTEXT] if item != DISCOVERY]
        document[_CONTEXT] = contexts[0] if injection is Injection.TO_ONE else contexts
    return document


def wish_in(body_: bytes) -> dict[str, Json]:
    """What a client may set of the registration information in an Enriched TD."""
    told: dict[str, Json] = msgspec.json.decode(body_)[REGISTRATION]
    return {name: told[name] for name in ("ttl", "expires") if name in told}


def head(document: Mapping[str, Json]) -> bytes:
    """The enriched form of *document* up to the value of `registration`, which is its last member."""
    return _encode(document)[:-1] + b',"registration":'


def body(head_: bytes, registration: Registration) -> bytes:
    """The Enriched TD."""
    return head_ + _encode(registration.document) + b"}"


def microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def moment(microseconds_: int) -> datetime:
    return _EPOCH + microseconds_ * _MICROSECOND


def moment_text(moment_: datetime) -> str:
    """A date-time with its offset (RFC 3339), to the millisecond.

    >>> moment_text(datetime(2026, 11, 24, 10, 15, tzinfo=UTC))
    '2026-11-24T10:15:00.000Z'
    """
    return moment_.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
