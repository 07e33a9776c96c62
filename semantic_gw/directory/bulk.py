"""Many Thing Descriptions at once: each is registered or refused by itself, and doing it again changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
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
        for start in range(0, len(items), _TOGETHER):
            some = items[start : start + _TOGETHER]
            results += await asyncio.gather(*(self._one(start + index, item) for index, item in enumerate(some)))
        return results

    async def _one(self, index: int, item: bytes) -> Mapping[str, Json]:
        try:
            document, findings = read(item, max_bytes=self.settings.max_description_bytes)
            refuse_all(findings)
            return {"index": index, **await self._registered(document)}
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
