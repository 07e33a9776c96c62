"""The directory in OpenAPI 3.1: its resources are none of the framework's, so that it is told by hand."""

from __future__ import annotations

from typing import Any, Final

_Schema = dict[str, Any]

_OBJECT: Final[_Schema] = {"type": "object"}
_TEXT: Final[_Schema] = {"type": "string"}
_NUMBER: Final[_Schema] = {"type": "integer", "minimum": 0, "maximum": 999_999_999_999}
_PROBLEM: Final[_Schema] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What, where, and what there is instead."},
        "instance": {"type": "string", "format": "uri-reference"},
        "validationErrors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "description"],
                "properties": {
                    "field": {"type": "string", "description": "JSON Pointer (RFC 6901)."},
                    "description": _TEXT,
                },
            },
        },
    },
}
_ID: Final[_Schema] = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "The id of the document, an IRI, percent-encoded.",
    "schema": {"type": "string", "minLength": 1},
    "example": "urn:uuid:0804d572-cce8-422a-bb7c-4412fcd56f06",
}
_EMPTY: Final[_Schema] = {"application/x-empty": {}}
_BULK_RESULT: Final[_Schema] = {
    "type": "object",
    "required": ["index", "status"],
    "properties": {
        "index": _NUMBER,
        "id": _TEXT,
        "status": _NUMBER,
        "changed": {"type": "boolean"},
        "problem": _PROBLEM,
    },
}
_DOCUMENT: Final[_Schema] = {
    "application/td+json": {"schema": _OBJECT},
    "application/ld+json": {"schema": _OBJECT},
    "application/json": {"schema": _OBJECT},
    "text/turtle": {"schema": _TEXT},
    "application/n-triples": {"schema": _TEXT},
}


def _says(description: str, content: _Schema | None = None, *headers: str) -> _Schema:
    told: _Schema = {"description": description}
    if content:
        told["content"] = content
    if headers:
        told["headers"] = {name: {"schema": _TEXT} for name in headers}
    return told


def _fails(**descriptions: str) -> _Schema:
    content = {"application/problem+json": {"schema": _PROBLEM}}
    return {name.removeprefix("s"): _says(text, content) for name, text in descriptions.items()}


def _argument(name: str, description: str, schema: _Schema, *, required: bool = False) -> _Schema:
    return {"name": name, "in": "query", "required": required, "description": description, "schema": schema}


def _header(name: str, description: str) -> _Schema:
    return {"name": name, "in": "header", "required": False, "description": description, "schema": _TEXT}


_BAD: Final = {"s400": "The request or the document is not right: where, and why."}
_UNKNOWN: Final = {"s404": "Nothing is registered under this id."}
_CONDITION: Final = {"s412": "It is not as If-Match or If-None-Match says."}
_BODY: Final = {"s413": "The body is too large.", "s415": "The media type is not taken."}
_IF_MATCH: Final = _header("If-Match", "Only if it has this entity tag.")
_PREFER: Final = _header("Prefer", "return=representation answers with the Enriched TD.")


def _operation(name: str, summary: str, tag: str, **more: Any) -> _Schema:
    return {"operationId": name, "summary": summary, "tags": [tag], **more}


def _search(name: str, language: str) -> _Schema:
    return {
        "get": _operation(
            name,
            f"Search with {language}",
            "search",
            parameters=[_argument("query", f"The {language} expression.", _TEXT, required=True)],
            responses={
                "200": _says("What was found.", {"application/json": {"schema": {}}}),
                **_fails(**_BAD, s501="A part of the language that is not offered.", s503="Too many searches at once."),
            },
        )
    }


_EVENTS: Final[_Schema] = {
    "parameters": [
        _argument("diff", "Whole descriptions and merge patches in the data.", {"type": "boolean"}),
        _header("Last-Event-ID", "The id of the last event received: what happened since comes first."),
    ],
    "responses": {
        "200": _says("A stream of events.", {"text/event-stream": {"schema": _TEXT}}),
        **_fails(**_BAD, s410="What happened since is no longer kept.", s503="There are too many streams."),
    },
}

