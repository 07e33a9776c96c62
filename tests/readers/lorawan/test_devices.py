"""What is known of values by maker and product, the most special first."""

from __future__ import annotations

from pathlib import Path

import pytest

from semantic_gw.readers.lorawan.devices import Devices
from semantic_gw.readers.templates import Message
from semantic_gw.shipped import MAPPINGS

SHIPPED = Devices.load(MAPPINGS / "ttn" / "devices.toml")

TABLE = """
[any]
unit_words = true
[[any.field]]
path = "level"
unit = "cm"
[[maker]]
ids = ["acme", "acme-sensors"]
title = "ACME"
models = ["tank-*"]
[[maker.field]]
path = "level"
unit = "%"
[[maker.product]]
models = ["tank-2*"]
[[maker.product.field]]
path = "level"
unit = "mm"
"""


@pytest.fixture
def devices(tmp_path: Path) -> Devices:
    path = tmp_path / "devices.toml"
    path.write_text(TABLE, "utf-8")
    return Devices.load(path)


def unit_of(devices: Devices, maker: str, model: str, name: str = "level") -> str:
    found = devices.rules(maker, model).field(((name,), (name,), 5), Message({}, {}, {}), [])
    return found.unit if found is not None else "none"


@pytest.mark.parametrize(
    ("maker", "model", "unit"),
    [
        ("", "", "cm"),
        ("somebody", "tank-2", "cm"),
        ("acme", "", "%"),
        ("acme", "tank-1", "%"),
        ("acme", "tank-2b", "mm"),
        ("ACME Sensors", "TANK 2", "mm"),
        ("", "Acme Tank-2 EU868", "mm"),
        ("", "tank-2", "mm"),
    ],
)
def test_the_most_special_rule_counts(devices: Devices, maker: str, model: str, unit: str) -> None:
    assert unit_of(devices, maker, model) == unit


def test_what_holds_for_all_holds_for_a_product_too(devices: Devices) -> None:
    found = devices.rules("acme", "tank-2").field((("BatV",), ("BatV",), 3), Message({}, {}, {}), [])

    assert found is not None
    assert found.also == ((("bat",), "V"),)


def test_a_maker_has_a_title(devices: Devices) -> None:
    assert devices.title("acme-sensors", "tank-9") == "ACME"
    assert devices.title("somebody", "x") == "somebody"


def test_a_fault_of_a_product_is_told_when_the_table_is_read(tmp_path: Path) -> None:
    path = tmp_path / "devices.toml"
    path.write_text(TABLE + 'colour = "red"\n', "utf-8")

    with pytest.raises(ValueError, match="colour"):
        Devices.load(path)


@pytest.mark.parametrize(
    ("maker", "model", "name", "unit"),
    [
        ("milesight-iot", "am307", "battery", "%"),
        ("milesight-iot", "am307", "pressure", "hPa"),
        ("milesight-iot", "em500-pp", "pressure", "kPa"),
        ("", "EM500-PP", "pressure", "kPa"),
        ("browan", "tbhh100", "battery", "V"),
        ("somebody", "x", "battery", ""),
        ("somebody", "x", "pressure", ""),
    ],
)
def test_makers_are_known_and_nobody_else(maker: str, model: str, name: str, unit: str) -> None:
    assert unit_of(SHIPPED, maker, model, name) == unit
