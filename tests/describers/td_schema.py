"""The W3C's JSON Schema for Thing Descriptions 1.1, compiled once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

import jsonschema_rs

from semantic_gw.model import Json
from tests.shared import shared


@cache
def _validator() -> jsonschema_rs.Draft7Validator:
    schema = json.loads(shared("wot/schema/td-1.1.schema.json").read_text("utf-8"))
    return jsonschema_rs.Draft7Validator(schema)


def faults(document: Mapping[str, Json]) -> list[str]:
    """What the schema finds wrong with *document*, a sentence each."""
    as_sent = json.loads(json.dumps(document))
    return [
        f"{document.get('title')}: /{'/'.join(map(str, error.instance_path))} {error.message}"
        for error in _validator().iter_errors(as_sent)
    ]
