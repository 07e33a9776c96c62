"""Where points are kept: written many at a time, read by series and time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, and_, delete, func, or_, select, text
from sqlalchemy.dialects import postgresql, sqlite

from semantic_gw.history.database import HistoryDatabase
from semantic_gw.history.points import Kept, Key, Point, Series
from semantic_gw.history.tables import POINTS, SERIES
from semantic_gw.model import IRI

_MOST_KNOWN: Final = 500_000
"""Series whose numbers are remembered here."""

_STEP: Final = 5000
"""Points that are deleted at once: others wait for no longer than that takes."""

_COLUMNS: Final = (POINTS.c.at, POINTS.c.number, POINTS.c.text, POINTS.c.received, POINTS.c.message)

_NUMBERS: Final = """count(points.at), coalesce(sum(points.number), 0.0), coalesce(min(points.number), 0.0),
 coalesce(max(points.number), 0.0)"""
_WITHIN: Final = "points.series = wanted.series AND points.at >= bounds.begins AND points.at < bounds.ends"

_SUMS: Final = {
    "sqlite": f"""SELECT wanted.series, bounds.place, {_NUMBERS} FROM
 (SELECT value AS series FROM json_each(:series)) AS wanted
 CROSS JOIN (SELECT key AS place, json_extract(value, '$[0]') AS begins, json_extract(value, '$[1]') AS ends
 FROM json_each(:bounds)) AS bounds
 CROSS JOIN history_points AS points ON {_WITHIN} GROUP BY 1, 2 ORDER BY 1, 2""",  # noqa: S608  parts of our own
    "postgresql": f"""SELECT wanted.series, bounds.place, sums.* FROM
 (SELECT CAST(value AS int) AS series FROM json_array_elements_text(CAST(:series AS json))) AS wanted
 CROSS JOIN (SELECT place - 1 AS place, CAST(value->>0 AS bigint) AS begins, CAST(value->>1 AS bigint) AS ends FROM
 json_array_elements(CAST(:bounds AS json)) WITH ORDINALITY AS listed(value, place)) AS bounds
 CROSS JOIN LATERAL (SELECT {_NUMBERS} FROM history_points AS points WHERE {_WITHIN}) AS sums ORDER BY 1, 2""",  # noqa: S608  parts of our own
}
"""Each bound looks into the index by itself: a join that compares all points with all bounds takes seconds."""

Bounds = tuple[int, int]
"""From when, and until when (exclusive), in microseconds since 1970."""


class Sums(NamedTuple):
    """How *many* points *series* has within the bounds at *place*, and what their numbers come to; 0 for states."""

    series: int
    place: int
    many: int
    sum: float
    least: float
    most: float


class Range(NamedTuple):
    """Which points are wanted: those of *bounds*, behind (or before, *newest_first*) *after*: its time and series."""

    bounds: Bounds
    newest_first: bool = False
    after: tuple[int, int] | None = None


class SeriesSpan(NamedTuple):
    """A series, and the times of its oldest and its newest point."""

    series: Series
    first: int
    last: int


class HistoryStore:
    """Keeps points in *database*."""

    def __init__(self, database: HistoryDatabase) -> None:
        self.database = database
        self._ids: dict[Key, int] = {}

    # What comes in:

    async def keep(self, points: Sequence[Kept]) -> int:
        """Keep *points*, all or none, and return how many series have got some.

        Of two of a series and time, the one that was received later counts, whichever is told first; of two received
        at the same time, the one told last.
        """
        newest: dict[tuple[Key, int], Point] = {}
        for key, point in points:
            known = newest.get((key, point.at))
            if known is None or _received(known) <= _received(point):
                newest[key, point.at] = point
        keys = {key for key, _ in newest}
        ids = await self._known(keys)
        rows = [(ids[key], point) for (key, _), point in newest.items()]
        rows.sort(key=_place)
        if rows:
            await self.database.write(lambda connection: _upsert(connection, rows))
        return len(keys)

    async def _known(self, keys: Iterable[Key]) -> Mapping[Key, int]:
        """The numbers of *keys*; those that are new get one."""
        if len(self._ids) > _MOST_KNOWN:
            self._ids.clear()
        new = [key for key in keys if key not in self._ids]
        if new:
            self._ids.update(await self.database.write(lambda connection: _number(connection, new)))
        return self._ids

    # What is asked:

    async def series(
        self, thing: IRI | None = None, affordance: str | None = None, *, most: int = 100_000
    ) -> list[Series]:
        """The series of *thing* and *affordance*, where these are given."""
        query = select(SERIES).order_by(SERIES.c.thing, SERIES.c.affordance, SERIES.c.id).limit(most)
        if thing is not None:
            query = query.where(SERIES.c.thing == thing)
        if affordance is not None:
            query = query.where(SERIES.c.affordance == affordance)
        return await self.database.read(lambda connection: list(_series(connection, query)))

    async def spans(self, series: Sequence[Series]) -> list[SeriesSpan]:
        """From when to when there are points of *series*; those without are left out."""

        def read(connection: Connection) -> list[SeriesSpan]:
            return [span for one in series if (span := _span(connection, one)) is not None]

        return await self.database.read(read)

    async def points(self, series: Sequence[int], wanted: Range, most: int) -> list[tuple[int, Point]]:
        """At most *most* of the points of *series* (numbers) in the range *wanted*, by time: each with its series."""
        query = _points_query(series, wanted).limit(most)

        def read(connection: Connection) -> list[tuple[int, Point]]:
            return [(row[0], Point(*row[1:])) for row in connection.execute(query)]

        return await self.database.read(read)

    async def last_before(self, series: Sequence[int], at: int) -> list[tuple[int, Point]]:
        """The newest point of each of *series* before *at*."""

        def read(connection: Connection) -> list[tuple[int, Point]]:
            found = []
            for one in series:
                query = _points_query([one], Range((-(2**62), at), newest_first=True)).limit(1)
                found += [(row[0], Point(*row[1:])) for row in connection.execute(query)]
            return found

        return await self.database.read(read)

    async def sums(self, series: Sequence[int], bounds: Sequence[Bounds]) -> list[Sums]:
        """What the numbers of each of *series* come to within each of *bounds*; nothing where there are none."""
        dialect = "sqlite" if self.database.is_sqlite else "postgresql"
        query = text(_SUMS[dialect])
        given = {"series": json.dumps(list(series)), "bounds": json.dumps([list(one) for one in bounds])}

        def read(connection: Connection) -> list[Sums]:
            return [Sums(*row) for row in connection.execute(query, given) if row[2]]

        return await self.database.read(read)

    # What goes:

    async def due(self, until: Mapping[int, int]) -> list[int]:
        """Those of the series in *until* that have points before its time."""

        def read(connection: Connection) -> list[int]:
            return [one for one, before in until.items() if connection.execute(_oldest(one, before)).first()]

        return await self.database.read(read)

    async def forget(self, series: int, before: int) -> int:
        """Delete some of the oldest points of *series* before *before*, and return how many; 0: none are left."""
        return await self.database.write(lambda connection: _forget(connection, series, before))

    async def size(self) -> int:
        """How large the history is, in bytes; free pages of its file do not count."""
        return await self.database.read(_SIZES["sqlite" if self.database.is_sqlite else "postgresql"])


def _received(point: Point) -> int:
    return point.at if point.received is None else point.received


def _place(row: tuple[int, Point]) -> tuple[int, int]:
    return row[0], row[1].at


def _insert(connection: Connection) -> Callable[..., Any]:
    return sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert


def _upsert(connection: Connection, rows: Sequence[tuple[int, Point]]) -> None:
    statement = _insert(connection)(POINTS)
    new = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=("series", "at"),
        set_={column.name: new[column.name] for column in _COLUMNS[1:]},
        where=func.coalesce(new.received, new.at) >= func.coalesce(POINTS.c.received, POINTS.c.at),
    )
    connection.execute(statement, [{"series": series, **point._asdict()} for series, point in rows])


def _number(connection: Connection, keys: Sequence[Key]) -> dict[Key, int]:
    statement = _insert(connection)(SERIES).on_conflict_do_nothing()
    found = {}
    for key in sorted(keys):
        query = select(SERIES.c.id).where(*(SERIES.c[name] == value for name, value in key._asdict().items()))
        if (number := connection.execute(query).scalar()) is None:
            connection.execute(statement, key._asdict())
            number = connection.execute(query).scalar_one()
        found[key] = number
    return found


def _series(connection: Connection, query: Select[Any]) -> Iterator[Series]:
    return (Series(row[0], Key(*row[1:])) for row in connection.execute(query))


def _span(connection: Connection, series: Series) -> SeriesSpan | None:
    """Two looks at the ends of the index: one statement for both would read all that lies between."""
    ends = []
    for order in (POINTS.c.at, POINTS.c.at.desc()):
        query = select(POINTS.c.at).where(POINTS.c.series == series.id).order_by(order).limit(1)
        ends.append(connection.execute(query).scalar())
    first, last = ends
    return None if first is None or last is None else SeriesSpan(series, first, last)


def _oldest(series: int, before: int) -> Select[Any]:
    return select(POINTS.c.at).where(POINTS.c.series == series, POINTS.c.at < before).limit(1)


def _within(series: Sequence[int], bounds: Bounds) -> Any:
    which = POINTS.c.series == series[0] if len(series) == 1 else POINTS.c.series.in_(series)
    return and_(which, POINTS.c.at >= bounds[0], POINTS.c.at < bounds[1])


def _points_query(series: Sequence[int], wanted: Range) -> Select[Any]:
    at, number = POINTS.c.at, POINTS.c.series
    query = select(number, *_COLUMNS).where(_within(series, wanted.bounds))
    if wanted.after is not None:
        time, last = wanted.after
        beyond = at < time if wanted.newest_first else at > time
        among = number < last if wanted.newest_first else number > last
        query = query.where(or_(beyond, and_(at == time, among)))
    order = (at.desc(), number.desc()) if wanted.newest_first else (at, number)
    return query.order_by(*order)


def _forget(connection: Connection, series: int, before: int) -> int:
    old = (POINTS.c.series == series, POINTS.c.at < before)
    step = select(POINTS.c.at).where(*old).order_by(POINTS.c.at).offset(_STEP).limit(1)
    until = connection.execute(step).scalar()
    done = connection.execute(delete(POINTS).where(POINTS.c.series == series, POINTS.c.at < (until or before)))
    return done.rowcount


def _sqlite_size(connection: Connection) -> int:
    pages, free, size = (
        int(connection.exec_driver_sql(f"PRAGMA {name}").scalar() or 0)
        for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - free) * size


def _postgres_size(connection: Connection) -> int:
    query = "SELECT pg_total_relation_size('history_points') + pg_total_relation_size('history_series')"
    return int(connection.exec_driver_sql(query).scalar() or 0)


_SIZES: Final = {"sqlite": _sqlite_size, "postgresql": _postgres_size}
