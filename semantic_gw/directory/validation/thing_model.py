"""Whether a Thing Model is one (TD 1.1, section 10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from semantic_gw.directory.validation import schemas
from semantic_gw.directory.validation.context import check_context, is_model
from semantic_gw.directory.validation.description import AFFORDANCES
from semantic_gw.directory.validation.links import check_links_of_model, extends
from semantic_gw.directory.validation.placeholders import misplaced_placeholders
from semantic_gw.directory.validation.references import check_references, without_removals
from semantic_gw.directory.validation.wording import below, shown, told
from semantic_gw.json_pointer import parse_pointer
from semantic_gw.model import Finding, Json

_OPTIONAL: Final = "tm:optional"
_TYPE: Final = (
    "@type lacks tm:ThingModel, by which a Thing Model is recognized; register a Thing Description at /things"
)


def check_model(document: Json) -> tuple[Finding, ...]:
    """What is wrong with *document* as a Thing Model; nothing where it is one.

    At most a hundred findings, one a place. *document* is as `read` gives it: of bounded depth, its texts Unicode.
    """
    if not isinstance(document, dict):
        return (Finding("", f"a Thing Model is a JSON object; this is {shown(document)}"),)
    return told(_faults(document))


def _faults(document: Mapping[str, Json]) -> Iterator[Finding]:
    if not is_model(document):
        yield Finding("/@type", _TYPE)
    yield from check_context(document)
    yield from schemas.thing_model().faults(without_removals(document))
    yield from check_links_of_model(document)
    yield from _check_optional(document)
    yield from check_references(document)
    yield from _placeholders(document, "")


def _check_optional(document: Mapping[str, Json]) -> Iterator[Finding]:
    """`tm:optional` points to affordances, of this model or of the one it extends (10.3.4)."""
    listed = document.get(_OPTIONAL)
    for index, pointer in enumerate(listed) if isinstance(listed, list) else ():
        if isinstance(pointer, str) and (fault := _fault_of_optional(pointer, document)):
            yield Finding(f"/{_OPTIONAL}/{index}", f"{_OPTIONAL} has {shown(pointer)}; {fault}")


def _fault_of_optional(pointer: str, document: Mapping[str, Json]) -> str:
    match parse_pointer(pointer) if pointer.startswith("/") else ():
        case (kind, name) if kind in AFFORDANCES and name:
            group = document.get(kind)
            known = isinstance(group, dict) and name in group
            return "" if known or extends(document) else f"{kind} has no such affordance"
    return "it must be a JSON Pointer to a whole affordance, such as /properties/status"


def _placeholders(value: Json, pointer: str) -> Iterator[Finding]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from misplaced_placeholders(name, inner, below(pointer, name))
            yield from _placeholders(inner, below(pointer, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from misplaced_placeholders("", inner, f"{pointer}/{index}")
            yield from _placeholders(inner, f"{pointer}/{index}")
