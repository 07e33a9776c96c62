"""XPath 3.1 as references. What an expression could fetch from elsewhere is refused; documents come as trees.

An element gives its text, an attribute its value, a number or truth value its text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from elementpath import ElementPathError, XPathContext
from elementpath.xpath31 import XPath31Parser
from elementpath.xpath_nodes import DocumentNode, XPathNode

from semantic_gw.errors import LiftingError, MappingError
from semantic_gw.lifters.rml.model import LogicalSource, Place, Reference
from semantic_gw.model import Json

_OUTSIDE: Final = re.compile(
    r"\b(doc|doc-available|collection|uri-collection|unparsed-text|unparsed-text-lines|unparsed-text-available|json-doc"
    r"|environment-variable|available-environment-variables|parse-xml|parse-xml-fragment|function-lookup"
    r"|load-xquery-module|transform|trace)\s*[(#]"
)
"""Functions that read files, URLs or the environment, or parse what entities could blow up (XPath functions 3.1)."""

_STRING_OR_COMMENT: Final = re.compile(r""""[^"]*"|'[^']*'|\(:.*?:\)""", re.DOTALL)


def compile_reference(source: LogicalSource, reference: Reference) -> Callable[[XPathNode], Sequence[Json]]:
    """What reads *reference*. Raises MappingError where it is no XPath, or reaches outside of the document."""
    select = _compile(reference.text, source, reference.place)
    return lambda node: [_text(item) for item in select(node)]


def compile_iterator(source: LogicalSource) -> Callable[[DocumentNode], Iterator[XPathNode]]:
    """What finds the iterations of a document; without an iterator, it is the document. Raises MappingError."""
    place = source.place.within("iterator")
    select = _compile(source.iterator or "/", source, place)

    def iterations(document: DocumentNode) -> Iterator[XPathNode]:
        for item in select(document):
            if not isinstance(item, XPathNode):
                raise LiftingError(f"{place}: {source.iterator!r} gives {item!r}, where iterations are nodes")
            yield item

    return iterations


def _compile(text: str, source: LogicalSource, place: Place) -> Callable[[XPathNode], Iterator[Any]]:
    outside = _OUTSIDE.search(_STRING_OR_COMMENT.sub(" ", text))
    if outside:
        raise MappingError(f"{place}: XPath {text!r} calls {outside[1]}(): an expression stays within its document")
    try:
        token = XPath31Parser(namespaces=dict(source.namespaces)).parse(text)
    except ElementPathError as error:
        raise MappingError(f"{place}: {text!r} is no XPath 3.1: {error}") from None

    def select(node: XPathNode) -> Iterator[Any]:
        try:
            yield from token.select(XPathContext(root=_root(node), item=node))
        except ElementPathError as error:
            raise LiftingError(f"{place}: XPath {text!r}: {error}") from None

    return select


def _root(node: XPathNode) -> Any:
    while node.parent is not None:
        node = node.parent
    return node


def _text(item: Any) -> Json:
    if isinstance(item, XPathNode):
        return item.string_value
    if isinstance(item, bool):
        return "true" if item else "false"
    return str(item)
