"""From a request to an answer, whatever happens on the way: for the resources that are none of the framework's."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus

from semantic_gw.api.request import Request
from semantic_gw.asgi import Answer, ClientGoneError, check_same_site, problem_answer, send_answer
from semantic_gw.errors import GatewayError, PayloadError
from semantic_gw.problems import ProblemError, problem, problem_of

_log = logging.getLogger(__name__)

Handler = Callable[[Request], Awaitable[Answer | None]]
"""Answers a request; None where it has done so itself, as a stream does."""

Methods = Mapping[str, Handler]


def methods_of(**handlers: Handler) -> Methods:
    """*handlers* by method; whatever can be read has a head."""
    return {**handlers, **({"HEAD": handlers["GET"]} if "GET" in handlers else {})}


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
