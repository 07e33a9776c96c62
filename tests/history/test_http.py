"""The history as clients meet it, in a gateway that runs."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pyoxigraph as ox
import pytest

from semantic_gw.rdf.namespaces import SAREF, UNIT
from tests.live.gateway_process import GatewayProcess

THING = "urn:dev:mac:00158d0003429eda"
PATH = f"/things/{THING}/properties/temperature/history"
COUNT = 24
DEFINITION = {
    "vendor": "v",
    "model": "m",
    "exposes": [
        {"type": "numeric", "name": "temperature", "property": "temperature", "access": 1, "unit": "°C"},
        {"type": "binary", "name": "state", "property": "state", "access": 1, "value_on": "ON", "value_off": "OFF"},
    ],
}
DEVICE = {
    "ieee_address": "0x00158d0003429eda",
    "friendly_name": "kitchen",
    "type": "EndDevice",
    "definition": DEFINITION,
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A gateway that has a history of one Thing: temperatures of 20.0 °C to 22.3 °C, a tenth each."""
    process = GatewayProcess(tmp_path_factory.mktemp("history"))
    process.start()
    with httpx.Client(base_url=process.url, timeout=30.0, trust_env=False) as client:
        _send(client, "/ingest/zigbee2mqtt/bridge/devices", [DEVICE])
        for number in range(COUNT):
            _send(client, "/ingest/zigbee2mqtt/kitchen", {"temperature": 20 + number / 10, "state": "ON"})
        _until(client, COUNT)
        yield client
    process.stop()


def _send(client: httpx.Client, path: str, body: Any) -> None:
    client.post(path, json=body).raise_for_status()


def _until(client: httpx.Client, count: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        answer = client.get(PATH)
        if answer.status_code == 200 and len(answer.json()["observations"]) >= count:
            return
        assert time.monotonic() < deadline, answer.text
        time.sleep(0.2)


def values(answer: httpx.Response) -> list[Any]:
    assert answer.status_code == 200, answer.text
    return [one["value"] for one in answer.json()["observations"]]


def test_the_last_day_is_told_where_no_range_is_given(client: httpx.Client) -> None:
    assert values(client.get(PATH)) == [round(20 + number / 10, 1) for number in range(COUNT)]


def test_the_unit_is_told(client: httpx.Client) -> None:
    assert client.get(PATH).json()["unit"] == UNIT + "DEG_C"


@pytest.mark.parametrize("unit", ["K", UNIT + "K", "unit:K", "kelvin"])
def test_another_unit_is_converted_to(client: httpx.Client, unit: str) -> None:
    assert values(client.get(PATH, params={"unit": unit}))[0] == 293.15


def test_a_unit_that_does_not_fit_is_refused_with_those_that_do(client: httpx.Client) -> None:
    answer = client.get(PATH, params={"unit": "kg"})

    assert answer.status_code == 400
    assert "Cel" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("aggregate", "value"),
    [
        ("avg", 21.15),
        ("min", 20.0),
        ("max", 22.3),
        ("sum", 507.6),
        ("count", 24),
        ("first", 20.0),
        ("last", 22.3),
        ("median", 21.15),
    ],
)
def test_an_aggregate_of_the_whole_range(client: httpx.Client, aggregate: str, value: float) -> None:
    assert values(client.get(PATH, params={"aggregate": aggregate})) == [pytest.approx(value)]


def test_a_time_weighted_mean_lies_between_least_and_most(client: httpx.Client) -> None:
    (mean,) = values(client.get(PATH, params={"aggregate": "time-weighted"}))

    assert 20.0 <= mean <= 22.3


def test_buckets_have_begin_end_and_count(client: httpx.Client) -> None:
    params = {"aggregate": "avg", "every": "P1D", "timezone": "Europe/Amsterdam", "from": "-P2D"}
    found = client.get(PATH, params=params).json()["observations"]

    assert sum(one["count"] for one in found) == COUNT
    assert found[0].keys() == {"time", "end", "value", "count"}


