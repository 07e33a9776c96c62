"""What a history is, whichever database keeps it."""

from __future__ import annotations

import pytest

from semantic_gw.errors import ConfigurationError, UnavailableError
from semantic_gw.history.database import HistoryDatabase
from semantic_gw.history.points import Value, micros
from semantic_gw.history.store import HistoryStore, Range
from semantic_gw.model import Literal
from semantic_gw.rdf.namespaces import GEO, SGW, UNIT
from tests.history.series import START, THING, graph, keep, kept

EVER = (-(2**60), 2**60)


@pytest.mark.parametrize(
    "value",
    [
        21.5,
        -0.0,
        1e300,
        7.0,
        True,
        False,
        SGW + "On",
        2**60 + 1,
        -(2**70),
        Literal("POINT(4.9 52.4)", GEO + "wktLiteral"),
    ],
    ids=str,
)
async def test_a_value_comes_back_as_it_was(store: HistoryStore, value: Value) -> None:
    told = graph(value, unit=UNIT + "DEG_C" if type(value) is float else None)
    await keep(store, told)

    assert await kept(store) == [told]


async def test_the_time_it_was_received_comes_back(store: HistoryStore) -> None:
    told = graph(1.0, 0, received=5)
    await keep(store, told)

    assert await kept(store) == [told]


async def test_an_iri_of_others_comes_back(store: HistoryStore) -> None:
    told = graph(1.0)
    other = type(told)("urn:x:abcdef", THING, told.kind, told.result_time, None, told.observations)
    await keep(store, other)

    assert (await kept(store))[0].iri == "urn:x:abcdef"


async def test_a_redelivery_changes_nothing(store: HistoryStore) -> None:
    told = [graph(float(number), number) for number in range(5)]
    await keep(store, *told)
    await keep(store, *told)

    assert await kept(store) == told


async def test_late_data_lands_at_its_own_time(store: HistoryStore) -> None:
    await keep(store, graph(1.0, 0), graph(3.0, 2))
    await keep(store, graph(2.0, 1, received=60))

    assert [one.observations[0].value for one in await kept(store)] == [1.0, 2.0, 3.0]


async def test_a_correction_replaces(store: HistoryStore) -> None:
    await keep(store, graph(1.0, 0, received=1))
    await keep(store, graph(2.0, 0, received=2))

    assert [one.observations[0].value for one in await kept(store)] == [2.0]


async def test_what_was_corrected_does_not_come_back_with_a_redelivery(store: HistoryStore) -> None:
    await keep(store, graph(2.0, 0, received=2))
    await keep(store, graph(1.0, 0, received=1))

    assert [one.observations[0].value for one in await kept(store)] == [2.0]


async def test_a_correction_in_the_same_batch_replaces(store: HistoryStore) -> None:
    await keep(store, graph(1.0, 0, received=1), graph(2.0, 0, received=1))

    assert [one.observations[0].value for one in await kept(store)] == [2.0]


async def test_a_clock_that_runs_ahead_is_not_believed(store: HistoryStore) -> None:
    await keep(store, graph(1.0, 60, received=0))

    assert (await kept(store))[0].phenomenon_time == START


async def test_another_unit_makes_another_series(store: HistoryStore) -> None:
    await keep(store, graph(20.0, 0), graph(68.0, 1, unit=UNIT + "DEG_F"))

    assert [one.key.unit for one in await store.series(THING)] == [UNIT + "DEG_C", UNIT + "DEG_F"]


async def test_a_range_holds_its_begin_and_not_its_end(store: HistoryStore) -> None:
    await keep(store, *(graph(float(number), number) for number in range(4)))
    (series,) = await store.series(THING)
    minute = 60_000_000
    bounds = (micros(START) + minute, micros(START) + 3 * minute)

    assert [point.number for _, point in await store.points([series.id], Range(bounds), 10)] == [1.0, 2.0]


@pytest.mark.parametrize("newest_first", [False, True])
async def test_pages_make_a_whole(store: HistoryStore, newest_first: bool) -> None:
    await keep(store, *(graph(float(n), n) for n in range(5)), *(graph(n + 0.5, n, unit=UNIT + "K") for n in range(5)))
    series = [one.id for one in await store.series(THING)]
    whole = await store.points(series, Range(EVER, newest_first), 100)
    pages, after = [], None
    while page := await store.points(series, Range(EVER, newest_first, after), 3):
        pages += page
        after = (page[-1][1].at, page[-1][0])

    assert pages == whole
    assert len(whole) == 10


async def test_numbers_are_added_up_by_bounds(store: HistoryStore) -> None:
    await keep(store, *(graph(float(number), number) for number in range(6)))
    (series,) = await store.series(THING)
    minute, begin = 60_000_000, micros(START)
    bounds = [(begin + 3 * n * minute, begin + 3 * (n + 1) * minute) for n in range(3)]

    assert [tuple(one) for one in await store.sums([series.id], bounds)] == [
        (series.id, 0, 3, 3.0, 0.0, 2.0),
        (series.id, 1, 3, 12.0, 3.0, 5.0),
    ]


async def test_states_are_counted(store: HistoryStore) -> None:
    await keep(store, graph(SGW + "On", unit=None))
    (series,) = await store.series(THING)

    assert await store.sums([series.id], [EVER]) == [(series.id, 0, 1, 0.0, 0.0, 0.0)]


async def test_what_is_old_goes(store: HistoryStore) -> None:
    await keep(store, *(graph(float(number), number) for number in range(4)))
    (series,) = await store.series(THING)
    gone = await store.forget(series.id, micros(START) + 120_000_000)

    assert gone == 2
    assert [one.observations[0].value for one in await kept(store)] == [2.0, 3.0]


async def test_much_of_it_goes_in_steps(store: HistoryStore) -> None:
    await keep(store, *(graph(float(number), number) for number in range(6000)))
    (series,) = await store.series(THING)

    assert [await store.forget(series.id, 2**60) for _ in range(3)] == [5000, 1000, 0]


async def test_a_series_tells_from_when_to_when(store: HistoryStore) -> None:
    await keep(store, graph(1.0, 0), graph(2.0, 7))
    (span,) = await store.spans(await store.series(THING))

    assert span.last - span.first == 7 * 60_000_000


async def test_it_has_a_size(store: HistoryStore) -> None:
    await keep(store, graph(1.0))

    assert await store.size() > 4096


async def test_it_is_there_after_a_restart(history_url: str) -> None:
    for _ in range(2):
        database = HistoryDatabase(history_url)
        database.start()
        await keep(HistoryStore(database), graph(1.0))
        database.stop()
    database = HistoryDatabase(history_url)
    database.start()
    found = await kept(HistoryStore(database))
    database.stop()

    assert found == [graph(1.0)]


async def test_one_that_is_closed_is_unavailable(history_url: str) -> None:
    with pytest.raises(UnavailableError, match="not open"):
        await HistoryStore(HistoryDatabase(history_url)).size()


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "nonsense"])
def test_another_database_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"history\.database_url"):
        HistoryDatabase(url)
