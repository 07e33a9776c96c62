"""Forms are objects of texts, whatever was typed into them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.codecs.form import MAX_FIELDS, FormCodec
from semantic_gw.errors import DecodingError


def decode(body: bytes) -> object:
    return FormCodec().decode(body)


def test_every_field_is_a_text() -> None:
    assert decode(b"tempf=70.3&humidity=32") == {"tempf": "70.3", "humidity": "32"}


def test_signs_that_were_escaped_are_there_again() -> None:
    assert decode(b"dateutc=2026-11-24+10%3A15%3A00&name=K%C3%BCche") == {
        "dateutc": "2026-11-24 10:15:00",
        "name": "K\u00fcche",
    }


def test_an_empty_field_is_an_empty_text() -> None:
    assert decode(b"lightning=&a") == {"lightning": "", "a": ""}


def test_a_name_that_comes_twice_is_a_list() -> None:
    assert decode(b"a=1&a=2&a=3") == {"a": ["1", "2", "3"]}


@pytest.mark.parametrize("body", [b"a=%FF", b"\xff=1"])
def test_what_is_no_utf_8_is_refused(body: bytes) -> None:
    with pytest.raises(DecodingError, match="no UTF-8"):
        decode(body)


def test_a_form_of_too_many_fields_is_refused() -> None:
    with pytest.raises(DecodingError, match="more than"):
        decode(b"&".join(b"a=1" for _ in range(MAX_FIELDS + 1)))


@given(st.binary(max_size=200))
def test_any_bytes_are_a_form_or_refused(body: bytes) -> None:
    try:
        found = decode(body)
    except DecodingError:
        return
    assert isinstance(found, dict)
