"""XML files as trees: no entities of their own, nothing fetched, bounded in depth."""

from __future__ import annotations

from typing import IO, Any, Final, cast
from xml.etree import ElementTree as ET
from xml.parsers import expat

from elementpath import get_node_tree
from elementpath.xpath_nodes import DocumentNode

from semantic_gw.errors import LiftingError
from semantic_gw.lifters.rml.model import Place

DEEPEST: Final = 256
"""Elements within elements, at most."""

MOST_BYTES: Final = 512 * 1024 * 1024
"""The largest document that is held in memory."""


def document(content: IO[bytes], encoding: str, place: Place) -> DocumentNode:
    """The tree of *content*; *encoding* counts where the document does not say. Raises LiftingError."""
    found = content.read(MOST_BYTES + 1)
    if len(found) > MOST_BYTES:
        raise LiftingError(f"{place}: more than {MOST_BYTES} bytes")
    builder = _Builder(encoding, place)
    try:
        root = builder.parse(found)
    except expat.ExpatError as error:
        raise LiftingError(f"{place}: no XML: {error}") from None
    return cast("DocumentNode", get_node_tree(ET.ElementTree(root)))


class _Builder:
    """Builds the tree with expat, which fetches nothing by itself, and is told to take no entities."""

    def __init__(self, encoding: str, place: Place) -> None:
        self._tree = ET.TreeBuilder()
        self._place = place
        self._depth = 0
        said = None if encoding == "utf-8-sig" or encoding.startswith("utf-16") else encoding
        self._parser = expat.ParserCreate(said, "}")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._tree.data
        self._parser.EntityDeclHandler = self._entity

    def parse(self, content: bytes) -> Any:
        """The root element."""
        self._parser.Parse(content, True)  # noqa: FBT003  expat's own parameter: this is all there is
        return self._tree.close()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise LiftingError(f"{self._place}: elements stand more than {DEEPEST} levels deep")
        self._tree.start(_name(name), {_name(key): value for key, value in attributes.items()})

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._tree.end(_name(name))

    def _entity(self, name: str, *_: object) -> None:
        raise LiftingError(f"{self._place}: the document defines an entity ({name}), which is not taken")


def _name(name: str) -> str:
    return "{" + name if "}" in name else name
