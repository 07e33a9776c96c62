"""`/mappings` over HTTP: what is in use, and what a mapping would make of payloads."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse

from semantic_gw.api.mappings import MappingsApi, MappingsResource
from semantic_gw.app.parts import Parts, load_parts, mapping_folders
from semantic_gw.pipeline.mappings import Catalogue, Fault
from semantic_gw.pipeline.unknown import Unknown, UnknownNames
from semantic_gw.sandbox import Sandbox
from semantic_gw.settings import HttpSettings, Settings

NOW = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)
SHED = "address: shed/{device}\nfields: {t: {kind: Temperature, unit: °C}}\nversion: 3\n"
RML = """
@prefix rml: <http://w3id.org/rml/> .
@prefix saref: <https://saref.etsi.org/core/> .
<#o> rml:logicalSource [ rml:source "one.json" ; rml:referenceFormulation rml:JSONPath ] ;
  rml:subjectMap [ rml:template "urn:o:{n}" ; rml:class saref:Observation ] ;
  rml:predicateObjectMap [
    rml:predicate saref:madeBy ; rml:objectMap [ rml:template "urn:t:{n}" ; rml:termType rml:IRI ] ] .
"""
YARRRML = """
prefixes: {saref: "https://saref.etsi.org/core/"}
mappings:
  o:
    sources: [[one.json~jsonpath, $]]
    s: urn:o:$(n)
    po: [[saref:madeBy, urn:t:$(n)~iri]]
