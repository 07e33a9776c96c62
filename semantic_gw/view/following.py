"""Follows the directory: the graph of every Thing that is registered, and nothing of one that no longer is."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from semantic_gw.contracts import GraphStore, GraphUpdate
from semantic_gw.directory.directory import Directory
from semantic_gw.directory.following import since
from semantic_gw.directory.register import Change, ChangeType, ForgottenError, FullEntry
from semantic_gw.errors import UnavailableError
from semantic_gw.model import IRI
from semantic_gw.view.latest import Latest
from semantic_gw.view.progress import Progress
from semantic_gw.view.recalling import things_in
from semantic_gw.view.things import ThingGraphs
from semantic_gw.view.writing import Writer

_log = logging.getLogger(__name__)

SOURCE: Final = "directory"
"""The name of the directory among the positions of the store: that of the newest change that is known."""

_POLL_S: Final = 0.25
"""How often changes made by other gateways are looked for, in seconds."""

_LINGER_S: Final = 0.1
"""How long changes gather before they are written, in seconds; who waits for one (`catch_up`) has it at once."""

_AT_ONCE: Final = 500


class DirectoryFollower:
    """Keeps the graphs of Things in *store* at the state of *directory*."""

    def __init__(
        self,
        directory: Directory,
        store: GraphStore,
        writer: Writer,
        graphs: ThingGraphs,
        latest: Latest,
        progress: Progress,
        *,
        reserved: Callable[[IRI], bool],
    ) -> None:
        """*reserved* tells the graphs that no Thing may be called like, beside the latest ones."""
        self._directory = directory
        self._store = store
        self._writer = writer
        self._graphs = graphs
        self._latest = latest
        self._progress = progress
        self._reserved = reserved
        self._turn = asyncio.Lock()
        self._position = 0
        self._knows_all = False
        """Whether only changes are to be read."""

    async def begin(self, position: int) -> None:
        """Go on behind *position*; below 0: nothing is known. Raises UnavailableError."""
        async with self._turn:
            for thing, at in await self._directory.removed():
                self._latest.remove(thing, at)
            newest = await self._directory.position()
            self._knows_all = 0 <= position <= newest
            self._position = position if self._knows_all else 0

    async def run(self) -> None:
        """Follow until cancelled. Raises StoreAwayError, NotOursError."""
        while True:
            try:
                await self.catch_up()
                await self._directory.wait(_POLL_S)
                await asyncio.sleep(_LINGER_S)
            except (UnavailableError, SQLAlchemyError) as error:
                _log.warning("the directory cannot be followed; retrying", extra={"error": str(error)})
                await asyncio.sleep(1.0)

    async def catch_up(self) -> None:
        """On return, every change that was made before the call is in the store.

        Raises StoreAwayError, NotOursError; UnavailableError where the directory cannot be read.
        """
        async with self._turn:
            try:
                if self._knows_all:
                    await self._learn_changes()
            except ForgottenError:
                self._knows_all = False
            if not self._knows_all:
                await self._learn_everything()
        self._progress.knows_things = True

    async def _learn_changes(self) -> None:
        """Raises ForgottenError."""
        while changes := await self._directory.changes(self._position, _AT_ONCE):
            entries = await self._directory.entries(sorted({change.thing for change in changes}))
            await self._write(entries, _removals(changes), {SOURCE: changes[-1].position})
            self._position = changes[-1].position

    async def _learn_everything(self) -> None:
        """Every Thing; what the store holds of others goes."""
        known: set[IRI] = set()
        position = 0
        async for reached, entries, _ in since(self._directory, 0):
            position = max(position, reached)
            known.update(entry.id for entry in entries)
            await self._write(entries, {}, {})
        removed = dict(await self._directory.removed())
        held = await things_in(self._store, self._writer.generation)
        gone = sorted({*held, *removed} - known)
        async with self._writer.turn:
            await self._writer.replace("thing", list(self._gone(gone, removed)), {SOURCE: position})
        self._position, self._knows_all = position, True

    async def _write(
        self, entries: Iterable[FullEntry], removals: Mapping[IRI, datetime], positions: Mapping[str, int]
    ) -> None:
        async with self._writer.turn:
            updates = [
                update
                for entry in entries
                for update in (self._gone([entry.id], removals) if entry.body is None else self._there(entry, removals))
            ]
            if updates or positions:
                await self._writer.replace("thing", updates, positions)

    def _there(self, entry: FullEntry, removals: Mapping[IRI, datetime]) -> Iterator[GraphUpdate]:
        """The graph of a Thing that is registered; what it told before it was removed in between goes."""
        if (at := removals.get(entry.id)) is not None and self._latest.remove(entry.id, at):
            yield GraphUpdate(self._latest.name(entry.id), None)
        if self._is_reserved(entry.id):
            _log.warning("a Thing is called like a graph of the gateway: it is in no graph", extra={"thing": entry.id})
        else:
            yield GraphUpdate(entry.id, self._graphs.graph(entry.projection))

    def _gone(self, things: Iterable[IRI], removals: Mapping[IRI, datetime]) -> Iterator[GraphUpdate]:
        for thing in things:
            self._latest.remove(thing, removals.get(thing) or datetime.now(UTC))
            yield GraphUpdate(self._latest.name(thing), None)
            if not self._is_reserved(thing):
                yield GraphUpdate(thing, None)

    def _is_reserved(self, thing: IRI) -> bool:
        return self._reserved(thing) or self._latest.is_name(thing)


def _removals(changes: Iterable[Change]) -> dict[IRI, datetime]:
    """When each Thing was removed last."""
    return {change.thing: change.at for change in changes if change.type is ChangeType.DELETED}
