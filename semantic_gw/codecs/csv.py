"""Tables as devices and their loggers send them: `text/csv` (RFC 4180), a row of names first."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Final

from semantic_gw.codecs.text import TextCodec
from semantic_gw.errors import DecodingError
from semantic_gw.model import Json

MAX_CELLS: Final = 100_000
"""Most cells of one table."""

_DELIMITERS: Final = ",;\t|"
_LONGEST_CELL: Final = 16 * 1024 * 1024


class CsvCodec:
    """Reads a table as a list of objects by column; one without a row of names as a list of rows.

    What parts the cells is the one of `,` `;` tab `|` that the first line has most often: where the decimal comma is
    at home, tables have semicolons.
    """

    media_types: tuple[str, ...] = ("text/csv",)

    def decode(self, body: bytes) -> Json:
        r"""The rows of *body*, every cell a text. Raises DecodingError for what is no UTF-8, and beyond the bound.

        >>> CsvCodec().decode(b"id;celsius\r\n1;21,5\r\n")
        [{'id': '1', 'celsius': '21,5'}]
        """
        rows = _rows(TextCodec().decode(body))
        if not rows:
            return []
        names, *others = rows
        named = "" not in names and len({*names}) == len(names) and all(len(row) == len(names) for row in others)
        return [dict(zip(names, row, strict=True)) for row in others] if named else rows


def _rows(text: str) -> Sequence[list[str]]:
    csv.field_size_limit(_LONGEST_CELL)
    found: list[list[str]] = []
    cells = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)):
            cells += len(row)
            if cells > MAX_CELLS:
                raise DecodingError(f"there are more than {MAX_CELLS} cells")
            if row:
                found.append(row)
    except csv.Error as error:
        raise DecodingError(f"no CSV: {error}") from None
    return found


def _delimiter(text: str) -> str:
    """What parts the cells of the first line, quoted ones left out."""
    first = "".join(text.lstrip("\r\n").partition("\n")[0].split('"')[::2])
    return max(_DELIMITERS, key=first.count)
