"""Which resource answers `/sparql` and `/graphs`. A plain ASGI application in front of the framework's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from semantic_gw.api.dispatch import Methods, methods_of, path_of, respond
from semantic_gw.api.graphs import GraphsResource
from semantic_gw.api.request import request_of
from semantic_gw.api.sparql import SparqlResource
from semantic_gw.api.sparql_cors import CrossOrigin
from semantic_gw.settings import HttpSettings

PATHS: Final = (b"/sparql", b"/graphs")


class SparqlApi:
    """Answers questions."""

    def __init__(
        self, sparql: SparqlResource, graphs: GraphsResource, settings: HttpSettings, origins: tuple[str, ...]
    ) -> None:
        self._settings = settings
        asked, read = (
            methods_of(GET=sparql.get, POST=sparql.post),
            methods_of(GET=graphs.get, PUT=graphs.put, POST=graphs.post, DELETE=graphs.delete),
        )
        self._methods: Mapping[bytes, Methods] = {
            path + slash: methods for path, methods in zip(PATHS, (asked, read), strict=True) for slash in (b"", b"/")
        }
        self._guarded = CrossOrigin(origins, self._answer)

    def in_front_of(self, application: ASGIApp) -> ASGIApp:
        """*application* for everything else."""

        async def both(scope: Scope, receive: Receive, send: Send) -> None:
            mine = scope["type"] == "http" and path_of(scope) in self._methods
            await (self._guarded if mine else application)(scope, receive, send)

        return both

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        methods = self._methods[path_of(scope)]
        await respond(methods, request_of(scope, receive, send, b"", self._settings))
