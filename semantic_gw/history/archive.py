"""A Parquet file a day, for analysis elsewhere: sorted by Thing, affordance and time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from semantic_gw.errors import ConfigurationError, UnavailableError
from semantic_gw.history.points import Codec, Key, Point, Series, micros, moment_at, value_of
from semantic_gw.history.store import HistoryStore, Range
from semantic_gw.model import Literal

_log = logging.getLogger(__name__)

_CHUNK: Final = 50_000
_ALL: Final = 10_000_000
_DAY: Final = 24 * 3600 * 1_000_000
_GRACE: Final = timedelta(hours=1)
"""How long after midnight a day may still get late data before its file is written."""

_LOOK_S: Final = 600.0
_COLUMNS: Final = ("thing", "property", "kind", "unit", "time", "received", "number", "value", "message")


class Archive:
    """Writes days of *store* into *folder*. Raises ConfigurationError where pyarrow is not installed."""

    def __init__(self, store: HistoryStore, codec: Codec, folder: Path) -> None:
        self._store = store
        self._codec = codec
        self._folder = folder
        self._schema, self._arrow = _pyarrow()

    async def run(self, clock: Callable[[], datetime]) -> None:
        """Write a file of each day that is over and has none; never ends by itself."""
        while True:
            try:
                for day in await self.missing(clock()):
                    await self.write(day)
            except (OSError, UnavailableError) as error:
                _log.warning("no Parquet file can be written; retrying", extra={"error": str(error)})
            await asyncio.sleep(_LOOK_S)

    async def missing(self, now: datetime) -> list[date]:
        """The days that are over at *now*, and have no file."""
        spans = await self._store.spans(await self._store.series(most=_ALL))
        if not spans:
            return []
        first = moment_at(min(span.first for span in spans)).date()
        over = (now.astimezone(UTC) - _GRACE).date()
        days = (first + timedelta(days=number) for number in range((over - first).days))
        return [day for day in days if not self.path(day).exists()]

    def path(self, day: date) -> Path:
        return self._folder / f"{day.isoformat()}.parquet"

    async def write(self, day: date) -> int:
        """Write the file of *day* (UTC), and return how many observations it has; it is there whole, or not at all."""
        series = await self._store.series(most=_ALL)
        begin = micros(datetime(day.year, day.month, day.day, tzinfo=UTC))
        self._folder.mkdir(parents=True, exist_ok=True)
        path, count = self.path(day), 0
        partial = path.with_suffix(".part")
        with self._arrow.ParquetWriter(partial, self._schema, compression="zstd") as writer:
            async for rows in self._rows(series, (begin, begin + _DAY)):
                count += len(rows)
                await asyncio.to_thread(writer.write_table, self._table(rows))
        partial.replace(path)
        return count

    async def _rows(self, series: Sequence[Series], bounds: tuple[int, int]) -> AsyncIterator[list[tuple[Any, ...]]]:
        gathered: list[tuple[Any, ...]] = []
        for _, some in groupby(series, key=_property):
            keys = {one.id: one.key for one in some}
            after: tuple[int, int] | None = None
            while points := await self._store.points(list(keys), Range(bounds, after=after), _CHUNK):
                gathered += (self._row(keys[number], point) for number, point in points)
                after = (points[-1][1].at, points[-1][0])
                if len(gathered) >= _CHUNK:
                    yield gathered
                    gathered = []
        if gathered:
            yield gathered

    def _row(self, key: Key, point: Point) -> tuple[Any, ...]:
        graph = self._codec.graph(key, point)
        received = point.at if point.received is None else point.received
        named = (key.thing, key.affordance, key.kind, key.unit or None)
        return (*named, point.at, received, point.number, _plain(value_of(key.form, point)), graph.iri)

    def _table(self, rows: Sequence[tuple[Any, ...]]) -> Any:
        columns = zip(*rows, strict=True)
        arrays = [list(column) for column in columns]
        return _table_of(arrays, self._schema)


def _plain(value: object) -> str:
    """The text of *value*.

    >>> _plain(True), _plain(21.5)
    ('true', '21.5')
    """
    if isinstance(value, Literal):
        return value.lexical
    return str(value).lower() if isinstance(value, bool) else str(value)


def _property(series: Series) -> tuple[str, str]:
    return series.key.thing, series.key.affordance


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow  # noqa: PLC0415  an extra, and heavy
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError as error:
        raise ConfigurationError("Parquet files want the extra: pip install semantic-gateway[parquet]") from error
    text, moment = pyarrow.dictionary(pyarrow.int32(), pyarrow.string()), pyarrow.timestamp("us", tz="UTC")
    kinds = (text, text, text, text, moment, moment, pyarrow.float64(), pyarrow.string(), pyarrow.string())
    return pyarrow.schema(list(zip(_COLUMNS, kinds, strict=True))), parquet


def _table_of(columns: Sequence[list[Any]], schema: Any) -> Any:
    import pyarrow  # noqa: PLC0415  likewise

    arrays = [pyarrow.array(column, type=field.type) for column, field in zip(columns, schema, strict=True)]
    return pyarrow.Table.from_arrays(arrays, schema=schema)
