"""All mappings that a gateway works by: read from folders, and read again, whatever is wrong with one of them.

A mapping that cannot be read, compiled, or does not lift its own examples leaves the one in use that was there before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from semantic_gw.contracts import Describer
from semantic_gw.describers.fields import FieldDescriber
from semantic_gw.errors import ConfigurationError
from semantic_gw.model import IRI
from semantic_gw.pipeline.family import Families, Family
from semantic_gw.pipeline.manifests import (
    BASE_IRI,
    Manifest,
    check_settings,
    family_of,
    liked,
    mapping_files,
    read_manifest,
)
from semantic_gw.settings import FamilySettings


@dataclass(frozen=True, slots=True)
class Mappings:
    """What the pipeline knows of families: taken into use as one."""

    families: Families
    describers: Mapping[str, Describer]
    """By the names that manifests have for them."""
    fields: Mapping[str, FieldDescriber]
    """By family."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A file that is not in use, and why; what was there before is."""

    path: Path
    error: str
    since: datetime
    family: str = ""
    """The family that it would be, where it can be told."""


@dataclass(frozen=True, slots=True)
class Known:
    """One mapping in use, and what it was made of."""

    manifest: Manifest
    family: Family
    made_of: tuple[str, ...]
    """Hashes of its own files, and of the one that it is like."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The mappings in use, in the order in which they are asked, and the files that are not."""

    known: tuple[Known, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def families(self) -> Families:
        return Families(one.family for one in self.known)


Proof = Callable[[Sequence[Known], Sequence[Known]], Iterable[tuple[Path, str]]]
"""Of all mappings, what is wrong with the second ones, which are new: files that do not lift their own examples."""


@dataclass(frozen=True, slots=True)
class Folders:
    """Where mappings are, first those that take the place of others."""

    paths: tuple[Path, ...]
    settings: Mapping[str, FamilySettings] = field(default_factory=dict)
    base_iri: IRI = BASE_IRI

    def stamps(self) -> dict[Path, tuple[int, int]]:
        """When each file in the folders changed, and its size in bytes: cheap to compare."""
        found = {}
        for folder in self.paths:
            for path in (*folder.glob("*"), *folder.glob("*/*"), *folder.glob("*/examples/*")):
                status = path.stat(follow_symlinks=True) if path.is_file() else None
                if status is not None:
                    found[path] = (status.st_mtime_ns, status.st_size)
        return found

    def load(self) -> Catalogue:
        """The mappings that are there. Raises ConfigurationError where one has a fault, or settings are for none."""
        found = self.renewed(Catalogue(), lambda _all, _new: (), datetime.min.replace(tzinfo=UTC))
        if found.faults:
            raise ConfigurationError(found.faults[0].error)
        check_settings(self.settings, (one.manifest.id for one in found.known))
        return found

    def renewed(self, before: Catalogue, proof: Proof, now: datetime) -> Catalogue:
        """The mappings that are there now, those of *before* in the place of what has a fault; *proof* tries the rest.

        What has a fault may have taken the place of another one of its name: all is put together anew without it.
        """
        old = {one.manifest.path: one for one in before.known}
        read, faults = self._read()
        while True:
            count = len(faults)
            known = self._put_together(read, old, faults)
            if len(faults) == count:
                new = [one for one in known if old.get(one.manifest.path) is not one]
                faults |= dict(proof(known, new))
            if len(faults) == count:
                break
        told = {fault.path: fault for fault in before.faults}
        families = {one.path: one.id for one in (*(known.manifest for known in before.known), *read.values())}
        found = (
            replace(told.get(path, Fault(path, error, now)), error=error, family=families.get(path, ""))
            for path, error in faults.items()
        )
        return Catalogue(known, tuple(found))

    def _read(self) -> tuple[dict[Path, Manifest], dict[Path, str]]:
        """What files say, and what is wrong with the others."""
        manifests, faults = {}, {}
        for path in self._files():
            try:
                manifests[path] = read_manifest(path)
            except ConfigurationError as error:
                faults[path] = str(error)
        return manifests, faults

    def _files(self) -> Iterator[Path]:
        return (path for folder in self.paths for path in mapping_files(folder))

    def _put_together(
        self, read: Mapping[Path, Manifest], old: Mapping[Path, Known], faults: dict[Path, str]
    ) -> tuple[Known, ...]:
        """All that are there and have no fault, else the *old* ones; new *faults* are added."""
        wanted: dict[str, Manifest] = {}
        for path in self._files():
            manifest = read.get(path) if path not in faults else old[path].manifest if path in old else None
            there = wanted.setdefault(manifest.id, manifest) if manifest is not None else None
            if there is not manifest and there is not None and there.folder.parent == (manifest or there).folder.parent:
                faults[path] = f"{path}: a family {there.id!r} is there already: {there.path}"
        built = (self._built(one, wanted, old.get(one.path), faults) for one in wanted.values())
        return tuple(one for one in built if one is not None)

    def _built(
        self, manifest: Manifest, others: Mapping[str, Manifest], old: Known | None, faults: dict[Path, str]
    ) -> Known | None:
        """*old* where nothing changed; None, and a fault, where it cannot be compiled."""
        other = liked(manifest, others)
        made_of = (manifest.hash, *([other.hash] if other is not None else []))
        if old is not None and (old.made_of == made_of or manifest.path in faults):
            return old
        try:
            return Known(manifest, family_of(manifest, others, self.settings, self.base_iri), made_of)
        except ConfigurationError as error:
            faults[manifest.path] = str(error)
            return None


def load_families(
    folders: Iterable[Path], settings: Mapping[str, FamilySettings], base_iri: IRI = BASE_IRI
) -> Families:
    """The families of *folders*: one of an earlier folder takes the place of one with its id in a later one.

    Raises ConfigurationError naming the file and the fault.
    """
    return Folders(tuple(folders), settings, base_iri).load().families
