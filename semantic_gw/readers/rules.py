"""What a family's manifest says of its documents: a table of where things stand. The same table in TOML and YAML.

| member | meaning |
|---|---|
| `thing` | IRI of the Thing: a template, or several, the first that can be filled counts |
| `title` | its title, likewise |
| `about` | members of its description, each a template: `"saref:hasModel" = "{/model}"` |
| `each` | where the items stand that each are a reading: a path of the document, `*` is any member or index (`{key}`) |
| `fields` | where in an item the values stand, or single ones; the item itself by default |
| `under` | names that stand before those of each value, a template or several: `{path}` where an address names it |
| `scope` | a template of names that `field` and `leave` have before their paths, and nobody else: `battery/Soc` |
| `when`, `unless` | what an item must have, or must not, to be read: `[{at, is}]`; `*` is any of a name, or any index |
| `doubt` | what an object has whose values are none, by its own word: `[{at, is}]` |
| `part` | tables that each read the same document: `[{…}]`; what one does not say is as in the table around it |
| `like` | the name of another reading of the family: what is not said here is as there; `part = []` for no parts |
| `pairs` | a list of names and values instead: `{at, name, value, unit, time}` |
| `columns` | lists of values instead, by their time, and the list of their names: `{names, rows, as}` |
| `position` | where it was, WGS 84: `{lat, lon, alt, name}`, pointers in an item; the name is `position` by default |
| `time` | when it was: `[{at, as}]`, the first that can be read; `as`: iso, utc, s, ms, us, ns, or as strptime has it |
| `ignore` | documents that are nothing for us: `[{at, is, reason}]`; without `is`, whatever stands there |
| `leave` | values that are none: `[{path, reason}]`; without a reason, what is read elsewhere, as a time or a unit is |
| `rest` | why values that no row of `field` knows are none; without it, the lexicon is asked for them |
| `field` | what is known of single values, see FieldRule: `[{path, kind, unit, …}]` |
| `units` | endings of names that are units: `{_kwh = "kWh"}` |
| `unit_words`, `which`, `plain`, `changing`, `synonyms`, `convention`, `truths` | what names tell: see names.py |
| `none` | numbers and texts that say "no value", of every field |
| `numbers` | `json` (default), `text` where numbers are written as texts, `unit` where a unit follows them there |
| `decimal` | the sign between the digits of numbers in texts |

A path of names is written with `/`; `*` in it is any name, `**` any names; in a name, `*` is any characters, `?` one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final

from semantic_gw.json_pointer import Tokens, parse_pointer
from semantic_gw.model import Json
from semantic_gw.rdf.namespaces import SGW, expand
from semantic_gw.readers.conditions import Ignore, When, check_members, parse_ignore, parse_when
from semantic_gw.readers.names import NAME_MEMBERS, NO_RULES, NameRules, parse_names
from semantic_gw.readers.templates import Template, parse_template

MEMBERS: Final = frozenset(
    {
        "thing", "title", "about", "each", "fields", "under", "scope", "when", "unless", "doubt", "part",
        "pairs", "columns", "position", "time", "ignore", "rest", "leave", "field", "units", "none", "numbers",
        "decimal", *NAME_MEMBERS,
    }
)  # fmt: skip
_FIELD_MEMBERS: Final = frozenset(
    {
        "path", "kind", "unit", "unit_at", "scale", "offset", "none", "states", "other", "name", "title", "numbers",
        "decimal", "leave",
    }
)  # fmt: skip
_NUMBERS: Final = ("json", "text", "unit")


@dataclass(frozen=True, slots=True)
class FieldRule:
    """What is known of the values at *path*: their kind, unit, states, and what on the wire means what."""

    path: re.Pattern[str]
    kind: str = ""
    unit: str = ""
    unit_at: Tokens | None = None
    """Where in the item, or else in the whole document, the unit stands."""
    factor: Decimal = Decimal(1)
    offset: Decimal = Decimal(0)
    none: tuple[Json, ...] = ()
    states: Mapping[str, str] = field(default_factory=dict)
    other: str = ""
    """The state of any value that is not among *states*: of every error code but 0, for example."""
    name: str = ""
    """What the value is called for the lexicon and in the description, instead of its own name."""
    title: str = ""
    numbers: str = ""
    decimal: str = ""
    leave: str = ""
    """Why values there are none, if no row above knows them."""


@dataclass(frozen=True, slots=True)
class Leave:
    """Values that are none, and why."""

    path: re.Pattern[str]
    reason: str


@dataclass(frozen=True, slots=True)
class Pairs:
    """A list of objects that each name a value."""

    at: Tokens
    name: Tokens
    value: Tokens
    unit: Tokens | None = None
    time: Tokens | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """A table: the names of its columns, and its rows by their time."""

    names: Tokens
    rows: Tokens
    form: str


@dataclass(frozen=True, slots=True)
class Position:
    """Where in an item latitude and longitude stand in degrees, and the height in metres."""

    lat: Tokens
    lon: Tokens
    alt: Tokens | None
    name: str


@dataclass(frozen=True, slots=True)
class ReadingRules:
    """One reading table, parsed."""

    thing: tuple[Template, ...]
    title: tuple[Template, ...] = ()
    about: tuple[tuple[str, Template], ...] = ()
    each: Tokens = ()
    fields: tuple[Tokens, ...] = ((),)
    under: tuple[Template, ...] = ()
    scope: Template | None = None
    when: tuple[When, ...] = ()
    unless: tuple[When, ...] = ()
    doubt: tuple[When, ...] = ()
    parts: tuple[ReadingRules, ...] = ()
    pairs: Pairs | None = None
    columns: Columns | None = None
    position: Position | None = None
    time: tuple[tuple[Tokens, str], ...] = ()
    ignore: tuple[Ignore, ...] = ()
    leave: tuple[Leave, ...] = ()
    rest: str = ""
    field: tuple[FieldRule, ...] = ()
    units: tuple[tuple[str, str], ...] = ()
    """Endings, the longest first."""
    none: tuple[Json, ...] = ()
    numbers: str = "json"
    decimal: str = "."
    names: NameRules = NO_RULES


def parse_rules(table: Mapping[str, Any]) -> ReadingRules:
    """The rules of a reading table. Raises ValueError that says which member is wrong, and what there is instead."""
    check_members(table, MEMBERS, "a reading")
    if table.get("part"):
        around = {name: value for name, value in table.items() if name != "part"}
        return ReadingRules(thing=(), parts=tuple(parse_rules({**around, **part}) for part in table["part"]))
    if "thing" not in table:
        raise ValueError('a reading says which Thing it is of: thing = "urn:dev:ops:{name}"')
    return ReadingRules(
        thing=_templates(table["thing"], ""),
        title=_templates(table.get("title", ()), "text"),
        about=tuple((name, parse_template(text, style="text")) for name, text in table.get("about", {}).items()),
        each=parse_pointer(table.get("each", "")),
        fields=tuple(map(parse_pointer, _several(table.get("fields", "")))),
        under=_templates(table.get("under", ()), "text"),
        scope=parse_template(table["scope"], style="text") if "scope" in table else None,
        when=tuple(map(parse_when, table.get("when", ()))),
        unless=tuple(map(parse_when, table.get("unless", ()))),
        doubt=tuple(map(parse_when, table.get("doubt", ()))),
        pairs=_pairs(table["pairs"]) if "pairs" in table else None,
        columns=_columns(table["columns"]) if "columns" in table else None,
        position=_position(table["position"]) if "position" in table else None,
        time=tuple((parse_pointer(row["at"]), row.get("as", "iso")) for row in table.get("time", ())),
        ignore=tuple(map(parse_ignore, table.get("ignore", ()))),
        leave=tuple(
            Leave(path_pattern(p), r.get("reason", "")) for r in table.get("leave", ()) for p in _several(r["path"])
        ),
        rest=table.get("rest", ""),
        field=tuple(rule for row in table.get("field", ()) for rule in _field(row)),
        units=tuple(sorted(table.get("units", {}).items(), key=lambda pair: -len(pair[0]))),
        none=tuple(table.get("none", ())),
        numbers=_numbers(table.get("numbers", "json")),
        decimal=table.get("decimal", "."),
        names=parse_names(table),
    )


@lru_cache(maxsize=16_384)  # parts of a table repeat the rows around them
def path_pattern(path: str) -> re.Pattern[str]:
    """The paths, joined with `/`, that *path* is a pattern of.

    >>> bool(path_pattern("ENERGY/*").fullmatch("ENERGY/Power")), bool(path_pattern("**/Id").fullmatch("a/b/Id"))
    (True, True)
    """
    levels = path.strip("/").split("/")
    text = "".join("(?:[^/]+/)*" if one == "**" else _name_pattern(one) + "/" for one in levels)
    return re.compile(text.removesuffix("/") if not text.endswith("*") else text + ".*", re.DOTALL)


def _name_pattern(name: str) -> str:
    return re.escape(name).replace(r"\*", "[^/]*").replace(r"\?", "[^/]")


def _several(value: Any) -> Iterable[str]:
    return (value,) if isinstance(value, str) else value


def _templates(value: Any, style: str) -> tuple[Template, ...]:
    return tuple(parse_template(text, style=style) for text in _several(value))


def _numbers(value: str) -> str:
    if value not in _NUMBERS:
        raise ValueError(f"numbers = {value!r} is none of {', '.join(_NUMBERS)}")
    return value


def _pairs(row: Mapping[str, Any]) -> Pairs:
    check_members(row, frozenset(("at", "name", "value", "unit", "time")), "pairs")
    optional = {name: parse_pointer(row[name]) for name in ("unit", "time") if name in row}
    return Pairs(*(parse_pointer(row[name]) for name in ("at", "name", "value")), **optional)


def _columns(row: Mapping[str, Any]) -> Columns:
    check_members(row, frozenset(("names", "rows", "as")), "columns")
    return Columns(parse_pointer(row["names"]), parse_pointer(row["rows"]), row.get("as", "iso"))


def _position(row: Mapping[str, Any]) -> Position:
    check_members(row, frozenset(("lat", "lon", "alt", "name")), "position")
    alt = parse_pointer(row["alt"]) if "alt" in row else None
    return Position(parse_pointer(row["lat"]), parse_pointer(row["lon"]), alt, row.get("name", "position"))


def _leave(row: Mapping[str, Any]) -> Iterable[Leave]:
    check_members(row, frozenset(("path", "reason")), "leave")
    return [Leave(path_pattern(path), row.get("reason", "")) for path in _several(row["path"])]


def _field(row: Mapping[str, Any]) -> Iterable[FieldRule]:
    check_members(row, _FIELD_MEMBERS, f"field {row.get('path', '?')}")
    rule = {
        "kind": _iri(row.get("kind", "")),
        "unit": row.get("unit", ""),
        "unit_at": parse_pointer(row["unit_at"]) if "unit_at" in row else None,
        "factor": _decimal(row.get("scale", 1)),
        "offset": _decimal(row.get("offset", 0)),
        "none": tuple(row.get("none", ())),
        "states": {str(text): _iri(state) for text, state in row.get("states", {}).items()},
        "other": _iri(row.get("other", "")),
        "name": row.get("name", ""),
        "title": row.get("title", ""),
        "numbers": _numbers(row["numbers"]) if "numbers" in row else "",
        "decimal": row.get("decimal", ""),
        "leave": row.get("leave", ""),
    }
    return [FieldRule(path_pattern(path), **rule) for path in _several(row["path"])]


def _iri(name: str) -> str:
    return name if not name else expand(name) if ":" in name else SGW + name


def _decimal(value: Any) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation as error:
        raise ValueError(f"{value!r} is no number") from error
