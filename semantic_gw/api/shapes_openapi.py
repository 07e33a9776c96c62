"""Shape sets in OpenAPI 3.1: their resources are none of the framework's, so that it is told by hand."""

from __future__ import annotations

from typing import Final

from semantic_gw.api.openapi import (
    BAD,
    BODY,
    CONDITION,
    EMPTY,
    IF_MATCH,
    NUMBER,
    OBJECT,
    TEXT,
    Schema,
    argument,
    fails,
    header,
    operation,
    says,
)
from semantic_gw.rdf.syntaxes import SYNTAXES

_TAG: Final = "shapes"
_JSON: Final[Schema] = {"application/json": {"schema": OBJECT}}
_LIST: Final[Schema] = {"application/json": {"schema": {"type": "array", "items": OBJECT}}}
_TURTLE: Final[Schema] = {"text/turtle": {"schema": TEXT}}
_RDF: Final[Schema] = {syntax.media_type: {"schema": TEXT} for syntax in SYNTAXES.values()}
_POLICY: Final[Schema] = {"enum": ["reject", "quarantine", "mark", "log"]}
_POLICIES: Final[Schema] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "policy": {**_POLICY, "description": "For a violation that no rule is for."},
        "unchecked": {**_POLICY, "description": "For a graph that no shape targets."},
        "rules": {
            "type": "array",
            "description": "Of each result the first rule that fits counts, of several results the strictest policy.",
            "items": {
                "type": "object",
                "required": ["policy"],
                "additionalProperties": False,
                "properties": {
                    "policy": _POLICY,
                    "set": TEXT,
                    "severity": {**TEXT, "default": "Violation", "examples": ["Violation", "Warning", "Info"]},
                    "topic": {"enum": ["", "observations", "events"]},
                },
            },
        },
    },
}
_SET: Final[Schema] = {
    "name": "set",
    "in": "path",
    "required": True,
    "description": "The name of a shape set; `policies` where versions are asked for.",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"},
    "example": "house",
}
_NUMBER: Final[Schema] = {
    "name": "number",
    "in": "path",
    "required": True,
    "description": "The number of a version.",
    "schema": {"type": "integer", "minimum": 1, "maximum": 999_999_999},
}
_FROM: Final = header("From", "Who asks, for the audit.")
_IF_NONE_MATCH: Final = header("If-None-Match", "* demands that it is new.")
_UNKNOWN: Final = {"s404": "There is no such shape set, or no such version."}
_FIXED: Final = {"s405": "The set is from a file, and only read."}
_BUSY: Final = {"s503": "The database does not answer, or too much is being checked."}
_DONE: Final = says("It runs here, and soon everywhere.", None, "ETag", "SHACL-Shapes")

