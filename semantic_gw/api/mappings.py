"""`/mappings`: which mappings are in use, what they do not know, and a dry run of one.

A plain ASGI application before the framework's.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Final

import msgspec
from starlette.types import ASGIApp

from semantic_gw.api.dispatch import Methods, in_front_of, methods_of
from semantic_gw.api.request import Request, decoded
from semantic_gw.asgi import Answer
from semantic_gw.directory.preparation import refuse
from semantic_gw.errors import MappingError, NotRegisteredError, UnavailableError
from semantic_gw.json_pointer import format_pointer
from semantic_gw.model import IRI, Json
from semantic_gw.pipeline.dry_run import MOST_PAYLOADS, graphs_told
from semantic_gw.pipeline.mappings import Catalogue, Folders
from semantic_gw.pipeline.pipeline import Pipeline
from semantic_gw.pipeline.report import QuantityKind, explanation
from semantic_gw.pipeline.trying import Outcomes, Trial, Tried, judged, tried
from semantic_gw.pipeline.unknown import Seen
from semantic_gw.rdf.namespaces import compact
from semantic_gw.sandbox import Sandbox
from semantic_gw.settings import HttpSettings
from semantic_gw.shipped import THING_MODEL

Kinds = Callable[[str, str], Sequence[IRI]]
"""The kinds that a number could be of, by the family and the name of its value."""

_WAITING: Final = 4
"""Dry runs that wait for their turn; more are refused."""

_JSON: Final = b"application/json"
_TM: Final = b"application/tm+json"
_MODEL: Final = re.compile(rb"/mappings/([^/]+)/thing-model")
_WANTED: Final = ("mapping", "payloads")
_encode: Final = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class MappingsResource:
    """What can be asked of mappings. *catalogue* are those in use now."""

    catalogue: Callable[[], Catalogue]
    unknown: Iterable[Seen]
    kinds: Kinds
    pipeline: Pipeline
    folders: Folders
    sandbox: Sandbox
    quantity_kind: QuantityKind
    clock: Callable[[], datetime]
    patience_s: float = 10.0
    """How long a dry run waits for those before it, in seconds."""
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_WAITING))

    async def list(self, request: Request) -> Answer:
        """Every family with its version and hash, in the order in which they are asked; and files not in use."""
        request.query()
        found = self.catalogue()
        return _json({"families": [*_families(found)], "faults": [*_faults(found)]})

    async def thing_model(self, request: Request) -> Answer:
        """The Thing Model of a family (TD 1.1, section 10). Raises NotRegisteredError."""
        request.query()
        asked = request.id()
        family = next((one.family for one in self.catalogue().known if one.family.id == asked), None)
        if family is None:
            raise NotRegisteredError(f"no mapping {asked} is in use; /mappings lists those that are")
        file = family.folder / THING_MODEL
        if not await asyncio.to_thread(file.is_file):
            raise NotRegisteredError(f"the mapping {asked} has no Thing Model: its devices are not alike")
        return Answer(HTTPStatus.OK, await asyncio.to_thread(file.read_bytes), _TM)

    async def unknown_names(self, request: Request) -> Answer:
        """The names of values without a known meaning that came in since the start, the most frequent ones first."""
        request.query()
        return _json({"names": [self._seen(one) for one in self.unknown]})

    def _seen(self, one: Seen) -> dict[str, Json]:
        return {
            "family": one.family,
            "name": one.name,
            "count": one.count,
            "why": one.why,
            "kinds": [compact(kind) for kind in self.kinds(one.family, one.name)],
            "address": one.address,
            "at": one.at.isoformat(),
        }

    async def dry_run(self, request: Request) -> Answer:
        """`{"mapping": text, "payloads": [record, …]}` → `{"mapping": …, "messages": [explanation and graphs, …]}`."""
        request.query()
        text, records = _asked(decoded(await request.read(), request.settings.max_body_bytes))
        trial = Trial(text, records, self.clock(), self.folders)
        try:
            async with self._place():
                outcomes: Outcomes = await asyncio.to_thread(self.sandbox.run, tried, trial)
        except MappingError as error:
            refuse("/mapping", str(error))
        return _json({"mapping": outcomes.family, "messages": [self._told(one) for one in outcomes.tried]})

    def _told(self, one: Tried) -> dict[str, Json]:
        if one.result is None:
            return {"record": one.id, "outcome": "refused", "reason": one.refused}
        result = judged(one.result, self.pipeline.gate)
        return {"record": one.id, **explanation(result, self.quantity_kind), "graphs": graphs_told(result)}

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self.patience_s):
                await self._places.acquire()
        except TimeoutError:
            raise UnavailableError("too many mappings are being tried: try again") from None
        try:
            yield
        finally:
            self._places.release()


class MappingsApi:
    """Answers what is under `/mappings`."""

    def __init__(self, mappings: MappingsResource, settings: HttpSettings) -> None:
        self._settings = settings
        self._paths: dict[bytes, Methods] = {
            b"/mappings": methods_of(GET=mappings.list),
            b"/mappings/unknown": methods_of(GET=mappings.unknown_names),
            b"/mappings/dry-run": methods_of(POST=mappings.dry_run),
        }
        self._model = methods_of(GET=mappings.thing_model)

    def in_front_of(self, application: ASGIApp) -> ASGIApp:
        """*application* for everything else."""
        return in_front_of(application, self._find, self._settings)

    def _find(self, path: bytes) -> tuple[Methods, bytes] | None:
        """What is at *path*, and the id in it."""
        if (match := _MODEL.fullmatch(path)) is not None:
            return self._model, match[1]
        methods = self._paths.get(path)
        return None if methods is None else (methods, b"")


def _families(catalogue: Catalogue) -> list[Json]:
    failing = {fault.path for fault in catalogue.faults}
    return [
        {
            "id": one.family.id,
            "title": one.family.title,
            "version": one.family.version,
            "hash": one.family.hash,
            "file": "/".join(one.family.path.parts[-2:]),
            "state": "in use; its file has a fault" if one.family.path in failing else "in use",
        }
        for one in catalogue.known
    ]


def _faults(catalogue: Catalogue) -> list[Json]:
    return [
        {
            "file": "/".join(one.path.parts[-2:]),
            "family": one.family,
            "error": one.error,
            "since": one.since.isoformat(),
        }
        for one in catalogue.faults
    ]


def _asked(body: Json) -> tuple[str, tuple[Json, ...]]:
    """The mapping and the records of a dry run. Raises InvalidDocumentError."""
    if not isinstance(body, dict):
        refuse("", 'the body wants an object with "mapping" and "payloads"')
    for name in body:
        if name not in _WANTED:
            refuse(format_pointer((name,)), f"there is no such member; there is {', '.join(_WANTED)}")
    text, records = body.get("mapping"), body.get("payloads", [])
    if not isinstance(text, str):
        refuse("/mapping", "wants a text: a mapping in the short form, RML (Turtle) or YARRRML")
    if not isinstance(records, list) or len(records) > MOST_PAYLOADS:
        refuse("/payloads", f"wants an array of at most {MOST_PAYLOADS} records of a capture")
    return text, tuple(records)


def _json(value: Json) -> Answer:
    return Answer(HTTPStatus.OK, _encode(value), _JSON)
