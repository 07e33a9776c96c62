"""Primitives of oneM2M (TS-0004): what a message wants, and the resources in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from semantic_gw.json_pointer import Tokens
from semantic_gw.model import Json

SHORT: Final[Mapping[str, str]] = {
    "operation": "op", "from": "fr", "requestIdentifier": "rqi", "resourceType": "ty", "primitiveContent": "pc",
    "originatingTimestamp": "ot", "responseStatusCode": "rsc", "content": "con", "contentInfo": "cnf",
    "creationTime": "ct", "lastModifiedTime": "lt", "parentID": "pi", "resourceID": "ri", "resourceName": "rn",
    "labels": "lbl", "containerDefinition": "cnd", "notificationEvent": "nev", "representation": "rep",
    "notificationEventType": "net", "subscriptionReference": "sur", "verificationRequest": "vrq",
    "subscriptionDeletion": "sud", "dataGenerationTime": "dgt", "m2m:notification": "m2m:sgn",
    "m2m:contentInstance": "m2m:cin", "m2m:requestPrimitive": "m2m:rqp", "m2m:responsePrimitive": "m2m:rsp",
    "m2m:aggregatedNotification": "m2m:agn", "m2m:timeSeriesInstance": "m2m:tsi",
}  # fmt: skip
"""Long names of members, and the short ones that mean the same (TS-0004, 8.2)."""

REQUESTS: Final[Mapping[str, str]] = {"2": "a request to read a resource", "4": "a request to delete a resource"}
"""Operations that carry no value (TS-0004, 6.3.4.2.5), and what they are."""

DELETED: Final = ("2", "4")
"""Kinds of events by which resources, or children of them, go (TS-0004, 6.3.4.2.19)."""

_PLACEHOLDER: Final = re.compile(r"\s*<[^<>]*>\s*")


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of *type* (`m2m:cin`, `cod:tempe`), and the *path* at which it, or its container, is known."""

    type: str
    members: Mapping[str, Json]
    path: tuple[str, ...]
    origin: str
    """Who sent it, empty where nobody says."""
    time: Json
    """When the request was made, None where it does not say."""
    place: Tokens


@dataclass(frozen=True, slots=True)
class Nothing:
    """Why there is no resource."""

    reason: str


def member(node: Json, name: str) -> tuple[str, Json]:
    """The member of *node* with the short *name*, as it is written, and its value; None where it has none."""
    if isinstance(node, Mapping):
        for written, value in node.items():
            if written == name or SHORT.get(written) == name:
                return written, value
    return name, None


def told(node: Json, name: str) -> str:
    """The text of a member; empty where it has none, or a placeholder such as `<container-ID>` stands there."""
    value = member(node, name)[1]
    text = str(value) if type(value) in (str, int) else ""
    return "" if _PLACEHOLDER.fullmatch(text) else text.strip()


def resources_in(document: Json, path: tuple[str, ...], origin: str) -> Iterator[Resource | Nothing]:
    """The resources of *document*, a primitive, or what one carries; *path* and *origin* as its address tells them."""
    for name in ("m2m:rqp", "m2m:rsp"):
        written, inner = member(document, name)
        if isinstance(inner, Mapping):
            yield from _primitive(inner, (written,), path, origin, answers=name == "m2m:rsp")
            return
    yield from _primitive(document, (), path, origin, answers=False)


def _primitive(node: Any, place: Tokens, path: tuple[str, ...], origin: str, *, answers: bool) -> Iterator[Any]:
    if answers or member(node, "rsc")[1] is not None:
        yield Nothing("an answer to a request, not a report")
        return
    operation = told(node, "op")
    if operation in REQUESTS:
        yield Nothing(REQUESTS[operation])
        return
    written, content = member(node, "pc")
    if not isinstance(content, Mapping):
        content, inner_place, ours = node, place, path
    else:
        inner_place, ours = (*place, written), segments(told(node, "to")) or path
    for name, value in content.items():
        kind = SHORT.get(name, name)
        base = Resource(kind, {}, ours, told(node, "fr") or origin, member(node, "ot")[1], (*inner_place, name))
        for index, one in _each(value):
            inner = (*base.place, *index)
            if kind in ("m2m:sgn", "m2m:agn"):
                yield from _notified(one, inner, base)
            elif isinstance(one, Mapping) and ":" in kind:
                rn = told(one, "rn") if operation == "1" and kind not in INSTANCES else ""
                yield Resource(kind, one, (*ours, rn) if rn and ours else ours, base.origin, base.time, inner)


INSTANCES: Final = ("m2m:cin", "m2m:tsi")
"""Resources that are values of the container around them."""


def _notified(node: Json, place: Tokens, base: Resource) -> Iterator[Any]:
    """What a notification tells of (TS-0004, 7.5.1.2); an aggregated one has several."""
    written, several = member(node, "m2m:sgn")
    if several is not None:
        for index, one in _each(several):
            yield from _notified(one, (*place, written, *index), base)
        return
    if told(node, "vrq").lower() == "true" or member(node, "vrq")[1] is True:
        yield Nothing("a check whether a subscriber is there")
        return
    if told(node, "sud").lower() == "true" or member(node, "sud")[1] is True:
        yield Nothing("a subscription was deleted")
        return
    event_name, event = member(node, "nev")
    if told(event, "net") in DELETED:
        yield Nothing("a resource was deleted")
        return
    rep_name, rep = member(event, "rep")
    around = segments(told(node, "sur"))[:-1]
    for name, one in rep.items() if isinstance(rep, Mapping) else ():
        if isinstance(one, Mapping):
            kind = SHORT.get(name, name)
            child = told(event, "net") == "3" and kind not in INSTANCES and told(one, "rn")
            path = (*around, child) if child and around else around
            where = (*place, event_name, rep_name, name)
            yield Resource(kind, one, path, base.origin, None, where)


def segments(path: str) -> tuple[str, ...]:
    """The names of a path, without what says relative to whom it is, and `la` or `ol` behind it.

    >>> segments("/~/in-cse/cse-in/gw/temp/la"), segments("mqtt://h/oneM2M/req/a/b/json")
    (('in-cse', 'cse-in', 'gw', 'temp'), ())
    """
    if "://" in path:
        return ()
    names = [name for name in path.split("/") if name and name not in ("~", "_")]
    return tuple(names[:-1] if names and names[-1] in ("la", "ol") else names)


def _each(value: Json) -> list[tuple[Tokens, Json]]:
    return [((str(i),), one) for i, one in enumerate(value)] if isinstance(value, list) else [((), value)]
