"""Shape sets and everything that belongs to them, made from settings and kept running."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from semantic_gw.api.service import Away
from semantic_gw.api.shapes import ShapesResource
from semantic_gw.api.shapes_api import ShapesApi
from semantic_gw.app.parts import Parts
from semantic_gw.directory.database import Database
from semantic_gw.errors import ConfigurationError
from semantic_gw.model import Json
from semantic_gw.pipeline.metrics import ShapesGauges
from semantic_gw.sandbox import Sandbox
from semantic_gw.settings import Settings
from semantic_gw.shape_sets.collection import Collection
from semantic_gw.shape_sets.description import running_version
from semantic_gw.shape_sets.running import Running, stored_collection
from semantic_gw.shape_sets.shape_sets import ShapeSets
from semantic_gw.shape_sets.workshop import Workshop

_log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


class ShapesParts:
    """What the pipeline judges by, from files, settings and the database. One for each process."""

    def __init__(self, parts: Parts, database: Database, gauges: ShapesGauges, *, clock: Clock) -> None:
        self._parts = parts
        self._gauges = gauges
        settings = parts.settings.shapes
        sandbox = Sandbox(deadline_s=settings.deadline_s, memory_bytes=settings.memory_bytes)
        self._workshop = Workshop(sandbox, patience_s=settings.deadline_s)
        self.running = Running(database, parts.base, parts.collection, clock=clock)
        self.sets = ShapeSets(database, self.running, settings, self._workshop, clock=clock)
        self._reloads: set[asyncio.Task[None]] = set()
        self.running.listeners.append(self._use)
        gauges.use(parts.collection.hash, parts.collection.policies.hash, 0)

    def _use(self, collection: Collection) -> None:
        self._parts.pipeline.use(collection.shapes, collection.policies)
        self._gauges.use(collection.hash, collection.policies.hash, collection.position)

    def api(self) -> ShapesApi:
        """The shape sets over HTTP."""
        settings = self._parts.settings
        return ShapesApi(ShapesResource(self.sets, settings.shapes), settings.http)

    def told(self) -> dict[str, Json]:
        """Which version runs, for `/health/ready`."""
        return running_version(self.running.collection, self.running.failure)

    def away(self) -> Sequence[Away]:
        """Why nothing may be judged yet; empty when it may."""
        failure = self.running.failure
        if self.running.is_open:
            return ()
        if failure is not None:
            return (Away("shapes", failure.since, failure.error),)
        return (Away("shapes", None, "the shape sets are still being read"),)

    def ask_to_reload(self) -> None:
        """Have settings and folders of shapes read once more, soon."""
        task = asyncio.get_running_loop().create_task(self.reload())
        self._reloads.add(task)
        task.add_done_callback(self._reloads.discard)

    async def reload(self) -> None:
        """Read settings and folders of shapes once more; what is wrong with them is told, and changes nothing."""
        try:
            changed = await self.running.reload(Settings().shapes)
        except (ConfigurationError, ValueError, OSError) as error:  # no TOML, or none of ours
            _log.error("the settings of shapes cannot be used; all stays as it is", extra={"error": str(error)})
        else:
            stored = self.running.has_stored_policies
            _log.info("the settings of shapes were read again", extra={"changed": changed, "policies_stored": stored})

    def close(self) -> None:
        self._workshop.close()


async def learn_shapes(parts: Parts, database: Database) -> None:
    """Have the pipeline judge by what is stored, too. Raises ConfigurationError, UnavailableError."""
    collection = await stored_collection(database, parts.base, parts.collection)
    parts.pipeline.use(collection.shapes, collection.policies)
