"""Managed shape sets on both databases: kept in versions, compiled before they are stored, followed by everybody."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from semantic_gw.directory.register import Condition
from semantic_gw.errors import (
    ConflictError,
    DecodingError,
    InvalidDocumentError,
    NotRegisteredError,
    RefusedError,
    ShapeError,
    UnavailableError,
    UnsupportedMediaTypeError,
)
from semantic_gw.sandbox import Sandbox, SandboxError
from semantic_gw.settings import PolicyRule, PolicySettings, ShapesSettings
from semantic_gw.shape_sets.collection import Collection
from semantic_gw.shape_sets.policies import Policies
from semantic_gw.shape_sets.shape_set import POLICIES, ReadOnlySetError, content_hash
from semantic_gw.shape_sets.shape_sets import InUseError, ShapeSets
from semantic_gw.shape_sets.store import Action
from semantic_gw.shape_sets.workshop import Workshop
from tests.shape_sets.sets import BAD, BROKEN, SPARQL, base, lamp, managed

TURTLE = "text/turtle"
RDF_XML = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:sh="http://www.w3.org/ns/shacl#">
<rdf:Description rdf:about="urn:S"><sh:targetNode rdf:resource="urn:a"/></rdf:Description></rdf:RDF>"""
ME = "me"


@pytest.fixture
async def sets(database_url: str, sandbox: Sandbox) -> AsyncIterator[ShapeSets]:
    async with managed(database_url, sandbox=sandbox) as found:
        yield found


async def put(sets: ShapeSets, content: bytes = lamp(), name: str = "house") -> str:
    return (await sets.put(name, content, TURTLE, by=ME)).hash


async def test_a_set_that_is_put_runs_at_once(sets: ShapeSets) -> None:
    before = sets.running.collection.hash
    done = await sets.put("house", lamp(), TURTLE, by=ME)

    assert (done.created, done.changed, done.number, done.hash) == (True, True, 1, content_hash(lamp()))
    assert list(sets.running.collection.sets) == ["core", "house"]
    assert sets.running.collection.hash != before


async def test_bytes_as_they_are_read_are_bytes_as_they_were_put(sets: ShapeSets) -> None:
    content = b"# a remark\n" + lamp()
    await put(sets, content)

    assert (await sets.get("house")).content == content


async def test_a_set_knows_who_put_it_and_when(sets: ShapeSets) -> None:
    await put(sets)
    found = await sets.get("house")

    assert (found.version, found.by) == (1, ME)
    assert found.modified is not None
    assert found.modified.year == 2026


async def test_a_set_that_is_put_again_as_it_is_stays_as_it_is(sets: ShapeSets) -> None:
    await put(sets)
    position = sets.running.collection.position
    again = await sets.put("house", lamp(), TURTLE, by=ME)

    assert (again.created, again.changed, again.number) == (False, False, 1)
    assert sets.running.collection.position == position


async def test_a_set_that_is_replaced_has_versions(sets: ShapeSets) -> None:
    await put(sets)
    done = await sets.put("house", lamp(2), TURTLE, by="you")
    holds, versions = await sets.versions("house")

    assert (done.created, done.number, holds) == (False, 2, 2)
    assert [(one.number, one.by, one.hash) for one in versions] == [
        (2, "you", content_hash(lamp(2))),
        (1, ME, content_hash(lamp())),
    ]


async def test_an_older_version_is_made_to_hold_again(sets: ShapeSets) -> None:
    first = await put(sets)
    running = sets.running.collection.hash
    await put(sets, lamp(2))
    done = await sets.activate("house", 1, by=ME)

    assert (done.hash, done.number) == (first, 1)
    assert sets.running.collection.hash == running
    assert (await sets.versions("house"))[0] == 1


async def test_a_set_that_was_removed_can_be_brought_back(sets: ShapeSets) -> None:
    await put(sets)
    await sets.remove("house", by=ME)
    gone = "house" in sets.running.collection.sets
    holds, _ = await sets.versions("house")
    await sets.activate("house", 1, by=ME)

    assert (gone, holds) == (False, 0)
    assert (await sets.get("house")).content == lamp()


async def test_a_name_that_is_used_again_goes_on_counting(sets: ShapeSets) -> None:
    await put(sets)
    await sets.remove("house", by=ME)

    assert (await sets.put("house", lamp(2), TURTLE, by=ME)).number == 2


