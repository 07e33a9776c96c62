"""What the members of a JSON-LD document stand for, worked out ahead: the part of JSON-LD 1.1 that descriptions use.

A `Scope` is an active context (JSON-LD 1.1 API, 4.1). Contexts of ours may do all that our tables can say; those of
documents may declare prefixes and terms, a vocabulary and a language. Of anything more `NotSimple` is raised: that is
for the processor (`contexts.expand`), which knows the whole of JSON-LD and takes twenty times as long.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from semantic_gw.model import IRI, Json

DIRECTIONS: Final = (None, "ltr", "rtl")
INHERITED: Final = "@inherited"
"""A term without a language of its own has that of the context."""

_KEYWORD: Final = re.compile(r"@[A-Za-z]+$")
_ABSOLUTE: Final = re.compile(r"(?:[A-Za-z][A-Za-z0-9+-.]*|_):\S*$")
_LIKE_AN_IRI: Final = re.compile(r".*?(?::[^:]|/)", re.DOTALL)
GENERAL_DELIMITERS: Final = tuple(":/?#[]@")
"""gen-delims (RFC 3986, 2.2): a term whose IRI ends with one is a prefix."""

_SIMPLE: Final = frozenset({"@id", "@type", "@language"})
_TYPES: Final = frozenset({"@id", "@vocab", "@json", "@none"})


class NotSimple(Exception):  # noqa: N818  # no error: the processor takes over
    """A document, or its context, uses more of JSON-LD than is understood here."""


class Definition(NamedTuple):
    """A term definition (JSON-LD 1.1 API, 4.1). Without *iri*, what the term names is left out."""

    iri: IRI | None
    type: str | None = None
    language: str | None = INHERITED
    container: str = ""
    index_member: str = ""
    scope: Mapping[str, Json] | None = None
    prefix: bool = False


_PLAIN: Final = Definition(None)
_COMPLETE: Final[dict[int, Mapping[str, Definition]]] = {}
"""Contexts of ours that mean the same wherever they stand, by their identity (they live as long as the process)."""


class Scope:
    """An active context: terms, the vocabulary of what is no term, and the language of texts."""

    def __init__(
        self, terms: Mapping[str, Definition], vocabulary: IRI | None = None, language: str | None = None
    ) -> None:
        self.terms = terms
        self.vocabulary = vocabulary
        self.language = language

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scope) and self._all() == other._all()

    def __hash__(self) -> int:
        return hash((len(self.terms), self.vocabulary, self.language))

    def extended(self, context: Mapping[str, Json], *, trusted: bool) -> Scope:
        """The scope within *context*, an object; a *trusted* one is of our own tables. Raises NotSimple."""
        return _Reader(self, context, trusted=trusted).scope()

    def definition(self, member: str) -> Definition:
        return self.terms.get(member, _PLAIN)

    def word(self, text: str) -> str | None:
        """What *text* stands for as a member, a type or a word of the vocabulary: an IRI, a keyword, or nothing."""
        if text[:1] == "@" and _KEYWORD.match(text):
            return text
        found = self.terms.get(text)
        if found is not None:
            return found.iri
        return self._compact(text) or (None if self.vocabulary is None else self.vocabulary + text)

    def member(self, text: str) -> str | None:
        """What *text* stands for as a member; None where what is under it says nothing."""
        found = self.word(text)
        return found if found is not None and (found[0] == "@" or _ABSOLUTE.match(found)) else None

    def reference(self, text: str) -> IRI | None:
        """The absolute IRI that *text* stands for as an `@id`; None where it is relative. Raises NotSimple."""
        if text[:1] == "@":
            raise NotSimple(text)
        return self._compact(text)

    def _compact(self, text: str) -> IRI | None:
        """The IRI that *text* is, or is short for with a prefix."""
        prefix, colon, local = text.partition(":")
        if not colon or not prefix:
            return None
        if prefix == "_" or local.startswith("//"):
            return text
        found = self.terms.get(prefix)
        if found is not None and found.prefix:
            return f"{found.iri}{local}"
        return text if _ABSOLUTE.match(text) else None

    def _all(self) -> tuple[Any, ...]:
        return self.vocabulary, self.language, self.terms


class _Reader:
    """Reads one local context (JSON-LD 1.1 API, 5.1 and 5.2), as far as it is simple."""

    def __init__(self, active: Scope, context: Mapping[str, Json], *, trusted: bool) -> None:
        self._context = context
        self._trusted = trusted
        self._terms = dict(active.terms)
        self._vocabulary = active.vocabulary
        self._language = active.language
        self._defined: dict[str, bool] = {}
        self._is_complete = trusted

    def scope(self) -> Scope:
        self._read_language()
        self._read_vocabulary()
        if self._trusted and id(self._context) in _COMPLETE:
            return Scope({**self._terms, **_COMPLETE[id(self._context)]}, self._vocabulary, self._language)
        for term in self._context:
            if term[:1] == "@":
                self._check_keyword(term)
            else:
                self._define(term)
        if self._is_complete:
            _COMPLETE[id(self._context)] = {term: self._terms[term] for term in self._defined}
        return Scope(self._terms, self._vocabulary, self._language)

    def _read_language(self) -> None:
        language = self._context.get("@language", self._language)
        if language is not None and not isinstance(language, str):
            raise NotSimple(language)
        self._language = language and language.lower()

    def _read_vocabulary(self) -> None:
        if "@vocab" not in self._context:
            return
        vocabulary = self._context["@vocab"]
        if not isinstance(vocabulary, str) or "://" not in vocabulary or not _ABSOLUTE.match(vocabulary):
            raise NotSimple(vocabulary)
        self._vocabulary = vocabulary

    def _check_keyword(self, keyword: str) -> None:
        value = self._context[keyword]
        known = keyword in {"@language", "@vocab"}
        if not (known or (keyword == "@version" and value == 1.1) or (keyword == "@direction" and value in DIRECTIONS)):
            raise NotSimple(keyword)

    def _define(self, term: str) -> None:
        if self._defined.get(term):
            return
        if not term or term[0] == "@" or term in self._defined:  # begun, and not ended: it is defined by itself
            raise NotSimple(term)
        self._defined[term] = False
        value = self._context[term]
        self._terms.pop(term, None)
        short = value is None or isinstance(value, str)
        self._terms[term] = self._definition(term, {"@id": value} if short else value, short=short)
        self._defined[term] = True

    def _definition(self, term: str, value: Json, *, short: bool) -> Definition:
        if not isinstance(value, Mapping) or not (self._trusted or value.keys() <= _SIMPLE):
            raise NotSimple(term)
        iri = self._iri(term, value)
        language = value.get("@language", INHERITED)
        return Definition(
            iri,
            self._type(value),
            language.lower() if isinstance(language, str) else language,
            value.get("@container", ""),
            value.get("@index", ""),
            value.get("@context"),
            prefix=short and ":" not in term and iri is not None and iri.endswith(GENERAL_DELIMITERS),
        )

    def _iri(self, term: str, value: Mapping[str, Json]) -> IRI | None:
        given = value.get("@id", term)
        if given is None:
            return None
        if not isinstance(given, str) or not given:
            raise NotSimple(given)
        if given == term:
            return self._own_iri(term)
        if self._trusted and given[0] == "@":
            return given
        if _LIKE_AN_IRI.match(term):
            raise NotSimple(term)
        return self._expanded(given)

    def _own_iri(self, term: str) -> IRI:
        """The IRI of a term that is defined without one."""
        prefix, colon, local = term.partition(":")
        if not colon or not prefix:
            if self._vocabulary is None or colon:
                raise NotSimple(term)
            return self._vocabulary + term
        if prefix in self._context:
            self._define(prefix)
        if prefix not in self._terms:
            return term
        namespace = self._terms[prefix].iri
        if namespace is None:
            raise NotSimple(term)
        return namespace + local

    def _type(self, value: Mapping[str, Json]) -> str | None:
        if "@type" not in value:
            return None
        given = value["@type"]
        if not isinstance(given, str) or not given:
            raise NotSimple(given)
        return given if given in _TYPES else self._expanded(given)

    def _expanded(self, text: str) -> IRI:
        """The absolute IRI that *text* stands for within this context."""
        if text[0] == "@":
            raise NotSimple(text)
        prefix, _, local = text.partition(":")
        self._is_complete &= prefix in self._context or local.startswith("//")
        for name in (text, prefix):
            if name in self._context and not self._defined.get(name) and (name == text or self._is_compact(text)):
                self._define(name)
        found = Scope(self._terms, self._vocabulary).word(text)
        if found is None or found[0] in "@_" or found[-1].isspace() or not _ABSOLUTE.match(found):
            raise NotSimple(text)
        return found

    def _is_compact(self, text: str) -> bool:
        return text.find(":") > 0 and not text.partition(":")[2].startswith("//")
