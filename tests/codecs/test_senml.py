from __future__ import annotations

from contextlib import suppress

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.codecs.senml import SenmlCborCodec, SenmlXmlCodec, SensmlJsonCodec
from semantic_gw.errors import DecodingError
from semantic_gw.model import Json

OPEN = b'<sensml xmlns="urn:ietf:params:xml:ns:senml">'


def xml(records: str) -> Json:
    return SenmlXmlCodec().decode(OPEN + records.encode() + b"</sensml>")


def cbor(value: object) -> Json:
    return SenmlCborCodec().decode(cbor2.dumps(value))


def test_labels_of_cbor_get_their_names() -> None:
    assert cbor([{-2: "a:", -3: 7, -4: "V", -5: 1, -6: 2, -1: 10, 0: "b", 1: "A", 2: 3, 5: 4, 6: 5, 7: 6}]) == [
        {
            "bn": "a:", "bt": 7, "bu": "V", "bv": 1, "bs": 2, "bver": 10,
            "n": "b", "u": "A", "v": 3, "s": 4, "t": 5, "ut": 6,
        }
    ]  # fmt: skip


def test_values_of_cbor_get_their_names() -> None:
    assert cbor([{3: "x"}, {4: True}, {8: b"hi \n"}]) == [{"vs": "x"}, {"vb": True}, {"vd": "aGkgCg"}]


def test_labels_of_extensions_are_texts() -> None:
    assert cbor([{0: "a", 2: 1, "ct_": "60"}]) == [{"n": "a", "v": 1, "ct_": "60"}]


@pytest.mark.parametrize("record", [{9: 1}, {-7: 1}, {1.5: 1}, {(1, 2): 1}])
def test_a_label_that_nobody_defined_is_refused(record: dict[object, int]) -> None:
    with pytest.raises(DecodingError, match="is no text"):
        cbor([record])


def test_a_label_twice_is_refused() -> None:
    with pytest.raises(DecodingError, match="two map keys mean 'n'"):
        cbor([{0: "a", "n": "b"}])


def test_decimal_fractions_are_numbers() -> None:
    assert cbor([{6: cbor2.CBORTag(4, [-1, 2735])}]) == [{"t": 273.5}]


def test_attributes_of_xml_become_numbers_truth_values_and_texts() -> None:
    records = xml('<senml bn="a/" bt="1.5e9" bver="10" n="b" u="Cel" v="21.5" t="-5"/><senml n="c" vb="true" vs="1"/>')

    assert records == [
        {"bn": "a/", "bt": 1.5e9, "bver": 10, "n": "b", "u": "Cel", "v": 21.5, "t": -5},
        {"n": "c", "vb": True, "vs": "1"},
    ]


def test_an_integer_of_xml_stays_one() -> None:
    records = xml('<senml n="a" v="20"/>')

    assert records == [{"n": "a", "v": 20}]
    assert type(records[0]["v"]) is int


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "no XML: no element found"),
        (b"<sensml/>", "an element 'sensml' where 'urn:ietf:params:xml:ns:senml sensml' is expected"),
        (OPEN + b'<senml n="a" v="warm"/></sensml>', r"v='warm' is no number \(line 1\)"),
        (OPEN + b'<senml n="a" v="NaN"/></sensml>', "v='NaN' is no number"),
        (OPEN + b'<senml n="a" v="1_0"/></sensml>', "v='1_0' is no number"),
        (OPEN + b'\n<senml n="a" vb="yes"/></sensml>', r"vb='yes' is neither true nor false \(line 2\)"),
        (OPEN + b"<other/></sensml>", "an element 'urn:ietf:params:xml:ns:senml other' where"),
        (b'<!DOCTYPE sensml [<!ENTITY a "b">]><sensml/>', "a document type is not taken"),
        (b'<?xml version="1.0" encoding="nonsense"?><sensml/>', "no XML: unknown encoding"),
        (OPEN, "no XML: no element found"),
    ],
)
def test_what_is_no_senml_is_refused(body: bytes, message: str) -> None:
    with pytest.raises(DecodingError, match=message):
        SenmlXmlCodec().decode(body)


@given(st.binary(max_size=80))
def test_any_bytes_raise_nothing_but_a_decoding_error(body: bytes) -> None:
    for codec in (SenmlCborCodec(), SenmlXmlCodec(), SensmlJsonCodec()):
        with suppress(DecodingError):
            codec.decode(body)


def test_a_stream_is_read_as_far_as_it_has_come() -> None:
    assert SensmlJsonCodec().decode(b'[{"n":"a","v":1},\n{"n":"a","v":2},\n') == [
        {"n": "a", "v": 1},
        {"n": "a", "v": 2},
    ]


def test_a_stream_that_has_ended_is_a_pack() -> None:
    assert SensmlJsonCodec().decode(b'[{"n":"a","v":1}]') == [{"n": "a", "v": 1}]


@pytest.mark.parametrize("body", [b'[{"n":"a"', b'{"n":"a"', b"[1]]", b""])
def test_a_stream_that_is_broken_is_refused(body: bytes) -> None:
    with pytest.raises(DecodingError):
        SensmlJsonCodec().decode(body)