@pytest.mark.parametrize(
    ("body", "said"),
    [(BAD.encode(), "minimumCount"), (BROKEN.encode(), "house"), (b"\xff", "house"), (SPARQL.encode()[:-2], "house")],
)
async def test_a_bad_set_leaves_everything_as_it_was(sets: ShapeSets, body: bytes, said: str) -> None:
    await put(sets)
    before = sets.running.collection
    with pytest.raises(InvalidDocumentError, match=said):
        await sets.put("house", body, TURTLE, by=ME)

    assert sets.running.collection is before
    assert (await sets.get("house")).version == 1
    assert len(await sets.audit(10**9, 100)) == 1


async def test_a_complaint_names_the_set_and_no_folder_of_ours(sets: ShapeSets) -> None:
    with pytest.raises(InvalidDocumentError) as caught:
        await sets.put("house", BAD.encode(), TURTLE, by=ME)

    assert "house.ttl: shape" in str(caught.value)
    assert "/tmp" not in str(caught.value)


async def test_sets_are_compiled_together(sets: ShapeSets) -> None:
    """A set may name shapes of another; and the other may not go before it."""
    await put(sets)
    head = lamp().split(b"ex:Lamp")[0]
    await sets.put("garden", head + b"ex:Garden sh:targetClass ex:Garden ; sh:node ex:Lamp .", TURTLE, by=ME)

    with pytest.raises(InvalidDocumentError, match="Garden"):
        await sets.remove("house", by=ME)


async def test_a_shape_for_an_engine_is_taken(sets: ShapeSets) -> None:
    await put(sets, SPARQL.encode())

    assert [*sets.running.collection.shapes.model.engine_only] == ["urn:example:Slow"]


@pytest.mark.parametrize("name", ["", "a b", "ä", "-x", "x" * 101, "a/b", "policies", "audit", "dry-run"])
async def test_what_is_no_name_is_refused(sets: ShapeSets, name: str) -> None:
    with pytest.raises(RefusedError):
        await put(sets, name=name)


async def test_a_set_of_a_file_is_only_read(sets: ShapeSets) -> None:
    with pytest.raises(ReadOnlySetError, match="core is from a file"):
        await put(sets, name="core")
    with pytest.raises(ReadOnlySetError):
        await sets.remove("core", by=ME)

    assert (await sets.get("core")).content == lamp(1, "Core")


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (Condition(match=frozenset({f'"{content_hash(lamp())}"'})), True),
        (Condition(match=frozenset({'"elsewhere"'})), False),
        (Condition(any_match=True), True),
        (Condition(absent=True), False),
        (Condition(none_match=frozenset({f'"{content_hash(lamp())}"'})), False),
    ],
)
async def test_a_change_may_have_a_condition(sets: ShapeSets, condition: Condition, holds: bool) -> None:
    await put(sets)
    if holds:
        assert (await sets.put("house", lamp(2), TURTLE, condition, by=ME)).changed
        return
    with pytest.raises(ConflictError):
        await sets.put("house", lamp(2), TURTLE, condition, by=ME)


async def test_what_is_not_there_is_told(sets: ShapeSets) -> None:
    with pytest.raises(NotRegisteredError, match="there are core"):
        await sets.get("house")
    with pytest.raises(NotRegisteredError):
        await sets.remove("house", by=ME)
    with pytest.raises(NotRegisteredError):
        await sets.versions("house")
    with pytest.raises(NotRegisteredError):
        await sets.activate("house", 1, by=ME)


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("application/n-triples", b"<urn:S> <http://www.w3.org/ns/shacl#targetNode> <urn:a> ."),
        ("application/ld+json", b'{"@id": "urn:S", "http://www.w3.org/ns/shacl#targetNode": {"@id": "urn:a"}}'),
        ("application/rdf+xml", RDF_XML),
    ],
)
async def test_a_set_may_come_in_any_syntax(sets: ShapeSets, media_type: str, body: bytes) -> None:
    await sets.put("house", body, media_type, by=ME)
    targets = sets.running.collection.shapes.model.shapes["urn:S"].targets

    assert targets.nodes == ("urn:a",)


