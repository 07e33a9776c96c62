"""What is asked of the history of a Thing, and the answer."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from typing import Final, NamedTuple

from semantic_gw.errors import LimitError, NotRegisteredError, QueryError
from semantic_gw.history.aggregation import BY_SUMS, OF_ANYTHING, of_values, time_weighted
from semantic_gw.history.buckets import Duration, buckets
from semantic_gw.history.conversion import converted, fits, possible, unit_called
from semantic_gw.history.points import NUMBER, POSITION, STATE, Key, Point, Series, Value, value_of
from semantic_gw.history.store import Bounds, HistoryStore, Range, SeriesSpan, Sums
from semantic_gw.model import IRI
from semantic_gw.rdf.namespaces import compact
from semantic_gw.rdf.ontology import Ontology

_CHUNK: Final = 20_000


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for: times in µs since 1970, *end* exclusive; *unit* as somebody spells it."""

    begin: int
    end: int
    aggregate: str = ""
    every: Duration | None = None
    zone: tzinfo = UTC
    unit: str = ""
    limit: int = 10_000
    newest_first: bool = False
    after: tuple[int, int] | None = None
    """Behind which row the page begins: its time, and its series."""


class Row(NamedTuple):
    """An observation, or what those from *at* until *end* come to; *many* are they."""

    at: int
    value: Value
    key: Key
    unit: IRI
    point: Point | None = None
    end: int = 0
    many: int = 1


@dataclass(frozen=True, slots=True)
class Found:
    """A page of an answer. *unit* is that of rows that say no other; *follows* is behind what the next one begins."""

    key: Key
    unit: IRI
    rows: list[Row] = field(default_factory=list)
    follows: tuple[int, int] | None = None


class Asking:
    """Answers questions about *store*, reading at most *scan_rows* points for one."""

    def __init__(self, store: HistoryStore, ontology: Ontology, scan_rows: int) -> None:
        self.store = store
        self._ontology = ontology
        self._scan_rows = scan_rows

    async def listing(self, thing: IRI) -> list[SeriesSpan]:
        """The series of *thing*. Raises NotRegisteredError where there is none."""
        spans = await self.store.spans(await self.store.series(thing))
        if not spans:
            raise NotRegisteredError(f"there is no history of {thing}: nothing of it was kept, or is any more")
        return spans

    async def answer(self, thing: IRI, affordance: str, question: Question) -> Found:
        """Raises NotRegisteredError, QueryError, LimitError, UnavailableError."""
        spans = await self.store.spans(await self.store.series(thing, affordance))
        if not spans:
            known = sorted({span.series.key.affordance for span in await self.listing(thing)})
            raise NotRegisteredError(
                f"there is no history of {affordance!r} of {thing}; there is of {', '.join(known)}"
            )
        return await self.of(spans, question)

    async def of(self, spans: Sequence[SeriesSpan], question: Question) -> Found:
        """The answer to *question* by the series of *spans*, which are of one Thing and affordance."""
        newest = max(spans, key=_last).series.key
        unit = newest.unit
        if question.unit:
            unit = unit_called(question.unit, unit, self._ontology.quantity_kind(newest.kind))
        series = [span.series for span in spans]
        empty = Found(newest, unit)
        if question.aggregate:
            return await self._aggregated(_fitting(series, question.aggregate, empty), question, empty)
        return await self._observations(series, question, empty)

    async def _observations(self, series: Sequence[Series], question: Question, empty: Found) -> Found:
        keys = {one.id: one.key for one in series}
        wanted = Range((question.begin, question.end), question.newest_first, question.after)
        points = await self.store.points(list(keys), wanted, question.limit + 1)
        rows = [_row(keys[number], point, empty.unit) for number, point in points[: question.limit]]
        number, last = points[question.limit - 1] if len(points) > question.limit else (0, None)
        return replace(empty, rows=rows, follows=last and (last.at, number))

    async def _aggregated(self, series: Sequence[Series], question: Question, empty: Found) -> Found:
        wanted = _cut(question)
        page = wanted[: question.limit]
        bounds = [(max(low, question.begin), min(high, question.end)) for low, high in page]
        how = self._by_sums if question.aggregate in BY_SUMS else self._by_values
        rows = [
            row._replace(at=page[place][0], end=page[place][1])
            for place, row in await how({one.id: one.key for one in series}, bounds, question.aggregate, empty)
        ]
        follows = (page[-1][0], 0) if len(wanted) > len(page) else None
        return replace(empty, rows=rows, follows=follows)

    async def _by_sums(
        self, keys: dict[int, Key], bounds: Sequence[Bounds], aggregate: str, empty: Found
    ) -> list[tuple[int, Row]]:
        merged: dict[int, Sums] = {}
        for sums in await self.store.sums(list(keys), bounds):
            told = _in_unit(sums, keys[sums.series].unit, empty.unit)
            known = merged.get(sums.place)
            merged[sums.place] = told if known is None else _both(known, told)
        return [
            (place, Row(0, _of_sums(aggregate, merged[place]), empty.key, _unit_of(aggregate, empty.unit), many=many))
            for place in sorted(merged)
            if (many := merged[place].many)
        ]

    async def _by_values(
        self, keys: dict[int, Key], bounds: Sequence[Bounds], aggregate: str, empty: Found
    ) -> list[tuple[int, Row]]:
        if not bounds:
            return []
        whole = (min(low for low, _ in bounds), max(high for _, high in bounds))
        rows = [_row(keys[number], point, empty.unit) for number, point in await self._all(list(keys), whole)]
        if aggregate == "time-weighted":
            return await self._weighted(keys, bounds, rows, empty)
        found = []
        for place, some in _by_bucket(bounds, rows).items():
            value = of_values(aggregate, [row.value for row in some])
            found.append((place, Row(0, value, empty.key, empty.unit, many=len(some))))
        return sorted(found, key=lambda one: one[0])

    async def _weighted(
        self, keys: dict[int, Key], bounds: Sequence[Bounds], rows: Sequence[Row], empty: Found
    ) -> list[tuple[int, Row]]:
        """Mean values over time: what was told before a bucket holds at its begin."""
        ascending = sorted(range(len(bounds)), key=lambda place: bounds[place])
        earlier = await self.store.last_before(list(keys), bounds[ascending[0]][0])
        told = [_row(keys[number], point, empty.unit) for number, point in earlier]
        before = float(max(told, key=_at).value) if told else None  # type: ignore[arg-type]  # they are numbers
        by_bucket, newest = _by_bucket(bounds, rows), max((row.at for row in rows), default=0)
        found = []
        for place in ascending:
            points = [(row.at, float(row.value)) for row in by_bucket.get(place, ())]  # type: ignore[arg-type]
            mean = time_weighted(points, before, *bounds[place])
            if mean is not None and (points or bounds[place][0] <= newest):
                found.append((place, Row(0, mean, empty.key, empty.unit, many=len(points))))
            before = points[-1][1] if points else before
        return sorted(found, key=lambda one: one[0])

    async def _all(self, series: Sequence[int], bounds: Bounds) -> list[tuple[int, Point]]:
        """Every point within *bounds*, by time. Raises LimitError."""
        found: list[tuple[int, Point]] = []
        after: tuple[int, int] | None = None
        while some := await self.store.points(series, Range(bounds, after=after), _CHUNK):
            found += some
            after = (some[-1][1].at, some[-1][0])
            if len(found) > self._scan_rows:
                detail = f"more than {self._scan_rows:,} observations would be read (history.scan_rows)"
                raise LimitError(f"{detail}: give a shorter range, or one of {', '.join(BY_SUMS)}", limit="rows")
            if len(some) < _CHUNK:
                break
        return found


