"""Which resource answers which path under `/subscriptions`. A plain ASGI application in front of the framework's."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from starlette.types import ASGIApp, Receive, Scope, Send

from semantic_gw.api.dispatch import Methods, in_front_of, methods_of, path_of
from semantic_gw.api.subscriptions import SubscriptionsResource
from semantic_gw.api.subscriptions_streams import Streams
from semantic_gw.settings import HttpSettings


class SubscriptionsApi:
    """Answers what is under `/subscriptions`."""

    def __init__(self, resource: SubscriptionsResource, streams: Streams, settings: HttpSettings) -> None:
        self._settings = settings
        self._streams = streams
        self._all = methods_of(GET=resource.list, POST=resource.post)
        self._one = methods_of(GET=resource.get, PUT=resource.put, PATCH=resource.patch, DELETE=resource.delete)
        self._description = methods_of(GET=resource.description)
        self._events: Methods = {"GET": streams.events, "HEAD": streams.head}

    def in_front_of(self, application: ASGIApp) -> ASGIApp:
        """*application* for everything else."""
        over_http = in_front_of(application, self._find, self._settings)

        async def both(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "websocket" and (id_ := _socket(path_of(scope))):
                await self._streams.socket(scope, receive, send, id_)
            else:
                await over_http(scope, receive, send)

        return both

    def _find(self, path: bytes) -> tuple[Methods, bytes] | None:
        """The methods of the resource that the path names, and what of it they have to read."""
        if path in (b"/subscriptions", b"/subscriptions/"):
            return self._all, b""
        if not path.startswith(b"/subscriptions/"):
            return None
        rest = path.removeprefix(b"/subscriptions/")
        match rest.split(b"/"):
            case [_]:
                return self._one, rest
            case [_, b"td"]:
                return self._description, rest
            case [_, b"events"]:
                return self._events, rest
        return None


def _socket(path: bytes) -> str:
    """The id of the standing query whose matches a WebSocket is for; empty where it is for something else."""
    match path.split(b"/"):
        case [b"", b"subscriptions", id_, b"events"]:
            return unquote_to_bytes(id_).decode("utf-8", "replace")
    return ""