async def test_a_set_in_no_syntax_of_rdf_is_refused(sets: ShapeSets) -> None:
    with pytest.raises(UnsupportedMediaTypeError, match="text/turtle"):
        await sets.put("house", b"<html>", "text/html", by=ME)
    with pytest.raises(DecodingError):
        await sets.put("house", b"{", "application/ld+json", by=ME)


async def test_there_is_a_bound_for_sets_and_for_their_size(database_url: str, sandbox: Sandbox) -> None:
    async with managed(database_url, settings=ShapesSettings(max_sets=1, max_set_bytes=1024), sandbox=sandbox) as sets:
        await put(sets)
        await put(sets, lamp(2))
        with pytest.raises(RefusedError, match=r"shapes\.max_sets"):
            await put(sets, name="garden")
        with pytest.raises(RefusedError, match=r"shapes\.max_set_bytes"):
            await put(sets, lamp() + b"#" * 1024)


async def test_only_so_many_versions_are_kept(database_url: str, sandbox: Sandbox) -> None:
    async with managed(database_url, settings=ShapesSettings(kept_versions=2), sandbox=sandbox) as sets:
        for least in range(1, 5):
            await put(sets, lamp(least))
        holds, versions = await sets.versions("house")

    assert (holds, [version.number for version in versions]) == (4, [4, 3])


async def test_policies_that_are_put_hold_instead_of_the_settings(sets: ShapeSets) -> None:
    given = Policies(PolicySettings(policy="log", rules=(PolicyRule(set="core", policy="reject"),)))
    done = await sets.put_policies(given, by=ME)
    policies, version = await sets.policies()

    assert policies == sets.running.collection.policies == given
    assert done.hash == given.hash
    assert version is not None
    assert version.by == ME


async def test_policies_that_are_removed_give_way_to_the_settings(sets: ShapeSets) -> None:
    await sets.put_policies(Policies(PolicySettings(policy="log")), by=ME)
    await sets.remove_policies(by=ME)

    assert await sets.policies() == (Policies(), None)
    assert sets.running.collection.policies == Policies()


async def test_policies_are_versioned_as_sets_are(sets: ShapeSets) -> None:
    await sets.put_policies(Policies(PolicySettings(policy="log")), by=ME)
    await sets.put_policies(Policies(PolicySettings(policy="mark")), by=ME)
    await sets.activate(POLICIES, 1, by=ME)

    assert sets.running.collection.policies.settings.policy == "log"


async def test_a_change_of_policies_compiles_nothing(sets: ShapeSets) -> None:
    shapes = sets.running.collection.shapes
    await sets.put_policies(Policies(PolicySettings(policy="log")), by=ME)

    assert sets.running.collection.shapes is shapes


async def test_policies_for_a_set_that_is_not_there_are_refused(sets: ShapeSets) -> None:
    with pytest.raises(InvalidDocumentError, match="names no shape set: hose; there are core") as caught:
        await sets.put_policies(Policies(PolicySettings(rules=(PolicyRule(set="hose", policy="log"),))), by=ME)

    assert caught.value.findings[0][0] == "/rules"


async def test_a_set_that_policies_name_is_not_removed(sets: ShapeSets) -> None:
    await put(sets)
    await sets.put_policies(Policies(PolicySettings(rules=(PolicyRule(set="house", policy="log"),))), by=ME)

    with pytest.raises(InUseError, match="a rule of the policies names house"):
        await sets.remove("house", by=ME)


async def test_policies_have_a_condition_even_before_any_were_put(sets: ShapeSets) -> None:
    policies = Policies(PolicySettings(policy="log"))
    with pytest.raises(ConflictError):
        await sets.put_policies(policies, Condition(match=frozenset({'"other"'})), by=ME)
    known = Condition(match=frozenset({f'"{Policies().hash}"'}))

    assert (await sets.put_policies(policies, known, by=ME)).changed


async def test_every_change_is_in_the_audit(sets: ShapeSets) -> None:
    first = await put(sets)
    second = await put(sets, lamp(2))
    await sets.activate("house", 1, by="you")
    await sets.remove("house", by=ME)
    told = await sets.audit(10**9, 100)

    assert [(entry.action, entry.name, entry.number, entry.before, entry.after) for entry in told] == [
        (Action.REMOVE, "house", 1, first, ""),
        (Action.ACTIVATE, "house", 1, second, first),
        (Action.PUT, "house", 2, first, second),
        (Action.PUT, "house", 1, "", first),
    ]
    assert [entry.by for entry in told] == [ME, "you", ME, ME]
    assert told[3].collection == told[1].collection != told[2].collection


