"""What is remembered of an edge node has an end, however many certificates it sends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from semantic_gw.codecs.sparkplug import SparkplugCodec
from semantic_gw.model import Finding
from semantic_gw.readers.sparkplug_births import Message, Node, born
from tests.codecs.sparkplug_wire import payload

NOW = datetime(2026, 11, 24, 10, 15, 2, tzinfo=UTC)
OIL: dict[str, Any] = {"name": "Oil/Temperature", "datatype": 9, "float_value": 48.5}
PUMP: dict[str, Any] = {
    "name": "Pump",
    "datatype": 19,
    "template_value": {"metrics": [{"name": "Temperature", "datatype": 9}], "is_definition": True},
}


def birth(device: str, *metrics: dict[str, Any]) -> Message:
    body: Any = SparkplugCodec().decode(payload(*metrics, timestamp=1_795_515_300_000, seq=1))
    return Message("plant", "press", device, body, NOW)


def full() -> tuple[Node, list[Finding]]:
    """A node with as many devices as are remembered."""
    left: list[Finding] = []
    node = replace(born(birth(""), None, left), devices=frozenset(map(str, range(10_000))) | {""})
    return node, left


def test_a_device_too_many_is_not_remembered_and_told() -> None:
    node, left = full()
    after = born(birth("pump", OIL), node, left)

    assert (after.devices, dict(after.by_name)) == (node.devices, {})
    assert [finding.detail for finding in left if "more than 10000 devices" in finding.detail]


def test_a_device_that_is_known_may_be_born_again() -> None:
    node, left = full()
    after = born(birth("17", OIL), node, left)

    assert list(after.by_name) == [("17", "Oil/Temperature")]


def test_templates_of_devices_are_merged_up_to_a_bound() -> None:
    one = born(birth("", OIL), None, []).by_name["", "Oil/Temperature"]
    node = Node(in_templates=dict.fromkeys(map(str, range(49_999)), one), devices=frozenset({""}))
    after = born(birth("first", PUMP), node, [])
    later = born(birth("second", {**PUMP, "name": "Fan"}), after, [])

    assert "Pump/Temperature" in after.in_templates
    assert list(later.in_templates) == list(after.in_templates)


def test_aliases_of_one_name_are_bounded() -> None:
    one = born(birth("", OIL), None, []).by_name["", "Oil/Temperature"]
    node = Node(by_alias=dict.fromkeys(range(50_000), one), devices=frozenset({""}))
    after = born(birth("pump", {**OIL, "alias": 60_000}), node, [])

    assert len(after.by_alias) == 50_000
