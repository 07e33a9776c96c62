"""Listing, with and without pages (WoT Discovery, 7.3.2.1.5)."""

from __future__ import annotations

import threading
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.conformance.directory_client import DirectoryClient, links, problem
from tests.conformance.things import DISCOVERY_CONTEXT, lamp

SEVEN = [f"urn:example:{number}" for number in range(7)]


@pytest.fixture
def seven(directory: DirectoryClient) -> DirectoryClient:
    """A directory of seven lamps."""
    for id in reversed(SEVEN):
        directory.put(lamp(id))
    return directory


def ids(response: object) -> list[str]:
    assert isinstance(response, list)
    return [thing["id"] for thing in response]


def test_an_empty_directory_lists_nothing(directory: DirectoryClient) -> None:
    answer = directory.listing()

    assert answer.status_code == 200
    assert answer.json() == []


def test_the_list_is_an_array_of_all_things(seven: DirectoryClient) -> None:
    answer = seven.listing()

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/ld+json"
    assert ids(answer.json()) == SEVEN


def test_the_list_has_what_each_thing_has(seven: DirectoryClient) -> None:
    assert seven.listing().json() == [seven.retrieved(id) for id in SEVEN]


def test_the_list_follows_code_points(directory: DirectoryClient) -> None:
    names = ["a", "Z", "B", "z", "é", "e", "\ufb00", "\U0001f600", "\uffee", "-", "~", "10", "9", "e\u0301", "_", "ß"]
    for name in names:
        directory.put(lamp(f"urn:example:{name}"))

    assert ids(directory.listing().json()) == sorted(f"urn:example:{name}" for name in names)


def test_a_page_has_as_many_things_as_were_asked_for(seven: DirectoryClient) -> None:
    assert ids(seven.listing(limit=3).json()) == SEVEN[:3]


def test_a_page_begins_at_its_offset(seven: DirectoryClient) -> None:
    assert ids(seven.listing(limit=3, offset=2).json()) == SEVEN[2:5]


def test_an_offset_alone_is_a_page_to_the_end(seven: DirectoryClient) -> None:
    assert ids(seven.listing(offset=5).json()) == SEVEN[5:]


def test_a_page_beyond_the_end_is_empty(seven: DirectoryClient) -> None:
    answer = seven.listing(offset=7, limit=3)

    assert answer.status_code == 200
    assert answer.json() == []
    assert "next" not in links(answer)


def test_pages_follow_code_points(directory: DirectoryClient) -> None:
    names = sorted(["\U0001f600", "\uffee", "é", "e", "Z", "a"])
    for name in names:
        directory.put(lamp(f"urn:example:{name}"))
    pages = [ids(directory.listing(limit=2, offset=offset).json()) for offset in (0, 2, 4)]

    assert [id for page in pages for id in page] == [f"urn:example:{name}" for name in names]


def test_the_next_link_has_all_arguments(seven: DirectoryClient) -> None:
    target = links(seven.listing(limit=3, format="array"))["next"].target
    arguments = parse_qs(urlsplit(target).query)

    assert arguments["limit"] == ["3"]
    assert arguments["offset"] == ["3"]
    assert arguments.get("format", ["array"]) == ["array"]


def test_the_next_link_is_absolute_or_relative_to_the_base(seven: DirectoryClient) -> None:
    target = links(seven.listing(limit=3))["next"].target

    assert target.startswith(("/things?", seven.url + "/things?"))


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7, 8])
def test_next_links_lead_through_the_whole_list_once(seven: DirectoryClient, limit: int) -> None:
    page = seven.listing(limit=limit)
    found = ids(page.json())
    while (link := links(page).get("next")) is not None:
        page = seven.follow(link)
        found += ids(page.json())

    assert found == SEVEN


@pytest.mark.parametrize("query", [{"limit": 7}, {"limit": 8}, {"limit": 3, "offset": 4}, {"offset": 2}])
def test_the_last_page_has_no_next_link(seven: DirectoryClient, query: dict[str, int]) -> None:
    assert "next" not in links(seven.listing(**query))


@pytest.mark.parametrize("query", [{"limit": 3}, {"limit": 9}, {"offset": 3}, {"limit": 3, "offset": 6}])
def test_each_page_points_to_the_collection_and_its_state(seven: DirectoryClient, query: dict[str, int]) -> None:
    link = links(seven.listing(**query))["canonical"]

    assert link.target in ("/things", seven.url + "/things")
    assert link.parameters["etag"]


