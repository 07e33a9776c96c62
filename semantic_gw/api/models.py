"""`/models`: Thing Models, and the Things made of them (WoT TD 1.1, 9)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from semantic_gw.api.request import Request, bad, decoded, location, whole_number
from semantic_gw.api.things import TD
from semantic_gw.asgi import Answer
from semantic_gw.codecs.media_type import parse_media_type
from semantic_gw.directory.directory import Directory
from semantic_gw.directory.models import Models
from semantic_gw.directory.thing_models import Instance
from semantic_gw.model import Json
from semantic_gw.problems import ProblemError
from semantic_gw.settings import DirectorySettings

TM: Final = "application/tm+json"
_TAKEN: Final = (TM, "application/ld+json", "application/json")
_NOTHING: Final = b"application/x-empty"
_WANTED: Final[Mapping[str, type]] = {
    "id": str,
    "placeholders": dict,
    "overrides": dict,
    "optional": list,
    "forms": str,
    "submodels": dict,
}
_NAMES: Final[Mapping[type, str]] = {str: "string", dict: "object", list: "array"}


@dataclass(frozen=True, slots=True)
class ModelsResource:
    """The registry of Thing Models."""

    models: Models
    directory: Directory
    settings: DirectorySettings

    async def list(self, request: Request) -> Answer:
        """Every model, by id."""
        wanted = request.query(offset=whole_number, limit=whole_number)
        offset = int(str(wanted.get("offset", 0)))
        limit = min(int(str(wanted.get("limit", self.settings.max_page))), self.settings.max_page)
        bodies = await self.models.page(offset, limit)
        return Answer(HTTPStatus.OK, b"[" + b",".join(bodies) + b"]", b"application/json")

    async def post(self, request: Request) -> Answer:
        """Register a model under its id, or under a new one."""
        request.query()
        done = await self.models.create(await self._document(request))
        path = f"{request.root}/models/{quote(done.id, safe=':@!$&()*,;=~')}".encode()
        headers = ((b"location", path), (b"etag", done.etag.encode()))
        return Answer(HTTPStatus.CREATED, b"", _NOTHING, headers)

    async def get(self, request: Request) -> Answer:
        request.query()
        entry = await self.models.get(request.id())
        return Answer(HTTPStatus.OK, entry.body, TM.encode(), ((b"etag", entry.etag.encode()),))

    async def put(self, request: Request) -> Answer:
        request.query()
        done, created = await self.models.put(request.id(), await self._document(request), request.condition())
        status = HTTPStatus.CREATED if created else HTTPStatus.NO_CONTENT
        return Answer(status, b"", _NOTHING, ((b"etag", done.etag.encode()),))

    async def delete(self, request: Request) -> Answer:
        request.query()
        await self.models.delete(request.id(), request.condition())
        return Answer(HTTPStatus.NO_CONTENT, b"", _NOTHING)

    async def _document(self, request: Request) -> Json:
        given = request.header("content-type")
        if given and parse_media_type(given).essence not in _TAKEN:
            detail = f"a Thing Model is {', '.join(_TAKEN)}, not {given!r}"
            headers = (("accept-post", ", ".join(_TAKEN)),)
            raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "", detail, headers=headers)
        return await self._json(request)

    async def _json(self, request: Request) -> Json:
        limit = self.settings.max_description_bytes
        return decoded(await request.read(limit, "directory.max_description_bytes"), limit)

    async def make(self, request: Request) -> Answer:
        """Make a Thing of a model (and those of its submodels, where the body speaks of them), and register it."""
        request.query()
        wanted = _wanted(await self._json(request))
        submodels = wanted.pop("submodels", None)
        documents = await self.models.things(request.id(), Instance(**wanted), submodels)
        whole = (await self.directory.create_all(documents))[0].entry
        headers = ((b"location", location(request.root, whole.id)), (b"etag", whole.etag.encode()))
        return Answer(HTTPStatus.CREATED, whole.body, TD.encode(), headers)


def _wanted(body: Json) -> dict[str, Json]:
    """What the Thing shall be: its id (a new one by default), values of placeholders, and whatever replaces."""
    if not isinstance(body, Mapping):
        bad('the body is a JSON object such as {"id": "urn:...", "placeholders": {"NAME": "value"}}')
    if unknown := body.keys() - _WANTED.keys():
        bad(f"there is no member {', '.join(sorted(unknown))} here; there is {', '.join(_WANTED)}")
    for name, value in body.items():
        if not isinstance(value, _WANTED[name]):
            bad(f"{name} wants a JSON {_NAMES[_WANTED[name]]}")
    return {"id": uuid.uuid4().urn, **body}
