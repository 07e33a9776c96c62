"""What judges: shape sets compiled together, and the policies. One version, never changed, only replaced as a whole."""

from __future__ import annotations

import tempfile
from collections.abc import Collection as Names
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from semantic_gw.errors import ConfigurationError, ShapeError
from semantic_gw.model import Triple
from semantic_gw.settings import ShapesSettings
from semantic_gw.shape_sets.policies import Policies
from semantic_gw.shape_sets.shape_set import ShapeSet, sets_of_files
from semantic_gw.shape_sets.store import State
from semantic_gw.validators import CompiledShapes, compile_shapes
from semantic_gw.validators.engines import ENGINES


@dataclass(frozen=True, slots=True)
class Compiler:
    """Compiles shape sets before *background*; what SHACL Core does not have goes to *engine* (`shapes.engine`)."""

    background: tuple[Triple, ...]
    engine: str

    def compile(self, sets: Iterable[ShapeSet]) -> CompiledShapes:
        """All shapes of *sets* as one graph. Raises ShapeError, which names the file (or the set) and the node."""
        with tempfile.TemporaryDirectory(prefix="shapes-") as folder:
            paths = [_placed(set_, Path(folder) / str(number)) for number, set_ in enumerate(sets)]
            try:
                return compile_shapes(paths, self.background, engine=ENGINES[self.engine])
            except ShapeError as error:
                raise ShapeError(_told(str(error), paths, Path(folder))) from error


@dataclass(frozen=True, slots=True)
class Base:
    """What comes from files and settings: shape sets by name, policies, and how shapes are compiled."""

    sets: Mapping[str, ShapeSet]
    policies: Policies
    compiler: Compiler

    @classmethod
    def of(cls, settings: ShapesSettings, background: tuple[Triple, ...]) -> Self:
        """Raises ShapeError, ConfigurationError."""
        return cls(sets_of_files(settings.folders), Policies(settings), Compiler(background, settings.engine))


@dataclass(frozen=True, slots=True)
class Collection:
    """All shape sets, compiled, and the policies. *position* is that of the newest change in it."""

    position: int
    sets: Mapping[str, ShapeSet]
    shapes: CompiledShapes
    policies: Policies

    @property
    def hash(self) -> str:
        """16 hexadecimal digits: what records are stamped with."""
        return self.shapes.content_hash


class UnknownSetError(ConfigurationError):
    """A rule of the policies names a set that there is not."""


def build(base: Base, state: State | None, known: Collection | None = None) -> Collection:
    """Compile what *base* and *state* have; shapes that *known* has of the same sets are not compiled again.

    A state of None is not known: rules may then name any set. Raises ShapeError, and ConfigurationError for names that
    collide, or that nothing has.
    """
    stored = state or State()
    sets = _joined(base.sets, stored.sets)
    policies = stored.policies or base.policies
    if state is not None:
        check_policies(policies, sets.keys())
    same = known is not None and _contents(known.sets) == _contents(sets)
    shapes = known.shapes if known is not None and same else base.compiler.compile(sets.values())
    return Collection(stored.position, sets, shapes, policies)


def check_policies(policies: Policies, sets: Names[str]) -> None:
    """Raises UnknownSetError for a rule that names none of *sets*."""
    if unknown := [name for name in policies.sets if name not in sets]:
        there = ", ".join(sorted(sets))
        raise UnknownSetError(f"a rule for results names no shape set: {', '.join(unknown)}; there are {there}")


def _placed(set_: ShapeSet, folder: Path) -> Path:
    """A file that has what *set_* has: its own, or one in *folder*."""
    if set_.path is not None and set_.path.exists() and set_.path.read_bytes() == set_.content:
        return set_.path
    folder.mkdir()
    path = folder / f"{set_.name}.ttl"
    path.write_bytes(set_.content)
    return path


def _told(message: str, paths: Iterable[Path], folder: Path) -> str:
    """*message* without the folders of files that nobody else knows."""
    for path in paths:
        if folder in path.parents:
            message = message.replace(str(path), path.name)
    return message


def _joined(files: Mapping[str, ShapeSet], managed: Mapping[str, ShapeSet]) -> dict[str, ShapeSet]:
    if twice := files.keys() & managed.keys():
        named = ", ".join(sorted(twice))
        raise ConfigurationError(f"the shape set {named} is managed, and a file has that name, too: rename the file")
    return {**files, **managed}


def _contents(sets: Mapping[str, ShapeSet]) -> list[tuple[str, bytes]]:
    return [(name, set_.content) for name, set_ in sets.items()]
