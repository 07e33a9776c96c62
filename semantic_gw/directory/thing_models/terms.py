"""The terms of Thing Models (TD 1.1, 9), and how large they may grow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import urljoin

from semantic_gw.model import Json

Models = Callable[[str], Json | None]
"""Finds the document of a registered model by its id, or by the URL it is known under; None where there is none."""

THING_MODEL: Final = "tm:ThingModel"
REF: Final = "tm:ref"
OPTIONAL: Final = "tm:optional"
EXTENDS: Final = "tm:extends"
SUBMODEL: Final = "tm:submodel"
KINDS: Final = ("properties", "actions", "events")
"""The members that hold affordances (TD 1.1, 5.3.1.1)."""

MAX_SIZE: Final = 4 * 1024 * 1024
"""Characters of JSON that a model may have once all it extends and imports is in place."""
MAX_CHAIN: Final = 32
"""Models that may extend, import or contain one another in a row."""
MAX_IMPORTS: Final = 10_000
"""Imports followed in one resolution."""
MAX_MODELS: Final = 256
"""Other models looked up in one resolution."""
MAX_PARTS: Final = 100
"""Thing Descriptions made at once of a model and its submodels."""
MAX_NESTING: Final = 256
"""Levels of objects and arrays, as in every document taken in."""


def links(document: Json) -> Iterator[tuple[int, dict[str, Json]]]:
    """The links of *document* that are objects, each with its index."""
    found = document.get("links") if isinstance(document, dict) else None
    for index, link in enumerate(found if isinstance(found, list) else ()):
        if isinstance(link, dict):
            yield index, link


def absolute(href: str, base: str) -> str:
    """*href* as seen from *base*; where *base* is no URL, as it is written.

    >>> absolute("./LED.tm.jsonld#/properties/R", "https://models.example/a/Fan.tm.jsonld")
    'https://models.example/a/LED.tm.jsonld#/properties/R'
    >>> absolute("./LED.tm.jsonld", "urn:example:fan")
    'LED.tm.jsonld'
    >>> absolute("#/properties/on", "urn:example:fan")
    'urn:example:fan#/properties/on'
    """
    if href.startswith("#"):
        return base.partition("#")[0] + href
    try:
        joined = urljoin(base, href)
    except ValueError:  # an address such as http://[half
        return href
    return joined.removeprefix("./")
