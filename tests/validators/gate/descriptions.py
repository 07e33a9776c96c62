"""Five mappings: a Zigbee2MQTT device by its own description, and four Thing Descriptions written by hand."""

from __future__ import annotations

from typing import Final

from semantic_gw.describers.zigbee2mqtt import Zigbee2MqttDescriber
from semantic_gw.lexicon import Lexicon
from semantic_gw.model import Json, ThingDescription
from tests.describers.devices import IEEE, binary, enum, numeric, within
from tests.lifters.things import SGW, form, quantity, state, thing

Described = dict[str, Json]

BRIDGE: Final = {
    "ieee_address": IEEE,
    "friendly_name": "hall",
    "definition": {
        "vendor": "Example",
        "model": "X-1",
        "exposes": [
            numeric("temperature", unit="°C", value_min=-40, value_max=85),
            numeric("humidity", unit="%"),
            numeric("battery", unit="%", value_min=0, value_max=100),
            numeric("power", unit="W"),
            numeric("linkquality", unit="lqi", value_min=0, value_max=255),
            within("switch", binary("state", "ON", "OFF")),
            binary("contact", on=False, off=True),
            binary("occupancy"),
            enum("action", "single", "double", "hold"),
            {"type": "composite", "name": "color_xy", "property": "color",
             "features": [numeric("x"), numeric("y")]},
        ],
    },
}  # fmt: skip
TRUTH: Final[Described] = {"type": "boolean", "saref:hasPropertyKind": {"@id": SGW + "LeafWetness"}, "forms": [form()]}
TIMES: Final[Described] = {
    "@type": "sgw:PhenomenonTime",
    "oneOf": [{"type": "string", "format": "date-time"}, {"type": "integer", "unit": "unit:MilliSEC"}],
    "forms": [form()],
}


def event(kind: str, **kinds: str) -> Described:
    options = [{"const": text, "sgw:eventKind": {"@id": SGW + name}} for text, name in kinds.items()]
    data = {"type": "string", **({"oneOf": options} if options else {})}
    return {"data": data, "sgw:hasEventKind": {"@id": SGW + kind}, "forms": [form(op="subscribeevent")]}


def zigbee() -> ThingDescription:
    (described,) = (
        Zigbee2MqttDescriber(Lexicon.load(), broker="mqtt://localhost:1883/")
        .describe(BRIDGE, "zigbee2mqtt/hall")
        .things
    )
    return described


def five() -> dict[str, ThingDescription]:
    """Each mapping by its name."""
    return {
        "a Zigbee2MQTT device": zigbee(),
        "numbers with units and ranges": thing(
            {
                "air": quantity("AirTemperature", "DEG_C", minimum=-60, maximum=60),
                "wet": quantity("Humidity", "PERCENT", minimum=0, maximum=100),
                "light": quantity("Illuminance", "LUX", minimum=0),
                "pressure": quantity("AtmosphericPressure", "HectoPA"),
                "rain": {**quantity("Energy", "KiloW-HR"), "type": "integer", "minimum": 0},
            }
        ),
        "states": thing(
            {
                "door": state("OpenClosed", {True: "Closed", False: "Open"}),
                "relay": state("OnOff", {"ON": "On", "OFF": "Off"}),
                "leaf": TRUTH,
            }
        ),
        "events": thing(
            {"battery": quantity("BatteryLevel", "PERCENT", minimum=0, maximum=100)},
            {"action": event("DeviceAction", single="SinglePress", double="DoublePress"), "alarm": event("Alarm")},
        ),
        "nested fields and times": thing(
            {
                "inside": quantity("AirTemperature", "DEG_C", **{"sgw:pointer": "/inside/temperature"}),
                "outside": quantity("OutdoorTemperature", "K", minimum=0, **{"sgw:pointer": "/outside/0/kelvin"}),
                "power": quantity("ActivePower", "W", **{"sgw:pointer": "/meter/power/now"}),
                "energy": quantity("ConsumedEnergy", "KiloW-HR", **{"sgw:pointer": "/meter/total"}),
                "seen": {**TIMES, "sgw:pointer": "/meter/at"},
            }
        ),
    }