"""


@pytest.fixture(scope="module")
def parts() -> Parts:
    return load_parts(Settings())


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(deadline_s=60.0, memory_bytes=1024**3) as shared:
        yield shared


@pytest.fixture
def unknown() -> UnknownNames:
    return UnknownNames()


@pytest.fixture
async def client(parts: Parts, sandbox: Sandbox, unknown: UnknownNames) -> AsyncIterator[httpx.AsyncClient]:
    fault = Fault(Path("/somewhere/mine/shed.mapping.yaml"), "shed.mapping.yaml line 2: …", NOW, "shed")
    resource = MappingsResource(
        lambda: Catalogue(parts.catalogue.known, (fault,)),
        unknown,
        lambda _family, name: parts.lexicon.quantities((name,)),
        parts.pipeline,
        mapping_folders(parts.settings),
        sandbox,
        parts.ontology.quantity_kind,
        lambda: NOW,
    )
    app = MappingsApi(resource, HttpSettings()).in_front_of(PlainTextResponse("elsewhere", 404))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as found:
        yield found


def record(address: str = "shed/1", **value: Any) -> dict[str, Any]:
    return {"address": address, "payload": value}


async def tried(client: httpx.AsyncClient, mapping: str, *records: Any) -> dict[str, Any]:
    answer = await client.post("/mappings/dry-run", json={"mapping": mapping, "payloads": records})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_families_in_use_are_listed(client: httpx.AsyncClient, parts: Parts) -> None:
    told = (await client.get("/mappings")).json()

    assert [one["id"] for one in told["families"]] == [family.id for family in parts.families]
    assert {one["state"] for one in told["families"]} == {"in use"}
    assert all(one["version"] and len(one["hash"]) == 24 for one in told["families"])


async def test_a_family_has_a_thing_model(client: httpx.AsyncClient) -> None:
    answer = await client.get("/mappings/hfp/thing-model")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/tm+json")
    assert answer.json()["@type"][0] == "tm:ThingModel"


@pytest.mark.parametrize(
    ("family", "detail"),
    [
        ("senml", "the mapping senml has no Thing Model: its devices are not alike"),
        ("nobody", "no mapping nobody is in use; /mappings lists those that are"),
    ],
)
async def test_where_there_is_no_thing_model_the_reason_is_told(
    client: httpx.AsyncClient, family: str, detail: str
) -> None:
    answer = await client.get(f"/mappings/{family}/thing-model")

    assert (answer.status_code, answer.json()["detail"]) == (404, detail)


async def test_files_that_are_not_in_use_are_listed(client: httpx.AsyncClient) -> None:
    (fault,) = (await client.get("/mappings")).json()["faults"]

    assert (fault["file"], fault["family"]) == ("mine/shed.mapping.yaml", "shed")


async def test_names_that_nobody_knows_are_listed_with_what_they_may_be(
    client: httpx.AsyncClient, unknown: UnknownNames
) -> None:
    unknown.add("shed", [Unknown("power", "it has no unit", "/power")], "shed/1", NOW)
    (told,) = (await client.get("/mappings/unknown")).json()["names"]

    assert (told["family"], told["name"], told["count"], told["why"]) == ("shed", "power", 1, "it has no unit")
    assert "sgw:Power" in told["kinds"]
    assert (told["address"], told["at"]) == ("shed/1", NOW.isoformat())


async def test_a_short_mapping_is_tried(client: httpx.AsyncClient) -> None:
    told = await tried(client, SHED, record(t=20.5, oddity=3))
    (message,) = told["messages"]

    assert (told["mapping"]["version"], told["mapping"]["addresses"]) == ("3", ["shed/{device}"])
    assert "sgw:Temperature" in message["graphs"][0]["trig"]
    assert message["unmapped"] == ["/oddity"]


async def test_shapes_in_use_judge_what_comes_out(client: httpx.AsyncClient) -> None:
    (message,) = (await tried(client, SHED, record(t=20.5)))["messages"]

    assert (message["outcome"], message["graphs"][0]["conforms"]) == ("published", True)


async def test_a_mapping_like_a_family_is_tried(client: httpx.AsyncClient) -> None:
    mapping = "address: cellar/{device}/SENSOR\nlike: tasmota\n"
    (message,) = (await tried(client, mapping, record("cellar/a/SENSOR", BME280={"Temperature": 4}, TempUnit="C")))[
        "messages"
    ]

    assert "sgw:Temperature" in message["graphs"][0]["trig"]


@pytest.mark.parametrize("mapping", [RML, YARRRML], ids=["RML", "YARRRML"])
async def test_a_mapping_of_files_is_tried_on_every_record(client: httpx.AsyncClient, mapping: str) -> None:
    (message,) = (await tried(client, mapping, record("anywhere", n=7)))["messages"]

    assert "urn:t:7" in message["graphs"][0]["trig"]


async def test_an_address_that_is_not_the_mappings_is_told(client: httpx.AsyncClient) -> None:
    (message,) = (await tried(client, SHED, record("barn/1", t=1)))["messages"]

    assert message["outcome"] == "dead-letter"


async def test_what_is_no_record_is_told_by_itself(client: httpx.AsyncClient) -> None:
    messages = (await tried(client, SHED, "no record", record(t=1)))["messages"]

    assert [message["outcome"] for message in messages] == ["refused", "published"]


async def test_nothing_of_it_is_kept(client: httpx.AsyncClient, parts: Parts) -> None:
    await tried(client, SHED, record(t=1))

    assert parts.pipeline.things.document("urn:dev:ops:dry-run-1") is None


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"mapping": SHED.replace("Temperature", "Temprature")}, "line 2, fields.t.kind: no kind 'Temprature'"),
        ({"mapping": RML.replace("madeBy ;", "madeBy ; rml:wrong [] ;")[:-3]}, "/mapping"),
        ({"mapping": "?"}, "/mapping"),
        ({"mapping": 7}, "wants a text"),
        ({}, "wants a text"),
        ({"mapping": SHED, "payloads": {}}, "wants an array of at most 100 records"),
        ({"mapping": SHED, "payloads": [{}] * 101}, "wants an array of at most 100 records"),
        ({"mapping": SHED, "payload": []}, "there is no such member"),
        ([], "wants an object"),
    ],
)
async def test_what_is_wrong_is_told(client: httpx.AsyncClient, body: Any, told: str) -> None:
    answer = await client.post("/mappings/dry-run", json=body)

    assert answer.status_code == 400
    assert told in answer.text


async def test_what_takes_too_long_is_given_up(parts: Parts) -> None:
    with Sandbox(deadline_s=0.001, memory_bytes=1024**3) as hasty:
        folders = mapping_folders(parts.settings)
        quantity_kind = parts.ontology.quantity_kind
        resource = MappingsResource(
            lambda: parts.catalogue,
            (),
            lambda _family, _name: (),
            parts.pipeline,
            folders,
            hasty,
            quantity_kind,
            lambda: NOW,
        )
        app = MappingsApi(resource, HttpSettings()).in_front_of(PlainTextResponse("elsewhere", 404))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client:
            answer = await client.post("/mappings/dry-run", json={"mapping": SHED, "payloads": []})

    assert "took longer than" in answer.json()["detail"]
