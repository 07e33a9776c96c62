"""A device that two families' readers tell of is one Thing: both are lifted, and neither takes the other's messages."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from semantic_gw.app.parts import load_parts
from semantic_gw.model import Outcome, Payload, Source
from semantic_gw.pipeline.result import Result
from semantic_gw.settings import Settings

EUI = "0011223344556677"
TTN = {
    "end_device_ids": {"device_id": "a", "dev_eui": EUI},
    "received_at": "2026-11-24T10:15:00Z",
    "uplink_message": {"f_port": 1, "f_cnt": 7, "decoded_payload": {"temperature": {"value": 21.5, "unit": "°C"}}},
}
CHIRPSTACK = {
    "time": "2026-11-24T10:15:00Z",
    "deviceInfo": {"deviceName": "a", "devEui": EUI},
    "fCnt": 7,
    "fPort": 1,
    "object": {"humidity": {"value": 40, "unit": "%"}},
}


def test_two_networks_tell_of_one_device_again_and_again() -> None:
    pipeline = load_parts(Settings()).pipeline

    def said(address: str, body: object) -> Result:
        payload = Payload(json.dumps(body).encode(), "application/json", Source("mqtt", address), datetime.now(UTC))
        return pipeline.process(payload)

    for _ in range(2):
        results = [
            said("v3/app@tenant/devices/a/up", TTN),
            said(f"application/1/device/{EUI}/event/up", CHIRPSTACK),
        ]

        assert [result.outcome for result in results] == [Outcome.PUBLISHED] * 2, [r.detail for r in results]
        assert {result.thing for result in results} == {f"urn:dev:mac:{EUI}"}
    assert not results[0].changed
    assert not results[1].changed
