"""What a command asks of a gateway that runs: its HTTP API, with complaints as one sentence."""

from __future__ import annotations

import getpass
import socket
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Annotated, Final, Self

import httpx
import typer

from semantic_gw.errors import ConflictError, NotRegisteredError, RefusedError, UnavailableError
from semantic_gw.model import Json
from semantic_gw.settings import Settings

Url = Annotated[str, typer.Option(help="The gateway (default: http.host and http.port of the settings).")]
"""The option of commands that ask a gateway."""

_TIMEOUT_S: Final = 60.0
_ERRORS: Final = {404: NotRegisteredError, 412: ConflictError, 503: UnavailableError}
_EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104  where one listens is not where one asks


class GatewayClient:
    """Asks the gateway at *url*; the one of the settings where it is empty."""

    def __init__(self, url: str = "") -> None:
        self._url = url or _own_url()
        self._http = httpx.Client(base_url=self._url, timeout=_TIMEOUT_S, headers={"From": _who()}, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def json(self, path: str) -> Json:
        """The JSON at *path*."""
        return self.ask("GET", path, headers={"Accept": "application/json"}).json()

    def ask(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        json: Json = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """The answer to a request. Raises RefusedError where it is a problem, UnavailableError where nobody answers."""
        try:
            answer = self._http.request(method, path, content=content, json=json, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise UnavailableError(f"no gateway answers at {self._url}: {error}; start one, or give --url") from error
        if answer.is_error:
            raise _ERRORS.get(answer.status_code, RefusedError)(_complaint(answer))
        return answer

    def lines(self, path: str, headers: Mapping[str, str]) -> Iterator[str]:
        """The lines of a stream at *path*, as long as it lasts. Raises as `ask` does."""
        try:
            with self._http.stream("GET", path, headers=headers, timeout=httpx.Timeout(_TIMEOUT_S)) as answer:
                if answer.is_error:
                    answer.read()
                    raise _ERRORS.get(answer.status_code, RefusedError)(_complaint(answer))
                yield from answer.iter_lines()
        except httpx.HTTPError as error:
            raise UnavailableError(f"the stream of {self._url} ended: {error}") from error


def _complaint(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"{answer.request.url} answers {answer.status_code} {answer.reason_phrase}"


def _own_url() -> str:
    http = Settings().http
    host = _EVERYWHERE.get(http.host, f"[{http.host}]" if ":" in http.host else http.host)
    return f"http://{host}:{http.port}"


def _who() -> str:
    """Who asks, for the audit (RFC 9110, 10.1.2)."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = "somebody"
    return f"{user}@{socket.gethostname()}".encode("ascii", "replace").decode()
