"""A mapping document read and checked: RML in the newer or the older vocabulary, or YARRRML, told apart by content."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from semantic_gw.errors import MappingError
from semantic_gw.lifters.rml.check import check
from semantic_gw.lifters.rml.model import Mapping
from semantic_gw.lifters.rml.vocabulary.graph import Graph
from semantic_gw.lifters.rml.vocabulary.rml import triples_maps
from semantic_gw.model import IRI

MOST_BYTES: Final = 16 * 1024 * 1024
"""The largest document that is read."""

_NAMESPACES: Final = ("http://w3id.org/rml/", "http://semweb.mmlab.be/ns/rml#")
_YARRRML: Final = re.compile(
    r"^[\"']?(?:mappings?|m|prefixes|sources|targets|base|external|authors?)[\"']?\s*:(?:\s|$)", re.MULTILINE
)
_TURTLE: Final = re.compile(r"^\s*(?:@prefix|@base|prefix\s|base\s+<|<)", re.MULTILINE | re.IGNORECASE)
_BASE: Final = re.compile(r"""^\s*(?:@base|base)\s+<([^<>"{}|^`\\\x00-\x20]*)>""", re.MULTILINE | re.IGNORECASE)


def load(content: bytes, document: str, base: IRI | None = None) -> Mapping:
    """The mapping that *content* says, *document* being its name in messages.

    *base* is what relative IRIs within the document itself are resolved against, where it does not say. Raises
    MappingError with what is wrong, where, and what to write instead.
    """
    if len(content) > MOST_BYTES:
        raise MappingError(f"{document}: {len(content)} bytes; a mapping has at most {MOST_BYTES}")
    text = _text(content, document)
    mapping = _yarrrml(text, document) if is_yarrrml(text, document) else _rdf(text, document, base)
    if not mapping.triples_maps:
        raise MappingError(f"{document}: there is no triples map in it")
    check(mapping)
    return mapping


def is_mapping(path: Path) -> bool:
    """Whether the file at *path* looks like a mapping, and not like another document of RDF, YAML or JSON."""
    try:
        text = path.read_bytes()[:MOST_BYTES].decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return False
    return any(name in text for name in _NAMESPACES) or (path.suffix in (".yml", ".yaml") and is_yarrrml(text, ""))


def is_yarrrml(text: str, document: str) -> bool:
    """Whether *text* looks like YARRRML and not like RDF; where it looks like neither, its name's ending decides."""
    if _TURTLE.search(text):
        return False
    return _YARRRML.search(text) is not None or document.lower().endswith((".yml", ".yaml"))


def _text(content: bytes, document: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MappingError(f"{document}: no UTF-8 at byte {error.start}: {error.reason}") from None


def _rdf(text: str, document: str, base: IRI | None) -> Mapping:
    start = text.lstrip()[:1]
    format = "jsonld" if start in ("{", "[") else "rdfxml" if text.lstrip().startswith("<?xml") else "turtle"
    said = _BASE.search(text)
    graph = Graph(text, document, base or "http://example.org/", format)
    old_base = said[1] if said and graph.old else None
    return Mapping(triples_maps(graph), document, old_base, forgiving=graph.old)


def _yarrrml(text: str, document: str) -> Mapping:
    from semantic_gw.lifters.rml.vocabulary.yarrrml import read  # noqa: PLC0415  a fifth of a start, only for YAML

    mapping: Mapping = read(text, document)
    return mapping
