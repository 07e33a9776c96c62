"""Creating, retrieving, replacing, patching and deleting Things (WoT Discovery, 7.3.2.1.1 to 7.3.2.1.4)."""

from __future__ import annotations

import re
import uuid
from urllib.parse import quote

import pytest

from tests.conformance.directory_client import TD_JSON, DirectoryClient, problem, thing_path
from tests.conformance.things import DISCOVERY_CONTEXT, TD_10_CONTEXT, TD_CONTEXT, lamp
from tests.hostile.raw_http import answer, request

LAMP = "urn:example:lamp"


def bare(document: dict[str, object]) -> dict[str, object]:
    """*document* without what the directory adds to a TD with a TD context alone."""
    assert document["@context"] == [TD_CONTEXT, DISCOVERY_CONTEXT]
    return {**{k: v for k, v in document.items() if k != "registration"}, "@context": TD_CONTEXT}


def test_a_thing_with_an_id_is_created_by_put(directory: DirectoryClient) -> None:
    created = directory.put(lamp())

    assert created.status_code == 201
    assert created.content == b""
    assert created.headers["content-type"] == "application/x-empty"


def test_a_thing_is_retrieved_as_it_was_sent(directory: DirectoryClient) -> None:
    directory.put(lamp(tag="kept"))
    retrieved = directory.get(LAMP)

    assert retrieved.status_code == 200
    assert retrieved.headers["content-type"] == TD_JSON
    assert bare(retrieved.json()) == lamp(tag="kept")


def test_members_keep_their_order(directory: DirectoryClient) -> None:
    document = {"zeta": 1, **lamp(), "alpha": {"z": 1, "a": [{"y": 1, "b": 2}]}}
    directory.put(document)
    retrieved = directory.retrieved(LAMP)

    assert [name for name in retrieved if name != "registration"] == list(document)
    assert list(retrieved["alpha"]) == ["z", "a"]
    assert list(retrieved["alpha"]["a"][0]) == ["y", "b"]


def test_members_of_an_anonymous_thing_keep_their_order(directory: DirectoryClient) -> None:
    context, *others = lamp(id=None, alpha=1).items()
    document = dict([*others, context])
    location = directory.post(document).headers["location"]
    retrieved = directory.http.get(location).json()

    assert [name for name in retrieved if name not in ("id", "registration")] == list(document)


def test_an_anonymous_thing_is_created_by_post(directory: DirectoryClient) -> None:
    created = directory.post(lamp(id=None))
    retrieved = directory.http.get(created.headers["location"])

    assert created.status_code == 201
    assert created.headers["content-type"] == "application/x-empty"
    assert retrieved.status_code == 200
    assert retrieved.json()["title"] == "Lamp"


def test_the_id_of_an_anonymous_thing_is_a_random_uuid(directory: DirectoryClient) -> None:
    location = directory.post(lamp(id=None)).headers["location"]
    found = re.search(r"urn:uuid:([0-9a-f-]{36})$", location)

    assert found
    assert uuid.UUID(found[1]).version == 4


def test_an_anonymous_thing_is_shown_with_its_id_everywhere(directory: DirectoryClient) -> None:
    location = directory.post(lamp(id=None)).headers["location"]
    id = directory.http.get(location).json()["id"]

    assert location.endswith(id)
    assert [thing["id"] for thing in directory.listing().json()] == [id]
    assert directory.search("jsonpath", "$[*].id").json() == [id]


def test_two_anonymous_things_have_two_ids(directory: DirectoryClient) -> None:
    locations = {directory.post(lamp(id=None)).headers["location"] for _ in range(2)}

    assert len(locations) == 2


def test_a_thing_with_an_id_is_not_created_by_post(directory: DirectoryClient) -> None:
    refused = directory.post(lamp())

    assert "put" in problem(refused, 400)["detail"].lower()
    assert directory.get(LAMP).status_code == 404


def test_the_id_in_the_path_is_that_in_the_document(directory: DirectoryClient) -> None:
    refused = directory.put(lamp("urn:example:other"), at=thing_path(LAMP))

    problem(refused, 400)
    assert directory.listing().json() == []


def test_a_put_without_an_id_is_refused(directory: DirectoryClient) -> None:
    problem(directory.put(lamp(id=None), at=thing_path(LAMP)), 400)


def test_a_put_to_a_thing_replaces_it(directory: DirectoryClient) -> None:
    directory.put(lamp(description="old"))
    replaced = directory.put(lamp(title="New"))

    assert replaced.status_code == 204
    assert replaced.headers["content-type"] == "application/x-empty"
    assert bare(directory.retrieved(LAMP)) == lamp(title="New")


def test_a_thing_that_is_not_there_is_404(directory: DirectoryClient) -> None:
    assert "urn:example:nobody" in problem(directory.get("urn:example:nobody"), 404)["detail"]


