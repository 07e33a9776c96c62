"""From bytes to a document: what is refused, and what is told and read all the same."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.directory.validation import check_description, read
from semantic_gw.errors import DecodingError, PayloadTooLargeError
from semantic_gw.model import Json
from tests.directory.validated import description

MOST = 1024 * 1024


def told(body: bytes | str) -> dict[str, str]:
    """The findings in *body* by their pointers."""
    _, findings = read(body.encode() if isinstance(body, str) else body, max_bytes=MOST)
    return dict(findings)


def document(body: str) -> Json:
    return read(body.encode(), max_bytes=MOST)[0]


def refused(body: bytes) -> str:
    with pytest.raises(DecodingError) as caught:
        read(body, max_bytes=MOST)
    return str(caught.value)


@given(st.recursive(st.none() | st.booleans() | st.integers(-9, 9) | st.text("aé/~", max_size=3), st.lists))
def test_json_that_all_readers_understand_alike_has_no_finding(value: Json) -> None:
    assert read(json.dumps(value).encode(), max_bytes=MOST) == (value, ())


def test_members_keep_their_order() -> None:
    assert list(document('{"z": 1, "a": 2, "m": 3}')) == ["z", "a", "m"]


def test_a_byte_order_mark_is_skipped() -> None:
    assert told(b'\xef\xbb\xbf{"a": 1, "a": 2}').keys() == {"/a"}


# Members that stand twice.


def test_a_member_that_stands_twice_is_told_at_its_place() -> None:
    assert told('{"properties": {"on": {"type": "boolean"}, "on": {}}}') == {
        "/properties/on": 'the member "on" stands twice in properties; only one can be meant'
    }


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ('{"a": 1, "a": 1}', "/a"),
        ('{"a": 1, "\\u0061": 1}', "/a"),
        ('{"a": [{"b": 0}, {"b": 0, "b": 1}]}', "/a/1/b"),
        ('{"a/b": {"~": 1, "~": 2}}', "/a~1b/~0"),
        ('{"": 1, "": 2}', "/"),
        ('[{"a": 1, "a": 2}]', "/0/a"),
    ],
)
def test_twins_are_found_at_any_depth_however_they_are_written(body: str, pointer: str) -> None:
    assert told(body).keys() == {pointer}


def test_twins_that_stand_three_times_are_told_once() -> None:
    assert told('{"a": 1, "a": 2, "a": 3, "b": 1, "b": 2}').keys() == {"/a", "/b"}


def test_of_twins_the_last_one_is_read() -> None:
    assert document('{"a": 1, "a": 2}') == {"a": 2}


# Numbers and texts that not every reader holds.


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ("NaN", "minimum is NaN; it is no JSON number (RFC 8259, 6); leave the member out"),
        ("-Infinity", "minimum is -Infinity; it is no JSON number (RFC 8259, 6); leave the member out"),
        ("1e400", "minimum is 1e400; a double holds numbers up to 1.8E308"),
        ("-1E+999", "minimum is -1E+999; a double holds numbers up to 1.8E308"),
    ],
)
def test_a_number_that_is_none_is_told(body: str, detail: str) -> None:
    assert told(f'{{"a": [{{"minimum": {body}}}]}}') == {"/a/0/minimum": detail}


def test_an_integer_too_long_is_told_and_cut() -> None:
    (detail,) = told(f'{{"id": {"7" * 5000}}}').values()

    assert detail.endswith("an integer has at most 128 digits; send an identifier as a string")
    assert len(detail) < 200


def test_a_number_that_is_none_is_read_as_one_so_that_nothing_else_is_wrong_with_it() -> None:
    whole = json.dumps(description(properties={"t": {"forms": [{"href": "t"}], "minimum": 12345}}))
    found, findings = read(whole.replace("12345", "NaN").encode(), max_bytes=MOST)

    assert [finding.pointer for finding in findings] == ["/properties/t/minimum"]
    assert check_description(found) == ()


@pytest.mark.parametrize(
    ("body", "pointer"),
    [('{"title": "\\ud83d"}', "/title"), ('["a", "\\udc00b"]', "/1"), ('{"\\udfff": 1}', "/\ufffd")],
)
def test_half_of_a_surrogate_pair_is_told(body: str, pointer: str) -> None:
    assert told(body).keys() == {pointer}


def test_half_of_a_surrogate_pair_is_read_as_a_replacement_character() -> None:
    assert document('{"title": "a\\ud83d"}') == {"title": "a\ufffd"}


def test_all_that_is_doubtful_is_told_at_once() -> None:
    assert told('{"a": NaN, "b": {"c": 1, "c": 1e400}, "d": "\\ud800"}').keys() == {"/a", "/b/c", "/d"}


# What holds no document.


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b"", "empty"),
        (b"toto", "no JSON"),
        (b'{"a": 1,}', "no JSON"),
        (b'{"a": NaN', "no JSON"),
        (b'{"a": 1, "a": 2} {}', "stands twice"),
        (b"\xff\xfe{\0}\0", "UTF-16"),
        (b'"\xed\xa0\x80"', "no UTF-8"),
    ],
)
def test_what_is_no_json_is_refused(body: bytes, complaint: str) -> None:
    assert complaint in refused(body)


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":1,"a":'])
@pytest.mark.parametrize("times", [65, 50_000])
def test_what_is_nested_too_deep_is_refused(opening: bytes, times: int) -> None:
    closing = {b"[": b"]", b'{"a":': b"}", b'[{"a":1,"a":': b"}]"}[opening]

    assert "nested deeper than 64 levels" in refused(opening * times + b"1" + closing * times)


def test_brackets_in_a_text_are_no_nesting() -> None:
    assert told(f'{{"a": "{"[" * 1000}", "a": 1}}').keys() == {"/a"}


def test_more_bytes_than_allowed_are_refused() -> None:
    with pytest.raises(PayloadTooLargeError, match="the document has 12 bytes; 11 are allowed"):
        read(b'{"title": 1}', max_bytes=11)
