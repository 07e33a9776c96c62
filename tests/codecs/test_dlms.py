from __future__ import annotations

from collections import deque
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.codecs import hdlc as frames
from semantic_gw.codecs.axdr import MAX_VALUES, Cursor
from semantic_gw.codecs.checksums import x25
from semantic_gw.codecs.dlms import DlmsCodec
from semantic_gw.errors import DecodingError
from semantic_gw.model import Json
from tests.codecs.meters import WATT, array, code, hdlc, notification, register, structure, text, unsigned

LIST = array(
    [
        structure(code("0101000281ff"), text("EXAMPLE_V1")),
        register("0100010700ff", unsigned(280)),
        register("0100200700ff", b"\x12\x08\xe4", -1, 35),
        register("01001f0700ff", b"\x10\xff\xf3", -1, 33),
    ]
)
VALUES = {
    "1-1:0.2.129*255": {"value": "EXAMPLE_V1"},
    "1-0:1.7.0*255": {"value": 280, "unit": "W"},
    "1-0:32.7.0*255": {"value": 227.6, "unit": "V"},
    "1-0:31.7.0*255": {"value": -1.3, "unit": "A"},
}
NOON = bytes.fromhex("07ea0b180209 0f0000ffc400")
"""09:15:00 on 24 November 2026, an hour ahead of UTC."""


def decode(body: bytes) -> list[Json]:
    found: list[Json] = DlmsCodec().decode(body)["messages"]
    return found


def values(body: bytes) -> dict[str, Any]:
    (message,) = decode(body)
    return {one["obis"]: one["values"][0] for one in message["objects"]}


@pytest.mark.parametrize(
    "body",
    [
        LIST,
        notification(LIST)[3:],
        notification(LIST),
        hdlc(notification(LIST)),
        b"\x00\x01\x00\x01\x00\x01" + len(notification(LIST)[3:]).to_bytes(2) + notification(LIST)[3:],
        hdlc(notification(LIST)[:40], more=True) + hdlc(notification(LIST)[40:]),
    ],
    ids=["body", "APDU", "link", "frame", "wrapper", "segments"],
)
def test_a_list_is_read_in_whatever_it_is_wrapped(body: bytes) -> None:
    assert values(body) == VALUES


def test_blocks_are_put_together() -> None:
    apdu = notification(LIST)[3:]
    first = b"\xe0\x00\x00\x01\x00\x00" + bytes([30]) + apdu[:30]
    last = b"\xe0\x80\x00\x02\x00\x00" + bytes([len(apdu) - 30]) + apdu[30:]

    assert values(hdlc(first) + hdlc(last)) == VALUES


@pytest.mark.parametrize("head", [b"\x0c", b"\x09\x0c"])
def test_a_notification_tells_its_time(head: bytes) -> None:
    (message,) = decode(b"\x0f" + bytes(4) + head + NOON + LIST)

    assert message["time"] == "2026-11-24T09:15:00+01:00"


@pytest.mark.parametrize(
    ("digits", "time"),
    [
        ("07ea0b1802090f00ff800000", "2026-11-24T09:15:00"),
        ("07ea0b1802090fffffffc480", "2026-11-24T09:15:00+01:00"),
        ("07ea0b1802090f00ff800001", None),
        ("ffff0b1802090f00ff800000", None),
    ],
    ids=["no offset", "no seconds", "a clock that is wrong", "no year"],
)
def test_a_clock_is_believed_as_far_as_it_goes(digits: str, time: str | None) -> None:
    clock = values(array([structure(code("0000010000ff"), b"\x09\x0c" + bytes.fromhex(digits))]))["0-0:1.0.0*255"]

    assert clock == ({"value": time} if time else {"hex": digits})


def test_codes_and_values_may_stand_in_turn_behind_the_name_of_the_list() -> None:
    body = structure(text("Kamstrup_V0001"), code("0101010700ff"), unsigned(2742), code("01011f0700ff"), unsigned(1009))
    (message,) = decode(body)

    assert message["list"] == "Kamstrup_V0001"
    assert values(body) == {"1-1:1.7.0*255": {"value": 2742}, "1-1:31.7.0*255": {"value": 1009}}


def test_a_scaler_with_unit_may_stand_behind_each_value_in_turn() -> None:
    body = structure(code("0100010700ff"), unsigned(42), b"\x02\x02\x0f\x00\x16\x1b", code("0100020700ff"), unsigned(7))

    assert values(body) == {"1-0:1.7.0*255": {"value": 42, "unit": "W"}, "1-0:2.7.0*255": {"value": 7}}


def test_values_without_codes_are_told_by_their_places() -> None:
    body = structure(b"\x09\x07KFM_001", unsigned(1), unsigned(2))
    (message,) = decode(body)

    assert message["list"] == "KFM_001"
    assert values(body) == {"#1": {"value": "KFM_001"}, "#2": {"value": 1}, "#3": {"value": 2}}


