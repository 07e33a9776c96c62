"""Follows the directory: what is known of Things, here and in the matcher."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from semantic_gw.directory.directory import Directory
from semantic_gw.directory.following import news, since
from semantic_gw.directory.register import FullEntry
from semantic_gw.errors import UnavailableError
from semantic_gw.subscriptions.matcher import Graphs, Matcher
from semantic_gw.subscriptions.things import KnownThings

_log = logging.getLogger(__name__)

_POLL_S: Final = 0.25

GraphOf = Callable[[bytes], bytes]
"""The graph of a Thing, of the projection that the directory has of it."""
Vocabulary = Callable[[], Graphs]
"""Gives the graphs of ontologies, which never change."""


class ThingsFollower:
    """Keeps *things* at the state of *directory*."""

    def __init__(self, directory: Directory, things: KnownThings, graph_of: GraphOf, vocabulary: Vocabulary) -> None:
        """*vocabulary* is asked where a matcher begins: many do without one."""
        self._directory = directory
        self._things = things
        self._graph_of = graph_of
        self._vocabulary = vocabulary
        self._position = 0
        self.matcher: Matcher | None = None
        """What else is to know of Things, once it is made."""

    async def graphs(self) -> AsyncIterator[Graphs]:
        """Every graph, for a matcher that begins."""
        yield self._vocabulary()
        async for _, entries, _ in since(self._directory, 0):
            yield self._graphs(entries)

    async def catch_up(self) -> None:
        """Know what is registered. Raises UnavailableError."""
        everything: set[str] = set()
        async for reached, entries, is_all in news(self._directory, self._position):
            for entry in entries:
                self._things.learn(entry.id, None if entry.body is None else entry.projection)
            everything.update(entry.id for entry in entries)
            if is_all:
                self._things.keep_only(everything)
            if entries and self.matcher is not None:
                await self.matcher.replace(self._graphs(entries))
            self._position = reached or self._position
            await asyncio.sleep(0)

    def _graphs(self, entries: Sequence[FullEntry]) -> Graphs:
        return [(entry.id, None if entry.body is None else self._graph_of(entry.projection)) for entry in entries]

    async def run(self) -> None:
        """Follow until cancelled."""
        while True:
            try:
                await self.catch_up()
                await self._directory.wait(_POLL_S)
            except (UnavailableError, SQLAlchemyError) as error:
                _log.warning("Things cannot be followed for subscriptions; retrying", extra={"error": str(error)})
                await asyncio.sleep(1.0)
