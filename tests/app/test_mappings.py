"""Mappings of a gateway that runs: what is good of what changed is taken into use, the rest is told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from semantic_gw.app.mappings import MappingsParts
from semantic_gw.app.parts import Parts, load_parts
from semantic_gw.model import Payload, Source
from semantic_gw.pipeline.examples import lifted, trig
from semantic_gw.pipeline.metrics import Metrics
from semantic_gw.pipeline.result import Result
from semantic_gw.settings import Settings

NOW = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)
SHED = "address: shed/{device}\nfields: {t: {kind: Temperature, unit: °C}}\n"
BAD = "address: shed/{device}\nfields: {t: {kind: Temprature, unit: °C}}\n"
Write = Callable[[str, str], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shed.mapping.yaml").write_text(SHED, "utf-8")
    return tmp_path


@pytest.fixture
def parts(folder: Path) -> Parts:
    return load_parts(Settings(mappings=(folder,), mappings_poll_s=0.05))


@pytest.fixture
def mappings(parts: Parts) -> MappingsParts:
    return MappingsParts(parts, Metrics(), clock=lambda: NOW)


@pytest.fixture
def write(folder: Path) -> Write:
    def write(name: str, text: str) -> None:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")

    return write


def process(parts: Parts, address: str = "shed/1") -> Result:
    return parts.pipeline.process(Payload(b'{"t": 20}', "", Source("mqtt", address), NOW))


def unit(parts: Parts) -> str:
    (judged,) = process(parts).graphs
    return str(judged.graph.observations[0].unit).rpartition("/")[2]


async def test_a_mapping_that_changed_is_in_use(parts: Parts, mappings: MappingsParts, write: Write) -> None:
    assert unit(parts) == "DEG_C"
    write("shed.mapping.yaml", SHED.replace("°C", "°F"))
    await mappings.reload()

    assert unit(parts) == "DEG_F"


async def test_a_mapping_that_is_new_is_in_use(parts: Parts, mappings: MappingsParts, write: Write) -> None:
    write("barn.mapping.yaml", SHED.replace("shed", "barn"))
    await mappings.reload()

    assert process(parts, "barn/1").family == "barn"


async def test_names_of_a_mapping_that_changed_are_known(parts: Parts, mappings: MappingsParts, write: Write) -> None:
    write("shed.mapping.yaml", "address: shed/{device}\n")
    write("shed/names.toml", '[[quantity]]\nnames = ["t"]\nkind = "Humidity"\nunit = "PERCENT_RH"\n')
    await mappings.reload()
    before = unit(parts)
    write("shed/names.toml", '[[quantity]]\nnames = ["t"]\nkind = "Temperature"\nunit = "K"\n')
    await mappings.reload()

    assert (before, unit(parts)) == ("PERCENT_RH", "K")


async def test_a_mapping_that_is_gone_is_not_in_use(parts: Parts, mappings: MappingsParts, folder: Path) -> None:
    (folder / "shed.mapping.yaml").unlink()
    await mappings.reload()

    assert process(parts).reason == "no mapping"


async def test_a_bad_file_leaves_the_old_one_in_use(parts: Parts, mappings: MappingsParts, write: Write) -> None:
    write("shed.mapping.yaml", BAD)
    await mappings.reload()

    assert unit(parts) == "DEG_C"


async def test_a_bad_file_does_not_stop_the_others(parts: Parts, mappings: MappingsParts, write: Write) -> None:
    write("shed.mapping.yaml", BAD)
    write("barn.mapping.yaml", SHED.replace("shed", "barn"))
    await mappings.reload()

    assert process(parts, "barn/1").family == "barn"


async def test_a_bad_file_does_not_take_the_place_of_a_shipped_one(
    parts: Parts, mappings: MappingsParts, write: Write
) -> None:
    write("senml.mapping.yaml", BAD)
    await mappings.reload()

    assert "senml" in {one.family.id for one in mappings.catalogue.known}


async def test_a_bad_file_is_told(mappings: MappingsParts, folder: Path, write: Write) -> None:
    write("shed.mapping.yaml", BAD)
    await mappings.reload()
    (fault,) = mappings.told()["faults"]

    assert (fault["file"], fault["family"]) == (str(folder / "shed.mapping.yaml"), "shed")
    assert "line 2, fields.t.kind: no kind 'Temprature'" in fault["error"]


async def test_a_bad_file_is_measured(parts: Parts, folder: Path, write: Write) -> None:
    metrics = Metrics()
    mappings = MappingsParts(parts, metrics, clock=lambda: NOW)
    write("shed.mapping.yaml", BAD)
    await mappings.reload()

    assert f'semantic_gw_mapping_failing{{file="{folder / "shed.mapping.yaml"}"}} 1.0'.encode() in metrics.exposition()


async def test_a_bad_file_is_logged_once(
    mappings: MappingsParts, write: Write, caplog: pytest.LogCaptureFixture
) -> None:
    write("shed.mapping.yaml", BAD)
    await mappings.reload()
    await mappings.reload()

    assert [record.levelname for record in caplog.records].count("ERROR") == 1


async def test_a_file_that_was_mended_is_told_no_more(mappings: MappingsParts, write: Write) -> None:
    write("shed.mapping.yaml", BAD)
    await mappings.reload()
    write("shed.mapping.yaml", SHED)
    await mappings.reload()

    assert mappings.told()["faults"] == []


@pytest.fixture
def example(parts: Parts, write: Write, folder: Path) -> Path:
    record = {"id": "1", "transport": {"kind": "mqtt", "topic": "shed/1"}, "payload": {"t": 20}}
    write("shed/.keep", "")
    write("shed/examples/one.json", json.dumps(record))
    path = folder / "shed" / "examples" / "one.json"
    path.with_suffix(".trig").write_bytes(trig(lifted(parts.pipeline, path)))
    return path


async def test_a_mapping_that_lifts_its_examples_otherwise_is_not_taken(
    parts: Parts, mappings: MappingsParts, write: Write, example: Path
) -> None:
    write("shed.mapping.yaml", SHED.replace("°C", "°F"))
    await mappings.reload()

    assert unit(parts) == "DEG_C"
    assert str(example) in mappings.told()["faults"][0]["error"]


async def test_a_mapping_that_lifts_its_examples_is_taken(
    parts: Parts, mappings: MappingsParts, write: Write, example: Path
) -> None:
    write("shed.mapping.yaml", SHED + "version: 2\n")
    await mappings.reload()

    assert process(parts).mapping == "shed/2"


async def test_mappings_that_did_not_change_keep_what_they_learned(mappings: MappingsParts, write: Write) -> None:
    before = {one.family.id: one for one in mappings.catalogue.known}
    write("barn.mapping.yaml", SHED.replace("shed", "barn"))
    await mappings.reload()

    assert all(before.get(one.family.id, one) is one for one in mappings.catalogue.known)


@pytest.fixture
async def running(mappings: MappingsParts) -> AsyncIterator[MappingsParts]:
    task = asyncio.create_task(mappings.run())
    yield mappings
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110  it is a file that is waited for
            await asyncio.sleep(0.02)


async def test_files_are_looked_at_by_themselves(running: MappingsParts, parts: Parts, write: Write) -> None:
    write("barn.mapping.yaml", SHED.replace("shed", "barn"))
    await until(lambda: process(parts, "barn/1").family == "barn")

    assert running.told()["faults"] == []


async def test_who_asks_does_not_wait_for_the_time_to_look(folder: Path, write: Write) -> None:
    parts = load_parts(Settings(mappings=(folder,), mappings_poll_s=3600))
    mappings = MappingsParts(parts, Metrics(), clock=lambda: NOW)
    task = asyncio.create_task(mappings.run())
    write("barn.mapping.yaml", SHED.replace("shed", "barn"))
    mappings.ask_to_reload()
    await until(lambda: process(parts, "barn/1").family == "barn")
    task.cancel()

    assert [one.family.id for one in mappings.catalogue.known][:2] == ["barn", "shed"]


LAMP = """prefixes: {saref: "https://saref.etsi.org/core/", unit: "http://qudt.org/vocab/unit/"}
mappings:
  power:
    sources: [[lamps.json~jsonpath, $]]
    s: urn:lamp:$(id):power
    po: [[a, saref:PropertyValue], [saref:isMeasuredIn, unit:W~iri]]
"""
ROUTE = 'id = "lamp"\ntitle = "Lamps"\nversion = "1"\n[[route]]\naddress = "lamps"\nrole = "mapping"\n'


async def test_a_mapping_that_can_never_conform_is_not_in_use(
    parts: Parts, mappings: MappingsParts, write: Write
) -> None:
    write("lamp/manifest.toml", ROUTE)
    write("lamp/mapping.yarrrml.yaml", LAMP)
    await mappings.reload()
    (fault,) = mappings.catalogue.faults

    assert (fault.family, "no message of it can ever conform" in fault.error) == ("lamp", True)
    assert process(parts, "lamps").family != "lamp"


def test_it_is_not_in_use_from_the_start(folder: Path, write: Write) -> None:
    write("lamp/manifest.toml", ROUTE)
    write("lamp/mapping.yarrrml.yaml", LAMP)
    parts = load_parts(Settings(mappings=(folder,)))
    (fault,) = MappingsParts(parts, Metrics(), clock=lambda: NOW).catalogue.faults

    assert "lamp/mapping.yarrrml.yaml line 6, " in fault.error
    assert " wants at least 1 at saref:" in fault.error
    assert process(parts, "lamps").family != "lamp"
    assert unit(parts) == "DEG_C"
