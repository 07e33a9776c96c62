"""Documents that were made to hurt: each is answered in time, with little said."""

from __future__ import annotations

import json
import time

import pytest

from semantic_gw.directory.validation import check_description, check_model, read
from semantic_gw.model import Finding, Json
from tests.directory.validated import Document, description, model

SECONDS = 1.0
"""Far more than any of these takes, far less than what is quadratic in a megabyte; of processor time."""

LONG = "x" * 1_000_000
HREF: Document = {"forms": [{"href": "on"}]}


def properties(count: int, **members: Json) -> Document:
    return {f"p{index}": {**HREF, **members} for index in range(count)}


def nested(depth: int) -> Document:
    schema: Document = {"type": "wrong"}
    for _ in range(depth):
        schema = {"type": "object", "properties": {"a": schema}}
    return schema


def keys(count: int) -> Document:
    return {f"u{index}": {"scheme": "apikey", "in": "uri", "name": f"v{index}"} for index in range(count)}


def chain(count: int, by: str) -> Document:
    """Combinations that each have the next one, and a key."""
    return {f"c{index}": {"scheme": "combo", by: [f"c{index + 1}", f"u{index}"]} for index in range(count)}


DESCRIPTIONS: dict[str, Document] = {
    "10,000 affordances that are wrong": description(properties=properties(10_000, type="wrong")),
    "10,000 affordances without forms": description(properties={f"p{index}": {} for index in range(10_000)}),
    "the last of 10,000 affordances is wrong": description(properties=properties(10_000) | {"last": {}}),
    "100,000 faults in one schema": description(
        properties={"p": {**HREF, "properties": {f"a{index}": 1 for index in range(100_000)}}}
    ),
    "schemas nested deep, each wrong at its end": description(
        properties={"p": {**HREF, "properties": {f"a{index}": nested(28) for index in range(500)}}}
    ),
    "texts of a megabyte": description(id=LONG, title=LONG, titles={LONG: LONG}, base=LONG, security=LONG),
    "names of a megabyte": description(properties={LONG: {}}, actions={LONG: {"forms": [{"op": LONG}]}}),
    "a long name with much below": description(
        properties={"x" * 500_000: {"forms": [{"href": "{" * (index % 2)} for index in range(20_000)]}}
    ),
    "long names on the way down": description(
        properties={"p": {**HREF, "properties": {"x" * 200_000: {"enum": [*range(50_000), 1]}}}}
    ),
    "a megabyte of braces": description(properties={"p": {"forms": [{"href": "{" * 1_000_000}]}}),
    "300,000 variables": description(properties={"p": {"forms": [{"href": "{a}" * 300_000}]}}),
    "10,000 variables, and 10,000 forms with another": description(
        properties={f"p{index}": {"forms": [{"href": "{x}"}]} for index in range(10_000)},
        uriVariables={f"v{index}": {} for index in range(10_000)},
    ),
    "5,000 keys for each of 5,000 forms": description(
        properties=properties(5_000), securityDefinitions=keys(5_000), security=list(keys(5_000))
    ),
    "5,000 keys and 5,000 variables": description(
        properties=properties(5_000, uriVariables={"x": {}}), securityDefinitions=keys(5_000), security="u0"
    ),
    "a chain of combinations, all in the base": description(
        base="http://a/" + "".join(f"{{v{index}}}" for index in range(2_000)),
        properties=properties(2_000),
        securityDefinitions={**keys(2_001), **chain(2_000, "allOf"), "c2000": {"scheme": "psk"}},
        security="c0",
    ),
    "a circle of 10,000 combinations": description(
        securityDefinitions={
            **keys(10_000),
            **chain(9_999, "oneOf"),
            "c9999": {"scheme": "combo", "oneOf": ["c0", "c0"]},
        },
        security="c0",
    ),
    "an enum of 100,000, one twice": description(properties={"p": {**HREF, "enum": [*range(100_000), 5]}}),
    "a pattern that backtracks": description(properties={"p": {**HREF, "pattern": "(a*)*b" * 1_000}}),
    "100,000 contexts": description(**{"@context": ["https://www.w3.org/2022/wot/td/v1.1", *([1] * 100_000)]}),
    "50,000 links of rel type": description(links=[{"href": "a", "rel": "type"}] * 50_000),
}
MODELS: dict[str, Document] = {
    "a chain of 10,000 references": model(
        properties={f"p{index}": {"tm:ref": f"#/properties/p{index + 1}"} for index in range(10_000)}
    ),
    "100,000 optional affordances": model(**{"tm:optional": ["/properties/x"] * 100_000}),
    "a megabyte of braces": model(title="{{" * 500_000, base="{{" + LONG, description="}}" * 500_000),
    "a name of a megabyte with a placeholder": model(**{"{{" + LONG + "}}": 1}),
}
BODIES: dict[str, bytes] = {
    "70,000 twins": b"[" + b",".join([b'{"a":1,"a":2}'] * 70_000) + b"]",
    "a twin below a long name": b'{"a":1,"a":{"' + b"x" * 500_000 + b'":[' + b",".join([b"NaN"] * 100_000) + b"]}}",
    "100,000 numbers that are none": b"[" + b",".join([b"1e999"] * 100_000) + b"]",
    "100,000 halves of pairs": b"[" + b",".join([b'"\\ud800"'] * 100_000) + b"]",
}


@pytest.fixture(autouse=True, scope="module")
def compiled() -> None:
    """A schema is compiled once, before anything is timed."""
    check_description(description())
    check_model(model())


def in_time(findings: tuple[Finding, ...], began: float) -> None:
    assert time.process_time() - began < SECONDS
    assert len(findings) <= 100
    assert all(len(finding.pointer) <= 1000 and len(finding.detail) < 2000 for finding in findings)


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_a_hostile_description_is_answered(name: str) -> None:
    began = time.process_time()
    findings = check_description(DESCRIPTIONS[name])

    in_time(findings, began)


@pytest.mark.parametrize("name", MODELS)
def test_a_hostile_model_is_answered(name: str) -> None:
    began = time.process_time()
    findings = check_model(MODELS[name])

    in_time(findings, began)


@pytest.mark.parametrize("name", BODIES)
def test_hostile_bytes_are_answered(name: str) -> None:
    began = time.process_time()
    _, findings = read(BODIES[name], max_bytes=2 * 1024 * 1024)

    assert time.process_time() - began < 2 * SECONDS
    assert len(findings) == 100


def test_10_000_affordances_are_checked_within_a_tenth_of_a_second() -> None:
    document = json.loads(json.dumps(description(properties=properties(10_000, type="number", title="p"))))
    began = time.process_time()

    assert check_description(document) == ()
    assert time.process_time() - began < 0.1


def test_at_most_100_findings_are_told() -> None:
    assert len(check_description(description(properties=properties(10_000, type="wrong")))) == 100


def test_a_long_value_is_cut_where_it_is_told() -> None:
    ((_, detail),) = check_description(description(properties={"p": {**HREF, "type": LONG}}))

    assert len(detail) < 200


def test_a_place_too_far_away_is_told_by_what_it_is_in() -> None:
    ((pointer, _),) = check_description(description(properties={LONG: {}}))

    assert pointer == "/properties"
