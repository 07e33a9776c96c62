from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.codecs import TextCodec
from semantic_gw.errors import DecodingError

decode = TextCodec().decode


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff")))
def test_what_was_written_is_read(text: str) -> None:
    assert decode(text.encode()) == text


def test_a_number_stays_text() -> None:
    assert decode(b"21.40") == "21.40"


def test_control_characters_of_a_telegram_stay() -> None:
    assert decode(b"/KFM5\r\n\r\n\x02!\x03") == "/KFM5\r\n\r\n\x02!\x03"


def test_a_byte_order_mark_is_skipped() -> None:
    assert decode(b"\xef\xbb\xbfonline") == "online"


@pytest.mark.parametrize(
    ("body", "said"),
    [(b"ab\xff", "no UTF-8 at byte 2"), (b"\xed\xa0\x80", "no UTF-8 at byte 0"), (b"o\0n\0", "NUL at byte 1")],
)
def test_what_is_no_text_is_refused_with_the_place(body: bytes, said: str) -> None:
    with pytest.raises(DecodingError, match=said):
        decode(body)
