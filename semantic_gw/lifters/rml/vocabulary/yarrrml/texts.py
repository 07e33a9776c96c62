"""Texts of YARRRML: templates with `$(references)`, prefixed names, and what stands behind a `~`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from semantic_gw.errors import MappingError
from semantic_gw.lifters.rml.functions.grel import GREL
from semantic_gw.lifters.rml.functions.idlab import NAMESPACES
from semantic_gw.lifters.rml.model import Constant, Expression, Place, Reference, Template
from semantic_gw.lifters.rml.natural import STRING
from semantic_gw.model import IRI, Literal
from semantic_gw.rdf.namespaces import PREFIXES

PREDEFINED: Final[Mapping[str, IRI]] = {
    **PREFIXES,
    "owl": "http://www.w3.org/2002/07/owl#",
    "schema": "http://schema.org/",
    "dc": "http://purl.org/dc/terms/",
    "dc11": "http://purl.org/dc/elements/1.1/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "void": "http://rdfs.org/ns/void#",
    "sosa": "http://www.w3.org/ns/sosa/",
    "ssn": "http://www.w3.org/ns/ssn/",
    "org": "http://www.w3.org/ns/org#",
    "gr": "http://purl.org/goodrelations/v1#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "grel": GREL,
    "idlab-fn": NAMESPACES[0],
}
"""Prefixes that need no declaration: RDFa's that matter for data, ours, and those of functions."""

_SUFFIX: Final = re.compile(r"~([A-Za-z]+)$")
_PREFIXED: Final = re.compile(r"([A-Za-z_][\w.-]*|):(?!//)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Texts:
    """Reads texts of a document, with its prefixes and external references."""

    prefixes: Mapping[str, IRI]
    external: Mapping[str, str]
    declared: frozenset[str]
    """The prefixes that the document itself declares."""

    def expression(self, text: str, place: Place, *, iri: bool) -> Expression:
        """*text* as a constant, a reference or a template; for an *iri*, a prefix is replaced. Raises MappingError."""
        pieces = [*self._pieces(text, place)]
        if iri and pieces and isinstance(pieces[0], str):
            pieces[0] = self.expand(pieces[0], place, whole=len(pieces) == 1)
        if not any(isinstance(piece, Reference) for piece in pieces):
            constant = "".join(map(str, pieces))
            return Constant(constant if iri else Literal(constant, STRING))
        if len(pieces) == 1 and isinstance(pieces[0], Reference):
            return pieces[0]
        return Template(tuple(pieces), place)

    def expand(self, text: str, place: Place, *, whole: bool = True) -> IRI:
        """*text*, its prefix replaced. Raises MappingError for a prefix that nobody declared, of a *whole* name."""
        found = _PREFIXED.fullmatch(text)
        if found is None:
            return text
        prefix, local = found[1], found[2]
        if prefix in self.prefixes:
            return self.prefixes[prefix] + local
        if whole and prefix and prefix.lower() not in ("urn", "mailto", "tel", "tag", "data", "geo", "file", "http"):
            raise MappingError(
                f"{place}: there is no prefix {prefix!r}; declared are {', '.join(sorted(self.declared)) or 'none'}"
            )
        return text

    def is_name(self, text: str) -> bool:
        """Whether *text* is a name with a prefix of the document, and no other text: `ex:Lamp`."""
        found = _PREFIXED.fullmatch(text)
        known = found is not None and found[1] in self.prefixes
        return known and "$(" not in text and re.search(r"\s", text) is None

    def _pieces(self, text: str, place: Place) -> Iterator[str | Reference]:
        """*text* taken apart; external references are filled in."""
        piece = ""
        position = 0
        while position < len(text):
            if not text.startswith("$(", position):
                piece += text[position]
                position += 1
                continue
            name, position = _reference(text, position + 2, place)
            if name.startswith("_") and name[1:] in self.external:
                piece += self.external[name[1:]]
                continue
            if piece:
                yield piece
            piece = ""
            yield Reference(name.removeprefix("\\"), place)
        if piece:
            yield piece


def _reference(text: str, start: int, place: Place) -> tuple[str, int]:
    """The reference that begins at *start*, and where it ends; parentheses nest, or stand behind a backslash."""
    depth, name, position = 1, "", start
    while position < len(text):
        character = text[position]
        if character == "\\" and text[position + 1 : position + 2] in ("(", ")"):
            name += text[position + 1]
            position += 2
            continue
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth == 0:
            return name, position + 1
        name += character
        position += 1
    raise MappingError(f"{place}: {text!r}: a $( is not closed")


def suffixed(text: str, known: frozenset[str]) -> tuple[str, str]:
    """*text* without the `~…` at its end, and what that says, in lower case; one that is not *known* is text.

    >>> suffixed("$(homepage)~iri", frozenset({"iri"})), suffixed("a~b", frozenset({"iri"}))
    (('$(homepage)', 'iri'), ('a~b', ''))
    """
    found = _SUFFIX.search(text)
    if found is None or found[1].lower() not in known:
        return text, ""
    return text[: found.start()], found[1].lower()
