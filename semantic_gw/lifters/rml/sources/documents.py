"""The documents of logical sources that are files: opened anew for each walk, so that joins can walk twice."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from semantic_gw.errors import LiftingError, MappingError
from semantic_gw.lifters.rml.model import File, Formulation, LogicalSource, Mapping, Stream
from semantic_gw.lifters.rml.sources import files, json_documents, selected, tables


@dataclass(frozen=True, slots=True)
class FileDocuments:
    """What a file holds: rows of a table one after the other, documents of JSON, or one tree."""

    source: LogicalSource
    file: File
    path: Path

    def __iter__(self) -> Iterator[Any]:
        """Raises LiftingError where the file is not what the source says."""
        with files.opened(self.path, self.file.compression, self.source.place) as content:
            yield from self._documents(content)

    def _documents(self, content: IO[bytes]) -> Iterator[Any]:
        place = self.source.place
        encoding = files.encoding(self.file, place)
        try:
            if self.source.formulation is Formulation.JSONPATH:
                yield from json_documents.documents(content, encoding, place)
            elif self.source.formulation is Formulation.CSV:
                with io.TextIOWrapper(content, encoding, newline="") as text:
                    yield from tables.rows(text, self.file.dialect, place)
            elif self.source.formulation is Formulation.SPARQL:
                yield from selected.rows(content, self.path.name, self.source.iterator, place)
            else:
                yield _tree(content, encoding, self.source)
        except UnicodeError as error:
            raise LiftingError(f"{place}: {self.path.name} is no {self.file.encoding}: {error}") from None


def _tree(content: IO[bytes], encoding: str, source: LogicalSource) -> Any:
    from semantic_gw.lifters.rml.sources import xml_documents  # noqa: PLC0415  a third of a start, and only for XML

    return xml_documents.document(content, encoding, source.place)


def open_sources(mapping: Mapping, folder: Path, *, outside: bool = False) -> dict[LogicalSource, FileDocuments]:
    """The documents of all sources of *mapping*, which stands in *folder*.

    Raises MappingError for a stream, a file that is missing, or (unless *outside* is set) not below *folder*.
    """
    return {source: _documents(source, folder, outside=outside) for source in mapping.sources()}


def _documents(source: LogicalSource, folder: Path, *, outside: bool) -> FileDocuments:
    if isinstance(source.access, Stream):
        raise MappingError(
            f"{source.place}: {source.access.target} is a stream: the gateway maps what comes in from it, "
            "while a batch run reads files"
        )
    path = files.find(source.access, folder, source.place, outside=outside)
    files.encoding(source.access, source.place)
    return FileDocuments(source, source.access, path)
