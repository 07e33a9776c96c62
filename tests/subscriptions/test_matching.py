"""What comes on the bus, and what of it reaches whom."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from semantic_gw.model import Event, Literal
from semantic_gw.rdf.namespaces import GEO, SAREF, SGW
from tests.subscriptions.conftest import World, opened
from tests.view.graphs import METER, THING, message

ROOM = "urn:example:kitchen"
HOUSE = "urn:example:house"
TEMPERATURE = "sgw:AirTemperature"


async def only(world: World, id_: str = "one") -> list[str]:
    """The messages that *id_* was told of, by number, once all are looked at."""
    await world.matched_all()
    found = await world.matches(id_, least=0)
    return [one["message"].rpartition("/")[2] for one in found]


async def test_a_filter_by_kind_is_told_of_values_of_it(world: World) -> None:
    await world.ask(filter={"kinds": [TEMPERATURE]})
    await world.tell(message(1, t=21.5), message(2, state=SGW + "On"))
    (found,) = await world.matches()

    assert found["thing"] == THING
    assert found["observations"] == [
        {"affordance": "t", "kind": SGW + "AirTemperature", "value": 21.5, "unit": "http://qudt.org/vocab/unit/DEG_C"}
    ]


async def test_a_filter_by_a_broader_kind_finds_the_narrower(world: World) -> None:
    await world.ask(filter={"kinds": ["sgw:Temperature"]})
    await world.tell(message(1, t=21.5))

    assert len(await world.matches()) == 1


async def test_a_class_holds_its_subclasses(world: World) -> None:
    await world.put(THING, METER)
    await world.ask(filter={"classes": [SAREF + "Device"]})
    await world.tell(message(1, t=1.0), message(2, "urn:other", t=1.0))

    assert await only(world) == ["1"]


async def test_a_place_holds_what_is_in_a_room_of_it(world: World) -> None:
    await world.put(ROOM, **{SAREF + "isContainedIn": HOUSE})
    await world.put(THING, **{SAREF + "isLocatedIn": ROOM})
    await world.ask(filter={"place": HOUSE})
    await world.tell(message(1, t=1.0), message(2, "urn:other", t=1.0))

    assert await only(world) == ["1"]


async def test_a_box_holds_the_positions_in_it(world: World) -> None:
    await world.ask(filter={"place": {"bbox": [24.0, 60.0, 25.0, 61.0]}})
    inside, outside = (Literal(f"POINT({east} 60.2)", GEO + "wktLiteral") for east in (24.9, 26.0))
    await world.tell(message(1, p=inside), message(2, p=outside))

    assert await only(world) == ["1"]


async def test_a_threshold_is_in_the_unit_of_the_subscriber(world: World) -> None:
    await world.ask(filter={"kinds": [TEMPERATURE], "threshold": {"above": 70}, "unit": "°F"})
    await world.tell(message(1, t=20.0), message(2, t=25.0))
    (found,) = await world.matches()

    assert found["observations"][0]["value"] == 77.0
    assert found["observations"][0]["original"] == {"value": 25.0, "unit": "http://qudt.org/vocab/unit/DEG_C"}


async def test_hysteresis_tells_once_until_the_value_went_back(world: World) -> None:
    await world.ask(filter={"kinds": [TEMPERATURE], "threshold": {"above": 25, "hysteresis": 2}})
    values = (24.0, 25.5, 26.0, 24.0, 25.5, 22.9, 25.5)
    await world.tell(*(message(number, t=value) for number, value in enumerate(values)))

    assert await only(world) == ["1", "6"]


async def test_hysteresis_survives_a_restart(world: World) -> None:
    await world.ask(filter={"kinds": [TEMPERATURE], "threshold": {"above": 25, "hysteresis": 2}})
    await world.tell(message(1, t=26.0))
    await world.matches()
    await world.stop()
    world.make()
    world.start()
    await world.tell(message(2, t=26.5), message(3, t=20.0), message(4, t=26.0))

    assert await only(world) == ["1", "4"]


async def test_an_event_is_found_by_its_kind(world: World) -> None:
    await world.ask(filter={"kinds": ["sgw:ButtonPress"]})
    await world.tell(message(1, events=[Event("button", SGW + "ButtonPress", "single", "")]))
    (found,) = await world.matches()

    assert found["events"] == [{"affordance": "button", "kind": SGW + "ButtonPress", "data": "single"}]


async def test_what_was_before_is_not_told(world: World) -> None:
    await world.tell(message(1, t=21.5))
    await asyncio.sleep(0.01)
    await world.ask(filter={"kinds": [TEMPERATURE]})
    await world.tell(message(2, t=21.5))

    assert await only(world) == ["2"]


async def test_a_restart_repeats_nothing_and_loses_nothing(world: World) -> None:
    await world.ask(filter={"kinds": [TEMPERATURE]})
    await world.tell(message(1, t=21.5))
    await world.matches()
    await world.stop()
    await world.tell(message(2, t=21.5))
    world.make()
    world.start()
    await world.tell(message(3, t=21.5))
    await world.matches(least=3)

    assert await only(world) == ["1", "2", "3"]


async def test_what_is_removed_is_told_nothing_any_more(world: World) -> None:
    await world.ask(filter={"kinds": [TEMPERATURE]})
    async with world.client() as client:
        await client.delete("/subscriptions/one")
    await world.tell(message(1, t=21.5))

    assert await only(world) == []


PREFIXES = "PREFIX saref: <https://saref.etsi.org/core/> PREFIX sgw: <https://w3id.org/semantic-gw/>\n"
WARM = f"""{PREFIXES}
SELECT ?thing ?value {{
  GRAPH sgw:message {{
    ?o saref:madeBy ?thing ; saref:observes ?p ; saref:hasResult/saref:hasValue ?value .
    ?p saref:hasPropertyKind sgw:AirTemperature
  }}
  ?thing a saref:Device
  FILTER(?value > 25)
}}"""


async def test_a_query_joins_the_message_with_the_view(world: World) -> None:
    await world.put(THING, METER)
    await world.ask(query=WARM)
    await world.tell(message(1, t=26.0), message(2, t=20.0), message(3, "urn:other", t=26.0))
    found = await world.matches(seconds=30.0)
    numbers = await only(world)

    assert numbers == ["1"]
    assert found[0]["solutions"][0]["thing"] == {"type": "uri", "value": THING}


async def test_a_construct_tells_triples(world: World) -> None:
    construct = WARM.replace("SELECT ?thing ?value {", "CONSTRUCT { ?thing sgw:isWarm ?value } WHERE {")
    await world.put(THING, METER)
    await world.ask(query=construct)
    await world.tell(message(1, t=26.0))
    (found,) = await world.matches(seconds=30.0)

    assert found["triples"] == (
        f'<{THING}> <https://w3id.org/semantic-gw/isWarm> "26"^^<http://www.w3.org/2001/XMLSchema#double> .\n'
    )


BOMB = f"""{PREFIXES}
SELECT (COUNT(*) AS ?n) {{
  GRAPH sgw:message {{ ?p saref:hasPropertyKind sgw:AirTemperature }}
  ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l
}}"""


async def test_a_query_beyond_its_time_is_suspended_and_others_go_on(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        await world.put(THING, METER)
        await world.ask("bomb", query=BOMB)
        await world.ask(query=WARM)
        await world.tell(message(1, t=26.0))
        await world.matches(seconds=30.0)
        health = await world.health("bomb")

    assert health["state"] == "suspended"
    assert "longer than 0.5 s" in health["lastError"]


@pytest.mark.parametrize(
    ("document", "field"),
    [
        pytest.param({}, "#", id="neither filter nor query"),
        pytest.param({"filter": {"kinds": ["nobody knows"]}}, "/filter/kinds", id="no IRI"),
        pytest.param({"filter": {"kinds": [TEMPERATURE], "unit": "bananas"}}, "/filter/unit", id="no unit"),
        pytest.param({"filter": {"colour": "red"}}, "/filter/colour", id="no member"),
        pytest.param({"filter": {"place": {"bbox": [0, 9, 1, 2]}}}, "/filter/place", id="no box"),
        pytest.param({"filter": {"kinds": [TEMPERATURE]}, "expires": "soon"}, "/expires", id="no time"),
    ],
)
async def test_what_is_wrong_is_refused_with_its_place(world: World, document: Any, field: str) -> None:
    async with world.client() as client:
        answer = await client.post("/subscriptions", json=document)

    assert answer.status_code == 400
    assert any(fault["field"].startswith(field) for fault in answer.json()["validationErrors"]), answer.text
