from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import cbor2
import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message, Receive

from semantic_gw.asgi import Body
from semantic_gw.bindings.http import INGEST_OPENAPI, address_of
from semantic_gw.bindings.http_capture import MAX_CAPTURE_RECORDS, CaptureIntake
from semantic_gw.model import Source
from semantic_gw.problems import ProblemError
from semantic_gw.settings import HttpSettings
from tests.bindings.http_server import START, MemoryIntake, application, ingest, serving

JSON = {"content-type": "application/json"}
NDJSON = {"content-type": "application/x-ndjson"}


@pytest.fixture(scope="module")
def kept() -> MemoryIntake:
    return MemoryIntake()


@pytest.fixture(scope="module")
def port(kept: MemoryIntake) -> Iterator[int]:
    with serving(application(kept)) as port:
        yield port


@pytest.fixture
def intake(kept: MemoryIntake) -> Iterator[MemoryIntake]:
    kept.taken, kept.batches, kept.room = [], [], None
    yield kept
    kept.room = None


@pytest.fixture
def client(port: int, intake: MemoryIntake) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        yield client


def outcomes(response: httpx.Response) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in response.text.splitlines()]


def test_a_payload_is_taken_and_named(client: httpx.Client, intake: MemoryIntake) -> None:
    response = client.post("/ingest/zigbee2mqtt/kitchen", content=b'{"a": 1}', headers=JSON)

    (payload,) = intake.taken
    assert response.status_code == 202
    assert response.json() == {"id": payload.id}
    assert response.headers["location"] == f"/messages/{payload.id}"


def test_a_payload_keeps_bytes_type_address_and_time(client: httpx.Client, intake: MemoryIntake) -> None:
    client.post("/ingest/zigbee2mqtt/K%C3%BCche", content=b'{"a": 1}', headers={"content-type": "Application/JSON;v=1"})

    (payload,) = intake.taken
    assert payload.body == b'{"a": 1}'
    assert payload.content_type == "Application/JSON;v=1"
    assert payload.source == Source("http", "zigbee2mqtt/Küche")
    assert payload.received_at > START


def test_the_same_payload_twice_is_two_messages(client: httpx.Client) -> None:
    first, second = (client.post("/ingest/a", content=b"1", headers=JSON).json()["id"] for _ in range(2))

    assert first != second


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (cbor2.dumps({"a": 1}), "application/cbor"),
        (b"[]", "application/senml+json"),
        (b"on", "text/plain"),
        (b"on", None),
    ],
)
def test_any_type_with_a_codec_is_taken(client: httpx.Client, body: bytes, content_type: str | None) -> None:
    headers = {"content-type": content_type} if content_type else {}

    assert client.post("/ingest/a", content=body, headers=headers).status_code == 202


def test_a_body_without_length_is_taken(client: httpx.Client, intake: MemoryIntake) -> None:
    response = client.post("/ingest/a", content=iter([b'{"a"', b":1}"]), headers=JSON)

    assert response.status_code == 202
    assert intake.taken[0].body == b'{"a":1}'


def test_a_full_spool_is_503_with_a_time_to_come_back(client: httpx.Client, intake: MemoryIntake) -> None:
    intake.room = 0
    response = client.post("/ingest/a", content=b"1", headers=JSON)

    assert response.status_code == 503
    assert response.headers["retry-after"] == "5"
    assert response.json()["detail"] == "the spool is full"


def test_what_cannot_be_decoded_is_not_taken(client: httpx.Client, intake: MemoryIntake) -> None:
    response = client.post("/ingest/a/b", content=b'{"a":1', headers=JSON)

    assert not intake.taken
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json() == {
        "type": "https://w3id.org/semantic-gw/problems#decoding",
        "title": "Decoding",
        "status": 400,
        "detail": "no JSON: expecting ',' delimiter at byte 6 of 6",
        "instance": "/ingest/a/b",
        "reason": "decoding",
    }


