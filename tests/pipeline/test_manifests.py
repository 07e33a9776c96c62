"""Families of files: manifests and short forms, one's own before those that are shipped, and one like another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from semantic_gw.contracts import Readings
from semantic_gw.errors import ConfigurationError
from semantic_gw.model import Document, Json, Payload, Source
from semantic_gw.pipeline.family import Families
from semantic_gw.pipeline.manifests import mapping_files
from semantic_gw.pipeline.mappings import load_families

MANIFEST = """
id = "boiler"
title = "Boilers"
version = "3"
[[route]]
address = "boilers/{device}"
role = "readings"
[reading.default]
thing = "urn:dev:ops:boiler-{device}"
field = [{ path = "t", kind = "Temperature", unit = "°F" }, { path = "h", kind = "Humidity", unit = "%" }]
part = [{ each = "/inner", thing = "urn:dev:ops:inner-{device}" }, {}]
"""
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    return write


def read(families: Families, id: str, address: str, value: Json) -> Readings:
    payload = Payload(b"{}", "", Source("mqtt", address), datetime(2026, 11, 24, tzinfo=UTC))
    route = families[id].by_address(address)
    assert route is not None
    return families[id].readers[route.reading].read(Document(payload, value, "application/json"), route.captures)


def test_a_file_by_itself_is_the_same_as_one_in_a_folder(write: Write, tmp_path: Path) -> None:
    write("one/mapping.yaml", "address: a/{d}")
    write("two.mapping.yaml", "address: b/{d}")
    families = load_families([tmp_path], {})

    assert [(family.id, family.folder) for family in families] == [("one", tmp_path / "one"), ("two", tmp_path / "two")]


def test_a_second_file_in_a_folder_is_a_family_of_its_own(write: Write, tmp_path: Path) -> None:
    write("one/mapping.yaml", "address: a/{d}")
    write("one/mapping-2.yaml", "address: b/{d}")

    assert sorted(family.id for family in load_families([tmp_path], {})) == ["one", "one-2"]


def test_other_files_are_no_mappings(write: Write, tmp_path: Path) -> None:
    write("one/mappings.yaml", "?")
    write("one/notes.yaml", "?")

    assert mapping_files(tmp_path) == []


def test_one_of_an_earlier_folder_takes_the_place_of_a_later_ones(write: Write, tmp_path: Path) -> None:
    write("theirs/boiler/manifest.toml", MANIFEST)
    write("mine/boiler.mapping.yaml", "address: boilers/{device}\nversion: mine")
    (family,) = load_families([tmp_path / "mine", tmp_path / "theirs"], {})

    assert family.version == "mine"


def test_two_of_one_name_in_a_folder_are_refused(write: Write, tmp_path: Path) -> None:
    write("boiler/mapping.yaml", "address: a")
    write("boiler.mapping.yaml", "address: b")

    with pytest.raises(ConfigurationError, match="a family 'boiler' is there already"):
        load_families([tmp_path], {})


def test_the_same_files_have_the_same_hash(write: Write, tmp_path: Path) -> None:
    path = write("one.mapping.yaml", "address: a")
    (first,) = load_families([tmp_path], {})
    (again,) = load_families([tmp_path], {})
    path.write_text("address: b")
    (other,) = load_families([tmp_path], {})

    assert first.hash == again.hash != other.hash


@pytest.fixture
def alike(write: Write, tmp_path: Path) -> Families:
    write("boiler/manifest.toml", MANIFEST)
    write(
        "mine.mapping.yaml",
        "address: m/{device}\nlike: boiler\nthing: 'urn:mine:{device}'\nfields: {t: {kind: Temperature, unit: °C}}",
    )
    return load_families([tmp_path], {})


def test_what_is_said_counts_before_what_it_is_like(alike: Families) -> None:
    found = read(alike, "mine", "m/1", {"t": 1, "h": 2}).readings

    assert [(field.path, field.unit) for field in found[-1].fields] == [(("t",), "°C"), (("h",), "%")]


def test_parts_of_the_other_family_keep_their_things(alike: Families) -> None:
    found = read(alike, "mine", "m/1", {"inner": {"t": 1}, "t": 2}).readings

    assert [reading.thing for reading in found] == ["urn:dev:ops:inner-1", "urn:mine:1"]


@pytest.mark.parametrize(
    ("like", "told"),
    [
        ("boilr", "no family 'boilr' has readings; did you mean boiler?"),
        ("boiler/inner", "wants a reading; "),
        ("mine", "no family 'mine' has readings"),
    ],
)
def test_what_it_is_like_must_be_there(like: str, told: str, write: Write, tmp_path: Path) -> None:
    write("boiler/manifest.toml", MANIFEST)
    write("mine.mapping.yaml", f"address: m\nlike: {like}")

    with pytest.raises(ConfigurationError, match=told):
        load_families([tmp_path], {})
