"""Published Thing Descriptions and Thing Models: the valid ones have no finding, each invalid one has its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from semantic_gw.directory.validation import check_description, check_model, read
from semantic_gw.errors import DecodingError
from semantic_gw.model import Finding, Json
from tests.describers.devices import ADDRESS, IEEE, describer
from tests.shared import SHARED, shared

MOST = 1024 * 1024

NO_JSON = ("no JSON",)
"""For what is no document at all; every other row lists the pointers of all findings."""

HEAD = ("/title", "/security", "/securityDefinitions")
BEFORE_1_0 = ("/@context/0", *HEAD)

INVALID = {
    "domus-tdd-api__bad-json-schema.td.jsonld": ("/security", "/securityDefinitions"),
    "domus-tdd-api__bad-json.td.jsonld": NO_JSON,
    "pg-tm__extend.json": ("/@type",),
    "pg-tm__ref.json": ("/@type",),
    "pg__camelCase.json": ("/actions/toggle/forms/0/op/0",),
    "pg__duplicatePropertyAffordanceNames.json": ("/properties/status",),
    "pg__emptyEnum.json": ("/properties/status/enum",),
    "pg__emptyForm.json": ("/events/overheating/forms",),
    "pg__emptySecDef.json": ("/securityDefinitions",),
    "pg__invalidDataType.json": ("/actions/status/input/type",),
    "pg__invalidOp.json": ("/properties/brightness/forms/2/op/0",),
    "pg__invalidSecuMatch.json": ("/actions/toggle/forms/0/security/0",),
    "pg__invalidSecuScheme.json": ("/securityDefinitions/basic_sc/scheme",),
    "pg__noContext.json": ("/@context",),
    "pg__noForm1.json": ("/properties/status/forms",),
    "pg__noHref.json": ("/events/overheating/forms/0/href",),
    "pg__noTitle.json": ("/title",),
    "pg__versionInstanceMissing.json": ("/version/instance",),
    "plugfest-2016-beijing__mkovatsc-bt-demo-beijing-2016.jsonld": (*BEFORE_1_0, "/properties", "/actions", "/events"),
    "plugfest-2017-burlingame-FujitsuTDs__Fujitsu-iHouseLED.jsonld": (
        "/@context/0",
        "/title",
        "/securityDefinitions",
        "/security/0",
    ),
    "plugfest-2017-burlingame-Lemonbeat__lemonbeat.jsonld": BEFORE_1_0,
    "plugfest-2017-burlingame-PanasonicTDs__Panasonic-AmazonEcho.jsonld": BEFORE_1_0,
    "plugfest-2017-burlingame-SiemensTDs__ebus.jsonld": BEFORE_1_0,
    "plugfest-2017-burlingame-SiemensTDs__lamp-coap.jsonld": BEFORE_1_0,
    "plugfest-2018-bundang-Intel__intel-button.jsonld": (
        *BEFORE_1_0,
        *(f"/properties/status/forms/{index}/security/0" for index in range(1, 5)),
    ),
    "plugfest-2018-bundang-KETI__keti_iot_sensor1.jsonld": ("/@context", *HEAD),
    "plugfest-2018-bundang-Oracle__HVAC2.jsonld": (
        "/@context/0",
        "/title",
        "/securityDefinitions",
        "/created",
        "/properties/time/type",
        "/security/0",
    ),
    "plugfest-2018-bundang-Siemens__EventSource.jsonld": ("/@context", *HEAD),
    "plugfest-2024.11.Munich-Siemens__targetV.td.jsonld": NO_JSON,
    "plugfest-2024.11.Munich-WebThings_Gateway__gateway.td.json": tuple(
        f"/actions/{action}/forms/0/response/contentType"
        for action in ("createAnonymousThing", "updateThing", "partiallyUpdateThing", "deleteThing")
    ),
    "plugfest-2025.11.Kobe-Ege-td20__airconditioner.td.jsonld": ("/@context/0", "/securityDefinitions", "/security"),
    "plugfest-input_2022-Older-Siemens-siemens-node-wot__minItems_maxItems_oneOf.json": ("/forms/0/op",),
    "plugfest-input_2022-TinyIoT__directory.td.jsonld": tuple(
        f"/actions/{action}/forms/0/response/contentType"
        for action in ("createThing", "createAnonymousThing", "updateThing", "partiallyUpdateThing", "deleteThing")
    ),
    "plugfest-input_2022-siemens-logilab__directory.td.jsonld": tuple(
        f"/actions/{form}/response/contentType"
        for form in ("createTD/forms/0", "createTD/forms/1", "updateTD/forms/0", "updateTD/forms/1", "deleteTD/forms/0")
    ),
    "test-things__counter-thing.td.json": ("/security", "/securityDefinitions"),
    "thingweb-directory__temperatureSensorTD.jsonld": HEAD,
    "w3c-td-test__invalid-0.json": HEAD,
    "w3c-td-test__invalid-1.json": HEAD,
    "w3c-td-test__invalid-3.json": ("/properties/status/forms/0/href",),
    "zion__invalid.td.json": ("/properties/status/forms",),
}
"""Each invalid Thing Description, and where it is wrong."""

INVALID_MODELS = {
    "pg__absent_context.json": ("/@context",),
    "pg__absent_tm.json": ("/@type",),
    "pg__no_curly_bracket.json": ("/securityDefinitions/example_sc/scheme",),
    "pg__optionalWrongLocation.json": ("/tm:optional/0",),
    "pg__single_curly_bracket.json": ("/securityDefinitions/example_sc/scheme",),
}


def files(folder: str) -> list[str]:
    return sorted(path.name for path in (SHARED / "wot" / folder).glob("*"))


def checked(path: Path, check: Callable[[Json], tuple[Finding, ...]]) -> tuple[Finding, ...]:
    document, findings = read(path.read_bytes(), max_bytes=MOST)
    return findings + check(document)


def places(path: Path, check: Callable[[Json], tuple[Finding, ...]]) -> list[str]:
    try:
        return sorted(finding.pointer for finding in checked(path, check))
    except DecodingError:
        return list(NO_JSON)


@pytest.mark.parametrize("name", files("td-valid"))
def test_a_valid_description_has_no_finding(name: str) -> None:
    assert checked(shared("wot/td-valid") / name, check_description) == ()


@pytest.mark.parametrize("name", INVALID)
def test_an_invalid_description_is_told_where_it_is_wrong(name: str) -> None:
    assert places(shared("wot/td-invalid") / name, check_description) == sorted(INVALID[name])


def test_every_invalid_description_has_its_row() -> None:
    assert {path.name for path in shared("wot/td-invalid").iterdir()} == INVALID.keys()


@pytest.mark.parametrize("name", files("tm-valid"))
def test_a_valid_model_has_no_finding(name: str) -> None:
    assert checked(shared("wot/tm-valid") / name, check_model) == ()


@pytest.mark.parametrize("name", INVALID_MODELS)
def test_an_invalid_model_is_told_where_it_is_wrong(name: str) -> None:
    assert places(shared("wot/tm-invalid") / name, check_model) == sorted(INVALID_MODELS[name])


def test_every_invalid_model_has_its_row() -> None:
    assert {path.name for path in shared("wot/tm-invalid").iterdir()} == INVALID_MODELS.keys()


@pytest.mark.parametrize("name", files("tm-valid"))
def test_a_model_is_no_description(name: str) -> None:
    ((pointer, detail),) = checked(shared("wot/tm-valid") / name, check_description)

    assert pointer == "/@type"
    assert "this is a Thing Model" in detail
    assert "/models" in detail


@pytest.mark.parametrize("name", files("td-valid"))
def test_a_description_is_no_model(name: str) -> None:
    assert "/@type" in places(shared("wot/td-valid") / name, check_model)


def test_the_model_of_a_directory_has_no_finding() -> None:
    assert checked(shared("wot/model/directory.tm.jsonld"), check_model) == ()


# What our own describer makes.


def descriptions() -> Iterator[Json]:
    """Those of many devices of a family, and of a whole bridge."""
    for line in shared("payloads/zigbee2mqtt/metadata/definitions_exposes.ndjson").read_text("utf-8").splitlines():
        for thing in describer().describe({"ieee_address": IEEE, "definition": json.loads(line)}, ADDRESS).things:
            yield thing.document
    for message in json.loads(shared("payloads/zigbee2mqtt/bridge_websocket_dump.json").read_text("utf-8")):
        if str(message["topic"]).endswith("bridge/devices"):
            for thing in describer().describe(message["payload"], "zigbee2mqtt/bridge/devices").things:
                yield thing.document


def test_what_a_describer_makes_has_no_finding() -> None:
    bodies = [json.dumps(document).encode() for document in descriptions()]

    assert len(bodies) > 600
    assert [finding for body in bodies for finding in check_description(read(body, max_bytes=MOST)[0])] == []
