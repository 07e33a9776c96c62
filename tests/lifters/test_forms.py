from __future__ import annotations

import pytest

from semantic_gw.lifters.forms import absolute, addresses, base_of
from semantic_gw.lifters.terms import Terms
from semantic_gw.model import Json

TERMS = Terms({"mq": "https://www.w3.org/2019/wot/mqtt#"})


def texts(form: dict[str, Json], base: str = "", **variables: Json) -> list[str]:
    found, _ = addresses(form, TERMS.annotations(form), base_of({"base": base}), variables)
    return [address.text for address in found]


def fault(form: dict[str, Json], base: str = "") -> str:
    return addresses(form, TERMS.annotations(form), base_of({"base": base}), {})[1]


@pytest.mark.parametrize(
    ("form", "base", "address"),
    [
        ({"href": "mqtt://broker:1883/plant/kitchen"}, "", "plant/kitchen"),
        ({"href": "mqtts://broker/plant/living%20room"}, "", "plant/living room"),
        ({"href": "mqtt://broker//leading/slash"}, "", "/leading/slash"),
        ({"href": "mqtt://broker/plant/#"}, "", "plant/#"),
        ({"href": "mqtt://broker/plant/%2B/t"}, "", "plant/+/t"),
        ({"href": "mqtt://broker?plant/kitchen"}, "", "plant/kitchen"),
        ({"href": "kitchen/t"}, "mqtt://broker:1883/plant/", "plant/kitchen/t"),
        ({"href": "mqtt://broker", "mqv:topic": "plant/kitchen"}, "", "plant/kitchen"),
        ({"href": "mqtt://broker", "mq:filter": "plant/+"}, "", "plant/+"),
        ({"href": "x", "https://www.w3.org/2019/wot/mqtt#topic": "plant/kitchen"}, "", "plant/kitchen"),
        ({"href": "mqtt://broker/plant/{room}/t"}, "", "plant/{room}/t"),
    ],
)
def test_an_mqtt_form_names_a_topic(form: dict[str, Json], base: str, address: str) -> None:
    assert texts(form, base) == [address]


def test_an_mqtt_form_may_name_several_filters() -> None:
    assert texts({"href": "mqtt://broker", "mqv:filter": ["a/+", "b"]}) == ["a/+", "b"]


def test_a_wildcard_of_something_else_is_told() -> None:
    assert "ordinary character" in fault({"href": "mqtt://broker", "mqv:filter": "plant/*"})


@pytest.mark.parametrize(
    ("form", "base", "path", "url"),
    [
        ({"href": "http://lamp.local/properties/on"}, "", "properties/on", "http://lamp.local/properties/on"),
        ({"href": "HTTPS://Lamp.local:443/On%20off"}, "", "On off", "https://lamp.local/On off"),
        ({"href": "/status{?channel}"}, "http://lamp.local:8080/api/", "status", "http://lamp.local:8080/status"),
        ({"href": "status"}, "http://lamp.local/api/1", "api/status", "http://lamp.local/api/status"),
        ({"href": "../x"}, "http://lamp.local/a/b/c", "a/x", "http://lamp.local/a/x"),
        ({"href": "//other/x"}, "http://lamp.local/a/b/c", "x", "http://other/x"),
        ({"href": "http://me:secret@lamp.local/x"}, "", "x", "http://lamp.local/x"),
    ],
)
def test_an_http_form_names_a_path_and_a_url(form: dict[str, Json], base: str, path: str, url: str) -> None:
    assert texts(form, base) == [path, url]


def test_a_query_that_is_written_out_is_an_address_too() -> None:
    assert "http://plug/rpc/Switch.GetStatus?id=0" in texts({"href": "http://plug/rpc/Switch.GetStatus?id=0"})


def test_a_path_below_ingest_is_the_address_behind_it() -> None:
    assert texts({"href": "https://gateway.example/ingest/kitchen/K%C3%BChlschrank"}) == ["kitchen/Kühlschrank"]


def test_a_target_without_a_base_is_an_address() -> None:
    assert texts({"href": "kitchen/temperature"}) == ["kitchen/temperature"]


@pytest.mark.parametrize(
    ("form", "address"),
    [
        ({"href": "kafka://kafka:9092/plant.line1"}, "plant.line1"),
        ({"href": "kafka://kafka:9092/plant.line1", "sgw:key": "press-4"}, "plant.line1/press-4"),
        ({"href": "kafka://kafka:9092", "sgw:topic": "plant.line1", "sgw:key": "press-{n}"}, "plant.line1/press-{n}"),
    ],
)
def test_a_kafka_form_names_a_topic_and_a_key(form: dict[str, Json], address: str) -> None:
    assert texts(form) == [address]


@pytest.mark.parametrize("scheme", ["coap", "coaps", "modbus+tcp", "ws", "opc.tcp", "lorawan"])
def test_a_protocol_without_a_way_in_is_told(scheme: str) -> None:
    assert fault({"href": f"{scheme}://device/x"}) == (
        f"there is no way in for {scheme}; there are HTTP, MQTT and Kafka"
    )


@pytest.mark.parametrize(
    "href", ["mqtt://broker", "mqtt://broker/", "kafka://kafka", "mqtt://b/{;x}", "http://h/{", "x" * 3000, ""]
)
def test_a_form_that_names_no_address_says_why(href: str) -> None:
    assert texts({"href": href}) == []
    assert fault({"href": href})


def test_a_url_has_one_spelling() -> None:
    assert absolute("HTTP://H:80") == absolute("http://h/?x=1#y") == "http://h/"
