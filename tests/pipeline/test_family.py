from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from semantic_gw.errors import ConfigurationError
from semantic_gw.model import Document, Json, Payload, Source
from semantic_gw.pipeline.family import Families
from semantic_gw.pipeline.mappings import load_families
from semantic_gw.settings import FamilySettings

MANIFEST = """
id = "bridge"
title = "A bridge"
version = "1"
describer = "bridge"
base = ["br", "other/br"]
ignored_members = ["update"]
look.descriptions = ["ieee", "name"]
look.meta = ["definition"]

[[route]]
address = "{base}/devices"
role = "descriptions"

[[route]]
address = "{base}/{+name}/set"
role = "ignore"
reason = "a command, not a report"

[[route]]
address = "{base}/{+name}"
role = "things"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bridge").mkdir()
    (tmp_path / "bridge" / "manifest.toml").write_text(MANIFEST)
    return tmp_path


@pytest.fixture
def families(folder: Path) -> Families:
    return load_families([folder], {})


@pytest.mark.parametrize(
    ("address", "role"),
    [
        ("br/devices", "descriptions"),
        ("other/br/kitchen", "things"),
        ("br/living room/window", "things"),
        ("br/kitchen/set", "ignore"),
        ("br.devices", None),
        ("br/", None),
        ("bridge/kitchen", None),
        ("x/br/kitchen", None),
    ],
)
def test_a_payload_is_found_by_its_address(families: Families, address: str, role: str | None) -> None:
    route = families.route(address, {}, None, None)

    assert (route.role if route else None) == role


@pytest.mark.parametrize(
    ("document", "meta", "role"),
    [
        ([{"ieee": "1", "name": "a", "more": 1}], None, "descriptions"),
        ([{"ieee": "1"}], None, None),
        ([], None, None),
        ({}, {"definition": {}}, "things"),
        ({}, ["definition"], None),
    ],
)
def test_a_payload_is_found_by_its_look(families: Families, document: Json, meta: Json, role: str | None) -> None:
    route = families.route("somewhere/else", document, meta, None)

    assert (route.role if route else None) == role


@pytest.mark.parametrize("address", ["br/" + "a/" * 40, "br/" + "x" * 2000])
def test_an_address_that_no_family_can_have_is_looked_for_nowhere(folder: Path, address: str) -> None:
    families = load_families([folder], {"bridge": FamilySettings(addresses=("br/#",))})

    assert families["bridge"].by_address(address) is None
    assert families.route(address, {}, None, None) is None


def test_an_explicit_family_wins(families: Families) -> None:
    route = families.route("somewhere/else", {}, None, "bridge")

    assert route is not None
    assert route.why == "the family was given explicitly"


def test_a_setting_gives_addresses_to_a_family(folder: Path) -> None:
    settings = {"bridge": FamilySettings(addresses=("house/+/state", "barn/#"))}
    families = load_families([folder], settings)

    assert families.route("house/kitchen/state", {}, None, None) is not None
    assert families.route("barn/a/b", {}, None, None) is not None
    assert families.route("house/a/b/state", {}, None, None) is None


@pytest.mark.parametrize("addresses", ["#", "+/a/b", "barn/+/b"])
def test_a_setting_may_leave_any_level_open(folder: Path, addresses: str) -> None:
    families = load_families([folder], {"bridge": FamilySettings(addresses=(addresses,))})

    assert families.route("barn/a/b", {}, None, None) is not None


def test_a_setting_moves_the_base(folder: Path) -> None:
    families = load_families([folder], {"bridge": FamilySettings(base=("home.1",))})

    assert families.route("home.1/kitchen", {}, None, None) is not None
    assert families.route("homeX1/kitchen", {}, None, None) is None
    assert families.route("br/kitchen", {}, None, None) is None


def test_settings_for_no_family_are_an_error(folder: Path) -> None:
    with pytest.raises(ConfigurationError, match="no family: brigde; there are bridge"):
        load_families([folder], {"brigde": FamilySettings()})


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ('title = "A bridge"', "", "no 'title'"),
        ('role = "things"', 'role = "thing"', "role 'thing' is none of"),
        ('id = "bridge"', "id = ", "manifest.toml"),
    ],
)
def test_a_manifest_with_a_fault_is_named(folder: Path, before: str, after: str, fault: str) -> None:
    (folder / "bridge" / "manifest.toml").write_text(MANIFEST.replace(before, after))

    with pytest.raises(ConfigurationError, match=fault):
        load_families([folder], {})


LIKE = """
id = "meter"
title = "A meter"
version = "1"

[[route]]
address = "meter/{device}"
role = "readings"

[[route]]
address = "meter/{device}/{part}"
role = "readings"
reading = "part"

[reading.default]
thing = "urn:x:{device}"
field = [{ path = "**/t", unit = "K" }]

[reading.part]
like = "default"
under = "{part}"
"""


def test_a_reading_may_be_like_another(folder: Path) -> None:
    (folder / "bridge" / "manifest.toml").write_text(LIKE)
    (family,) = load_families([folder], {})
    payload = Payload(b"", "application/json", Source("mqtt", "meter/a/air"), datetime(2026, 11, 24, tzinfo=UTC))
    document = Document(payload, {"t": 290}, "application/json")

    (reading,) = family.readers["part"].read(document, {"device": "a", "part": "air"}).readings

    assert [(field.path, field.unit) for field in reading.fields] == [(("air", "t"), "K")]


def test_a_reading_is_like_one_that_there_is(folder: Path) -> None:
    (folder / "bridge" / "manifest.toml").write_text(LIKE.replace('like = "default"', 'like = "deflaut"'))

    with pytest.raises(ConfigurationError, match="like 'deflaut'; there are default, part"):
        load_families([folder], {})
