from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.codecs import JsonCodec
from semantic_gw.codecs.senml_exi import SenmlExiCodec
from semantic_gw.errors import DecodingError
from semantic_gw.model import Json
from tests.shared import shared

ALIGNED = bytes.fromhex("a00048806c20")
PACKED = bytes.fromhex("a0300d84")
TWENTY_THREE_POINT_ONE = "00e7010100"


def aligned(digits: str) -> Json:
    """The records of a body behind the header for values aligned to bytes."""
    return SenmlExiCodec().decode(ALIGNED + bytes.fromhex(digits))


@pytest.mark.parametrize("name", ["ex1", "ex2", "ex5"])
def test_an_example_of_the_rfc_is_what_it_is_in_json(name: str) -> None:
    folder = shared("payloads/senml/rfc8428")
    as_json = JsonCodec().decode((folder / f"{name}.gen.json").read_bytes())

    assert SenmlExiCodec().decode((folder / f"{name}.gen.exi").read_bytes()) == as_json


def test_a_record_has_the_attributes_that_come() -> None:
    # sensml, then n (the 6th), u (2 behind it), v (1 behind that), and the ends of the record and of the pack
    assert aligned(f"01 06 03 61 02 03 41 01 {TWENTY_THREE_POINT_ONE} 03 01") == [{"n": "a", "u": "A", "v": 23.1}]


def test_a_text_that_was_there_is_told_by_its_number() -> None:
    assert aligned("01 06 03 61 08 00 06 00 08 01") == [{"n": "a"}, {"n": "a"}]


def test_a_text_of_another_attribute_is_told_by_its_number_too() -> None:
    assert aligned("01 06 03 61 02 01 05 01") == [{"n": "a", "u": "a"}]


def test_a_record_may_stand_alone() -> None:
    assert aligned("00 06 03 61 08") == [{"n": "a"}]


def test_values_may_be_true_and_numbers_whole_and_negative() -> None:
    assert aligned("01 06 03 61 01 0104 0000 03 01 02 01") == [{"n": "a", "t": -5, "vb": True}]


def test_a_cookie_may_stand_in_front() -> None:
    assert SenmlExiCodec().decode(b"$EXI" + ALIGNED + bytes.fromhex("000603 61 08")) == [{"n": "a"}]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "its header does not name the schema of SenML"),
        (b"\x80\x00", "its header does not name the schema of SenML"),
        (b"$EXI\xa0\x10", "its header does not name the schema of SenML"),
        (ALIGNED, "it is cut off after 6 bytes"),
        (PACKED, "it is cut off after 4 bytes"),
        (ALIGNED + bytes.fromhex("02"), "an element that is not in its schema"),
        (ALIGNED + bytes.fromhex("03"), "possibility 3 of 3"),
        (ALIGNED + bytes.fromhex("0110"), "possibility 16 of 16"),
        (ALIGNED + bytes.fromhex("010600"), "it repeats a text that was not there"),
        (ALIGNED + bytes.fromhex("0106ffff7f"), "it is cut off"),
        (ALIGNED + bytes.fromhex("010603ffff7f"), "0x1fffff is no character"),
        (ALIGNED + bytes.fromhex("010b" + "ff" * 12), "an integer of more than 10 octets"),
        (ALIGNED + bytes.fromhex("010b000100ff7f"), "beyond what a double holds"),
        (ALIGNED + bytes.fromhex("010b000101ff7f"), "a value that is no number"),
        (ALIGNED + bytes.fromhex("0006036108") + b"\x00", "1 bytes too many at its end"),
    ],
)
def test_what_is_no_senml_is_refused(body: bytes, message: str) -> None:
    with pytest.raises(DecodingError, match=message):
        SenmlExiCodec().decode(body)


@given(st.sampled_from([b"", ALIGNED, PACKED]), st.binary(max_size=60))
def test_any_bytes_raise_nothing_but_a_decoding_error(header: bytes, body: bytes) -> None:
    with suppress(DecodingError):
        SenmlExiCodec().decode(header + body)
