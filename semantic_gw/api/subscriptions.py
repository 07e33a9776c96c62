"""`/subscriptions`: standing queries, their health, their Thing Descriptions, and their matches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import quote, unquote_to_bytes

import msgspec

from semantic_gw.api.request import Request, whole_number
from semantic_gw.asgi import Answer, Headers
from semantic_gw.codecs.json import JsonCodec
from semantic_gw.codecs.media_type import parse_media_type
from semantic_gw.directory.merge_patch import apply
from semantic_gw.directory.preparation import refuse
from semantic_gw.directory.registration import moment_text
from semantic_gw.errors import NotRegisteredError
from semantic_gw.model import IRI, Json
from semantic_gw.problems import ProblemError
from semantic_gw.subscriptions.description import described
from semantic_gw.subscriptions.document import Document, read_document
from semantic_gw.subscriptions.registry import Registry
from semantic_gw.subscriptions.standing import Standing

JSON: Final = b"application/json"
TD_JSON: Final = b"application/td+json"
_NOTHING: Final = b"application/x-empty"
_TAKEN: Final = ("application/json",)
_PATCHES: Final = ("application/merge-patch+json", "application/json")
_MOST: Final = 1000
_PAGE: Final = 100
_MAX_BYTES: Final = 256 * 1024
_encode: Final = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class SubscriptionsResource:
    """What can be asked of standing queries. What stands in the path behind `/subscriptions/` is in `request.rest`."""

    registry: Registry
    base_iri: IRI
    brokers: str
    """Those of Kafka (host:port, comma separated); empty where the embedded log is the bus."""
    clock: Callable[[], datetime]

    async def list(self, request: Request) -> Answer:
        """The standing queries in order of their ids, in pages."""
        wanted = request.query(limit=whole_number, after=str)
        most = max(1, min(int(str(wanted.get("limit", _PAGE))), _MOST))
        found = await self.registry.page(str(wanted.get("after", "")), most + 1)
        headers: Headers = ()
        if len(found) > most:
            found = found[:most]
            following = f"{request.root}/subscriptions?limit={most}&after={quote(found[-1].id, safe='')}"
            headers = ((b"link", f'<{following}>; rel="next"'.encode()),)
        return Answer(HTTPStatus.OK, _encode([self._told(one) for one in found]), JSON, headers)

    async def post(self, request: Request) -> Answer:
        """Register a standing query."""
        request.query()
        made = await self.registry.create(await self._document(request))
        location = f"{request.root}/subscriptions/{made.id}".encode()
        return self._answer(HTTPStatus.CREATED, made, ((b"location", location),))

    async def get(self, request: Request) -> Answer:
        """One, with its state and its health."""
        request.query()
        return self._answer(HTTPStatus.OK, await self.registry.get(name(request)))

    async def put(self, request: Request) -> Answer:
        """Register, or replace; one that was suspended is asked again."""
        request.query()
        condition = request.condition()
        made, is_new = await self.registry.put(_new_name(request), await self._document(request), condition)
        return self._answer(HTTPStatus.CREATED if is_new else HTTPStatus.OK, made)

    async def patch(self, request: Request) -> Answer:
        """Change some members (RFC 7396)."""
        request.query()
        condition = request.condition()
        _media_type(request, _PATCHES)
        patch = JsonCodec().decode(await request.read(_MAX_BYTES))
        if not isinstance(patch, dict):
            refuse("", "a merge patch of a subscription is a JSON object (RFC 7396)")
        known = await self.registry.get(name(request))
        before = {**msgspec.json.decode(known.body), "expires": moment_text(known.expires)}
        document = read_document(apply(before, _without_told(patch)))
        made, _ = await self.registry.put(known.id, document, condition)
        return self._answer(HTTPStatus.OK, made)

    async def delete(self, request: Request) -> Answer:
        """Remove it."""
        request.query()
        await self.registry.remove(name(request), request.condition())
        return Answer(HTTPStatus.NO_CONTENT, b"", _NOTHING)

    async def description(self, request: Request) -> Answer:
        """Its Thing Description."""
        request.query()
        found = await self.registry.get(name(request))
        topic = self.registry.topic(found.id)
        document = described(found, topic, base_url=request.base_url, base_iri=self.base_iri, brokers=self.brokers)
        return Answer(HTTPStatus.OK, _encode(document), TD_JSON, (_etag(found),))

    async def _document(self, request: Request) -> Document:
        _media_type(request, _TAKEN)
        return read_document(_without_told(JsonCodec().decode(await request.read(_MAX_BYTES))))

    def _answer(self, status: int, found: Standing, headers: Headers = ()) -> Answer:
        return Answer(status, _encode(self._told(found)), JSON, (_etag(found), *headers))

    def _told(self, standing: Standing) -> dict[str, Json]:
        now = self.clock()
        health = {"state": standing.state(now), **_NO_HEALTH, **standing.health}
        if standing.suspended:
            health["lastError"] = standing.suspended
        return {
            "id": standing.id,
            **{name: value for name, value in standing.document.shown().items() if name not in ("id", "expires")},
            "topic": self.registry.topic(standing.id),
            "created": moment_text(standing.created),
            "modified": moment_text(standing.modified),
            "expires": moment_text(standing.expires),
            "health": {name: value for name, value in health.items() if value != ""},
        }


_NO_HEALTH: Final = {"matched": 0, "delivered": 0, "failed": 0, "behind": 0}


_ONLY_TOLD: Final = ("topic", "created", "modified", "health")
"""Members that are told, and not taken: what was read can be sent back."""


def _without_told(document: Json) -> Json:
    if not isinstance(document, dict):
        return document
    return {name: value for name, value in document.items() if name not in _ONLY_TOLD}


def name(request: Request) -> str:
    """The id in the path. Raises NotRegisteredError for one that cannot be."""
    given = unquote_to_bytes(request.rest.partition(b"/")[0]).decode("utf-8", "replace")
    if not _is_id(given):
        raise NotRegisteredError(f"there is no subscription {given}")
    return given


def _new_name(request: Request) -> str:
    given = unquote_to_bytes(request.rest).decode("utf-8", "replace")
    if not _is_id(given):
        refuse("/id", f"{given!r} is no id: up to 100 letters, digits, _ and -, the first a letter or a digit")
    return given


def _is_id(text: str) -> bool:
    return (
        len(text) <= 100 and text[:1].isalnum() and text.isascii() and text.replace("_", "").replace("-", "").isalnum()
    )


def _etag(found: Standing) -> tuple[bytes, bytes]:
    return b"etag", f'"{found.position}"'.encode()


def _media_type(request: Request, taken: tuple[str, ...]) -> None:
    """Raises ProblemError (415)."""
    given = request.header("content-type")
    found = parse_media_type(given).essence if given else taken[0]
    if found not in taken:
        detail = f"this takes {', '.join(taken)}, not {found}"
        raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "", detail, headers=(("accept", ", ".join(taken)),))
