"""The forms of an answer, and which of them a client likes best where nothing is refused (RFC 9110, 12.5.1)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

RESULTS_JSON: Final = "application/sparql-results+json"
RESULTS_XML: Final = "application/sparql-results+xml"
CSV: Final = "text/csv"
TSV: Final = "text/tab-separated-values"
JSON: Final = "application/json"
TURTLE: Final = "text/turtle"
N_TRIPLES: Final = "application/n-triples"
JSON_LD: Final = "application/ld+json"
RDF_XML: Final = "application/rdf+xml"
TRIG: Final = "application/trig"
N_QUADS: Final = "application/n-quads"

SOLUTIONS: Final = (RESULTS_JSON, RESULTS_XML, CSV, TSV, JSON)
"""What SELECT can be answered with; the first is the default."""

TRUTHS: Final = (RESULTS_JSON, RESULTS_XML, JSON)
"""What ASK can be answered with: CSV and TSV have no form for it (SPARQL 1.1 Query Results CSV and TSV Formats, 1)."""

GRAPHS: Final = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML, TRIG, N_QUADS)
"""What CONSTRUCT and DESCRIBE can be answered with; the first is the default."""

OFFERED: Final[Mapping[str, tuple[str, ...]]] = {
    "SELECT": SOLUTIONS,
    "ASK": TRUTHS,
    "CONSTRUCT": GRAPHS,
    "DESCRIBE": GRAPHS,
}
"""By the form of a query."""

FORMAT_NAMES: Final[Mapping[str, str]] = {
    RESULTS_JSON: "SPARQL_Results_JSON",
    RESULTS_XML: "SPARQL_Results_XML",
    CSV: "SPARQL_Results_CSV",
    TSV: "SPARQL_Results_TSV",
    TURTLE: "Turtle",
    N_TRIPLES: "N-Triples",
    JSON_LD: "JSON-LD",
    RDF_XML: "RDF_XML",
    TRIG: "TriG",
    N_QUADS: "N-Quads",
}
"""What W3C calls the formats, in http://www.w3.org/ns/formats/."""

DIRECTORY_SOLUTIONS: Final = (JSON, RESULTS_JSON, RESULTS_XML, CSV, TSV)
"""The same for a search of the directory, whose default differs (WoT Discovery, 7.3.2.5.3)."""

DIRECTORY_TRUTHS: Final = (JSON, RESULTS_JSON, RESULTS_XML)
DIRECTORY_GRAPHS: Final = (JSON_LD, TURTLE, N_TRIPLES, RDF_XML, TRIG, N_QUADS)


def engine_format(media_type: str) -> str:
    """What a store is asked for where a client is told *media_type*.

    >>> engine_format("application/json")
    'application/sparql-results+json'
    """
    return RESULTS_JSON if media_type == JSON else media_type


@lru_cache(maxsize=256)
def preferred(accept: str, offered: tuple[str, ...]) -> str:
    """The media type of *offered* that the header *accept* likes best; the first where it likes none of them.

    >>> preferred("text/turtle, */*;q=0.1", DIRECTORY_GRAPHS), preferred("image/png", DIRECTORY_GRAPHS)
    ('text/turtle', 'application/ld+json')
    """
    weights = dict(_range(part) for part in accept.split(",") if part.strip())
    return max(offered, key=lambda media_type: _weight(media_type, weights))


def _weight(media_type: str, weights: dict[str, float]) -> float:
    """The weight of the most specific range that holds *media_type*."""
    ranges = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
    return next((weights[name] for name in ranges if name in weights), 0.0)


def _range(text: str) -> tuple[str, float]:
    name, *parameters = (part.strip().lower() for part in text.split(";"))
    weights = [value for key, _, value in (parameter.partition("=") for parameter in parameters) if key.strip() == "q"]
    return name, _number(weights[0]) if weights else 1.0


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
