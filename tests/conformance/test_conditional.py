"""Conditional requests: no update is lost, and nothing is sent twice (RFC 9110, 13)."""

from __future__ import annotations

import pytest

from tests.conformance.directory_client import DirectoryClient, problem
from tests.conformance.things import lamp

LAMP = "urn:example:lamp"


@pytest.fixture
def etag(directory: DirectoryClient) -> str:
    """The entity tag of a registered lamp."""
    directory.put(lamp())
    return directory.get(LAMP).headers["etag"]


def test_the_entity_tag_is_strong(etag: str) -> None:
    assert etag.startswith('"')
    assert etag.endswith('"')


def test_the_entity_tag_changes_with_the_thing(directory: DirectoryClient, etag: str) -> None:
    directory.patch(LAMP, {"title": "New"})

    assert directory.get(LAMP).headers["etag"] != etag


def test_the_entity_tag_stays_while_nothing_changes(directory: DirectoryClient, etag: str) -> None:
    directory.put(lamp("urn:example:other"))

    assert directory.get(LAMP).headers["etag"] == etag


def test_a_thing_that_comes_again_has_another_entity_tag(directory: DirectoryClient, etag: str) -> None:
    directory.delete(LAMP)
    directory.put(lamp())

    assert directory.get(LAMP).headers["etag"] != etag


def test_each_change_with_the_right_entity_tag_is_made(directory: DirectoryClient, etag: str) -> None:
    put = directory.put(lamp(title="New"), if_match=etag)
    patched = directory.patch(LAMP, {"title": "Newer"}, if_match=directory.get(LAMP).headers["etag"])
    deleted = directory.delete(LAMP, if_match=directory.get(LAMP).headers["etag"])

    assert [put.status_code, patched.status_code, deleted.status_code] == [204, 204, 204]


def test_no_change_with_an_old_entity_tag_is_made(directory: DirectoryClient, etag: str) -> None:
    directory.patch(LAMP, {"title": "Newest"})

    problem(directory.put(lamp(title="Old"), if_match=etag), 412)
    problem(directory.patch(LAMP, {"title": "Old"}, if_match=etag), 412)
    problem(directory.delete(LAMP, if_match=etag), 412)
    assert directory.retrieved(LAMP)["title"] == "Newest"


def test_one_of_several_entity_tags_is_enough(directory: DirectoryClient, etag: str) -> None:
    assert directory.put(lamp(), if_match=f'"another", {etag}').status_code == 204


def test_a_weak_entity_tag_does_not_match_for_a_change(directory: DirectoryClient, etag: str) -> None:
    problem(directory.put(lamp(), if_match=f"W/{etag}"), 412)


def test_a_star_matches_what_is_there(directory: DirectoryClient, etag: str) -> None:
    assert directory.put(lamp(), if_match="*").status_code == 204


def test_a_star_does_not_match_what_is_not_there(directory: DirectoryClient) -> None:
    problem(directory.put(lamp(), if_match="*"), 412)
    assert directory.get(LAMP).status_code == 404


def test_a_thing_is_created_only_where_there_is_none(directory: DirectoryClient) -> None:
    first = directory.put(lamp(), if_none_match="*")
    second = directory.put(lamp(title="New"), if_none_match="*")

    assert first.status_code == 201
    problem(second, 412)
    assert directory.retrieved(LAMP)["title"] == "Lamp"


@pytest.mark.parametrize("form", ["{}", "W/{}", '"another", {}', "*"])
def test_what_the_client_has_is_not_sent_again(directory: DirectoryClient, etag: str, form: str) -> None:
    answer = directory.get(LAMP, if_none_match=form.format(etag))

    assert answer.status_code == 304
    assert answer.headers["etag"] == etag
    assert answer.content == b""


def test_what_the_client_has_not_is_sent(directory: DirectoryClient, etag: str) -> None:
    assert directory.get(LAMP, if_none_match='"another"').status_code == 200


def test_head_is_conditional_as_get_is(directory: DirectoryClient, etag: str) -> None:
    path = "/things/" + LAMP

    assert directory.request("HEAD", path, headers={"If-None-Match": etag}).status_code == 304
