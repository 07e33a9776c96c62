"""`/shapes`: shape sets and policies, their versions and their audit, and a dry run."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, TypeVar
from urllib.parse import unquote_to_bytes

import msgspec
from pydantic import ValidationError

from semantic_gw.api.negotiation import choose
from semantic_gw.api.request import Request, etags, whole_number
from semantic_gw.asgi import Answer, Headers
from semantic_gw.codecs.json import JsonCodec
from semantic_gw.codecs.media_type import parse_media_type
from semantic_gw.directory.preparation import refuse, refuse_all
from semantic_gw.errors import DecodingError, InvalidDocumentError, UnsupportedMediaTypeError
from semantic_gw.json_pointer import format_pointer
from semantic_gw.model import Finding, Json
from semantic_gw.problems import ProblemError
from semantic_gw.rdf.syntaxes import SYNTAXES
from semantic_gw.settings import PolicySettings, ShapesSettings
from semantic_gw.shape_sets.description import described, entry_told, overview, running_version, version_told
from semantic_gw.shape_sets.policies import Policies
from semantic_gw.shape_sets.shape_set import POLICIES, ReadOnlySetError
from semantic_gw.shape_sets.shape_sets import Done, InUseError, ShapeSets

TURTLE: Final = "text/turtle"
JSON: Final = "application/json"
_TAKEN: Final = tuple(syntax.media_type for syntax in SYNTAXES.values())
_NOTHING: Final = b"application/x-empty"
_NEWEST: Final = 999_999_999_999
_MOST_ENTRIES: Final = 1000
_ENTRIES: Final = 100
_WANTED: Final = ("shapes", "data", "contentType")
_VARY: Final = (b"vary", b"accept")
_encode: Final = msgspec.json.Encoder().encode

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ShapesResource:
    """What can be asked of shape sets. What stands in the path behind `/shapes/` is in `request.rest`."""

    sets: ShapeSets
    settings: ShapesSettings

    async def list(self, request: Request) -> Answer:
        """Every set, and what this process judges by."""
        request.query()
        state = await self.sets.stored()
        running = self.sets.running
        policies = {"stored": state.policies is not None, "hash": (state.policies or running.base.policies).hash}
        told = {
            "running": running_version(running.collection, running.failure),
            "version": state.position,
            "policies": policies,
            "warnings": running.collection.shapes.warnings,
            "sets": overview({**running.base.sets, **state.sets}, running.collection),
        }
        return _json(told)

    async def get(self, request: Request) -> Answer:
        """One set: its Turtle, or what is known of it as JSON."""
        request.query()
        media_type = choose(request.header("accept"), (TURTLE, JSON))
        found = await self.sets.get(_name(request))
        if media_type == JSON:
            return _json(described(found, self.sets.running.collection), (_VARY,))
        return _document(request, found.content, found.hash, TURTLE)

    async def put(self, request: Request) -> Answer:
        """Have what is sent as a set of this name, for every gateway that shares the database."""
        request.query()
        media_type = _media_type(request, _TAKEN)
        condition = request.condition()
        body = await request.read(self.settings.max_set_bytes, "shapes.max_set_bytes")
        done = await _told(self.sets.put(_name(request), body, media_type, condition, by=_who(request)))
        return self._changed(request, done)

    async def delete(self, request: Request) -> Answer:
        """Take a set away; its versions stay."""
        request.query()
        return self._changed(
            request, await _told(self.sets.remove(_name(request), request.condition(), by=_who(request)))
        )

    async def versions(self, request: Request) -> Answer:
        """The versions that are kept, the newest first."""
        request.query()
        holds, found = await self.sets.versions(_name(request))
        return _json([version_told(version, holds) for version in found])

    async def version(self, request: Request) -> Answer:
        """What one version was."""
        request.query()
        name, number = _version(request)
        found = await self.sets.version(name, number)
        return _document(request, found.body or b"", found.hash, JSON if name == POLICIES else TURTLE)

    async def activate(self, request: Request) -> Answer:
        """Have a version that is kept hold again."""
        request.query()
        name, number = _version(request)
        done = await _told(self.sets.activate(name, number, request.condition(), by=_who(request)))
        return self._changed(request, done)

    async def policies(self, request: Request) -> Answer:
        """The policies that hold, in the form in which they are put."""
        request.query()
        policies, _ = await self.sets.policies()
        return _document(request, policies.body, policies.hash, JSON)

    async def put_policies(self, request: Request) -> Answer:
        """Have policies hold instead of the settings', for every gateway that shares the database."""
        request.query()
        _media_type(request, (JSON,))
        condition = request.condition()
        given = _policies(JsonCodec().decode(await request.read()))
        return self._changed(request, await self.sets.put_policies(given, condition, by=_who(request)))

    async def delete_policies(self, request: Request) -> Answer:
        """Have the policies of the settings hold again."""
        request.query()
        return self._changed(request, await self.sets.remove_policies(request.condition(), by=_who(request)))

    async def audit(self, request: Request) -> Answer:
        """Who changed what and when, the newest first."""
        wanted = request.query(before=whole_number, limit=whole_number)
        most = min(int(str(wanted.get("limit", _ENTRIES))), _MOST_ENTRIES)
        found = await self.sets.audit(int(str(wanted.get("before", _NEWEST))), most)
        return _json([entry_told(entry) for entry in found])

    async def dry_run(self, request: Request) -> Answer:
        """`{"data": text, "contentType": …, "shapes": Turtle}` → the report. Without shapes, by those that run."""
        request.query()
        _media_type(request, (JSON,))
        body = await request.read(self.settings.max_data_bytes, "shapes.max_data_bytes")
        given = _texts(JsonCodec().decode(body))
        shapes = given["shapes"].encode("utf-8", "replace") if "shapes" in given else None
        try:
            media_type = parse_media_type(given.get("contentType", TURTLE)).essence
            return _json(await self.sets.tried(given["data"].encode("utf-8", "replace"), media_type, shapes))
        except UnsupportedMediaTypeError as error:
            refuse("/contentType", str(error))
        except DecodingError as error:
            refuse("/data", str(error))
        except InvalidDocumentError as error:
            refuse("/shapes", str(error))

    def _changed(self, request: Request, done: Done) -> Answer:
        headers: Headers = ((b"shacl-shapes", self.sets.running.collection.hash.encode()),)
        if done.hash:
            headers += ((b"etag", f'"{done.hash}"'.encode()),)
        if not done.created:
            return Answer(HTTPStatus.NO_CONTENT, b"", _NOTHING, headers)
        location = f"{request.root}/shapes/{_name(request)}".encode()
        return Answer(HTTPStatus.CREATED, b"", _NOTHING, ((b"location", location), *headers))


