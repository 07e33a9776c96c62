"""Notifications of changes as Server-Sent Events (WoT Discovery, 7.3.2.2)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.conformance.directory_client import DirectoryClient, Event, problem
from tests.conformance.things import DISCOVERY_CONTEXT, TD_CONTEXT, lamp

LAMP = "urn:example:lamp"
OTHER = "urn:example:other"
TYPES = ["thing_created", "thing_updated", "thing_deleted"]


def live(directory: DirectoryClient) -> None:
    """A short life: created, updated twice, deleted; with another Thing's creation at the end."""
    directory.put(lamp(description="old"))
    directory.put(lamp(title="New"))
    directory.patch(LAMP, {"title": "Newer", "support": "mailto:a@example.com"})
    directory.delete(LAMP)
    directory.put(lamp(OTHER))


def without_registration(event: Event) -> dict[str, Any]:
    return {name: value for name, value in event.data.items() if name != "registration"}


def test_events_are_an_event_stream(directory: DirectoryClient) -> None:
    with directory.events() as events:
        media_type = events.response.headers["content-type"]

    assert media_type.partition(";")[0] == "text/event-stream"


def test_an_event_stream_is_not_cached(directory: DirectoryClient) -> None:
    with directory.events() as events:
        assert events.response.headers["cache-control"] in ("no-cache", "no-store")


def test_every_change_is_told_in_order(directory: DirectoryClient) -> None:
    with directory.events() as events:
        live(directory)
        told = [(event.type, event.data["id"]) for event in events.take(5)]

    created, updated, deleted = TYPES
    assert told == [(created, LAMP), (updated, LAMP), (updated, LAMP), (deleted, LAMP), (created, OTHER)]


def test_events_hold_only_the_id(directory: DirectoryClient) -> None:
    with directory.events() as events:
        live(directory)

        assert [event.data for event in events.take(5)] == [{"id": LAMP}] * 4 + [{"id": OTHER}]


def test_an_anonymous_thing_is_told_of_with_its_id(directory: DirectoryClient) -> None:
    with directory.events() as events:
        location = directory.post(lamp(id=None)).headers["location"]

        assert location.endswith(events.next().data["id"])


def test_what_was_refused_is_not_told(directory: DirectoryClient) -> None:
    with directory.events() as events:
        directory.put(lamp(LAMP, title=7))
        directory.delete("urn:example:nobody")
        directory.put(lamp(OTHER))

        assert events.next().data == {"id": OTHER}


@pytest.mark.parametrize("type", TYPES)
def test_a_stream_of_one_type_holds_no_other(directory: DirectoryClient, type: str) -> None:
    with directory.events("/events/" + type) as events:
        live(directory)
        live(directory)
        directory.put(lamp(OTHER, title="New"))
        directory.delete(OTHER)
        told = events.take({"thing_created": 3, "thing_updated": 6, "thing_deleted": 3}[type])

    assert {event.type for event in told} == {type}


def test_events_have_ids_that_never_repeat(directory: DirectoryClient) -> None:
    with directory.events() as events:
        live(directory)
        ids = [event.id for event in events.take(5)]

    assert all(ids)
    assert len(set(ids)) == 5


def test_a_client_that_comes_back_gets_what_it_missed(directory: DirectoryClient) -> None:
    with directory.events() as events:
        directory.put(lamp())
        last = events.next()
    directory.put(lamp(title="New"))
    directory.delete(LAMP)
    with directory.events(last_event_id=last.id) as events:
        directory.put(lamp(OTHER))
        told = [event.type for event in events.take(3)]

    assert told == ["thing_updated", "thing_deleted", "thing_created"]


def test_a_client_that_comes_back_gets_nothing_twice(directory: DirectoryClient) -> None:
    with directory.events() as events:
        live(directory)
        seen = events.take(5)
    with directory.events(last_event_id=seen[-1].id) as events:
        directory.delete(OTHER)

        assert events.next().type == "thing_deleted"


def test_each_event_is_a_place_to_go_on_from(directory: DirectoryClient) -> None:
    with directory.events() as events:
        live(directory)
        seen = events.take(5)
    for number, event in enumerate(seen[:-1]):
        with directory.events(last_event_id=event.id) as events:
            assert events.take(4 - number) == seen[number + 1 :]


def test_a_filtered_stream_can_be_gone_on_with(directory: DirectoryClient) -> None:
    with directory.events("/events/thing_created") as events:
        directory.put(lamp())
        last = events.next()
    live(directory)
    with directory.events("/events/thing_deleted", last_event_id=last.id) as events:
        assert events.next().data == {"id": LAMP}


