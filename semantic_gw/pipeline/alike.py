"""Payloads that look alike: most of their members are the same, and their addresses differ in one level, or in none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from semantic_gw.json_pointer import Tokens
from semantic_gw.model import Document, Json

_MOST_DOCUMENTS: Final = 100
"""Documents of a group that are kept."""

_ALIKE: Final = 0.5
"""Share of the members of the one with fewer that both must have."""


@dataclass(slots=True)
class Group:
    """Documents that look alike, and what their addresses have in common."""

    documents: list[Document] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    names: set[Tokens] = field(default_factory=set)
    """Where their values stand; an index is `*`."""
    differing: int | None = None
    """The level in which their addresses differ."""

    def takes(self, document: Document, names: set[Tokens]) -> bool:
        """Whether *document*, whose values stand at *names*, looks like those that are here; it is taken then."""
        address = document.payload.source.address
        level = _difference(self.addresses[0], address)
        if level is None or (level >= 0 and self.differing not in (None, level)) or not self._alike(names):
            return False
        if level >= 0 and not names:
            return False  # a bare value says itself by its address what it is
        self.differing = level if level >= 0 else self.differing
        self.add(document, names)
        return True

    def add(self, document: Document, names: set[Tokens]) -> None:
        if len(self.documents) < _MOST_DOCUMENTS:
            self.documents.append(document)
        self.addresses.append(document.payload.source.address)
        self.names |= names

    def address(self) -> tuple[str, bool]:
        """The address with `{device}` for the level in which those here differ; and whether there is one."""
        levels = self.addresses[0].split("/")
        if self.differing is not None:
            levels[self.differing] = "{device}"
        return "/".join(levels), self.differing is not None

    def _alike(self, names: set[Tokens]) -> bool:
        fewer = min(len(names), len(self.names))
        return len(names & self.names) >= fewer * _ALIKE if fewer else len(names) == len(self.names)


def groups(documents: Iterable[Document]) -> Iterator[Group]:
    """*documents* in groups of those that look alike."""
    found: list[Group] = []
    for document in documents:
        names = set(_names(document.value, ()))
        if not any(group.takes(document, names) for group in found):
            found.append(Group())
            found[-1].add(document, names)
    yield from found


def _difference(one: str, other: str) -> int | None:
    """The only level in which two addresses differ, -1 where none does; None where they differ in more."""
    levels = one.split("/"), other.split("/")
    if len(levels[0]) != len(levels[1]):
        return None
    differing = [index for index, pair in enumerate(zip(*levels, strict=True)) if pair[0] != pair[1]]
    return -1 if not differing else differing[0] if len(differing) == 1 else None


def _names(node: Json, tokens: Tokens, depth: int = 0) -> Iterator[Tokens]:
    if depth > 8:
        return
    if isinstance(node, dict):
        for name, value in node.items():
            yield from _names(value, (*tokens, str(name)), depth + 1)
    elif isinstance(node, list):
        for value in node[:10]:
            yield from _names(value, (*tokens, "*"), depth + 1)
    elif tokens:
        yield tokens
