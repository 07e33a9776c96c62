"""The JSON-LD contexts we hold, and the one door to the JSON-LD processor: nothing is ever fetched.

A context is built from our own tables, `context_tables/*.toml`: a member, its IRI, and how its value reads. Documents
are measured before the processor sees them, since its cost grows faster than their size.
"""

from __future__ import annotations

import copy
import threading
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final, NoReturn

from semantic_gw.errors import DescribingError
from semantic_gw.model import IRI, Json
from semantic_gw.rdf.limits import check
from semantic_gw.rdf.namespaces import SGW

TD_1_1: Final[IRI] = "https://www.w3.org/2022/wot/td/v1.1"
TD_1_0: Final[IRI] = "https://www.w3.org/2019/wot/td/v1"
DISCOVERY: Final[IRI] = "https://www.w3.org/2022/wot/discovery"
GATEWAY: Final[IRI] = SGW + "context/thing/v1"
"""The prefixes of the terms that we add to Thing Descriptions (docs/thing-descriptions.md)."""
PROJECTION: Final[IRI] = SGW + "context/thing-description"
"""How our projection reads a Thing Description; see `thing_description`."""

CONTEXTS: Final[Mapping[IRI, tuple[str, ...]]] = {
    TD_1_1: ("thing_description",),
    TD_1_0: ("thing_description",),  # W3C serves the same context under both
    DISCOVERY: ("discovery",),
    GATEWAY: ("gateway",),
    PROJECTION: ("thing_description", "projection"),
}
"""The contexts held: their URL → the tables they are made of, later ones changing earlier."""

_PACKAGE: Final = "semantic_gw.rdf"
_TABLES: Final = "context_tables"
_ROOT: Final = "document"
_WORDS: Final[Mapping[str, Mapping[str, Json]]] = {
    "id": {"@type": "@id"},
    "vocab": {"@type": "@vocab"},
    "json": {"@type": "@json"},
    "set": {"@container": "@set"},
    "language": {"@container": "@language"},
    "index": {"@container": "@index"},
}
_PROCESSOR: Final = threading.Lock()
"""The processor's cache of contexts is not made for threads."""


@cache
def context(url: IRI) -> Mapping[str, Json]:
    """The context that *url* stands for, as the value of `@context`. Raises DescribingError where we hold none."""
    if url not in CONTEXTS:
        _refuse(url, "/@context")
    tables = _tables(CONTEXTS[url])
    return _Builder(tables).scope(_ROOT)


@cache
def terms(url: IRI) -> Mapping[IRI, str]:
    """Every IRI that the context of *url* names → the member that stands for it, of the outermost table."""
    found: dict[IRI, str] = {}
    tables = _tables(CONTEXTS[url])
    for name, table in tables.items():
        if name != "prefixes":
            members = ((member, text) for member, text in table.items() if member[0] != "@")
            for member, text in members:
                found.setdefault(_absolute(str(text).split()[0], tables["prefixes"]), member)
    return found


@cache
def names(url: IRI) -> frozenset[str]:
    """Everything that the context of *url* gives a meaning, of all its tables."""
    return frozenset(name for table in _tables(CONTEXTS[url]).values() for name in table)


@dataclass(frozen=True, slots=True)
class ForeignContext:
    """A context that was fetched: *value* may stand for *url* in an `@context`, *digest* tells its versions apart."""

    url: IRI
    digest: str
    value: Json = field(compare=False)


def unknown_contexts(document: Mapping[str, Json]) -> tuple[str, ...]:
    """The URLs of contexts that *document* refers to and that we do not hold, in its order."""
    return tuple(dict.fromkeys(url for url, _ in _references(document, "") if url not in CONTEXTS))


def understood(given: Iterable[Json], foreign: Iterable[ForeignContext], *, opaque: bool) -> Iterator[Json]:
    """The items *given* of an `@context`, *foreign* contexts written out, *opaque* without those that we lack."""
    values = {context.url: context.value for context in foreign}
    for item in given:
        if isinstance(item, str) and item in values:
            yield from items(values[item])
        elif not (opaque and isinstance(item, str) and item not in CONTEXTS):
            yield item


def items(value: Json) -> Sequence[Json]:
    """*value* as the array of which JSON-LD leaves out the brackets."""
    return value if isinstance(value, list | tuple) else (value,)


