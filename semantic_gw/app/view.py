"""The view and the graph store that it is kept in, made from settings and kept running."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry

from semantic_gw.app.parts import Parts
from semantic_gw.app.waiting import until_there
from semantic_gw.contracts import Bus
from semantic_gw.directory.directory import Directory
from semantic_gw.errors import ConfigurationError
from semantic_gw.model import Json
from semantic_gw.settings import Settings
from semantic_gw.shipped import ONTOLOGIES
from semantic_gw.stores.opening import open_store
from semantic_gw.view.feeder import Sources, View
from semantic_gw.view.lead import Claim
from semantic_gw.view.progress import ViewMetrics
from semantic_gw.view.vocabulary import load_vocabulary

_log = logging.getLogger(__name__)

_OWN_STORE: Final = "embedded"
"""The store that no other gateway shares."""


class ViewParts:
    """The view. One for each process."""

    def __init__(
        self, parts: Parts, directory: Directory, bus: Bus, registry: CollectorRegistry, *, written: str = ""
    ) -> None:
        """*written* is the topic of graphs that others may write. Raises ConfigurationError."""
        settings = parts.settings
        self._enabled = settings.view.enabled
        self.store = open_store(settings.store)
        topics = [settings.bus.topic(name) for name in settings.view.topics]
        vocabulary = load_vocabulary(_ontologies(settings.view.ontologies), settings.base_iri)
        below = tuple(writer.prefix for writer in settings.sparql.writers.values())
        self.view = View(
            self.store,
            Sources(directory, bus, topics, vocabulary, written, below),
            ViewMetrics(registry),
            base_iri=settings.base_iri,
            window_s=settings.view.window_s,
            claim=_claim(settings, directory),
        )
        self._is_started = False

    async def run(self, ready: asyncio.Event) -> None:
        """Start the store, and keep the view from when the directory is *ready*; ends where there is to be none.

        What it cannot do is told, and ends nothing else.
        """
        if not self._enabled:
            self.view.off = "there is no view: view.enabled is false"
            return
        try:
            await until_there(self._start, "the graph store is away; retrying", told=self.view.progress.is_away)
        except ConfigurationError as error:
            _log.error("there is no view, and no answer in SPARQL", extra={"error": str(error)})
            self.view.off = f"there is no view: {error}"
            return
        await ready.wait()
        await self.view.run()

    async def _start(self) -> None:
        await self.store.start()
        self._is_started = True

    async def close(self) -> None:
        """Stop the store, in a bounded time."""
        if self._is_started:
            await self.store.stop()

    def told(self) -> dict[str, Json]:
        """For `/health/ready`: how far the view is."""
        return self.view.told()


def _ontologies(folders: Sequence[Path]) -> list[Path]:
    for folder in folders:
        if not folder.is_dir():
            raise ConfigurationError(f"view.ontologies: {folder} is no folder")
    return [path for folder in (ONTOLOGIES, *folders) for path in sorted(folder.glob("*.ttl"))]


def _claim(settings: Settings, directory: Directory) -> Claim | None:
    """The right to keep a store that the gateways of a directory share."""
    if settings.store.kind == _OWN_STORE:
        return None
    duty = f"view {settings.store.kind} {settings.store.remote.url}"
    return partial(directory.claim, duty, uuid.uuid4().hex)
