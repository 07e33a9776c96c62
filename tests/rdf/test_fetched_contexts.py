from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any, Final

import pytest

from semantic_gw.errors import DescribingError, UnavailableError
from semantic_gw.model import Json, Literal
from semantic_gw.outbound import Answer, Outbound, OutboundError
from semantic_gw.rdf.contexts import TD_1_1
from semantic_gw.rdf.fetched_contexts import FetchedContexts
from semantic_gw.rdf.namespaces import XSD
from semantic_gw.rdf.thing_description import project
from semantic_gw.sandbox import Sandbox, SandboxError
from tests.rdf.descriptions import CONTEXT, THING, td

URL: Final = "https://schemas.example.com/lamp"
FLOOR: Final = "https://schemas.example.com/floor"
SIMPLE: Final = {"@context": {"floor": FLOOR}}
SCOPED: Final = {"@context": {"floor": FLOOR, "at": {"@id": "urn:at", "@context": {"floor": "urn:other"}}}}
DAY_S: Final = 24 * 3600.0
Td = dict[str, Json]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Hosts:
    """Answers by URL; others are not allowed."""

    def __init__(self, answers: Mapping[str, Answer | Exception]) -> None:
        self.answers = dict(answers)
        self.asked: list[str] = []

    async def aget(self, url: str, *, accept: str) -> Answer:
        self.asked.append(url)
        found = self.answers.get(url, OutboundError(f"{url} is not among those allowed"))
        if isinstance(found, Exception):
            raise found
        assert "ld+json" in accept
        return found


def answer(document: Json, *, status: int = 200, content_type: str = "application/ld+json", **headers: str) -> Answer:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return Answer(status, content_type, body, tuple(headers.items()))


def lamp(**members: Json) -> Td:
    return td(**{"@context": [CONTEXT, URL], "floor": 3, **members})


def floors(document: Td, fetched: FetchedContexts, **options: Any) -> set[Any]:
    foreign = asyncio.run(fetched.fetch(document))
    found = project(document, opaque=True, foreign=foreign, **options)
    return {o for s, p, o in found if (s, p) == (THING, FLOOR)}


THREE: Final = {Literal("3", XSD + "integer")}


@pytest.mark.parametrize(
    "context", [SIMPLE, SCOPED, {"@context": [SIMPLE["@context"], {}]}, {"@context": [TD_1_1, SIMPLE["@context"]]}]
)
def test_what_a_fetched_context_defines_is_projected(context: Json) -> None:
    assert floors(lamp(), FetchedContexts(Hosts({URL: answer(context)}))) == THREE


def test_it_is_known_from_then_on_and_fetched_once() -> None:
    hosts = Hosts({URL: answer(SIMPLE)})
    fetched = FetchedContexts(hosts)

    assert fetched.known(lamp()) == ()
    assert floors(lamp(), fetched) == floors(lamp(), fetched) == THREE
    assert len(fetched.known(lamp())) == 1
    assert hosts.asked == [URL]


def test_many_at_once_fetch_once() -> None:
    hosts = Hosts({URL: answer(SIMPLE)})
    fetched = FetchedContexts(hosts)

    async def many() -> None:
        await asyncio.gather(*(fetched.fetch(lamp()) for _ in range(8)))

    asyncio.run(many())

    assert hosts.asked == [URL]


def test_a_day_later_it_is_fetched_again_and_a_new_version_counts() -> None:
    clock, hosts = Clock(), Hosts({URL: answer(SIMPLE)})
    fetched = FetchedContexts(hosts, clock=clock)
    before = floors(lamp(), fetched)
    hosts.answers[URL] = answer({"@context": {"floor": "https://schemas.example.com/storey"}})
    clock.now = DAY_S

    assert before == THREE
    assert floors(lamp(), fetched) == set()
    assert len(hosts.asked) == 2


def test_a_day_later_the_old_one_stays_where_the_host_is_away() -> None:
    clock, hosts = Clock(), Hosts({URL: answer(SIMPLE)})
    fetched = FetchedContexts(hosts, clock=clock)
    floors(lamp(), fetched)
    hosts.answers[URL] = UnavailableError("away")
    clock.now = DAY_S

    assert floors(lamp(), fetched) == THREE
    assert fetched.reason(URL) == "away"


def test_one_that_failed_is_left_alone_for_a_minute() -> None:
    clock, hosts = Clock(), Hosts({URL: UnavailableError("away")})
    fetched = FetchedContexts(hosts, clock=clock)
    found = [floors(lamp(), fetched), floors(lamp(), fetched)]
    clock.now = 60
    hosts.answers[URL] = answer(SIMPLE)

    assert (*found, floors(lamp(), fetched)) == (set(), set(), THREE)
    assert len(hosts.asked) == 2


def test_without_hosts_nothing_is_fetched() -> None:
    assert asyncio.run(FetchedContexts.from_hosts(()).fetch(lamp())) == ()
    assert FetchedContexts.from_hosts(())._fetching is None
    assert isinstance(FetchedContexts.from_hosts(("schemas.example.com",))._fetching, Outbound)


