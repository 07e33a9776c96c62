"""Keeps a graph store at the state of the directory, the bus and the ontologies, whatever happens to any of them.

How far each source is known stands in the store beside what it holds, so that whoever begins goes on where the store
is: after a restart of this process, of the store, or when another gateway takes over.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from semantic_gw.contracts import Bus, GraphStore
from semantic_gw.directory.directory import Directory
from semantic_gw.errors import GatewayError, UnavailableError
from semantic_gw.model import IRI, Json
from semantic_gw.view.following import SOURCE, DirectoryFollower
from semantic_gw.view.latest import Latest
from semantic_gw.view.lead import Claim, Lead
from semantic_gw.view.progress import Progress, ViewMetrics
from semantic_gw.view.things import ThingGraphs
from semantic_gw.view.vocabulary import Vocabulary
from semantic_gw.view.windows import MessagesFollower
from semantic_gw.view.writing import NotOursError, StoreAwayError, Writer
from semantic_gw.view.written import WrittenFollower

_log = logging.getLogger(__name__)

VOCABULARY: Final = "vocabulary"
"""The name of the ontologies among the positions of the store: the version of what is in their graphs."""

_FIRST_PAUSE_S: Final = 0.25
_LONGEST_PAUSE_S: Final = 10.0
_LOOK_S: Final = 2.0
_STANDBY_POLL_S: Final = 0.1
_WAIT_POLL_S: Final = 0.01


@dataclass(frozen=True, slots=True)
class Sources:
    """What the view is made of."""

    directory: Directory
    bus: Bus
    topics: Sequence[str]
    vocabulary: Vocabulary
    written: str = ""
    """The topic of graphs that somebody wrote (`written`); empty: nobody may."""
    written_below: Sequence[IRI] = ()
    """What the IRIs of those graphs begin with: no Thing has a graph there."""

    def reserves(self, graph: IRI) -> bool:
        """Whether *graph* belongs to an ontology or to somebody who writes."""
        return graph in self.vocabulary.triples or graph.startswith(tuple(self.written_below))


class View:
    """The view in *store*, fed from *sources*. *claim*: where several gateways share the store."""

    def __init__(
        self,
        store: GraphStore,
        sources: Sources,
        metrics: ViewMetrics,
        *,
        base_iri: IRI,
        window_s: float,
        claim: Claim | None = None,
    ) -> None:
        self.store = store
        self.progress = Progress(metrics)
        self._sources = sources
        self._lead = Lead(claim) if claim else None
        self._writer = Writer(store, self.progress, is_ours=lambda: self._lead is None or self._lead.is_ours)
        above = sources.vocabulary.ontology.superclasses
        latest = Latest(base_iri, above)
        self._things = DirectoryFollower(
            sources.directory,
            store,
            self._writer,
            ThingGraphs(above),
            latest,
            self.progress,
            reserved=sources.reserves,
        )
        self._messages = MessagesFollower(
            sources.bus, sources.topics, store, self._writer, latest, self.progress, window_s=window_s
        )
        self._written = WrittenFollower(sources.bus, sources.written, self._writer) if sources.written else None
        self._begun = asyncio.Event()
        self.off = ""
        """Why there is no view, where there is none."""

    async def run(self) -> None:
        """Keep the store until cancelled; it is started before. What goes wrong is told, and tried again."""
        pause = _FIRST_PAUSE_S
        while True:
            try:
                await self._lead_and_follow()
            except* NotOursError:
                _log.info("another gateway keeps the graph store")
                pause = _FIRST_PAUSE_S
            except* (GatewayError, OSError) as group:
                pause = _FIRST_PAUSE_S if self._begun.is_set() else min(2 * pause, _LONGEST_PAUSE_S)
                self._fails("; ".join(map(str, group.exceptions)))
            except* Exception as group:  # noqa: BLE001  questions wait for it; nothing else must end for a fault of it
                _log.exception("fault in the view", exc_info=group.exceptions[0])
                pause = _LONGEST_PAUSE_S
                self._fails(str(group.exceptions[0]))
            self._begun.clear()
            await asyncio.sleep(pause)

    def _fails(self, error: str) -> None:
        if self.progress.outage is None:
            _log.warning("the view cannot be kept; retrying", extra={"error": error})
        self.progress.is_away(error)

    async def _lead_and_follow(self) -> None:
        if self._lead is not None and not await self._lead.take():
            self.progress.stands_by = True
            await self._lead.wait()
        await self._begin()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._things.run())
            group.create_task(self._messages.run())
            group.create_task(self._look())
            if self._written is not None:
                group.create_task(self._written.run())
            if self._lead is not None:
                group.create_task(self._lead.keep())

    async def _begin(self) -> None:
        """Go on where the store is; with other ontologies every Thing is written again."""
        positions = await self.store.positions()
        self.progress.begins(positions)
        self._messages.begin(positions)
        if self._written is not None:
            self._written.begin(positions)
        vocabulary = self._sources.vocabulary
        is_known = positions.get(VOCABULARY) == vocabulary.version
        async with self._writer.turn:
            if is_known:  # an empty replacement tells which generation is the newest
                await self._writer.replace("vocabulary", (), {})
            else:
                await self._writer.replace(
                    "vocabulary", vocabulary.updates, {VOCABULARY: vocabulary.version, SOURCE: -1}
                )
        await self._things.begin(positions.get(SOURCE, -1) if is_known else -1)
        self._begun.set()

    async def _look(self) -> None:
        """Learn now and then how much the store holds, and whether it is still all that was written."""
        while True:
            try:
                self.progress.size = await self.store.size()
                async with self._writer.turn:
                    held = await self.store.positions()
            except UnavailableError as error:
                raise StoreAwayError(str(error)) from error
            if lost := [name for name, at in self.progress.positions.items() if held.get(name, -1) < at]:
                raise StoreAwayError(f"the store has lost what came last from {', '.join(sorted(lost))}")
            self.progress.tell()
            await asyncio.sleep(_LOOK_S)

    async def caught_up(self, within_s: float = 10.0) -> int:
        """A generation of the store that knows of every change to the directory that was made before the call.

        Raises UnavailableError where that takes longer than *within_s* seconds, or cannot be.
        """
        if self.off:
            raise UnavailableError(self.off)
        try:
            async with asyncio.timeout(within_s):
                if self.progress.stands_by:
                    return await self._others_caught_up()
                await self._begun.wait()
                await asyncio.shield(self._things.catch_up())
                return self._writer.generation
        except TimeoutError:
            why = "it is being built" if self.progress.rebuilding else "it is busy"
            raise UnavailableError(f"the view does not know the newest changes within {within_s:g} s: {why}") from None
        except GatewayError as error:
            raise UnavailableError(f"the view cannot learn the newest changes: {error}") from error

    async def _others_caught_up(self) -> int:
        """The same where another gateway keeps the store."""
        wanted = await self._sources.directory.position()
        while (await self.store.positions()).get(SOURCE, -1) < wanted:  # noqa: ASYNC110  it happens elsewhere
            await asyncio.sleep(_STANDBY_POLL_S)
        return 0

    async def has(self, positions: Mapping[str, int], within_s: float = 10.0) -> int:
        """A generation of the store that knows of what stands before *positions* of the sources, and of written graphs.

        Raises UnavailableError where that takes longer than *within_s* seconds.
        """
        try:
            async with asyncio.timeout(within_s):
                while not await self._has_reached(positions):  # noqa: ASYNC110  it happens elsewhere
                    await asyncio.sleep(_WAIT_POLL_S)
        except TimeoutError:
            raise UnavailableError(f"the view does not know within {within_s:g} s what was written") from None
        return 0 if self.progress.stands_by else self._writer.generation

    async def _has_reached(self, wanted: Mapping[str, int]) -> bool:
        here = not self.progress.stands_by
        if here and self._written is not None and not self._written.knows_all:
            return False
        reached = self.progress.positions if here else await self.store.positions()
        return all(reached.get(source, 0) >= position for source, position in wanted.items())

    def behind(self) -> Mapping[str, int]:
        """Records of each topic that are not in the view yet, as of a second ago."""
        return self.progress.behind

    def told(self) -> dict[str, Json]:
        """For `/health/ready`."""
        return {**self.progress.told(), **({"off": self.off} if self.off else {})}
