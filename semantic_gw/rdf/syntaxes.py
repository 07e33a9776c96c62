"""RDF in any syntax becomes triples. Nothing is ever fetched."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath
from typing import Final, NamedTuple

import pyoxigraph
from pyoxigraph import RdfFormat

from semantic_gw.errors import DecodingError, UnsupportedMediaTypeError
from semantic_gw.model import IRI, Json, Literal, Term, Triple
from semantic_gw.rdf.contexts import CONTEXTS, PROJECTION, context


class Syntax(NamedTuple):
    """A syntax of RDF: its media type, and how names of its files end."""

    media_type: str
    endings: tuple[str, ...]
    format: RdfFormat


SYNTAXES: Final[Mapping[str, Syntax]] = {
    "turtle": Syntax("text/turtle", (".ttl", ".turtle"), RdfFormat.TURTLE),
    "trig": Syntax("application/trig", (".trig",), RdfFormat.TRIG),
    "ntriples": Syntax("application/n-triples", (".nt",), RdfFormat.N_TRIPLES),
    "nquads": Syntax("application/n-quads", (".nq",), RdfFormat.N_QUADS),
    "rdfxml": Syntax("application/rdf+xml", (".rdf", ".xml", ".owl"), RdfFormat.RDF_XML),
    "jsonld": Syntax("application/ld+json", (".jsonld", ".json"), RdfFormat.JSON_LD),
}
"""Every syntax that is read, by the name that the command line has for it."""

_BY_ENDING: Final = {ending: syntax for syntax in SYNTAXES.values() for ending in syntax.endings}
_BY_MEDIA_TYPE: Final = {syntax.media_type: syntax for syntax in SYNTAXES.values()}
_MINTED: Final = re.compile(r"[0-9a-f]{16,32}")
"""What the parser calls a blank node without a label: a number of 128 bits."""
_PLACE: Final = re.compile(r"(?:Parser error )?at (line \d+).*?: ")
_NOT_LOADED: Final = "LoadDocumentCallback"
"""What the parser says of a context that it would have to fetch."""
_ELSEWHERE: Final = (
    "is elsewhere, and nothing is fetched: write its terms into @context, or convert the document to Turtle or N-Quads"
)
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"

Held = Callable[[IRI], Json | None]
"""The JSON-LD context that a URL stands for; None for one that is not held."""


class Parsed(NamedTuple):
    """The triples of all graphs of a document, each once in the order they came, and the prefixes it declares."""

    triples: list[Triple]
    prefixes: dict[str, IRI]


def syntax_of(path: PurePath) -> Syntax | None:
    """The syntax of the file at *path* by its ending; None for an ending that no syntax has."""
    return _BY_ENDING.get(path.suffix.lower())


def held_context(url: IRI) -> Json | None:
    """The contexts of W3C's Web of Things and our own."""
    return dict(context(url)) if url in CONTEXTS and url != PROJECTION else None


def read_triples(data: bytes, media_type: str = "text/turtle", *, base_iri: IRI | None = None) -> list[Triple]:
    """The triples that *data* holds, its named graphs as one. A blank node is a text that starts with `_:`.

    >>> read_triples(b"<urn:a> <urn:p> [ ] .")
    [('urn:a', 'urn:p', '_:n1')]

    Raises UnsupportedMediaTypeError, and DecodingError naming the line.
    """
    if media_type not in _BY_MEDIA_TYPE:
        raise UnsupportedMediaTypeError(f"no RDF is read from {media_type}; there are {', '.join(_BY_MEDIA_TYPE)}")
    return parse(data, _BY_MEDIA_TYPE[media_type], base_iri=base_iri).triples


def parse(
    data: bytes, syntax: Syntax, *, base_iri: IRI | None = None, label: str = "", held: Held = held_context
) -> Parsed:
    """What *data* holds. *label* begins the name of every blank node, where several documents are read as one graph.

    Contexts of JSON-LD that are elsewhere come from *held*. Raises DecodingError naming the line.
    """
    data = data.removeprefix(_BYTE_ORDER_MARK)
    if syntax.format == RdfFormat.JSON_LD:
        data = _inlined(data, held)
    try:
        quads = pyoxigraph.parse(data, syntax.format, base_iri=base_iri)
        terms = _Terms(label)
        triples = dict.fromkeys(terms.triple(quad) for quad in quads)
    except (SyntaxError, ValueError) as error:
        raise DecodingError(_complaint(error, data, syntax)) from error
    return Parsed(list(triples), quads.prefixes)


