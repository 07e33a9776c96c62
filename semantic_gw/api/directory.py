"""The directory over HTTP: which resource answers which path. A plain ASGI application in front of the framework's."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import msgspec
from starlette.types import ASGIApp, Receive, Scope, Send

from semantic_gw.api.dry_run import DryRun
from semantic_gw.api.events import Events
from semantic_gw.api.models import ModelsResource
from semantic_gw.api.request import Request, request_of
from semantic_gw.api.search import SearchResource
from semantic_gw.api.self_description import self_description
from semantic_gw.api.things import TD, Things
from semantic_gw.asgi import Answer, ClientGoneError, problem_answer, send_answer
from semantic_gw.errors import GatewayError, PayloadError
from semantic_gw.problems import ProblemError, problem, problem_of
from semantic_gw.settings import HttpSettings

_log = logging.getLogger(__name__)

Handler = Callable[[Request], Awaitable[Answer]]
Methods = Mapping[str, Handler]

_PREFIXES: Final = (b"/things", b"/events", b"/search", b"/models", b"/.well-known/wot")


@dataclass(frozen=True, slots=True)
class Resources:
    """Everything the directory serves."""

    things: Things
    events: Events
    search: SearchResource
    models: ModelsResource
    dry_run: DryRun


class DirectoryApi:
    """Answers what is the directory's; a fault of ours is a 500 whose detail stays in the log."""

    def __init__(self, resources: Resources, settings: HttpSettings) -> None:
        self._settings = settings
        self._events = resources.events
        things, models, search = resources.things, resources.models, resources.search
        self._things = _methods(GET=things.list, POST=things.post)
        self._thing = _methods(GET=things.get, PUT=things.put, PATCH=things.patch, DELETE=things.delete)
        self._models = _methods(GET=models.list, POST=models.post)
        self._model = _methods(GET=models.get, PUT=models.put, DELETE=models.delete)
        self._made = _methods(POST=models.make)
        self._listening: Methods = {"GET": _never, "HEAD": resources.events.head}
        self._fixed: Mapping[bytes, Methods] = {
            b"/things": self._things,
            b"/things/": self._things,
            b"/things/dry-run": _methods(POST=resources.dry_run.post),
            b"/models": self._models,
            b"/models/": self._models,
            b"/search/jsonpath": _methods(GET=search.jsonpath),
            b"/search/xpath": _methods(GET=search.xpath),
            b"/search/sparql": _methods(GET=search.sparql, POST=search.sparql_post),
            b"/.well-known/wot": _methods(GET=_self),
        }

    def in_front_of(self, application: ASGIApp) -> ASGIApp:
        """*application* for everything else."""

        async def both(scope: Scope, receive: Receive, send: Send) -> None:
            mine = scope["type"] == "http" and self._path(scope).startswith(_PREFIXES)
            found = self._find(self._path(scope)) if mine else None
            if found is None:
                await application(scope, receive, send)
            else:
                await self._answer(*found, scope, receive, send)

        return both

    def _path(self, scope: Scope) -> bytes:
        path: bytes = scope["raw_path"]
        return path.removeprefix(str(scope.get("root_path", "")).encode())

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

    async def _answer(self, methods: Methods, rest: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        request = request_of(scope, receive, send, rest, self._settings)
        try:
            if methods is self._listening and scope["method"] == "GET":
                await self._events.stream(request)
                return
            answer = await _handler(methods, request)(request)
        except ClientGoneError:
            return
        except ProblemError as error:
            answer = problem_answer(error.problem, scope)
        except PayloadError as error:  # a body that is none of its media type
            told = problem_of(error)
            answer = problem_answer(problem(told.status, told.detail, headers=told.headers), scope)
        except GatewayError as error:
            answer = problem_answer(problem_of(error), scope)
        except Exception:  # noqa: BLE001  whatever it is, the client gets an answer
            _log.exception("fault in the directory", extra={"method": scope["method"]})
            detail = "the gateway met an error it did not expect; its log tells more"
            answer = problem_answer(problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail), scope)
        await send_answer(answer, request.body, scope, send)


def _methods(**handlers: Handler) -> Methods:
    """*handlers* by method; whatever can be read has a head."""
    return {**handlers, **({"HEAD": handlers["GET"]} if "GET" in handlers else {})}


def _handler(methods: Methods, request: Request) -> Handler:
    method = request.scope["method"]
    if method not in methods:
        allowed = ", ".join(sorted(methods))
        detail = f"{method} is not possible here; {allowed} is"
        raise ProblemError(HTTPStatus.METHOD_NOT_ALLOWED, "", detail, headers=(("allow", allowed),))
    return methods[method]


async def _self(request: Request) -> Answer:
    """The directory's own description (WoT Discovery, 7.1 and 6.2)."""
    request.query()
    return Answer(HTTPStatus.OK, msgspec.json.encode(self_description(request.base_url)), TD.encode())


async def _never(_: Request) -> Answer:
    raise AssertionError("a stream is no answer")
