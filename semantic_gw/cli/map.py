"""`semantic-gw map`: an RML or YARRRML document over the files it names, as N-Quads."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated

import typer

from semantic_gw.errors import LiftingError, MappingError
from semantic_gw.lifters.rml.batch import lines
from semantic_gw.lifters.rml.distinct import Distinct
from semantic_gw.lifters.rml.interpreter import BASE
from semantic_gw.lifters.rml.load import load
from semantic_gw.lifters.rml.model import Mapping
from semantic_gw.lifters.rml.names import is_absolute
from semantic_gw.lifters.rml.notes import Notes
from semantic_gw.lifters.rml.sources import open_sources

_EVERY = 20_000
"""Quads between two signs of progress."""


def map(  # noqa: A001  the command's name
    mapping: Annotated[Path, typer.Argument(metavar="MAPPING", help="An RML document (Turtle) or a YARRRML document.")],
    base_iri: Annotated[
        str | None, typer.Option(metavar="IRI", help="What is put before relative IRIs.", show_default=BASE)
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first data error.")] = False,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where the N-Quads go; without, to standard output.")
    ] = None,
    allow_outside: Annotated[
        bool, typer.Option("--allow-outside", help="Let the mapping name files outside of its own folder.")
    ] = False,
) -> None:
    """Run a mapping over the files it names and write N-Quads, each quad once.

    Exit code 1 tells of data errors, 2 of a mapping that cannot be run. Files are relative to the mapping.

    [dim]semantic-gw map lamp.rml.ttl --base-iri https://example.com/ --output lamps.nq[/]
    """
    found = _read(mapping, base_iri)
    documents = open_sources(found, mapping.parent, outside=allow_outside)
    forgiving = found.forgiving
    notes = Notes(strict=strict and not forgiving)
    try:
        with _written(output) as file, Distinct() as distinct:
            for text in _counted(lines(found, documents, notes, base_iri or BASE)):
                if distinct.is_new(text):
                    file.write(text.encode("utf-8"))
    except LiftingError as error:
        _tell(f"data error: {error}")
        raise typer.Exit(1) from None
    _tell_all(notes, found)
    raise typer.Exit(1 if notes.failed and not forgiving else 0)


def _read(path: Path, base_iri: str | None) -> Mapping:
    """The mapping at *path*. Raises MappingError."""
    if base_iri is not None and not is_absolute(base_iri):
        raise MappingError(f"--base-iri {base_iri} is no absolute IRI")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise MappingError(f"{path}: {error.strerror}") from None
    return load(content, str(path), base_iri)


@contextmanager
def _written(path: Path | None) -> Iterator[IO[bytes]]:
    """Where lines go: standard output, or a file that is there when all went well, and not before."""
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise MappingError(f"--output {path}: {error.strerror}") from None
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _counted(lines: Iterable[str]) -> Iterator[str]:
    """*lines*, with their number on a terminal."""
    shown = sys.stderr.isatty()
    for number, text in enumerate(lines, 1):
        if shown and number % _EVERY == 0:
            sys.stderr.write(f"\r{number} quads")
        yield text
    if shown:
        sys.stderr.write("\r\x1b[K")


def _tell(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


def _tell_all(notes: Notes, mapping: Mapping) -> None:
    """Tell what the run has to tell besides its quads."""
    kind = "left out" if mapping.forgiving else "data error"
    for error in notes.told:
        _tell(f"{kind}: {error}")
    if notes.failed > len(notes.told):
        _tell(f"{kind}: and {notes.failed - len(notes.told)} more")
    for sentence in notes.never_found():
        _tell(f"warning: {sentence}")
