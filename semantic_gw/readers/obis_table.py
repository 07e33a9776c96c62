"""The table of OBIS codes of a family of meters: what each object is. The file `obis.toml` explains its own format."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from semantic_gw.rdf.namespaces import SGW

_PHASES: Final = ((0, ""), (20, "L1"), (40, "L2"), (60, "L3"))
_TOTAL, _MOST_TARIFFS = 0, 62
"""E is 0 for all tariffs together, 63 for a tariff that is not told (IEC 62056-6-1, table 8)."""

_REMEMBERED: Final = 10_000
_CODE: Final = re.compile(r"(?:(\d+)-(\d+):)?([0-9A-FL]+)\.([0-9A-F]+)(?:\.([0-9A-F]+))?(?:[*&](\d+))?")
_NOW: Final = "255"


@dataclass(frozen=True, slots=True)
class Meant:
    """What an object is: a value of *kind* called *name*; or nothing, for *reason*."""

    name: str = ""
    title: str = ""
    kind: str = ""
    unit: str = ""
    states: Mapping[str, str] = field(default_factory=dict)
    none: tuple[float, ...] = ()
    reason: str = ""
    is_log: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """The unit and the factor of the values of an object in a list that tells neither."""

    unit: str
    factor: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class ListRow:
    """What is known of lists of DLMS by their *name* (and that of the *meter*), both with `*`."""

    name: str
    meter: str
    scales: tuple[tuple[re.Pattern[str], Scale], ...]
    places: Mapping[int, tuple[str, ...]]
    standard: bool
    """Whether the clock shows standard time throughout the year, whatever offset it tells."""

    def scale(self, code: str) -> Scale | None:
        return next((scale for pattern, scale in self.scales if pattern.fullmatch(code)), None)


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """What a meter on a channel measures, by its type (EN 13757-3, table 13) and the unit of its reading."""

    types: frozenset[int]
    units: frozenset[str]
    meant: Meant
    meter: str


@dataclass(frozen=True, slots=True)
class _Row:
    pattern: re.Pattern[str]
    meant: Meant
    phase: str = ""
    tariffs: bool = False
    numbered: bool = False


class ObisTable:
    """What objects are, by their codes. Raises ValueError for a table that is wrong."""

    def __init__(self, path: Path) -> None:
        table = tomllib.loads(path.read_text("utf-8"))
        self.identity: tuple[str, ...] = tuple(table["identity"])
        self.clock = frozenset(table["clock"])
        self.list_name = frozenset(table["list_name"])
        self.meter_type = frozenset(table["meter_type"])
        self.zone: str = table["zone"]
        self.lists = tuple(map(_list_row, table.get("list", ())))
        self.channels = tuple(map(_channel_row, table.get("channel", ())))
        self._rows = tuple(_rows(table))
        self._known: dict[str, Meant | None] = {}

    def meant(self, code: str) -> Meant | None:
        """What the object of *code*, as `normal` writes it, is; None where nobody knows."""
        if code not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[code] = self._looked_up(code)
        return self._known[code]

    def _looked_up(self, code: str) -> Meant | None:
        for row in self._rows:
            if row.pattern.fullmatch(code):
                return _with_ending(row, code)
        current, star, _ = code.partition("*")
        if star and (meant := self.meant(current)) is not None and not meant.reason:
            return Meant(reason="a value of an earlier billing period")
        return None

    def list_row(self, name: str, meter: str) -> ListRow | None:
        """What is known of the list *name* of a *meter*."""
        rows = (row for row in self.lists if fnmatchcase(name, row.name) and fnmatchcase(meter, row.meter))
        return next(rows, None)

    def channel(self, type_: int | None, unit: str) -> ChannelRow | None:
        """What a meter of *type_* measures in *unit*."""
        return next((row for row in self.channels if type_ in row.types and unit in row.units), None)


_INSTANTANEOUS: Final = "7"
"""D of the values of now (IEC 62056-6-1, table 4)."""


@lru_cache(maxsize=_REMEMBERED)
def normal(code: str) -> str:
    """*code* as tables write it: of the current billing period without saying so, and electricity where none is told.

    >>> normal("1-0:1.8.1*255"), normal("1.8.0"), normal("32.7"), normal("1-0:1.8.0*01"), normal("F.F")
    ('1-0:1.8.1', '1-0:1.8.0', '1-0:32.7.0', '1-0:1.8.0*1', 'F.F')
    """
    match = _CODE.fullmatch(code)
    if match is None:
        return code
    medium, channel, quantity, processing, tariff, period = match.groups()
    if medium is None and tariff is None and period is None and processing == _INSTANTANEOUS and quantity.isdigit():
        tariff = "0"  # what meters of heat leave out like that is none of now: 6.8, 6.26, 9.21
    if medium is None and tariff is not None and quantity.isdigit():
        medium, channel = "1", "0"
    head = f"{int(medium)}-{int(channel)}:" if medium is not None else ""
    tail = f"*{int(period)}" if period not in (None, _NOW) else ""
    return head + ".".join(filter(None, (quantity, processing, tariff))) + tail


@lru_cache(maxsize=8 * _REMEMBERED)
def group(code: str, place: int) -> int | None:
    """The number at *place* of a normal *code*: 0 is A, 1 is B …; None where it has none.

    >>> group("0-2:24.1.0", 1), group("F.F", 0)
    (2, None)
    """
    match = _CODE.fullmatch(code)
    text = match[place + 1] if match is not None else None
    return int(text) if text is not None and text.isdigit() else None


def _with_ending(row: _Row, code: str) -> Meant:
    """What *row* says, with the phase and the tariff in the name and the title."""
    meant, tariff = row.meant, group(code, 4)
    endings = [row.phase] if row.phase else []
    if row.numbered and tariff is not None:
        endings.append(str(tariff))
    if row.tariffs and tariff is not None and _TOTAL < tariff <= _MOST_TARIFFS:
        endings.append(f"tariff {tariff}")
    if not endings:
        return meant
    name = "_".join((meant.name, *(ending.lower().replace(" ", "_") for ending in endings)))
    title = ", ".join((meant.title, *endings))
    return Meant(name, title, meant.kind, meant.unit, meant.states, meant.none)


def _rows(table: Mapping[str, Any]) -> Iterator[_Row]:
    for row in table.get("object", ()):
        meant = Meant(
            name=row["name"],
            title=row["title"],
            kind=SGW + row["kind"],
            unit=row.get("unit", ""),
            states={text: SGW + state for text, state in row.get("states", {}).items()},
            none=tuple(row.get("none", ())),
        )
        for pattern, phase in _patterns(row):
            yield _Row(pattern, meant, phase, row.get("tariffs", False), row.get("numbered", False))
    for row in table.get("leave", ()):
        yield from (_Row(pattern, Meant(reason=row["reason"])) for pattern, _ in _patterns(row))
    for row in table.get("log", ()):
        yield from (_Row(pattern, Meant(is_log=True)) for pattern, _ in _patterns(row))


def _patterns(row: Mapping[str, Any]) -> Iterator[tuple[re.Pattern[str], str]]:
    """The codes that *row* is of, and the phase of each."""
    for code in _several(row["code"]):
        for higher, phase in _PHASES if row.get("phases") else _PHASES[:1]:
            yield _pattern(code, higher), phase


def _pattern(code: str, higher: int) -> re.Pattern[str]:
    r"""*code* with its C *higher*; `*` is any number.

    >>> _pattern("1-*:1.7.*", 20).pattern
    '1\\-\\d+:21\\.7\\.\\d+'
    """
    if higher:
        head, _, tail = code.partition(":")
        quantity, _, rest = tail.partition(".")
        code = f"{head}:{int(quantity) + higher}.{rest}"
    return re.compile(re.sub(r"(?<=\d)\\\*(?=\d+$)", "@", re.escape(code)).replace(r"\*", r"\d+").replace("@", r"\*"))


def _list_row(row: Mapping[str, Any]) -> ListRow:
    scales = [
        (pattern, Scale(entry["unit"], Decimal(entry.get("scale", 1))))
        for entry in row.get("units", ())
        for pattern, _ in _patterns(entry)
    ]
    places = {len(codes): tuple(codes) for codes in row.get("places", ())}
    return ListRow(row["name"], row.get("meter", "*"), tuple(scales), places, row.get("standard", False))


def _channel_row(row: Mapping[str, Any]) -> ChannelRow:
    meant = Meant(name=row["name"], title=row["title"], kind=SGW + row["kind"])
    return ChannelRow(frozenset(row["types"]), frozenset(row["units"]), meant, row["title"])


def _several(value: str | Iterable[str]) -> Iterable[str]:
    return (value,) if isinstance(value, str) else value
