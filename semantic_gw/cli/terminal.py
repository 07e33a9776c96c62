"""What goes to the terminal: results on standard output, everything else on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from semantic_gw.app.parts import increasing_clock
from semantic_gw.codecs.capture import BadLine, CaptureRecord, read_captures
from semantic_gw.errors import ConfigurationError
from semantic_gw.model import Json

errors = Console(stderr=True)
output = Console()


def write_json(value: Json) -> None:
    """One JSON value a line on standard output."""
    sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")


def write_bytes(value: bytes) -> None:
    sys.stdout.buffer.write(value if value.endswith(b"\n") else value + b"\n")


def progress(title: str) -> Progress:
    """A progress bar on standard error; nothing where that is no terminal."""
    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal)


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