def test_an_unknown_media_type_is_415_and_told_what_there_is(client: httpx.Client) -> None:
    response = client.post("/ingest/a", content=b"a", headers={"content-type": "application/x-unheard-of"})
    accepted = response.headers["accept-post"].split(", ")

    assert response.status_code == 415
    assert {"application/cbor", "application/json", "text/plain", "application/x-ndjson"} <= set(accepted)
    assert response.json()["detail"].startswith("no codec for application/x-unheard-of; there are application/cbor")


def test_bytes_of_no_told_type_are_taken_for_a_family_to_know(client: httpx.Client) -> None:
    response = client.post("/ingest/a", content=b"\x1b\x1b", headers={"content-type": "application/octet-stream"})

    assert response.status_code == 202


def test_another_method_is_405_and_told_which_is_possible(client: httpx.Client) -> None:
    response = client.get("/ingest/a")

    assert response.status_code == 405
    assert response.headers["allow"] == "POST"


def test_a_connection_goes_on_after_a_body_that_was_read(client: httpx.Client) -> None:
    refused = client.post("/ingest/a", content=b"{", headers=JSON)

    assert "connection" not in refused.headers


@pytest.mark.parametrize(
    ("path", "address"),
    [
        (b"/ingest", None),
        (b"/ingest/a", "a"),
        (b"/ingest/a/b/", "a/b/"),
        (b"/ingest//a", "/a"),
        (b"/ingest/a//b", "a//b"),
        (b"/ingest/a%2Fb", "a/b"),
        (b"/%69ngest/a", "a"),
        (b"/ingest/a%20b%3F%25", "a b?%"),
        (b"/ingest/...", "..."),
        (b"/ingest/ingest/a", "ingest/a"),
        (b"/ingest/" + b"%C3%A4" * 512, "ä" * 512),
    ],
)
def test_a_path_names_an_address(path: bytes, address: str | None) -> None:
    assert address_of(path) == address


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        (b"/ingest/", 400, "an address is missing"),
        (b"/ingest/" + b"a" * 1025, 414, "more than 1024 bytes"),
        (b"/ingest/" + b"%C3%A4" * 513, 414, "more than 1024 bytes"),
        (b"/ingest/a%00", 400, "the control character U+0000"),
        (b"/ingest/a%0D%0Ab", 400, "the control character U+000D"),
        (b"/ingest/%C2%85", 400, "the control character U+0085"),
        (b"/ingest/a/%23", 400, "# and + are wildcards"),
        (b"/ingest/a/+/b", 400, "# and + are wildcards"),
        (b"/ingest/../messages", 400, "the segments . and .. are not allowed"),
        (b"/ingest/%2e%2e/messages", 400, "the segments . and .. are not allowed"),
        (b"/ingest/a/./b", 400, "the segments . and .. are not allowed"),
        (b"/ingest/%C3", 400, "byte 0 is none"),
        (b"/ingest/a%ED%A0%80", 400, "byte 1 is none"),
        (b"/ingest/100%", 400, "a percent sign itself is %25"),
        (b"/ingest/%zz", 400, "a percent sign itself is %25"),
    ],
)
def test_a_path_that_names_none_is_refused(path: bytes, status: int, said: str) -> None:
    with pytest.raises(ProblemError) as caught:
        address_of(path)

    assert caught.value.problem.status == status
    assert said in caught.value.problem.detail


def test_a_path_under_a_root_path_names_the_same_address() -> None:
    assert address_of(b"/gateway/ingest/a", "/gateway") == "a"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_an_address_survives_percent_encoding(address: str) -> None:
    path = "/ingest/" + "".join(f"%{byte:02X}" for byte in address.encode())
    try:
        found = address_of(path.encode())
    except ProblemError:
        return

    assert found == address


def capture(*records: dict[str, Any]) -> bytes:
    return b"".join(json.dumps({"id": str(number), **record}).encode() + b"\n" for number, record in enumerate(records))


