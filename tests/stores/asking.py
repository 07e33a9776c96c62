"""Questions to a graph store, and what its answers say."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from semantic_gw.contracts import GraphQuery, GraphStore, GraphUpdate, QueryBounds

BOUNDS = QueryBounds(time_s=20.0, memory_bytes=512 * 1024**2, answer_bytes=16 * 1024**2, rows=100_000)


def bounds(**given: Any) -> QueryBounds:
    """Wide bounds but for those that are *given*."""
    return replace(BOUNDS, **given)


async def ask(store: GraphStore, text: str, **given: Any) -> tuple[str, bytes]:
    """The media type of an answer, and all of it."""
    query = GraphQuery(text, given.pop("bounds", BOUNDS), **given)
    async with store.query(query) as answer:
        return answer.media_type, b"".join([part async for part in answer.parts])


async def rows(store: GraphStore, text: str, **given: Any) -> list[dict[str, str]]:
    """The solutions of an answer, each the value by variable."""
    _, body = await ask(store, text, **given)
    bindings = msgspec.json.decode(body)["results"]["bindings"]
    return [{name: term["value"] for name, term in solution.items()} for solution in bindings]


async def values(store: GraphStore, text: str, **given: Any) -> list[str]:
    """The values of the only variable, sorted."""
    return sorted(value for row in await rows(store, text, **given) for value in row.values())


async def put(store: GraphStore, graphs: Mapping[str, str | None], **positions: int) -> int:
    """Replace graphs, given in N-Triples."""
    updates = [GraphUpdate(name, None if text is None else text.encode()) for name, text in graphs.items()]
    return await store.replace(updates, positions)


def says(value: str, subject: str = "urn:s") -> str:
    """A graph of one triple, the value of *subject*."""
    return f'<{subject}> <urn:value> "{value}" .\n'


async def until(holds: Callable[[], object]) -> None:
    """Until *holds* says so; what other processes do tells no event of ours."""
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.02)
