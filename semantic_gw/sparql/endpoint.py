"""A SPARQL endpoint of others, asked by its protocol (SPARQL 1.1 Protocol, 2.1): only where the settings name it."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import msgspec

from semantic_gw.errors import ConfigurationError, QueryError, UnavailableError
from semantic_gw.model import IRI, Json
from semantic_gw.outbound import Answer, Outbound, OutboundError, Resolve
from semantic_gw.settings import ServiceSettings, SparqlSettings
from semantic_gw.sparql.federation import Ask
from semantic_gw.sparql.formats import JSON, RESULTS_JSON

_LONGEST_URL: Final = 4000
"""Characters of a GET request; a longer one is posted, which a directory need not take (WoT Discovery)."""

_ACCEPT: Final = f"{RESULTS_JSON}, {JSON};q=0.5"
_decode: Final = msgspec.json.Decoder().decode


class Endpoint:
    """The endpoint that a query calls *name*. Raises ConfigurationError for an address that is none."""

    def __init__(
        self, name: IRI, settings: ServiceSettings, *, timeout_s: float, max_bytes: int, resolve: Resolve | None = None
    ) -> None:
        self._name = name
        self._url = settings.url
        secret = settings.authorization.get_secret_value()
        self._headers = (("Authorization", secret),) if secret else ()
        host = _host(name, settings.url)
        self._outbound = Outbound(
            hosts=(host,),
            schemes=("https", "http"),
            private=settings.private or _is_written_out(host),
            timeout_s=timeout_s,
            max_bytes=max_bytes,
            resolve=resolve,
        )

    async def ask(self, prologue: str, pattern: str) -> Json:
        """The solutions of *pattern* there. Raises UnavailableError, and QueryError where it refuses."""
        try:
            answer = await self._request(f"{prologue} SELECT * WHERE {{ {pattern} }}")
        except (UnavailableError, OutboundError) as error:
            raise UnavailableError(f"SERVICE <{self._name}> does not answer: {error}") from None
        self._check(answer)
        try:
            return _decode(answer.body)
        except msgspec.DecodeError as error:
            raise UnavailableError(f"SERVICE <{self._name}> does not answer with {RESULTS_JSON}: {error}") from None

    async def _request(self, query: str) -> Answer:
        sign = "&" if urlsplit(self._url).query else "?"
        url = self._url + sign + urlencode({"query": query})
        if len(url) <= _LONGEST_URL:
            return await self._outbound.aget(url, accept=_ACCEPT, headers=self._headers)
        headers = (("Content-Type", "application/sparql-query"), *self._headers)
        return await self._outbound.apost(self._url, query.encode(), accept=_ACCEPT, headers=headers)

    def _check(self, answer: Answer) -> None:
        if answer.status >= 500:
            raise UnavailableError(f"SERVICE <{self._name}> answers with status {answer.status}")
        if not 200 <= answer.status < 300:
            raise QueryError(f"SERVICE <{self._name}> refuses its part of the query with status {answer.status}")


def endpoints(settings: SparqlSettings, *, resolve: Resolve | None = None) -> Mapping[IRI, Ask]:
    """Those that *settings* name. Raises ConfigurationError."""
    bounds: Any = {"timeout_s": settings.time_s, "max_bytes": settings.service_bytes, "resolve": resolve}
    return {name: Endpoint(name, one, **bounds).ask for name, one in settings.services.items()}


def _host(name: IRI, url: str) -> str:
    """The host of *url*, without brackets."""
    try:
        split = urlsplit(url)
        host = split.hostname if split.scheme in ("http", "https") and not split.fragment else None
    except ValueError:
        host = None
    if not host:
        raise ConfigurationError(f"sparql.services {name!r}: {url!r} is no http or https address of an endpoint")
    return host


def _is_written_out(host: str) -> bool:
    """Whether the settings say themselves which machine is meant."""
    if host == "localhost":
        return True
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
