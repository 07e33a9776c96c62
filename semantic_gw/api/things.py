"""`/things` and `/things/{id}`: register, read, list, change and remove Thing Descriptions (WoT Discovery, 7.2.2.1)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, TypeVar
from urllib.parse import urlencode

import msgspec

from semantic_gw.api.negotiation import choose
from semantic_gw.api.request import Request, bad, decoded, etags, location, whole_number
from semantic_gw.asgi import Answer, Headers
from semantic_gw.codecs.media_type import parse_media_type
from semantic_gw.directory.bulk import Bulk
from semantic_gw.directory.directory import Directory
from semantic_gw.directory.preparation import refuse
from semantic_gw.directory.register import Page, Put
from semantic_gw.errors import DescribingError, NotRegisteredError, PayloadTooLargeError
from semantic_gw.model import IRI, Json
from semantic_gw.problems import ProblemError
from semantic_gw.rdf.contexts import DISCOVERY
from semantic_gw.rdf.description_reading import is_description
from semantic_gw.rdf.turtle import to_turtle
from semantic_gw.settings import DirectorySettings

TD: Final = "application/td+json"
JSON_LD: Final = "application/ld+json"
JSON: Final = "application/json"
TURTLE: Final = "text/turtle"
N_TRIPLES: Final = "application/n-triples"
NDJSON: Final = "application/x-ndjson"
MERGE_PATCH: Final = "application/merge-patch+json"
NOTHING: Final = b"application/x-empty"
"""Media type of an empty answer: without one, clients take it for JSON that is broken."""

_ONE: Final = (TD, JSON, JSON_LD, TURTLE, N_TRIPLES)
_LIST: Final = (JSON_LD, JSON)
_DOCUMENTS: Final = (TD, JSON_LD, JSON)
_GRAPHS: Final = (TURTLE, N_TRIPLES)
_FORMATS: Final = ("array", "collection")
_VARY: Final = (b"vary", b"accept")
_encode: Final = msgspec.json.Encoder().encode

FromRdf = Callable[[bytes, str], Awaitable[Mapping[str, Json]]]
"""A Thing Description from RDF of a media type. Raises DescribingError, RefusedError."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Things:
    """The two resources. *from_rdf* reads descriptions that are sent as RDF."""

    directory: Directory
    settings: DirectorySettings
    from_rdf: FromRdf

    async def list(self, request: Request) -> Answer:
        """The Enriched TDs, all or a page of them (WoT Discovery, 7.2.2.1.6)."""
        wanted = request.query(offset=whole_number, limit=whole_number, format=_one_of(_FORMATS))
        media_type = choose(request.header("accept"), _LIST)
        offset, most = int(str(wanted.get("offset", 0))), self.settings.max_page
        limit = min(int(str(wanted.get("limit", most))), most)
        if limit == 0:
            bad("limit wants a whole number from 1")
        page = await self.directory.page(offset, limit)
        form = str(wanted.get("format", "array"))
        follows = _follows(page, offset, limit, form)
        links = [f'<{request.root}/things>; rel="canonical"; etag="{page.listing}"']
        if follows:
            links.insert(0, f'<{request.root}{follows}>; rel="next"')
        headers = ((b"link", ", ".join(links).encode()), (b"etag", f'W/"{page.position}"'.encode()), _VARY)
        here = f"/things?{urlencode({'offset': offset, 'limit': limit, 'format': form})}"
        body = _array(page) if form == "array" else _collection(page, request.root, here, follows)
        return Answer(HTTPStatus.OK, body, media_type.encode(), headers)

    async def post(self, request: Request) -> Answer:
        """Register one anonymous document, or many of any kind (an array, or lines of JSON)."""
        media_type = _media_type(request, (*_DOCUMENTS, *_GRAPHS, NDJSON), "accept-post")
        if media_type == NDJSON:
            body = await request.read(self.settings.max_bulk_bytes, "directory.max_bulk_bytes")
            return _bulk_answer(await Bulk(self.directory, self.settings).lines(body), NDJSON)
        body = await request.read(self.settings.max_bulk_bytes, "directory.max_bulk_bytes")
        if media_type not in _GRAPHS and body.lstrip(b" \t\r\n").startswith(b"["):
            return _bulk_answer(await Bulk(self.directory, self.settings).array(body), JSON)
        return _put_answer(request, await self.directory.create(await self._document(body, media_type)))

    async def get(self, request: Request) -> Answer:
        """One Thing, as its Enriched TD or as its RDF projection."""
        request.query()
        media_type = choose(request.header("accept"), _ONE)
        if media_type in _GRAPHS:
            return await self._graph(request, media_type)
        entry = await _first(request, self.directory.get)
        if (known := request.header("if-none-match")) and _matches(known, entry.etag):
            return Answer(HTTPStatus.NOT_MODIFIED, b"", media_type.encode(), ((b"etag", entry.etag.encode()), _VARY))
        return Answer(HTTPStatus.OK, entry.body, media_type.encode(), ((b"etag", entry.etag.encode()), _VARY))

    async def _graph(self, request: Request, media_type: str) -> Answer:
        version, triples = await _first(request, self.directory.graph)
        etag = f'"{version}-{"nt" if media_type == N_TRIPLES else "ttl"}"'
        headers = ((b"etag", etag.encode()), _VARY)
        if (known := request.header("if-none-match")) and _matches(known, etag):
            return Answer(HTTPStatus.NOT_MODIFIED, b"", media_type.encode(), headers)
        body = triples if media_type == N_TRIPLES else to_turtle(triples)
        return Answer(HTTPStatus.OK, body, media_type.encode() + b"; charset=utf-8", headers)

    async def put(self, request: Request) -> Answer:
        """Register a document under its id, or replace what is there."""
        request.query()
        media_type = _media_type(request, (*_DOCUMENTS, *_GRAPHS), "accept-put")
        ids, condition = request.ids(), request.condition()
        limit = self.settings.max_description_bytes
        document = await self._document(await request.read(limit, "directory.max_description_bytes"), media_type)
        given = document.get("id") if isinstance(document, Mapping) else None
        thing = given if isinstance(given, str) and given in ids else ids[0]
        return _put_answer(request, await self.directory.put(thing, document, condition))

    async def patch(self, request: Request) -> Answer:
        """Apply a JSON Merge Patch (RFC 7396)."""
        request.query()
        _media_type(request, (MERGE_PATCH,), "accept-patch")
        condition = request.condition()
        limit = self.settings.max_description_bytes
        patch = decoded(await request.read(limit, "directory.max_description_bytes"), limit)
        done = await _first(request, lambda thing: self.directory.patch(thing, patch, condition))
        return _put_answer(request, done)

    async def delete(self, request: Request) -> Answer:
        request.query()
        condition = request.condition()
        await _first(request, lambda thing: self.directory.delete(thing, condition))
        return Answer(HTTPStatus.NO_CONTENT, b"", NOTHING)

    async def _document(self, body: bytes, media_type: str) -> Json:
        if media_type in _GRAPHS:
            return await self._described(body, media_type)
        document = decoded(body, self.settings.max_description_bytes)
        if media_type == JSON_LD and not is_description(document):
            return await self._described(body, media_type)
        return document

    async def _described(self, body: bytes, media_type: str) -> Json:
        if len(body) > self.settings.max_description_bytes:
            raise PayloadTooLargeError(f"a description has at most {self.settings.max_description_bytes} bytes")
        try:
            return await self.from_rdf(body, media_type)
        except DescribingError as error:
            refuse(error.pointer, str(error))