class _Terms:
    """Terms of the parser as ours. Blank nodes keep their labels; those without get one, the same in every run."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._names: dict[str, IRI] = {}
        self._taken: set[IRI] = set()

    def triple(self, quad: pyoxigraph.Quad) -> Triple:
        subject, term = self._term(quad.subject), self._term(quad.object)
        return str(subject), quad.predicate.value, term

    def _term(self, term: object) -> Term:
        if isinstance(term, pyoxigraph.NamedNode):
            return term.value
        if isinstance(term, pyoxigraph.BlankNode):
            return self._names.get(term.value) or self._named(term.value)
        if isinstance(term, pyoxigraph.Literal) and term.direction is None:
            return Literal(term.value, term.datatype.value, term.language)
        raise ValueError(f"{term} is of RDF 1.2; only RDF 1.1 is read")

    def _named(self, label: str) -> IRI:
        name = f"_:{self._label}n{len(self._names) + 1}" if _MINTED.fullmatch(label) else f"_:{self._label}{label}"
        while name in self._taken:
            name += "x"
        self._taken.add(name)
        self._names[label] = name
        return name


def _complaint(error: Exception, data: bytes, syntax: Syntax) -> str:
    """What is wrong, after the line where that is known: `line 3: Unknown prefix x:`."""
    text = str(error.msg) if isinstance(error, SyntaxError) else str(error)
    if _NOT_LOADED in text:
        return f"a JSON-LD context that is imported {_ELSEWHERE}"
    place = _PLACE.match(text)
    line = place[1] if place else _line_of_xml(data, syntax)
    what = text[place.end() :] if place else text
    return f"{line}: {what}" if line else what


def _line_of_xml(data: bytes, syntax: Syntax) -> str:
    """Where RDF/XML cannot be read; its parser does not say, so it is given one line at a time."""
    if syntax.format != RdfFormat.RDF_XML:
        return ""
    lines = _Lines(data)
    try:
        for _ in pyoxigraph.parse(lines, syntax.format, base_iri="urn:x:"):  # type: ignore[arg-type]  # it only reads
            pass
    except (SyntaxError, ValueError):
        return f"line {lines.read_so_far}"
    return ""


class _Lines(io.RawIOBase):
    """Gives one line of *data* at each reading, and counts them."""

    def __init__(self, data: bytes) -> None:
        self._lines = iter(data.splitlines(keepends=True))
        self.read_so_far = 0

    def read(self, size: int = -1, /) -> bytes:  # noqa: ARG002  a short answer is allowed
        self.read_so_far += 1
        return next(self._lines, b"")


def _inlined(data: bytes, held: Held) -> bytes:
    """JSON-LD *data* with the contexts it refers to in their places."""
    if b"@context" not in data:
        return data
    try:
        document = json.loads(data)
        return json.dumps(_with_contexts(document, held)).encode() if _remote(document) else data
    except json.JSONDecodeError as error:
        raise DecodingError(f"line {error.lineno}: no JSON: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise DecodingError(f"no JSON: {error}") from error


def _remote(value: Json) -> bool:
    return next(_references(value), None) is not None


def _references(value: Json) -> Iterator[str]:
    """The URLs of contexts in *value*."""
    if isinstance(value, list):
        for item in value:
            yield from _references(item)
    elif isinstance(value, dict):
        for member, inner in value.items():
            if member == "@context":
                yield from (item for item in _items(inner) if isinstance(item, str))
            yield from _references(inner)


def _items(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


def _with_contexts(value: Json, held: Held) -> Json:
    if isinstance(value, list):
        return [_with_contexts(item, held) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        member: _contexts(inner, held) if member == "@context" else _with_contexts(inner, held)
        for member, inner in value.items()
    }


def _contexts(value: Json, held: Held) -> list[Json]:
    return [_context(item, held) for item in _items(value)]


def _context(item: Json, held: Held) -> Json:
    if not isinstance(item, str):
        return _with_contexts(item, held)
    found = held(item)
    if found is None:
        raise DecodingError(f"the JSON-LD context {item} {_ELSEWHERE}")
    return found
