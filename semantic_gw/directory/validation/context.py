"""What `@context` and `@type` say a document is: which version of the Recommendation, description or model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from semantic_gw.directory.validation.placeholders import placeholder_left
from semantic_gw.directory.validation.wording import below, shown
from semantic_gw.model import IRI, Finding, Json
from semantic_gw.rdf.contexts import TD_1_0, TD_1_1

CONTEXT: Final = "@context"
THING_MODEL: Final = ("tm:ThingModel", "https://www.w3.org/2019/wot/tm#ThingModel")
"""The type of a Thing Model (TD 1.1, 10.2), as the context of Thing Descriptions shortens it, and in full."""

_WANTED: Final = f"the first entry must be {TD_1_1} (or {TD_1_0}, for readers of TD 1.0)"
_OTHER: Final[Mapping[IRI, str]] = {
    "https://www.w3.org/ns/wot-next/td": "is that of the drafts of TD 2.0, which is not supported",
    "https://www.w3.org/2022/wot/td/v1": "does not exist",
    "http://www.w3.org/ns/td": "is that of drafts from before TD 1.0",
    "https://w3c.github.io/wot/w3c-wot-td-context.jsonld": "is that of drafts from before TD 1.0",
    "http://w3c.github.io/wot/w3c-wot-td-context.jsonld": "is that of drafts from before TD 1.0",
}
"""Contexts that are met in Thing Descriptions, and why they are refused."""

_LANGUAGE_TAG: Final = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_DIRECTIONS: Final = ("ltr", "rtl", None)


def is_model(document: Mapping[str, Json]) -> bool:
    """Whether `@type` says that *document* is a Thing Model (TD 1.1, 10.2, tm-identification)."""
    return any(entry in THING_MODEL for entry in _entries(document.get("@type")) if isinstance(entry, str))


def is_of_1_0(document: Mapping[str, Json]) -> bool:
    """Whether *document* says it is a Thing Description of 1.0, and not of 1.1 as well (TD 1.1, 5.3.1.1)."""
    entries = _entries(document.get(CONTEXT))
    return TD_1_0 in entries and TD_1_1 not in entries


def check_context(document: Mapping[str, Json]) -> Iterator[Finding]:
    """The rules for `@context` of TD 1.1, 5.3.1.1. That it is there, a text or an array, is the schema's to say."""
    entries = _entries(document.get(CONTEXT))
    if not isinstance(document.get(CONTEXT), (str, list)):
        return
    if not entries:
        yield Finding("/@context", f"@context is empty; {_WANTED}")
    elif entries[0] not in (TD_1_1, TD_1_0):
        yield Finding(_pointer(document, 0), _refused(entries[0]))
    for index, entry in enumerate(entries):
        yield from _check_entry(entry, _pointer(document, index), fillable=is_model(document))


def _entries(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


def _pointer(document: Mapping[str, Json], index: int) -> str:
    return f"/@context/{index}" if isinstance(document[CONTEXT], list) else "/@context"


def _refused(entry: Json) -> str:
    reason = _OTHER.get(entry.removesuffix("#")) if isinstance(entry, str) else None
    return f"@context begins with {shown(entry)}{f', which {reason}' if reason else ''}; {_WANTED}"


def _check_entry(entry: Json, pointer: str, *, fillable: bool) -> Iterator[Finding]:
    """*fillable* says that values may be placeholders still."""
    if isinstance(entry, dict):
        open_terms = ((name, value) for name, value in entry.items() if not (fillable and _is_placeholder(value)))
        yield from _check_terms(open_terms, pointer)
    elif not isinstance(entry, str):
        yield Finding(pointer, f"@context has {shown(entry)}; an entry must be a URI or an object of terms")


def _check_terms(terms: Iterable[tuple[str, Json]], pointer: str) -> Iterator[Finding]:
    """JSON-LD 1.1, 9.15: a term is an IRI, null, or an expanded definition; keywords have values of their own."""
    for name, value in terms:
        if not _allowed(name, value):
            yield Finding(below(pointer, name), f"{shown(name)} is {shown(value)}; {_terms_wanted(name)}")


def _allowed(name: str, value: Json) -> bool:
    if name == "@language":
        return value is None or (isinstance(value, str) and _LANGUAGE_TAG.fullmatch(value) is not None)
    if name == "@direction":
        return not isinstance(value, (dict, list)) and value in _DIRECTIONS
    return name.startswith("@") or value is None or isinstance(value, (str, dict))


def _is_placeholder(value: Json) -> bool:
    return isinstance(value, str) and placeholder_left(value) is not None


def _terms_wanted(name: str) -> str:
    if name == "@language":
        return "it must be a language tag (BCP 47), such as en or zh-Hans"
    if name == "@direction":
        return "it must be ltr, rtl or null"
    return "it must be the IRI that the term stands for"