async def test_the_audit_is_read_in_pages(sets: ShapeSets) -> None:
    for least in range(1, 4):
        await put(sets, lamp(least))
    newest = await sets.audit(10**9, 1)
    older = await sets.audit(newest[0].position, 10)

    assert [entry.number for entry in (*newest, *older)] == [3, 2, 1]


async def test_every_change_is_logged_with_who_and_what(sets: ShapeSets, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        hash_ = await put(sets)
    (line,) = [record.__dict__ for record in caplog.records if record.message == "shapes changed"]

    assert (line["action"], line["set"], line["by"], line["before"], line["after"]) == ("put", "house", ME, "", hash_)


async def test_what_is_tried_is_judged_by_what_runs(sets: ShapeSets) -> None:
    await put(sets)
    told = await sets.tried(b"<urn:a> a <urn:example:Bulb> .", TURTLE, None)

    assert (told["conforms"], told["count"], told["focusNodes"]) == (False, 2, 1)
    assert set(told["focusNodesPerShape"]) == {"<urn:example:Core>", "<urn:example:Lamp>"}
    assert told["shapes"] == sets.running.collection.hash


async def test_what_is_tried_may_bring_its_shapes(sets: ShapeSets) -> None:
    told = await sets.tried(b"<urn:a> a <urn:example:Bulb> .", TURTLE, lamp(1, "Other", "Warning"))

    assert (told["conforms"], told["severities"]) == (True, {"Warning": 1})
    assert list(sets.running.collection.sets) == ["core"]


async def test_shapes_that_are_tried_and_wrong_say_so(sets: ShapeSets) -> None:
    with pytest.raises(InvalidDocumentError, match="minimumCount"):
        await sets.tried(b"", TURTLE, BAD.encode())


async def test_a_gateway_that_comes_later_runs_what_is_stored(database_url: str, sandbox: Sandbox) -> None:
    async with managed(database_url, sandbox=sandbox) as first:
        await put(first)
        await first.put_policies(Policies(PolicySettings(policy="log")), by=ME)
        async with managed(database_url, sandbox=sandbox) as second:
            assert second.running.collection.hash == first.running.collection.hash
            assert second.running.collection.position == first.running.collection.position
            assert second.running.collection.policies.settings.policy == "log"


async def test_what_one_gateway_changes_the_other_follows(database_url: str, sandbox: Sandbox) -> None:
    async with managed(database_url, sandbox=sandbox) as first, managed(database_url, sandbox=sandbox) as second:
        await put(first)
        before = second.running.collection.hash
        await second.running.catch_up()

        assert before != second.running.collection.hash == first.running.collection.hash


async def test_a_change_that_was_made_meanwhile_elsewhere_is_kept(database_url: str, sandbox: Sandbox) -> None:
    async with managed(database_url, sandbox=sandbox) as first, managed(database_url, sandbox=sandbox) as second:
        await put(first, name="one")
        await put(second, lamp(2, "Two"), name="two")

        assert list(second.running.collection.sets) == ["core", "one", "two"]


async def test_changes_that_meet_are_all_kept(database_url: str, sandbox: Sandbox) -> None:
    async with managed(database_url, sandbox=sandbox) as first, managed(database_url, sandbox=sandbox) as second:
        names = [f"set{number}" for number in range(6)]
        puts = [
            (first if number % 2 else second).put(name, lamp(number, f"Lamp{number}"), TURTLE, by=ME)
            for number, name in enumerate(names)
        ]
        await asyncio.gather(*puts)
        await first.running.catch_up()
        await second.running.catch_up()

        assert list(first.running.collection.sets) == list(second.running.collection.sets) == ["core", *names]
        assert first.running.collection.hash == second.running.collection.hash


async def test_a_fault_of_ours_leaves_what_ran(database_url: str, sandbox: Sandbox) -> None:
    def faulty(collection: Collection) -> None:
        raise RuntimeError(f"a bug with {collection.position}")

    async with managed(database_url, sandbox=sandbox) as first, managed(database_url, sandbox=sandbox) as second:
        before = second.running.collection
        second.running.listeners.append(faulty)
        await put(first)
        await second.running.catch_up()

        assert second.running.collection is before
        assert "RuntimeError: a bug" in str(second.running.failure)


async def test_files_that_are_read_again_are_used(database_url: str, sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "folder.ttl").write_bytes(lamp(5, "Folder"))
    async with managed(database_url, sandbox=sandbox) as sets:
        await put(sets)
        changed = await sets.running.reload(ShapesSettings(folders=(tmp_path,), engine="pyshacl", policy="log"))
        again = await sets.running.reload(ShapesSettings(folders=(tmp_path,), engine="pyshacl", policy="log"))
        found = list(sets.running.collection.sets)
        (entry,) = [one for one in await sets.audit(10**9, 10) if one.action is Action.RELOAD]

    assert (changed, again) == (True, False)
    assert found[-2:] == ["folder", "house"]
    assert sets.running.collection.policies.settings.policy == "log"
    assert entry.after == entry.collection == sets.running.collection.hash != entry.before


async def test_files_that_are_wrong_change_nothing(database_url: str, sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "folder.ttl").write_text(BAD)
    async with managed(database_url, sandbox=sandbox) as sets:
        before = sets.running.collection
        with pytest.raises(ShapeError, match=r"folder\.ttl"):
            await sets.running.reload(ShapesSettings(folders=(tmp_path,), engine="pyshacl"))

        assert sets.running.collection is before
        assert list(sets.running.base.sets) == ["core"]


async def test_policies_that_were_put_hold_before_settings_that_are_read_again(
    database_url: str, sandbox: Sandbox
) -> None:
    async with managed(database_url, sandbox=sandbox) as sets:
        await sets.put_policies(Policies(PolicySettings(policy="mark")), by=ME)
        await sets.running.reload(ShapesSettings(engine="pyshacl", policy="log"))

        assert sets.running.has_stored_policies
        assert sets.running.collection.policies.settings.policy == "mark"


async def test_what_takes_too_long_is_given_up(database_url: str) -> None:
    many = "\n".join(f"<urn:a{number}> a <urn:example:Lamp> ." for number in range(100_000)).encode()
    with Sandbox(deadline_s=0.2, memory_bytes=1024**3) as impatient:
        async with managed(database_url, sandbox=impatient) as sets:
            with pytest.raises(SandboxError, match="longer than"):
                await sets.tried(many, TURTLE, None)


async def test_only_so_much_waits(database_url: str, sandbox: Sandbox) -> None:
    async with managed(database_url, sandbox=sandbox) as sets:
        workshop = Workshop(sandbox, patience_s=0.01)
        busy = [workshop.tried(sets.running.base.compiler, (), b"", TURTLE) for _ in range(50)]
        done = await asyncio.gather(*busy, return_exceptions=True)

    assert any(isinstance(one, UnavailableError) for one in done)
    assert any(isinstance(one, dict) for one in done)


async def test_what_cannot_be_used_here_leaves_what_ran(
    database_url: str, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """The other gateway has a file with the name of the set."""
    files = base({"core": lamp(1, "Core"), "house": lamp(3, "House")})
    async with (
        managed(database_url, sandbox=sandbox) as first,
        managed(database_url, files, sandbox=sandbox) as second,
    ):
        before = second.running.collection
        await put(first)
        await second.running.catch_up()
        await second.running.catch_up()
        failed = second.running.failure
        await first.remove("house", by=ME)
        await second.running.catch_up()

    assert failed is not None
    assert "rename the file" in failed.error
    assert before.hash == second.running.collection.hash
    assert second.running.failure is None
    assert len([record for record in caplog.records if record.levelno == logging.ERROR]) == 1


async def test_a_gateway_that_cannot_use_what_is_stored_does_not_begin(database_url: str, sandbox: Sandbox) -> None:
    async with managed(database_url, sandbox=sandbox) as first:
        await put(first)
        async with managed(database_url, base({"house": lamp(3)}), sandbox=sandbox) as second:
            assert not second.running.is_open
            assert second.running.failure is not None


async def test_a_rule_of_the_settings_that_names_no_set_keeps_a_gateway_from_beginning(
    database_url: str, sandbox: Sandbox
) -> None:
    rules = PolicySettings(rules=(PolicyRule(set="hose", policy="log"),))
    async with managed(database_url, base(policies=rules), sandbox=sandbox) as sets:
        assert not sets.running.is_open
        assert "names no shape set: hose" in str(sets.running.failure)
