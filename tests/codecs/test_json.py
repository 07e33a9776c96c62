from __future__ import annotations

import json
import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from semantic_gw.codecs import JsonCodec
from semantic_gw.codecs.tree import MAX_DEPTH, MAX_DIGITS
from semantic_gw.errors import DecodingError

decode = JsonCodec().decode

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
)
SECONDS = 0.5
"""Far more than any refusal takes, far less than a quadratic reader would."""


def complaint(body: bytes) -> str:
    with pytest.raises(DecodingError) as caught:
        decode(body)
    return str(caught.value)


@given(JSON)
def test_what_was_written_is_read(value: Any) -> None:
    assert decode(json.dumps(value, ensure_ascii=False).encode()) == value
    assert decode(json.dumps(value, indent=1).encode()) == value


@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
@example(b"\xff\xfe{\x00}\x00")
@example(b'"\\ud800"')
def test_arbitrary_bytes_raise_nothing_but_a_decoding_error(body: bytes) -> None:
    with suppress(DecodingError):
        decode(body)


@given(st.text(alphabet='{}[]":,\\u0dD8aA1eE.-+ \n' + "\x00é", max_size=40))
def test_text_that_is_nearly_json_raises_nothing_but_a_decoding_error(text: str) -> None:
    try:
        value = decode(text.encode())
    except DecodingError:
        return
    assert json.loads(text) == value


@given(st.lists(st.tuples(st.text('ab":\\é', max_size=3), st.integers(0, 9) | st.text('":\\,{', max_size=4))))
def test_an_object_is_refused_exactly_where_a_name_stands_twice(pairs: list[tuple[str, Any]]) -> None:
    text = "{" + " , ".join(f"{json.dumps(name)} :{json.dumps(value)}" for name, value in pairs) + "}"
    names = [name for name, _ in pairs]

    if len(set(names)) == len(names):
        assert decode(text.encode()) == dict(pairs)
    else:
        assert "stands twice" in complaint(text.encode())


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":1,"a":1}',
        b'{"a":1,"\\u0061":2}',
        b'[{"t":"10:15:00","t":"10:16:00"}]',
        b'{"x":"\\u003a","a":1,"a":2}',
        b'{"a" :":x","a":"\\":"}',
        b'{"a":{"b":[{"c":1,"c":2}]}}',
    ],
)
def test_a_member_name_twice_is_refused(body: bytes) -> None:
    assert "stands twice in one object" in complaint(body)


@pytest.mark.parametrize(
    "body",
    [b'{"a":"::","b":":"}', b'{"a:":1,":b":2}', b'{"a":"\\u003a"}', b'{"a":"\\\\","b":"\\":"}', b'[{"a":1},{"a":2}]'],
)
def test_colons_in_texts_are_no_member_names(body: bytes) -> None:
    assert decode(body) == json.loads(body)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"a":NaN}', "NaN is no JSON number (RFC 8259, 6): leave the member out, or send null (near byte 5)"),
        (b"[-Infinity]", "-Infinity is no JSON number"),
        (b"[Infinity]", "Infinity is no JSON number"),
        (b"[1e400]", "the number 1e400 is beyond what a double holds (1.8E308)"),
        (b"[-1E+999999]", "the number -1E+999999 is beyond what a double holds"),
        (b"", "empty: there is no JSON value"),
        (b" \n", "empty: there is no JSON value"),
        (b'{"a":1', "expecting ',' delimiter at byte 6 of 6"),
        (b'{"a":1} x', "extra data at byte 8 of 9"),
        (b"{}{}", "extra data at byte 2 of 4"),
        (b"[1,]", "at byte"),
        (b"{'a':1}", "at byte 1 of 7"),
        (b'"\\ud800"', "\\ud800 at byte 1 is half of a surrogate pair"),
        (b'"\xc3\xa9\\uDC00x"', "\\uDC00 at byte 3 is half of a surrogate pair"),
        (b'["\\ud800\\u0041"]', "\\ud800 at byte 2 is half of a surrogate pair"),
        (b'{"\\ud83d":1}', "half of a surrogate pair"),
        (b'"\xed\xa0\x80"', "no UTF-8 at byte 1"),
        (b'{"a":"\xff"}', "no UTF-8 at byte 6"),
        ('{"a":1}'.encode("utf-16"), "UTF-16"),
        ('{"a":1}'.encode("utf-16-be"), "UTF-16"),
        ('{"a":1}'.encode("utf-32-le"), "UTF-32"),
        (b'"abcd\x00"', "at byte 5"),
        (b'"a\nb"', "at byte 2"),
        (b"01", "extra data at byte 1"),
        (b"0x10", "extra data at byte 1"),
        (b".5", "expecting value at byte 0"),
        (b"True", "expecting value at byte 0"),
        (b'// it is on\n{"a":1}', "expecting value at byte 0"),
        (b"\x0c1", "at byte 0"),
    ],
)
def test_what_is_no_json_is_refused_with_the_reason_and_the_place(body: bytes, said: str) -> None:
    assert said in complaint(body)


