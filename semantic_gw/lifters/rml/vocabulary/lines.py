"""Lines of a Turtle document, for messages: where something is said, as far as its text alone tells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final

from semantic_gw.model import IRI

_PREFIX: Final = re.compile(r"^\s*(?:@prefix|prefix)\s+([\w.-]*):\s*<([^>]*)>", re.MULTILINE | re.IGNORECASE)
_BASE: Final = re.compile(r"^\s*(?:@base|base)\s+<([^>]*)>", re.MULTILINE | re.IGNORECASE)
_STATEMENT: Final = re.compile(r"^(?:<[^>]*>|[\w.-]*:[\w.-]+)(?=\s)", re.MULTILINE)
"""What begins a statement in documents that people write: a name at the very start of a line."""


class Lines:
    """Finds lines in *text*, whose relative IRIs are behind *base* where it does not say."""

    def __init__(self, text: str, base: IRI) -> None:
        self._text = text
        self._base = base

    def spellings(self, iri: IRI) -> list[str]:
        """How *iri* may be written: in full, behind a base, with a prefix."""
        return [f"<{iri}>", *self._relative(iri), *self._short(iri)]

    def start(self, iri: IRI) -> int | None:
        """The line where the only statement begins whose subject is *iri*."""
        written = self.spellings(iri)
        found = [each.start() for each in self._statements if each[0] in written]
        return self._line(found[0]) if len(found) == 1 else None

    def only(self, spellings: Iterable[str], first: int | None) -> int | None:
        """The line where one of *spellings* stands, if there is only one: in the statement at *first*, or at all."""
        start, end = self._statement(first) if first is not None else (0, len(self._text))
        found = {
            each.start()
            for written in spellings
            for each in re.finditer(rf"(?<![\w:]){re.escape(written)}(?![\w-])", self._text[start:end])
        }
        return self._line(start + found.pop()) if len(found) == 1 else None

    @cached_property
    def _statements(self) -> list[re.Match[str]]:
        return [*_STATEMENT.finditer(self._text)]

    @cached_property
    def _prefixes(self) -> list[tuple[str, IRI]]:
        return [(name, namespace) for name, namespace in _PREFIX.findall(self._text) if namespace]

    @cached_property
    def _bases(self) -> list[IRI]:
        return [*_BASE.findall(self._text), self._base]

    def _relative(self, iri: IRI) -> Iterator[str]:
        return (f"<{iri.removeprefix(base)}>" for base in self._bases if iri.startswith(base))

    def _short(self, iri: IRI) -> Iterator[str]:
        return (f"{name}:{iri.removeprefix(space)}" for name, space in self._prefixes if iri.startswith(space))

    def _statement(self, line: int) -> tuple[int, int]:
        """Where the statement at *line* begins and ends."""
        starts = [each.start() for each in self._statements]
        begin = next((start for start in starts if self._line(start) == line), 0)
        return begin, next((start for start in starts if start > begin), len(self._text))

    def _line(self, position: int) -> int:
        return self._text.count("\n", 0, position) + 1
