"""Metrics of Sparkplug B: what a birth certificate says of them, and their values as their data types have them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from semantic_gw.model import Json

_WIDTHS: Final[Mapping[str, tuple[int, bool]]] = {
    "int8": (8, True),
    "int16": (16, True),
    "int32": (32, True),
    "int64": (64, True),
    "uint8": (8, False),
    "uint16": (16, False),
    "uint32": (32, False),
    "uint64": (64, False),
}
"""Whole numbers: bits, and whether they have a sign. On the wire all of them are unsigned (Sparkplug 3.0, 6.4.16)."""

_DATA_TYPES: Final = (
    "unknown", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float", "double", "boolean",
    "string", "datetime", "text", "uuid", "dataset", "bytes", "file", "template", "propertyset", "propertysetlist",
)  # fmt: skip
"""By their number; those behind are arrays (Sparkplug 3.0, 6.4.16)."""

_LEFT: Final[Mapping[str, str]] = {
    "datetime": "a time",
    "uuid": "an identifier",
    "dataset": "a table",
    "bytes": "bytes that nobody describes",
    "file": "a file",
    "template": "a template without metrics",
    "propertyset": "a set of properties",
    "propertysetlist": "a list of sets of properties",
    "array": "an array",
}

_SIMPLE: Final = ("int_value", "long_value", "float_value", "double_value", "boolean_value", "string_value", "value")
_OTHER: Final = ("dataset_value", "template_value", "bytes_value", "extension_value")

_UNITS: Final = frozenset(
    {
        "engunit", "engunits", "engineeringunit", "engineeringunits", "eu", "euunit", "unit", "units", "uom",
        "unitofmeasure", "unitofmeasurement", "measurementunit",
    }
)  # fmt: skip
"""What publishers call the property that tells the unit, without regard to case and what stands between words."""

_QUALITY: Final = "quality"
_GOOD: Final = 192
"""The quality of a value that is as it should be (Sparkplug 3.0, 6.4.9.1)."""

_OWN: Final = ("node control", "device control", "node info", "device info", "properties")
"""Folders of metrics that tell of the node itself, or command it (Sparkplug 3.0, 6.4.5)."""


@dataclass(frozen=True, slots=True)
class Definition:
    """What a birth certificate says of a metric."""

    name: str
    datatype: str
    unit: str
    device: str
    """The device it is of; empty for the edge node itself."""


def metrics_of(payload: Json) -> Iterator[tuple[int, Mapping[str, Json]]]:
    """The metrics of a payload, each with its place."""
    listed = payload.get("metrics") if isinstance(payload, dict) else None
    for index, metric in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(metric, dict):
            yield index, metric


def defined(metric: Mapping[str, Json], device: str) -> Definition | None:
    """What *metric*, of a birth certificate, defines; None where it has no name."""
    name = metric.get("name")
    if not isinstance(name, str) or not name:
        return None
    return Definition(name, datatype_of(metric), _told_unit(_properties(metric)), device)


def datatype_of(metric: Mapping[str, Json]) -> str:
    """The data type in lower case, by its number or, in JSON, by its name; empty where none is told."""
    told = metric.get("datatype", metric.get("dataType"))
    if type(told) is int:
        return _DATA_TYPES[told] if 0 <= told < len(_DATA_TYPES) else "array"
    return told.lower() if isinstance(told, str) else ""


def no_observation(metric: Mapping[str, Json], name: str, datatype: str) -> str:
    """Why *metric* has no value for us; empty where it may have one."""
    if name.casefold() == "bdseq":
        return "the number of a session of the edge node"
    if name.casefold().startswith(_OWN):
        return "it tells of the edge node or device itself, or is there to command it"
    if metric.get("is_null", metric.get("isNull")) is True:
        return "it is null"
    if datatype in _LEFT or datatype.endswith("array"):
        return _LEFT.get(datatype, _LEFT["array"])
    if not any(member in metric for member in _SIMPLE):
        return "a table, a template or bytes" if any(member in metric for member in _OTHER) else "it has no value"
    quality = _simple(_properties(metric).get(_QUALITY))
    if quality is not None and quality not in (_GOOD, "good", "Good", "GOOD"):
        return f"its quality is {str(quality)[:20]}, and not good"
    return ""


def value_of(metric: Mapping[str, Json], datatype: str) -> Json:
    """The value of *metric*: a number with the sign that its data type has, a truth value or a text; None for none.

    >>> value_of({"int_value": 4294967254}, "int32"), value_of({"int_value": 4294967254}, "uint32")
    (-42, 4294967254)
    """
    value = _simple(metric)
    if datatype in _WIDTHS and type(value) is int:
        bits, signed = _WIDTHS[datatype]
        value &= (1 << bits) - 1
        return value - (1 << bits) if signed and value >> (bits - 1) else value
    if datatype == "boolean" and type(value) is int:
        return bool(value)
    return value if type(value) is not float or math.isfinite(value) else None


def own_unit(metric: Mapping[str, Json]) -> str:
    """The unit that *metric* itself tells; empty where it tells none."""
    return _told_unit(_properties(metric))


def _properties(metric: Mapping[str, Json]) -> Mapping[str, Json]:
    """The properties of a metric by their plain name."""
    told = metric.get("properties")
    if not isinstance(told, dict):
        return {}
    keys, values = told.get("keys"), told.get("values")
    pairs = zip(keys, values, strict=False) if isinstance(keys, list) and isinstance(values, list) else told.items()
    return {re.sub(r"[^a-z]", "", key.lower()): value for key, value in pairs if isinstance(key, str)}


def _told_unit(properties: Mapping[str, Json]) -> str:
    texts = (_simple(value) for name, value in properties.items() if name in _UNITS)
    return next((text.strip() for text in texts if isinstance(text, str) and text.strip()), "")


def _simple(holder: Json) -> Json:
    """The value of a metric or property."""
    if not isinstance(holder, dict):
        return holder
    return next((holder[member] for member in _SIMPLE if member in holder), None)