def test_descriptors_tell_which_value_is_which() -> None:
    def descriptor(class_: int, digits: str, attribute: int) -> bytes:
        return structure(b"\x12" + class_.to_bytes(2), code(digits), b"\x0f" + bytes([attribute]), b"\x12\0\0")

    listed = array(
        [descriptor(40, "00080019 09ff", 2), descriptor(3, "0100010700ff", 2), descriptor(3, "0100010700ff", 3)]
    )
    body = structure(listed, unsigned(280), b"\x02\x02\x0f\x01\x16" + bytes([WATT]))

    assert values(body) == {"1-0:1.7.0*255": {"value": 2800, "unit": "W"}}


def test_every_type_of_data_is_read() -> None:
    told = [
        b"\x00", b"\x03\x01", b"\x05\xff\xff\xff\xff", b"\x0f\xff", b"\x11\xff", b"\x14" + b"\xff" * 8,
        b"\x15" + b"\xff" * 8, b"\x16\x07", b"\x17\x3f\x80\x00\x00", b"\x18\x3f\xf0" + bytes(6), b"\x0c\x02\xc3\xa4",
        b"\x04\x09\xff\x80", b"\x09\x01\xff",
    ]  # fmt: skip
    found = [value.get("value", value.get("hex")) for value in values(structure(*told)).values()]

    assert found == [None, True, -1, -1, 255, -1, 2**64 - 1, 7, 1.0, 1.0, "ä", "ff80", "ff"]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (hdlc(notification(LIST), damaged=True), "its checksum is .{4}, and it says .{4}: it is damaged"),
        (hdlc(notification(LIST))[:-9], "the message at byte 0: it is cut off"),
        (hdlc(notification(LIST), more=True), "the last segment of it is missing"),
        (notification(LIST)[:-3], "it is cut off: . bytes are expected"),
        (b"\xdb\x08EXAMPLE1\x20" + bytes(32), r"it is encrypted \(APDU db\)"),
        (
            b"\x68\x20\x20\x68\x53\xff\x00\x01\x67\xdb" + bytes(28),
            "in frames of wired M-Bus, in which meters send encrypted",
        ),
        (b"\xe0\x00\x00\x01\x00\x00\x01\x0f", "the last block of it is missing"),
        (b"\xc0\x01", "c001 begins no data-notification, which is 0f"),
        (b"", "nothing begins no data-notification"),
        (b"\x01\x01" * 20 + b"\x00", "nested deeper than 16 levels"),
        (b"\x02\x01\x63", "there is no data of type 99"),
        (b"\x0f" + bytes(4) + b"\x05", "the time of the notification has 5 bytes"),
    ],
)
def test_what_is_no_dlms_is_refused_with_the_reason(body: bytes, why: str) -> None:
    with pytest.raises(DecodingError, match=why):
        decode(body)


def test_a_damaged_frame_beside_a_whole_one_is_a_fault() -> None:
    fault, message = decode(hdlc(notification(LIST), damaged=True) + hdlc(notification(LIST)))

    assert "it is damaged" in fault["fault"]
    assert len(message["objects"]) == 4


def count_checksums(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How long each piece is that a checksum is computed of from here on."""
    computed: list[int] = []

    def counted(data: bytes) -> int:
        computed.append(len(data))
        return x25(data)

    monkeypatch.setattr(frames, "x25", counted)
    return computed


@pytest.mark.parametrize("noise", [b"\x7e\xa7\xff", b"\x7e\x00"])
def test_noise_full_of_flags_is_given_up_after_a_hundred_frames(noise: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    computed = count_checksums(monkeypatch)

    with pytest.raises(DecodingError, match=f"more than {frames.MAX_FAULTS} HDLC frames are faulty"):
        decode(noise * 10_000)
    assert len(computed) <= frames.MAX_FAULTS + 1


def test_a_message_is_read_behind_as_many_faulty_frames_as_there_may_be() -> None:
    assert len(decode(b"\x7e\x00" * frames.MAX_FAULTS + hdlc(notification(LIST)))) == frames.MAX_FAULTS + 1


@pytest.mark.parametrize(
    "head", [b"", b"\x01\x83\x0f\x42\x40", b"\x02\x82\x4e\x21"], ids=["bare", "array", "structure"]
)
def test_values_are_counted_before_they_are_read(head: bytes) -> None:
    cursor = Cursor(head + bytes(1_000_000))

    with pytest.raises(DecodingError, match=f"it holds more than {MAX_VALUES} values"):
        deque(iter(cursor.value, "no end"), maxlen=0)
    assert cursor.position <= MAX_VALUES + len(head) + 1


def test_a_notification_of_nothing_but_nulls_is_refused() -> None:
    with pytest.raises(DecodingError, match=f"it holds more than {MAX_VALUES} values"):
        decode(b"\x0f" + bytes(1_000_000))


def test_the_objects_of_all_messages_are_counted_as_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    computed = count_checksums(monkeypatch)

    with pytest.raises(DecodingError, match="more than 5000 objects"):
        decode(hdlc(notification(bytes(2_000))) * 50)
    assert len(computed) == 3


@given(st.binary(max_size=60), st.integers(0, 100), st.integers(0, 10))
def test_whatever_comes_is_read_or_refused(noise: bytes, place: int, cut: int) -> None:
    body = notification(LIST)
    damaged = body[:place] + noise + body[place + cut :]
    for bytes_ in (noise, hdlc(noise), damaged, hdlc(damaged), b"\x02\x03" + noise):
        with suppress(DecodingError):
            assert decode(bytes_)
