"""Searching all Things by JSONPath and XPath (WoT Discovery, 7.3.2.5)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Final

from semantic_gw.directory.search.messages import Batch, Language, Query, Reply, Update
from semantic_gw.directory.search.owner_process import OwnerGoneError, OwnerProcess
from semantic_gw.errors import NotSupportedError, QueryError, RefusedError, UnavailableError
from semantic_gw.settings import DirectorySettings

MAX_ANSWER_BYTES: Final = 16 * 1024 * 1024
MAX_QUERY_CHARACTERS: Final = 64 * 1024
MAX_SEARCHES: Final = 4
"""Searches at the same time; others wait."""

_FRESH_S: Final = 120.0
"""Longest time that the owner may take to learn what changed, in seconds: all of it after a start."""

_TRIES: Final = 2

Changes = Callable[[int], AsyncIterator[Batch]]
"""What changed after a position, in batches; after 0: everything. It raises RefusedError where the changes after a
position are no longer known: then everything is asked for."""


class Search:
    """Searches what *changes* tells of. A process of its own holds that; it is started by the first search."""

    def __init__(self, settings: DirectorySettings, changes: Changes) -> None:
        self._settings = settings
        self._changes = changes
        self._owner: OwnerProcess | None = None
        self._position = 0
        self._turn = asyncio.Lock()
        self._places = asyncio.Semaphore(MAX_SEARCHES)

    async def jsonpath(self, query: str) -> bytes:
        """The values that *query* (RFC 9535) selects in the array of all Things, as a JSON array. Raises QueryError."""
        return await self._search("jsonpath", query)

    async def xpath(self, query: str) -> bytes:
        """The items that *query* (XPath 3.1) gives, as a JSON array. Raises QueryError."""
        return await self._search("xpath", query)

    async def close(self) -> None:
        """End the process. The next search would start another one."""
        async with self._turn:
            await self._stop()

    @property
    def owner(self) -> int | None:
        """The number of the process that holds what is searched, while there is one."""
        return self._owner.pid if self._owner else None

    async def _search(self, language: Language, text: str) -> bytes:
        if len(text) > MAX_QUERY_CHARACTERS:
            raise QueryError(f"the query has {len(text)} characters; at most {MAX_QUERY_CHARACTERS} are taken")
        async with self._place():
            query = Query(
                language,
                text.encode("utf-8", "replace").decode(),
                self._settings.search_deadline_s,
                self._settings.search_memory_bytes,
                MAX_ANSWER_BYTES,
            )
            return _answer(await self._ask(query))

    @contextlib.asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._settings.search_deadline_s):
                await self._places.acquire()
        except TimeoutError:
            raise UnavailableError(f"{MAX_SEARCHES} searches are running, as many as may: try again") from None
        try:
            yield
        finally:
            self._places.release()

    async def _ask(self, query: Query) -> Reply:
        """Ask an owner that knows every change; where it is gone, another one."""
        for _ in range(_TRIES):
            owner = await self._fresh()
            try:
                return await owner.ask(query)
            except OwnerGoneError:
                await self._discard(owner)
        raise UnavailableError(
            "the process that holds what is searched ended twice: look at the memory of this machine"
        )

    async def _fresh(self) -> OwnerProcess:
        """An owner that knows every change. Raises UnavailableError."""
        async with self._turn:
            try:
                async with asyncio.timeout(_FRESH_S):
                    return await self._caught_up()
            except TimeoutError:
                await self._stop()
                raise UnavailableError(f"what is searched was not read within {_FRESH_S:g} s") from None
            except OwnerGoneError as error:
                await self._stop()
                raise UnavailableError(f"the process that holds what is searched ends: {error}") from None

    async def _caught_up(self) -> OwnerProcess:
        """The owner, told of what changed; a new one where it is gone, or the changes since then are not known."""
        owner = await self._running()
        try:
            await self._tell(owner)
        except (RefusedError, OwnerGoneError):
            await self._stop()
            owner = await self._running()
            await self._tell(owner)
        return owner

    async def _running(self) -> OwnerProcess:
        if self._owner and not self._owner.alive:
            await self._stop()
        if self._owner is None:
            self._owner = await OwnerProcess.start()
        return self._owner

    async def _tell(self, owner: OwnerProcess) -> None:
        async for position, entries in self._changes(self._position):
            await owner.update(Update(entries))
            self._position = position

    async def _discard(self, owner: OwnerProcess) -> None:
        async with self._turn:
            if self._owner is owner:
                await self._stop()

    async def _stop(self) -> None:
        """Forget the owner; the next one starts with nothing."""
        owner, self._owner = self._owner, None
        self._position = 0
        if owner:
            await owner.close()


def _answer(reply: Reply) -> bytes:
    if not reply.refusal:
        return reply.body
    if reply.refusal == "unsupported":
        raise NotSupportedError(reply.detail)
    raise QueryError(reply.detail)
