"""XPath 3.1 over all Things: as a tree of elements, or as maps and arrays (`json_tree` has the table)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec
from elementpath import ElementPathError, XPathContext
from elementpath.xpath31 import XPath31Parser

from semantic_gw.directory.search.json_tree import BranchesContext, JsonArray, Things, as_json
from semantic_gw.errors import QueryError
from semantic_gw.model import Json

_PREFIX: Final = re.compile(r"([^\W\d][\w.-]*):(?!:)")
_MAPS: Final = "?"
"""What an expression over maps and arrays begins with: the lookup operator (XPath 3.1, 3.11.3.1)."""

_STRING: Final = re.compile(r""""[^"]*"|'[^']*'""")
_OTHER_STEP: Final = re.compile(r"//(?!\s*(?:@|(?:\*|[^\W\d][\w.-]*)(?::(?:\*|[^\W\d][\w.-]*))?(?!\s*\(|[\w.:-])))")
"""`//` that is not followed by a step along the child or attribute axis (XPath 3.1, 3.3.5)."""

_read: Final = msgspec.json.Decoder().decode


def find(text: str, documents: Sequence[bytes]) -> Iterator[Json]:
    """What the expression *text* gives, item by item, in JSON. Raises QueryError where it is wrong."""
    try:
        parser = XPath31Parser(namespaces=_namespaces(text))
        expression = parser.parse(text)
        for item in expression.select(_context(text, parser, documents)):
            yield as_json(item)
    except ElementPathError as error:
        raise QueryError(f"XPath 3.1: {error}") from None


def _context(text: str, parser: XPath31Parser, documents: Sequence[bytes]) -> XPathContext:
    """Where the expression starts: at the document node, or at the array."""
    if text.lstrip().startswith(_MAPS):
        things: Any = JsonArray(parser, [_read(document) for document in documents])
        return XPathContext(item=things)
    kind = XPathContext if _OTHER_STEP.search(_STRING.sub("''", text)) else BranchesContext
    return kind(root=Things(documents))


def _namespaces(text: str) -> dict[str, str]:
    """A namespace for every prefix of *text* that XPath does not know: it is called like its prefix."""
    return {prefix: prefix for prefix in _PREFIX.findall(text) if prefix not in XPath31Parser.DEFAULT_NAMESPACES}
