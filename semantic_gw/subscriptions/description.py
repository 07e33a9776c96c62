"""The Thing Description of a standing query: its match as an event, and how to have it (WoT TD 1.1)."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from semantic_gw.model import IRI, Json
from semantic_gw.subscriptions.document import Document, kind_names
from semantic_gw.subscriptions.standing import Standing

_NONE: Final = {"nosec_sc": {"scheme": "nosec"}}
_KAFKA: Final = "kafka://"


def described(standing: Standing, topic: str, *, base_url: str, base_iri: IRI, brokers: str) -> dict[str, Json]:
    """The description of *standing*, whose matches are on *topic*. *brokers* are those of Kafka, or empty."""
    document = standing.document
    here = f"{base_url}subscriptions/{quote(standing.id, safe='')}"
    return {
        "@context": ["https://www.w3.org/2022/wot/td/v1.1", {"sgw": "https://w3id.org/semantic-gw/"}],
        "id": f"{base_iri}subscriptions/{quote(standing.id, safe='')}",
        "@type": "sgw:Subscription",
        "title": document.description or f"Subscription {standing.id}",
        "description": _told(document),
        "securityDefinitions": _NONE,
        "security": "nosec_sc",
        "links": [{"rel": "describedby", "href": here, "type": "application/json"}],
        "events": {
            "match": {
                "title": "A message that fits",
                "data": match_schema(document),
                "forms": _forms(document, here, topic, brokers),
            }
        },
    }


def _told(document: Document) -> str:
    if document.filter is None:
        return "What a SPARQL query finds in a message and the view."
    return f"Messages of {kind_names(document.filter.kinds)}, as the filter says."


def _forms(document: Document, here: str, topic: str, brokers: str) -> list[Json]:
    forms: list[Json] = []
    if document.deliver.sse:
        sse = {"href": f"{here}/events", "subprotocol": "sse", "contentType": "text/event-stream"}
        forms.append({**sse, "op": ["subscribeevent", "unsubscribeevent"]})
    if document.deliver.websocket:
        forms.append(
            {
                "href": f"ws{here.removeprefix('http')}/events",
                "contentType": "application/json",
                "op": ["subscribeevent", "unsubscribeevent"],
            }
        )
    forms += (_kafka(broker.strip(), topic) for broker in brokers.split(",") if broker)
    return forms


def _kafka(broker: str, topic: str) -> Json:
    ops = ["subscribeevent", "unsubscribeevent"]
    return {"href": f"{_KAFKA}{broker}/{topic}", "contentType": "application/json", "op": ops}


def match_schema(document: Document) -> dict[str, Json]:
    """The data schema (TD 1.1, 5.3.2) of a match of *document*."""
    text = {"type": "string"}
    head: dict[str, Json] = dict.fromkeys(("id", "subscription", "message", "thing", "time", "received"), text)
    found = _filter_members() if document.filter is not None else _query_members()
    return {"type": "object", "properties": {**head, **found}, "required": list(head)}


def _filter_members() -> dict[str, Json]:
    text = {"type": "string"}
    one = {"affordance": text, "kind": text}
    original = {"type": "object", "properties": {"value": {"type": "number"}, "unit": text}}
    observation = {"type": "object", "properties": {**one, "value": {}, "unit": text, "original": original}}
    event = {"type": "object", "properties": {**one, "data": text}}
    return {
        "observations": {"type": "array", "items": observation},
        "events": {"type": "array", "items": event},
    }


def _query_members() -> dict[str, Json]:
    text = {"type": "string"}
    return {
        "variables": {"type": "array", "items": text},
        "solutions": {"type": "array", "items": {"type": "object"}},
        "triples": {**text, "description": "N-Triples, of a CONSTRUCT."},
        "boolean": {"type": "boolean"},
    }
