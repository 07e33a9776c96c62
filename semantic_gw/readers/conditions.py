"""What a document must have, or must not, for a table to read it: the rows `when`, `unless` and `ignore` of a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from semantic_gw.json_pointer import Tokens, parse_pointer
from semantic_gw.model import Json
from semantic_gw.readers.templates import at


@dataclass(frozen=True, slots=True)
class When:
    """Documents that have one of *values* at a place; anything there where *values* is None."""

    at: Tokens
    values: tuple[Json, ...] | None

    def fits(self, node: Json) -> bool:
        found = (value for value in _places(node, self.at) if value is not None)
        return any(self.values is None or value in self.values for value in found)


def _places(node: Json, tokens: Tokens) -> Iterator[Json]:
    """What stands at *tokens* below *node*; `*` in a name is any characters."""
    for index, token in enumerate(tokens):
        if "*" in token:
            for below in _below(node, token):
                yield from _places(below, tokens[index + 1 :])
            return
        node = at(node, (token,))
    yield node


def _below(node: Json, pattern: str) -> Iterable[Json]:
    if isinstance(node, dict):
        return [value for name, value in node.items() if fnmatchcase(name, pattern)]
    return node if isinstance(node, list) and pattern == "*" else ()


@dataclass(frozen=True, slots=True)
class Ignore(When):
    """Documents that are nothing for us, and why."""

    reason: str


def parse_ignore(row: Mapping[str, Any]) -> Ignore:
    """Raises ValueError."""
    check_members(row, frozenset(("at", "is", "reason")), "ignore")
    return Ignore(parse_pointer(row["at"]), _values(row), row["reason"])


def parse_when(row: Mapping[str, Any]) -> When:
    """Raises ValueError."""
    check_members(row, frozenset(("at", "is")), "when")
    return When(parse_pointer(row["at"]), _values(row))


def _values(row: Mapping[str, Any]) -> tuple[Json, ...] | None:
    values = row.get("is")
    return None if values is None else tuple(values) if isinstance(values, list) else (values,)


def check_members(table: Mapping[str, Any], known: frozenset[str], what: str) -> None:
    """Raises ValueError for a member of *table* that is not *known*."""
    if unknown := sorted(table.keys() - known):
        raise ValueError(f"{what} has no member {', '.join(unknown)}; there are {', '.join(sorted(known))}")
