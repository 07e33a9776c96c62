"""Mappings in OpenAPI 3.1: their resources are none of the framework's, so that it is told by hand."""

from __future__ import annotations

from typing import Final

from semantic_gw.api.openapi import BAD, BODY, OBJECT, TEXT, Schema, fails, operation, says

_JSON: Final[Schema] = {"application/json": {"schema": OBJECT}}
_TRIAL: Final[Schema] = {
    "type": "object",
    "required": ["mapping"],
    "additionalProperties": False,
    "properties": {
        "mapping": {**TEXT, "description": "A mapping in the short form, RML (Turtle) or YARRRML."},
        "payloads": {"type": "array", "maxItems": 100, "items": OBJECT, "description": "Records of a capture."},
    },
}

MAPPINGS_OPENAPI: Final[Schema] = {
    "/mappings": {
        "get": operation(
            "listMappings",
            "The mappings in use, and files that are not",
            "mappings",
            responses={"200": says("Families with version, hash and state.", _JSON), **fails(**BAD)},
        )
    },
    "/mappings/{id}/thing-model": {
        "get": operation(
            "retrieveThingModelOfMapping",
            "What the devices of a family report",
            "mappings",
            description="A Thing Model (TD 1.1, section 10); registered at /models, Things can be made of it.",
            parameters=[{"name": "id", "in": "path", "required": True, "schema": TEXT}],
            responses={
                "200": says("The Thing Model.", {"application/tm+json": {"schema": OBJECT}}),
                **fails(**BAD, s404="There is no such mapping, or none with a Thing Model."),
            },
        )
    },
    "/mappings/unknown": {
        "get": operation(
            "listUnknownNames",
            "Names of values without a known meaning",
            "mappings",
            description="What came in since the start, the most frequent names first: what is to be taught next.",
            responses={"200": says("Names with their families, counts, and what they may be.", _JSON), **fails(**BAD)},
        )
    },
    "/mappings/dry-run": {
        "post": operation(
            "tryMapping",
            "See what a mapping would make of payloads",
            "mappings",
            description="Nothing is stored or published.",
            requestBody={"required": True, "content": {"application/json": {"schema": _TRIAL}}},
            responses={
                "200": says("For each record its graphs as TriG, what was left unmapped, and the report.", _JSON),
                **fails(**BAD, **BODY, s503="Too many mappings are being tried."),
            },
        )
    },
}
"""Paths of `MappingsApi`."""