def state(directory: DirectoryClient) -> str:
    return links(directory.listing(limit=1))["canonical"].parameters["etag"]


def test_the_state_changes_when_a_thing_comes(seven: DirectoryClient) -> None:
    before = state(seven)
    seven.put(lamp("urn:example:new"))

    assert state(seven) != before


def test_the_state_changes_when_a_thing_goes(seven: DirectoryClient) -> None:
    before = state(seven)
    seven.delete(SEVEN[3])

    assert state(seven) != before


def test_the_state_does_not_come_back(seven: DirectoryClient) -> None:
    before = state(seven)
    seven.delete(SEVEN[3])
    seven.put(lamp(SEVEN[3]))

    assert state(seven) != before


def test_the_state_stays_when_the_order_does(seven: DirectoryClient) -> None:
    before = state(seven)
    seven.patch(SEVEN[3], {"title": "New"})
    seven.put(lamp(SEVEN[4], title="New"))

    assert state(seven) == before


def test_all_pages_tell_the_same_state(seven: DirectoryClient) -> None:
    states = {links(seven.listing(limit=2, offset=o))["canonical"].parameters["etag"] for o in (0, 2, 4, 6)}

    assert len(states) == 1


def test_pages_of_one_state_are_of_one_list(seven: DirectoryClient) -> None:
    """While a Thing at the front of the list comes and goes."""
    stop = threading.Event()
    flicker = threading.Thread(target=come_and_go, args=(seven.url, stop))
    flicker.start()
    try:
        walks = [walk(seven, 2) for _ in range(200)]
    finally:
        stop.set()
        flicker.join()

    assert all(found in (SEVEN, [FIRST, *SEVEN]) for states, found in walks if len(states) == 1)


FIRST = "urn:a"


def come_and_go(url: str, stop: threading.Event) -> None:
    with DirectoryClient(url) as client:
        while not stop.is_set():
            client.put(lamp(FIRST))
            client.delete(FIRST)


def walk(directory: DirectoryClient, limit: int) -> tuple[set[str], list[str]]:
    """The states that the pages of one walk through the list tell, and the ids."""
    states, found, offset = set(), [], 0
    while True:
        page = directory.listing(limit=limit, offset=offset)
        states.add(links(page)["canonical"].parameters["etag"])
        found += ids(page.json())
        offset += limit
        if "next" not in links(page):
            return states, found


def test_a_collection_tells_of_its_pages(seven: DirectoryClient) -> None:
    answer = seven.listing(format="collection", limit=3)
    collection = answer.json()

    assert answer.headers["content-type"] == "application/ld+json"
    assert collection["@context"] == DISCOVERY_CONTEXT
    assert collection["@type"] == "ThingCollection"
    assert collection["total"] == 7
    assert ids(collection["members"]) == SEVEN[:3]
    assert parse_qs(urlsplit(collection["next"]).query) == {"offset": ["3"], "limit": ["3"], "format": ["collection"]}
    assert urlsplit(collection["@id"]).path == "/things"


def test_the_link_header_of_a_collection_leads_to_its_next_page(seven: DirectoryClient) -> None:
    answer = seven.listing(format="collection", limit=3)

    assert seven.follow(links(answer)["next"]).json()["total"] == 7


def test_a_collection_of_all_has_no_next(seven: DirectoryClient) -> None:
    collection = seven.listing(format="collection").json()

    assert ids(collection["members"]) == SEVEN
    assert "next" not in collection


WRONG = [
    {"limit": "-1"},
    {"limit": "0"},
    {"limit": "1.5"},
    {"limit": "many"},
    {"limit": ""},
    {"limit": "1e3"},
    {"limit": "٣"},
    {"offset": "-1"},
    {"offset": "abc"},
    {"offset": "1" * 30},
    {"offset": "0x1"},
    {"format": "evil"},
    {"format": ""},
    {"format": "Array"},
]


@pytest.mark.parametrize("query", WRONG)
def test_a_wrong_argument_is_400(seven: DirectoryClient, query: dict[str, str]) -> None:
    (name,) = query

    assert name in problem(seven.listing(**query), 400)["detail"]


def test_two_limits_are_400(seven: DirectoryClient) -> None:
    problem(seven.http.get("/things?limit=1&limit=2"), 400)


def test_a_limit_beyond_all_is_fine(seven: DirectoryClient) -> None:
    assert ids(seven.listing(limit=1_000_000_000).json()) == SEVEN
