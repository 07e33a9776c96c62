"""What reports call things: IRIs with prefixes, paths as SPARQL writes them, texts of bounded length."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from semantic_gw.model import IRI, Literal, PropertyPath, Severity, Term, ValidationResult
from semantic_gw.rdf.namespaces import PREFIXES, SH
from semantic_gw.rdf.property_paths import sparql_text

MAX_TEXT: Final = 1000
"""Characters shown of one text: a value of a megabyte must not stand in every result on it."""

_LOCAL: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_NAMESPACE: Final = re.compile(r".*[#/:]", re.DOTALL)
_BRACKETED: Final = re.compile(r"<([^<>\s]+)>")
_SEVERITIES: Final = frozenset(map(str, Severity))


class Names:
    """Names for people, with the prefixes of *prefixes* (prefix → namespace).

    >>> Names({"ex": "http://example.org/"}).iri("http://example.org/alice")
    'ex:alice'
    """

    def __init__(self, prefixes: Mapping[str, IRI] = PREFIXES) -> None:
        self._prefix_of = {namespace: prefix for prefix, namespace in reversed(list(prefixes.items()))}

    def split(self, iri: IRI) -> tuple[str, str] | None:
        """The prefix and the local name of *iri*; None where it has no prefix."""
        namespace = found[0] if (found := _NAMESPACE.match(iri)) else ""
        prefix = self._prefix_of.get(namespace)
        return (prefix, iri[len(namespace) :]) if prefix is not None and _LOCAL.fullmatch(iri, len(namespace)) else None

    def iri(self, iri: IRI) -> str:
        """*iri* with its prefix, or in angle brackets; a blank node as it is."""
        if iri.startswith("_:"):
            return iri
        named = self.split(iri)
        return ":".join(named) if named else shortened(f"<{iri}>")

    def term(self, term: Term) -> str:
        """*term* much as Turtle has it."""
        if not isinstance(term, Literal):
            return self.iri(term)
        text = f'"{shortened(term.lexical)}"'
        return f"{text}@{term.language}" if term.language else f"{text}^^{self.iri(term.datatype)}"

    def path(self, path: PropertyPath) -> str:
        return shortened(sparql_text(path, self.iri))

    def severity(self, severity: IRI) -> str:
        """The short name of a severity of SHACL (2.1.4), else its IRI."""
        return severity.removeprefix(SH) if severity in _SEVERITIES else self.iri(severity)

    def shape(self, result: ValidationResult) -> str:
        """The source shape: its IRI, or of a blank node where it stands."""
        if not result.source_shape.startswith("_:"):
            return self.iri(result.source_shape)
        return shortened(self.within(result.source_name) or result.source_shape)

    def within(self, text: str) -> str:
        """*text* with prefixes for the IRIs that stand in it in angle brackets."""
        return _BRACKETED.sub(lambda found: self.iri(found[1]), text)


def shortened(text: str, most: int = MAX_TEXT) -> str:
    """*text*, cut to *most* characters.

    >>> shortened("a long story", 7)
    'a long…'
    """
    return text if len(text) <= most else text[: most - 1] + "…"
