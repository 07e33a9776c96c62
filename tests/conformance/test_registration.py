"""Registration information, and what it does to the life of a registration (WoT Discovery, 7.3.1.1 and 7.3.1.2)."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.conformance.directory_client import DirectoryClient, Json, problem
from tests.conformance.things import DISCOVERY_CONTEXT, TD_CONTEXT, lamp

LAMP = "urn:example:lamp"
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
IN_AN_HOUR = datetime.now(UTC) + timedelta(hours=1)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def registration(directory: DirectoryClient) -> dict[str, Json]:
    found: dict[str, Json] = directory.retrieved(LAMP)["registration"]
    return found


def register(directory: DirectoryClient, **wishes: Json) -> dict[str, Json]:
    answer = directory.put(lamp(registration=wishes))
    assert answer.status_code in (201, 204), answer.text
    return registration(directory)


def test_a_thing_tells_when_it_was_registered(directory: DirectoryClient) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    found = directory.registered(lamp())["registration"]

    assert before <= moment(found["created"]) <= datetime.now(UTC)
    assert found["modified"] == found["created"]
    assert "expires" not in found
    assert "ttl" not in found


def test_times_have_their_offset(directory: DirectoryClient) -> None:
    found = register(directory, ttl=60)

    assert all(RFC_3339.fullmatch(found[name]) for name in ("created", "modified", "expires"))


def test_the_listing_has_registration_information_too(directory: DirectoryClient) -> None:
    found = register(directory, ttl=60)

    assert directory.listing().json()[0]["registration"] == found


@pytest.mark.parametrize("change", ["put", "patch"])
def test_a_change_changes_modified_and_not_created(directory: DirectoryClient, change: str) -> None:
    before = register(directory)
    time.sleep(0.002)
    if change == "put":
        directory.put(lamp(title="New"))
    else:
        directory.patch(LAMP, {"title": "New"})
    after = registration(directory)

    assert after["created"] == before["created"]
    assert moment(after["modified"]) > moment(before["modified"])


def test_the_client_does_not_say_when_it_was_created(directory: DirectoryClient) -> None:
    old = "2001-01-01T00:00:00Z"
    found = register(directory, created=old, modified=old, retrieved=old)

    assert old not in found.values()


def test_a_ttl_gives_the_time_of_expiry(directory: DirectoryClient) -> None:
    found = register(directory, ttl=3600)

    assert found["ttl"] == 3600
    assert moment(found["expires"]) == moment(found["modified"]) + timedelta(hours=1)


def test_a_ttl_may_be_a_fraction(directory: DirectoryClient) -> None:
    found = register(directory, ttl=90.5)

    assert found["ttl"] == 90.5
    assert moment(found["expires"]) == moment(found["modified"]) + timedelta(seconds=90.5)


def test_the_time_of_expiry_is_ignored_beside_a_ttl(directory: DirectoryClient) -> None:
    found = register(directory, ttl=60, expires="2099-01-01T00:00:00Z")

    assert moment(found["expires"]) == moment(found["modified"]) + timedelta(minutes=1)


def test_the_client_may_say_when_a_registration_expires(directory: DirectoryClient) -> None:
    expires = IN_AN_HOUR.replace(microsecond=0)
    found = register(directory, expires=expires.isoformat())

    assert moment(found["expires"]) == expires
    assert "ttl" not in found


def test_the_offset_of_a_time_is_understood(directory: DirectoryClient) -> None:
    found = register(directory, expires="2030-06-01T12:00:00+02:00")

    assert moment(found["expires"]) == datetime(2030, 6, 1, 10, tzinfo=UTC)


def test_an_empty_patch_renews_a_registration(directory: DirectoryClient) -> None:
    before = register(directory, ttl=60)
    time.sleep(0.002)
    directory.patch(LAMP, {})
    after = registration(directory)

    assert moment(after["expires"]) > moment(before["expires"])
    assert moment(after["expires"]) == moment(after["modified"]) + timedelta(minutes=1)


def test_a_patch_may_set_another_ttl(directory: DirectoryClient) -> None:
    register(directory, ttl=60)
    directory.patch(LAMP, {"registration": {"ttl": 120}})
    found = registration(directory)

    assert found["ttl"] == 120
    assert moment(found["expires"]) == moment(found["modified"]) + timedelta(minutes=2)


def test_a_patch_may_extend_the_time_of_expiry(directory: DirectoryClient) -> None:
    register(directory, expires=IN_AN_HOUR.isoformat())
    directory.patch(LAMP, {"registration": {"expires": "2030-01-01T00:00:00Z"}})

    assert moment(registration(directory)["expires"]) == datetime(2030, 1, 1, tzinfo=UTC)


def test_a_patch_of_the_time_of_expiry_is_ignored_beside_a_ttl(directory: DirectoryClient) -> None:
    register(directory, ttl=60)
    directory.patch(LAMP, {"registration": {"expires": "2099-01-01T00:00:00Z"}})
    found = registration(directory)

    assert moment(found["expires"]) == moment(found["modified"]) + timedelta(minutes=1)


@pytest.mark.parametrize("wish", [{"ttl": 60}, {"expires": "2099-01-01T00:00:00Z"}])
def test_a_patch_may_take_the_end_of_a_registration(directory: DirectoryClient, wish: Json) -> None:
    register(directory, **wish)
    directory.patch(LAMP, {"registration": None})
    found = registration(directory)

    assert "ttl" not in found
    assert "expires" not in found


def test_a_patch_of_another_member_leaves_the_time_of_expiry(directory: DirectoryClient) -> None:
    before = register(directory, expires=IN_AN_HOUR.isoformat())
    directory.patch(LAMP, {"title": "New"})

    assert registration(directory)["expires"] == before["expires"]


def test_a_replacement_without_a_ttl_does_not_expire(directory: DirectoryClient) -> None:
    register(directory, ttl=60)
    directory.put(lamp())
    found = registration(directory)

    assert "ttl" not in found
    assert "expires" not in found


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"ttl": "60"}, "/registration/ttl"),
        ({"ttl": -1}, "/registration/ttl"),
        ({"ttl": True}, "/registration/ttl"),
        ({"expires": "tomorrow"}, "/registration/expires"),
        ({"expires": "2030-01-01T00:00:00"}, "/registration/expires"),
        ({"expires": "2030-13-01T00:00:00Z"}, "/registration/expires"),
        ({"expires": 7}, "/registration/expires"),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(directory: DirectoryClient, wish: Json, field: str) -> None:
    refused = problem(directory.put(lamp(registration=wish)), 400)

    assert field in [error["field"] for error in refused["validationErrors"]]


def test_registration_information_is_an_object(directory: DirectoryClient) -> None:
    refused = problem(directory.put(lamp(registration=[])), 400)

    assert [error["field"] for error in refused["validationErrors"]] == ["/registration"]


def test_an_expired_thing_is_purged(directory: DirectoryClient) -> None:
    register(directory, ttl=0.3)
    with directory.events("/events/thing_deleted") as events:
        told = events.next()

    assert told.data == {"id": LAMP}
    assert directory.get(LAMP).status_code == 404
    assert directory.listing().json() == []


def test_what_was_renewed_in_time_is_not_purged(directory: DirectoryClient) -> None:
    register(directory, ttl=0.8)
    for _ in range(5):
        time.sleep(0.25)
        directory.patch(LAMP, {})

    assert directory.get(LAMP).status_code == 200


def test_the_discovery_context_comes_behind_a_single_context(directory: DirectoryClient) -> None:
    assert directory.registered(lamp())["@context"] == [TD_CONTEXT, DISCOVERY_CONTEXT]


def test_the_discovery_context_comes_behind_several_contexts(directory: DirectoryClient) -> None:
    contexts = [TD_CONTEXT, {"ex": "https://example.com/ns#"}, {"@language": "de"}]
    directory.put(lamp(**{"@context": contexts}))

    assert directory.retrieved(LAMP)["@context"] == [*contexts, DISCOVERY_CONTEXT]


def test_a_discovery_context_that_is_there_stays_where_it_is(directory: DirectoryClient) -> None:
    contexts = [TD_CONTEXT, DISCOVERY_CONTEXT, {"ex": "https://example.com/ns#"}]
    directory.put(lamp(**{"@context": contexts}))

    assert directory.retrieved(LAMP)["@context"] == contexts


def test_every_thing_that_is_shown_has_the_discovery_context(directory: DirectoryClient) -> None:
    with directory.events("/events/thing_created?diff=true") as events:
        directory.put(lamp())
        told = events.next()

    assert DISCOVERY_CONTEXT in told.data["@context"]
    assert DISCOVERY_CONTEXT in directory.listing().json()[0]["@context"]
    assert DISCOVERY_CONTEXT in directory.search("jsonpath", "$[*]").json()[0]["@context"]


def test_what_was_retrieved_can_be_sent_back(directory: DirectoryClient) -> None:
    register(directory, ttl=60)
    before = directory.retrieved(LAMP)
    sent_back = directory.put(before)
    after = directory.retrieved(LAMP)

    assert sent_back.status_code == 204
    assert {**after, "registration": None} == {**before, "registration": None}
    assert after["registration"]["created"] == before["registration"]["created"]
    assert after["registration"]["ttl"] == 60
