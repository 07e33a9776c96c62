"""The directory in OpenAPI 3.1: its resources are none of the framework's, so that it is told by hand."""

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
    PROBLEM,
    TEXT,
    Schema,
    argument,
    fails,
    header,
    operation,
    says,
)

_ID: Final[Schema] = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "The id of the document, an IRI, percent-encoded.",
    "schema": {"type": "string", "minLength": 1},
    "example": "urn:uuid:0804d572-cce8-422a-bb7c-4412fcd56f06",
}
_BULK_RESULT: Final[Schema] = {
    "type": "object",
    "required": ["index", "status"],
    "properties": {
        "index": NUMBER,
        "id": TEXT,
        "status": NUMBER,
        "changed": {"type": "boolean"},
        "problem": PROBLEM,
    },
}
_DOCUMENT: Final[Schema] = {
    "application/td+json": {"schema": OBJECT},
    "application/ld+json": {"schema": OBJECT},
    "application/json": {"schema": OBJECT},
    "text/turtle": {"schema": TEXT},
    "application/n-triples": {"schema": TEXT},
}


_UNKNOWN: Final = {"s404": "Nothing is registered under this id."}
_PREFER: Final = header("Prefer", "return=representation answers with the Enriched TD.")


def _search(name: str, language: str) -> Schema:
    return {
        "get": operation(
            name,
            f"Search with {language}",
            "search",
            parameters=[argument("query", f"The {language} expression.", TEXT, required=True)],
            responses={
                "200": says("What was found.", {"application/json": {"schema": {}}}),
                **fails(**BAD, s501="A part of the language that is not offered.", s503="Too many searches at once."),
            },
        )
    }


_EVENTS: Final[Schema] = {
    "parameters": [
        argument("diff", "Whole descriptions and merge patches in the data.", {"type": "boolean"}),
        header("Last-Event-ID", "The id of the last event received: what happened since comes first."),
    ],
    "responses": {
        "200": says("A stream of events.", {"text/event-stream": {"schema": TEXT}}),
        **fails(**BAD, s410="What happened since is no longer kept.", s503="There are too many streams."),
    },
}

