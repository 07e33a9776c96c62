from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.model import Json, Payload, Record, Source
from semantic_gw.pipeline.spool import from_record, to_record

RECEIVED = datetime(2026, 11, 24, 10, 15, 0, 123456, tzinfo=UTC)


@given(
    body=st.binary(max_size=50),
    content_type=st.sampled_from(["", "application/json", "text/plain; charset=utf-8"]),
    address=st.text(min_size=1, max_size=20),
    description=st.none() | st.dictionaries(st.text(max_size=3), st.integers(-5, 5)),
    retained=st.booleans(),
)
def test_a_payload_comes_back_from_its_record(
    body: bytes, content_type: str, address: str, description: Json, retained: bool
) -> None:
    payload = Payload(
        body, content_type, Source("mqtt", address), RECEIVED, description=description, retained=retained, delivery="d"
    )

    assert from_record(to_record(payload)) == payload


@pytest.mark.parametrize(
    ("headers", "key", "address"),
    [
        ((("mqtt.topic", b"a/b"),), "k", "a/b"),
        ((), "k", "k"),
        ((), None, "raw.devices"),
    ],
)
def test_a_foreign_record_has_an_address(headers: tuple[tuple[str, bytes], ...], key: str | None, address: str) -> None:
    payload = from_record(Record("raw.devices", key, b"{}", headers, RECEIVED, 0, 7))

    assert payload.source.address == address
    assert payload.source.kind == "kafka"
    assert payload.received_at == RECEIVED


def test_a_foreign_record_cannot_choose_a_message_id() -> None:
    record = Record("raw", None, b"{}", (("Message-Id", b"../../x y"),), RECEIVED, 0, 7)

    assert len(from_record(record).id) == 24


@pytest.mark.parametrize("description", [b"{", b"\xff", b"[" * 100_000])
def test_a_foreign_description_that_is_no_json_does_no_harm(description: bytes) -> None:
    record = Record("raw", None, b"{}", (("Description", description),), RECEIVED, 0, 7)

    assert from_record(record).description is None


def test_reading_a_record_twice_gives_the_same_message() -> None:
    record = Record("raw", None, b"{}", (), RECEIVED, 0, 7)

    assert from_record(record).id == from_record(record).id
