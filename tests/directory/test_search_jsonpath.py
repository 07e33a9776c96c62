"""JSONPath as RFC 9535 says it, over the array of all Things."""

from __future__ import annotations

import msgspec
import pytest

from semantic_gw.directory.search.jsonpath import compiled, find
from semantic_gw.errors import QueryError

LAMP = b'{"id":"urn:a","title":"Lamp","tag":"x","properties":{"on":{"forms":[{"href":"mqtt://b/on"},{"href":"coap://c"}]}}}'
METER = b'{"id":"urn:b","title":"Meter","tag":"y","power":2000,"properties":{"power":{"forms":[{"href":"http://d"}]}}}'
THINGS = (LAMP, METER)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("$[*].id", ["urn:a", "urn:b"]),
        ("$[?(@.title=='Lamp')].id", ["urn:a"]),
        ("$[?@.tag=='y'].title", ["Meter"]),
        ("$..href", ["mqtt://b/on", "coap://c", "http://d"]),
        ("$[0].id", ["urn:a"]),
        ("$[-1:].id", ["urn:b"]),
        ("$[?length(@.title)==4].id", ["urn:a"]),
        ("$[?count(@.properties.*.forms[*])==2].id", ["urn:a"]),
        ("$[?match(@.title, 'L.m.')].id", ["urn:a"]),
        ("$[?match(@.title, 'am')].id", []),
        ("$[?search(@.title, 'am')].id", ["urn:a"]),
        ("$[?search(@.title, '(?=L)')].id", []),  # no I-Regexp (RFC 9485): nothing matches
        ("$[?value(@.properties.*.forms[0].href)=='http://d'].id", ["urn:b"]),
        ("$[?@.power>1000].id", ["urn:b"]),
        ("$[?@.properties.*.forms[?search(@.href,'mqtt:')]].id", ["urn:a"]),
        ("$[?@.title==$[1].title].id", ["urn:b"]),
        ("$[1,0].id", ["urn:b", "urn:a"]),
        ("$.nothing", []),
    ],
)
def test_a_query_finds(query: str, found: list[object]) -> None:
    assert list(find(query, THINGS)) == found


@pytest.mark.parametrize("query", ["$[?@.tag=='x'].id", "$[*].properties.*.forms[*]", "$..href", "$[?@..href].title"])
def test_one_thing_at_a_time_gives_what_the_whole_array_gives(query: str) -> None:
    everything = [msgspec.json.decode(thing) for thing in THINGS]

    assert list(find(query, THINGS)) == [node.value for node in compiled(query).finditer(everything)]


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("*/id", r"expected '\$'.* at character 1"),
        ("", "no JSONPath"),
        ("$[?(@.a==1]", "at character 11"),
        ("$[?match(@.a)]", "2 arguments"),
        ("$[?nothing(@.a)]", "nothing"),
        ("$.a[", "no JSONPath"),
        ("$.a ~", "no JSONPath"),
        ("$[?@.*==1]", "no JSONPath"),
        ("?*[?title='x']", "no JSONPath"),
    ],
)
def test_what_is_no_jsonpath_is_refused_with_its_place(query: str, complaint: str) -> None:
    with pytest.raises(QueryError, match=complaint):
        list(find(query, THINGS))


def test_the_values_keep_the_order_of_their_members() -> None:
    found = next(find("$[?@.id=='urn:b']", THINGS))

    assert list(found) == ["id", "title", "tag", "power", "properties"]
