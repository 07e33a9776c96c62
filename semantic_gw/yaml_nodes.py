"""YAML as a tree with line numbers, within bounds: every scalar a text, aliases counted as often as they are used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from semantic_gw.errors import MappingError

DEEPEST: Final = 64
"""Collections within collections, at most."""

MOST_NODES: Final = 200_000
"""Nodes of a document, at most; what an alias stands for counts each time."""

_INTEGER: Final = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE: Final = re.compile(r"([-+]?)\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_TRUTHS: Final = {
    text: truth for truth in (True, False) for word in (str(truth),) for text in (word, word.lower(), word.upper())
}
_DIGITS: Final = 400
"""Longer texts of digits are texts: no number of a device has as many."""

_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text; *plain* where it stands without quotes."""

    text: str
    line: int
    plain: bool = True
    size: int = 1

    @property
    def is_null(self) -> bool:
        """Whether it says that there is nothing (YAML 1.2, 10.2.1.1)."""
        return self.plain and self.text in ("", "~", "null", "Null", "NULL")


@dataclass(slots=True)
class Items:
    """A sequence."""

    line: int
    items: list[Node] = field(default_factory=list)
    size: int = 1


@dataclass(slots=True)
class Entries:
    """A mapping; keys are texts, in the order of the document."""

    line: int
    entries: dict[str, Node] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    size: int = 1


Node = Scalar | Items | Entries


def parse(text: str, document: str) -> Node:
    """The tree of *text*. Raises MappingError where it is no YAML, or goes beyond the bounds."""
    try:
        return _Builder(document).build(yaml.parse(text, Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        line = f" line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise MappingError(f"{document}{line}: no YAML: {error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise MappingError(f"{document}: no YAML: {error}") from None


def plain(node: Node) -> Any:
    """The value of *node* as the core schema of YAML 1.2 has it (10.3.2): `on`, `off`, `yes` and `no` are texts.

    >>> plain(parse("[on, true, 0x10, 1.5, ~, '1']", "-"))
    ['on', True, 16, 1.5, None, '1']
    """
    if isinstance(node, Entries):
        return {key: plain(value) for key, value in node.entries.items()}
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return _scalar(node)


def _scalar(node: Scalar) -> Any:
    text = node.text
    if not node.plain or len(text) > _DIGITS:
        return text
    if node.is_null:
        return None
    if text in _TRUTHS:
        return _TRUTHS[text]
    if _INTEGER.fullmatch(text):
        return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
    if _FLOAT.fullmatch(text) or _NOT_FINITE.fullmatch(text):
        return float(text.replace(".i", "i").replace(".I", "I").replace(".n", "n").replace(".N", "N"))
    return text


class _Builder:
    """Builds the tree from events, without recursion."""

    def __init__(self, document: str) -> None:
        self._document = document
        self._open: list[tuple[Items | Entries, str | None]] = []
        """Collections that are not closed yet, and the anchor of each."""
        self._key: list[Scalar | None] = []
        """The key, of each open mapping, that waits for its value."""
        self._anchors: dict[str, Node] = {}
        self._nodes = 0
        self._roots: list[Node] = []

    def build(self, events: Iterator[Any]) -> Node:
        """The only document. Raises MappingError."""
        for event in events:
            line = event.start_mark.line + 1
            if isinstance(event, yaml.ScalarEvent):
                self._add(Scalar(event.value, line, not event.style), event.anchor)
            elif isinstance(event, yaml.SequenceStartEvent):
                self._start(Items(line), event.anchor)
            elif isinstance(event, yaml.MappingStartEvent):
                self._start(Entries(line), event.anchor)
            elif isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
                self._end()
            elif isinstance(event, yaml.AliasEvent):
                self._alias(event.anchor, line)
        if len(self._roots) != 1:
            raise MappingError(f"{self._document}: {len(self._roots) or 'no'} YAML documents, where one is wanted")
        return self._roots[0]

    def _start(self, node: Items | Entries, anchor: str | None) -> None:
        if len(self._open) >= DEEPEST:
            raise self._refused(node.line, f"collections stand more than {DEEPEST} levels deep")
        self._open.append((node, anchor))
        self._key.append(None)

    def _end(self) -> None:
        node, anchor = self._open.pop()
        self._key.pop()
        self._add(node, anchor)

    def _alias(self, anchor: str, line: int) -> None:
        if anchor not in self._anchors:
            raise self._refused(line, f"there is no anchor &{anchor} before its alias")
        node = self._anchors[anchor]
        self._nodes += node.size
        self._add(node, None)

    def _add(self, node: Node, anchor: str | None) -> None:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise self._refused(node.line, f"there are more than {MOST_NODES} nodes, aliases counted each time")
        if anchor is not None:
            self._anchors[anchor] = node
        if not self._open:
            self._roots.append(node)
            return
        parent = self._open[-1][0]
        parent.size += node.size
        if isinstance(parent, Items):
            parent.items.append(node)
        else:
            self._add_entry(parent, node)

    def _add_entry(self, parent: Entries, node: Node) -> None:
        key = self._key[-1]
        if key is None:
            if not isinstance(node, Scalar):
                raise self._refused(node.line, "a key is a collection, where a text is wanted")
            self._key[-1] = node
            return
        self._key[-1] = None
        if key.text == "<<" and key.plain:
            self._merge(parent, node)
        elif parent.lines.get(key.text):
            raise self._refused(key.line, f"the key {key.text!r} is there twice")
        else:
            parent.entries[key.text] = node
            parent.lines[key.text] = key.line

    def _merge(self, parent: Entries, node: Node) -> None:
        """Take over what *node* has and *parent* has not (the merge key of YAML 1.1); line 0 marks it as taken over."""
        for each in node.items if isinstance(node, Items) else [node]:
            if not isinstance(each, Entries):
                raise self._refused(node.line, "what << takes over is no mapping")
            for name, value in each.entries.items():
                if name not in parent.entries:
                    parent.entries[name] = value
                    parent.lines[name] = 0

    def _refused(self, line: int, problem: str) -> MappingError:
        return MappingError(f"{self._document} line {line}: {problem}")
