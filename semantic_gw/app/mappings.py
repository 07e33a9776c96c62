"""Mappings of a gateway that runs: read again when their files change, tried on their examples, and taken into use."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from semantic_gw.api.mappings import MappingsApi, MappingsResource
from semantic_gw.app.parts import Parts, describers_of, field_describers, mapping_folders
from semantic_gw.directory.known_things import KnownThings
from semantic_gw.errors import ConfigurationError, MappingError
from semantic_gw.model import IRI, Json
from semantic_gw.pipeline.examples import examples, faults
from semantic_gw.pipeline.family import Families, Family
from semantic_gw.pipeline.mapped_family import checked
from semantic_gw.pipeline.mappings import Catalogue, Fault, Known, Mappings
from semantic_gw.pipeline.metrics import Metrics
from semantic_gw.pipeline.pipeline import Pipeline
from semantic_gw.pipeline.readings import ReadingStage
from semantic_gw.sandbox import Sandbox

_log = logging.getLogger(__name__)


class MappingsParts:
    """The mappings in use. One for each process. Those whose messages can never conform are not among them."""

    def __init__(self, parts: Parts, metrics: Metrics, *, clock: Callable[[], datetime]) -> None:
        self._parts = parts
        self._gauges = metrics.mappings
        self._unknown = metrics.unknown
        self._clock = clock
        self._folders = mapping_folders(parts.settings)
        self._stamps: dict[Path, tuple[int, int]] = {}
        """What the files looked like; none yet, so that nothing is missed that changed since the start."""
        self._asked = asyncio.Event()
        settings = parts.settings
        memory_bytes = settings.shapes.memory_bytes
        self._sandbox = Sandbox(deadline_s=settings.mappings_dry_run_s, memory_bytes=memory_bytes)
        self._mappings = parts.mappings
        self.catalogue = self._without_hopeless(parts.catalogue)
        self._gauges.use(self.catalogue)

    def ask_to_reload(self) -> None:
        """Have the folders read once more, soon, whether anything in them changed or not."""
        self._asked.set()

    def api(self) -> MappingsApi:
        """The mappings over HTTP."""
        parts = self._parts
        resource = MappingsResource(
            lambda: self.catalogue,
            self._unknown,
            self._kinds,
            parts.pipeline,
            self._folders,
            self._sandbox,
            parts.ontology.quantity_kind,
            self._clock,
            parts.settings.mappings_dry_run_s,
        )
        return MappingsApi(resource, parts.settings.http)

    def _kinds(self, family: str, name: str) -> Sequence[IRI]:
        fields = self._mappings.fields.get(family)
        names = tuple(name.split("/"))
        return fields.quantities(names) if fields is not None else self._parts.lexicon.quantities(names)

    def close(self) -> None:
        self._sandbox.close()

    async def run(self) -> None:
        """Read the folders again whenever something in them changes; never ends by itself."""
        while True:
            asked = await self._waited()
            stamps = await asyncio.to_thread(self._folders.stamps)
            if asked or stamps != self._stamps:
                self._stamps = stamps
                await self.reload()

    async def _waited(self) -> bool:
        """Whether somebody asked, before it is time to look."""
        try:
            async with asyncio.timeout(self._parts.settings.mappings_poll_s):
                await self._asked.wait()
        except TimeoutError:
            return False
        self._asked.clear()
        return True

    async def reload(self) -> None:
        """Take into use what is good of what is there now; the rest stays as it was, and is told."""
        before = self.catalogue
        try:
            found, mappings = await asyncio.to_thread(self._renewed, before)
        except (OSError, ConfigurationError) as error:  # a folder that cannot be read
            _log.error("the mappings cannot be read; all stays as it is", extra={"error": str(error)})
            return
        if found == before:
            return
        self._parts.pipeline.use_mappings(mappings)
        self.catalogue, self._mappings = found, mappings
        self._gauges.use(found)
        _tell(before, found)

    def _renewed(self, before: Catalogue) -> tuple[Catalogue, Mappings]:
        found = self._folders.renewed(before, self._proof, self._clock())
        return found, self._put_together(found.known, before)

    def _put_together(self, known: Sequence[Known], before: Catalogue) -> Mappings:
        """What the pipeline needs for *known*; what was there already is kept. Raises ConfigurationError."""
        parts, old = self._parts, {one.family.id: one for one in before.known}
        new = [one.family for one in known if old.get(one.family.id) is not one]
        families = Families(one.family for one in known)
        fields = {**self._mappings.fields, **field_describers(new, parts.settings)}
        describers = {**self._mappings.describers, **describers_of(new, parts.lexicon, parts.settings)}
        return Mappings(families, describers, {family.id: fields[family.id] for family in families if family.readers})

    def _proof(self, known: Sequence[Known], new: Sequence[Known]) -> Iterable[tuple[Path, str]]:
        """What is wrong with each of *new*, tried on its own examples beside all others."""
        wrong = dict(self._unusable(new))
        usable = [one for one in known if one.manifest.path not in wrong]
        trial = self._trial(usable)
        for one in new:
            if one.manifest.path not in wrong and (told := _first_fault(trial, one)):
                wrong[one.manifest.path] = told
        return wrong.items()

    def _without_hopeless(self, catalogue: Catalogue) -> Catalogue:
        """*catalogue*, and from now on the pipeline, without mappings whose messages can never conform."""
        faults = []
        for one in catalogue.known:
            try:
                _require(one.family, self._parts.pipeline)
            except MappingError as error:
                faults.append(Fault(one.manifest.path, str(error), self._clock(), one.manifest.id))
        if not faults:
            return catalogue
        refused = {fault.path for fault in faults}
        found = Catalogue(tuple(one for one in catalogue.known if one.manifest.path not in refused), tuple(faults))
        self._mappings = self._put_together(found.known, catalogue)
        self._parts.pipeline.use_mappings(self._mappings)
        _tell(catalogue, found)
        return found

    def _unusable(self, new: Sequence[Known]) -> Iterator[tuple[Path, str]]:
        for one in new:
            try:
                field_describers([one.family], self._parts.settings)
                describers_of([one.family], self._parts.lexicon, self._parts.settings)
                _require(one.family, self._parts.pipeline)
            except ConfigurationError as error:
                yield one.manifest.path, str(error)

    def _trial(self, known: Sequence[Known]) -> Pipeline:
        """A pipeline that works by *known*, and knows no Thing."""
        parts = self._parts
        mappings = self._put_together(known, self.catalogue)
        families = mappings.families
        return Pipeline(
            decode=parts.codecs.decode,
            families=families,
            describers=mappings.describers,
            things=KnownThings(parts.settings.base_iri, families.ignored_members, lexicon=parts.lexicon),
            gate=parts.pipeline.gate,
            readings=ReadingStage(mappings.fields, families.guests),
        )

    def told(self) -> dict[str, Json]:
        """For `/health/ready`: how many families there are, and which files are not in use."""
        return {"families": len(self.catalogue.known), "faults": [fault_told(one) for one in self.catalogue.faults]}


def _require(family: Family, pipeline: Pipeline) -> None:
    """Raises MappingError where no message of a mapping of *family* could ever conform to the shapes."""
    if pipeline.mapped_checks is not None:
        for _, check in checked(family, pipeline.mapped_checks):
            check.require()


def fault_told(fault: Fault) -> dict[str, Json]:
    """A fault as JSON."""
    return {"file": str(fault.path), "family": fault.family, "error": fault.error, "since": fault.since.isoformat()}


def _first_fault(trial: Pipeline, one: Known) -> str:
    """What comes out otherwise of its examples that say what should."""
    for example in examples(one.family.folder):
        if example.with_suffix(".trig").exists() and (told := next(faults(trial, example), "")):
            return f"{example}: {told}"
    return ""


def _tell(before: Catalogue, found: Catalogue) -> None:
    old = {one.family.id: one.family.hash for one in before.known}
    now = {one.family.id: one.family.hash for one in found.known}
    changed = sorted(id for id in now if old.get(id) != now[id])
    _log.info("mappings were read", extra={"changed": changed, "removed": sorted(old.keys() - now.keys())})
    for fault in found.faults:
        if fault not in before.faults:
            told = {"file": str(fault.path), "error": fault.error}
            _log.error("a mapping cannot be used; what was there before stays in use", extra=told)