async def _first(request: Request, call: Callable[[IRI], Awaitable[T]]) -> T:
    """*call* with the first of the ids that the path may mean and that is registered. Raises NotRegisteredError."""
    likeliest, *others = request.ids()
    try:
        return await call(likeliest)
    except NotRegisteredError:
        for other in others:
            try:
                return await call(other)
            except NotRegisteredError:
                continue
        raise


def _media_type(request: Request, taken: Sequence[str], header: str) -> str:
    """The media type of the body; a Thing Description where none is given. Raises ProblemError (415)."""
    given = request.header("content-type")
    if not given:
        return taken[0]
    found = parse_media_type(given).essence
    if found not in taken:
        raise ProblemError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "",
            f"this takes {', '.join(taken)}, not {found or given!r}",
            headers=((header, ", ".join(taken)),),
        )
    return found


def _put_answer(request: Request, done: Put) -> Answer:
    entry = done.entry
    headers: Headers = ((b"etag", entry.etag.encode()),)
    if done.created:
        headers = ((b"location", location(request.root, entry.id)), *headers)
    if request.wants_representation:
        status = HTTPStatus.CREATED if done.created else HTTPStatus.OK
        return Answer(status, entry.body, TD.encode(), (*headers, (b"preference-applied", b"return=representation")))
    return Answer(HTTPStatus.CREATED if done.created else HTTPStatus.NO_CONTENT, b"", NOTHING, headers)


def _bulk_answer(results: Sequence[Mapping[str, Json]], media_type: str) -> Answer:
    if media_type == NDJSON:
        return Answer(HTTPStatus.OK, b"".join(_encode(result) + b"\n" for result in results), NDJSON.encode())
    return Answer(HTTPStatus.OK, _encode(results), JSON.encode())


def _array(page: Page) -> bytes:
    return b"[" + b",".join(page.bodies) + b"]"


def _collection(page: Page, root: str, here: str, follows: str) -> bytes:
    told: dict[str, Json] = {
        "@context": DISCOVERY,
        "@type": "ThingCollection",
        "@id": root + here,
        "total": page.total,
    }
    if follows:
        told["next"] = root + follows
    return _encode(told)[:-1] + b',"members":' + _array(page) + b"}"


def _follows(page: Page, offset: int, limit: int, form: str) -> str:
    """The path of the page behind this one; empty behind the last."""
    if offset + len(page.bodies) >= page.total or not page.bodies:
        return ""
    arguments = {"offset": offset + len(page.bodies), "limit": limit}
    return f"/things?{urlencode(arguments | ({} if form == 'array' else {'format': form}))}"


def _matches(known: str, etag: str) -> bool:
    """Weak comparison (RFC 9110, 13.1.2)."""
    return known.strip() == "*" or etag in etags("If-None-Match", known.replace("W/", ""))


def _one_of(words: Sequence[str]) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text not in words:
            raise ValueError(f"{' or '.join(words)}, not {text!r}")
        return text

    return check