DIRECTORY_OPENAPI: Final[Schema] = {
    "/things": {
        "get": operation(
            "listThings",
            "List Things",
            "things",
            description="Enriched TDs in code point order of their ids; pages have Link headers.",
            parameters=[
                argument("offset", "Things to pass over.", NUMBER),
                argument("limit", "Most Things in the answer.", {**NUMBER, "minimum": 1}),
                argument("format", "A bare array, or an object with members.", {"enum": ["array", "collection"]}),
            ],
            responses={
                "200": says(
                    "The list.",
                    {"application/ld+json": {"schema": {}}, "application/json": {"schema": {}}},
                    "Link",
                    "ETag",
                ),
                **fails(**BAD, s406="No media type that we have."),
            },
        ),
        "post": operation(
            "createThing",
            "Register an anonymous Thing, or many",
            "things",
            description="An array, or lines of JSON, register each item: under its id, or under a new one.",
            parameters=[_PREFER],
            requestBody={
                "required": True,
                "content": {**_DOCUMENT, "application/x-ndjson": {"schema": TEXT}},
            },
            responses={
                "200": says(
                    "A result for each item.",
                    {
                        "application/json": {"schema": {"type": "array", "items": _BULK_RESULT}},
                        "application/x-ndjson": {"schema": TEXT},
                    },
                ),
                "201": says("Registered.", {**EMPTY, "application/td+json": {"schema": OBJECT}}, "Location", "ETag"),
                **fails(**BAD, **BODY, s408="The body did not arrive."),
            },
        ),
    },
    "/things/{id}": {
        "get": operation(
            "retrieveThing",
            "Read a Thing",
            "things",
            parameters=[_ID, header("If-None-Match", "Only if it has another entity tag.")],
            responses={
                "200": says("The Enriched TD, or its RDF projection.", _DOCUMENT, "ETag"),
                "304": says("It is as you know it."),
                **fails(**BAD, **_UNKNOWN, s406="No media type that we have."),
            },
        ),
        "put": operation(
            "updateThing",
            "Register or replace a Thing",
            "things",
            parameters=[_ID, IF_MATCH, header("If-None-Match", "* demands that it is new."), _PREFER],
            requestBody={"required": True, "content": _DOCUMENT},
            responses={
                "200": says("Replaced.", {"application/td+json": {"schema": OBJECT}}),
                "201": says("Registered.", {**EMPTY, "application/td+json": {"schema": OBJECT}}, "Location", "ETag"),
                "204": says("Replaced.", None, "ETag"),
                **fails(**BAD, **CONDITION, **BODY),
            },
        ),
        "patch": operation(
            "partiallyUpdateThing",
            "Change a Thing by a JSON Merge Patch",
            "things",
            parameters=[_ID, IF_MATCH, _PREFER],
            requestBody={"required": True, "content": {"application/merge-patch+json": {"schema": OBJECT}}},
            responses={
                "200": says("Changed.", {"application/td+json": {"schema": OBJECT}}),
                "204": says("Changed.", None, "ETag"),
                **fails(**BAD, **_UNKNOWN, **CONDITION, **BODY),
            },
        ),
        "delete": operation(
            "deleteThing",
            "Remove a Thing",
            "things",
            parameters=[_ID, IF_MATCH],
            responses={"204": says("Removed."), **fails(**BAD, **_UNKNOWN, **CONDITION)},
        ),
    },
    "/things/dry-run": {
        "post": operation(
            "dryRun",
            "See what a Thing Description would make of payloads",
            "things",
            requestBody={"required": True, "content": {"application/json": {"schema": OBJECT}}},
            responses={
                "200": says("What would come out.", {"application/json": {"schema": OBJECT}}),
                **fails(**BAD, **BODY),
            },
        )
    },
    "/events": {"get": operation("subscribe", "What happens to Things", "events", **_EVENTS)},
    "/events/{type}": {
        "get": operation(
            "subscribeToType",
            "What happens to Things, one type",
            "events",
            parameters=[
                {
                    "name": "type",
                    "in": "path",
                    "required": True,
                    "schema": {"enum": ["thing_created", "thing_updated", "thing_deleted"]},
                },
                *_EVENTS["parameters"],
            ],
            responses={**_EVENTS["responses"], **fails(s404="No such type.")},
        )
    },
    "/search/jsonpath": _search("searchJSONPath", "JSONPath"),
    "/search/xpath": _search("searchXPath", "XPath 3.1"),
    "/search/sparql": {
        **_search("searchSPARQL", "SPARQL 1.1"),
        "post": operation(
            "querySPARQL",
            "Search with SPARQL 1.1",
            "search",
            requestBody={
                "required": True,
                "content": {
                    "application/sparql-query": {"schema": TEXT},
                    "application/x-www-form-urlencoded": {
                        "schema": {"type": "object", "required": ["query"], "properties": {"query": TEXT}}
                    },
                },
            },
            responses={
                "200": says("Solutions or a graph.", {"application/json": {"schema": {}}}),
                **fails(
                    **BAD,
                    **BODY,
                    s422="It needs more than it may.",
                    s501="A part of the language that is not offered.",
                    s503="Too many at once.",
                    s504="It takes too long.",
                ),
            },
        ),
    },
    "/models": {
        "get": operation(
            "listModels",
            "List Thing Models",
            "models",
            parameters=[
                argument("offset", "Models to pass over.", NUMBER),
                argument("limit", "Most models in the answer.", NUMBER),
            ],
            responses={"200": says("The models.", {"application/json": {"schema": {}}}), **fails(**BAD)},
        ),
        "post": operation(
            "createModel",
            "Register a Thing Model",
            "models",
            requestBody={"required": True, "content": {"application/tm+json": {"schema": OBJECT}}},
            responses={
                "201": says("Registered.", EMPTY, "Location", "ETag"),
                **fails(**BAD, **CONDITION, **BODY),
            },
        ),
    },
    "/models/{id}": {
        "get": operation(
            "retrieveModel",
            "Read a Thing Model",
            "models",
            parameters=[_ID],
            responses={
                "200": says("The model.", {"application/tm+json": {"schema": OBJECT}}, "ETag"),
                **fails(**BAD, **_UNKNOWN),
            },
        ),
        "put": operation(
            "updateModel",
            "Register or replace a Thing Model",
            "models",
            parameters=[_ID, IF_MATCH],
            requestBody={"required": True, "content": {"application/tm+json": {"schema": OBJECT}}},
            responses={
                "201": says("Registered.", EMPTY, "ETag"),
                "204": says("Replaced.", None, "ETag"),
                **fails(**BAD, **CONDITION, **BODY),
            },
        ),
        "delete": operation(
            "deleteModel",
            "Remove a Thing Model",
            "models",
            parameters=[_ID, IF_MATCH],
            responses={"204": says("Removed."), **fails(**BAD, **_UNKNOWN, **CONDITION)},
        ),
    },
    "/models/{id}/things": {
        "post": operation(
            "createThingOfModel",
            "Make a Thing of a model, and register it",
            "models",
            parameters=[_ID],
            requestBody={
                "required": True,
                "content": {
                    "application/json": {
                        "schema": {
                            "type": "object",
                            "properties": {
                                "id": TEXT,
                                "placeholders": OBJECT,
                                "overrides": OBJECT,
                                "optional": {"type": "array", "items": TEXT},
                                "forms": TEXT,
                                "submodels": OBJECT,
                            },
                            "additionalProperties": False,
                        }
                    }
                },
            },
            responses={
                "201": says("Registered.", {"application/td+json": {"schema": OBJECT}}, "Location", "ETag"),
                **fails(**BAD, **_UNKNOWN, **CONDITION, **BODY),
            },
        )
    },
    "/.well-known/wot": {
        "get": operation(
            "describeDirectory",
            "The directory's own Thing Description",
            "things",
            responses={"200": says("The description.", {"application/td+json": {"schema": OBJECT}})},
        )
    },
}