def test_a_capture_is_answered_record_by_record(client: httpx.Client, intake: MemoryIntake) -> None:
    transport = {"kind": "mqtt", "topic": "zigbee2mqtt/lamp"}
    body = capture(
        {"transport": transport, "payload": "good"},
        {"transport": transport, "payload": "bad"},
        {"transport": transport},
        {"transport": transport, "payload": "unknown", "meta": {"x": 1}},
    )
    told = outcomes(client.post("/ingest", content=body, headers=NDJSON))

    ids = [payload.id for payload in intake.taken]
    assert told == [
        {"id": "0", "message": ids[0], "outcome": "published"},
        {"id": "1", "message": ids[1], "outcome": "dead-letter", "reason": "lifting"},
        {
            "id": "2",
            "outcome": "refused",
            "reason": "line 3: exactly one of payload, payload_text, payload_hex, payload_b64 is wanted, there is none",
        },
        {"id": "3", "message": ids[2], "outcome": "accepted"},
    ]
    assert {payload.source for payload in intake.taken} == {Source("capture", "zigbee2mqtt/lamp")}
    assert intake.taken[2].description == {"x": 1}


def test_what_cannot_be_decoded_is_taken_from_a_capture(client: httpx.Client, intake: MemoryIntake) -> None:
    body = capture({"content_type": "application/json", "payload_text": "{"})

    assert outcomes(client.post("/ingest", content=body, headers=NDJSON))[0]["outcome"] == "accepted"
    assert intake.taken[0].body == b"{"


def test_a_capture_is_taken_in_batches(client: httpx.Client, intake: MemoryIntake) -> None:
    body = capture(*[{"payload": number} for number in range(1201)])
    told = outcomes(client.post("/ingest", content=body, headers=NDJSON))

    assert intake.batches == [500, 500, 201]
    assert [line["id"] for line in told] == [str(number) for number in range(1201)]


def test_batches_are_bounded_in_bytes_too(client: httpx.Client, intake: MemoryIntake) -> None:
    body = capture(*[{"payload_text": "x" * 1_500_000} for _ in range(6)])
    outcomes(client.post("/ingest", content=body, headers=NDJSON))

    assert intake.batches == [3, 3]


def test_an_empty_capture_is_answered_with_nothing(client: httpx.Client) -> None:
    assert outcomes(client.post("/ingest", content=b"\n\n", headers=NDJSON)) == []


def test_a_capture_for_a_full_spool_is_503(client: httpx.Client, intake: MemoryIntake) -> None:
    intake.room = 0

    assert client.post("/ingest", content=capture({"payload": 1}), headers=NDJSON).status_code == 503


def test_a_spool_that_fills_up_in_the_middle_is_told_per_record(client: httpx.Client, intake: MemoryIntake) -> None:
    intake.room = 500
    told = outcomes(client.post("/ingest", content=capture(*[{"payload": 1}] * 501), headers=NDJSON))

    assert [line["outcome"] for line in told] == ["accepted"] * 500 + ["unavailable"]
    assert told[-1]["reason"] == "the spool is full: send it again"


@pytest.mark.parametrize("content_type", [None, "application/json", "text/plain"])
def test_a_capture_of_another_type_is_415(client: httpx.Client, content_type: str | None) -> None:
    headers = {"content-type": content_type} if content_type else {}

    assert client.post("/ingest", content=b"{}", headers=headers).status_code == 415


