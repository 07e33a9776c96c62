"""A shape set: Turtle under a name, from a file of the operator's or ours, or managed through the API."""

from __future__ import annotations

import enum
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from semantic_gw.errors import ConfigurationError, RefusedError, ShapeError
from semantic_gw.shipped import SHAPES

POLICIES: Final = "policies"
"""The name under which the policies are kept, versioned as shape sets are."""

RESERVED: Final = (POLICIES, "audit", "dry-run")
"""What stands in the place of a set's name under `/shapes`."""

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class ReadOnlySetError(RefusedError):
    """The set comes from a file, which the API does not change."""


class Origin(enum.StrEnum):
    """Where a shape set comes from."""

    SHIPPED = "shipped"
    FOLDER = "folder"
    MANAGED = "managed"


@dataclass(frozen=True, slots=True)
class ShapeSet:
    """One shape set. *content* is Turtle; *version*, *modified* (UTC) and *by* are those of a managed set, *path* is
    where the others were read.
    """

    name: str
    origin: Origin
    content: bytes
    version: int = 0
    modified: datetime | None = None
    by: str = ""
    path: Path | None = None

    @property
    def hash(self) -> str:
        return content_hash(self.content)

    @classmethod
    def of_file(cls, path: Path, origin: Origin) -> Self:
        """Raises ShapeError where *path* cannot be read."""
        try:
            return cls(path.stem, origin, path.read_bytes(), path=path)
        except OSError as error:
            raise ShapeError(f"{path}: {error.strerror}") from error


def content_hash(content: bytes) -> str:
    """16 hexadecimal digits: the entity tag of a set.

    >>> content_hash(b"")
    'e4a6a0577479b2b4'
    """
    return hashlib.blake2b(content, digest_size=8).hexdigest()


def is_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None


def check_name(name: str) -> None:
    """Raises RefusedError for what is no name of a set."""
    if not is_name(name):
        raise RefusedError(f"{name[:100]!r} is no name of a shape set: 1 to 100 letters, digits, dots, - and _")
    if name in RESERVED:
        raise RefusedError(f"a shape set cannot be called {name}: that is a resource of its own")


def sets_of_files(folders: Iterable[Path]) -> dict[str, ShapeSet]:
    """The sets that ship with the gateway, and those of *folders*, by name.

    Raises ShapeError where one cannot be read, ConfigurationError where two have one name.
    """
    found: dict[str, Path] = {}
    sets: dict[str, ShapeSet] = {}
    for folder in (SHAPES, *folders):
        for path in sorted(folder.glob("*.ttl")):
            if path.stem in found:
                raise ConfigurationError(f"two shape sets are called {path.stem}: {found[path.stem]} and {path}")
            found[path.stem] = path
            sets[path.stem] = ShapeSet.of_file(path, Origin.SHIPPED if folder is SHAPES else Origin.FOLDER)
    return sets