def expand(document: Mapping[str, Json], *, base_iri: IRI, measured: bool = False) -> list[Json]:
    """*document* in expanded form (JSON-LD 1.1 API, 5.1), relative IRIs resolved against *base_iri*.

    One that was *measured*, or whose cost is bounded otherwise, may be over our limits. Raises DescribingError: it is
    over one, is no JSON-LD, or refers to a context that we do not hold.
    """
    if not measured:
        check(document)
    for url, pointer in _references(document, ""):
        if url not in CONTEXTS:
            _refuse(url, pointer)
    jsonld = _processor()
    options = {"documentLoader": load, "base": base_iri, "processingMode": "json-ld-1.1"}
    try:
        with _PROCESSOR:
            return list(jsonld.expand(document, options))
    except jsonld.JsonLdError as error:
        raise DescribingError(f"not JSON-LD 1.1 ({error.code or error.type}): {error.args[0]}") from error
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
    ) as error:  # its faults, seen in fuzzing
        raise DescribingError(f"the JSON-LD processor cannot read it ({error!r})") from error


def load(url: str, _options: Mapping[str, Any] | None = None) -> dict[str, Json]:
    """A document loader for PyLD: the contexts we hold and nothing else. Raises DescribingError."""
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": {"@context": copy.deepcopy(context(url))},
        "tag": "static",
    }


@cache
def _processor() -> Any:
    from pyld import jsonld  # noqa: PLC0415  # a fifth of a second, and a gateway without new descriptions needs none

    jsonld.set_document_loader(load)
    return jsonld


def _refuse(url: str, pointer: str) -> NoReturn:
    held = ", ".join(url for url in CONTEXTS if url != PROJECTION)
    raise DescribingError(
        f"no context is held for {url}; there are {held}. Write its terms into the document's own @context, leave it "
        "out, or have the operator allow its host (directory.context_hosts)",
        pointer=pointer,
        value=url,
    )


def _references(value: Json, pointer: str) -> Iterator[tuple[str, str]]:
    """The contexts that *value* refers to, each with the JSON Pointer of where it does."""
    if isinstance(value, Mapping):
        for member, inner in value.items():
            below = f"{pointer}/{str(member).replace('~', '~0').replace('/', '~1')}"
            if member == "@context" and isinstance(inner, str):
                yield inner, below
            elif member == "@context" and isinstance(inner, list | tuple):
                yield from ((item, f"{below}/{at}") for at, item in enumerate(inner) if isinstance(item, str))
            yield from _references(inner, below)
    elif isinstance(value, list | tuple):
        for at, inner in enumerate(value):
            yield from _references(inner, f"{pointer}/{at}")


def _absolute(text: str, prefixes: Mapping[str, IRI]) -> IRI:
    prefix, colon, local = text.partition(":")
    return prefixes[prefix] + local if colon else text


@cache
def _tables(names: tuple[str, ...]) -> Mapping[str, Mapping[str, Json]]:
    """The tables of the files *names*, those of the same name made one, `@like` followed."""
    merged: dict[str, dict[str, Json]] = {}
    for name in names:
        for table, lines in tomllib.loads((files(_PACKAGE) / _TABLES / f"{name}.toml").read_text("utf-8")).items():
            merged.setdefault(table, {}).update(lines)
    for lines in merged.values():
        like = merged.get(lines.pop("@like", ""), {})
        lines |= {**like, **lines}
    return merged


class _Builder:
    """Builds JSON-LD contexts from tables."""

    def __init__(self, tables: Mapping[str, Mapping[str, Json]]) -> None:
        self._tables = tables
        self._prefixes: Mapping[str, IRI] = tables["prefixes"]

    def scope(self, name: str) -> dict[str, Json]:
        """The context that the table *name* stands for."""
        built: dict[str, Json] = {}
        for member, text in self._tables[name].items():
            if member == "@prefixes":
                built |= {prefix: self._prefixes[prefix] for prefix in text.split()}
            elif member == "@vocab":
                built[member] = self._prefixes[text]
            elif isinstance(text, str):
                built[member] = self._definition(text)
            else:
                built[member] = text
        return built

    def _definition(self, text: str) -> dict[str, Json]:
        iri, *words = text.split()
        definition: dict[str, Json] = {"@id": iri}
        for word in words:
            definition |= _WORDS.get(word) or self._word(word)
        return definition

    def _word(self, word: str) -> dict[str, Json]:
        name, _, value = word.partition("=")
        if name == "index":
            return {"@container": "@index", "@index": value}
        if name == "scope":
            return {"@context": self.scope(value)}
        return {"@language": word[1:]} if word[0] == "@" else {"@type": word}
