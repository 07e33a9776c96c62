from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from typing import Any

import pytest

from semantic_gw.contracts import Readings
from semantic_gw.errors import LiftingError
from semantic_gw.model import Document, Payload, Source
from semantic_gw.rdf.namespaces import compact
from semantic_gw.readers.onem2m import OneM2MReader
from semantic_gw.shipped import MAPPINGS

RECEIVED = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)
FOLDER = MAPPINGS / "onem2m"
TABLE = tomllib.loads((FOLDER / "manifest.toml").read_text("utf-8"))["reading"]["default"]


def read(value: Any, **captures: str) -> Readings:
    payload = Payload(b"{}", "application/json", Source("mqtt", "/oneM2M/req/a/b/json"), RECEIVED)
    return OneM2MReader(TABLE, FOLDER, None).read(Document(payload, value, "application/json"), captures)


def instance(con: Any, cnf: str = "", to: str = "cse-in/meter4/power", **more: Any) -> dict[str, Any]:
    return {"op": 1, "to": to, "fr": "Cmeter", "rqi": "q", "ty": 4, "pc": {"m2m:cin": {"con": con, "cnf": cnf, **more}}}


def notification(rep: Any, net: int = 1, sur: str = "/id-in/cse-in/room/temperature/sub") -> dict[str, Any]:
    return {"m2m:sgn": {"nev": {"net": net, "rep": rep}, "sur": sur}}


def values(found: Readings) -> dict[str, tuple[Any, str]]:
    return {"/".join(one.path): (one.value, one.unit) for reading in found.readings for one in reading.fields}


@pytest.mark.parametrize(
    ("con", "cnf"),
    [
        ("42.5 W", ""),
        ({"value": 42.5, "unit": "W"}, ""),
        ('{"value": "42.5", "unit": "W"}', "application/json:0"),
        ("eyJ2YWx1ZSI6IDQyLjUsICJ1bml0IjogIlcifQ==", "application/json:1"),
    ],
)
def test_a_content_is_called_by_its_container(con: Any, cnf: str) -> None:
    assert values(read(instance(con, cnf))) == {"power": (42.5, "W")}


def test_the_members_of_a_content_have_their_own_names() -> None:
    found = read(instance({"power": "42.5 W", "door": "open"}, to="cse-in/meter4/DATA"))

    assert values(found) == {"power": (42.5, "W"), "door": ("open", "")}


@pytest.mark.parametrize("con", ["0a1b2c3d4e5f", "3q2+7wAAAAAAAAAAAAAAAAAAAAA=", "AAECAwQF:"])
def test_what_is_opaque_is_no_number(con: str) -> None:
    assert not [value for value, _ in values(read(instance(con))).values() if isinstance(value, (int, float))]


def test_bytes_are_left_with_what_to_do() -> None:
    assert "register a codec" in read(instance("0a1b2c3d4e5f")).ignored


def test_a_list_has_no_names() -> None:
    assert read(instance("[1, 2, 3]")).ignored == "a list of values without names"


def test_the_thing_is_what_the_container_is_of() -> None:
    assert read(instance("1 W")).readings[0].thing == "urn:dev:ops:onem2m-cse-in%2Fmeter4"


def test_a_placeholder_is_no_name() -> None:
    with pytest.raises(LiftingError, match="neither a path nor an identifier"):
        read(
            {"op": 1, "to": "<container-ID>", "fr": "<AE-ID>", "rqi": "q", "pc": {"m2m:cin": {"con": {"power": "1 W"}}}}
        )


def test_without_a_path_the_originator_is_the_thing() -> None:
    found = read({"m2m:cin": {"con": {"power": "1 W"}}}, originator="Cmeter")

    assert found.readings[0].thing == "urn:dev:ops:onem2m-Cmeter"


def test_a_path_of_http_names_container_and_thing() -> None:
    found = read({"m2m:cin": {"con": "1 W"}}, path="cse-in/meter4/power")

    assert values(found) == {"power": (1, "W")}


@pytest.mark.parametrize("temperature", [{"curT0": 21.5}, {"currentTemperature": "21.5", "unit": 1}])
def test_a_module_class_knows_its_data_points_by_both_names(temperature: dict[str, Any]) -> None:
    found = read(notification({"cod:tempe": {"ty": 28, **temperature}}))

    assert [(one.value, one.unit, compact(one.kind)) for one in found.readings[0].fields] == [
        (21.5, "°C", "sgw:Temperature")
    ]


def test_a_scale_that_nobody_knows_is_left() -> None:
    assert read(notification({"cod:tempe": {"curT0": 70, "unit": 9}})).ignored == "the module class fixes no unit"


def test_a_class_is_known_by_its_definition_too() -> None:
    rep = {"m2m:fcnt": {"cnd": "org.onem2m.common.moduleclass.binarySwitch", "state": True}}

    assert compact(read(notification(rep)).readings[0].fields[0].kind) == "sgw:OnOff"


def test_limits_and_settings_are_no_observations() -> None:
    found = read(notification({"cod:bat": {"lvl": 80, "batTd": 10, "capay": 3000}}))

    assert values(found) == {"temperature/lvl": (80, "%")}


def test_long_names_mean_the_same() -> None:
    found = read(
        {
            "m2m:notification": {
                "notificationEvent": {"representation": {"m2m:contentInstance": {"content": "42.5 W"}}},
                "subscriptionReference": "cse-in/meter4/power/sub",
            }
        }
    )

    assert values(found) == {"power": (42.5, "W")}


def test_times_are_of_utc() -> None:
    found = read(notification({"m2m:cin": {"con": "1 W", "ct": "20261124T101455,123456"}}, net=3))

    assert found.readings[0].time == datetime(2026, 11, 24, 10, 14, 55, tzinfo=UTC)


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ({"op": 2, "to": "a/b", "fr": "C", "rqi": "q"}, "a request to read a resource"),
        ({"op": 4, "to": "a/b", "fr": "C", "rqi": "q"}, "a request to delete a resource"),
        ({"rsc": 2001, "rqi": "q", "pc": {"m2m:cin": {"con": "1 W"}}}, "an answer to a request, not a report"),
        ({"op": 1, "to": "a", "pc": {"m2m:cnt": {"rn": "x"}}}, "a container is made: no value"),
        ({"m2m:sgn": {"vrq": True, "sur": "a/b"}}, "a check whether a subscriber is there"),
        ({"m2m:sgn": {"sud": "true", "sur": "a/b"}}, "a subscription was deleted"),
        (notification({"m2m:cin": {"con": "1 W"}}, net=4), "a resource was deleted"),
        (notification({"mad:dmAgt": {"state": 1}}), "the management of a device, not a report"),
    ],
)
def test_what_carries_no_value_is_ignored(message: Any, why: str) -> None:
    assert read(message).ignored == why


@pytest.mark.parametrize("message", ["x", 3, [], {}, {"pc": 3}, {"m2m:sgn": 3}, {"m2m:cin": []}])
def test_what_is_no_primitive_is_refused(message: Any) -> None:
    with pytest.raises(LiftingError):
        read(message)
