"""What OpenAPI 3.1 documents of ours are made of."""

from __future__ import annotations

from typing import Any, Final

Schema = dict[str, Any]

OBJECT: Final[Schema] = {"type": "object"}
TEXT: Final[Schema] = {"type": "string"}
NUMBER: Final[Schema] = {"type": "integer", "minimum": 0, "maximum": 999_999_999_999}
PROBLEM: Final[Schema] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": TEXT,
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
                    "description": TEXT,
                },
            },
        },
    },
}
EMPTY: Final[Schema] = {"application/x-empty": {}}


def says(description: str, content: Schema | None = None, *headers: str) -> Schema:
    told: Schema = {"description": description}
    if content:
        told["content"] = content
    if headers:
        told["headers"] = {name: {"schema": TEXT} for name in headers}
    return told


def fails(**descriptions: str) -> Schema:
    content = {"application/problem+json": {"schema": PROBLEM}}
    return {name.removeprefix("s"): says(text, content) for name, text in descriptions.items()}


def argument(name: str, description: str, schema: Schema, *, required: bool = False) -> Schema:
    return {"name": name, "in": "query", "required": required, "description": description, "schema": schema}


def header(name: str, description: str) -> Schema:
    return {"name": name, "in": "header", "required": False, "description": description, "schema": TEXT}


BAD: Final = {"s400": "The request or the document is not right: where, and why."}
CONDITION: Final = {"s412": "It is not as If-Match or If-None-Match says."}
BODY: Final = {"s413": "The body is too large.", "s415": "The media type is not taken."}
IF_MATCH: Final = header("If-Match", "Only if it has this entity tag.")


def operation(name: str, summary: str, tag: str, **more: Any) -> Schema:
    return {"operationId": name, "summary": summary, "tags": [tag], **more}
