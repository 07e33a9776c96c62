"""Coverage-guided fuzzing of describer, lifter and validator: any JSON, as a payload or as a description.

    python tests/fuzz/fuzz_lifter.py -max_total_time=300

No payload may end in a fault of ours; whatever else it ends in is defined.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

with atheris.instrument_imports(include=["semantic_gw.describers", "semantic_gw.lifters", "semantic_gw.pipeline"]):
    from semantic_gw.app import load_parts
    from semantic_gw.model import Payload, Source
    from semantic_gw.settings import Settings

PIPELINE = load_parts(Settings()).pipeline
ADDRESSES = ("zigbee2mqtt/kitchen", "zigbee2mqtt/bridge/devices", "zigbee2mqtt/bridge/groups", "elsewhere")
RECEIVED = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)
DESCRIPTION = (
    b'{"ieee_address":"0x00158d0003429eda","definition":{"exposes":['
    b'{"type":"numeric","name":"temperature","property":"temperature","access":1,"unit":"C"},'
    b'{"type":"enum","name":"action","property":"action","access":1,"values":["single"]},'
    b'{"type":"light","features":[{"type":"binary","name":"state","property":"state","value_on":"ON","value_off":"OFF"},'
    b'{"type":"composite","name":"color_xy","property":"color","features":[{"type":"numeric","name":"x","property":"x"}]}]}]}}'
)


def fuzz(data: bytes) -> None:
    """One payload; the first byte chooses its address, and whether it describes."""
    if not data:
        return
    import msgspec  # noqa: PLC0415  after the instrumented imports

    description = msgspec.json.decode(DESCRIPTION)
    if data[0] & 4:
        try:
            description = msgspec.json.decode(data[1:])
        except (msgspec.DecodeError, UnicodeDecodeError):
            return
    source = Source("capture", ADDRESSES[data[0] & 3])
    payload = Payload(data[1:], "application/json", source, RECEIVED, description=description)
    result = PIPELINE.process(payload)
    if result.reason == "internal error":
        raise RuntimeError(result.detail)


if __name__ == "__main__":
    atheris.Setup(sys.argv, fuzz)
    atheris.Fuzz()
