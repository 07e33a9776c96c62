"""A draft finds what stands where; what nobody knows stands in it as a comment, with the reason."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import yaml

from semantic_gw.describers.fields import FieldDescriber
from semantic_gw.lexicon import Lexicon
from semantic_gw.model import Document, Json, Payload, Source
from semantic_gw.pipeline.suggest import drafts
from semantic_gw.readers.short_form import parse_short_form

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture(scope="module")
def describer() -> FieldDescriber:
    return FieldDescriber(Lexicon.load(), broker="mqtt://b/", gateway="https://g/")


def document(value: Json, address: str = "shed/1/state") -> Document:
    return Document(Payload(b"", "application/json", Source("mqtt", address), NOW), value, "application/json")


def draft(describer: FieldDescriber, *documents: Document) -> tuple[str, Json]:
    (text,) = drafts(documents, describer)
    return text, yaml.safe_load(text)


def test_the_level_in_which_addresses_differ_is_the_device(describer: FieldDescriber) -> None:
    _, made = draft(describer, document({"valve": "open"}), document({"valve": "open"}, "shed/2/state"))

    assert made["address"] == "shed/{device}/state"
    assert made["thing"].endswith("{device}")


@pytest.mark.parametrize(
    ("value", "thing"),
    [
        ({"mac": "AA:BB", "valve": "open"}, "urn:dev:mac:{/mac|hex}"),
        ({"deviceId": "x7", "valve": "open"}, "urn:dev:ops:shed-1-state-{/deviceId}"),
        ({"valve": "open"}, "urn:dev:ops:shed-1-state"),
    ],
)
def test_a_member_tells_the_device_where_the_address_does_not(
    describer: FieldDescriber, value: Json, thing: str
) -> None:
    assert draft(describer, document(value))[1]["thing"] == thing


@pytest.mark.parametrize(
    ("ts", "form"),
    [(1793528100, "s"), (1793528100000, "ms"), ("2026-11-24T10:00:00Z", "iso"), (12, None), (True, None)],
)
def test_a_time_is_found(describer: FieldDescriber, ts: Json, form: str | None) -> None:
    made = draft(describer, document({"ts": ts, "valve": "open"}))[1]

    assert (made["time"][0]["as"] if "time" in made else None) == form


def test_what_is_known_is_filled_in_and_what_is_not_is_a_comment(describer: FieldDescriber) -> None:
    text, made = draft(describer, document({"valve": "open", "temperature": 21.5, "foo": 1}))

    assert list(made["fields"]) == ["valve"]
    assert "# temperature: {kind: Temperature" in text
    assert "# foo: {kind: ?}" in text


def test_payloads_of_different_looks_are_drafted_apart(describer: FieldDescriber) -> None:
    found = drafts([document({"valve": "open"}), document({"door": "open"}, "hall")], describer)

    assert len(list(found)) == 2


@pytest.mark.parametrize("name", ["a b", 'a"b', "on", "a: b", "#x", "ü\u202e", "\x07", "", "-", "{x}", "a\\b"])
def test_whatever_names_are_the_draft_is_yaml(describer: FieldDescriber, name: str) -> None:
    _, made = draft(describer, document({"valve": "open", name: 1}, f"x/{name or 'y'}/z"))

    assert made["address"] == f"x/{name or 'y'}/z"
    assert "valve" in made["fields"]


def test_the_items_of_a_list_are_each_a_reading(describer: FieldDescriber) -> None:
    rooms = [{"id": "hall", "valve": "open", "temp_c": 20.5}, {"id": "attic", "valve": "closed", "temp_c": 17.0}]
    _, made = draft(describer, document({"house": {"rooms": rooms}}))

    assert (made["each"], made["thing"]) == ("/house/rooms/*", "urn:dev:ops:shed-1-state-{/id}")
    assert made["fields"]["temp_c"] == {"kind": "Temperature", "unit": "unit:DEG_C"}


def test_rows_with_a_time_each_are_of_one_device(describer: FieldDescriber) -> None:
    rows = [{"time": f"2026-11-24T10:0{minute}:00Z", "hum_pct": "44"} for minute in range(3)]
    _, made = draft(describer, document(rows))

    assert (made["each"], made["thing"], made["time"][0]["as"]) == ("/*", "urn:dev:ops:shed-1-state", "iso")
    assert made["fields"]["hum_pct"]["numbers"] == "text"


def test_a_list_that_names_its_values_is_of_pairs(describer: FieldDescriber) -> None:
    _, made = draft(describer, document({"values": [{"type": "temperature", "value": 21.5, "unit": "°C"}]}))

    assert made["pairs"] == {"at": "/values", "name": "/type", "value": "/value", "unit": "/unit"}
    assert made["fields"]["temperature"]["kind"] == "Temperature"


def test_the_unit_beside_a_value_is_found(describer: FieldDescriber) -> None:
    _, made = draft(describer, document({"total_energy": {"Value": 12.5, "Unit": "Wh"}}))

    assert made["fields"] == {"total_energy/Value": {"kind": "Energy", "unit_at": "/total_energy/Unit"}}


def test_a_position_is_found(describer: FieldDescriber) -> None:
    _, made = draft(describer, document({"where": {"lat": 60.1, "lng": 24.9, "alt": 12}, "valve": "open"}))

    assert made["position"] == {"lat": "/where/lat", "lon": "/where/lng", "alt": "/where/alt"}


def test_a_bare_value_is_called_as_its_address_has_it(describer: FieldDescriber) -> None:
    _, made = draft(describer, document("21.5 °C", "shed/temperature/state"))

    assert made["under"] == "temperature"
    assert made["fields"]["temperature"] == {"kind": "Temperature", "unit": "unit:DEG_C", "numbers": "unit"}


def test_a_name_whose_last_word_is_known_has_a_proposal(describer: FieldDescriber) -> None:
    text, _ = draft(describer, document({"handle_temp_c": 25.2, "valve": "open"}))

    assert '# handle_temp_c: {kind: Temperature, unit: "°C"}' in text


def test_what_says_itself_to_be_no_measurement_is_not_asked_for(describer: FieldDescriber) -> None:
    text, _ = draft(describer, document({"firmware_version": 3, "valve": "open"}))

    assert "# firmware_version: 3: which version of something it has" in text


def test_a_time_without_a_zone_is_asked_about(describer: FieldDescriber) -> None:
    text, made = draft(describer, document({"time": "2026-11-24 10:00:00", "valve": "open"}))

    assert "time" not in made
    assert '# time: {at: "/time", as: utc}' in text


def test_a_mac_address_names_the_device_whatever_the_address(describer: FieldDescriber) -> None:
    one, other = ({"mac": f"AA:BB:CC:DD:EE:0{n}", "valve": "open"} for n in (1, 2))
    _, made = draft(describer, document(one), document(other, "shed/2/state"))

    assert (made["address"], made["thing"]) == ("shed/{device}/state", "urn:dev:mac:{/mac|hex}")


@pytest.mark.parametrize("value", [None, "x" * 81, [], {}])
def test_nothing_is_drafted_of_what_has_no_value(describer: FieldDescriber, value: Json) -> None:
    assert list(drafts([document(value)], describer)) == []


VALUES: list[Json] = [
    {"dps": {"1": True, "18": 123}}, [{"channel": 1, "type": "temp", "value": 21.5}], {"a": [[1, 2], [3]], "b": [{}]},
    {"features": [{"geometry": {"coordinates": [1.5, 2.5]}, "properties": {"t": 1}}]}, True, "22,5", {"": {"": 1}},
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES)
def test_a_draft_is_a_mapping(describer: FieldDescriber, value: Json) -> None:
    vocabulary = Lexicon.load().vocabulary

    for text in drafts([document(value)], describer):
        assert parse_short_form(text, "draft", "shed", vocabulary)["id"] == "shed"
