"""Which resource answers which path under `/shapes`. A plain ASGI application in front of the framework's."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.types import ASGIApp

from semantic_gw.api.dispatch import Methods, in_front_of, methods_of
from semantic_gw.api.shapes import ShapesResource
from semantic_gw.settings import HttpSettings


class ShapesApi:
    """Answers what is under `/shapes`."""

    def __init__(self, shapes: ShapesResource, settings: HttpSettings) -> None:
        self._settings = settings
        policies = methods_of(GET=shapes.policies, PUT=shapes.put_policies, DELETE=shapes.delete_policies)
        self._list = methods_of(GET=shapes.list)
        self._fixed: Mapping[tuple[bytes, ...], Methods] = {
            (b"",): self._list,
            (b"audit",): methods_of(GET=shapes.audit),
            (b"dry-run",): methods_of(POST=shapes.dry_run),
            (b"policies",): policies,
        }
        self._set = methods_of(GET=shapes.get, PUT=shapes.put, DELETE=shapes.delete)
        self._versions = methods_of(GET=shapes.versions)
        self._version = methods_of(GET=shapes.version)
        self._activate = methods_of(POST=shapes.activate)

    def in_front_of(self, application: ASGIApp) -> ASGIApp:
        """*application* for everything else."""
        return in_front_of(application, self._find, self._settings)

    def _find(self, path: bytes) -> tuple[Methods, bytes] | None:
        """The methods of the resource that the path names, and what of it they have to read."""
        if path == b"/shapes":
            return self._list, b""
        if not path.startswith(b"/shapes/"):
            return None
        rest = path[len(b"/shapes/") :]
        return self._below(tuple(rest.split(b"/")), rest)

    def _below(self, parts: tuple[bytes, ...], rest: bytes) -> tuple[Methods, bytes] | None:
        if parts in self._fixed:
            return self._fixed[parts], rest
        match parts:
            case (_,):
                return self._set, rest
            case (_, b"versions"):
                return self._versions, rest
            case (_, b"versions", _):
                return self._version, rest
            case (_, b"versions", _, b"activate"):
                return self._activate, rest
        return None