def _last(span: SeriesSpan) -> int:
    return span.last


def _at(row: Row) -> int:
    return row.at


def _unit_of(aggregate: str, unit: IRI) -> IRI:
    """A count has no unit."""
    return "" if aggregate == "count" else unit


def _row(key: Key, point: Point, unit: IRI) -> Row:
    value = value_of(key.form, point)
    if key.form != NUMBER or key.unit == unit or not fits(key.unit, unit):
        return Row(point.at, value, key, key.unit, point)
    return Row(point.at, converted(value, key.unit, unit), key, unit, point)  # type: ignore[arg-type]  # a number


def _fitting(series: Sequence[Series], aggregate: str, empty: Found) -> Sequence[Series]:
    """*series*, which can be put together. Raises QueryError."""
    if aggregate in OF_ANYTHING and aggregate != "count":
        wanted = [one for one in series if one.key.form == empty.key.form]
    else:
        wanted = list(series)
    if aggregate == "count":
        return wanted
    if aggregate not in OF_ANYTHING and empty.key.form in (STATE, POSITION):
        detail = f"aggregate: of {compact(empty.key.kind)} there is {', '.join(OF_ANYTHING)}, for its values"
        raise QueryError(f"{detail} are no numbers")
    other = next((one for one in wanted if not fits(one.key.unit, empty.unit)), None)
    if other is not None:
        told = compact(other.key.unit) if other.key.unit else "without a unit"
        raise QueryError(
            f"some values are {told}, which cannot be put together with the others: give `unit`, and a range in which "
            f"all can be converted to it ({possible(other.key.unit)})"
        )
    return wanted


def _cut(question: Question) -> list[Bounds]:
    """The buckets that are asked for, in the order of the answer, behind where the page begins. Raises QueryError."""
    try:
        whole = (question.begin, question.end)
        found = [whole] if question.every is None else buckets(*whole, question.every, question.zone)
    except (ValueError, OverflowError) as error:
        raise QueryError(f"every wants {error}") from None
    if question.newest_first:
        found.reverse()
    if question.after is None:
        return found
    reached = question.after[0]
    return [one for one in found if (one[0] < reached if question.newest_first else one[0] > reached)]


def _in_unit(sums: Sums, own: IRI, unit: IRI) -> Sums:
    if own == unit or not fits(own, unit):
        return sums
    mean = converted(sums.sum / sums.many, own, unit)
    least, most = converted(sums.least, own, unit), converted(sums.most, own, unit)
    return sums._replace(sum=mean * sums.many, least=least, most=most)


def _both(one: Sums, other: Sums) -> Sums:
    least, most = min(one.least, other.least), max(one.most, other.most)
    return one._replace(many=one.many + other.many, sum=one.sum + other.sum, least=least, most=most)


def _of_sums(aggregate: str, sums: Sums) -> float:
    if aggregate == "count":
        return sums.many
    if aggregate == "avg":
        return sums.sum / sums.many
    return {"sum": sums.sum, "min": sums.least, "max": sums.most}[aggregate]


def _by_bucket(bounds: Sequence[Bounds], rows: Sequence[Row]) -> dict[int, list[Row]]:
    """*rows* by the place of the bucket that they are in."""
    places = sorted(range(len(bounds)), key=lambda place: bounds[place])
    begins = [bounds[place][0] for place in places]
    found: dict[int, list[Row]] = {}
    for row in rows:
        index = bisect_right(begins, row.at) - 1
        if index >= 0 and row.at < bounds[places[index]][1]:
            found.setdefault(places[index], []).append(row)
    return found
