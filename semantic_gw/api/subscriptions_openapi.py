"""Standing queries in OpenAPI 3.1: their resources are none of the framework's, so that it is told by hand."""

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
from semantic_gw.subscriptions.document import ID_PATTERN, Document

_TAG: Final = "subscriptions"


def _inlined(schema: Schema, definitions: Schema) -> Schema:
    """*schema* with what it refers to in its place: the document has no room for definitions of its own."""
    if "$ref" in schema:
        return _inlined(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    return {name: _inlined_value(value, definitions) for name, value in schema.items() if name != "$defs"}


def _inlined_value(value: object, definitions: Schema) -> object:
    if isinstance(value, dict):
        return _inlined(value, definitions)
    return [_inlined_value(one, definitions) for one in value] if isinstance(value, list) else value


_MODEL: Final[Schema] = Document.model_json_schema(by_alias=True)
DOCUMENT: Final[Schema] = _inlined(_MODEL, _MODEL["$defs"])
"""The JSON Schema of a standing query as it is sent."""

_WANTED: Final[Schema] = {
    "required": True,
    "content": {
        "application/json": {
            "schema": DOCUMENT,
            "example": {"filter": {"kinds": ["sgw:AirTemperature"], "threshold": {"above": 25}}},
        }
    },
}
_ONE: Final[Schema] = {"application/json": {"schema": OBJECT}}
_LIST: Final[Schema] = {"application/json": {"schema": {"type": "array", "items": OBJECT}}}
_ID: Final[Schema] = {
    "name": "subscription",
    "in": "path",
    "required": True,
    "description": "The id of a standing query.",
    "schema": {"type": "string", "pattern": ID_PATTERN},
    "example": "warm",
}
_UNKNOWN: Final = {"s404": "There is no such standing query."}
_BUSY: Final = {"s503": "The database or the bus does not answer, or there are too many streams."}
_MANY: Final = {"s422": "It would cost more than is allowed."}
_IF_NONE_MATCH: Final = header("If-None-Match", "* demands that it is new.")

SUBSCRIPTIONS_OPENAPI: Final[Schema] = {
    "/subscriptions": {
        "get": operation(
            "listSubscriptions",
            "The standing queries, in order of their ids",
            _TAG,
            parameters=[
                argument("limit", "Most in the answer; up to 1000.", NUMBER),
                argument("after", "Only ids behind this one.", TEXT),
            ],
            responses={"200": says("A page.", _LIST, "Link"), **fails(**BAD, **_BUSY)},
        ),
        "post": operation(
            "createSubscription",
            "Register a standing query",
            _TAG,
            requestBody=_WANTED,
            responses={
                "201": says("It is registered.", _ONE, "Location", "ETag"),
                **fails(**BAD, **CONDITION, **BODY, **_MANY, **_BUSY),
            },
        ),
    },
    "/subscriptions/{subscription}": {
        "get": operation(
            "retrieveSubscription",
            "Read a standing query, its state and its health",
            _TAG,
            parameters=[_ID],
            responses={"200": says("It.", _ONE, "ETag"), **fails(**BAD, **_UNKNOWN, **_BUSY)},
        ),
        "put": operation(
            "putSubscription",
            "Register or replace a standing query; wake one that is suspended",
            _TAG,
            parameters=[_ID, IF_MATCH, _IF_NONE_MATCH],
            requestBody=_WANTED,
            responses={
                "200": says("It is replaced.", _ONE, "ETag"),
                "201": says("It is new.", _ONE, "ETag"),
                **fails(**BAD, **CONDITION, **BODY, **_MANY, **_BUSY),
            },
        ),
        "patch": operation(
            "patchSubscription",
            "Change a standing query by a JSON Merge Patch",
            _TAG,
            parameters=[_ID, IF_MATCH],
            requestBody={"required": True, "content": {"application/merge-patch+json": {"schema": OBJECT}}},
            responses={
                "200": says("It is changed.", _ONE, "ETag"),
                **fails(**BAD, **_UNKNOWN, **CONDITION, **BODY, **_MANY, **_BUSY),
            },
        ),
        "delete": operation(
            "deleteSubscription",
            "Remove a standing query",
            _TAG,
            parameters=[_ID, IF_MATCH],
            responses={"204": says("It is removed.", EMPTY), **fails(**BAD, **_UNKNOWN, **CONDITION, **_BUSY)},
        ),
    },
    "/subscriptions/{subscription}/td": {
        "get": operation(
            "describeSubscription",
            "The Thing Description of a standing query",
            _TAG,
            parameters=[_ID],
            responses={
                "200": says("Its match as an event.", {"application/td+json": {"schema": OBJECT}}, "ETag"),
                **fails(**BAD, **_UNKNOWN, **_BUSY),
            },
        )
    },
    "/subscriptions/{subscription}/events": {
        "get": operation(
            "followSubscription",
            "The matches as they come: server-sent events, or WebSocket after an upgrade",
            _TAG,
            parameters=[_ID, header("Last-Event-ID", "Go on behind this event.")],
            responses={
                "200": says("A stream without an end.", {"text/event-stream": {"schema": TEXT}}),
                **fails(**BAD, **_UNKNOWN, s406="It is text/event-stream only.", **_BUSY),
            },
        )
    },
}
