from __future__ import annotations

from datetime import UTC, datetime

import pytest

from semantic_gw.api.dry_run import DryRun
from semantic_gw.app.parts import load_parts
from semantic_gw.directory.preparation import Preparation
from semantic_gw.directory.projection import Projection
from semantic_gw.errors import InvalidDocumentError
from semantic_gw.lifters import warnings
from semantic_gw.model import Json
from semantic_gw.settings import Settings

FORM: dict[str, Json] = {"href": "mqtt://broker/x", "op": "observeproperty"}
THING: dict[str, Json] = {
    "@context": "https://www.w3.org/2022/wot/td/v1.1",
    "title": "lamp",
    "securityDefinitions": {"nosec_sc": {"scheme": "nosec"}},
    "security": "nosec_sc",
    "properties": {
        "temperature": {
            "type": "number",
            "unit": "°C",
            "forms": [{"href": "mqtt://broker/x", "op": "observeproperty"}],
        },
        "flux": {"type": "number", "forms": [{**FORM, "href": "mqtt://broker/y"}]},
    },
}


async def projected(_: Json) -> Projection:
    return Projection(b"")


@pytest.fixture
def tried() -> DryRun:
    parts = load_parts(Settings())
    preparation = Preparation(project=projected, warn=lambda thing: warnings(thing, parts.lexicon))
    return DryRun(parts.pipeline, preparation, lambda: datetime(2026, 11, 24, tzinfo=UTC))


async def test_a_dry_run_answers_with_warnings_and_messages(tried: DryRun) -> None:
    answer = await tried.answer({"thing": THING, "payloads": [{"address": "x", "payload": 21.5}]})

    assert [warning["pointer"] for warning in answer["warnings"]] == ["/properties/flux"]
    assert [message["outcome"] for message in answer["messages"]] == ["published"]


async def test_a_dry_run_without_payloads_tells_the_warnings(tried: DryRun) -> None:
    answer = await tried.answer({"thing": {**THING, "id": "urn:a"}})

    assert (len(answer["warnings"]), answer["messages"]) == (1, [])


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ([], ""),
        ({}, "/thing"),
        ({"thing": 5}, "/thing"),
        ({"thing": {**THING, "title": 5}}, "/thing/title"),
        ({"thing": THING, "payloads": {}}, "/payloads"),
        ({"thing": THING, "payloads": [{}] * 101}, "/payloads"),
    ],
)
async def test_a_body_that_is_wrong_says_where(tried: DryRun, body: Json, pointer: str) -> None:
    with pytest.raises(InvalidDocumentError) as caught:
        await tried.answer(body)

    assert caught.value.findings[0][0] == pointer