def test_a_byte_order_mark_is_skipped() -> None:
    assert decode(b'\xef\xbb\xbf{"a":1}') == {"a": 1}


def test_the_place_of_an_error_counts_a_byte_order_mark() -> None:
    assert "at byte 4 of 8" in complaint(b"\xef\xbb\xbf[x,1]")


@pytest.mark.parametrize("digits", [20, 40, MAX_DIGITS])
@pytest.mark.parametrize("sign", [1, -1])
def test_an_integer_beyond_64_bits_is_exact(digits: int, sign: int) -> None:
    number = sign * int("9" * digits)

    assert decode(b'{"n":%d}' % number) == {"n": number}


@pytest.mark.parametrize("digits", [MAX_DIGITS + 1, 309, 4300, 4301, 1_000_000])
def test_an_integer_with_too_many_digits_is_refused(digits: int) -> None:
    assert "more than 128 digits: send an identifier as a string" in complaint(b'{"n":[-%s]}' % (b"7" * digits))


def test_an_integer_with_too_many_digits_is_told_by_its_pointer() -> None:
    with pytest.raises(DecodingError) as caught:
        decode(b'{"a/b":[0,{"~":%s}]}' % (b"1" * 200))

    assert caught.value.pointer == "/a~1b/1/~0"


def test_the_same_number_is_an_integer_or_a_double_as_it_is_written() -> None:
    assert [type(number) for number in decode(b"[21, 21.0, 2.1e1, -0]")] == [int, float, float, int]


def test_a_number_too_small_for_a_double_is_zero() -> None:
    assert decode(b"1e-400") == 0.0


@pytest.mark.parametrize("pair", [b"[]", b'{"a":}'])
def test_nesting_is_taken_up_to_the_limit(pair: bytes) -> None:
    half = len(pair) - 1
    inner = b"1"
    assert decode(pair[:half] * MAX_DEPTH + inner + pair[half:] * MAX_DEPTH)
    assert "deeper than 64 levels" in complaint(pair[:half] * (MAX_DEPTH + 1) + inner + pair[half:] * (MAX_DEPTH + 1))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"[" * 100_000, id="100,000 arrays, open"),
        pytest.param(b"[" * 100_000 + b"]" * 100_000, id="100,000 arrays"),
        pytest.param(b'{"a":' * 100_000, id="100,000 objects"),
        pytest.param(b'[{"a":' * 400 + b"1" + b"}]" * 400, id="800 levels"),
    ],
)
def test_deep_nesting_is_refused_fast(body: bytes) -> None:
    start = time.process_time()

    assert "deeper than 64 levels" in complaint(body)
    assert time.process_time() - start < SECONDS


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"[" + b"1" * 4_000_000 + b"]", id="one number"),
        pytest.param(b"[" + b"1" * 4_000_000 + b".5]", id="one fraction"),
        pytest.param(b'{"a":1,' + b'"b:":":",' * 200_000 + b'"c":1}', id="twins"),
        pytest.param(b'"' + b"\\\\" * 2_000_000, id="backslashes"),
        pytest.param(b'"' + b"\\ud800" * 600_000 + b'"', id="surrogates"),
    ],
)
def test_large_bad_bodies_are_refused_fast(body: bytes) -> None:
    start = time.process_time()

    complaint(body)
    assert time.process_time() - start < 4 * SECONDS


def test_a_zero_character_in_a_string_is_kept() -> None:
    assert decode(b'"\\u0000"') == "\0"
