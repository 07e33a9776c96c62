"""Connections to a store: who we are there, whom we trust, and how long we wait."""

from __future__ import annotations

import ssl

import httpx

from semantic_gw.errors import ConfigurationError
from semantic_gw.settings import RemoteStoreSettings
from semantic_gw.stores.remote.signing import signed


def open_session(settings: RemoteStoreSettings) -> httpx.AsyncClient:
    """A client as *settings* say. Raises ConfigurationError."""
    for name, url in (("url", settings.url), ("update_url", settings.update_url or settings.url)):
        check_url(f"store.remote.{name}", url)
    return httpx.AsyncClient(
        auth=_login(settings),
        headers={"User-Agent": "semantic-gateway", **_headers(settings)},
        verify=_tls(settings),
        timeout=httpx.Timeout(None, connect=settings.connect_s),
        limits=httpx.Limits(max_connections=settings.connections, max_keepalive_connections=settings.connections),
        trust_env=False,
    )


def check_url(name: str, url: str) -> None:
    """Raises ConfigurationError where *url* is no address, or tells a password in the log."""
    try:
        read = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ConfigurationError(f"{name}: {error}") from error
    if read.scheme not in ("http", "https") or not read.host:
        raise ConfigurationError(f"{name}: {url!r} is no address; give one such as http://127.0.0.1:3030/ds/query")
    if read.userinfo:
        raise ConfigurationError(f"{name}: leave the user out of the address; there is store.remote.username")


def _login(settings: RemoteStoreSettings) -> httpx.Auth | None:
    if settings.aws_region:
        return signed(settings)
    if not settings.username:
        return None
    login = httpx.DigestAuth if settings.login == "digest" else httpx.BasicAuth
    return login(settings.username, settings.password.get_secret_value())


def _headers(settings: RemoteStoreSettings) -> dict[str, str]:
    headers = {name: value.get_secret_value() for name, value in settings.headers.items()}
    if token := settings.token.get_secret_value():
        headers["Authorization"] = f"Bearer {token}"
    return headers


def _tls(settings: RemoteStoreSettings) -> ssl.SSLContext:
    """Raises ConfigurationError for a file that cannot be read."""
    try:
        context = ssl.create_default_context(cafile=settings.ca_file)
        if settings.cert_file:
            context.load_cert_chain(settings.cert_file, settings.key_file)
    except OSError as error:
        raise ConfigurationError(f"store.remote: a certificate cannot be read: {error}") from error
    return context