DIRECTORY_OPENAPI: Final[_Schema] = {
    "/things": {
        "get": _operation(
            "listThings",
            "List Things",
            "things",
            description="Enriched TDs in code point order of their ids; pages have Link headers.",
            parameters=[
                _argument("offset", "Things to pass over.", _NUMBER),
                _argument("limit", "Most Things in the answer.", {**_NUMBER, "minimum": 1}),
                _argument("format", "A bare array, or an object with members.", {"enum": ["array", "collection"]}),
            ],
            responses={
                "200": _says(
                    "The list.",
                    {"application/ld+json": {"schema": {}}, "application/json": {"schema": {}}},
                    "Link",
                    "ETag",
                ),
                **_fails(**_BAD, s406="No media type that we have."),
            },
        ),
        "post": _operation(
            "createThing",
            "Register an anonymous Thing, or many",
            "things",
            description="An array, or lines of JSON, register each item: under its id, or under a new one.",
            parameters=[_PREFER],
            requestBody={
                "required": True,
                "content": {**_DOCUMENT, "application/x-ndjson": {"schema": _TEXT}},
            },
            responses={
                "200": _says(
                    "A result for each item.",
                    {
                        "application/json": {"schema": {"type": "array", "items": _BULK_RESULT}},
                        "application/x-ndjson": {"schema": _TEXT},
                    },
                ),
                "201": _says("Registered.", {**_EMPTY, "application/td+json": {"schema": _OBJECT}}, "Location", "ETag"),
                **_fails(**_BAD, **_BODY, s408="The body did not arrive."),
            },
        ),
    },
    "/things/{id}": {
        "get": _operation(
            "retrieveThing",
            "Read a Thing",
            "things",
            parameters=[_ID, _header("If-None-Match", "Only if it has another entity tag.")],
            responses={
                "200": _says("The Enriched TD, or its RDF projection.", _DOCUMENT, "ETag"),
                "304": _says("It is as you know it."),
                **_fails(**_BAD, **_UNKNOWN, s406="No media type that we have."),
            },
        ),
        "put": _operation(
            "updateThing",
            "Register or replace a Thing",
            "things",
            parameters=[_ID, _IF_MATCH, _header("If-None-Match", "* demands that it is new."), _PREFER],
            requestBody={"required": True, "content": _DOCUMENT},
            responses={
                "200": _says("Replaced.", {"application/td+json": {"schema": _OBJECT}}),
                "201": _says("Registered.", {**_EMPTY, "application/td+json": {"schema": _OBJECT}}, "Location", "ETag"),
                "204": _says("Replaced.", None, "ETag"),
                **_fails(**_BAD, **_CONDITION, **_BODY),
            },
        ),
        "patch": _operation(
            "partiallyUpdateThing",
            "Change a Thing by a JSON Merge Patch",
            "things",
            parameters=[_ID, _IF_MATCH, _PREFER],
            requestBody={"required": True, "content": {"application/merge-patch+json": {"schema": _OBJECT}}},
            responses={
                "200": _says("Changed.", {"application/td+json": {"schema": _OBJECT}}),
                "204": _says("Changed.", None, "ETag"),
                **_fails(**_BAD, **_UNKNOWN, **_CONDITION, **_BODY),
            },
        ),
        "delete": _operation(
            "deleteThing",
            "Remove a Thing",
            "things",
            parameters=[_ID, _IF_MATCH],
            responses={"204": _says("Removed."), **_fails(**_BAD, **_UNKNOWN, **_CONDITION)},
        ),
    },
    "/things/dry-run": {
        "post": _operation(
            "dryRun",
            "See what a Thing Description would make of payloads",
            "things",
            requestBody={"required": True, "content": {"application/json": {"schema": _OBJECT}}},
            responses={
                "200": _says("What would come out.", {"application/json": {"schema": _OBJECT}}),
                **_fails(**_BAD, **_BODY),
            },
        )
    },
    "/events": {"get": _operation("subscribe", "What happens to Things", "events", **_EVENTS)},
    "/events/{type}": {
        "get": _operation(
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
            responses={**_EVENTS["responses"], **_fails(s404="No such type.")},
        )
    },
    "/search/jsonpath": _search("searchJSONPath", "JSONPath"),
    "/search/xpath": _search("searchXPath", "XPath 3.1"),
    "/search/sparql": {
        **_search("searchSPARQL", "SPARQL 1.1"),
        "post": _operation(
            "querySPARQL",
            "Search with SPARQL 1.1",
            "search",
            requestBody={
                "required": True,
                "content": {
                    "application/sparql-query": {"schema": _TEXT},
                    "application/x-www-form-urlencoded": {
                        "schema": {"type": "object", "required": ["query"], "properties": {"query": _TEXT}}
                    },
                },
            },
            responses={
                "200": _says("Solutions or a graph.", {"application/json": {"schema": {}}}),
                **_fails(**_BAD, **_BODY, s501="A part of the language that is not offered.", s503="Too many at once."),
            },
        ),
    },
    "/models": {
        "get": _operation(
            "listModels",
            "List Thing Models",
            "models",
            parameters=[
                _argument("offset", "Models to pass over.", _NUMBER),
                _argument("limit", "Most models in the answer.", _NUMBER),
            ],
            responses={"200": _says("The models.", {"application/json": {"schema": {}}}), **_fails(**_BAD)},
        ),
        "post": _operation(
            "createModel",
            "Register a Thing Model",
            "models",
            requestBody={"required": True, "content": {"application/tm+json": {"schema": _OBJECT}}},
            responses={
                "201": _says("Registered.", _EMPTY, "Location", "ETag"),
                **_fails(**_BAD, **_CONDITION, **_BODY),
            },
        ),
    },
    "/models/{id}": {
        "get": _operation(
            "retrieveModel",
            "Read a Thing Model",
            "models",
            parameters=[_ID],
            responses={
                "200": _says("The model.", {"application/tm+json": {"schema": _OBJECT}}, "ETag"),
                **_fails(**_BAD, **_UNKNOWN),
            },
        ),
        "put": _operation(
            "updateModel",
            "Register or replace a Thing Model",
            "models",
            parameters=[_ID, _IF_MATCH],
            requestBody={"required": True, "content": {"application/tm+json": {"schema": _OBJECT}}},
            responses={
                "201": _says("Registered.", _EMPTY, "ETag"),
                "204": _says("Replaced.", None, "ETag"),
                **_fails(**_BAD, **_CONDITION, **_BODY),
            },
        ),
        "delete": _operation(
            "deleteModel",
            "Remove a Thing Model",
            "models",
            parameters=[_ID, _IF_MATCH],
            responses={"204": _says("Removed."), **_fails(**_BAD, **_UNKNOWN, **_CONDITION)},
        ),
    },
    "/models/{id}/things": {
        "post": _operation(
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
                                "id": _TEXT,
                                "placeholders": _OBJECT,
                                "overrides": _OBJECT,
                                "optional": {"type": "array", "items": _TEXT},
                                "forms": _TEXT,
                                "submodels": _OBJECT,
                            },
                            "additionalProperties": False,
                        }
                    }
                },
            },
            responses={
                "201": _says("Registered.", {"application/td+json": {"schema": _OBJECT}}, "Location", "ETag"),
                **_fails(**_BAD, **_UNKNOWN, **_CONDITION, **_BODY),
            },
        )
    },
    "/.well-known/wot": {
        "get": _operation(
            "describeDirectory",
            "The directory's own Thing Description",
            "things",
            responses={"200": _says("The description.", {"application/td+json": {"schema": _OBJECT}})},
        )
    },
}
