"""All graphs in one file, so that a start need not begin with nothing.

The file is a header of one line in JSON, a zlib stream of the graphs (each is the lengths of its name and its
triples, then these), and the BLAKE2b hash of all that. It is written beside
its place, and put there when it is on the disk.
"""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from semantic_gw.model import IRI

_FORMAT: Final = 1
_LENGTHS: Final = struct.Struct("!IQ")
_HASH_BYTES: Final = 32
_LEVEL: Final = 1
"""Of zlib: a tenth of the size for a second of CPU time per 100 MB; more costs more than it saves."""

_READ_AT_ONCE: Final = 1024 * 1024


class Header(msgspec.Struct, frozen=True):
    """What the graphs are. The bytes are of another version of the software where *format* is another."""

    generation: int
    positions: dict[str, int]
    graphs: int
    format: int = _FORMAT


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a file holds."""

    header: Header
    graphs: dict[IRI, bytes]


class DamagedError(Exception):
    """A file that is no snapshot, or not a whole one."""


def write(path: Path, header: Header, graphs: Iterable[tuple[IRI, bytes]]) -> None:
    """Put a snapshot in the place of the one at *path*. Raises OSError; then the old one stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with beside.open("wb") as file:
            _write_to(file, header, graphs)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _write_to(file: BinaryIO, header: Header, graphs: Iterable[tuple[IRI, bytes]]) -> None:
    digest, packer = hashlib.blake2b(digest_size=_HASH_BYTES), zlib.compressobj(_LEVEL)
    head = msgspec.json.encode(header) + b"\n"
    for part in _parts(head, graphs, packer):
        digest.update(part)
        file.write(part)
    file.write(digest.digest())


def _parts(head: bytes, graphs: Iterable[tuple[IRI, bytes]], packer: zlib._Compress) -> Iterator[bytes]:
    yield head
    for graph, triples in graphs:
        name = graph.encode()
        yield packer.compress(_LENGTHS.pack(len(name), len(triples)) + name + triples)
    yield packer.flush()


def _sync_folder(folder: Path) -> None:
    """Have the new name of the file survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(path: Path) -> Snapshot | None:
    """The snapshot at *path*; None where there is none. Raises DamagedError, OSError."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    body, digest = content[:-_HASH_BYTES], content[-_HASH_BYTES:]
    if hashlib.blake2b(body, digest_size=_HASH_BYTES).digest() != digest:
        raise DamagedError(f"{path} is not what was written: its checksum is another")
    head, _, packed = body.partition(b"\n")
    try:
        header = msgspec.json.decode(head, type=Header)
    except msgspec.DecodeError as error:
        raise DamagedError(f"{path} has no header that can be read: {error}") from None
    if header.format != _FORMAT:
        raise DamagedError(f"{path} has format {header.format}; this version reads {_FORMAT}")
    return Snapshot(header, dict(_graphs(_Unpacked(packed))))


class _Unpacked:
    """A zlib stream as a file; a small part of it is unpacked at a time."""

    def __init__(self, packed: bytes) -> None:
        self._packed = BytesIO(packed)
        self._packer = zlib.decompressobj()
        self._ready = bytearray()

    def take(self, length: int) -> bytes:
        """The next *length* bytes; less at the end."""
        while len(self._ready) < length and (packed := self._packed.read(_READ_AT_ONCE)):
            self._ready += self._packer.decompress(packed)
        taken = bytes(self._ready[:length])
        del self._ready[:length]
        return taken


def _graphs(unpacked: _Unpacked) -> Iterator[tuple[IRI, bytes]]:
    while lengths := unpacked.take(_LENGTHS.size):
        name, triples = _LENGTHS.unpack(lengths)
        yield unpacked.take(name).decode(), unpacked.take(triples)
