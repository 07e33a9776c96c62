"""How many solutions stand in a serialised answer, counted part by part while the engine writes it."""

from __future__ import annotations

import re
from typing import Final, Protocol


class Rows(Protocol):
    """Counts solutions."""

    def count(self, part: bytes) -> int:
        """How many more solutions stand there with *part*, the next one of the answer."""
        ...


class JsonRows:
    """A solution follows another one where an object with a member follows a comma (SPARQL 1.1 Results JSON, 3.2).

    In a literal there is a backslash before each quote. The first one is counted, there or not; solutions without
    bindings are not: these cost three bytes each.
    """

    _mark: Final = re.compile(rb',\{"\w')

    def __init__(self) -> None:
        self._before = b""
        self._first = 1

    def count(self, part: bytes) -> int:
        text = self._before + part
        self._before = text[-3:]
        first, self._first = self._first, 0
        return first + len(self._mark.findall(text))


class XmlRows:
    """Each solution is an element `result` (SPARQL Query Results XML Format, 2.3.1); `<` in a literal is escaped."""

    _mark: Final = b"<result>"

    def __init__(self) -> None:
        self._before = b""

    def count(self, part: bytes) -> int:
        text = self._before + part
        self._before = text[1 - len(self._mark) :]
        return text.count(self._mark)


class TsvRows:
    """A line each, below a line of variables (SPARQL 1.1 Results CSV and TSV, 4): no literal has more than one line."""

    def __init__(self) -> None:
        self._header = 1

    def count(self, part: bytes) -> int:
        lines = part.count(b"\n")
        header = min(self._header, lines)
        self._header -= header
        return lines - header


class CsvRows(TsvRows):
    """A line each, below a line of variables; the lines within quotes are of one literal (RFC 4180, 2.6)."""

    def __init__(self) -> None:
        super().__init__()
        self._quoted = 0

    def count(self, part: bytes) -> int:
        if not self._quoted and b'"' not in part:
            return super().count(part)
        pieces = part.split(b'"')
        outside = b"".join(pieces[self._quoted :: 2])
        self._quoted = (self._quoted + len(pieces) - 1) % 2
        return super().count(outside)
