"""The queries in the documentation find what it says."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from semantic_gw.model import Observation
from semantic_gw.rdf.namespaces import SAREF, SGW, UNIT
from tests.shared import ROOT
from tests.subscriptions.conftest import World
from tests.view.graphs import METER, message

QUERIES = re.findall(r"```sparql\n(.*?)```", (ROOT / "docs" / "subscriptions.md").read_text("utf-8"), re.DOTALL)
THINGS = ("urn:example:meter", "urn:example:lamp", "urn:example:well")


@pytest.mark.parametrize(
    ("number", "found"),
    [
        pytest.param(0, {"urn:example:meter"}, id="meters"),
        pytest.param(1, {"urn:example:lamp"}, id="vault"),
        pytest.param(2, {"urn:example:well"}, id="well"),
    ],
)
async def test_a_worked_query_finds_its_thing(world: World, number: int, found: Any) -> None:
    await world.put("urn:example:meter", METER)
    await world.put("urn:example:lamp", **{SAREF + "isLocatedIn": "urn:example:vault"})
    await world.ask(query=QUERIES[number])
    power = Observation("power", SGW + "ActivePower", 2500.0, UNIT + "W", "")
    await world.tell(*(message(place, thing, state=SGW + "On") for place, thing in enumerate(THINGS)))
    await world.tell(*(replace(message(9, thing), observations=(power,)) for thing in THINGS[:2]))
    await world.matched_all()

    assert {one["thing"] for one in await world.matches()} == found