def test_a_patch_changes_adds_and_removes_members(directory: DirectoryClient) -> None:
    directory.put(lamp(description="old"))
    patched = directory.patch(LAMP, {"title": "New", "description": None, "support": "mailto:a@example.com"})

    assert patched.status_code == 204
    assert bare(directory.retrieved(LAMP)) == lamp(title="New", support="mailto:a@example.com")


def test_a_patch_goes_into_objects_and_replaces_arrays(directory: DirectoryClient) -> None:
    directory.put(lamp(extra={"kept": 1, "gone": 2, "deep": {"a": 1}}, list=[1, 2, 3]))
    directory.patch(LAMP, {"extra": {"gone": None, "deep": {"b": 2}}, "list": [4]})
    retrieved = directory.retrieved(LAMP)

    assert retrieved["extra"] == {"kept": 1, "deep": {"a": 1, "b": 2}}
    assert retrieved["list"] == [4]


def test_a_patch_leaves_the_nulls_that_are_there(directory: DirectoryClient) -> None:
    directory.put(lamp(extra={"a": None, "b": [None, {"c": None}]}))
    directory.patch(LAMP, {"title": "New", "list": [None, 1]})
    retrieved = directory.retrieved(LAMP)

    assert retrieved["extra"] == {"a": None, "b": [None, {"c": None}]}
    assert retrieved["list"] == [None, 1]


def test_a_patch_keeps_the_order_of_members(directory: DirectoryClient) -> None:
    before = directory.registered(lamp(zeta=1, alpha={"z": 1, "a": 2}))
    directory.patch(LAMP, {"new": 1, "alpha": {"z": 3}, "title": "New"})
    after = directory.retrieved(LAMP)

    assert [name for name in after if name != "registration"] == [*(n for n in before if n != "registration"), "new"]
    assert list(after["alpha"]) == ["z", "a"]


def test_an_empty_patch_is_fine(directory: DirectoryClient) -> None:
    directory.put(lamp())

    assert directory.patch(LAMP, {}).status_code == 204
    assert bare(directory.retrieved(LAMP)) == lamp()


def test_a_patch_with_null_for_what_is_not_there_is_fine(directory: DirectoryClient) -> None:
    directory.put(lamp())

    assert directory.patch(LAMP, {"description": None}).status_code == 204
    assert bare(directory.retrieved(LAMP)) == lamp()


@pytest.mark.parametrize("patch", [{"title": None}, {"title": 7}, {"properties": {"on": {"forms": None}}}, {"id": "x"}])
def test_a_patch_that_makes_the_thing_invalid_is_refused_and_changes_nothing(
    directory: DirectoryClient, patch: object
) -> None:
    before = directory.registered(lamp())

    problem(directory.patch(LAMP, patch), 400)
    assert directory.retrieved(LAMP) == before


@pytest.mark.parametrize("patch", [{"id": "urn:example:other"}, {"id": None}])
def test_a_patch_of_the_id_is_refused(directory: DirectoryClient, patch: object) -> None:
    directory.put(lamp())

    problem(directory.patch(LAMP, patch), 400)
    assert [thing["id"] for thing in directory.listing().json()] == [LAMP]


def test_a_patch_may_repeat_the_id(directory: DirectoryClient) -> None:
    directory.put(lamp())

    assert directory.patch(LAMP, {"id": LAMP, "title": "New"}).status_code == 204


@pytest.mark.parametrize("patch", [[], "text", 7, None, True])
def test_a_patch_is_an_object(directory: DirectoryClient, patch: object) -> None:
    before = directory.registered(lamp())

    problem(directory.patch(LAMP, patch), 400)
    assert directory.retrieved(LAMP) == before


@pytest.mark.parametrize("media_type", ["application/json", TD_JSON, "application/json-patch+json", "text/plain"])
def test_a_patch_has_the_media_type_of_a_merge_patch(directory: DirectoryClient, media_type: str) -> None:
    directory.put(lamp())
    refused = directory.patch(LAMP, {"title": "New"}, content_type=media_type)

    assert "application/merge-patch+json" in problem(refused, 415)["detail"]


def test_a_patch_of_a_thing_that_is_not_there_is_404(directory: DirectoryClient) -> None:
    problem(directory.patch("urn:example:nobody", {"title": "New"}), 404)


def test_a_deleted_thing_is_gone(directory: DirectoryClient) -> None:
    directory.put(lamp())
    deleted = directory.delete(LAMP)

    assert deleted.status_code == 204
    assert deleted.headers["content-type"] == "application/x-empty"
    assert directory.get(LAMP).status_code == 404
    assert directory.listing().json() == []


def test_deleting_what_is_not_there_is_404(directory: DirectoryClient) -> None:
    problem(directory.delete("urn:example:nobody"), 404)


