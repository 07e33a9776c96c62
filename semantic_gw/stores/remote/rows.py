"""How many solutions or triples stand in an answer of any store, counted part by part."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from semantic_gw.stores.embedded.rows import CsvRows, Rows, TsvRows, XmlRows


class JsonRows:
    """A solution is an object with a member in an array, whatever space there is (SPARQL 1.1 Results JSON, 3.2).

    In a literal there is a backslash before each quote. Solutions without bindings are not counted.
    """

    _mark: Final = re.compile(rb'[,\[]\s*+\{\s*+"\w')
    _longest: Final = 256
    """Bytes that may stand between a comma and the first name."""

    def __init__(self) -> None:
        self._before = b""

    def count(self, part: bytes) -> int:
        text = self._before + part
        count = end = 0
        for found in self._mark.finditer(text):
            count, end = count + 1, found.end()
        self._before = text[max(end, len(text) - self._longest) :]
        return count


class LineRows:
    """A line each: N-Triples and N-Quads as stores write them."""

    def count(self, part: bytes) -> int:
        return part.count(b"\n")


class NoRows:
    """Of ASK: there is one."""

    def count(self, part: bytes) -> int:  # noqa: ARG002
        return 0


COUNTERS: Final[Mapping[str, Callable[[], Rows]]] = {
    "application/sparql-results+json": JsonRows,
    "application/sparql-results+xml": XmlRows,
    "text/csv": CsvRows,
    "text/tab-separated-values": TsvRows,
    "application/n-triples": LineRows,
}
"""By media type."""
