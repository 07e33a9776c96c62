"""Where shapes of strangers are compiled and tried: a process of its own, with a bound for time and memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final, TypeVar

from semantic_gw.errors import UnavailableError
from semantic_gw.model import Json
from semantic_gw.sandbox import Sandbox
from semantic_gw.shape_sets import trying
from semantic_gw.shape_sets.collection import Compiler
from semantic_gw.shape_sets.shape_set import ShapeSet

T = TypeVar("T")

_WAITING: Final = 4
"""Pieces of work that wait for their turn; more are refused."""


class Workshop:
    """Does one piece of work after the other."""

    def __init__(self, sandbox: Sandbox, *, patience_s: float) -> None:
        """*patience_s* is how long a piece of work waits for those before it, in seconds."""
        self._sandbox = sandbox
        self._patience_s = patience_s
        self._places = asyncio.Semaphore(_WAITING)

    async def turtle_of(self, body: bytes, media_type: str) -> bytes:
        """*body*, RDF of *media_type*, as Turtle. Raises DecodingError, UnsupportedMediaTypeError, SandboxError."""
        if media_type == trying.TURTLE:
            return body
        return await self._done(trying.turtle_of, body, media_type)

    async def check(self, compiler: Compiler, sets: Sequence[ShapeSet]) -> int:
        """How many shapes *sets* have. Raises ShapeError, SandboxError."""
        return await self._done(trying.checked, compiler, _without_paths(sets))

    async def tried(
        self, compiler: Compiler, sets: Sequence[ShapeSet], data: bytes, media_type: str
    ) -> dict[str, Json]:
        """The flat report of *sets* on *data*. Raises ShapeError, DecodingError, SandboxError."""
        return await self._done(trying.tried, compiler, _without_paths(sets), data, media_type)

    def close(self) -> None:
        self._sandbox.close()

    async def _done(self, function: Callable[..., T], *args: object) -> T:
        async with self._place():
            return await asyncio.to_thread(self._sandbox.run, function, *args)

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._patience_s):
                await self._places.acquire()
        except TimeoutError:
            raise UnavailableError("too many shapes are being checked or tried: try again") from None
        try:
            yield
        finally:
            self._places.release()


def _without_paths(sets: Sequence[ShapeSet]) -> list[ShapeSet]:
    """What is compiled is what is told, whatever the files have by now."""
    return [replace(set_, path=None) for set_ in sets]
