"""Tables: rows of CSV files, one after the other, by column."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import IO, Any, Final

from semantic_gw.errors import LiftingError, MappingError
from semantic_gw.lifters.rml.model import Dialect, Place

MOST_CHARACTERS: Final = 16 * 1024 * 1024
"""Characters of one cell, at most."""


def rows(text: IO[str], dialect: Dialect, place: Place) -> Iterator[dict[str, str]]:
    """The rows of *text*. Raises LiftingError where a row has not as many cells as there are columns."""
    csv.field_size_limit(MOST_CHARACTERS)
    for _ in range(dialect.skip_rows):
        text.readline()
    reader = csv.reader(_lines(text, dialect), strict=True, **_parameters(dialect, place))
    columns: list[str] | None = None
    try:
        for cells in reader:
            if not cells:
                continue
            values = [cell.strip() for cell in cells] if dialect.trim else cells
            if columns is None:
                columns = _columns(values, dialect, place)
                if dialect.header:
                    continue
            if len(values) != len(columns):
                raise _ragged(len(values), len(columns), reader.line_num, dialect, place)
            yield dict(zip(columns, values, strict=True))
    except csv.Error as error:
        raise LiftingError(f"{place}: line {reader.line_num + dialect.skip_rows} is no CSV: {error}") from None


def _parameters(dialect: Dialect, place: Place) -> dict[str, Any]:
    if len(dialect.delimiter) != 1 or len(dialect.quote) > 1:
        raise MappingError(f"{place}: a delimiter is one character, and so is what quotes; they are {dialect}")
    quoting = {"quotechar": dialect.quote} if dialect.quote else {"quoting": csv.QUOTE_NONE}
    escape = {} if dialect.double_quote else {"escapechar": "\\"}
    return {"delimiter": dialect.delimiter, "doublequote": dialect.double_quote, **quoting, **escape}


def _lines(text: IO[str], dialect: Dialect) -> Iterator[str]:
    if not dialect.comment:
        return iter(text)
    return (line for line in text if not line.startswith(dialect.comment))


def _columns(cells: Sequence[str], dialect: Dialect, place: Place) -> list[str]:
    if not dialect.header:
        return [f"_col.{number}" for number in range(1, len(cells) + 1)]  # CSV on the Web, Tabular Data Model, 4.3
    twice = next((cell for cell in cells if cells.count(cell) > 1), None)
    if twice is not None:
        raise LiftingError(f"{place}: the column {twice!r} is there twice")
    return list(cells)


def _ragged(found: int, wanted: int, line: int, dialect: Dialect, place: Place) -> LiftingError:
    return LiftingError(
        f"{place}: line {line + dialect.skip_rows} has {found} cells, where there are {wanted} columns (RFC 4180, 2)"
    )
