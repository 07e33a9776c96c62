from __future__ import annotations

import pytest

from semantic_gw.codecs.tree import MAX_DEPTH
from semantic_gw.codecs.xml import XmlCodec, put_beside
from semantic_gw.errors import DecodingError
from semantic_gw.model import Json


def test_elements_become_members_by_their_names() -> None:
    found = XmlCodec().decode(
        b'<m2m:cin xmlns:m2m="http://www.onem2m.org/xml/protocols" rn="c1"><con> 21.5 </con></m2m:cin>'
    )

    assert found == {"m2m:cin": {"rn": "c1", "con": "21.5"}}


def test_elements_of_one_name_become_a_list() -> None:
    assert XmlCodec().decode(b"<a><b>1</b><b>2</b></a>") == {"a": {"b": ["1", "2"]}}


def test_an_element_goes_into_the_list_of_those_before_it_without_a_copy() -> None:
    around: dict[str, Json] = {"b": "1"}
    put_beside(around, "b", "2")
    listed = around["b"]
    put_beside(around, "b", "3")

    assert around["b"] is listed
    assert listed == ["1", "2", "3"]


def test_text_beside_attributes_is_a_member() -> None:
    assert XmlCodec().decode(b'<a unit="Cel">21.5</a>') == {"a": {"unit": "Cel", "content": "21.5"}}


@pytest.mark.parametrize(
    "body",
    [b"", b"<a>", b"{}", b"\xff\xfe", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', b"<a>" * (MAX_DEPTH + 2)],
)
def test_what_is_no_plain_xml_is_refused(body: bytes) -> None:
    with pytest.raises(DecodingError):
        XmlCodec().decode(body)
