"""The gateway's end of an update: one worker evaluates it, and is ended then, whatever came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

import msgspec

from semantic_gw.contracts import GraphUpdate
from semantic_gw.errors import LimitError, QueryError
from semantic_gw.stores.embedded.messages import END, PART, REFUSED, Evolution, read_refusal
from semantic_gw.stores.embedded.worker_process import WorkerProcess
from semantic_gw.stores.embedded.workers import Workers

_read: Final = msgspec.msgpack.Decoder(tuple[GraphUpdate, ...]).decode


async def evolved(workers: Workers, evolution: Evolution, at_least: int) -> Sequence[GraphUpdate]:
    """What *evolution* makes of the graphs of the generation *at_least*.

    Raises QueryError, LimitError, UnavailableError.
    """
    time_s = evolution.bounds.time_s
    worker = await workers.take(at_least)
    try:
        async with asyncio.timeout(time_s):
            await worker.evolve(evolution)
            return _read(await _answer(worker))
    except TimeoutError:
        raise LimitError(f"the update takes longer than {time_s:g} s", limit="time") from None
    finally:
        workers.end(worker)


async def _answer(worker: WorkerProcess) -> bytes:
    parts: list[bytes] = []
    while (frame := await worker.hear()).kind != END:
        if frame.kind == PART:
            parts.append(bytes(frame.body))
        elif frame.kind == REFUSED:
            refusal = read_refusal(frame.body)
            if refusal.limit:
                raise LimitError(refusal.detail, limit=refusal.limit)
            raise QueryError(refusal.detail, line=refusal.line, column=refusal.column)
    return b"".join(parts)
