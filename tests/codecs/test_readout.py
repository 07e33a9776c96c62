from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.codecs.readout import ReadoutCodec
from semantic_gw.errors import DecodingError
from semantic_gw.model import Json
from tests.codecs.meters import telegram

LINES = ("1-0:1.8.1(000004.426*kWh)", "0-1:24.2.1(170102161005W)(00000.107*m3)")


def decode(body: bytes) -> list[Json]:
    found: list[Json] = ReadoutCodec().decode(body)["messages"]
    return found


def objects(body: bytes) -> dict[str, Any]:
    (message,) = decode(body)
    return {one["obis"]: one["values"] for one in message["objects"]}


def test_a_telegram_tells_its_objects_and_the_kind_of_its_meter() -> None:
    (message,) = decode(telegram(*LINES, first="EXA5\\2EX-1000"))

    assert message["encoding"] == "p1"
    assert message["identification"] == "EXA5\\2EX-1000"
    assert objects(telegram(*LINES)) == {
        "1-0:1.8.1": [{"value": "000004.426", "unit": "kWh"}],
        "0-1:24.2.1": [{"value": "170102161005W"}, {"value": "00000.107", "unit": "m3"}],
    }


def test_a_value_may_stand_in_the_next_line() -> None:
    body = telegram("0-1:24.3.0(161107190000)(00)(60)(1)(0-1:24.2.1)(m3)", "(00001.001)", checked=False)

    assert objects(body)["0-1:24.3.0"][-1] == {"value": "00001.001"}


def test_every_telegram_of_a_payload_is_read_and_noise_before_the_first_is_not() -> None:
    assert len(decode(b"3.4*kW)\r\n!0000\r\n" + telegram(*LINES) + telegram(*LINES))) == 2


@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
def test_a_bridge_may_change_the_ends_of_lines(ends: bytes) -> None:
    assert len(objects(telegram(*LINES).replace(b"\r\n", ends))) == 2


def test_a_checksum_may_lack_its_zeros() -> None:
    body = next(body for number in range(9999) if (body := telegram(f"1-0:1.8.1({number})")).split(b"!")[1][:1] == b"0")

    assert objects(body.replace(b"!0", b"!"))


def test_a_damaged_telegram_is_refused_with_both_checksums() -> None:
    with pytest.raises(
        DecodingError, match=r"no readout: the telegram at byte 0: its checksum is [0-9A-F]{4}, and it says"
    ):
        decode(telegram(*LINES).replace(b"4.426", b"4.427"))


def test_a_telegram_that_is_cut_off_is_refused() -> None:
    with pytest.raises(DecodingError, match="it is cut off: no line with an exclamation mark ends it"):
        decode(telegram(*LINES)[:60])


def test_a_telegram_without_its_beginning_is_refused() -> None:
    with pytest.raises(DecodingError, match="its beginning is missing"):
        decode(telegram(*LINES)[20:])


def test_a_damaged_telegram_beside_a_whole_one_is_a_fault() -> None:
    fault, message = decode(telegram(*LINES)[:40] + b"\r\n" + telegram(*LINES))

    assert fault["fault"].startswith("the telegram at byte 0: it is cut off")
    assert len(message["objects"]) == 2


def test_a_readout_has_a_block_check_character() -> None:
    body = b"/EXA5EXAMPLE\r\n\x021.8.0(000123.4*kWh)\r\n!\r\n\x03"
    check = 0
    for byte in body[body.index(b"\x02") + 1 :]:
        check ^= byte

    assert objects(body + bytes([check])) == {"1.8.0": [{"value": "000123.4", "unit": "kWh"}]}
    with pytest.raises(DecodingError, match="its block check character is"):
        decode(body + bytes([check ^ 1]))


def test_lines_of_data_alone_are_read() -> None:
    assert objects(b"1-0:41.7.0(0000.350*kW)\r\n") == {"1-0:41.7.0": [{"value": "0000.350", "unit": "kW"}]}


@pytest.mark.parametrize("code", ["1-0:1.8.0*01", "0.9.1", "C.1.0", "F.F", "6.8", "1-0:1.8.0&02", "0-0:96.1.1"])
def test_codes_are_written_in_several_ways(code: str) -> None:
    assert objects(f"{code}(1)\r\n".encode()) == {code: [{"value": "1"}]}


@pytest.mark.parametrize("body", [b"", b"hello", b"1-0:1.8.0", b"(1*kWh)", b"\xff\xfe", b"1-0:1.8.0(1\r\n"])
def test_what_is_no_readout_is_refused(body: bytes) -> None:
    with pytest.raises(DecodingError):
        decode(body)


def test_bytes_that_are_no_ascii_are_told_to_be_damaged_or_encrypted() -> None:
    with pytest.raises(DecodingError, match="is no ASCII: it is damaged, or encrypted"):
        decode(telegram("1-0:1.8.1(\xe4)", checked=False))


@given(st.binary(max_size=200), st.integers(0, 120), st.integers(0, 10))
def test_whatever_comes_is_read_or_refused(noise: bytes, place: int, cut: int) -> None:
    body = telegram(*LINES)
    for damaged in (noise, body[:place] + noise + body[place + cut :]):
        with suppress(DecodingError):
            assert decode(damaged)
