from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from semantic_gw.api.problems import install_problem_handlers
from semantic_gw.bindings.http_protocol import BoundedHttpProtocol
from tests.bindings.http_server import MemoryIntake, ingest, serving
from tests.hostile.raw_http import answer, request


class Impatient(BoundedHttpProtocol):
    head_timeout_s = 0.5


@pytest.fixture(scope="package")
def kept() -> MemoryIntake:
    return MemoryIntake()


@pytest.fixture(scope="package")
def serving_port(kept: MemoryIntake) -> Iterator[int]:
    with serving(_api(kept, body_timeout_s=0.5), Impatient, timeout_keep_alive=5, limit_concurrency=50) as port:
        yield port


@pytest.fixture
def patient_port(kept: MemoryIntake) -> Iterator[int]:
    """A server that waits for bodies, so that connections stay open for as long as a test needs."""
    with serving(_api(kept, body_timeout_s=60), BoundedHttpProtocol, limit_concurrency=50) as port:
        yield port


def _api(kept: MemoryIntake, *, body_timeout_s: float) -> FastAPI:
    api = FastAPI()
    api.router.routes.extend(ingest(kept, body_timeout_s=body_timeout_s).routes())
    install_problem_handlers(api)
    return api


@pytest.fixture
def intake(kept: MemoryIntake) -> MemoryIntake:
    kept.taken, kept.batches, kept.room = [], [], None
    return kept


@pytest.fixture
def port(serving_port: int, intake: MemoryIntake) -> Iterator[int]:
    """The server's port; whatever a test does, the server must answer the next good request."""
    yield serving_port
    assert answer(serving_port, request()).status == 202
