from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import EntryPoint
from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.codecs import CborCodec, Codecs, JsonCodec, TextCodec
from semantic_gw.codecs.table import ENTRY_POINTS
from semantic_gw.errors import ConfigurationError, DecodingError, PayloadTooLargeError, UnsupportedMediaTypeError
from semantic_gw.model import Document, Payload, Source

NOW = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)
CODECS = Codecs([JsonCodec(), CborCodec(), TextCodec()], max_bytes=1024)


def decode(body: bytes, content_type: str = "") -> Document:
    return CODECS.decode(Payload(body, content_type, Source("mqtt", "lamp"), NOW))


@pytest.mark.parametrize(
    ("content_type", "body", "value", "media_type"),
    [
        ("application/json", b'{"a":1}', {"a": 1}, "application/json"),
        ("text/json", b"[]", [], "text/json"),
        ("APPLICATION/JSON; charset=UTF-8", b"1", 1, "application/json"),
        ("application/json;charset=us-ascii", b"1", 1, "application/json"),
        ("application/senml+json", b"[]", [], "application/senml+json"),
        ("application/vnd.onem2m-req+json;v=1", b"{}", {}, "application/vnd.onem2m-req+json"),
        ("application/cbor", cbor2.dumps({"a": 1}), {"a": 1}, "application/cbor"),
        ("application/x+cbor", cbor2.dumps([1]), [1], "application/x+cbor"),
        ("text/plain; charset=utf-8", "21 °C".encode(), "21 °C", "text/plain"),
    ],
)
def test_a_payload_is_decoded_by_its_media_type(content_type: str, body: bytes, value: Any, media_type: str) -> None:
    document = decode(body, content_type)

    assert (document.value, document.media_type) == (value, media_type)


def test_a_document_keeps_the_payload_it_came_from() -> None:
    payload = Payload(b"{}", "application/json", Source("mqtt", "lamp"), NOW)

    assert CODECS.decode(payload).payload is payload


@pytest.mark.parametrize("content_type", ["application/octet-stream", "text/html", "application/x-protobuf", "a/b+xml"])
def test_an_unknown_media_type_is_refused_with_what_there_is(content_type: str) -> None:
    with pytest.raises(UnsupportedMediaTypeError) as caught:
        decode(b"{}", content_type)

    assert str(caught.value) == (
        f"no codec for {content_type}; "
        "there are application/cbor, application/json, text/json, text/plain, +cbor, +json"
    )


@pytest.mark.parametrize("charset", ["utf-16", "iso-8859-1", "latin1", "x"])
@pytest.mark.parametrize("media_type", ["application/json", "text/plain"])
def test_a_charset_that_is_not_utf_8_is_refused(media_type: str, charset: str) -> None:
    with pytest.raises(UnsupportedMediaTypeError, match=f"{media_type} in charset {charset} is not read"):
        decode(b"{}", f"{media_type}; charset={charset}")


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a":1}', {"a": 1}),
        (b" [1]", [1]),
        (b"21.5", 21.5),
        (b"true", True),
        (b'"on"', "on"),
        (b"null", None),
    ],
)
def test_without_content_type_json_is_json(body: bytes, value: Any) -> None:
    assert (decode(body).value, decode(body).media_type) == (value, "application/json")


@pytest.mark.parametrize("body", [b"ON", b"online", b"NaN", b"21,5", b"1e400", b"/KFM5\r\n0:1\tx", "21 °C".encode()])
def test_without_content_type_printable_text_is_text(body: bytes) -> None:
    assert (decode(body).value, decode(body).media_type) == (body.decode(), "text/plain")


@pytest.mark.parametrize("body", [b'{"a":NaN}', b"[1", b'"on', b' {"a":1,"a":2}', b"", b"  "])
def test_without_content_type_broken_json_is_no_text(body: bytes) -> None:
    with pytest.raises(DecodingError):
        decode(body)


@pytest.mark.parametrize("body", [cbor2.dumps({"a": 1}), b"\x01", b"on\x00", b"\xff\xfe", b"\x7f", b"o\x1bn"])
def test_without_content_type_nothing_binary_is_guessed(body: bytes) -> None:
    with pytest.raises(DecodingError, match="no content type, and neither JSON nor printable text"):
        decode(body)


@pytest.mark.parametrize("content_type", ["", "application/json", "application/octet-stream"])
def test_a_payload_above_the_limit_is_refused_before_anything_else(content_type: str) -> None:
    with pytest.raises(PayloadTooLargeError, match="1025 bytes are more than the 1024 of max_payload_bytes"):
        decode(b"1" * 1025, content_type)


@given(st.binary(max_size=64), st.sampled_from(["", *CODECS.media_types]) | st.text(max_size=20))
def test_any_payload_of_any_type_raises_nothing_but_a_decoding_error(body: bytes, content_type: str) -> None:
    with suppress(DecodingError):
        decode(body, content_type)


def test_the_installed_codecs_come_through_entry_points() -> None:
    assert set(CODECS.media_types) <= set(Codecs.load().media_types)


class _Mine:
    media_types: tuple[str, ...] = ("application/x-mine", "+json")

    def decode(self, body: bytes) -> int:
        return len(body)


def test_a_codec_of_ones_own_is_one_more_row() -> None:
    codecs = Codecs([TextCodec(), _Mine()])

    assert codecs.decode(Payload(b"abc", "application/x-mine", Source("mqtt", "a"), NOW)).value == 3


def test_two_codecs_for_one_media_type_are_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"two codecs claim \+json: .*JsonCodec, .*_Mine; uninstall one"):
        Codecs([JsonCodec(), _Mine()])


@pytest.mark.parametrize("content_type", ["", "application/json", "application/x+cbor"])
def test_a_content_type_can_be_checked_before_the_body_is_there(content_type: str) -> None:
    CODECS.check(content_type)


def test_a_content_type_without_codec_is_refused_before_the_body_is_there() -> None:
    with pytest.raises(UnsupportedMediaTypeError):
        CODECS.check("text/html")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("semantic_gw.nowhere:Codec", "codec 'mine': semantic_gw.nowhere:Codec cannot be loaded"),
        ("semantic_gw.codecs.json:Codec", "codec 'mine': semantic_gw.codecs.json:Codec cannot be loaded"),
        ("semantic_gw.model:Source", "codec 'mine': semantic_gw.model:Source cannot be loaded"),
        ("fractions:Fraction", "codec 'mine': fractions:Fraction is no Codec"),
    ],
)
def test_a_codec_that_cannot_be_loaded_is_named(monkeypatch: pytest.MonkeyPatch, value: str, said: str) -> None:
    entry = EntryPoint("mine", value, ENTRY_POINTS)
    monkeypatch.setattr("semantic_gw.codecs.table.entry_points", lambda *, group: [entry])

    with pytest.raises(ConfigurationError, match=said):
        Codecs.load()
