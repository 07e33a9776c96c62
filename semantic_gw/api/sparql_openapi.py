"""`/sparql` and `/graphs` in OpenAPI 3.1: their resources are none of the framework's, so that it is told by hand."""

from __future__ import annotations

from typing import Final

from semantic_gw.api.openapi import BAD, BODY, EMPTY, TEXT, Schema, argument, fails, header, operation, says
from semantic_gw.sparql.formats import GRAPHS, SOLUTIONS
from semantic_gw.sparql.graph_text import READ

_QUERIES: Final = "SPARQL"
_STORE: Final = "graphs"
_IRI: Final[Schema] = {"type": "string", "format": "iri"}
_IRIS: Final[Schema] = {"type": "array", "items": _IRI}
_SECONDS: Final[Schema] = {"type": "number", "exclusiveMinimum": 0}
_ANSWER: Final[Schema] = {
    name: {"schema": {} if name.endswith("json") else TEXT} for name in dict.fromkeys((*SOLUTIONS, *GRAPHS))
}
_GRAPH: Final[Schema] = {name: {"schema": {} if name.endswith("json") else TEXT} for name in GRAPHS}
_GIVEN: Final[Schema] = {"required": True, "content": {name: {"schema": TEXT} for name in READ}}

_DATASET: Final = (
    {
        **argument("default-graph-uri", "Graphs that the default graph is made of, in place of all.", _IRIS),
        "explode": True,
    },
    {**argument("named-graph-uri", "Graphs that GRAPH sees, in place of all.", _IRIS), "explode": True},
    argument("timeout", "Seconds after which the query is given up; never more than sparql.time_s.", _SECONDS),
)
_LIMITS: Final = {
    "s406": "No form of answer is acceptable that there is for this query.",
    "s422": "The query needs more than it may: `limit` says of what (memory, rows, answer, engine).",
    "s501": "A SERVICE that may not be asked.",
    "s503": "Too many queries, or the graphs are being read: come back.",
    "s504": "The query takes longer than it may.",
}
_WRITING: Final = {
    "s401": "Only writers may write, by their token.",
    "s403": "Nobody may write, or this graph is another's.",
    "s422": "A graph would be too large.",
    "s503": "It cannot be made durable now: come back.",
}
_TOKEN: Final = header("Authorization", "Bearer and the token of a writer.")
_NAMED: Final = (
    argument("graph", "The IRI of the graph.", _IRI),
    {**argument("default", "The union of all graphs.", TEXT), "allowEmptyValue": True},
)
_KEPT: Final = says("It is durable, and questions that follow see it.")
_SOON: Final = says("It is durable; questions will see it soon.", EMPTY)

SPARQL_OPENAPI: Final[Schema] = {
    "/sparql": {
        "get": operation(
            "askGraphs",
            "Ask the graphs, or what the endpoint is",
            _QUERIES,
            description="Without a query: the description of the service (SPARQL 1.1 Service Description).",
            parameters=[
                argument("query", "A query of SPARQL 1.1.", TEXT),
                *_DATASET,
                header("If-None-Match", "Only if the answer may be another one."),
            ],
            responses={
                "200": says("What was found.", _ANSWER, "ETag", "Vary"),
                "304": says("It is as you know it."),
                **fails(**BAD, s413="The query is too long.", **_LIMITS),
            },
        ),
        "post": operation(
            "askOrUpdateGraphs",
            "Ask the graphs, or update one's own",
            _QUERIES,
            parameters=[*_DATASET, _TOKEN],
            requestBody={
                "required": True,
                "content": {
                    "application/x-www-form-urlencoded": {
                        "schema": {"type": "object", "properties": {"query": TEXT, "update": TEXT}}
                    },
                    "application/sparql-query": {"schema": TEXT},
                    "application/sparql-update": {"schema": TEXT},
                },
            },
            responses={
                "200": says("What was found.", _ANSWER, "Vary"),
                "202": _SOON,
                "204": _KEPT,
                **fails(**BAD, **BODY, **{**_WRITING, **_LIMITS}),
            },
        ),
    },
    "/graphs": {
        "get": operation(
            "getGraph",
            "Read a graph, or the names of all",
            _STORE,
            parameters=list(_NAMED),
            responses={
                "200": says(
                    "The graph; without an argument the names of all.", {**_GRAPH, "application/json": {}}, "Vary"
                ),
                **fails(**BAD, s404="There is no such graph.", **_LIMITS),
            },
        ),
        "put": operation(
            "putGraph",
            "Replace a graph of one's own",
            _STORE,
            parameters=[*_NAMED, _TOKEN],
            requestBody=_GIVEN,
            responses={
                "201": says("It is new.", EMPTY),
                "202": _SOON,
                "204": _KEPT,
                **fails(**BAD, **BODY, **_WRITING),
            },
        ),
        "post": operation(
            "addToGraph",
            "Add to a graph of one's own",
            _STORE,
            parameters=[*_NAMED, _TOKEN],
            requestBody=_GIVEN,
            responses={
                "201": says("It is new.", EMPTY),
                "202": _SOON,
                "204": _KEPT,
                **fails(
                    **BAD,
                    **BODY,
                    **_WRITING,
                    s501="This graph store takes whole graphs only.",
                    s504="It takes too long.",
                ),
            },
        ),
        "delete": operation(
            "deleteGraph",
            "Remove a graph of one's own",
            _STORE,
            parameters=[*_NAMED, _TOKEN],
            responses={"202": _SOON, "204": _KEPT, **fails(**BAD, s404="There is no such graph.", **_WRITING)},
        ),
    },
}
