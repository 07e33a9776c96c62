"""Relation types that a document may have once, or not at all (TD 1.1, 5.3.4.1 and 10.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from semantic_gw.model import Finding, Json

_EXTENDS: Final = "tm:extends"
_TYPE: Final = "type"
_TO_MODELS: Final = (_EXTENDS, "tm:submodel")


def check_links(document: Mapping[str, Json]) -> Iterator[Finding]:
    """Links of a Thing Description: of one Thing Model at most, and extending none."""
    for index, rel, _ in _links(document):
        if rel == _EXTENDS:
            wanted = "a Thing Description links its model with rel type"
            yield Finding(f"/links/{index}/rel", f"only a Thing Model extends another with rel tm:extends; {wanted}")
    yield from _again(document, _TYPE, "a Thing is an instance of one Thing Model at most")


def check_links_of_model(document: Mapping[str, Json]) -> Iterator[Finding]:
    """Links of a Thing Model: it extends one other at most, and links to models have a target."""
    for index, rel, link in _links(document):
        if rel in _TO_MODELS and "href" not in link:
            yield Finding(f"/links/{index}/href", f"href is missing; a link with rel {rel} names the Thing Model there")
    yield from _again(document, _EXTENDS, "a Thing Model extends one other at most; import parts of more with tm:ref")


def extends(document: Mapping[str, Json]) -> bool:
    """Whether *document*, a Thing Model, extends another, and so has affordances that do not stand in it."""
    return any(rel == _EXTENDS for _, rel, _ in _links(document))


def _again(document: Mapping[str, Json], wanted: str, reason: str) -> Iterator[Finding]:
    found = [index for index, rel, _ in _links(document) if rel == wanted]
    for index in found[1:]:
        yield Finding(f"/links/{index}/rel", f"links[{found[0]}] has rel {wanted} already; {reason}")


def _links(document: Mapping[str, Json]) -> Iterator[tuple[int, Json, Mapping[str, Json]]]:
    links = document.get("links")
    for index, link in enumerate(links) if isinstance(links, list) else ():
        if isinstance(link, dict):
            yield index, link.get("rel"), link
