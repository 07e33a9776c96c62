from __future__ import annotations

import importlib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from semantic_gw.history.archive import Archive
from semantic_gw.history.store import HistoryStore
from semantic_gw.rdf.namespaces import SGW, UNIT
from tests.history.series import CODEC, START, THING, graph, keep

pytest.importorskip("pyarrow", reason="the extra parquet is not installed")
DAY = date(2026, 11, 24)


def read(path: Path) -> list[dict[str, Any]]:
    parquet = importlib.import_module("pyarrow.parquet")
    rows: list[dict[str, Any]] = parquet.ParquetFile(path).read().to_pylist()
    return rows


async def test_a_file_has_the_observations_of_its_day(store: HistoryStore, tmp_path: Path) -> None:
    await keep(store, graph(1.0, -1), graph(2.0, 0), graph(3.0, 24 * 60 - 1), graph(4.0, 24 * 60))
    count = await Archive(store, CODEC, tmp_path).write(DAY)

    assert count == 2
    assert [row["number"] for row in read(tmp_path / "2026-11-24.parquet")] == [2.0, 3.0]


async def test_it_is_sorted_by_thing_property_and_time(store: HistoryStore, tmp_path: Path) -> None:
    told = [
        graph(float(n), n, thing=thing, name=name) for n in range(3) for thing in ("urn:b", "urn:a") for name in "ba"
    ]
    await keep(store, *told)
    await Archive(store, CODEC, tmp_path).write(DAY)
    order = [(row["thing"], row["property"], row["time"]) for row in read(tmp_path / "2026-11-24.parquet")]

    assert order == sorted(order)
    assert len(order) == 12


async def test_a_row_says_everything_that_was_observed(store: HistoryStore, tmp_path: Path) -> None:
    told = graph(21.5, 0, received=1)
    await keep(store, told)
    await Archive(store, CODEC, tmp_path).write(DAY)
    (row,) = read(tmp_path / "2026-11-24.parquet")

    assert row == {
        "thing": THING,
        "property": "temperature",
        "kind": SGW + "AirTemperature",
        "unit": UNIT + "DEG_C",
        "time": START,
        "received": START + timedelta(minutes=1),
        "number": 21.5,
        "value": "21.5",
        "message": told.iri,
    }


@pytest.mark.parametrize(("value", "text"), [(2**60 + 1, str(2**60 + 1)), (True, "true"), (SGW + "On", SGW + "On")])
async def test_a_value_has_its_exact_text(store: HistoryStore, tmp_path: Path, value: Any, text: str) -> None:
    await keep(store, graph(value, unit=None))
    await Archive(store, CODEC, tmp_path).write(DAY)

    assert read(tmp_path / "2026-11-24.parquet")[0]["value"] == text


async def test_days_that_are_over_and_have_no_file_are_missing(store: HistoryStore, tmp_path: Path) -> None:
    await keep(store, graph(1.0, 0))
    archive = Archive(store, CODEC, tmp_path)
    await archive.write(DAY)

    assert await archive.missing(START + timedelta(days=3, hours=2)) == [date(2026, 11, 25), date(2026, 11, 26)]


async def test_a_day_may_get_late_data_for_a_while(store: HistoryStore, tmp_path: Path) -> None:
    await keep(store, graph(1.0, 0))

    assert await Archive(store, CODEC, tmp_path).missing(START + timedelta(days=1, minutes=30)) == []
