"""`POST /things/dry-run`: what a Thing Description would make of payloads. Nothing is registered or published."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

import msgspec

from semantic_gw.api.request import Request, decoded
from semantic_gw.asgi import Answer
from semantic_gw.directory.preparation import Preparation, refuse
from semantic_gw.errors import InvalidDocumentError, MappingError
from semantic_gw.model import Finding, Json, ThingDescription
from semantic_gw.pipeline.dry_run import MOST_PAYLOADS, dry_run
from semantic_gw.pipeline.pipeline import Pipeline

_NOBODY: Final = "urn:uuid:00000000-0000-0000-0000-000000000000"
"""The Thing of a description without an id; it would get one of its own."""

_encode: Final = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class DryRun:
    """Tries Thing Descriptions on payloads."""

    pipeline: Pipeline
    preparation: Preparation
    clock: Callable[[], datetime]

    async def post(self, request: Request) -> Answer:
        """`{"thing": TD, "payloads": [record, …]}` → `{"warnings": […], "messages": [explanation, …]}`."""
        request.query()
        document = decoded(await request.read(), request.settings.max_body_bytes)
        return Answer(HTTPStatus.OK, _encode(await self.answer(document)), b"application/json")

    async def answer(self, body: Json) -> dict[str, Json]:
        """The answer to *body*. Raises InvalidDocumentError with pointers into it."""
        if not isinstance(body, dict):
            refuse("", 'the body wants an object with "thing" and "payloads"')
        payloads = body.get("payloads", [])
        if not isinstance(payloads, list) or len(payloads) > MOST_PAYLOADS:
            refuse("/payloads", f"wants an array of at most {MOST_PAYLOADS} records of a capture")
        thing, warnings = await self._prepared(body.get("thing"))
        try:
            messages = dry_run(self.pipeline, thing, payloads, self.clock())
        except MappingError as error:
            refuse("/thing", str(error))
        told = [{"pointer": pointer, "detail": detail} for pointer, detail in warnings]
        return {"warnings": told, "messages": messages}

    async def _prepared(self, document: Json) -> tuple[ThingDescription, Iterable[Finding]]:
        if isinstance(document, dict) and "id" not in document:
            document = {**document, "id": _NOBODY}
        try:
            draft = await self.preparation.draft(document)
        except InvalidDocumentError as error:
            findings = tuple((f"/thing{pointer}", detail) for pointer, detail in error.findings)
            raise InvalidDocumentError(f"/thing: {error}", findings) from None
        return ThingDescription(draft.id, document), draft.warnings
