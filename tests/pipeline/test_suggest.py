"""A draft finds what stands where; what nobody knows stands in it as a comment, with the reason."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import yaml

from semantic_gw.describers.fields import FieldDescriber
from semantic_gw.lexicon import Lexicon
from semantic_gw.model import Document, Json, Payload, Source
from semantic_gw.pipeline.suggest import drafts

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture(scope="module")
def describer() -> FieldDescriber:
    return FieldDescriber(Lexicon.load(), broker="mqtt://b/", gateway="https://g/")


def document(value: Json, address: str = "shed/1/state") -> Document:
    return Document(Payload(b"", "application/json", Source("mqtt", address), NOW), value, "application/json")


def draft(describer: FieldDescriber, *documents: Document) -> tuple[str, Json]:
    (text,) = drafts(documents, describer)
    return text, yaml.safe_load(text)


def test_the_level_in_which_addresses_differ_is_the_device(describer: FieldDescriber) -> None:
    _, made = draft(describer, document({"valve": "open"}), document({"valve": "open"}, "shed/2/state"))

    assert made["address"] == "shed/{device}/state"
    assert made["thing"].endswith("{device}")


@pytest.mark.parametrize(
    ("value", "thing"),
    [
        ({"mac": "AA:BB", "valve": "open"}, "urn:dev:mac:{/mac|hex}"),
        ({"deviceId": "x7", "valve": "open"}, "urn:dev:ops:shed-1-state-{/deviceId}"),
        ({"valve": "open"}, "urn:dev:ops:shed-1-state"),
    ],
)
def test_a_member_tells_the_device_where_the_address_does_not(
    describer: FieldDescriber, value: Json, thing: str
) -> None:
    assert draft(describer, document(value))[1]["thing"] == thing


@pytest.mark.parametrize(
    ("ts", "form"),
    [(1793528100, "s"), (1793528100000, "ms"), ("2026-11-24T10:00:00Z", "iso"), (12, None), (True, None)],
)
def test_a_time_is_found(describer: FieldDescriber, ts: Json, form: str | None) -> None:
    made = draft(describer, document({"ts": ts, "valve": "open"}))[1]

    assert (made["time"][0]["as"] if "time" in made else None) == form


def test_what_is_known_is_filled_in_and_what_is_not_is_a_comment(describer: FieldDescriber) -> None:
    text, made = draft(describer, document({"valve": "open", "temperature": 21.5, "foo": 1}))

    assert list(made["fields"]) == ["valve"]
    assert "# temperature: {kind: Temperature" in text
    assert "# foo: {kind: ?}" in text


def test_payloads_of_different_looks_are_drafted_apart(describer: FieldDescriber) -> None:
    found = drafts([document({"valve": "open"}), document({"door": "open"}, "hall")], describer)

    assert len(list(found)) == 2


@pytest.mark.parametrize("name", ["a b", 'a"b', "on", "a: b", "#x", "ü\u202e", "\x07", "", "-", "{x}", "a\\b"])
def test_whatever_names_are_the_draft_is_yaml(describer: FieldDescriber, name: str) -> None:
    _, made = draft(describer, document({"valve": "open", name: 1}, f"x/{name or 'y'}/z"))

    assert made["address"] == f"x/{name or 'y'}/z"
    assert "valve" in made["fields"]
