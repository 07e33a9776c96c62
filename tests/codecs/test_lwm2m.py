from __future__ import annotations

from contextlib import suppress

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.codecs.lwm2m import Lwm2mCborCodec, Lwm2mTlvCodec
from semantic_gw.errors import DecodingError
from semantic_gw.model import Json


def tlv(digits: str) -> Json:
    return Lwm2mTlvCodec().decode(bytes.fromhex(digits))["tlv"]


@pytest.mark.parametrize(
    ("digits", "item"),
    [
        ("c10164", {"kind": "resource", "id": 1, "hex": "64"}),
        ("c80109010203040506070809", {"kind": "resource", "id": 1, "hex": "010203040506070809"}),
        ("e21644ffff", {"kind": "resource", "id": 5700, "hex": "ffff"}),
        ("f0164400010a", {"kind": "resource", "id": 5700, "hex": "0a"}),
        ("f816440000010a", {"kind": "resource", "id": 5700, "hex": "0a"}),
        ("c009", {"kind": "resource", "id": 9, "hex": ""}),
    ],
)
def test_an_item_has_an_id_and_a_value_of_any_length(digits: str, item: Json) -> None:
    assert tlv(digits) == [item]


def test_a_resource_of_several_instances_has_them_inside() -> None:
    assert tlv("8606410001410105") == [
        {
            "kind": "resources",
            "id": 6,
            "items": [
                {"kind": "resource_instance", "id": 0, "hex": "01"},
                {"kind": "resource_instance", "id": 1, "hex": "05"},
            ],
        }
    ]


def test_an_object_instance_has_its_resources_inside() -> None:
    assert tlv("0600c10164c10202") == [
        {
            "kind": "object_instance",
            "id": 0,
            "items": [{"kind": "resource", "id": 1, "hex": "64"}, {"kind": "resource", "id": 2, "hex": "02"}],
        }
    ]


@pytest.mark.parametrize(
    ("digits", "message"),
    [
        ("c3", "the item at byte 0 wants 3 bytes for its value, 0 are there"),
        ("c10164c801ff00", "the item at byte 3 wants 255 bytes for its value, 1 are there"),
        ("0200c301", "the item at byte 2 wants 3 bytes for its value, 0 are there"),
        ("0600840182028003", "nested too deep"),
    ],
)
def test_what_is_cut_off_is_refused(digits: str, message: str) -> None:
    with pytest.raises(DecodingError, match=message):
        tlv(digits)


def test_nothing_at_all_is_no_item() -> None:
    assert tlv("") == []


@given(st.binary(max_size=80))
def test_any_bytes_raise_nothing_but_a_decoding_error(body: bytes) -> None:
    for codec in (Lwm2mTlvCodec(), Lwm2mCborCodec()):
        with suppress(DecodingError):
            codec.decode(body)


@pytest.mark.parametrize(
    ("tree", "value"),
    [
        ({3303: {0: {5700: 21.5}}}, {"3303": {"0": {"5700": 21.5}}}),
        ({(3303, 0, 5700): 21.5}, {"3303/0/5700": 21.5}),
        ({(3, 0): {9: 88, (7, 0): 3612}}, {"3/0": {"9": 88, "7/0": 3612}}),
    ],
)
def test_paths_of_cbor_are_numbers_alone_or_joined(tree: object, value: Json) -> None:
    assert Lwm2mCborCodec().decode(cbor2.dumps(tree)) == value


@pytest.mark.parametrize("tree", [{-1: 1}, {1.5: 1}, {(1, -1): 1}, {True: 1}])
def test_a_key_that_is_no_path_is_refused(tree: object) -> None:
    with pytest.raises(DecodingError, match="is no text"):
        Lwm2mCborCodec().decode(cbor2.dumps(tree))
