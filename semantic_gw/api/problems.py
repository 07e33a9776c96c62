"""Every error of the API as a problem (RFC 9457), those of the framework too."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from semantic_gw.errors import GatewayError
from semantic_gw.problems import PROBLEM_MEDIA_TYPE, Problem, ProblemError, problem, problem_of


def problem_response(found: Problem, request: Request) -> Response:
    """*found* as the answer to *request*."""
    path = request.scope.get("raw_path") or request.url.path.encode()
    document = found if found.instance else found.at(path.decode("ascii", "replace"))
    return Response(document.body, found.status, dict(found.headers), PROBLEM_MEDIA_TYPE)


def install_problem_handlers(api: FastAPI) -> None:
    """Make *api* answer with problems whatever goes wrong."""
    api.add_exception_handler(HTTPException, _http)
    api.add_exception_handler(RequestValidationError, _validation)
    api.add_exception_handler(ProblemError, _problem)
    api.add_exception_handler(GatewayError, _gateway)
    api.add_exception_handler(Exception, _unexpected)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  the handler is installed for it
    detail = str(error.detail)
    if error.status_code == HTTPStatus.NOT_FOUND and detail == HTTPStatus.NOT_FOUND.phrase:
        detail = f"nothing is served at {request.url.path}; /docs lists what is"
    headers = tuple((error.headers or {}).items())
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = (error.headers or {}).get("Allow", "")
        detail = f"{request.method} is not possible here; {allowed} is"
    return problem_response(problem(error.status_code, detail, headers=headers), request)


def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101  the handler is installed for it
    errors = [{"where": ".".join(map(str, one["loc"])), "what": str(one["msg"])} for one in error.errors()]
    detail = "; ".join(f"{one['where']}: {one['what']}" for one in errors)
    return problem_response(problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors=errors), request)


def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)  # noqa: S101  the handler is installed for it
    return problem_response(error.problem, request)


def _gateway(request: Request, error: Exception) -> Response:
    assert isinstance(error, GatewayError)  # noqa: S101  the handler is installed for it
    return problem_response(problem_of(error), request)


def _unexpected(request: Request, _: Exception) -> Response:
    """The detail stays in the log: it could tell of the inside."""
    detail = "the gateway met an error it did not expect; its log tells more"
    return problem_response(problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail), request)
