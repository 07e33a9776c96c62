"""Names that say themselves that a value is no measurement; all others do not."""

from __future__ import annotations

import pytest

from semantic_gw.lexicon.unmeasured import unmeasured


@pytest.mark.parametrize(
    "path",
    [
        ("config", "led"),
        ("transmissionPeriod",),
        ("temperatureThreshold",),
        ("alarm_enabled",),
        ("tempAlarmLimitHigh",),
        ("Work_mode",),
        ("serialNumber",),
        ("device", "id"),
        ("FW",),
        ("firmwareVersion",),
        ("ADCRaw",),
        ("crc",),
        ("msgCnt",),
        ("seq_counter",),
        ("resetCause",),
        ("productionDate",),
        ("temperature_unit",),
        ("numberOfReadings",),
    ],
)
def test_a_name_may_say_that_it_is_no_measurement(path: tuple[str, ...]) -> None:
    assert unmeasured(path)


@pytest.mark.parametrize(
    "path",
    [
        ("status",),
        ("level",),
        ("time",),
        ("count",),
        ("mystery",),
        ("threshold_alarm",),
        ("memoryErrorState",),
        ("crc_error",),
        ("high_temperature_event",),
        ("a" * 300,),
        (),
    ],
)
def test_what_may_be_a_measurement_stays_unknown(path: tuple[str, ...]) -> None:
    assert unmeasured(path) == ""