def test_a_context_that_cannot_be_had_is_left_out_or_refused() -> None:
    fetched = FetchedContexts(Hosts({}))

    assert floors(lamp(), fetched) == set()
    with pytest.raises(DescribingError, match=f"no context is held for {URL}") as caught:
        project(lamp(), foreign=fetched.known(lamp()))
    assert caught.value.pointer == "/@context/1"


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (answer(SIMPLE, status=404), "status 404"),
        (answer(SIMPLE, content_type="text/html; charset=utf-8"), "text/html, which is no"),
        (answer(SIMPLE, content_type=""), "no media type"),
        (answer(b"{"), "is no JSON"),
        (answer(b"[" * 100_000), "is no JSON"),
        (answer([SIMPLE]), "has no @context"),
        (answer({"floor": FLOOR}), "has no @context"),
        (answer({"@context": "https://other.example/"}), "refers to another context, 'https://other.example/'"),
        (answer({"@context": [5]}), "refers to another context, '5'"),
        (answer({"@context": {"a": {"@id": "urn:a", "@context": "b"}}}), "refers to another context, 'b'"),
        (answer({"@context": {"@import": "https://other.example/"}}), "imports another context"),
        (answer({"@context": {f"t{n}": f"urn:{n}" for n in range(5_001)}}), "more than 5,000 terms"),
        (answer({"@context": {f"t{n}": {"@id": "urn:a", "@context": {}} for n in range(64)}}), "more than 64 contexts"),
        (answer(b"", status=301, location="https://other.example/"), "leads to another host"),
        (answer(b"", status=302, location=URL), "leads on and on"),
        (answer(b"", status=302, location="http://schemas.example.com:1/"), "leads to another host"),
    ],
)
def test_what_is_no_context_or_too_much_is_not_taken(document: Answer, reason: str) -> None:
    fetched = FetchedContexts(Hosts({URL: document}))

    assert floors(lamp(), fetched) == set()
    assert reason in fetched.reason(URL)


def test_a_context_within_a_context_may_not_be_too_deep() -> None:
    context: Td = {}
    for _ in range(17):
        context = {"a": {"@id": "urn:a", "@context": context}}
    fetched = FetchedContexts(Hosts({URL: answer({"@context": context})}))
    floors(lamp(), fetched)

    assert "within each other" in fetched.reason(URL)


def test_a_redirect_within_the_host_is_followed() -> None:
    hosts = Hosts({URL: answer(b"", status=302, location="/v2/lamp"), URL.replace("lamp", "v2/lamp"): answer(SIMPLE)})

    assert floors(lamp(), FetchedContexts(hosts)) == THREE


def test_only_the_latest_are_kept() -> None:
    urls = [f"https://schemas.example.com/{number}" for number in range(70)]
    fetched = FetchedContexts(Hosts({url: answer(SIMPLE) for url in urls}))
    for url in urls:
        asyncio.run(fetched.fetch(td(**{"@context": [CONTEXT, url]})))

    assert list(fetched._kept) == urls[-64:]


def test_only_so_many_bytes_are_kept() -> None:
    large = {"@context": {f"t{n}": "urn:" + "x" * 1_000 for n in range(500)}}
    urls = [f"https://schemas.example.com/{number}" for number in range(20)]
    fetched = FetchedContexts(Hosts({url: answer(large) for url in urls}))
    for url in urls:
        asyncio.run(fetched.fetch(td(**{"@context": [CONTEXT, url]})))

    assert sum(kept.size for kept in fetched._kept.values()) <= 8 * 1024 * 1024
    assert urls[-1] in fetched._kept


# ── Where the JSON-LD processor works ───────────────────────────────────────────────────────────────────────────────


class NoSandbox(Sandbox):
    """Fails where it is used."""

    def __init__(self) -> None:
        super().__init__(deadline_s=1, memory_bytes=1)

    def run(self, function: object, *args: object) -> Any:
        raise AssertionError(f"{function} left the process")


@pytest.mark.parametrize("document", [td(), td(**{"ex:floor": {"@id": "x"}}), lamp()])
def test_what_we_read_ourselves_never_leaves_the_process(document: Td) -> None:
    assert project(document, opaque=True, sandbox=NoSandbox())


def test_what_takes_the_processor_is_done_in_the_sandbox() -> None:
    with Sandbox(deadline_s=30, memory_bytes=512 * 1024**2) as sandbox:
        assert floors(lamp(), FetchedContexts(Hosts({URL: answer(SCOPED)})), sandbox=sandbox) == THREE
        assert sandbox._child is not None


def test_errors_of_the_processor_are_those_of_a_description() -> None:
    document = td(**{"@context": [CONTEXT, {"t": {"@id": 5}}]})
    sandbox = Sandbox(deadline_s=30, memory_bytes=512 * 1024**2)
    with sandbox, pytest.raises(DescribingError, match=r"not JSON-LD 1\.1"):
        project(document, sandbox=sandbox)


def test_a_description_that_takes_too_long_is_given_up() -> None:
    terms = {f"t{n}": {"@id": f"urn:{n}", "@context": {f"u{m}": f"urn:{m}" for m in range(70)}} for n in range(60)}
    document = lamp(**{f"t{n}": [{f"t{m}": {"u1": 1} for m in range(30)}] * 8 for n in range(40)})
    foreign = asyncio.run(FetchedContexts(Hosts({URL: answer({"@context": terms})})).fetch(document))
    sandbox = Sandbox(deadline_s=0.2, memory_bytes=512 * 1024**2)
    with sandbox, pytest.raises(SandboxError, match=r"longer than 0\.2 s"):
        project(document, foreign=foreign, sandbox=sandbox)
