"""The values in a document of LwM2M, whatever its format: each with its path, and what time it tells.

| document | format (OMA LwM2M TS 1.2 Core, 7.4) |
|---|---|
| an array | SenML |
| `{"bn", "bt", "e": [...]}` | LwM2M JSON, as of TS 1.0 |
| `{"tlv": [...]}` | TLV; the path that was read stands in the address |
| `{"3303": {"0": {"5700": 21.5}}}` | LwM2M CBOR; keys may be joined: `{"3303/0/5700": 21.5}` |
| a number, a truth value, a text | a single value; its path stands in the address |
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from semantic_gw.errors import LiftingError
from semantic_gw.json_pointer import step
from semantic_gw.model import Finding, Json
from semantic_gw.readers.device_names import MAX_NAME, take_apart
from semantic_gw.readers.senml_pack import ABSOLUTE, MAX_RECORDS, Record, added, moment_of, resolve
from semantic_gw.readers.values import number_in

PATH: Final = re.compile(
    r"(|.*?[/:%])([0-9]{1,5})/([0-9]{1,5})/([0-9]{1,5})(?:/([0-9]{1,5}))?",
    re.DOTALL,
)
"""What stands before a path, and its object, instance, resource and resource instance."""

TLV: Final = "application/vnd.oma.lwm2m+tlv"

_LARGEST_ID: Final = 65_535
_JSON_VALUES: Final = ("v", "sv", "bv", "ov")
_MAX_DEPTH: Final = 4
_FORMATS: Final = {1: ">b", 2: ">h", 4: ">i", 8: ">q"}
_FLOATS: Final = {4: ">f", 8: ">d"}


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a resource. *root* is what stands before its path, *raw* whether it is bytes of TLV in hexadecimal."""

    root: str
    object: int
    instance: int
    resource: int
    part: int | None
    """The resource instance, where the resource has several."""
    value: Json
    pointer: str
    unit: str = ""
    time: datetime | None = None
    raw: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        path = (self.object, self.instance, self.resource)
        return tuple(map(str, path if self.part is None else (*path, self.part)))


def nodes(document: Json, media_type: str, base: str, now: datetime) -> Iterator[Node | Finding]:
    """The values in *document*, a Finding for each that has no path; *base* is the path that was asked for.

    Raises LiftingError for what is no format of LwM2M.
    """
    if isinstance(document, list):
        return _of_senml(document, base, now)
    if not isinstance(document, dict):
        return iter([_node(base, document, "")])
    if media_type == TLV:
        return _of_tlv(document["tlv"], base, "/tlv", 0)
    if isinstance(document.get("e"), list):
        return _of_json(document, base, now)
    return _of_tree(document, base, "", 0)


def _node(path: str, value: Json, pointer: str, *, unit: str = "", time: datetime | None = None) -> Node | Finding:
    device = take_apart(path) if path[:4].lower() == "urn:" else None
    match = PATH.fullmatch(path if device is None else "/".join(device.rest))
    if match is None or any(int(part) > _LARGEST_ID for part in match.groups()[1:] if part):
        return Finding(pointer, f"{path[:80] or 'nothing'!r} is no path of a resource, and the address completes none")
    root, *ids = match.groups()
    root = device.device if device is not None else root
    object_, instance, resource = map(int, ids[:3])
    return Node(root, object_, instance, resource, int(ids[3]) if ids[3] else None, value, pointer, unit, time)


def _of_senml(pack: Json, base: str, now: datetime) -> Iterator[Node | Finding]:
    for record in resolve(pack, now):
        yield record if isinstance(record, Finding) else _of_record(record, base)


def _of_record(record: Record, base: str) -> Node | Finding:
    if record.data:
        return Finding(record.pointer, "opaque data")
    if "vlo" in record.extra:  # TS 1.1 Core, 7.4.4
        return Finding(record.pointer, "a link to another object")
    if record.value is None:
        return Finding(record.pointer, "a path without a value")
    name = record.name if PATH.fullmatch(record.name) or not base else _joined(base, record.name)
    return _node(name, record.value, record.pointer, unit=record.unit, time=None if record.ahead else record.time)


