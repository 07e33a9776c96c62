"""The short form of a mapping: what ten lines say, and how it is told what is wrong with them."""

from __future__ import annotations

import json

import jsonschema_rs
import pytest

from semantic_gw.errors import MappingError
from semantic_gw.lexicon import Lexicon
from semantic_gw.model import Json
from semantic_gw.readers.short_form import parse_short_form
from semantic_gw.readers.short_form_keys import KEYS, json_schema
from semantic_gw.yaml_nodes import parse, plain
from tests.shared import ROOT

VOCABULARY = Lexicon.load().vocabulary
TEXT = """\
address: attic/{device}/climate
time: {at: ts, as: s}
fields:
  temp: {kind: Temperature, unit: °C}
  hum: {kind: Humidity, unit: "%", scale: 0.10}
  window: {kind: OpenClosed, states: {on: Open, off: Closed}}
  air/co2: {unit: ppm, none: [-1, off]}
"""


def manifest(text: str = TEXT) -> dict[str, Json]:
    return parse_short_form(text, "attic.mapping.yaml", "attic", VOCABULARY)


def reading(text: str = TEXT) -> dict[str, Json]:
    found: dict[str, Json] = manifest(text)["reading"]["default"]
    return found


def test_the_file_names_the_family() -> None:
    assert (manifest()["id"], manifest()["title"], manifest()["version"]) == ("attic", "attic", "1")


def test_the_levels_of_the_address_name_the_thing() -> None:
    assert reading()["thing"] == "urn:dev:ops:attic-{device}"


def test_a_name_is_a_pointer_to_it() -> None:
    assert reading()["time"] == [{"at": "/ts", "as": "s"}]


def test_a_path_is_no_pointer() -> None:
    with pytest.raises(MappingError) as raised:
        manifest(TEXT.replace("at: ts", "at: hdr/t"))

    problem = "'hdr/t' is no pointer: write /hdr/t, or /hdr~1t for one name with a '/' in it"
    assert str(raised.value) == f"attic.mapping.yaml line 2, time.at: {problem}"


def test_a_name_with_a_slash_has_a_pointer() -> None:
    assert reading(TEXT.replace("at: ts", "at: /hdr~1t"))["time"] == [{"at": "/hdr~1t", "as": "s"}]


def test_on_and_off_are_texts() -> None:
    assert reading()["field"][2]["states"] == {"on": "Open", "off": "Closed"}


def test_values_that_are_none_keep_their_types() -> None:
    assert reading()["field"][3]["none"] == [-1, "off"]


def test_what_is_read_as_a_time_or_a_name_is_no_value_of_its_own() -> None:
    left = reading(TEXT + "title: '{/info/name|text}'\nleave: {fw: its software}\n")["leave"]

    assert left == [{"path": "fw", "reason": "its software"}, {"path": "info/name"}, {"path": "ts"}]


def test_what_is_a_field_too_is_a_value() -> None:
    assert reading("address: a\ntime: uptime\nfields: {uptime: {unit: s}}")["leave"] == []


def test_a_factor_keeps_its_digits() -> None:
    assert reading()["field"][1]["scale"] == "0.10"


def test_a_unit_may_be_named_by_its_iri() -> None:
    assert reading(TEXT.replace("°C", "unit:DEG_C"))["field"][0]["unit"] == "°C"


def test_fields_that_are_all_comments_are_none() -> None:
    assert reading("address: a\nfields:\n  # nothing yet\n")["field"] == []


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("Temperature", "Temprature", "line 4, fields.temp.kind: no kind 'Temprature'; did you mean Temperature"),
        ("unit: °C", "unt: °C", "line 4, fields.temp: no key 'unt'; did you mean unit"),
        ("°C", "lx", "line 4, fields.temp.unit: 'lx' is no unit of sgw:Temperature; there are"),
        (", unit: °C", "", "line 4, fields.temp.unit: a number of sgw:Temperature wants its unit"),
        ("ppm", "pmm", "line 7, fields.air/co2.unit: no unit 'pmm'; did you mean"),
        ("on: Open", "on: Opn", "line 6, fields.window.states: sgw:OpenClosed has no state 'Opn'; did you mean Open?"),
        (", states: {on: Open, off: Closed}", "", "line 6, fields.window: a state wants its values"),
        ("kind: OpenClosed, ", "", "line 6, fields.window: states are those of a kind"),
        ("time:", "tim:", "line 2: no key 'tim'; did you mean time?"),
        ("at: ts", "at: /t~s", "line 2, time.at: '/t~s' is not a JSON Pointer"),
        ("{at: ts, as: s}", "{as: s}", "line 2, time: the key 'at' is wanted"),
        ("{device}", "{device", "line 1, address: 'attic/{device/climate' is no address"),
        ("0.10", "tenth", "line 5, fields.hum.scale: 'tenth' is no number"),
        ("address: attic/{device}/climate\n", "", "line 1: the key 'address' is wanted"),
        ("fields:", "thing: urn:{devise}\nfields:", "no level 'devise' of the address; did you mean device"),
        ("fields:", "title: '{device|loud}'\nfields:", "line 3, title: {device|loud} is to be written as 'loud'"),
        ("fields:", "numbers: tex\nfields:", "line 3, numbers: 'tex' is none of them; did you mean text?"),
        ("fields:", "id: a b\nfields:", "id: 'a b' is no name"),
        ("fields:", "pairs: []\nfields:", "line 3, pairs: a mapping of keys to values is wanted"),
        ("{kind: Temperature, unit: °C}", "°C", "line 4, fields.temp: a mapping of keys to values is wanted"),
        ("fields:", "address: b\nfields:", "line 3: the key 'address' is there twice"),
        (TEXT, "- a\n", "line 1: a mapping of keys to values is wanted"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_its_key_and_what_is_near(right: str, wrong: str, told: str) -> None:
    with pytest.raises(MappingError) as raised:
        manifest(TEXT.replace(right, wrong, 1))

    assert told in str(raised.value)
    assert str(raised.value).startswith("attic.mapping.yaml line ")


def test_the_published_schema_is_that_of_the_keys() -> None:
    published = json.loads((ROOT / "docs" / "mapping.schema.json").read_text("utf-8"))

    assert published == json_schema()


def test_the_schema_takes_what_the_reader_takes() -> None:
    jsonschema_rs.validate(json_schema(), plain(parse(TEXT, "-")))


def test_the_schema_refuses_a_key_that_is_none() -> None:
    with pytest.raises(jsonschema_rs.ValidationError):
        jsonschema_rs.validate(json_schema(), {"address": "a", "tim": "b"})


@pytest.mark.parametrize("key", [key.name for key in KEYS])
def test_every_key_is_documented(key: str) -> None:
    assert f"| `{key}` |" in (ROOT / "docs" / "mappings.md").read_text("utf-8")
