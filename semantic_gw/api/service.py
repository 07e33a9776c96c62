"""The FastAPI application: what it serves, from what it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime

import msgspec
from fastapi import APIRouter, FastAPI
from starlette.responses import Response

from semantic_gw import __version__
from semantic_gw.api.head import HeadOfGet
from semantic_gw.api.problems import install_problem_handlers
from semantic_gw.model import IRI, Json
from semantic_gw.pipeline.metrics import Metrics
from semantic_gw.pipeline.pipeline import Pipeline
from semantic_gw.pipeline.recent import RecentMessages
from semantic_gw.pipeline.report import QuantityKind, explanation
from semantic_gw.problems import ProblemError
from semantic_gw.rdf.contexts import GATEWAY
from semantic_gw.rdf.contexts import context as context_of
from semantic_gw.rdf.observation_context import CONTEXT, CONTEXT_PATH

_CONTEXT_BYTES = msgspec.json.encode({"@context": CONTEXT})


@dataclass(frozen=True, slots=True)
class Away:
    """A peer that does not answer."""

    peer: str
    since: datetime | None
    error: str


@dataclass(frozen=True, slots=True)
class Service:
    """What the API needs of the gateway."""

    pipeline: Pipeline
    recent: RecentMessages
    metrics: Metrics
    base_iri: IRI
    quantity_kind: QuantityKind
    away: Callable[[], Sequence[Away]]
    """Peers that are away; empty when the gateway is ready."""
    shapes: Callable[[], Json]
    """Which version of the shapes this process judges by."""
    mappings: Callable[[], Json] = dict
    """How many mappings are in use, and which files are not."""
    view: Callable[[], Json] = dict
    """How far the view is. One that is being built makes nothing not ready: what comes in does not wait for it."""
    history: Callable[[], Json] = dict
    """What is wrong with the history; what comes in waits for it on the bus."""
    subscriptions: Callable[[], Json] = dict
    """How many standing queries there are, and how far behind their matching is."""


def create_api(
    service: Service,
    *,
    openapi_paths: Mapping[str, Json] | None = None,
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None,
) -> FastAPI:
    """The application; *openapi_paths* describe the ways in, which are served before it."""
    api = FastAPI(
        title="Semantic Gateway",
        version=__version__,
        description="Device payloads in, SAREF and WoT RDF that SHACL has checked out on Kafka.",
        lifespan=lifespan,
    )
    api.include_router(_health(service))
    api.include_router(_messages(service))
    install_problem_handlers(api)
    api.add_middleware(HeadOfGet)
    _describe(api, openapi_paths or {})
    return api


def _describe(api: FastAPI, paths: Mapping[str, Json]) -> None:
    """Add *paths*, which FastAPI does not know, to the OpenAPI document."""
    generated = api.openapi

    def openapi() -> dict[str, Json]:
        document = generated()
        document["paths"] = {**paths, **document["paths"]}
        return document

    api.openapi = openapi  # type: ignore[method-assign]  # FastAPI documents this way to extend its OpenAPI


def _health(service: Service) -> APIRouter:
    router = APIRouter(tags=["operation"])

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        """Whether the process runs."""
        return {"status": "live", "version": __version__}

    @router.get("/health/ready", responses={503: {"description": "A peer is away: which, and since when."}})
    async def ready(response: Response) -> dict[str, Json]:
        """Whether every peer answers: what is away, since when, and why; which shapes and mappings are in use; and how
        far the view is, which may be behind.
        """
        away = service.away()
        response.status_code = 503 if away else 200
        return {
            "status": "not ready" if away else "ready",
            "away": [{"peer": p.peer, "since": p.since and p.since.isoformat(), "error": p.error} for p in away],
            "shapes": service.shapes(),
            "mappings": service.mappings(),
            "view": service.view(),
            "history": service.history(),
            "subscriptions": service.subscriptions(),
        }

    @router.get("/metrics", response_class=Response)
    async def metrics() -> Response:
        """Counters and histograms in the Prometheus exposition format."""
        return Response(service.metrics.exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return router


def _messages(service: Service) -> APIRouter:
    router = APIRouter()

    @router.get("/messages/{message_id}", tags=["messages"])
    async def message(message_id: str) -> dict[str, Json]:
        """What became of a message, and every step of why; the steps are told by the mapping of now."""
        ended = service.recent.get(message_id)
        if ended is None:
            raise ProblemError(
                404,
                "",
                f"no message {message_id!r} among the last ones; if it ended as a dead letter, "
                f"`semantic-gw explain` can explain it from the topic",
            )
        result = service.pipeline.explain(ended.payload)
        told = explanation(result, service.quantity_kind)
        positions = [position._asdict() for position in ended.positions]
        return {**told, "outcome": ended.outcome.value, "records": positions}

    @router.get(f"/{CONTEXT_PATH}", tags=["vocabulary"], response_class=Response)
    async def context() -> Response:
        """The JSON-LD context that records on the bus refer to."""
        return Response(_CONTEXT_BYTES, media_type="application/ld+json", headers={"Cache-Control": "max-age=86400"})

    @router.get("/context/thing-v1.jsonld", tags=["vocabulary"], response_class=Response)
    async def thing_context() -> Response:
        """The JSON-LD context with the prefixes of the terms that the gateway reads in Thing Descriptions."""
        body = msgspec.json.encode({"@context": context_of(GATEWAY)})
        return Response(body, media_type="application/ld+json", headers={"Cache-Control": "max-age=86400"})

    return router
