from __future__ import annotations

import time
import tracemalloc
from contextlib import suppress
from typing import Any

import cbor2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from semantic_gw.codecs import CborCodec
from semantic_gw.codecs.tree import MAX_DEPTH, MAX_DIGITS
from semantic_gw.errors import DecodingError

decode = CborCodec().decode
hexa = bytes.fromhex

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**MAX_DIGITS) + 1, 10**MAX_DIGITS - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
)


def complaint(body: bytes) -> str:
    with pytest.raises(DecodingError) as caught:
        decode(body)
    return str(caught.value)


@given(VALUES)
def test_what_was_written_is_read(value: Any) -> None:
    assert decode(cbor2.dumps(value)) == value
    assert decode(cbor2.dumps(value, indefinite_containers=True)) == value


@given(st.binary())
@example(hexa("d81c81d81d00"))
def test_arbitrary_bytes_raise_nothing_but_a_decoding_error(body: bytes) -> None:
    with suppress(DecodingError):
        decode(body)


@given(st.integers(0, 2**64 - 1), VALUES | st.binary())
def test_any_tag_on_anything_gives_json_or_a_decoding_error(tag: int, value: Any) -> None:
    try:
        found = decode(cbor2.dumps([cbor2.CBORTag(tag, value)]))
    except DecodingError:
        return
    assert type(found[0]) in (int, float, str) or tag == 55799


@given(st.sampled_from([0, 1, 2, 3, 4, 5, 32]), VALUES | st.binary() | st.tuples(st.integers(), st.integers()))
def test_understood_tags_on_anything_give_a_number_a_text_or_a_decoding_error(tag: int, value: Any) -> None:
    try:
        found = decode(cbor2.dumps(cbor2.CBORTag(tag, value)))
    except DecodingError:
        return
    assert type(found) in (int, float, str)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("d9d9f7a1616101", {"a": 1}),
        ("bf61619f0102ffff", {"a": [1, 2]}),
        ("7f61616162ff", "ab"),
        ("f93c00", 1.0),
        ("43010203", "AQID"),
        ("a1616142ffff", {"a": "__8"}),
        ("c074323031332d30332d32315432303a30343a30305a", "2013-03-21T20:04:00Z"),
        ("c11a514b67b0", 1363896240),
        ("c1fb41d452d9ec200000", 1363896240.5),
        ("c249010000000000000000", 2**64),
        ("c349010000000000000000", -(2**64) - 1),
        ("3bffffffffffffffff", -(2**64)),
        ("c48221196ab3", 273.15),
        ("c4820a01", 1e10),
        ("c4822202", 0.002),
        ("c48239018f01", 0.0),
        ("c5822003", 1.5),
        ("c48200c249010000000000000000", float(2**64)),
        ("d82073687474703a2f2f7777772e6578616d706c652e", "http://www.example."),
        ("80", []),
        ("f6", None),
    ],
)
def test_what_json_can_say_is_taken(body: str, value: Any) -> None:
    assert decode(hexa(body)) == value


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "empty: there is no CBOR item"),
        ("d9d9f7", "empty"),
        ("0102", "1 bytes too many behind byte 0"),
        ("8201", "premature end of stream"),
        ("8201", "(near byte 2 of 2)"),
        ("a2616101616102", "Duplicate map key: 'a'"),
        ("a10102", "map key must be a text string"),
        ("a1416101", "the map key b'a' is no text"),
        ("a1f601", "map key must be a text string"),
        ("81f97e00", "nan is no JSON number"),
        ("f97c00", "inf is no JSON number"),
        ("c1f97e00", "nan is no JSON number"),
        ("f7", "undefined has no place in JSON"),
        ("e0", "has no place in JSON"),
        ("f8ff", "has no place in JSON"),
        ("f800", "invalid"),
        ("ff", "break code"),
        ("1c", "unknown"),
        ("fc", "reserved"),
        ("62c328", "invalid continuation byte"),
        ("63eda080", "invalid continuation byte"),
        ("7f4161ff", "non-text string"),
        ("d8406161", "tag 64 is not taken; there are 0, 1, 2, 3, 4, 5, 32 and 55799 in front"),
        ("d823625b5b", "tag 35 is not taken"),
        ("d90102820101", "tag 258 is not taken"),
        ("d81e820102", "tag 30 is not taken"),
        ("d818414101", "tag 24 is not taken"),
        ("d81c81d81d00", "tag 29 is not taken"),
        ("d90100826461626364d81900", "tag 25 is not taken"),
        ("82d81c80d81d00", "tag 28 is not taken"),
        ("c001", "a date or URI tag holds no text"),
        ("c16131", "a time tag holds no number"),
        ("c1f5", "a time tag holds no number"),
        ("c201", "a bignum holds no byte string"),
        ("c2583701" + "00" * 54, "more than 128 digits"),
        ("c236", "a bignum holds no byte string"),
        ("c48101", "no pair of integers"),
        ("c482f503", "no pair of integers"),
        ("c4821b7fffffffffffffff03", "beyond what a double holds"),
        ("c5821b7fffffffffffffff03", "beyond what a double holds"),
        ("c5821903e81b7fffffffffffffff", "beyond what a double holds"),
        ("9b1000000000000000", "premature end of stream"),
        ("5b1000000000000000", "premature end of stream"),
        ("bbffffffffffffffff", "premature end of stream"),
        ("5a7fffffff", "premature end of stream"),
    ],
)
def test_what_json_cannot_say_is_refused_with_the_reason(body: str, said: str) -> None:
    assert said in complaint(hexa(body))


def test_a_refused_value_is_told_by_its_pointer() -> None:
    with pytest.raises(DecodingError) as caught:
        decode(cbor2.dumps({"a/b": [0, float("nan")]}))

    assert caught.value.pointer == "/a~1b/1"


def test_a_bignum_with_leading_zeros_is_taken() -> None:
    assert decode(hexa("c25840" + "00" * 63 + "07")) == 7


@pytest.mark.parametrize("head", [b"\x81", b"\xa1\x61a"])
def test_nesting_is_taken_up_to_the_limit(head: bytes) -> None:
    assert decode(head * MAX_DEPTH + b"\x01")
    assert "deeper than 64 levels" in complaint(head * (MAX_DEPTH + 1) + b"\x01")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"\x81" * 100_000, id="arrays"),
        pytest.param(b"\x9f" * 100_000, id="arrays of no length"),
        pytest.param(b"\xa1\x61a" * 100_000, id="maps"),
        pytest.param(b"\xc1" * 100_000, id="tags"),
        pytest.param(b"\xd9\xd9\xf7" * 100_000, id="self-described"),
    ],
)
def test_deep_nesting_is_refused_fast(body: bytes) -> None:
    start = time.process_time()

    assert "deeper than 64 levels" in complaint(body)
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize("head", ["9b", "5b", "7b", "bb", "da5b", "c25b"])
def test_a_huge_declared_length_allocates_nothing(head: str) -> None:
    tracemalloc.start()

    complaint(hexa(head) + b"\x10" + bytes(7))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000
