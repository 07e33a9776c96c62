"""An example that comes out otherwise is told: how it ended, what shapes say, and each quad that differs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from semantic_gw.app.parts import load_parts
from semantic_gw.pipeline.examples import examples, faults
from semantic_gw.pipeline.pipeline import Pipeline
from semantic_gw.settings import Settings
from semantic_gw.shipped import MAPPINGS

FAMILY = MAPPINGS / "zigbee2mqtt"


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return load_parts(Settings()).pipeline


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy of an example that can be spoilt."""
    for name in ("contact.json", "contact.trig"):
        shutil.copy(FAMILY / "examples" / name, tmp_path)
    return tmp_path / "contact.json"


def test_an_example_as_it_should_be_has_no_faults(pipeline: Pipeline, example: Path) -> None:
    assert list(faults(pipeline, example)) == []


def test_quads_that_differ_are_shown_on_either_side(pipeline: Pipeline, example: Path) -> None:
    trig = example.with_suffix(".trig")
    trig.write_text(trig.read_text().replace("sgw:Closed", "sgw:Open"))
    told = list(faults(pipeline, example))

    assert any(line.startswith("missing: ") and "sgw" not in line[:20] and "/Open>" in line for line in told)
    assert any(line.startswith("not expected: ") and "/Closed>" in line for line in told)


def test_an_example_without_a_graph_says_how_it_is_made(pipeline: Pipeline, example: Path) -> None:
    example.with_suffix(".trig").unlink()

    assert [line for line in faults(pipeline, example) if "--write" in line]


@pytest.mark.parametrize(
    ("record", "told"), [("[]", "no record"), ('{"id": "1", "payload": 1}', "ends as dead-letter")]
)
def test_what_does_not_come_out_is_told(pipeline: Pipeline, example: Path, record: str, told: str) -> None:
    example.write_text(record)

    assert told in next(faults(pipeline, example))


def test_a_graph_that_is_no_trig_is_told(pipeline: Pipeline, example: Path) -> None:
    example.with_suffix(".trig").write_text("<")

    assert [line for line in faults(pipeline, example) if line.startswith("contact.trig: ")]


def test_the_examples_of_a_folder_are_its_records() -> None:
    assert "contact" in [path.stem for path in examples(FAMILY)]
