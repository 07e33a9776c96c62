"""Which kinds of observation are measured values: the rest tell how a device is set up, or how its message travelled.

| what a value is | counted as | known by |
|---|---|---|
| a quantity, a state or an event of the device or of what it senses | measured | its kind |
| a setting: setpoint, threshold, limit, offset, interval, mode, what is enabled | other | its kind (`SETTINGS`) |
| signal strength and the like, how many messages there were | other | its kind (`TRANSPORT`) |
| a setting, an identifier, a version, a raw frame, a command, a time | left, with the reason | its own name |
| the same, a sentinel, or what other values tell, too | left, with the reason | its family's table |
| anything else whose meaning nobody knows | measured, and unknown | |

Nothing is called not measured because nobody knows it: its name (semantic_gw/lexicon/unmeasured.toml), its kind or
its family's table must say so.
"""

from __future__ import annotations

from typing import Final

from semantic_gw.model import IRI
from semantic_gw.rdf.namespaces import SGW

SETTINGS: Final = frozenset(
    SGW + name
    for name in (
        "TemperatureSetpoint", "HeatingSetpoint", "CoolingSetpoint", "FrostProtectionSetpoint", "TemperatureLimit",
        "TemperatureSetpointLimit", "TemperatureThreshold", "TemperatureOffset", "TemperatureHysteresis",
        "TemperatureReportingChange", "HumiditySetpoint", "HumidityThreshold", "HumidityOffset",
        "HumidityReportingChange", "SoilMoistureThreshold", "SoilMoistureOffset", "PressureThreshold", "PressureOffset",
        "IlluminanceThreshold", "IlluminanceOffset", "BrightnessSetting", "BrightnessLimit", "IndicatorBrightness",
        "DisplayBrightness", "StartupColorTemperature", "EffectSpeed", "VoltageThreshold", "CurrentThreshold",
        "RatedPower", "PowerThreshold", "PowerFactorThreshold", "EnergyThreshold", "VoltageSetpoint", "CurrentLimit",
        "PowerSetpoint", "PowerLimit", "GasConcentrationThreshold", "GasConcentrationOffset",
        "MassConcentrationThreshold", "VOCIndexThreshold", "SoundPressureLevelThreshold", "AltitudeSetting",
        "DistanceSetting", "PositionSetting", "SensitivityLevel", "LevelLimit", "ControlLevel", "SoundVolume",
        "Timeout", "Delay", "TransitionTime", "TravelTime", "Interval", "MeasuringInterval", "ReportingInterval",
        "AlarmDuration", "PulseDuration", "CycleTime", "HoldTime", "ScalingFactor",
        "ChildLock", "Sensitivity", "SoundVolumeGrade", "ApproachDistance", "DimmingSpeed", "PowerOnBehavior",
        "PowerOutageMemory", "OperationMode", "RelayCoupling", "SwitchType", "SwitchAction", "ClickMode",
        "IndicatorMode", "Inversion", "DimmerType", "FlickerMode", "MonitoringMode", "ConverterMode", "GradientStyle",
        "ClimateMode", "ClimatePreset", "ControlSequence", "FanMode", "TemperatureSensorChoice", "TemperatureScale",
        "RelayLock", "Muting", "ExecuteIfOff", "Activation", "IndicatorActivation", "NightOffActivation",
        "BacklightActivation", "DisplayActivation", "AlarmActivation", "SoundActivation", "WindowDetectionActivation",
        "FrostProtectionActivation", "ValveProtectionActivation", "AwayModeActivation", "EcoModeActivation",
        "BoostActivation", "QuietModeActivation", "AutoLockActivation", "ReportingActivation", "ControlActivation",
        "ProtectionActivation", "LinkageActivation", "CalibrationActivation", "AutomaticBrightnessActivation",
        "NetworkActivation", "ScheduleActivation",
    )
)  # fmt: skip
"""Kinds that tell how a device is set up."""

TRANSPORT: Final = frozenset(
    SGW + name
    for name in (
        "LinkQuality", "SignalStrength", "SignalToNoiseRatio", "SpreadingFactor", "TransmitPower", "MessageCount",
    )
)  # fmt: skip
"""Kinds that tell how messages travel."""


def is_measured(kind: IRI) -> bool:
    """Whether an observation of *kind* is a measured value.

    >>> is_measured(SGW + "Temperature"), is_measured(SGW + "TemperatureSetpoint"), is_measured(SGW + "LinkQuality")
    (True, False, False)
    """
    return kind not in SETTINGS and kind not in TRANSPORT
