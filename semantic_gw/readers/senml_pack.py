"""A SenML pack, resolved: each record with its whole name, unit, value and time (RFC 8428, 4.6)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from semantic_gw.errors import LiftingError
from semantic_gw.json_pointer import step
from semantic_gw.model import Finding, Json
from semantic_gw.readers.device_names import MAX_NAME

VERSION: Final = 10
"""The version that a pack has which names none (RFC 8428, 4.4)."""

FEATURES: Final = VERSION | 1 << 4
"""The bits of versions that are understood: those of version 10, and secondary units (RFC 9100, 2 and 4)."""

ABSOLUTE: Final = 2**28
"""Times from here on count from 1970, those below from now, in seconds (RFC 8428, 4.5.3)."""

MAX_RECORDS: Final = 20_000
"""Most records of one pack."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_VALUES: Final = ("v", "vs", "vb", "vd")
_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "bn": (str,), "bu": (str,), "n": (str,), "u": (str,), "vs": (str,), "vd": (str,), "vb": (bool,),
    "bt": (int, float), "bv": (int, float), "bs": (int, float), "bver": (int, float),
    "t": (int, float), "v": (int, float), "s": (int, float), "ut": (int, float),
}  # fmt: skip
_BASES: Final = ("bn", "bu", "bt", "bv", "bs", "bver")


@dataclass(frozen=True, slots=True)
class Record:
    """One record. *base* is the part of its *name* that stood in the base name.

    *value* is None where there is none, and *data* true where it is opaque (`vd`). *time* is None for "roughly now"
    (RFC 8428, 4.5.3); *ahead* is true where the record tells of what is to come.
    """

    pointer: str
    base: str
    name: str
    unit: str = ""
    value: Json = None
    data: bool = False
    has_sum: bool = False
    time: datetime | None = None
    ahead: bool = False
    extra: Mapping[str, Json] = field(default_factory=dict)
    """Members that SenML itself does not have."""


def resolve(pack: Json, now: datetime) -> Iterator[Record | Finding]:
    """The records of *pack*, whose relative times count from *now*; a Finding for each that cannot be read.

    Raises LiftingError for what is no pack, is of a version that is not understood, or has a member that must be.
    """
    if not isinstance(pack, list):
        raise LiftingError("a SenML pack is an array of records (RFC 8428, 4)")
    if len(pack) > MAX_RECORDS:
        raise LiftingError(f"more than {MAX_RECORDS} records in one pack")
    bases: dict[str, Json] = {}
    for index, record in enumerate(pack):
        pointer = step(index)
        if not isinstance(record, dict):
            raise LiftingError("a SenML record is an object (RFC 8428, 4)", pointer=pointer)
        _check(record, pointer)
        _take_bases(record, bases, pointer)
        if not record.keys() <= set(_BASES):
            yield _resolved(record, bases, pointer, now)
        elif "bv" in record or "bs" in record:
            yield _resolved({}, bases, pointer, now)


def _check(record: Mapping[str, Json], pointer: str) -> None:
    """Refuse what has to be understood and is not (RFC 8428, 4.4)."""
    for label in record:
        if label.endswith("_"):
            raise LiftingError(
                f"the member {label[:80]!r} has to be understood, says its last character (RFC 8428, 4.4), and is not",
                pointer=pointer + step(label),
            )


def _take_bases(record: Mapping[str, Json], bases: dict[str, Json], pointer: str) -> None:
    for label in _BASES:
        if label not in record:
            continue
        value = record[label]
        if type(value) not in _TYPES[label]:
            raise LiftingError(f"{label} is {_shown(value)}, no {_named(label)}", pointer=pointer + step(label))
        if label == "bver":
            _check_version(value, bases.get("bver"), pointer)
        bases[label] = value


def _check_version(version: float, before: float | None, pointer: str) -> None:
    if before is not None and version != before:
        raise LiftingError(f"a pack of version {before} and {version}: all its records have one (RFC 8428, 4.4)")
    if version > VERSION and (version != int(version) or int(version) & ~FEATURES):
        raise LiftingError(
            f"SenML of version {version} is not understood; there are {VERSION} and before, and {FEATURES} (RFC 9100)",
            pointer=pointer + "/bver",
        )


def _resolved(record: Mapping[str, Json], bases: Mapping[str, Json], pointer: str, now: datetime) -> Record | Finding:
    if (fault := _fault(record, bases, pointer)) is not None:
        return fault
    kind = next((label for label in _VALUES if label in record), "v")
    value = _value(record, bases) if kind == "v" else record[kind]
    if isinstance(value, float) and not math.isfinite(value):
        return Finding(pointer, "the value and its base value are more than a double holds")
    seconds = added(bases.get("bt", 0), record.get("t", 0))
    try:
        time = moment_of(seconds, now)
    except OverflowError:
        return Finding(pointer, f"{seconds} s since 1970 is no time")
    return Record(
        pointer=pointer + (step(kind) if kind in record else ""),
        base=bases.get("bn", ""),
        name=bases.get("bn", "") + record.get("n", ""),
        unit=record.get("u", bases.get("bu", "")),
        value=value,
        data=kind == "vd",
        has_sum="s" in record,
        time=time,
        ahead=0 < seconds < ABSOLUTE,
        extra={label: value for label, value in record.items() if label not in _TYPES},
    )


def _fault(record: Mapping[str, Json], bases: Mapping[str, Json], pointer: str) -> Finding | None:
    """What is wrong with *record* itself; None where nothing is."""
    wrong = next((label for label in record if label in _TYPES and type(record[label]) not in _TYPES[label]), None)
    if wrong is not None:
        return Finding(pointer + step(wrong), f"{wrong} is {_shown(record[wrong])}, no {_named(wrong)}")
    there = [label for label in _VALUES if label in record]
    if len(there) > 1:
        return Finding(pointer, f"it has {' and '.join(there)}: a record has one value (RFC 8428, 4.2)")
    if (length := len(bases.get("bn", "")) + len(record.get("n", ""))) > MAX_NAME:
        return Finding(pointer, f"its name, with the base name, has {length} characters: at most {MAX_NAME} are read")
    if (length := len(record.get("u", bases.get("bu", "")))) > MAX_NAME:
        return Finding(pointer, f"its unit has {length} characters: at most {MAX_NAME} are read")
    return None


def _value(record: Mapping[str, Json], bases: Mapping[str, Json]) -> int | float | None:
    """The value with its base value; either may be missing (RFC 8428, 4.1)."""
    if "v" in record:
        return added(bases.get("bv", 0), record["v"])
    return bases.get("bv") if "s" not in record else None


def added(base: float, value: float) -> int | float:
    """The sum, in decimal: 20 and 0.3 are 20.3, as the sender meant it."""
    if not base:
        return value
    if type(base) is int and type(value) is int:
        return base + value
    return float(Decimal(repr(base)) + Decimal(repr(value)))


def moment_of(seconds: float, now: datetime) -> datetime | None:
    """The time that SenML tells as *seconds*; None for "roughly now". Raises OverflowError.

    >>> moment_of(1276020076, datetime.now(UTC))
    datetime.datetime(2010, 6, 8, 18, 1, 16, tzinfo=datetime.timezone.utc)
    """
    if seconds == 0:
        return None
    return (_EPOCH if seconds >= ABSOLUTE else now) + timedelta(seconds=seconds)


def _named(label: str) -> str:
    return {str: "text", bool: "truth value"}.get(_TYPES[label][0], "number")


def _shown(value: Json) -> str:
    return f"{value!r:.60}"
