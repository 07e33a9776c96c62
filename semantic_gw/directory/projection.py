"""The RDF projection of what strangers send: here where that is quick and safe, else where it can be ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, NoReturn

from semantic_gw.directory.thing_shapes import findings
from semantic_gw.model import IRI, Finding, Json
from semantic_gw.rdf.fetched_contexts import FetchedContexts
from semantic_gw.rdf.serialize import triples_to_nquads
from semantic_gw.rdf.thing_description import project
from semantic_gw.sandbox import Sandbox


class _ElsewhereError(Exception):
    """Told where a document takes the JSON-LD processor."""


class _Elsewhere(Sandbox):
    """Stands where a sandbox is asked for, to find out whether one is needed."""

    def run(self, function: Callable[..., Any], *args: object) -> NoReturn:  # noqa: ARG002  what a sandbox takes
        raise _ElsewhereError


class Projection(NamedTuple):
    """The RDF of a Thing Description, and what our shapes find wrong with it."""

    n_triples: bytes
    findings: tuple[Finding, ...] = ()


class Projector:
    """Makes N-Triples of Thing Descriptions.

    *contexts* are fetched as the operator allows; with *opaque*, others are left out. What our own reading of contexts
    does not cover is expanded in *sandbox*.
    """

    def __init__(self, base_iri: IRI, contexts: FetchedContexts, sandbox: Sandbox, *, opaque: bool) -> None:
        self._base_iri = base_iri
        self._contexts = contexts
        self._sandbox = sandbox
        self._opaque = opaque
        self._elsewhere = _Elsewhere(deadline_s=0, memory_bytes=0)

    async def project(self, document: Mapping[str, Json]) -> Projection:
        """The projection of *document*. Raises DescribingError, and SandboxError where it takes too much."""
        await self._contexts.fetch(document)
        try:
            return self._made(document, self._elsewhere)
        except _ElsewhereError:
            return await asyncio.to_thread(self._made, document, self._sandbox)

    def _made(self, document: Mapping[str, Json], sandbox: Sandbox) -> Projection:
        foreign = self._contexts.known(document)
        triples = project(document, base_iri=self._base_iri, opaque=self._opaque, foreign=foreign, sandbox=sandbox)
        return Projection(triples_to_nquads(triples), findings(triples))

    def close(self) -> None:
        """End the process of the sandbox."""
        self._sandbox.close()
