"""Keys of YARRRML: each with its shortcuts, unknown ones refused with the nearest."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from semantic_gw.errors import MappingError
from semantic_gw.lifters.rml.model import Place
from semantic_gw.yaml_nodes import Entries, Items, Node, Scalar

_SHORT: Final[dict[str, tuple[str, ...]]] = {
    "mappings": ("mapping", "m"),
    "subjects": ("subject", "s"),
    "predicates": ("predicate", "p"),
    "inversepredicates": ("inversepredicate", "i"),
    "objects": ("object", "o"),
    "predicateobjects": ("predicateobject", "po"),
    "graphs": ("graph", "g"),
    "sources": ("source",),
    "targets": ("target",),
    "function": ("fn", "f"),
    "parameters": ("pms",),
    "parameter": ("pm",),
    "value": ("v",),
    "authors": ("author", "a"),
    "condition": ("conditions",),
}
"""Key → its shortcuts (YARRRML, Shortcuts, Keys)."""


@dataclass(frozen=True, slots=True)
class Keyed:
    """A mapping of YAML whose keys are known."""

    node: Entries
    place: Place

    def get(self, key: str) -> Node | None:
        """What stands at *key* or one of its shortcuts; None where that says null. Raises MappingError for two."""
        found = [name for name in (key, *_SHORT.get(key, ())) if name in self.node.entries]
        if len(found) > 1:
            raise MappingError(f"{self.place}: {found[0]!r} and {found[1]!r} mean the same")
        node = self.node.entries[found[0]] if found else None
        return None if isinstance(node, Scalar) and node.is_null else node

    def text(self, key: str) -> str | None:
        """The text at *key*, if any. Raises MappingError where it is none."""
        node = self.get(key)
        return None if node is None else scalar(node, self.place.within(key, node.line)).text

    def items(self, key: str) -> list[Node]:
        """The items at *key*, or the one that stands there by itself."""
        node = self.get(key)
        return node.items if isinstance(node, Items) else [] if node is None else [node]


def keyed(node: Node, place: Place, allowed: Iterable[str]) -> Keyed:
    """*node* as a mapping with keys of *allowed*. Raises MappingError, with the nearest key for one that is not."""
    if not isinstance(node, Entries):
        raise MappingError(f"{place}: a mapping with keys is wanted: {', '.join(allowed)}")
    names = {name for key in allowed for name in (key, *_SHORT.get(key, ()))}
    for name in node.entries:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sorted(allowed))}"
            where = Place(place.document, place.node, node.lines[name] or node.line)
            raise MappingError(f"{where}: there is no key {name!r} here; {hint}")
    return Keyed(node, place)


def scalar(node: Node, place: Place) -> Scalar:
    """*node* as a text. Raises MappingError where it is a collection."""
    if not isinstance(node, Scalar):
        raise MappingError(f"{place}: a text is wanted, not a collection")
    return node
