"""The history in OpenAPI 3.1: its resources are none of the framework's, so that it is told by hand."""

from __future__ import annotations

from typing import Final

from semantic_gw.api.history_forms import FORMS
from semantic_gw.api.openapi import BAD, OBJECT, TEXT, Schema, argument, fails, header, operation, says
from semantic_gw.history.aggregation import AGGREGATES

_TAG: Final = "history"
_TIME: Final = "2026-11-24T10:15:00Z, 2026-11-24, now, or -PT24H before now"


def _in_path(name: str, description: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "description": description, "schema": TEXT}


_THING: Final = _in_path("id", "The id of the Thing, percent-encoded.")
_FAILS: Final = {
    "s404": "There is no history of it.",
    "s406": "There is no such form of it.",
    "s503": "The history is away, or switched off.",
}
_ANSWER: Final[Schema] = {
    form: {"schema": OBJECT if form == "application/json" else {} if form.endswith("json") else TEXT} for form in FORMS
}

HISTORY_OPENAPI: Final[Schema] = {
    "/things/{id}/history": {
        "get": operation(
            "listHistory",
            "List what there is of the history of a Thing",
            _TAG,
            parameters=[_THING],
            responses={
                "200": says("Its series: property, kind, unit, from when to when.", {"application/json": {}}),
                **fails(**BAD, **_FAILS),
            },
        ),
    },
    "/things/{id}/properties/{name}/history": {
        "get": operation(
            "getHistory",
            "Read what was observed of a property",
            _TAG,
            parameters=[
                _THING,
                _in_path("name", "The name of the property, percent-encoded."),
                argument("from", f"Begin: {_TIME}; by default a day before `to`.", TEXT),
                argument("to", f"End, which is not in the range: {_TIME}; by default now.", TEXT),
                argument("aggregate", "What values are put together to.", {"type": "string", "enum": list(AGGREGATES)}),
                argument("every", "Length of a bucket (ISO 8601): PT1H, P1D, P1M; else one for all.", TEXT),
                argument("unit", "Unit to convert to: an IRI of QUDT, UCUM, or a usual spelling.", TEXT),
                argument("timezone", "IANA time zone of days and of times without one; by default UTC.", TEXT),
                argument("limit", "Most rows.", {"type": "integer", "minimum": 1}),
                argument("order", "By time.", {"type": "string", "enum": ["asc", "desc"]}),
                argument("cursor", "Where the page begins, as the Link of the one before has it.", TEXT),
                header("If-None-Match", "Only if the answer is another one."),
            ],
            responses={
                "200": says("A page; the next one is linked.", _ANSWER, "ETag", "Link", "Vary"),
                "304": says("It is as you know it."),
                **fails(**BAD, **_FAILS, s422="More observations would be read than may be."),
            },
        ),
    },
}
