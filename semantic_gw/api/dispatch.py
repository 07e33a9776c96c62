"""From a request to an answer, whatever happens on the way: for the resources that are none of the framework's."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from semantic_gw.api.request import Request, request_of
from semantic_gw.asgi import Answer, ClientGoneError, check_same_site, problem_answer, send_answer
from semantic_gw.errors import GatewayError, PayloadError
from semantic_gw.problems import ProblemError, problem, problem_of
from semantic_gw.settings import HttpSettings

_log = logging.getLogger(__name__)

Handler = Callable[[Request], Awaitable[Answer | None]]
"""Answers a request; None where it has done so itself, as a stream does."""

Methods = Mapping[str, Handler]

Find = Callable[[bytes], tuple[Methods, bytes] | None]
"""The methods of the resource at a path, and what of the path they have to read; None where it is another's."""


def methods_of(**handlers: Handler) -> Methods:
    """*handlers* by method; whatever can be read has a head."""
    return {**handlers, **({"HEAD": handlers["GET"]} if "GET" in handlers else {})}


def path_of(scope: Scope) -> bytes:
    """The path of a request as it was sent, below the root of the application."""
    path: bytes = scope["raw_path"] or str(scope["path"]).encode()
    return path.removeprefix(str(scope.get("root_path", "")).encode())


def in_front_of(application: ASGIApp, find: Find, settings: HttpSettings) -> ASGIApp:
    """What answers requests for the resources that *find* knows, and leaves everything else to *application*."""

    async def both(scope: Scope, receive: Receive, send: Send) -> None:
        found = find(path_of(scope)) if scope["type"] == "http" else None
        if found is None:
            await application(scope, receive, send)
        else:
            methods, rest = found
            await respond(methods, request_of(scope, receive, send, rest, settings))

    return both


async def respond(methods: Methods, request: Request) -> None:
    """Answer *request* by the handler of its method; a fault of ours is a 500 whose detail stays in the log."""
    scope = request.scope
    try:
        check_same_site(scope, request.headers)
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
        _log.exception("fault while a request is answered", extra={"method": scope["method"]})
        detail = "the gateway met an error it did not expect; its log tells more"
        answer = problem_answer(problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail), scope)
    if answer is not None:
        await send_answer(answer, request.body, scope, request.send)


def _handler(methods: Methods, request: Request) -> Handler:
    method = request.scope["method"]
    if method not in methods:
        allowed = ", ".join(sorted(methods))
        detail = f"{method} is not possible here; {allowed} is"
        raise ProblemError(HTTPStatus.METHOD_NOT_ALLOWED, "", detail, headers=(("allow", allowed),))
    return methods[method]
