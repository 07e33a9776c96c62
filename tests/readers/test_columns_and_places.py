"""Tables that stand by columns, single values, times that are of UTC by their name, and names that say who it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from semantic_gw.contracts import Reading, Readings
from semantic_gw.errors import LiftingError
from semantic_gw.model import Document, Json, Payload, Source
from semantic_gw.readers.rules import parse_rules
from semantic_gw.readers.table import TableReader
from semantic_gw.readers.templates import Message, parse_template

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DURING = 1_795_521_600
"""Noon, in seconds since 1970."""


def read(value: Json, /, address: str = "shed", **table: Any) -> Readings:
    payload = Payload(b"", "application/json", Source("http", address), NOON)
    reader = TableReader(parse_rules({"thing": "urn:x:1", **table}))
    return reader.read(Document(payload, value, "application/json"), {})


def values(reading: Reading) -> dict[str, Json]:
    return {"/".join(field.path): field.value for field in reading.fields}


COLUMNS = {"names": "/type", "rows": "/res", "as": "s"}


def test_columns_have_their_names_beside_them() -> None:
    (reading,) = read({"type": ["t", "h"], "res": {str(DURING): [4.1, 87]}}, columns=COLUMNS).readings

    assert (values(reading), reading.time) == ({"t": 4.1, "h": 87}, NOON)
    assert [field.pointer for field in reading.fields] == [f"/res/{DURING}/0", f"/res/{DURING}/1"]


def test_each_row_of_columns_has_its_own_time() -> None:
    found = read({"type": ["t"], "res": {str(DURING): [1], str(DURING + 60): [2]}}, columns=COLUMNS)

    assert [values(one) for one in found.readings] == [{"t": 1}, {"t": 2}]


@pytest.mark.parametrize(
    "value",
    [
        {"type": ["t"]},
        {"type": "t", "res": {"1": [1]}},
        {"type": ["t"], "res": [[1]]},
        {"type": ["t"], "res": {"1": 1}},
        {"type": [], "res": {"1": [1]}},
        {"type": [5, ""], "res": {"1": [1, 2]}},
    ],
)
def test_columns_that_are_none_have_no_values(value: Json) -> None:
    assert read(value, columns=COLUMNS) == Readings()


def test_columns_say_what_they_are_by_no_other_member() -> None:
    with pytest.raises(ValueError, match="columns has no member time; there are as, names, rows"):
        parse_rules({"thing": "urn:x:1", "columns": {"names": "/a", "rows": "/b", "time": "s"}})


def test_a_single_value_is_called_as_its_member_is() -> None:
    (reading,) = read({"a": {"t": 1}, "battery": 87, "other": 5}, fields=["/a", "/battery"]).readings

    assert values(reading) == {"t": 1, "battery": 87}


def test_an_item_may_be_asked_what_any_item_of_a_list_has() -> None:
    counts = [{"at": "/pairs/*/name", "is": "ratio"}]
    weighed, counted = {"pairs": [{"name": "P1"}], "t": 1}, {"pairs": [{"name": "P1"}, {"name": "ratio"}], "t": 1}

    assert len(read(weighed, unless=counts).readings) == 1
    assert not read(counted, unless=counts).readings


def test_a_time_that_is_of_utc_by_its_name_needs_no_zone() -> None:
    (reading,) = read({"t": 1, "dateutc": "2026-11-24 12:00:00"}, time=[{"at": "/dateutc", "as": "utc"}]).readings

    assert reading.time == NOON


def test_a_zone_that_is_written_counts_before_utc() -> None:
    (reading,) = read({"t": 1, "at": "2026-11-24T13:00:00+01:00"}, time=[{"at": "/at", "as": "utc"}]).readings

    assert reading.time == NOON


def test_now_is_no_time() -> None:
    (reading,) = read({"t": 1, "dateutc": "now"}, time=[{"at": "/dateutc", "as": "utc"}]).readings

    assert reading.time is None


def test_what_no_route_knows_has_its_whole_address() -> None:
    (reading,) = read({"t": 1}, address="push/a b", thing="urn:x:{address}").readings

    assert reading.thing == "urn:x:push%2Fa%20b"


def test_a_payload_without_an_address_needs_another_name() -> None:
    with pytest.raises(LiftingError, match="which Thing"):
        read({"t": 1}, address="", thing="urn:x:{address}")


@pytest.mark.parametrize(
    ("template", "captured", "filled"),
    [
        ("{x|number}", "00640", "640"),
        ("{x|number}", "000", "0"),
        ("{x|number}", "0A1", "A1"),
        ("{x|levels}", "owntracks/jane/phone", "jane-phone"),
        ("{x|levels}", "owntracks/jane doe/phone", "jane%20doe-phone"),
        ("{x|levels}", "owntracks", None),
        ("{x|digest}", "secret", "2bb80d537b1da3e3"),
    ],
)
def test_names_are_written_as_their_place_wants(template: str, captured: str, filled: str | None) -> None:
    assert parse_template(template).fill(Message(None, None, {"x": captured})) == filled
