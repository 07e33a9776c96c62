"""The HTTP way in, in OpenAPI 3.1: its routes are none of the framework's, so that it is told by hand."""

from __future__ import annotations

from typing import Any, Final

_PROBLEM: Final = {
    "application/problem+json": {
        "schema": {
            "type": "object",
            "required": ["type", "title", "status"],
            "properties": {
                "type": {"type": "string", "format": "uri-reference"},
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "detail": {"type": "string", "description": "What, where, and what there is instead."},
                "instance": {"type": "string", "format": "uri-reference"},
                "reason": {"type": "string", "description": "Why a payload is refused."},
                "pointer": {"type": "string", "description": "JSON Pointer (RFC 6901) into the payload."},
            },
        }
    }
}


def _problem(description: str) -> dict[str, Any]:
    return {"description": description, "content": _PROBLEM}


_RETRY_AFTER: Final = {"Retry-After": {"description": "In seconds.", "schema": {"type": "integer"}}}
_AWAY: Final = _problem("The spool is full or the disk fails; nothing was taken.") | {"headers": _RETRY_AFTER}

INGEST_OPENAPI: Final[dict[str, Any]] = {
    "/ingest/{address}": {
        "post": {
            "tags": ["ingest"],
            "operationId": "ingestPayload",
            "summary": "Take one payload",
            "description": (
                "The address plays the part of an MQTT topic name: it may contain slashes, each segment "
                "percent-encoded. Without Content-Type the body is JSON if it is JSON, else printable text. The "
                "payload is durable when the answer comes; `GET /messages/{id}` tells what became of it."
            ),
            "parameters": [
                {
                    "name": "address",
                    "in": "path",
                    "required": True,
                    "description": "At most 1024 bytes; no wildcards, no control characters, no dot segments.",
                    "schema": {"type": "string"},
                    "example": "zigbee2mqtt/kitchen",
                }
            ],
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {"schema": {}, "example": {"temperature": 21.4, "humidity": 48}},
                    "application/cbor": {"schema": {"type": "string", "format": "binary"}},
                    "text/plain": {"schema": {"type": "string"}},
                },
            },
            "responses": {
                "202": {
                    "description": "The payload is durable.",
                    "headers": {
                        "Location": {
                            "description": "Where it is told what became of the message.",
                            "schema": {"type": "string", "format": "uri-reference"},
                        }
                    },
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["id"],
                                "properties": {"id": {"type": "string", "pattern": "^[0-9a-f]{24}$"}},
                            }
                        }
                    },
                },
                "400": _problem("The address is none, or the body is not what its media type promises."),
                "408": _problem("The body did not arrive in time."),
                "413": _problem("The body is larger than the limit."),
                "414": _problem("The address is longer than 1024 bytes."),
                "415": _problem("No codec for this media type, charset or content encoding."),
                "503": _AWAY,
            },
        }
    },
    "/ingest": {
        "post": {
            "tags": ["ingest"],
            "operationId": "ingestCapture",
            "summary": "Take a capture",
            "description": (
                "NDJSON, a record a line, at most 100,000 of them. The answer has a line for each record, in order. "
                "A line that is no record is refused, the others go on. `accepted` means durable, not yet ended."
            ),
            "requestBody": {
                "required": True,
                "content": {
                    "application/x-ndjson": {
                        "schema": {"type": "string"},
                        "example": '{"id":"1","content_type":"application/json",'
                        '"transport":{"kind":"mqtt","topic":"zigbee2mqtt/kitchen"},"payload":{"temperature":21.4}}\n',
                    }
                },
            },
            "responses": {
                "200": {
                    "description": "An outcome per record.",
                    "content": {
                        "application/x-ndjson": {
                            "schema": {
                                "type": "object",
                                "required": ["id", "outcome"],
                                "properties": {
                                    "id": {"type": ["string", "null"], "description": "The record's own id."},
                                    "message": {"type": "string", "description": "The message id."},
                                    "outcome": {
                                        "enum": [
                                            "published",
                                            "rejected",
                                            "dead-letter",
                                            "ignored",
                                            "accepted",
                                            "refused",
                                            "unavailable",
                                        ]
                                    },
                                    "reason": {"type": "string"},
                                },
                            }
                        }
                    },
                },
                "408": _problem("The body did not arrive in time; nothing was taken."),
                "415": _problem("A capture is application/x-ndjson."),
                "503": _AWAY,
            },
        }
    },
}