SHAPES_OPENAPI: Final[Schema] = {
    "/shapes": {
        "get": operation(
            "listShapeSets",
            "Every shape set, and what graphs are judged by",
            _TAG,
            responses={"200": says("The sets.", _JSON), **fails(**BAD, **_BUSY)},
        )
    },
    "/shapes/{set}": {
        "get": operation(
            "retrieveShapeSet",
            "Read a shape set, or what is known of it",
            _TAG,
            parameters=[_SET, header("If-None-Match", "Only if it has another entity tag.")],
            responses={
                "200": says("The set.", {**_TURTLE, **_JSON}, "ETag"),
                "304": says("It is as you know it."),
                **fails(**BAD, **_UNKNOWN, s406="No media type that we have.", **_BUSY),
            },
        ),
        "put": operation(
            "putShapeSet",
            "Add or replace a shape set",
            _TAG,
            description="All sets together are compiled first; what cannot be is refused, and changes nothing.",
            parameters=[_SET, IF_MATCH, _IF_NONE_MATCH, _FROM],
            requestBody={"required": True, "content": _RDF},
            responses={
                "201": says("It is new, and runs here.", EMPTY, "Location", "ETag", "SHACL-Shapes"),
                "204": _DONE,
                **fails(**BAD, **_FIXED, **CONDITION, **BODY, **_BUSY),
            },
        ),
        "delete": operation(
            "deleteShapeSet",
            "Remove a shape set",
            _TAG,
            parameters=[_SET, IF_MATCH, _FROM],
            responses={
                "204": _DONE,
                **fails(**BAD, **_UNKNOWN, **_FIXED, s409="A rule of the policies names it.", **CONDITION, **_BUSY),
            },
        ),
    },
    "/shapes/{set}/versions": {
        "get": operation(
            "listVersions",
            "The versions of a shape set that are kept",
            _TAG,
            parameters=[_SET],
            responses={"200": says("The versions, the newest first.", _LIST), **fails(**BAD, **_UNKNOWN, **_BUSY)},
        )
    },
    "/shapes/{set}/versions/{number}": {
        "get": operation(
            "retrieveVersion",
            "Read a version of a shape set",
            _TAG,
            parameters=[_SET, _NUMBER],
            responses={
                "200": says("What it was.", {**_TURTLE, **_JSON}, "ETag"),
                "304": says("It is as you know it."),
                **fails(**BAD, **_UNKNOWN, **_BUSY),
            },
        )
    },
    "/shapes/{set}/versions/{number}/activate": {
        "post": operation(
            "activateVersion",
            "Have a version hold again",
            _TAG,
            parameters=[_SET, _NUMBER, IF_MATCH, _FROM],
            responses={
                "201": says("The set was removed, and is back.", EMPTY, "Location", "ETag", "SHACL-Shapes"),
                "204": _DONE,
                **fails(**BAD, **_UNKNOWN, **_FIXED, **CONDITION, **_BUSY),
            },
        )
    },
    "/shapes/policies": {
        "get": operation(
            "retrievePolicies",
            "What becomes of graphs that do not conform",
            _TAG,
            responses={
                "200": says("The policies.", {"application/json": {"schema": _POLICIES}}, "ETag"),
                "304": says("They are as you know them."),
                **fails(**BAD, **_BUSY),
            },
        ),
        "put": operation(
            "putPolicies",
            "Replace the policies",
            _TAG,
            parameters=[IF_MATCH, _FROM],
            requestBody={"required": True, "content": {"application/json": {"schema": _POLICIES}}},
            responses={"204": _DONE, **fails(**BAD, **CONDITION, **BODY, **_BUSY)},
        ),
        "delete": operation(
            "deletePolicies",
            "Go back to the policies of the settings",
            _TAG,
            parameters=[IF_MATCH, _FROM],
            responses={"204": _DONE, **fails(**BAD, **CONDITION, **_BUSY)},
        ),
    },
    "/shapes/audit": {
        "get": operation(
            "listChangesOfShapes",
            "Who changed shape sets and policies, and when",
            _TAG,
            parameters=[
                argument("before", "Only what was before this position.", NUMBER),
                argument("limit", "Most entries in the answer; up to 1000.", NUMBER),
            ],
            responses={"200": says("The newest first.", _LIST), **fails(**BAD, **_BUSY)},
        )
    },
    "/shapes/dry-run": {
        "post": operation(
            "tryShapes",
            "See what shapes say of data",
            _TAG,
            description="Without shapes, by those that run. Nothing is stored or published.",
            requestBody={
                "required": True,
                "content": {
                    "application/json": {
                        "schema": {
                            "type": "object",
                            "required": ["data"],
                            "additionalProperties": False,
                            "properties": {
                                "data": {**TEXT, "description": "The RDF that is judged."},
                                "contentType": {"enum": list(_RDF), "default": "text/turtle"},
                                "shapes": {**TEXT, "description": "Turtle."},
                            },
                        }
                    }
                },
            },
            responses={"200": says("The report, for people.", _JSON), **fails(**BAD, **BODY, **_BUSY)},
        )
    },
}
