"""Thing Models of families are what their tables say, are Thing Models, and describe what their devices report."""

from __future__ import annotations

import json
import runpy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from semantic_gw.app.parts import Parts, load_parts
from semantic_gw.codecs.capture import read_capture
from semantic_gw.directory.thing_models import instantiate
from semantic_gw.directory.validation import check_model
from semantic_gw.model import Json
from semantic_gw.settings import Settings
from semantic_gw.shipped import MAPPINGS, THING_MODEL

MAKER = runpy.run_path(str(Path(__file__).parents[2] / "docs/make_thing_models.py"))
FAMILIES: tuple[str, ...] = MAKER["FAMILIES"]
NO_MODELS = dict[str, Json]().get
NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture(scope="module")
def parts() -> Parts:
    return load_parts(Settings())


def model(family: str) -> Any:
    return json.loads((MAPPINGS / family / THING_MODEL).read_text("utf-8"))


def described(family: str, parts: Parts) -> list[Any]:
    """The descriptions that the examples of *family* grow."""
    found = []
    for path in sorted((MAPPINGS / family / "examples").glob("*.json")):
        record = read_capture(path.read_bytes(), now=NOW)
        found += [thing.document for thing in parts.pipeline.fork().process(record.payload).described]
    return found


@pytest.mark.parametrize("family", FAMILIES)
def test_a_model_is_what_the_tables_say(family: str, parts: Parts) -> None:
    found = next(one for one in parts.families if one.id == family)

    assert (MAPPINGS / family / THING_MODEL).read_text("utf-8") == MAKER["text_of"](MAKER["model_of"](found, parts)), (
        "run python docs/make_thing_models.py"
    )


def test_every_model_is_of_a_family_that_is_named() -> None:
    assert sorted(path.parent.name for path in MAPPINGS.glob(f"*/{THING_MODEL}")) == sorted(FAMILIES)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_model_is_a_thing_model(family: str) -> None:
    assert check_model(model(family)) == ()


@pytest.mark.parametrize("family", FAMILIES)
def test_everything_in_a_model_is_optional(family: str) -> None:
    found = model(family)

    assert len(found["tm:optional"]) == len(found.get("properties", {})) + len(found.get("events", {})) > 0


@pytest.mark.parametrize("family", FAMILIES)
def test_a_thing_can_be_made_of_a_model(family: str) -> None:
    found = model(family)
    thing: Json = instantiate(found, NO_MODELS, id="urn:dev:ops:one", forms="{kind}/{name}")

    assert thing["properties"].keys() == found["properties"].keys()
    assert thing["links"] == [{"rel": "type", "href": found["id"], "type": "application/tm+json"}]


@pytest.mark.parametrize("family", FAMILIES)
def test_what_examples_grow_is_in_the_model_as_it_is_in_descriptions(family: str, parts: Parts) -> None:
    properties = model(family)["properties"]
    grown = {name: told for one in described(family, parts) for name, told in one.get("properties", {}).items()}
    units = {name: told["unit"] for name, told in grown.items() if "unit" in properties.get(name, {})}

    assert {name: properties[name]["unit"] for name in units} == units
    assert len(properties.keys() & grown.keys()) >= 0.7 * len(grown)  # the others mean several things


@pytest.mark.parametrize("family", FAMILIES)
def test_a_description_links_to_the_model_of_its_family(family: str, parts: Parts) -> None:
    href = f"https://gateway.example/mappings/{family}/thing-model"

    assert {link["href"] for one in described(family, parts) for link in one["links"]} == {href}


def test_devices_that_describe_themselves_have_no_model(parts: Parts) -> None:
    assert all("links" not in one for one in described("senml", parts))


@pytest.mark.parametrize("family", sorted({path.name for path in MAPPINGS.iterdir() if path.is_dir()} - {*FAMILIES}))
def test_a_family_without_a_model_says_why(family: str) -> None:
    assert "no Thing Model" in (MAPPINGS / family / "README.md").read_text("utf-8")
