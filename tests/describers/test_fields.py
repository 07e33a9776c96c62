"""What strangers report makes a description grow, within bounds, and every value has a place of its own."""

from __future__ import annotations

import pytest

from semantic_gw.contracts import Field, Reading
from semantic_gw.describers.fields import (
    MAX_FORMS,
    MAX_OPTIONS,
    MAX_PATH,
    FieldDescriber,
    address_of,
    place_of,
    value_of,
)
from semantic_gw.lexicon import Lexicon, Meaning, Unknown
from semantic_gw.model import Finding, Json, Source
from semantic_gw.rdf.namespaces import SGW
from semantic_gw.readers.fields import FieldRules
from semantic_gw.readers.rules import parse_rules
from semantic_gw.readers.templates import Message

DESCRIBER = FieldDescriber(Lexicon.load(), broker="mqtt://localhost/", gateway="https://gateway.example/")
OUTSIDE = Field(("temperature",), 5, "°C")
WITHIN = Field(("temperature", "humidity"), 50, "%", kind=SGW + "Humidity")
ERRORS = {"path": "error_code", "kind": "Fault", "states": {"0": "Faultless"}, "other": "Faulty"}


def grown(document: dict[str, Json] | None, *fields: Field, address: str = "a") -> dict[str, Json]:
    found = DESCRIBER.grown(Reading("urn:x", "x", fields), document, Source("mqtt", address))
    return found or document or {}


def meaning(field: Field) -> Meaning:
    found = DESCRIBER.meaning_of(field)
    assert isinstance(found, Meaning)
    return found


def place(field: Field, document: dict[str, Json]) -> tuple[str, ...]:
    return place_of(field, meaning(field), document)


def error(value: Json) -> Field:
    found = FieldRules(parse_rules({"thing": "urn:x", "field": [ERRORS]})).field(
        (("error_code",), ("error_code",), value), Message({}, {}, {}), []
    )
    assert found is not None
    return found


@pytest.mark.parametrize("order", [(OUTSIDE, WITHIN), (WITHIN, OUTSIDE)])
def test_a_name_that_is_also_a_container_has_a_place_beside_it(order: tuple[Field, Field]) -> None:
    document = grown(None, *order)

    assert place(order[0], document) == order[0].path
    assert len(place(order[1], document)) == 1
    assert place(order[1], document)[0] not in order[0].path


@pytest.mark.parametrize("order", [(OUTSIDE, WITHIN), (WITHIN, OUTSIDE)])
def test_a_container_that_comes_later_leaves_the_description_as_it_is_from_then_on(order: tuple[Field, Field]) -> None:
    first = grown(None, order[0])
    both = grown(first, order[1])

    assert len(both["properties"]) == 2
    assert grown(both, *order) is both
    assert grown(both, *reversed(order)) is both


def test_every_value_that_is_not_listed_is_the_same_option() -> None:
    document = grown(None, error(2))

    assert grown(document, error(0), error(3), error("E 77")) is document
    assert [one["const"] for one in document["properties"]["error_code"]["oneOf"]] == ["0", "other"]


@pytest.mark.parametrize(("value", "key", "state"), [(0, "0", "Faultless"), (3, "other", "Faulty")])
def test_a_value_is_told_by_its_key(value: Json, key: str, state: str) -> None:
    found = error(value)

    assert value_of(found, meaning(found)) == key
    assert meaning(found).states[key] == SGW + state


def test_an_affordance_has_no_more_forms_than_the_most() -> None:
    document = grown(None, OUTSIDE)
    for number in range(MAX_FORMS + 5):
        document = grown(document, OUTSIDE, address=f"topic/{number}")

    assert len(document["properties"]["temperature"]["forms"]) == MAX_FORMS
    assert grown(document, OUTSIDE, address="another") is document


def test_a_value_is_lifted_by_a_form_that_is_there_where_there_is_no_room() -> None:
    document = grown(None, OUTSIDE, address="first one")
    told = [(OUTSIDE, meaning(OUTSIDE))]

    assert address_of(told, document, "first one") == "first one"
    assert address_of(told, document, "another") == "first one"


def test_an_address_counts_that_has_as_much_as_any() -> None:
    document = grown(grown(None, OUTSIDE, address="a"), OUTSIDE, address="b")

    assert address_of([(OUTSIDE, meaning(OUTSIDE))], document, "b") == "b"


def test_an_event_has_no_more_options_than_the_most() -> None:
    document: dict[str, Json] | None = None
    for number in range(MAX_OPTIONS + 5):
        document = grown(document, Field(("action",), f"single_{number}"))

    assert document is not None
    assert len(document["events"]["action"]["data"]["oneOf"]) == MAX_OPTIONS


def test_a_name_that_is_too_long_is_left_with_a_reason() -> None:
    found = DESCRIBER.meaning_of(Field(("x" * MAX_PATH, "temperature"), 5, "°C"))

    assert isinstance(found, Unknown)
    assert found.reason == "a name of 212 characters is longer than the 200 that are described"


def test_a_unit_that_is_too_long_is_left_with_a_reason() -> None:
    found = DESCRIBER.meaning_of(Field(("temperature",), 5, "°" * 101))

    assert found == Unknown("a text of 101 characters is no unit")


def test_names_that_are_too_long_are_neither_looked_up_nor_remembered() -> None:
    rules = FieldRules(parse_rules({"thing": "urn:x"}))
    left: list[Finding] = []
    names = ("x" * 100_000,)

    assert rules.field((names, names, 5), Message({}, {}, {}), left) is None
    assert left[0].detail == "a name of 100000 characters is longer than the 200 that are looked up"
    assert not rules._known


def test_names_are_remembered_in_a_bounded_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("semantic_gw.readers.fields._REMEMBERED", 2)
    rules = FieldRules(parse_rules({"thing": "urn:x"}))
    for name in ("a", "b", "a", "c"):
        rules.field(((name,), (name,), 5), Message({}, {}, {}), [])

    assert list(rules._known) == [((), ("b",)), ((), ("c",))]
