"""JSON as XPath sees it: a tree of elements, or maps and arrays (XPath 3.1, 2.1 and 3.11). Built where it is looked at.

| JSON | as a tree |
|---|---|
| the array of all Things | the document node; each Thing is an element `thing` of it |
| a member | an element of its name |
| a member that is an array | one element of its name for each item; of an array in an array: `item` |
| a text, number or truth value | the text of the element; null and the empty text have none |
| a member such as `@type` with text in it | an attribute without the `@`, one for each text: `@type='saref:Sensor'` |
| a compact IRI such as `saref:hasState` as a name | itself, every prefix is declared |
| a name that XML does not have | its characters as `_x0020_`; the attribute `key` has the name as it is |
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, Final

import msgspec
from elementpath import ElementNode, TextNode, XPathContext
from elementpath.datatypes import QName, UntypedAtomic
from elementpath.xpath_nodes import DocumentNode, NamespaceNode, TextAttributeNode, XPathNode, XPathNodeTree
from elementpath.xpath_tokens import XPathArray, XPathFunction, XPathMap

from semantic_gw.errors import QueryError
from semantic_gw.model import Json

THING: Final = "thing"
_ITEM: Final = "item"
_KEY: Final = "key"

_NAME: Final = re.compile(r"(?:([^\W\d][\w.-]*):)?([^\W\d][\w.-]*)")
"""A QName (Namespaces in XML 1.0, 4), without the combining characters."""

_ESCAPED: Final = re.compile(r"^[\W\d]|[^\w.-]")

_read: Final = msgspec.json.Decoder().decode
_write: Final = msgspec.json.Encoder().encode


@lru_cache(maxsize=65536)
def element_name(name: str) -> str:
    """The name of the element of a member *name*; a prefix stands for a namespace that is called like it.

    >>> element_name("title"), element_name("saref:hasState"), element_name("my lamp")
    ('title', '{saref}hasState', 'my_x0020_lamp')
    """
    qualified = _NAME.fullmatch(name)
    if qualified:
        return f"{{{qualified[1]}}}{qualified[2]}" if qualified[1] else name
    return _ESCAPED.sub(lambda found: f"_x{ord(found[0]):04X}_", name) or "_"


def scalar_text(value: Json) -> str:
    """What *value* is as text: JSON's own form, without quotes.

    >>> scalar_text(True), scalar_text(21.0), scalar_text(None)
    ('true', '21.0', '')
    """
    if isinstance(value, str):
        return value
    return "" if value is None else _write(value).decode()


class JsonElement(ElementNode):
    """The element that stands for the value *json* of the member *key*. *position* orders it in the document."""

    __slots__ = ("_built", "json", "key")

    def __init__(self, name: str, key: str, json: Json, parent: Any, position: tuple[int, ...]) -> None:
        self.name = name
        self.key = key
        self.json = json
        self.value = None
        self.parent = parent
        self.position: Any = position
        self.tree = parent.tree
        self.xsd_type = self.xsd_element = None
        self._nsmap = None
        self._built: list[Any] | None = None

    @property
    def children(self) -> list[Any]:  # type: ignore[override]  # elementpath has a plain attribute
        if self._built is None:
            self._built = self._elements() if isinstance(self.json, dict | list) else self._text()
        return self._built

    def __iter__(self) -> Iterator[Any]:
        return iter(self.children)

    def branches(self) -> Iterator[JsonElement]:
        """The elements from here on down that have elements themselves, in document order."""
        if isinstance(self.json, dict | list):
            yield self
            for child in self.children:
                yield from child.branches()

    def _elements(self) -> list[Any]:
        position = self.position
        return [
            JsonElement(name, key, value, self, (*position, index))
            for index, (name, key, value) in enumerate(self._members())
        ]

    def _text(self) -> list[Any]:
        text = scalar_text(self.json)
        if not text:
            return []
        node = TextNode(text, None, (*self.position, 0))  # type: ignore[arg-type]  # what has an order will do
        node.parent = self
        return [node]

    def _members(self) -> Iterator[tuple[str, str, Json]]:
        """The name, key and value of each element in here."""
        if isinstance(self.json, list):
            yield from ((_ITEM, self.key, value) for value in self.json)
            return
        for key, value in self.json.items():
            name, is_keyword = element_name(key), key.startswith("@")
            for item in value if isinstance(value, list) else (value,):
                if not (is_keyword and isinstance(item, str)):
                    yield name, key, item

    @property
    def attributes(self) -> list[Any]:
        if not hasattr(self, "_attributes"):
            pairs = [(_KEY, self.key), *self._keywords()]
            self._attributes = [
                TextAttributeNode(name, text, self, (*self.position, -1, index))  # type: ignore[arg-type]  # as above
                for index, (name, text) in enumerate(pairs)
            ]
        return self._attributes

    def _keywords(self) -> Iterator[tuple[str, str]]:
        for key, value in self.json.items() if isinstance(self.json, dict) else ():
            if key.startswith("@"):
                texts = value if isinstance(value, list) else (value,)
                yield from ((element_name(key[1:]), text) for text in texts if isinstance(text, str))

    @property
    def namespace_nodes(self) -> list[NamespaceNode]:
        return []

    @property
    def node_name(self) -> QName:
        namespace, _, local = (self.name or "").lstrip("{").rpartition("}")
        return QName(namespace, f"{namespace}:{local}") if namespace else QName(None, local)

    @property
    def string_value(self) -> str:
        if isinstance(self.json, dict | list):
            return "".join(child.string_value for child in self.children)
        return scalar_text(self.json)

    @property
    def iter_typed_values(self) -> Iterator[Any]:
        yield UntypedAtomic(self.string_value)


class Things(DocumentNode):
    """The document node: all Things, by code point order of their ids."""

    __slots__ = ("_built", "_documents")

    def __init__(self, documents: Sequence[bytes]) -> None:
        self.name = None
        self.value = None
        self.parent = None
        self.position: Any = ()
        self.tree = XPathNodeTree(self)
        self._documents = documents
        self._built: list[Any] | None = None

    @property
    def json(self) -> Json:
        return [thing.json for thing in self.children]

    @property
    def children(self) -> list[Any]:  # type: ignore[override]  # elementpath has a plain attribute
        if self._built is None:
            self._built = [
                JsonElement(THING, THING, _read(document), self, (index,))
                for index, document in enumerate(self._documents)
            ]
        return self._built

    def iter_descendants(self, with_self: bool = True) -> Iterator[Any]:  # noqa: FBT001, FBT002  # as elementpath has it
        if with_self:
            yield self
        for thing in self.children:
            yield from thing.iter_descendants()

    def branches(self) -> Iterator[Things | JsonElement]:
        """The document node and all elements that have elements themselves, in document order."""
        yield self
        for thing in self.children:
            yield from thing.branches()

    @property
    def is_typed(self) -> bool:
        return False

    @property
    def is_extended(self) -> bool:
        return True

    @property
    def string_value(self) -> str:
        return "".join(thing.string_value for thing in self.children)


class BranchesContext(XPathContext):
    """For expressions in which every `//` is followed by a child: what has no elements in it need not be visited."""

    def iter_descendants(self, axis: str | None = None) -> Iterator[Any]:
        if axis is not None or not isinstance(self.item, Things | JsonElement):
            yield from super().iter_descendants(axis)
            return
        status = self.item, self.axis
        self.axis = None
        for branch in self.item.branches():
            self.item = branch
            yield branch
        self.item, self.axis = status


class JsonMap(XPathMap):
    """A JSON object as a map (XPath 3.1, 3.11.1). null is the empty sequence, as fn:parse-json has it."""

    def __init__(self, parser: Any, json: dict[str, Json]) -> None:
        super().__init__(parser)
        self.json = json

    @cached_property
    def _map(self) -> dict[Any, Any]:  # type: ignore[override]  # elementpath has a plain attribute
        return {key: as_item(self.parser, value) for key, value in self.json.items()}


class JsonArray(XPathArray):
    """A JSON array as an array (XPath 3.1, 3.11.1)."""

    def __init__(self, parser: Any, json: list[Json]) -> None:
        super().__init__(parser)
        self.json = json

    @cached_property
    def _array(self) -> list[Any]:  # type: ignore[override]  # elementpath has a plain attribute
        return [as_item(self.parser, value) for value in self.json]


def as_item(parser: Any, value: Json) -> Any:
    """*value* as an item of the XPath data model."""
    if isinstance(value, dict):
        return JsonMap(parser, value)
    if isinstance(value, list):
        return JsonArray(parser, value)
    return [] if value is None else value


def as_json(item: Any) -> Json:
    """What an *item* of a result is in JSON. Raises QueryError for a function."""
    if isinstance(item, JsonElement | Things | JsonMap | JsonArray):
        return item.json
    if isinstance(item, XPathNode):
        return item.string_value
    if isinstance(item, XPathMap):
        return {str(key): _sequence(value) for key, value in item.items()}
    if isinstance(item, XPathArray):
        return [_sequence(value) for value in item.items()]
    if isinstance(item, XPathFunction):
        raise QueryError("the result is a function, which is no JSON value: call it")
    return _atomic(item)


def _sequence(value: Any) -> Json:
    """A sequence in a map or array: its only item, null where it is empty, an array of its items otherwise."""
    if not isinstance(value, list | tuple):
        return as_json(value)
    items = [as_json(item) for item in value]
    return items[0] if len(items) == 1 else items or None


def _atomic(value: Any) -> Json:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return str(value)
