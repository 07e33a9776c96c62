"""What the page on Thing Models shows comes out."""

from __future__ import annotations

import json
import re

from semantic_gw.directory.thing_models import instantiate
from tests.shared import ROOT

PAGE = ROOT / "docs" / "thing-models.md"


def test_the_models_and_the_request_of_the_page_make_its_thing() -> None:
    examples = re.findall(r"```json\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    switch, lamp, request, thing, *_ = map(json.loads, examples)

    made = instantiate(lamp, {switch["id"]: switch}.get, **request)

    assert made == thing
    assert [*made, *made["properties"]] == [*thing, *thing["properties"]]
