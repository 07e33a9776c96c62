"""The directory's own Thing Description: what it can be asked, in the terms of WoT Discovery, 6.2 and 7.3.

The Recommendation's Thing Model leaves things open that clients need: each response has a content type (an empty one
`application/x-empty`), the form of the list too, by which it is asked for; the list is an array; and the older context
comes first, for who reads only that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from semantic_gw.model import Json
from semantic_gw.rdf.contexts import DISCOVERY, TD_1_0, TD_1_1

EMPTY: Final = "application/x-empty"
_TD: Final = "application/td+json"
_LIST: Final = "application/ld+json"
_JSON: Final = "application/json"
_PROBLEM: Final = "application/problem+json"

_ID: Final = {"@type": "ThingID", "title": "Id of the Thing", "type": "string", "format": "iri-reference"}
_A_THING: Final = {"title": "Thing Description", "type": "object"}
_FAULTY: Final = (400, "It is no Thing Description: validationErrors says why")
_UNKNOWN: Final = (404, "No Thing has this id")
_CHANGED: Final = (412, "Somebody else changed it in between")
_WRONG_QUERY: Final = (400, "The query is missing or wrong")
_WRONG_ARGUMENT: Final = (400, "An argument is wrong")


def self_description(base_url: str) -> dict[str, Json]:
    """The directory at *base_url*, which ends with a slash."""
    return {
        "@context": [TD_1_0, TD_1_1, DISCOVERY],
        "@type": "ThingDirectory",
        "title": "Semantic Gateway: Thing Description Directory",
        "description": "Keeps descriptions as they were sent, shows them as RDF, and lifts by them.",
        "base": base_url,
        "securityDefinitions": {"nosec_sc": {"scheme": "nosec"}},
        "security": "nosec_sc",
        "properties": {"things": _things()},
        "actions": {**_registration(), **_retrieval(), **_searches()},
        "events": {
            "thingCreated": _event("thing_created", "A Thing was registered", "all of its description"),
            "thingUpdated": _event("thing_updated", "A description changed", "a merge patch with the changes"),
            "thingDeleted": _event("thing_deleted", "A Thing is not registered any more", ""),
        },
    }


def _things() -> dict[str, Json]:
    form = _form("GET", "things{?offset,limit,format}", (200, _LIST), _WRONG_ARGUMENT, content_type=_LIST)
    return {
        "title": "All Thing Descriptions",
        "description": "In the order of their ids.",
        "type": "array",
        "items": _A_THING,
        "readOnly": True,
        "uriVariables": {
            "offset": {"title": "Things before the page", "type": "integer", "minimum": 0, "default": 0},
            "limit": {"title": "Most Things in the page", "type": "integer", "minimum": 1},
            "format": {"type": "string", "enum": ["array", "collection"], "default": "array"},
        },
        "forms": [{**form, "op": "readproperty"}],
    }


def _registration() -> dict[str, Json]:
    variables = {"id": _ID}
    created, replaced = (201, EMPTY), (204, EMPTY)
    put = _form("PUT", "things/{id}", created, _FAULTY, _CHANGED, content_type=_TD)
    put["additionalResponses"].append({**_response(204, EMPTY), "success": True})
    post = _form("POST", "things", created, _FAULTY, content_type=_TD)
    post["response"]["htv:headers"] = [{"htv:fieldName": "Location"}]
    update = _form("PUT", "things/{id}", replaced, _FAULTY, _CHANGED, content_type=_TD)
    patch = _form("PATCH", "things/{id}", replaced, _FAULTY, _UNKNOWN, content_type="application/merge-patch+json")
    delete = _form("DELETE", "things/{id}", replaced, _UNKNOWN, _CHANGED)
    return {
        "createThing": _action("Register a Thing", put, uriVariables=variables, input=_A_THING, idempotent=True),
        "createAnonymousThing": _action("Register a Thing that has no id", post, input=_A_THING),
        "updateThing": _action(
            "Replace a Thing Description", update, uriVariables=variables, input=_A_THING, idempotent=True
        ),
        "partiallyUpdateThing": _action(
            "Change a part of a Thing Description", patch, uriVariables=variables, input={"type": "object"}
        ),
        "deleteThing": _action("Remove a Thing", delete, uriVariables=variables, idempotent=True),
    }


def _retrieval() -> dict[str, Json]:
    form = _form("GET", "things/{id}", (200, _TD), _UNKNOWN)
    return {"retrieveThing": _reading("One Thing Description", form, {"id": _ID}, output=_A_THING)}


def _searches() -> dict[str, Json]:
    asked_by_post = _form("POST", "search/sparql", (200, _JSON), _WRONG_QUERY, content_type="application/sparql-query")
    return {
        "searchJSONPath": _search("JSONPath (RFC 9535)", "jsonpath", {"type": "array"}),
        "searchXPath": _search("XPath 3.1 over JSON", "xpath", {"type": "array"}),
        "searchSPARQL": _search("SPARQL 1.1", "sparql", {"type": "object"}, asked_by_post),
    }


def _search(language: str, path: str, found: dict[str, Json], *more: dict[str, Json]) -> dict[str, Json]:
    form = _form("GET", f"search/{path}{{?query}}", (200, _JSON), _WRONG_QUERY)
    variables = {"query": {"title": f"A query in {language}", "type": "string"}}
    return _reading(f"Search by {language}", form, variables, *more, output=found)


def _event(name: str, title: str, difference: str) -> dict[str, Json]:
    """The stream of events called *name*; *difference* is what `diff=true` adds to the id."""
    form = {
        "op": "subscribeevent",
        "href": f"events/{name}{'{?diff}' if difference else ''}",
        "subprotocol": "sse",
        "contentType": "text/event-stream",
        "htv:headers": [{"description": "Id of the last event, to catch up", "htv:fieldName": "Last-Event-ID"}],
        "response": {"contentType": "text/event-stream"},
    }
    data = {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}
    diff = {"diff": {"title": f"Tell {difference}", "type": "boolean", "default": False}} if difference else {}
    return {"title": title, "data": data, **({"uriVariables": diff} if diff else {}), "forms": [form]}


def _reading(
    title: str, form: Mapping[str, Json], variables: Mapping[str, Json], *more: Mapping[str, Json], **members: Json
) -> dict[str, Json]:
    return _action(title, form, *more, uriVariables=variables, **members, safe=True, idempotent=True)


def _action(title: str, *forms: Mapping[str, Json], **members: Json) -> dict[str, Json]:
    return {"title": title, **members, "forms": list(forms)}


def _form(
    method: str, href: str, answer: tuple[int, str], *problems: tuple[int, str], content_type: str = ""
) -> dict[str, Json]:
    """A form of the HTTP binding: what is asked, the *answer* (status, content type), and what may go wrong."""
    return {
        "href": href,
        "htv:methodName": method,
        **({"contentType": content_type} if content_type else {}),
        "response": _response(*answer),
        "additionalResponses": [{**_response(status, _PROBLEM), "description": why} for status, why in problems],
    }


def _response(status: int, content_type: str) -> dict[str, Json]:
    return {"contentType": content_type, "htv:statusCodeValue": status}
