from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from semantic_gw.errors import ConfigurationError
from semantic_gw.model import Payload, Source
from semantic_gw.pipeline.bodies import parse_body_look, says_nothing
from semantic_gw.pipeline.family import Families
from semantic_gw.pipeline.mappings import load_families
from semantic_gw.settings import FamilySettings

MANIFEST = r"""
id = "meter"
title = "A meter"
version = "1"

[[route]]
address = "meters/{name}"
role = "things"
media_type = "application/x-meter"

[[look.body]]
media_type = "application/x-frames"
begins = ['\x7e[\xa0-\xaf]']
"""


def families(folder: Path, manifest: str = MANIFEST, settings: Mapping[str, FamilySettings] | None = None) -> Families:
    (folder / "meter").mkdir()
    (folder / "meter" / "manifest.toml").write_text(manifest, "utf-8")
    return load_families([folder], settings or {})


def payload(body: bytes, *, address: str = "", content_type: str = "", **more: Any) -> Payload:
    return Payload(body, content_type, Source("mqtt", address), datetime(2026, 11, 24, tzinfo=UTC), **more)


@pytest.mark.parametrize("content_type", ["", "application/octet-stream", "text/plain; charset=utf-8"])
def test_a_body_is_what_its_address_says_where_its_sender_says_nothing(tmp_path: Path, content_type: str) -> None:
    told = families(tmp_path).media_type(payload(b"\x01", address="meters/cellar", content_type=content_type))

    assert told == "application/x-meter"


def test_what_the_sender_says_counts_first(tmp_path: Path) -> None:
    told = families(tmp_path).media_type(payload(b"{}", address="meters/cellar", content_type="application/json"))

    assert told == ""


def test_a_body_is_known_by_how_it_begins_wherever_it_comes_in(tmp_path: Path) -> None:
    assert families(tmp_path).media_type(payload(b"\x7e\xa0\x27", address="anywhere")) == "application/x-frames"


def test_a_body_that_begins_otherwise_stays_unknown(tmp_path: Path) -> None:
    assert families(tmp_path).media_type(payload(b"\x00\x7e\xa0", address="anywhere")) == ""


def test_an_address_that_a_setting_gave_to_a_family_is_read_by_its_looks(tmp_path: Path) -> None:
    known = families(tmp_path, settings={"meter": FamilySettings(addresses=("cellar/#",))})

    assert known.media_type(payload(b"\x7e\xa0\x27", address="cellar/1")) == "application/x-frames"


def test_what_may_be_json_is_left_to_be_read_as_such(tmp_path: Path) -> None:
    known = families(tmp_path, MANIFEST.replace(r"\x7e[\xa0-\xaf]", "."))

    assert [known.media_type(payload(body)) for body in (b'{"a": 1}', b"<a/>")] == ["", "application/x-frames"]


def test_a_family_that_nobody_knows_tells_nothing(tmp_path: Path) -> None:
    assert families(tmp_path).media_type(payload(b"\x7e\xa0\x27", family="heating")) == ""


def test_a_wrong_pattern_is_told_with_its_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(str(tmp_path / "meter" / "manifest.toml"))):
        families(tmp_path, MANIFEST.replace("[\\xa0-\\xaf]", "[\\xa0"))


def test_a_member_that_no_look_of_a_body_has_is_refused_with_what_there_is() -> None:
    with pytest.raises(ValueError, match="a look of a body has no member matches; there are begins, media_type"):
        parse_body_look({"matches": "."})


def test_json_says_what_it_is() -> None:
    assert not says_nothing("application/json")
