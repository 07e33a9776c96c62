"""XML becomes the value that the same message has in JSON: `application/xml`, and every `+xml` type (RFC 7303, 4.2).

| in the payload | becomes |
|---|---|
| an element | a member of the object around it, by its name as written: `m2m:cin` |
| elements of one name beside each other | a list |
| an attribute | a member, as a child would be; declarations of namespaces are left out |
| text | a text; beside children or attributes, the member `content` |
| a document type | refused: it could define entities without end |
"""

from __future__ import annotations

from typing import Final
from xml.parsers import expat

from semantic_gw.codecs.tree import MAX_DEPTH, too_deep
from semantic_gw.errors import DecodingError
from semantic_gw.model import Json

MAX_ELEMENTS: Final = 100_000
"""Most elements of one document."""

_CONTENT: Final = "content"


class XmlCodec:
    """Reads XML 1.0 without a document type."""

    media_types: tuple[str, ...] = (
        "application/xml",
        "text/xml",
        "application/vnd.onem2m-res+xml",
        "application/vnd.onem2m-ntfy+xml",
        "application/vnd.onem2m-preq+xml",
        "application/vnd.onem2m-prsp+xml",
        "application/vnd.onem2m-req+xml",
        "+xml",
    )

    def decode(self, body: bytes) -> Json:
        """The document that *body* is. Raises DecodingError with what is wrong, and in which line.

        >>> XmlCodec().decode(b"<m2m:cin><con>21.5</con></m2m:cin>")
        {'m2m:cin': {'con': '21.5'}}
        """
        tree = _Tree()
        parser = expat.ParserCreate()
        parser.StartElementHandler = tree.start
        parser.EndElementHandler = tree.end
        parser.CharacterDataHandler = tree.text
        parser.StartDoctypeDeclHandler = _no_document_type
        try:
            parser.Parse(body, True)  # noqa: FBT003  the last piece, says expat
        except (expat.ExpatError, LookupError, ValueError) as error:  # the latter two: of an encoding
            raise DecodingError(f"no XML: {error}") from None
        return tree.root


class _Tree:
    """The elements that are open, each with the name, what is in it, and its text."""

    def __init__(self) -> None:
        self.root: dict[str, Json] = {}
        self._open: list[tuple[dict[str, Json], list[str]]] = [(self.root, [])]
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002  the name comes again at the end
        self._count += 1
        if self._count > MAX_ELEMENTS:
            raise DecodingError(f"there are more than {MAX_ELEMENTS} elements")
        if len(self._open) >= MAX_DEPTH:
            raise too_deep()
        told = {key: value for key, value in attributes.items() if key.partition(":")[0] not in ("xmlns", "xsi")}
        self._open.append((dict(told), []))

    def text(self, text: str) -> None:
        self._open[-1][1].append(text)

    def end(self, name: str) -> None:
        members, pieces = self._open.pop()
        text = "".join(pieces)
        value: Json = members or text.strip()
        if members and text.strip():
            members[_CONTENT] = text.strip()
        put_beside(self._open[-1][0], name, value)


def put_beside(around: dict[str, Json], name: str, value: Json) -> None:
    """Put *value* beside those of its name: what is a list already was made here, and takes it in place."""
    if name not in around:
        around[name] = value
    elif isinstance(around[name], list):
        around[name].append(value)
    else:
        around[name] = [around[name], value]


def _no_document_type(*_: object) -> None:
    raise DecodingError("a document type is not taken: it could define entities without end")
