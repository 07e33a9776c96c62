"""XPath 3.1 over JSON: a tree of elements, or maps and arrays."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.directory.search.json_tree import element_name
from semantic_gw.directory.search.xpath import find
from semantic_gw.errors import QueryError

LAMP = {
    "@context": ["https://www.w3.org/2022/wot/td/v1.1", {"saref": "https://saref.etsi.org/core/"}],
    "@type": ["Thing", "saref:LightSwitch"],
    "id": "urn:a",
    "title": "Lamp",
    "tag": "x",
    "properties": {
        "on": {
            "type": "boolean",
            "readOnly": True,
            "forms": [{"href": "mqtt://b/on", "op": ["readproperty", "observeproperty"]}, {"href": "coap://c"}],
        },
        "my level": {"minimum": 5, "maximum": 7.5, "saref:hasPropertyKind": {"@id": "sgw:Level"}},
    },
    "grid": [[1, 2], [3]],
    "nothing": None,
}
METER = {"@type": "saref:Meter", "id": "urn:b", "title": "Meter", "links": [], "properties": {"power": {"forms": [{}]}}}
THINGS = (msgspec.json.encode(LAMP), msgspec.json.encode(METER))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("*[tag='x']", [LAMP]),
        ("*/id", ["urn:a", "urn:b"]),
        ("/thing[title='Meter']/id", ["urn:b"]),
        ("*[title='Lamp']/properties/on/type", ["boolean"]),
        ("//href", ["mqtt://b/on", "coap://c"]),
        ("//forms[contains(href, 'mqtt')]/op", ["readproperty", "observeproperty"]),
        ("*[@type='saref:Meter']/id", ["urn:b"]),
        ("*[@type='saref:LightSwitch']/id", ["urn:a"]),
        ("//@type", ["Thing", "saref:LightSwitch", "saref:Meter"]),
        ("//saref:hasPropertyKind/@id", ["sgw:Level"]),
        ("//my_x0020_level/minimum", [5]),
        ("//*[@key='my level']/maximum", [7.5]),
        ("//maximum[. > 7]", [7.5]),
        ("//on[readOnly = true()]/name()", ["on"]),
        ("name(//saref:hasPropertyKind)", ["saref:hasPropertyKind"]),
        ("count(*)", [2]),
        ("*[2]/title", ["Meter"]),
        ("*[last()]/title/text()", ["Meter"]),
        ("//grid", [[1, 2], [3]]),
        ("//grid/item", [1, 2, 3]),
        ("//nothing", [None]),
        ("//links", []),
        ("//href/ancestor::thing/id", ["urn:a"]),
        ("//id/following-sibling::title", ["Lamp", "Meter"]),
        ("//id/preceding-sibling::*/name()", ["_x0040_context"]),
        ("*[1]/id | *[1]/title", ["urn:a", "Lamp"]),
        ("*[1] << *[2]", [True]),
        ("*[1] is *[1]", [True]),
        ("root(*[2])/thing[1]/id", ["urn:a"]),
        ("//..[href]/op[1]", ["readproperty"]),
        ("//text()[. = 'Lamp']", ["Lamp"]),
        ("//href/..[op]/href", ["mqtt://b/on"]),
        ("sort(*/title)", ["Lamp", "Meter"]),
        ("for $t in * return map{string($t/id): count($t//href)}", [{"urn:a": 2}, {"urn:b": 0}]),
        ("map{'two': (1, 2), 'none': ()}", [{"two": [1, 2], "none": None}]),
        ("//_x0040_context/saref", ["https://saref.etsi.org/core/"]),
        ("*/@context", ["https://www.w3.org/2022/wot/td/v1.1"]),
        ("1 to 3", [1, 2, 3]),
        ("1.5, 2.0, 1e0 div 0", [1.5, 2, "inf"]),
        ("xs:date('2026-11-24')", ["2026-11-24"]),
    ],
)  # fmt: skip
def test_an_expression_over_the_tree_gives(query: str, found: list[object]) -> None:
    assert list(find(query, THINGS)) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?*[?title='Lamp']", [LAMP]),
        ("?*?id", ["urn:a", "urn:b"]),
        ("?*?properties?*?forms?*?href", ["mqtt://b/on", "coap://c"]),
        ("?1?grid", [[[1, 2], [3]]]),
        ("?*[?nothing]?id", []),
        ("?*[?('@type') = 'saref:Meter']?id", ["urn:b"]),
        ("?*[map:contains(., 'tag')]?id", ["urn:a"]),
        ("?2 => map:keys()", ["@type", "id", "title", "links", "properties"]),
        ("?*?links", [[]]),
    ],
)
def test_an_expression_over_maps_and_arrays_gives(query: str, found: list[object]) -> None:
    assert list(find(query, THINGS)) == found


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("$[:].id", "at line 1, column 2"),
        ("*[1", "line 1, column 4|unexpected end"),
        ("", "XPath 3.1"),
        ("//nothing[", "XPath 3.1"),
        ("unknown(1)", "unknown function"),
        ("1 div 0", "Division by zero"),
        ("function($x) { $x }", "a function, which is no JSON value"),
        ("unparsed-text('file:///etc/passwd')", "not allowed"),
        ("function-lookup(xs:QName('fn:unparsed-text'), 1)('file:///etc/passwd')", "not allowed"),
        ("doc('file:///etc/passwd')", "XPath 3.1"),
        ("json-doc('file:///etc/passwd')", "XPath 3.1"),
    ],
)
def test_what_gives_no_json_is_refused(query: str, complaint: str) -> None:
    with pytest.raises(QueryError, match=complaint):
        list(find(query, THINGS))


def test_the_environment_is_not_told() -> None:
    assert list(find("environment-variable('PATH'), available-environment-variables()", THINGS)) == []


@pytest.mark.parametrize(
    ("name", "element"),
    [
        ("1st", "_x0031_st"),
        ("a:b:c", "a_x003A_b_x003A_c"),
        ("https://example.org/x", "https_x003A__x002F__x002F_example.org_x002F_x"),
        ("", "_"),
        ("größe", "größe"),
        ("_x", "_x"),
    ],
)
def test_a_member_that_xml_cannot_name_gets_an_escaped_name(name: str, element: str) -> None:
    assert element_name(name) == element


def test_nothing_is_found_in_an_empty_directory() -> None:
    assert list(find("//*", ())) == list(find("?*", ())) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=15,
)


@given(st.lists(st.dictionaries(st.text(max_size=6), JSON, max_size=5), max_size=3))
def test_any_document_comes_back_equal(documents: list[dict[str, object]]) -> None:
    things = [msgspec.json.encode(document) for document in documents]

    assert list(find("*", things)) == documents
    assert list(find("?*", things)) == documents


@given(st.lists(st.dictionaries(st.text(max_size=6), JSON, max_size=5), max_size=3))
def test_every_node_of_any_document_can_be_visited(documents: list[dict[str, object]]) -> None:
    things = [msgspec.json.encode(document) for document in documents]
    query = "for $node in //*/(. | text() | @*) return (name($node), string($node), count($node/ancestor::*))"

    assert len(list(find(query, things))) % 3 == 0
