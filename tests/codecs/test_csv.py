"""Tables become objects by column; what is none is refused, and all is bounded."""

from __future__ import annotations

import pytest

from semantic_gw.codecs import Codecs
from semantic_gw.codecs.csv import MAX_CELLS, CsvCodec
from semantic_gw.errors import DecodingError
from semantic_gw.model import Json


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"a,b\r\n1,x\r\n", [{"a": "1", "b": "x"}]),
        (b"\xef\xbb\xbfa;b\n1,5;2\n", [{"a": "1,5", "b": "2"}]),
        (b'"a,b";c\n"x;y";"z""z"\n', [{"a,b": "x;y", "c": 'z"z'}]),
        (b"a\tb\n1\t2\n\n3\t4", [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]),
        (b"celsius\n21\n", [{"celsius": "21"}]),
        (b"1,1\n2,3\n", [["1", "1"], ["2", "3"]]),
        (b"a,b\n1\n", [["a", "b"], ["1"]]),
        (b"", []),
    ],
)
def test_a_table_is_a_list_of_objects_or_of_rows(body: bytes, value: Json) -> None:
    assert CsvCodec().decode(body) == value


@pytest.mark.parametrize("body", [b"a,b\n\xff,1\n", b"a\0b\n", b"," * (MAX_CELLS + 1)])
def test_what_is_no_table_or_beyond_bounds_is_refused(body: bytes) -> None:
    with pytest.raises(DecodingError):
        CsvCodec().decode(body)


def test_it_is_there_by_its_media_type() -> None:
    assert "text/csv" in Codecs.load().media_types
