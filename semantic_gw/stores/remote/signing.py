"""The signature that AWS wants of a request (Signature Version 4)."""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final
from urllib.parse import parse_qsl, quote, unquote

import httpx

from semantic_gw.errors import ConfigurationError
from semantic_gw.settings import RemoteStoreSettings

_ALGORITHM: Final = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who signs. *token* is there where they hold for a time only."""

    key_id: str
    secret: str
    token: str = ""

    def __repr__(self) -> str:
        return f"Credentials({self.key_id!r})"


class Signed(httpx.Auth):
    """Signs each request for *service* in *region*."""

    requires_request_body = True

    def __init__(self, credentials: Credentials, region: str, service: str, clock: Callable[[], datetime]) -> None:
        self._credentials = credentials
        self._region = region
        self._service = service
        self._clock = clock

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["X-Amz-Date"] = self._clock().strftime("%Y%m%dT%H%M%SZ")
        if self._credentials.token:
            request.headers["X-Amz-Security-Token"] = self._credentials.token
        request.headers["Authorization"] = self._authorization(request)
        yield request

    def _authorization(self, request: httpx.Request) -> str:
        time = request.headers["X-Amz-Date"]
        scope = f"{time[:8]}/{self._region}/{self._service}/aws4_request"
        signed = {
            name: value for name, value in request.headers.items() if name in _SIGNED or name.startswith("x-amz-")
        }
        canonical = canonical_request(request.method, request.url, signed, request.content)
        to_sign = f"{_ALGORITHM}\n{time}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
        signature = hmac.digest(self._key(scope), to_sign.encode(), "sha256").hex()
        names = ";".join(sorted(signed))
        return (
            f"{_ALGORITHM} Credential={self._credentials.key_id}/{scope}, SignedHeaders={names}, Signature={signature}"
        )

    def _key(self, scope: str) -> bytes:
        key = f"AWS4{self._credentials.secret}".encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        return key


_SIGNED: Final = ("host", "content-type")
"""Header fields that no proxy may change: with those of Amazon they are signed."""


def canonical_request(method: str, url: httpx.URL, headers: Mapping[str, str], body: bytes) -> str:
    """A request in the form that is signed; *headers* are those that are signed, by their names in lower case."""
    path = quote(unquote(url.path), safe="/-_.~") or "/"
    query = sorted(
        (quote(name, safe="-_.~"), quote(value, safe="-_.~"))
        for name, value in parse_qsl(url.query.decode(), keep_blank_values=True)
    )
    return "\n".join(
        [
            method,
            path,
            "&".join(f"{name}={value}" for name, value in query),
            *(f"{name}:{' '.join(headers[name].split())}" for name in sorted(headers)),
            "",
            ";".join(sorted(headers)),
            sha256(body).hexdigest(),
        ]
    )


def signed(settings: RemoteStoreSettings, environment: Mapping[str, str] = os.environ) -> Signed:
    """Signs as *settings* say, and the environment where they do not. Raises ConfigurationError."""
    key_id = settings.aws_access_key_id or environment.get("AWS_ACCESS_KEY_ID", "")
    secret = settings.aws_secret_access_key.get_secret_value() or environment.get("AWS_SECRET_ACCESS_KEY", "")
    token = settings.aws_session_token.get_secret_value() or environment.get("AWS_SESSION_TOKEN", "")
    if not key_id or not secret:
        raise ConfigurationError(
            "store.remote.aws_region wants keys: give aws_access_key_id and aws_secret_access_key, or "
            "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment"
        )
    credentials = Credentials(key_id, secret, token)
    return Signed(credentials, settings.aws_region, settings.aws_service, lambda: datetime.now(UTC))
