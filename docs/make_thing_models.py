"""Write mappings/*/thing.tm.json: the Thing Models of families whose tables fix what their devices report.

A model has what the rows of the family's tables name without a pattern, and what its examples grow. All of it is
optional: no device reports everything. `python docs/make_thing_models.py`
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from semantic_gw.app.parts import Parts, field_describers, load_parts
from semantic_gw.codecs.capture import read_capture
from semantic_gw.contracts import Field, Reading
from semantic_gw.describers.fields import FieldDescriber
from semantic_gw.json_pointer import format_pointer
from semantic_gw.model import Json, Source
from semantic_gw.pipeline.family import Family
from semantic_gw.rdf.namespaces import SAREF, SGW
from semantic_gw.readers.lwm2m_objects import load_objects
from semantic_gw.readers.obis_table import ObisTable
from semantic_gw.settings import Settings
from semantic_gw.shipped import MAPPINGS, THING_MODEL

FAMILIES: Final = (
    "airgradient", "ble-theengs", "ecowitt", "hackair", "hfp", "homewizard", "lwm2m", "netatmo", "obis-meter", "ocpp",
    "owntracks", "sensor-community", "shelly", "tasmota", "victron", "wmbus",
)  # fmt: skip
"""Devices of the others describe themselves, or are whatever their site makes of them."""

_ANY: Final = frozenset("*?{[")
_ADDRESS: Final = "{path}"
"""What values stand under where their names are in the address, and in the table as they are."""

_SOURCE: Final = Source("mqtt", "x")
_NOW: Final = datetime(2026, 11, 24, tzinfo=UTC)
_AFFORDANCES: Final = ("properties", "events")
_MEANING: Final = ("type", "saref:hasPropertyKind", "saref:hasStateKind", "sgw:hasEventKind")
_OF_ONE_DEVICE: Final = ("forms", "sgw:unitText")
"""Members of affordances that differ from device to device."""


@dataclass(frozen=True, slots=True)
class Row:
    """What a table fixes of one value; *unit* is empty where each device tells it."""

    path: tuple[str, ...]
    kind: str = ""
    unit: str = ""
    states: Mapping[str, str] | None = None
    title: str = ""


def main() -> None:
    parts = load_parts(Settings())
    for family in parts.families:
        if family.id in FAMILIES:
            (MAPPINGS / family.id / THING_MODEL).write_text(text_of(model_of(family, parts)), "utf-8")


def model_of(family: Family, parts: Parts) -> dict[str, Json]:
    """The Thing Model of *family* (TD 1.1, section 10)."""
    describer = field_describers((family,), parts.settings)[family.id]
    found = [*_of_tables(family, describer), *_of_examples(family, parts)]
    members = {kind: _united(one.get(kind, {}) for one in found) for kind in _AFFORDANCES}
    return {
        "@context": ["https://www.w3.org/2022/wot/td/v1.1", {"saref": SAREF, "sgw": SGW}],
        "@type": ["tm:ThingModel", "saref:Device", "saref:Sensor"],
        "id": f"{SGW}models/{family.id}",
        "title": family.title,
        "description": f"What devices of {family.title} report, as the tables of the mapping {family.id} have it.",
        "version": {"model": family.version},
        "securityDefinitions": {"nosec_sc": {"scheme": "nosec"}},
        "security": "nosec_sc",
        "tm:optional": [format_pointer((kind, name)) for kind in _AFFORDANCES for name in members[kind]],
        **{kind: there for kind, there in members.items() if there},
    }


def text_of(model: Mapping[str, Json]) -> str:
    """The model as JSON, an affordance a line."""
    lines = [f"  {_json(name)}: {_value(told)}" for name, told in model.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _value(told: Json) -> str:
    if isinstance(told, dict) and len(told) > 1 and all(isinstance(inner, dict) for inner in told.values()):
        return "{\n" + ",\n".join(f"    {_json(name)}: {_json(inner)}" for name, inner in told.items()) + "\n  }"
    if isinstance(told, list) and all(isinstance(inner, str) for inner in told):
        return "[\n" + ",\n".join(f"    {_json(inner)}" for inner in told) + "\n  ]"
    return _json(told)


def _json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def _united(found: Iterable[Mapping[str, Json]]) -> dict[str, Json]:
    """The affordances of all. One whose unit differs has none; one that means different things is left out."""
    there: dict[str, dict[str, Json]] = {}
    doubtful = set()
    for name, told in ((name, _plain(told)) for one in found for name, told in one.items()):
        known = there.setdefault(name, told)
        if any(known.get(member) != told.get(member) for member in _MEANING):
            doubtful.add(name)
        elif known.get("unit") != told.get("unit"):
            there[name] = {member: value for member, value in known.items() if member != "unit"}
        elif "oneOf" in told:
            options = {option["const"]: option for option in (*known["oneOf"], *told["oneOf"])}
            there[name] = {**known, "oneOf": [options[value] for value in sorted(options)]}
    return {name: told for name, told in there.items() if name not in doubtful}


def _plain(told: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in told.items() if name not in _OF_ONE_DEVICE}


# What examples grow


def _of_examples(family: Family, parts: Parts) -> Iterator[Mapping[str, Json]]:
    for path in sorted((MAPPINGS / family.id / "examples").glob("*.json")):
        record = read_capture(path.read_bytes(), now=_NOW)
        for thing in parts.pipeline.fork().process(record.payload).described:
            yield thing.document


# What tables fix


def _of_tables(family: Family, describer: FieldDescriber) -> Iterator[Mapping[str, Json]]:
    """A description of each row: of several of one name, the first counts."""
    for row in _rows(family):
        value = next(iter(row.states)) if row.states else 1
        field = Field(row.path, value, row.unit, kind=row.kind, states=row.states or {}, title=row.title)
        grown = describer.grown(Reading("urn:x", "x", (field,)), None, _SOURCE)
        known: dict[str, Json] = {name: grown[name] for name in _AFFORDANCES if grown and name in grown}
        if known:
            yield known
        elif row.kind and not row.unit and not row.states:
            yield {"properties": {"_".join(row.path): _without_unit(row)}}


def _without_unit(row: Row) -> dict[str, Json]:
    return {
        "title": row.title or " ".join(row.path).replace("_", " ").capitalize(),
        "type": "number",
        "saref:hasPropertyKind": {"@id": row.kind},
        "readOnly": True,
        "observable": True,
        "sgw:pointer": format_pointer(row.path),
    }


def _rows(family: Family) -> Iterable[Row]:
    folder = MAPPINGS / family.id
    match family.id:
        case "lwm2m":
            return _lwm2m(folder)
        case "obis-meter":
            return _obis(folder)
    tables = tomllib.loads((folder / "manifest.toml").read_text("utf-8")).get("reading", {})
    if family.id == "ocpp":
        return _ocpp(tables["default"])
    found = [*_parts(tables.values())]
    around = {scope.split("/")[0] for table in found if _ANY.isdisjoint(scope := table.get("scope", "*"))}
    return [row for table in found for row in _table(table, around)]


def _parts(tables: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Every table, and every part of one with what is around it."""
    for table in tables:
        around = {name: value for name, value in table.items() if name != "part"}
        yield around
        yield from _parts({**around, **part} for part in table.get("part", ()))


