from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.codecs.media_type import MediaType, parse_media_type
from semantic_gw.errors import UnsupportedMediaTypeError


@pytest.mark.parametrize(
    ("text", "essence", "charset"),
    [
        ("application/json", "application/json", ""),
        ("Application/JSON", "application/json", ""),
        (" text/plain ;charset=utf-8", "text/plain", "utf-8"),
        ('text/plain; Charset="UTF-8"', "text/plain", "utf-8"),
        ('text/plain; note="a;charset=x\\"y"; charset=utf-8', "text/plain", "utf-8"),
        ("application/vnd.onem2m-req+json;v=1;", "application/vnd.onem2m-req+json", ""),
        ("text/plain; ; charset=latin1", "text/plain", "latin1"),
    ],
)
def test_a_content_type_is_read(text: str, essence: str, charset: str) -> None:
    assert parse_media_type(text) == MediaType(essence, charset)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "json",
        "application/",
        "/json",
        "application/json json",
        "application/json, text/plain",
        "application/json; charset",
        "application/json; charset = utf-8",
        'text/plain; charset="utf-8',
        "applicätion/json",
        "application/json\r\nx: y",
        "a" * 300 + "/json",
    ],
)
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(UnsupportedMediaTypeError, match="is no media type; one looks like application/json"):
        parse_media_type(text)


@pytest.mark.parametrize(
    ("essence", "suffix"),
    [("application/senml+cbor", "+cbor"), ("application/a+b+json", "+json"), ("application/json", "")],
)
def test_a_structured_syntax_suffix_is_found(essence: str, suffix: str) -> None:
    assert MediaType(essence).suffix == suffix


@given(st.text(alphabet='ab/;="\\ \t,+', max_size=256))
def test_any_text_is_a_media_type_or_refused_and_fast(text: str) -> None:
    start = time.process_time()
    with suppress(UnsupportedMediaTypeError):
        parse_media_type(text)

    assert time.process_time() - start < 0.2
