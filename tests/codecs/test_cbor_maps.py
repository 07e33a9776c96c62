from __future__ import annotations

from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.codecs.cbor import MAX_KEYS
from semantic_gw.codecs.cbor_maps import largest_map
from semantic_gw.codecs.lwm2m import Lwm2mCborCodec
from semantic_gw.codecs.senml import SenmlCborCodec
from semantic_gw.errors import DecodingError

TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.integers() | st.text(), inner),
    max_leaves=20,
)


def maps_in(tree: Any) -> int:
    inner = list(tree.values()) if isinstance(tree, dict) else tree if isinstance(tree, list) else []
    return max([len(tree) if isinstance(tree, dict) else 0, *map(maps_in, inner)])


@given(TREES)
def test_the_largest_map_is_found_without_building_it(tree: Any) -> None:
    assert largest_map(cbor2.dumps(tree)) == maps_in(tree)


@given(st.binary(max_size=200))
def test_any_bytes_are_looked_through(item: bytes) -> None:
    assert largest_map(item) >= 0


@pytest.mark.parametrize(
    ("item", "largest"),
    [
        ("bf0102030405ff", 2),  # of indefinite length, and odd
        ("9fbf0102ff05ff", 1),
        ("5f41004100ff", 0),  # a byte string in pieces
        ("c1a10102", 1),  # behind a tag
        ("a3010203", 1),  # cut off
    ],
)
def test_maps_of_every_form_are_counted(item: str, largest: int) -> None:
    assert largest_map(bytes.fromhex(item)) == largest


@pytest.mark.parametrize("codec", [SenmlCborCodec(), Lwm2mCborCodec()])
def test_large_maps_whose_keys_are_numbers_are_refused_before_they_are_built(codec: SenmlCborCodec) -> None:
    colliding = {number * (2**61 - 1): 0 for number in range(MAX_KEYS + 1)}
    with pytest.raises(DecodingError, match="more than 256 keys"):
        codec.decode(cbor2.dumps(colliding))
