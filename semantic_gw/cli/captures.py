"""Captures as a command's arguments: files of records, or standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from semantic_gw.app.parts import increasing_clock
from semantic_gw.codecs.capture import BadLine, CaptureRecord, read_captures
from semantic_gw.errors import ConfigurationError


def capture_records(paths: Iterable[Path]) -> Iterator[CaptureRecord | BadLine]:
    """The records of capture files (`-` is standard input), lazily; a line that is none comes as its complaint."""
    clock = increasing_clock()
    for path in paths:
        if str(path) == "-":
            yield from read_captures(sys.stdin.buffer, clock=clock)
            continue
        try:
            with path.open("rb") as file:
                yield from read_captures(file, clock=clock)
        except OSError as error:
            raise ConfigurationError(f"{path}: {error.strerror}") from error


def count_lines(paths: Iterable[Path]) -> int | None:
    """How many lines *paths* have, for the progress bar; None for standard input."""
    total = 0
    for path in paths:
        if str(path) == "-" or not path.is_file():
            return None
        with path.open("rb") as file:
            total += sum(1 for line in file if line.strip())
    return total