def test_a_capture_with_too_many_records_is_taken_up_to_the_limit(
    client: httpx.Client, intake: MemoryIntake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("semantic_gw.bindings.http_capture.MAX_CAPTURE_RECORDS", 3)
    told = outcomes(client.post("/ingest", content=capture(*[{"payload": 1}] * 9), headers=NDJSON))

    assert MAX_CAPTURE_RECORDS == 100_000
    assert len(intake.taken) == 3
    assert told[3] == {
        "id": None,
        "outcome": "refused",
        "reason": "a request takes 3 records: send those from line 4 in another",
    }
    assert len(told) == 4


async def call(intake: MemoryIntake, receive: Receive, path: str = "/ingest/a", **settings: Any) -> list[Message]:
    """What the way in sends while it receives from *receive*."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    media_type = b"application/x-ndjson" if path == "/ingest" else b"application/json"
    scope = {
        "type": "http",
        "method": "POST",
        "http_version": "1.1",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"x"), (b"content-type", media_type)],
    }
    await ingest(intake, **settings)(scope, receive, send)
    return sent


def sending(*messages: Message, pause_s: float = 0.0) -> Receive:
    """A client that sends *messages*, pausing before each, and then nothing more."""
    left = list(messages)

    async def receive() -> Message:
        await asyncio.sleep(pause_s if left else 60)
        return left.pop(0)

    return receive


def part(body: bytes, *, more: bool = True) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


async def test_nothing_is_taken_and_nothing_sent_when_the_client_hangs_up() -> None:
    intake = MemoryIntake()
    sent = await call(intake, sending(part(b"1"), {"type": "http.disconnect"}))

    assert (sent, intake.taken) == ([], [])


async def test_a_body_that_does_not_arrive_in_time_is_408() -> None:
    intake = MemoryIntake()
    sent = await call(intake, sending(part(b"1")), body_timeout_s=0.05)

    assert sent[0]["status"] == 408
    assert not intake.taken


async def test_a_capture_that_stops_in_the_middle_is_told_up_to_there() -> None:
    intake = MemoryIntake()
    receive = sending(part(b'{"id":"1","payload":1}\n{"id"'))
    sent = await call(intake, receive, path="/ingest", body_timeout_s=0.05)

    first, rest = sent[1]["body"].splitlines()
    assert sent[0]["status"] == 200
    assert json.loads(first)["outcome"] == "accepted"
    assert json.loads(rest) == {"id": None, "outcome": "refused", "reason": "the body did not arrive within 0.05 s"}


async def test_without_anybody_who_knows_outcomes_records_are_accepted() -> None:
    intake = MemoryIntake()
    capture = CaptureIntake(intake, None, 1000, lambda: START)
    told = await capture.take(Body(sending(part(b'{"id":"1","payload":1}', more=False)), HttpSettings()))

    assert json.loads(told)["outcome"] == "accepted"


async def test_a_capture_of_which_nothing_arrives_is_408() -> None:
    sent = await call(MemoryIntake(), sending(), path="/ingest", body_timeout_s=0.05)

    assert sent[0]["status"] == 408


async def test_a_slow_capture_is_taken_as_long_as_records_come() -> None:
    intake = MemoryIntake()
    parts = [part(b'{"id":"1","payload":1}\n') for _ in range(5)]
    receive = sending(*parts, part(b"", more=False), pause_s=0.1)
    sent = await call(intake, receive, path="/ingest", body_timeout_s=0.4)

    assert sent[0]["status"] == 200
    assert len(intake.taken) == 5


def test_it_is_served_inside_a_fastapi_application() -> None:
    intake = MemoryIntake()
    api = FastAPI()
    api.router.routes.extend(ingest(intake).routes())
    with serving(api) as port:
        taken = httpx.post(f"http://127.0.0.1:{port}/ingest/a", content=b"1", headers=JSON)
        elsewhere = httpx.post(f"http://127.0.0.1:{port}/ingested", content=b"1", headers=JSON)

    assert (taken.status_code, elsewhere.status_code) == (202, 404)


def test_it_is_served_in_front_of_an_application() -> None:
    intake = MemoryIntake()
    api = FastAPI()
    with serving(ingest(intake).in_front_of(api)) as port:
        taken = httpx.post(f"http://127.0.0.1:{port}/ingest/a", content=b"1", headers=JSON)
        elsewhere = httpx.get(f"http://127.0.0.1:{port}/openapi.json")

    assert (taken.status_code, elsewhere.status_code) == (202, 200)


def test_both_paths_are_described_in_openapi_with_every_status_they_answer() -> None:
    single = INGEST_OPENAPI["/ingest/{address}"]["post"]["responses"]

    assert set(single) == {"202", "400", "408", "413", "414", "415", "503"}
    assert set(INGEST_OPENAPI["/ingest"]["post"]["responses"]) == {"200", "408", "415", "503"}
