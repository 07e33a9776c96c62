"""JSON-LD contexts that are fetched, where the operator allows it: few, small, checked, and kept for a day."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NoReturn, Protocol
from urllib.parse import urljoin

from semantic_gw.errors import RefusedError, UnavailableError
from semantic_gw.model import IRI, Json
from semantic_gw.outbound import Answer, Outbound, authority_of
from semantic_gw.rdf.contexts import CONTEXTS, ForeignContext, items, unknown_contexts

TIMEOUT_S: Final = 5.0
"""Of one fetch, from the name to the last byte, in seconds."""
MAX_BYTES: Final = 512 * 1024
MAX_DEPTH: Final = 16
MAX_TERMS: Final = 5_000
MAX_CONTEXTS: Final = 64
"""Contexts within the context."""

_KEPT_S: Final = 24 * 3600.0
_FAILED_S: Final = 60.0
"""How long a context that could not be had is not asked for again, in seconds."""
_MOST_KEPT: Final = 64
_MOST_BYTES_KEPT: Final = 8 * 1024 * 1024
_MOST_REDIRECTS: Final = 3
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_ACCEPT: Final = "application/ld+json, application/json;q=0.9"
_MEDIA_TYPES: Final = ("application/ld+json", "application/json", "+json")

Clock = Callable[[], float]
"""Seconds that only ever grow."""


class Fetching(Protocol):
    """What contexts are fetched with: `outbound.Outbound`, or what stands in for it."""

    async def aget(self, url: str, *, accept: str) -> Answer:
        """What *url* answers. Raises OutboundError, UnavailableError."""
        ...


class ContextError(RefusedError):
    """What was fetched is no context, or more than is taken."""


@dataclass(frozen=True, slots=True)
class _Kept:
    context: ForeignContext | None
    size: int
    until: float
    reason: str = ""


class FetchedContexts:
    """The contexts of other hosts, as *fetching* finds them; None fetches nothing."""

    def __init__(self, fetching: Fetching | None, *, clock: Clock = time.monotonic) -> None:
        self._fetching = fetching
        self._clock = clock
        self._kept: dict[IRI, _Kept] = {}
        self._lock = asyncio.Lock()

    @classmethod
    def from_hosts(cls, hosts: tuple[str, ...]) -> FetchedContexts:
        """Those of *hosts*, over https and at public addresses only. Raises ConfigurationError."""
        if not hosts:
            return cls(None)
        return cls(Outbound(hosts=hosts, schemes=("https",), private=False, timeout_s=TIMEOUT_S, max_bytes=MAX_BYTES))

    def known(self, document: Mapping[str, Json]) -> tuple[ForeignContext, ...]:
        """Those that *document* refers to and that were fetched."""
        if not self._kept:
            return ()
        kept = (self._kept.get(url) for url in unknown_contexts(document))
        return tuple(found.context for found in kept if found is not None and found.context is not None)

    async def fetch(self, document: Mapping[str, Json]) -> tuple[ForeignContext, ...]:
        """Those that *document* refers to, fetched where that is allowed and they are not known or a day old."""
        if self._fetching is None:
            return ()
        for url in unknown_contexts(document):
            if self._is_due(url):
                async with self._lock:
                    await self._fetch_again(url, self._fetching)
        return self.known(document)

    def reason(self, url: IRI) -> str:
        """Why the context of *url* could not be had, empty where it could or nobody tried."""
        found = self._kept.get(url)
        return found.reason if found else ""

    def _is_due(self, url: IRI) -> bool:
        found = self._kept.get(url)
        return found is None or found.until <= self._clock()

    async def _fetch_again(self, url: IRI, fetching: Fetching) -> None:
        if not self._is_due(url):  # somebody else was quicker
            return
        before = self._kept.pop(url, None)
        try:
            context, size = await _fetched(url, fetching)
        except (RefusedError, UnavailableError) as error:
            stale = before.context if before and isinstance(error, UnavailableError) else None
            self._keep(url, _Kept(stale, before.size if stale and before else 0, self._clock() + _FAILED_S, str(error)))
            return
        self._keep(url, _Kept(context, size, self._clock() + _KEPT_S))

    def _keep(self, url: IRI, found: _Kept) -> None:
        """Keep *found*, and forget what was fetched longest ago where that is too much."""
        self._kept[url] = found
        while len(self._kept) > _MOST_KEPT or sum(kept.size for kept in self._kept.values()) > _MOST_BYTES_KEPT:
            self._kept.pop(next(iter(self._kept)))


async def _fetched(url: IRI, fetching: Fetching) -> tuple[ForeignContext, int]:
    """The context that *url* leads to, and its size. Raises ContextError, OutboundError, UnavailableError."""
    asked = url
    for _ in range(_MOST_REDIRECTS + 1):
        answer = await fetching.aget(asked, accept=_ACCEPT)
        if answer.status not in _REDIRECTS:
            digest = hashlib.blake2b(answer.body, digest_size=16).hexdigest()
            return ForeignContext(url, digest, _context(url, answer)), len(answer.body)
        following = urljoin(asked, answer.header("location"))
        if authority_of(following) != authority_of(asked):
            raise ContextError(f"{url} leads to another host: name {following.partition('?')[0]!r} in the document")
        asked = following
    raise ContextError(f"{url} leads on and on")


def _context(url: IRI, answer: Answer) -> Json:
    if answer.status != 200:
        raise UnavailableError(f"{url} answers with status {answer.status}")
    media_type = answer.content_type.partition(";")[0].strip().lower()
    if not media_type.endswith(_MEDIA_TYPES):
        raise ContextError(f"{url} answers with {media_type or 'no media type'}, which is no JSON-LD context")
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise ContextError(f"{url} is no JSON: {error}") from error
    if not isinstance(document, Mapping) or "@context" not in document:
        raise ContextError(f"{url} has no @context")
    _Check(url).value(document["@context"], 1)
    return document["@context"]


class _Check:
    """Whether a context is one that is taken: small, and complete in itself."""

    def __init__(self, url: IRI) -> None:
        self._url = url
        self._terms = 0
        self._contexts = 0

    def value(self, value: Json, depth: int) -> None:
        """Raises ContextError where the value of an `@context` is too much."""
        self._contexts += 1
        if self._contexts > MAX_CONTEXTS or depth > MAX_DEPTH:
            self._refuse(f"holds more than {MAX_CONTEXTS} contexts, or {MAX_DEPTH} within each other")
        for item in items(value):
            if isinstance(item, Mapping):
                self._object(item, depth)
            elif item is not None and item not in CONTEXTS:
                self._refuse(f"refers to another context, {str(item)[:200]!r}")

    def _object(self, context: Mapping[str, Json], depth: int) -> None:
        if "@import" in context:
            self._refuse("imports another context")
        self._terms += len(context)
        if self._terms > MAX_TERMS:
            self._refuse(f"has more than {MAX_TERMS:,} terms")
        for inner in _scoped(context):
            self.value(inner, depth + 1)

    def _refuse(self, why: str) -> NoReturn:
        raise ContextError(f"the context {self._url} is not taken: it {why}")


def _scoped(context: Mapping[str, Json]) -> Iterable[Json]:
    return (definition["@context"] for definition in context.values() if _has_context(definition))


def _has_context(definition: Json) -> bool:
    return isinstance(definition, Mapping) and "@context" in definition