def test_pages_are_linked(client: httpx.Client) -> None:
    answer, found = client.get(PATH, params={"limit": 10}), []
    while True:
        found += values(answer)
        if "next" not in answer.links:
            break
        answer = client.get(answer.links["next"]["url"])

    assert found == values(client.get(PATH))


def test_the_newest_may_come_first(client: httpx.Client) -> None:
    assert values(client.get(PATH, params={"order": "desc", "limit": 2})) == [22.3, 22.2]


def test_csv_has_a_line_an_observation(client: httpx.Client) -> None:
    answer = client.get(PATH, headers={"Accept": "text/csv"})
    rows = list(csv.DictReader(io.StringIO(answer.text)))

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert [float(row["value"]) for row in rows] == values(client.get(PATH))


def test_senml_has_a_record_an_observation(client: httpx.Client) -> None:
    records = client.get(PATH, headers={"Accept": "application/senml+json"}).json()

    assert records[0]["bn"] == f"{THING}/temperature"
    assert {record["u"] for record in records} == {"Cel"}
    assert [record["v"] for record in records] == values(client.get(PATH))


@pytest.mark.parametrize("media_type", ["application/n-quads", "text/turtle", "application/n-triples"])
def test_rdf_has_the_observations_of_the_bus(client: httpx.Client, media_type: str) -> None:
    answer = client.get(PATH, headers={"Accept": media_type})
    form = ox.RdfFormat.from_media_type(media_type)
    assert form is not None
    quads = list(ox.parse(answer.content, format=form))
    made = {quad.subject for quad in quads if quad.object == ox.NamedNode(SAREF + "Observation")}

    assert len(made) == COUNT


def test_states_are_told_as_they_are(client: httpx.Client) -> None:
    found = values(client.get(PATH.replace("temperature", "state")))

    assert found == ["https://w3id.org/semantic-gw/On"] * COUNT


def test_states_have_no_mean(client: httpx.Client) -> None:
    answer = client.get(PATH.replace("temperature", "state"), params={"aggregate": "avg"})

    assert answer.status_code == 400
    assert "count, first, last" in answer.json()["detail"]


def test_the_series_of_a_thing_are_listed(client: httpx.Client) -> None:
    found = client.get(f"/things/{THING}/history").json()["series"]

    assert {one["property"] for one in found} >= {"state", "temperature"}
    assert client.get(found[0]["href"]).status_code == 200


def test_an_id_may_be_percent_encoded(client: httpx.Client) -> None:
    assert client.get(PATH.replace(":", "%3A")).status_code == 200


def test_head_has_no_body(client: httpx.Client) -> None:
    answer = client.head(PATH)

    assert (answer.status_code, answer.content) == (200, b"")


def test_what_a_client_has_already_is_not_sent_again(client: httpx.Client) -> None:
    whole = {"from": "2020-01-01", "to": "2100-01-01"}
    tag = client.get(PATH, params=whole).headers["etag"]

    assert client.get(PATH, params=whole, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    "query",
    [
        "from=yesterday",
        "from=2026-11-24&to=2026-11-23",
        "aggregate=mode",
        "every=PT1H",
        "aggregate=avg&every=1h",
        "aggregate=avg&every=P0D",
        "timezone=Mars/Olympus",
        "limit=0",
        "limit=100000000",
        "cursor=x",
        "order=up",
        "where=here",
        "aggregate=avg&every=PT1S&from=1970-01-01",
    ],
)
def test_a_question_that_is_wrong_is_refused_with_a_problem(client: httpx.Client, query: str) -> None:
    answer = client.get(f"{PATH}?{query}")

    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/things/urn:x:y/history", PATH.replace("temperature", "colour")])