def test_what_was_missed_comes_with_its_differences(directory: DirectoryClient) -> None:
    with directory.events() as events:
        directory.put(lamp())
        last = events.next()
    directory.patch(LAMP, {"title": "New"})
    with directory.events("/events?diff=true", last_event_id=last.id) as events:
        assert without_registration(events.next()) == {"id": LAMP, "title": "New"}


def test_with_diff_a_created_thing_comes_whole(directory: DirectoryClient) -> None:
    with directory.events("/events/thing_created?diff=true") as events:
        directory.put(lamp())
        told = events.next()

    assert told.data == directory.retrieved(LAMP)
    assert DISCOVERY_CONTEXT in told.data["@context"]


def test_with_diff_an_update_by_put_comes_as_a_merge_patch(directory: DirectoryClient) -> None:
    directory.put(lamp(description="old"))
    with directory.events("/events/thing_updated?diff=true") as events:
        directory.put(lamp(title="New"))

        assert without_registration(events.next()) == {"id": LAMP, "title": "New", "description": None}


def test_with_diff_an_update_by_patch_comes_as_a_merge_patch(directory: DirectoryClient) -> None:
    directory.put(lamp(extra={"a": 1, "b": 2}))
    with directory.events("/events/thing_updated?diff=true") as events:
        directory.patch(LAMP, {"extra": {"a": None, "c": 3}, "title": "Lamp"})

        assert without_registration(events.next()) == {"id": LAMP, "extra": {"a": None, "c": 3}}


def test_with_diff_an_update_without_a_change_holds_the_id(directory: DirectoryClient) -> None:
    directory.put(lamp())
    with directory.events("/events/thing_updated?diff=true") as events:
        directory.patch(LAMP, {})

        assert without_registration(events.next()) == {"id": LAMP}


def test_with_diff_a_deleted_thing_comes_as_its_id(directory: DirectoryClient) -> None:
    directory.put(lamp())
    with directory.events("/events/thing_deleted?diff=true") as events:
        directory.delete(LAMP)

        assert events.next().data == {"id": LAMP}


def test_the_differences_lead_from_one_state_to_the_next(directory: DirectoryClient) -> None:
    with directory.events("/events?diff=true") as events:
        directory.put(lamp(description="old"))
        directory.put(lamp(title="New"))
        directory.patch(LAMP, {"title": "Newer", "support": "mailto:a@example.com"})
        created, first, second = events.take(3)
    state = created.data
    for event in (first, second):
        state = patched(state, event.data)

    assert state["title"] == "Newer"
    assert state["support"] == "mailto:a@example.com"
    assert "description" not in state


def test_the_differences_lead_to_what_is_served(directory: DirectoryClient) -> None:
    before = directory.registered(lamp())
    with directory.events("/events?diff=true") as events:
        directory.put(lamp(**{"@context": [TD_CONTEXT, {"ex": "https://example.com/ns#"}]}))
        told = events.next()
    after = directory.retrieved(LAMP)

    assert {**patched(before, told.data), "registration": None} == {**after, "registration": None}


def patched(target: Any, patch: Any) -> Any:
    """*target* after *patch* (RFC 7396, 2)."""
    if not isinstance(patch, dict):
        return patch
    kept = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = patched(kept.get(name), value)
    return kept


def test_without_diff_is_diff_false(directory: DirectoryClient) -> None:
    with directory.events("/events?diff=false") as events:
        directory.put(lamp())

        assert events.next().data == {"id": LAMP}


def test_data_beyond_ascii_arrives(directory: DirectoryClient) -> None:
    with directory.events("/events?diff=true") as events:
        directory.put(lamp("urn:example:ランプ", title="Lämpchen 😀\u2028\n"))
        told = events.next()

    assert (told.data["id"], told.data["title"]) == ("urn:example:ランプ", "Lämpchen 😀\u2028\n")


def test_many_subscribers_hear_the_same(directory: DirectoryClient) -> None:
    with directory.events() as first, directory.events() as second, directory.events("/events/thing_created") as third:
        directory.put(lamp())

        assert first.next() == second.next() == third.next()


def test_an_unknown_type_of_event_is_404(directory: DirectoryClient) -> None:
    problem(directory.http.get("/events/thing_exploded"), 404)


@pytest.mark.parametrize("query", ["diff=maybe", "diff=", "other=1"])
def test_a_wrong_argument_of_a_stream_is_400(directory: DirectoryClient, query: str) -> None:
    problem(directory.http.get("/events?" + query), 400)


def test_a_stream_is_silent_while_nothing_changes(directory: DirectoryClient) -> None:
    with (
        directory.http.stream("GET", "/events", timeout=0.5) as response,
        pytest.raises(httpx.ReadTimeout),
    ):
        assert [line for line in response.iter_lines() if line.startswith("data")] == []
