"""What in a Thing Description cannot be used for lifting is told, with what to add."""

from __future__ import annotations

import json

import pytest

from semantic_gw.lifters import MOST_WARNINGS, warnings
from semantic_gw.lifters.meanings import meanings
from semantic_gw.lifters.reading import read
from semantic_gw.lifters.rules import Unclear
from semantic_gw.model import Json, ThingDescription
from tests.lifters.hand_written import LEXICON, at, described, findings
from tests.shared import shared

CELSIUS = {"type": "number", "unit": "°C"}


def test_nothing_is_told_of_what_can_be_used() -> None:
    thing = described(
        {"temperature": {**CELSIUS, "forms": at()}},
        actions={"toggle": {"forms": [{"href": "coap://lamp/toggle"}]}},
        forms=[{"href": "http://lamp/all", "op": ["readallproperties", "writeallproperties"]}],
    )

    assert findings(thing) == {}


@pytest.mark.parametrize(
    ("affordance", "pointer", "detail"),
    [
        ({"type": "number", "unit": "%"}, "", "the unit '%' does not fit temperature"),
        ({"type": "number", "unit": "bananas"}, "", "the unit 'bananas' of temperature is not known"),
        ({"type": "number"}, "", "has no unit"),
        ({"type": "array", "items": CELSIUS}, "", "does not say what stands where"),
        ({"type": "object"}, "", "without described fields"),
        ({"type": "integer", "@type": "sosa:phenomenonTime"}, "", "a numeric time wants one of the units"),
        ({**CELSIUS, "writeOnly": True}, "", "write-only"),
        ({**CELSIUS, "scale": 1}, "", "may mean several things"),
        ({"type": "string", "format": "date-time"}, "", "sgw:PhenomenonTime"),
        ({**CELSIUS, "forms": [{"href": "coap://lamp/t"}]}, "/forms/0", "no way in for coap"),
        ({**CELSIUS, "forms": [{"href": "http://h/{;x}"}]}, "/forms/0", "not supported"),
        ({**CELSIUS, "forms": [{"href": "http://h/x", "op": "writeproperty"}]}, "", "no form says where it reports"),
        ({**CELSIUS, "forms": [{"href": "http://h/x", "op": "observe"}]}, "/forms/0", "nothing is reported by observe"),
        ({**CELSIUS, "forms": [{"href": "mqtt://b/x", "mqv:controlPacket": "publish"}]}, "", "no form says"),
        ({"type": "object", "properties": {"a/b": {"type": "number"}}}, "/properties/a~1b", "is not known"),
        ({"saref:hasStateKind": "sgw:OnOff", "enum": ["rot"]}, "", "sgw:state"),
    ],
)
def test_what_cannot_be_used_is_told(affordance: dict[str, Json], pointer: str, detail: str) -> None:
    found = findings(described({"temperature": {"forms": at(), **affordance}}))

    assert detail in found[f"/properties/temperature{pointer}"]


def test_an_event_without_a_kind_is_told() -> None:
    thing = described({}, events={"overheated": {"forms": [{"href": "mqtt://b/x"}]}})

    assert "sgw:hasEventKind" in findings(thing)["/events/overheated"]


def test_a_form_of_the_thing_that_reports_nothing_is_told() -> None:
    forms = [{"href": "http://lamp/events", "op": "subscribeallevents"}]

    assert findings(described({}, forms=forms)) == {"/forms/0": "nothing is reported by subscribeallevents"}


def test_a_property_that_only_the_thing_reports_needs_no_form_of_its_own() -> None:
    form = {"href": "http://lamp/set", "op": "writeproperty"}
    thing = described(
        {"temperature": {**CELSIUS, "forms": [form]}}, forms=[{"href": "http://lamp/", "op": "readallproperties"}]
    )

    assert findings(thing) == {}


def test_there_are_never_more_than_a_reader_reads() -> None:
    thing = described({f"a{n}": {"forms": at()} for n in range(200)})
    found = warnings(thing, LEXICON)

    assert len(found) == MOST_WARNINGS
    assert "151 more" in found[-1].detail


def test_each_affordance_of_real_descriptions_is_read_or_told_of() -> None:
    for path in sorted(shared("wot/td-valid").iterdir()):
        document = json.loads(path.read_text("utf-8"))
        reading = read(ThingDescription(document.get("id", "urn:x"), document), meanings(LEXICON))
        rules = {rule.affordance: rule for plan in reading.plans().values() for rule in plan.rules}
        read_ = {name.split(".")[0] for name, rule in rules.items() if not isinstance(rule.sense, Unclear)}
        told = {finding.pointer.split("/")[2] for finding in reading.findings if finding.pointer.count("/") > 1}

        assert {*document.get("properties", {}), *document.get("events", {})} <= read_ | told, path.name
