"""The directory over HTTP: which resource answers which path. A plain ASGI application in front of the framework's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

import msgspec
from starlette.types import ASGIApp

from semantic_gw.api.dispatch import Methods, in_front_of, methods_of
from semantic_gw.api.dry_run import DryRun
from semantic_gw.api.events import Events
from semantic_gw.api.models import ModelsResource
from semantic_gw.api.request import Request
from semantic_gw.api.search import SearchResource
from semantic_gw.api.self_description import self_description
from semantic_gw.api.things import TD, Things
from semantic_gw.asgi import Answer
from semantic_gw.settings import HttpSettings


@dataclass(frozen=True, slots=True)
class Resources:
    """Everything the directory serves."""

    things: Things
    events: Events
    search: SearchResource
    models: ModelsResource
    dry_run: DryRun


class DirectoryApi:
    """Answers what is the directory's."""

    def __init__(self, resources: Resources, settings: HttpSettings) -> None:
        self._settings = settings
        things, models, search = resources.things, resources.models, resources.search
        self._things = methods_of(GET=things.list, POST=things.post)
        self._thing = methods_of(GET=things.get, PUT=things.put, PATCH=things.patch, DELETE=things.delete)
        self._models = methods_of(GET=models.list, POST=models.post)
        self._model = methods_of(GET=models.get, PUT=models.put, DELETE=models.delete)
        self._made = methods_of(POST=models.make)
        self._listening: Methods = {"GET": resources.events.stream, "HEAD": resources.events.head}
        self._fixed: Mapping[bytes, Methods] = {
            b"/things": self._things,
            b"/things/": self._things,
            b"/things/dry-run": methods_of(POST=resources.dry_run.post),
            b"/models": self._models,
            b"/models/": self._models,
            b"/search/jsonpath": methods_of(GET=search.jsonpath),
            b"/search/xpath": methods_of(GET=search.xpath),
            b"/search/sparql": methods_of(GET=search.sparql, POST=search.sparql_post),
            b"/.well-known/wot": methods_of(GET=_self),
        }

    def in_front_of(self, application: ASGIApp) -> ASGIApp:
        """*application* for everything else."""
        return in_front_of(application, self._find, self._settings)

    def _find(self, path: bytes) -> tuple[Methods, bytes] | None:
        """The methods of the resource at *path*, and what of the path it has to read."""
        if (fixed := self._fixed.get(path)) is not None:
            return fixed, b""
        if path.startswith(b"/things/"):
            return self._thing, path[len(b"/things/") :]
        if path in (b"/events", b"/events/"):
            return self._listening, b""
        if path.startswith(b"/events/"):
            return self._listening, path[len(b"/events/") :]
        if path.startswith(b"/models/"):
            rest = path[len(b"/models/") :]
            return (self._made, rest.removesuffix(b"/things")) if rest.endswith(b"/things") else (self._model, rest)
        return None


async def _self(request: Request) -> Answer:
    """The directory's own description (WoT Discovery, 7.1 and 6.2)."""
    request.query()
    return Answer(HTTPStatus.OK, msgspec.json.encode(self_description(request.base_url)), TD.encode())