def _of_json(document: Mapping[str, Json], base: str, now: datetime) -> Iterator[Node | Finding]:
    """LwM2M JSON (TS 1.0, 6.4.4): `bv` is a truth value, and times count as those of SenML do."""
    if len(document["e"]) > MAX_RECORDS:
        raise LiftingError(f"more than {MAX_RECORDS} values in one document")
    start = document.get("bn", base and _joined(base, ""))
    for index, entry in enumerate(document["e"]):
        pointer = f"/e/{index}"
        if not isinstance(entry, dict) or not isinstance(start, str) or not isinstance(entry.get("n", ""), str):
            raise LiftingError("an entry of LwM2M JSON is an object, its name a text", pointer=pointer)
        if len(start) + len(entry.get("n", "")) > MAX_NAME:
            yield Finding(pointer, f"its path has more than {MAX_NAME} characters")
            continue
        yield _of_entry(entry, start + entry.get("n", ""), document.get("bt", 0), pointer, now)


def _of_entry(entry: Mapping[str, Json], path: str, base_time: Json, pointer: str, now: datetime) -> Node | Finding:
    kind = next((label for label in _JSON_VALUES if label in entry), None)
    if kind is None:
        return Finding(pointer, "a path without a value")
    if kind == "ov":
        return Finding(pointer + step(kind), "a link to another object")
    seconds = entry.get("t", 0)
    if type(seconds) not in (int, float) or type(base_time) not in (int, float):
        return Finding(pointer, "its time is no number")
    try:
        total = added(base_time, seconds)
        time = None if 0 < total < ABSOLUTE else moment_of(total, now)  # a report tells of nothing to come
    except OverflowError:
        return Finding(pointer, f"{seconds} s since {base_time} is no time")
    return _node(path, entry[kind], pointer + step(kind), time=time)


def _of_tlv(items: Json, base: str, pointer: str, depth: int) -> Iterator[Node | Finding]:
    """The items that were read at *base*, which is the path of an object, of an instance, or of a resource."""
    for index, item in enumerate(items):
        where = f"{pointer}/{index}"
        path = _tlv_path(item, base, depth)
        if "items" in item:
            yield from _of_tlv(item["items"], path, f"{where}/items", depth + 1)
            continue
        found = _node(path, item["hex"], f"{where}/hex")
        yield found if isinstance(found, Finding) else _as_raw(found)


def _tlv_path(item: Mapping[str, Json], base: str, depth: int) -> str:
    """The path of *item*. At the top it may be what was asked for itself, or leave the only instance out (6.4.3)."""
    ids = [part for part in base.split("/") if part.isdecimal()]
    levels = {"object_instance": 2, "resource": 3, "resources": 3}
    if depth == 0 and len(ids) == levels.get(item["kind"]) and ids[-1] == str(item["id"]):
        return base
    if depth == 0 and len(ids) == 1 and item["kind"] != "object_instance":
        base = _joined(base, "0")
    return _joined(base, str(item["id"]))


def _as_raw(node: Node) -> Node:
    return replace(node, raw=True)


def _of_tree(tree: Mapping[str, Json], path: str, pointer: str, depth: int) -> Iterator[Node | Finding]:
    for name, value in tree.items():
        where, below = pointer + step(name), _joined(path, name)
        if not all(part.isdecimal() for part in name.split("/")):
            raise LiftingError(f"{name[:80]!r} is no id of an object, an instance or a resource", pointer=where)
        if isinstance(value, dict) and depth < _MAX_DEPTH:
            yield from _of_tree(value, below, where, depth + 1)
        else:
            yield _node(below, value, where)


def _joined(path: str, name: str) -> str:
    return f"{path.rstrip('/')}/{name.lstrip('/')}"


def typed(value: Json, type: str, *, raw: bool) -> Json:
    """The value of a resource of *type*, from bytes of TLV or from a text (TS 1.0, 6.4.1 and C); None where it is none.

    >>> typed("41ac0000", "float", raw=True), typed("ff", "integer", raw=True), typed("21.5", "float", raw=False)
    (21.5, -1, 21.5)
    """
    if raw:
        return _from_bytes(bytes.fromhex(value), type)
    if type in ("float", "integer", "unsigned", "time") and isinstance(value, str):
        return number_in(value)
    return value


def _from_bytes(value: bytes, type: str) -> Json:
    if type == "string":
        return value.decode("utf-8", "replace")
    if type == "boolean":
        return {b"\0": False, b"\1": True}.get(value)
    if type == "unsigned":
        return int.from_bytes(value) if len(value) in _FORMATS else None
    form = (_FLOATS if type == "float" else _FORMATS if type in ("integer", "time") else {}).get(len(value))
    if form is None:
        return None
    number: int | float = struct.unpack(form, value)[0]
    return number if abs(number) < float("inf") else None