def _table(table: Mapping[str, Any], around: set[str]) -> Iterator[Row]:
    """The rows of `field` that name one value, without their scope, which may be one of *around*.

    What stands under a member that differs from device to device is left to the examples.
    """
    if table.get("under", _ADDRESS) != _ADDRESS:
        return
    scope = str(table.get("scope", "")).count("/") + 1 if table.get("scope") else 0
    for row in table.get("field", ()):
        if row.get("leave") or "unit_at" in row:
            continue
        for path in row["path"] if isinstance(row["path"], list) else [row["path"]]:
            names = tuple(path.removeprefix("**/").split("/"))
            names = names if path.startswith("**/") else names[scope:]
            if names and names[0] not in around and _ANY.isdisjoint("/".join(names)):
                yield _row(row, names, table.get("units", {}))


def _row(row: Mapping[str, Any], names: tuple[str, ...], endings: Mapping[str, str]) -> Row:
    states = {text: SGW + state for text, state in row.get("states", {}).items()}
    kind, unit, name = row.get("kind", ""), row.get("unit", ""), row.get("name", names[-1])
    ending = next((end for end in endings if not unit and name.endswith(end) and len(name) > len(end)), "")
    path = (*names[:-1], name.removesuffix(ending))
    return Row(path, SGW + kind if kind else "", unit or endings.get(ending, ""), states or None, row.get("title", ""))


def _ocpp(table: Mapping[str, Any]) -> Iterator[Row]:
    """What the first connector of a station may tell."""
    for name, row in table["measurands"].items():
        yield Row(("connector1", name), SGW + row["kind"], row.get("unit", ""))


def _lwm2m(folder: Path) -> Iterator[Row]:
    """The first instance of each object."""
    for number, rule in sorted(load_objects(folder / "objects.toml").objects.items()):
        for id, one in sorted(rule.resources.items()):
            path = (str(number), "0", str(id))
            if one.kind:
                yield Row(path, one.kind, one.unit or one.usual, one.states or None, f"{rule.name}: {one.name}")


def _obis(folder: Path) -> Iterator[Row]:
    """Every object, and those of phases and tariffs."""
    table = tomllib.loads((folder / "obis.toml").read_text("utf-8"))
    meant = ObisTable(folder / "obis.toml")
    for row in table["object"]:
        codes = row["code"] if isinstance(row["code"], list) else [row["code"]]
        for one in (one for code in codes for one in _codes(code, row)):
            found = meant.meant(one)
            if found is not None and found.kind:
                yield Row((found.name,), found.kind, found.unit, found.states or None, found.title)


def _codes(code: str, row: Mapping[str, Any]) -> Iterator[str]:
    """*code* with numbers for its patterns: all phases, and two tariffs or places."""
    medium, _, rest = code.rpartition(":")
    quantity, _, ending = rest.partition(".")
    medium = medium.replace("*", "0") + ":" if medium else ""
    tariffs = ("0", "1", "2") if row.get("tariffs") else ("1", "2") if row.get("numbered") else ("0",)
    for more in (0, 20, 40, 60) if row.get("phases") else (0,):
        for tariff in tariffs if not more else ("0",):
            whole = f"{int(quantity) + more}.{ending}" if more else rest
            yield medium + _numbered(whole, tariff)


def _numbered(code: str, tariff: str) -> str:
    head, _, tail = code.rpartition(".")
    return f"{head}.{tariff if tail == '*' else tail}".replace("*", "0")


if __name__ == "__main__":
    main()