def test_what_was_never_kept_is_not_found(client: httpx.Client, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 404
    assert "there is no history of" in answer.json()["detail"]


def test_a_form_that_is_not_there_is_not_acceptable(client: httpx.Client) -> None:
    assert client.get(PATH, headers={"Accept": "image/png"}).status_code == 406


def test_it_cannot_be_written(client: httpx.Client) -> None:
    assert client.post(PATH, json={}).status_code == 405


def test_the_history_is_healthy(client: httpx.Client) -> None:
    assert json.loads(client.get("/health/ready").text)["history"] == {"off": "", "away": None}


PREFIXES = """PREFIX sgw: <https://w3id.org/semantic-gw/> PREFIX saref: <https://saref.etsi.org/core/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> PREFIX unit: <http://qudt.org/vocab/unit/>
PREFIX td: <https://www.w3.org/2019/wot/td#> """


def solutions(client: httpx.Client, where: str) -> list[dict[str, str]]:
    answer = client.get(
        "/sparql",
        params={"query": f"{PREFIXES} SELECT * WHERE {{ {where} }}"},
        headers={"Accept": "application/sparql-results+json"},
    )
    assert answer.status_code == 200, answer.text
    return [{name: term["value"] for name, term in one.items()} for one in answer.json()["results"]["bindings"]]


def test_sparql_joins_what_is_now_with_the_mean_of_a_day(client: httpx.Client) -> None:
    where = """?o saref:observes ?p ; saref:hasResult/saref:hasValue ?now .
        SERVICE sgw:history { [] sgw:ofProperty ?p ; sgw:within "PT24H"^^xsd:duration ; sgw:aggregate sgw:Mean ;
            sgw:ofKind sgw:Temperature ; sgw:value ?mean ; sgw:unit ?unit ; sgw:count ?n }"""
    deadline = time.monotonic() + 20
    while not (found := solutions(client, where)) and time.monotonic() < deadline:
        time.sleep(0.2)
    (row,) = found

    assert row["p"] == f"{THING}#temperature"
    assert float(row["mean"]) == pytest.approx(21.15)
    assert (float(row["now"]), row["n"], row["unit"]) == (22.3, "24", UNIT + "DEG_C")


def test_sparql_converts_to_a_unit(client: httpx.Client) -> None:
    where = f"""SERVICE sgw:history {{ ?h sgw:ofThing ?t ; sgw:ofKind sgw:Temperature ; sgw:unit unit:K ;
        sgw:aggregate sgw:Least ; sgw:value ?v VALUES ?t {{ <{THING}> <urn:x:y> }} }}"""

    assert [float(row["v"]) for row in solutions(client, where)] == [293.15]


def test_sparql_has_every_observation_and_its_time(client: httpx.Client) -> None:
    where = f"SERVICE sgw:history {{ [ sgw:ofProperty <{THING}#temperature> ; sgw:value ?v ; sgw:time ?t ] }}"

    assert len(solutions(client, where)) == COUNT


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "?s ?p ?o",
        "[] sgw:value ?v . FILTER(?v > 3)",
        "[] sgw:aggregate sgw:Mode ; sgw:value ?v",
        "[] sgw:every 'PT1H' ; sgw:value ?v",
        "[] sgw:from 'yesterday' ; sgw:value ?v",
        "[] sgw:within ?w ; sgw:value ?v",
        "[] sgw:value 21.5",
        "[] sgw:value ?v . [] sgw:time ?t",
        "[] sgw:value",
        "[ sgw:value ?v",
        "VALUES (?a ?b",
        "[] sgw:ofKind sgw:Temperature ; sgw:unit unit:KiloGM ; sgw:value ?v",
    ],
)
def test_a_pattern_that_is_wrong_is_refused(client: httpx.Client, pattern: str) -> None:
    answer = client.get("/sparql", params={"query": f"{PREFIXES} SELECT * {{ SERVICE sgw:history {{ {pattern} }} }}"})

    assert answer.status_code == 400, answer.text
