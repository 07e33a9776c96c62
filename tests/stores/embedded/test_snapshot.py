"""What was in a store is in it again after a start, whatever became of the file in between."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from semantic_gw.settings import StoreSettings
from semantic_gw.stores.embedded.snapshot import DamagedError, Header, read, write
from semantic_gw.stores.embedded.store import EmbeddedStore
from tests.stores.asking import put, says, until, values

VALUES = "SELECT ?v { ?s <urn:value> ?v }"
HEADER = Header(generation=7, positions={"source": 5}, graphs=2)
GRAPHS = {"urn:é": says("1").encode(), "urn:empty": b""}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "graphs.snapshot"


@pytest.fixture
def written(path: Path) -> Path:
    write(path, HEADER, GRAPHS.items())
    return path


def test_what_is_written_is_read(written: Path) -> None:
    snapshot = read(written)

    assert snapshot is not None
    assert snapshot.header == HEADER
    assert snapshot.graphs == GRAPHS


def test_no_file_is_no_snapshot(path: Path) -> None:
    assert read(path) is None


def test_nothing_else_is_left_beside_it(written: Path) -> None:
    write(written, HEADER, GRAPHS.items())

    assert [file.name for file in written.parent.iterdir()] == ["graphs.snapshot"]


def test_one_that_cannot_be_written_leaves_the_old_one(written: Path) -> None:
    before = written.read_bytes()
    with pytest.raises(OSError, match="disk full"):
        write(written, HEADER, failing())

    assert written.read_bytes() == before
    assert len(list(written.parent.iterdir())) == 1


@pytest.mark.parametrize("damage", ["cut", "empty", "flipped", "longer", "no snapshot"])
def test_a_damaged_file_is_told(written: Path, damage: str) -> None:
    content = written.read_bytes()
    middle = len(content) // 2
    written.write_bytes(
        {
            "cut": content[:-10],
            "empty": b"",
            "flipped": content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
            "longer": content + b" ",
            "no snapshot": b"{}\n" * 100,
        }[damage]
    )

    with pytest.raises(DamagedError, match=str(written)):
        read(written)


def test_a_file_of_another_version_is_told(path: Path) -> None:
    write(path, Header(1, {}, 0, format=99), [])

    with pytest.raises(DamagedError, match="format 99"):
        read(path)


def test_any_graph_survives(path: Path) -> None:
    graphs = {f"urn:{number}": says("x" * number).encode() * number for number in range(300)}
    write(path, HEADER, graphs.items())
    snapshot = read(path)

    assert snapshot is not None
    assert snapshot.graphs == graphs


async def test_a_store_begins_where_it_was_stopped(settings: StoreSettings) -> None:
    await filled(settings)
    store = await started(settings)

    assert await store.positions() == {"source": 5}
    assert await values(store, VALUES) == ["kept"]
    assert (await store.size()).graphs == 1
    await store.stop()


async def test_a_store_with_a_damaged_file_begins_with_nothing(
    settings: StoreSettings, caplog: pytest.LogCaptureFixture
) -> None:
    await filled(settings)
    settings.path.write_bytes(settings.path.read_bytes()[:-1])
    store = await started(settings)

    assert await store.positions() == {}
    await until(lambda: "the snapshot cannot be used" in str([getattr(r, "line", "") for r in caplog.records]))
    await store.stop()


async def test_what_is_left_of_a_file_that_was_being_written_goes(settings: StoreSettings) -> None:
    leftover = settings.path.with_name(settings.path.name + ".123.tmp")
    leftover.write_bytes(b"half")
    await (await started(settings)).stop()

    assert not leftover.exists()


async def test_it_is_written_while_the_store_runs(settings: StoreSettings) -> None:
    store = await started(settings.model_copy(update={"snapshot_s": 0.05}))
    await put(store, {"urn:g": says("kept")}, source=5)
    await until(settings.path.exists)
    snapshot = read(settings.path)

    assert snapshot is not None
    assert snapshot.header.positions == {"source": 5}
    await store.stop()


async def test_it_is_not_written_again_where_nothing_changed(settings: StoreSettings) -> None:
    store = await started(settings.model_copy(update={"snapshot_s": 0.02}))
    await put(store, {"urn:g": says("kept")}, source=5)
    await until(settings.path.exists)
    first = settings.path.stat()
    await asyncio.sleep(0.3)
    await store.stop()

    assert settings.path.stat().st_ino == first.st_ino


async def test_a_period_of_zero_keeps_nothing(settings: StoreSettings) -> None:
    await filled(settings.model_copy(update={"snapshot_s": 0.0}))

    assert not settings.path.exists()


async def test_a_disk_that_is_full_is_told_of_and_stops_nothing(
    settings: StoreSettings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.path.mkdir()  # a file cannot take the place of a folder
    store = await started(settings.model_copy(update={"snapshot_s": 0.02}))
    await put(store, {"urn:g": says("kept")})
    await until(lambda: "cannot be written" in str([getattr(r, "line", "") for r in caplog.records]))

    assert await values(store, VALUES, at_least=store.generation) == ["kept"]
    await store.stop()


def failing() -> Iterator[tuple[str, bytes]]:
    """Graphs while which are written the disk gets full."""
    yield "urn:g", says("1").encode()
    raise OSError("disk full")


async def started(settings: StoreSettings) -> EmbeddedStore:
    store = EmbeddedStore(settings)
    await store.start()
    return store


async def filled(settings: StoreSettings) -> None:
    """Have a store hold something, and stop it."""
    store = await started(settings)
    await put(store, {"urn:g": says("kept")}, source=5)
    await store.stop()
