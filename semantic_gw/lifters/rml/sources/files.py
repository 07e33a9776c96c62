"""Files of a mapping: where they are, and their bytes, unpacked within bounds."""

from __future__ import annotations

import codecs
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, cast

from semantic_gw.errors import LiftingError, MappingError
from semantic_gw.lifters.rml.model import Compression, File, Place

MOST_UNPACKED: Final = 8 * 1024**3
"""Bytes that a packed file may unpack to."""

_ENCODINGS: Final = frozenset({"ascii", "utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32"}).union(
    (f"iso8859-{part}" for part in range(1, 17)), (f"cp125{part}" for part in range(9))
)
"""Encodings that are read, by Python's names."""


def find(file: File, folder: Path, place: Place, *, outside: bool) -> Path:
    """The path of *file* for a mapping in *folder*. Raises MappingError where it is not below, but for *outside*."""
    base = folder / file.root
    path = (base / file.path).resolve()
    if not outside and not path.is_relative_to(folder.resolve()):
        raise MappingError(
            f"{place}: {file.path} is outside of the mapping's folder {folder}; allow it with --allow-outside"
        )
    if not path.is_file():
        raise MappingError(f"{place}: there is no file {file.path} in {base}")
    return path


def encoding(file: File, place: Place) -> str:
    """Python's name of the encoding of *file*; a byte order mark is skipped. Raises MappingError for an unknown one."""
    try:
        name = codecs.lookup(file.encoding).name
    except LookupError:
        name = ""
    if name not in _ENCODINGS:
        raise MappingError(f"{place}: there is no encoding {file.encoding!r}; there are UTF-8, UTF-16, ISO-8859-1, …")
    return "utf-8-sig" if name == "utf-8" else name


@contextmanager
def opened(path: Path, compression: Compression, place: Place) -> Iterator[IO[bytes]]:
    """The bytes of the file at *path*, unpacked. Raises LiftingError where it is not packed like that."""
    try:
        with path.open("rb") as packed, _unpacked(packed, compression) as unpacked:
            yield unpacked if compression is Compression.NONE else io.BufferedReader(_Bounded(unpacked, place))
    except (zipfile.BadZipFile, tarfile.TarError, lzma.LZMAError, zlib.error, gzip.BadGzipFile, EOFError) as error:
        raise LiftingError(f"{place}: {path.name} cannot be unpacked as {compression}: {error}") from None
    except OSError as error:
        raise LiftingError(f"{place}: {path.name}: {error.strerror or error}") from None


@contextmanager
def _unpacked(packed: IO[bytes], compression: Compression) -> Iterator[IO[bytes]]:
    if compression is Compression.NONE:
        yield packed
    elif compression is Compression.GZIP:
        with gzip.open(packed) as unpacked:
            yield cast("IO[bytes]", unpacked)
    elif compression is Compression.ZIP:
        with zipfile.ZipFile(packed) as archive, archive.open(_only([*_zipped(archive)])) as unpacked:
            yield unpacked
    else:
        mode = "gz" if compression is Compression.TAR_GZIP else "xz"
        with tarfile.open(fileobj=packed, mode=f"r:{mode}") as archive:  # type: ignore[call-overload]
            yield _member(archive)


def _zipped(archive: zipfile.ZipFile) -> Iterator[str]:
    return (each.filename for each in archive.infolist() if not each.is_dir())


def _only(names: list[str]) -> str:
    if len(names) != 1:
        raise zipfile.BadZipFile(f"it holds {len(names)} files, where one is wanted")
    return names[0]


def _member(archive: tarfile.TarFile) -> IO[bytes]:
    members = [each for each in archive if each.isfile()]
    unpacked = archive.extractfile(members[0]) if len(members) == 1 else None
    if unpacked is None:
        raise tarfile.ReadError(f"it holds {len(members)} files, where one is wanted")
    return unpacked


class _Bounded(io.RawIOBase):
    """Reads no more than MOST_UNPACKED bytes."""

    def __init__(self, unpacked: IO[bytes], place: Place) -> None:
        self._unpacked = unpacked
        self._place = place
        self._left = MOST_UNPACKED

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        found = self._unpacked.read(len(buffer))
        self._left -= len(found)
        if self._left < 0:
            raise LiftingError(f"{self._place}: it unpacks to more than {MOST_UNPACKED} bytes")
        buffer[: len(found)] = found
        return len(found)