async def _told(change: Awaitable[T]) -> T:
    """What *change* returns. Raises ProblemError where HTTP has a status of its own for why it is not possible."""
    try:
        return await change
    except ReadOnlySetError as error:
        headers = (("allow", "GET, HEAD"),)
        raise ProblemError(HTTPStatus.METHOD_NOT_ALLOWED, "", str(error), headers=headers) from None
    except InUseError as error:
        raise ProblemError(HTTPStatus.CONFLICT, "", str(error)) from None


def _name(request: Request) -> str:
    """The name of the set in the path; one that cannot be is never found."""
    return unquote_to_bytes(request.rest.partition(b"/")[0]).decode("utf-8", "replace")


def _version(request: Request) -> tuple[str, int]:
    """The name and the number in the path. Raises ProblemError (404)."""
    text = request.rest.split(b"/")[2].decode("latin-1")
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ProblemError(HTTPStatus.NOT_FOUND, "", "versions have numbers from 1")
    return _name(request), int(text)


def _who(request: Request) -> str:
    """Who asks, as far as that is told (From, RFC 9110, 10.1.2), and from where."""
    client = request.scope.get("client")
    where = client[0] if client else "local"
    given = "".join(sign for sign in request.header("from") if sign.isprintable())[:100]
    return f"{given} ({where})" if given else where


def _media_type(request: Request, taken: tuple[str, ...]) -> str:
    """The media type of the body; the first of *taken* where none is given. Raises ProblemError (415)."""
    given = request.header("content-type")
    found = parse_media_type(given).essence if given else taken[0]
    if found not in taken:
        detail = f"this takes {', '.join(taken)}, not {found}"
        raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "", detail, headers=(("accept", ", ".join(taken)),))
    return found


def _policies(document: Json) -> Policies:
    """Raises InvalidDocumentError with every fault."""
    try:
        return Policies(PolicySettings.model_validate(document))
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        refuse_all([Finding(format_pointer(map(str, fault["loc"])), fault["msg"]) for fault in faults])
        raise


def _texts(body: Json) -> Mapping[str, str]:
    """The members of the body of a dry run. Raises InvalidDocumentError."""
    if not isinstance(body, Mapping):
        refuse("", f"the body is a JSON object with {', '.join(_WANTED)}")
    for name, value in body.items():
        if name not in _WANTED:
            refuse(format_pointer((name,)), f"there is no such member; there is {', '.join(_WANTED)}")
        if not isinstance(value, str):
            refuse(format_pointer((name,)), "wants a text")
    if "data" not in body:
        refuse("/data", "is missing: the RDF that is to be judged")
    return body


def _json(value: Json, headers: Headers = ()) -> Answer:
    return Answer(HTTPStatus.OK, _encode(value), JSON.encode(), headers)


def _document(request: Request, body: bytes, hash_: str, media_type: str) -> Answer:
    """*body* with its entity tag, or that the client has it already (RFC 9110, 13.1.2)."""
    etag = f'"{hash_}"'
    headers: Headers = ((b"etag", etag.encode()), _VARY)
    known = request.header("if-none-match")
    if known and (known.strip() == "*" or etag in etags("If-None-Match", known.replace("W/", ""))):
        return Answer(HTTPStatus.NOT_MODIFIED, b"", media_type.encode(), headers)
    charset = b"; charset=utf-8" if media_type == TURTLE else b""
    return Answer(HTTPStatus.OK, body, media_type.encode() + charset, headers)
