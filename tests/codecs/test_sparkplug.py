"""Bytes of Sparkplug B become what its schema calls them; what is none is refused with the reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.codecs.sparkplug import MAX_DEPTH, SparkplugCodec
from semantic_gw.errors import DecodingError
from semantic_gw.model import Json
from tests.codecs.sparkplug_wire import field, payload

CODEC = SparkplugCodec()


def only(**members: object) -> Json:
    """The one metric of a payload, decoded."""
    [found] = CODEC.decode(payload(members))["metrics"]
    return found


def test_a_payload_has_the_members_of_the_schema() -> None:
    found = CODEC.decode(payload({"name": "Oil", "alias": 7, "double_value": 21.5}, timestamp=1_795_515_300_000, seq=4))

    assert found == {
        "timestamp": 1_795_515_300_000,
        "metrics": [{"name": "Oil", "alias": 7, "double_value": 21.5}],
        "seq": 4,
    }


def test_a_number_of_32_bits_is_as_short_as_it_was_written() -> None:
    assert only(float_value=21.6)["float_value"] == 21.6


def test_a_number_of_64_bits_keeps_all_its_digits() -> None:
    assert only(long_value=2**64 - 1)["long_value"] == 18_446_744_073_709_551_615


def test_a_number_that_is_not_finite_stays_one() -> None:
    assert str(only(float_value=float("inf"))["float_value"]) == "inf"


def test_properties_are_keys_and_values() -> None:
    found = only(properties={"engUnit": "bar"})

    assert found == {"properties": {"keys": ["engUnit"], "values": [{"type": 12, "string_value": "bar"}]}}


def test_types_of_a_table_may_be_packed_or_not() -> None:
    packed = field(3, 2, bytes((9, 10)))
    plain = field(3, 0, 9) + field(3, 0, 10)

    assert only(dataset_value=packed) == only(dataset_value=plain) == {"dataset_value": {"types": [9, 10]}}


def test_fields_that_the_schema_does_not_know_are_left_out() -> None:
    assert CODEC.decode(field(1, 0, 5) + field(99, 2, b"new")) == {"timestamp": 5}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "none of the fields"),
        (b'{"metrics": []}', "wire type"),
        (payload({"name": "x"})[:-1], "wants"),
        (field(2, 0, 1), "metrics of a payload has the wire type 0"),
        (b"\x08" + b"\xff" * 11, "more than 64 bits"),
        (b"\x08", "ends within a number"),
        (field(2, 2, field(1, 2, b"\xff")), "not UTF-8"),
    ],
)
def test_what_is_no_payload_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(DecodingError, match=why):
        CODEC.decode(body)


def test_messages_do_not_stand_in_each_other_without_end() -> None:
    inner = b""
    for _ in range(MAX_DEPTH):
        inner = field(2, 2, field(9, 2, inner))

    with pytest.raises(DecodingError, match="deep"):
        CODEC.decode(field(2, 2, field(9, 2, inner)))


@given(st.binary(max_size=200))
def test_any_bytes_are_decoded_or_refused(body: bytes) -> None:
    try:
        found = CODEC.decode(body)
    except DecodingError:
        return

    assert isinstance(found, dict)