def test_a_deleted_thing_can_be_created_again(directory: DirectoryClient) -> None:
    directory.put(lamp())
    directory.delete(LAMP)

    assert directory.put(lamp()).status_code == 201


@pytest.mark.parametrize(
    "media_type",
    [TD_JSON, "application/td+json; charset=utf-8", "application/json", "application/ld+json", "Application/TD+JSON"],
)
def test_a_thing_may_be_sent_as_any_kind_of_json(directory: DirectoryClient, media_type: str) -> None:
    assert directory.put(lamp(), content_type=media_type).status_code == 201


def test_a_thing_may_be_sent_without_a_media_type(directory: DirectoryClient) -> None:
    sent = directory.http.put(thing_path(LAMP), content=b'{"id": "' + LAMP.encode() + b'"}')

    assert problem(sent, 400)["validationErrors"]


@pytest.mark.parametrize("media_type", ["text/html", "application/xml", "application/tm+json", "nonsense"])
def test_another_media_type_is_415(directory: DirectoryClient, media_type: str) -> None:
    problem(directory.put(lamp(), content_type=media_type), 415)
    assert directory.listing().json() == []


def test_a_thing_description_of_version_1_0_is_taken(directory: DirectoryClient) -> None:
    directory.put(lamp(**{"@context": TD_10_CONTEXT}))

    assert directory.retrieved(LAMP)["@context"] == [TD_10_CONTEXT, DISCOVERY_CONTEXT]


IDS = [
    "urn:dev:lamp",
    "urn:dev:a/b//c",
    "urn:dev:a/../b",
    "urn:dev:a?b=c&d=e",
    "urn:dev:a#b",
    "urn:dev:a%20b",
    "urn:dev:100%25",
    "urn:dev:a+b",
    "urn:dev:lämpchen",
    "urn:dev:ランプ",
    "urn:dev:😀",
    "urn:dev:e\u0301",
    "http://lamp.example/things/1",
    "https://lamp.example:8443/a/b/?c=d",
    "http://lamp.example/things/http://lamp.example/",
    "did:example:123;service=lamp",
    "urn:dev:" + "a" * 200,
]


@pytest.mark.parametrize("id", IDS)
def test_an_id_may_be_percent_encoded(directory: DirectoryClient, id: str) -> None:
    created = directory.put(lamp(id))
    retrieved = directory.retrieved(id)
    deleted = directory.delete(id)

    assert created.status_code == 201
    assert retrieved["id"] == id
    assert deleted.status_code == 204


@pytest.mark.parametrize(
    "id", [*(id for id in IDS if id.isascii() and not set(id) & set("#?")), "http://lamp.example/a%2Fb", "urn:a:%ff"]
)
def test_an_id_may_be_raw(directory: DirectoryClient, directory_url: str, id: str) -> None:
    directory.put(lamp(id))
    port = int(directory_url.rpartition(":")[2])
    retrieved = answer(port, request(b"/things/" + id.encode(), None, None, method=b"GET"), b"GET")

    assert retrieved.status == 200
    assert f'"id":"{id}"'.encode() in retrieved.body


def test_ids_that_differ_are_different_things(directory: DirectoryClient) -> None:
    ids = ["urn:dev:a", "urn:dev:A", "urn:dev:a/", "urn:dev:%61", "urn:dev:\u00e9", "urn:dev:e\u0301"]
    for id in ids:
        directory.put(lamp(id))

    assert [thing["id"] for thing in directory.listing().json()] == sorted(ids)
    assert all(directory.retrieved(id)["id"] == id for id in ids)


def test_the_whole_address_of_a_thing_here_is_an_alias_of_its_id(directory: DirectoryClient) -> None:
    location = directory.post(lamp(id=None)).headers["location"]
    address = directory.url + "/things/" + location.rpartition("/")[2]

    assert directory.http.get("/things/" + quote(address, safe="")).status_code == 200
    assert directory.http.get("/things/" + address).status_code == 200


def test_a_slash_behind_things_changes_nothing(directory: DirectoryClient) -> None:
    directory.put(lamp())

    assert len(directory.http.get("/things/").json()) == 1


def test_a_preferred_representation_comes_with_the_answer(directory: DirectoryClient) -> None:
    created = directory.put(lamp(), prefer="return=representation")
    replaced = directory.put(lamp(title="New"), prefer="return=representation")
    patched = directory.patch(LAMP, {"title": "Newer"}, prefer="return=representation")

    assert (created.status_code, replaced.status_code, patched.status_code) == (201, 200, 200)
    assert [one.json()["title"] for one in (created, replaced, patched)] == ["Lamp", "New", "Newer"]
    assert patched.json() == directory.retrieved(LAMP)
    assert patched.headers["etag"] == directory.get(LAMP).headers["etag"]
