"""Coverage counts, for each family, what was understood and what was not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from semantic_gw.app.parts import load_parts
from semantic_gw.model import Payload, Source
from semantic_gw.pipeline.coverage import UNKNOWN, Coverage, Coverages
from semantic_gw.settings import Settings

NOW = datetime(2026, 11, 24, tzinfo=UTC)
DEVICE = {"ieee_address": "0x02a1b2fffe000001", "friendly_name": "x", "definition": {"exposes": [
    {"type": "numeric", "name": "temperature", "property": "temperature", "unit": "°C", "access": 1},
    {"type": "numeric", "name": "linkquality", "property": "linkquality", "access": 1}]}}  # fmt: skip


@pytest.fixture(scope="module")
def counted() -> dict[str, Coverage]:
    pipeline = load_parts(Settings()).pipeline
    coverages = Coverages()
    for body, address, description in [
        (b'{"temperature": 21.5, "mystery": 3, "linkquality": 80, "settings": {"led": 1}}', "zigbee2mqtt/x", DEVICE),
        (b"{", "zigbee2mqtt/x", None),
        (b"{}", "zigbee2mqtt/bridge/info", None),
        (b'{"a": 1}', "nowhere", None),
    ]:
        payload = Payload(body, "application/json", Source("mqtt", address), NOW, description=description)
        coverages.add(pipeline.process(payload))
    return {one.family: one for one in coverages}


def test_values_are_counted_with_those_that_mean_nothing(counted: dict[str, Coverage]) -> None:
    family = counted["zigbee2mqtt"]

    assert (family.records, family.measured, family.known, family.with_unit) == (2, 2, 1, 1)
    assert dict(family.unknown) == {"mystery": 1}
    assert family.kinds == 0.5


def test_what_is_no_measurement_is_counted_apart(counted: dict[str, Coverage]) -> None:
    family = counted["zigbee2mqtt"]

    assert family.others == 1
    assert dict(family.left) == {"how the device is set up": 1}


def test_payloads_without_a_family_are_counted_apart(counted: dict[str, Coverage]) -> None:
    assert (counted[UNKNOWN].records, counted[UNKNOWN].recognised) == (2, 0)


def test_every_end_has_its_reason(counted: dict[str, Coverage]) -> None:
    told = counted["zigbee2mqtt"].as_json()

    assert (told["published"], told["ignored"]) == (1, 1)
    assert any("settings of the bridge" in reason for reason in told["reasons"])
