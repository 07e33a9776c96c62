"""When the snapshot is written, and by whom: a forked process, so that updates need not wait."""

from __future__ import annotations

import contextlib
import os
import select
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from semantic_gw.confined.files import close_all_but
from semantic_gw.model import IRI
from semantic_gw.stores.embedded.snapshot import DamagedError, Header, Snapshot, read, write

_NICE: Final = 10
_DONE: Final = b"."

Graphs = Iterable[tuple[IRI, bytes]]


@dataclass(frozen=True, slots=True)
class _Writer:
    """A process that writes the snapshot of a generation; it says `_DONE` over a pipe, or nothing."""

    generation: int
    pipe: int

    @property
    def is_done(self) -> bool:
        return bool(select.select([self.pipe], [], [], 0)[0])


class Keeping:
    """Keeps what the owner holds at *path*, at most every *period_s* seconds. Empty, or 0: nothing is kept."""

    def __init__(self, path: str, period_s: float) -> None:
        self._path = Path(path) if path and period_s else None
        self._period_s = period_s
        self._last = time.monotonic()
        self._writer: _Writer | None = None
        self._kept = 0

    def found(self) -> Snapshot | None:
        """What was kept; a file that cannot be used is told of, and left as it is until the next snapshot."""
        if self._path is None:
            return None
        for leftover in self._path.parent.glob(f"{self._path.name}.*.tmp"):
            leftover.unlink(missing_ok=True)
        try:
            return read(self._path)
        except (DamagedError, OSError) as error:
            _tell(f"the snapshot cannot be used, so the store starts with nothing: {error}")
            return None

    def is_known(self, generation: int) -> None:
        """The file holds as much as *generation*."""
        self._kept = generation

    def due_in(self, generation: int) -> float | None:
        """How long until a snapshot is to be written, in seconds; None where nothing changed."""
        if self._path is None or generation == self._kept:
            return None
        return max(self._last + self._period_s - time.monotonic(), 0.0)

    def keep(self, header: Header, graphs: Graphs) -> None:
        """Write the snapshot now. What goes wrong is told of."""
        self._hear_writer()
        if self._path is not None and header.generation != self._kept and _written(self._path, header, graphs):
            self._kept = header.generation

    def keep_in_background(self, header: Header, graphs: Graphs) -> None:
        """Have another process write the snapshot, unless one is at it."""
        self._last = time.monotonic()
        if self._path is None or (self._writer and not self._writer.is_done):
            return
        self._hear_writer()
        if header.generation == self._kept:
            return
        try:
            self._writer = _writer(self._path, header, graphs)
        except OSError as error:  # no room for a process: the next one may find some
            _tell(f"the snapshot cannot be written: {error}")

    def _hear_writer(self) -> None:
        """Wait for the writer, and learn whether it is done."""
        if self._writer:
            if os.read(self._writer.pipe, 1) == _DONE:
                self._kept = self._writer.generation
            os.close(self._writer.pipe)
        self._writer = None


def _writer(path: Path, header: Header, graphs: Graphs) -> _Writer:
    """A process that writes. Raises OSError."""
    pipe, theirs = os.pipe()
    try:
        if os.fork() == 0:
            _write_and_end(path, header, graphs, theirs)
    except OSError:
        os.close(pipe)
        raise
    finally:
        os.close(theirs)
    return _Writer(header.generation, pipe)


def _write_and_end(path: Path, header: Header, graphs: Graphs, pipe: int) -> NoReturn:
    try:
        close_all_but(pipe)
        os.nice(_NICE)
        if _written(path, header, graphs):
            os.write(pipe, _DONE)
    finally:
        os._exit(0)


def _written(path: Path, header: Header, graphs: Graphs) -> bool:
    try:
        write(path, header, graphs)
    except OSError as error:
        _tell(f"the snapshot cannot be written: {error}")
        return False
    return True


def _tell(what: str) -> None:
    """The gateway logs it; where there is none any more, nobody wants to know."""
    with contextlib.suppress(OSError):
        print(what, file=sys.stderr, flush=True)  # noqa: T201
