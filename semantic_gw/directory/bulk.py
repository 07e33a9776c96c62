"""Many Thing Descriptions at once: each is registered or refused by itself, and doing it again changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import msgspec

from semantic_gw.directory.directory import Directory
from semantic_gw.directory.preparation import refuse_all
from semantic_gw.directory.validation import read
from semantic_gw.errors import DecodingError, GatewayError, InvalidDocumentError
from semantic_gw.model import Json
from semantic_gw.problems import problem_of
from semantic_gw.settings import DirectorySettings

_TOGETHER: Final = 50
"""Items whose registrations wait for one commit."""


@dataclass(frozen=True, slots=True)
class Bulk:
    """Registers items with an id under it, others under a new one; tells the end of each, in order."""

    directory: Directory
    settings: DirectorySettings

    async def lines(self, body: bytes) -> list[Mapping[str, Json]]:
        """The results for the lines of *body*; empty ones are passed over."""
        return await self.items([line for line in body.split(b"\n") if line.strip()])

    async def array(self, body: bytes) -> list[Mapping[str, Json]]:
        """The results for the items of the array *body*. Raises DecodingError where it is none."""
        try:
            items = msgspec.json.decode(body, type=list[msgspec.Raw])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise DecodingError(f"no JSON array of Thing Descriptions: {error}") from error
        return await self.items([bytes(item) for item in items])

    async def items(self, items: Sequence[bytes]) -> list[Mapping[str, Json]]:
        """The results for documents in JSON."""
        results: list[Mapping[str, Json]] = []
        waiting: dict[Json, Awaitable[Mapping[str, Json]]] = {}
        for index, item in enumerate(items):
            key, result = self._begun(index, item)
            if key in waiting or len(waiting) == _TOGETHER:  # the same Thing twice: one after the other
                results += await asyncio.gather(*waiting.values())
                waiting = {}
            waiting[key] = result
        return [*results, *await asyncio.gather(*waiting.values())]

    def _begun(self, index: int, item: bytes) -> tuple[Json, Awaitable[Mapping[str, Json]]]:
        """What tells *item* from others, and the registration that is begun."""
        try:
            document, findings = read(item, max_bytes=self.settings.max_description_bytes)
            refuse_all(findings)
        except GatewayError as error:
            return index, self._ended(index, _raising(error))
        thing = document.get("id") if isinstance(document, Mapping) else None
        return thing if isinstance(thing, str) else index, self._ended(index, self._registered(document))

    async def _ended(self, index: int, registered: Awaitable[Mapping[str, Json]]) -> Mapping[str, Json]:
        try:
            return {"index": index, **await registered}
        except GatewayError as error:
            told = problem_of(error)
            return {"index": index, "status": told.status, "problem": told.document}

    async def _registered(self, document: Json) -> Mapping[str, Json]:
        if not isinstance(document, Mapping) or "id" not in document:
            done = await self.directory.create(document)
        else:
            thing = document["id"]
            if not isinstance(thing, str):
                raise InvalidDocumentError("/id: an id is a text", (("/id", "an id is a text"),))
            if (known := await self.directory.same(document)) is not None:
                return {"id": known.id, "status": int(HTTPStatus.NO_CONTENT), "changed": False}
            done = await self.directory.put(thing, document)
        status = HTTPStatus.CREATED if done.created else HTTPStatus.NO_CONTENT
        return {"id": done.entry.id, "status": int(status), "changed": True}


async def _raising(error: GatewayError) -> Mapping[str, Json]:
    raise error
