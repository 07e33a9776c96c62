"""From a document to a draft: checked, enriched, projected to RDF, and read as a mapping. Pure; nothing is stored."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NoReturn

from semantic_gw.directory.projection import Projection
from semantic_gw.directory.register import Draft
from semantic_gw.directory.registration import REGISTRATION, head, wish_of, with_discovery
from semantic_gw.directory.validation import check_description
from semantic_gw.errors import DescribingError, InvalidDocumentError, MappingError, RefusedError
from semantic_gw.model import Finding, Json, ThingDescription

MAX_ID_BYTES: Final = 2048
"""Longest id: it has to fit into the path of a URL."""

Project = Callable[[Mapping[str, Json]], Awaitable[Projection]]
"""The RDF projection of a Thing Description. Raises DescribingError, RefusedError."""

Warn = Callable[[ThingDescription], Sequence[Finding]]
"""What of a Thing Description cannot be used for lifting. Raises MappingError."""


@dataclass(frozen=True, slots=True)
class Preparation:
    """Makes drafts. *project* and *warn* are injected, so that the register knows neither RDF nor lifting."""

    project: Project
    warn: Warn

    async def draft(
        self, document: Json, *, origin: str = "", family: str = "", created: datetime | None = None
    ) -> Draft:
        """*document*, which has an id, ready to be registered. Raises InvalidDocumentError with every fault."""
        if findings := check_description(document):
            _refuse(findings)
        thing = document.get("id")
        if not isinstance(thing, str):
            refuse("/id", "a Thing Description is registered under its id; this one has none")
        if len(thing.encode()) > MAX_ID_BYTES:
            refuse("/id", f"an id has at most {MAX_ID_BYTES} bytes")
        enriched, injection = with_discovery(document)
        bare = {name: value for name, value in document.items() if name != REGISTRATION}
        described = ThingDescription(thing, bare, origin, family)
        projection = await self._projection(enriched)
        return Draft(
            thing=described,
            head=head(enriched),
            injection=injection,
            wish=wish_of(document),
            projection=projection.n_triples,
            warnings=(*self._warnings(described), *projection.findings),
            created=created,
        )

    async def _projection(self, document: Mapping[str, Json]) -> Projection:
        try:
            return await self.project(document)
        except DescribingError as error:
            _refuse((Finding(error.pointer, str(error)),))
        except RefusedError as error:
            _refuse((Finding("/@context", str(error)),))

    def _warnings(self, thing: ThingDescription) -> Sequence[Finding]:
        try:
            return tuple(self.warn(thing))
        except MappingError as error:
            return (Finding("", f"payloads of this Thing are not lifted: {error}"),)


def _refuse(findings: Sequence[Finding]) -> NoReturn:
    pointer, detail = findings[0]
    more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    raise InvalidDocumentError(f"{pointer or 'the document'}: {detail}{more}", tuple(findings))


def refuse(pointer: str, detail: str) -> NoReturn:
    """Raises InvalidDocumentError for one fault."""
    _refuse((Finding(pointer, detail),))


def refuse_all(findings: Sequence[Finding]) -> None:
    """Raises InvalidDocumentError where there are *findings*."""
    if findings:
        _refuse(findings)


def with_new_id(document: Mapping[str, Json]) -> dict[str, Json]:
    """*document*, which has no id, with one of ours behind its context (WoT Discovery, 7.2.2.1.1: a UUID URN, v4)."""
    made = uuid.uuid4().urn
    if "@context" not in document:
        return {"id": made, **document}
    named: dict[str, Json] = {}
    for name, value in document.items():
        named[name] = value
        if name == "@context":
            named["id"] = made
    return named
