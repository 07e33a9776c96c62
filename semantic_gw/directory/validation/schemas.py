"""Which schema a document is held against; each is made once, of the files in `schema_files`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from semantic_gw.directory.merge_patch import apply
from semantic_gw.directory.validation.placeholders import PLACEHOLDER
from semantic_gw.directory.validation.schema import Schema
from semantic_gw.model import Json

_PACKAGE: Final = "semantic_gw.directory.validation"
_PLACEHOLDER: Final = {"type": "string", "pattern": PLACEHOLDER}
_ONE: Final = ("additionalProperties", "items", "then", "else")
"""Keywords whose value is a schema."""


@cache
def thing_description() -> Schema:
    """Thing Description 1.1, 5 December 2023, with the registration information of WoT Discovery."""
    return Schema(_thing_description())


@cache
def thing_description_1_0() -> Schema:
    """Thing Description 1.0, 9 April 2020."""
    return Schema(apply(_thing_description(), _file("td-1.0.patch.json")))


@cache
def thing_model() -> Schema:
    """Thing Model, as Thing Description 1.1 has it in section 10."""
    rules = apply(_open(_file("td.schema.json")), _file("tm.patch.json"))
    return Schema(rules)


def _thing_description() -> dict[str, Any]:
    return {**(rules := _file("td.schema.json")), "properties": rules["properties"] | _registration()}


def _registration() -> dict[str, Any]:
    return {"registration": _file("registration.schema.json")}


def _file(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((files(_PACKAGE) / "schema_files" / name).read_text("utf-8"))
    return found


def _open(rules: Mapping[str, Json]) -> dict[str, Json]:
    """*rules* with nothing mandatory, and a placeholder possible in every value (TD 1.1, 10.2 and 10.3.5)."""
    opened = {keyword: rule for keyword, rule in rules.items() if keyword != "required"}
    for keyword in _ONE:
        if keyword in opened:
            opened[keyword] = _fillable(opened[keyword])
    if "properties" in opened:
        opened["properties"] = {name: _fillable(inner) for name, inner in opened["properties"].items()}
    if "$defs" in opened:
        opened["$defs"] = {name: _open(inner) for name, inner in opened["$defs"].items()}
    if "allOf" in opened:
        opened["allOf"] = [_open(inner) for inner in opened["allOf"]]
    return opened


def _fillable(rules: Mapping[str, Json]) -> dict[str, Json]:
    return {"if": _PLACEHOLDER, "else": _open(rules)}
