from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.codecs.sml import SmlCodec
from semantic_gw.errors import DecodingError
from semantic_gw.model import Json
from tests.codecs.meters import (
    NOTHING,
    SERVER,
    WATT,
    WATT_HOUR,
    entry,
    octets,
    several,
    sml_file,
    sml_list,
    sml_message,
    whole,
)

ENERGY = entry("0100010800ff", whole(54301577, 8, signed=False), WATT_HOUR, -1)
POWER = entry("0100100700ff", whole(-4308), WATT)
DVS74 = bytes.fromhex("0a01445a47000282225e")
"""A meter whose power is known to be written without the sign it needs."""


def decode(body: bytes) -> list[Json]:
    found: list[Json] = SmlCodec().decode(body)["messages"]
    return found


def values(message: Json) -> dict[str, Any]:
    return {one["obis"]: one["values"][0] for one in message["objects"]}


def test_a_list_tells_its_meter_and_its_values_scaled_with_their_units() -> None:
    (message,) = decode(sml_file(sml_list(ENERGY, POWER)))

    assert message["server"] == SERVER.hex()
    assert values(message) == {
        "1-0:1.8.0*255": {"value": 5430157.7, "unit": "Wh"},
        "1-0:16.7.0*255": {"value": -4308, "unit": "W"},
    }


def test_octets_are_a_text_or_hexadecimal_digits() -> None:
    listed = sml_list(entry("010060320101", octets(b"EXA")), entry("0100600100ff", octets(SERVER)))

    assert values(decode(sml_file(listed))[0]) == {
        "1-0:96.50.1*1": {"value": "EXA"},
        "1-0:96.1.0*255": {"hex": SERVER.hex()},
    }


def test_a_long_octet_string_is_read() -> None:
    assert values(decode(sml_file(sml_list(entry("8181c78205ff", octets(bytes(48))))))[0]) == {
        "129-129:199.130.5*255": {"hex": "00" * 48}
    }


def test_other_messages_of_a_file_are_skipped() -> None:
    file = sml_file(sml_message(0x0101, NOTHING), sml_list(POWER), sml_message(0x0201, NOTHING))

    assert len(decode(file)) == 1


def test_bytes_that_look_like_an_escape_are_read_as_they_are() -> None:
    listed = sml_list(entry("0100600100ff", octets(b"\x1b" * 5)))

    assert values(decode(sml_file(listed))[0])["1-0:96.1.0*255"] == {"hex": "1b" * 5}


def test_the_end_of_another_file_before_the_first_is_skipped() -> None:
    assert len(decode(sml_file(sml_list(POWER))[30:] + sml_file(sml_list(POWER)) + sml_file(sml_list(ENERGY)))) == 2


def test_a_file_that_is_cut_off_beside_a_whole_one_is_a_fault() -> None:
    message, fault = decode(sml_file(sml_list(POWER)) + sml_file(sml_list(POWER))[:50])

    assert message["objects"]
    assert fault["fault"].endswith("it is cut off")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (sml_file(sml_list(POWER), damaged=True), "its checksum is .{4}, and it says .{4}: it is damaged"),
        (sml_file(sml_list(POWER))[:-4], "it is cut off"),
        (sml_file(sml_message(0x0701, NOTHING)), "does not have the seven parts of one"),
        (sml_file(sml_message(0x0701, NOTHING, damaged=True)), "which does not fit: it is damaged"),
        (sml_file(b"\x72\x01\x01"), "a message of six parts is expected"),
        (sml_file(b"\x7f" * 8), "nested deeper|it is cut off"),
        (sml_file(b"\x76\x01\x01\x01\x01\x52\xff\x01"), "a message has no checksum"),
        (b"", "no SML: none begins in it"),
        (b"hello", "no SML: none begins in it"),
    ],
)
def test_what_is_no_sml_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(DecodingError, match=why):
        decode(body)


def test_seconds_since_the_start_are_no_time() -> None:
    started = several(whole(1, 1, signed=False), whole(99043543, signed=False))

    assert "time" not in decode(sml_file(sml_list(POWER, time=started)))[0]


def test_a_timestamp_is_of_utc() -> None:
    told = several(whole(2, 1, signed=False), whole(1_700_000_000, signed=False))

    assert decode(sml_file(sml_list(POWER, time=told)))[0]["time"] == "2023-11-14T22:13:20+00:00"


def test_a_local_timestamp_tells_its_offsets() -> None:
    parts = several(whole(1_700_000_000, signed=False), whole(60, 2), whole(0, 2))
    told = several(whole(3, 1, signed=False), parts)

    assert decode(sml_file(sml_list(POWER, time=told)))[0]["time"] == "2023-11-14T23:13:20+01:00"


def test_a_value_may_have_a_time_of_its_own() -> None:
    told = several(whole(2, 1, signed=False), whole(1_700_000_000, signed=False))
    (message,) = decode(sml_file(sml_list(entry("0100010800ff", whole(1), WATT_HOUR, time=told))))

    assert message["objects"][0]["time"] == "2023-11-14T22:13:20+00:00"


def test_power_that_is_known_to_lack_its_sign_is_read_as_it_was_meant() -> None:
    power = entry("0100100700ff", whole(-29912, 2), WATT, -2)

    assert values(decode(sml_file(sml_list(power, server=DVS74)))[0])["1-0:16.7.0*255"]["value"] == 356.24
    assert values(decode(sml_file(sml_list(power)))[0])["1-0:16.7.0*255"]["value"] == -299.12


def test_a_scaler_that_no_meter_means_is_refused() -> None:
    with pytest.raises(DecodingError, match="ten to the power of 99"):
        decode(sml_file(sml_list(entry("0100010800ff", whole(1), WATT_HOUR, 99))))


@given(st.binary(max_size=60), st.integers(0, 160), st.integers(0, 10))
def test_whatever_comes_is_read_or_refused(noise: bytes, place: int, cut: int) -> None:
    body = sml_file(sml_list(ENERGY, POWER))
    for damaged in (noise, sml_file(noise), body[:place] + noise + body[place + cut :]):
        with suppress(DecodingError):
            assert decode(damaged)
