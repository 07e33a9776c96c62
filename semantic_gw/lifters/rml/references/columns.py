"""References to columns of tables: CSV, and what SPARQL selects. An iteration is a row, by column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from semantic_gw.lifters.rml.model import Reference
from semantic_gw.model import Json


def compile_reference(reference: Reference) -> Callable[[Mapping[str, Json]], Sequence[Json]]:
    """What reads the column that *reference* names; a row without it has no value."""
    name = reference.text

    def read(row: Mapping[str, Json]) -> Sequence[Json]:
        return (row[name],) if name in row else ()

    return read


def iterations(row: Mapping[str, Json]) -> Iterable[Mapping[str, Json]]:
    """A row is one iteration."""
    return (row,)
