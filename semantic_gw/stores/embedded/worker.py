"""A worker: a process forked from the owner, which answers queries by what the owner held at that moment.

It has no files but the socket over which it is asked, no network, and no more memory and CPU time than a query may
take. That it is ended in time is for the gateway to see to: it listens to nobody while it works.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from functools import partial
from typing import Final, NoReturn

import pyoxigraph as ox

from semantic_gw.confined.files import close_all_but, silence
from semantic_gw.confined.frames import frame, receive
from semantic_gw.confined.limits import Limits
from semantic_gw.errors import LimitError, QueryError
from semantic_gw.stores.embedded.evaluation import evaluate, wrong
from semantic_gw.stores.embedded.evolution import evolve
from semantic_gw.stores.embedded.messages import (
    ANSWER,
    END,
    EVOLUTION,
    PART,
    REFUSED,
    WORN,
    Evolution,
    Question,
    Refusal,
    encode,
    read_evolution,
    read_question,
)

Work = Callable[[], tuple[str, Callable[[Callable[[bytes], object]], None]]]
"""Gives the media type of an answer, and what writes it."""

_SENT_AT_ONCE: Final = 64 * 1024
_WORN: Final = 64 * 1024**2
"""How much a worker may have grown, in bytes, before it is not asked again."""


def live(peer: socket.socket, store: ox.Store) -> NoReturn:
    """Answer what *peer* asks until it hangs up."""
    try:
        silence(errors=peer.fileno())  # the last words tell the gateway that there was not enough memory
        close_all_but(peer.fileno())
        Worker(peer, store).serve()
    finally:
        os._exit(0)


class Worker:
    """Answers one query after the other."""

    def __init__(self, peer: socket.socket, store: ox.Store) -> None:
        self._peer = peer
        self._store = store
        self._limits = Limits()
        self._size = self._limits.size

    def serve(self) -> None:
        while request := receive(self._peer):
            if request.kind == EVOLUTION:
                evolution = read_evolution(request.body)
                self._answer(evolution, partial(evolve, self._store, evolution))
            else:
                question = read_question(request.body)
                self._answer(question, partial(evaluate, self._store, question))

    @property
    def _is_worn(self) -> bool:
        return self._limits.size > self._size + _WORN

    def _answer(self, asked: Question | Evolution, work: Work) -> None:
        bounds = asked.bounds
        self._limits.allow(cpu_s=bounds.time_s, memory_bytes=bounds.memory_bytes)
        try:
            self._evaluate(asked.text, work)
        except MemoryError:
            self._refuse(f"the query needs more than {bounds.memory_bytes:,} bytes of memory", "memory")
        except LimitError as error:
            self._refuse(str(error), error.limit)
        except QueryError as error:
            self._refuse(str(error), "", error.line, error.column)

    def _evaluate(self, text: str, work: Work) -> None:
        """Send the answer. Raises QueryError."""
        answer = Sender(self._peer)
        try:
            media_type, write = work()
            answer.begin(media_type)
            write(answer.write)
        except (SyntaxError, ValueError, RuntimeError) as error:
            raise wrong(error, text) from None
        except OSError as error:
            if isinstance(error, ConnectionError):
                raise
            raise wrong(error, text) from None
        answer.end(WORN if self._is_worn else b"")

    def _refuse(self, detail: str, limit: str, line: int = 0, column: int = 0) -> None:
        self._peer.sendall(frame(REFUSED, encode(Refusal(detail, limit, line, column, self._is_worn))))


class Sender:
    """Sends an answer in frames, not before there is something in it: a query that fails at once has none."""

    def __init__(self, peer: socket.socket) -> None:
        self._peer = peer
        self._head = b""
        self._waiting: list[bytes] = []
        self._size = 0

    def begin(self, media_type: str) -> None:
        self._head = frame(ANSWER, media_type.encode())

    def write(self, part: bytes) -> None:
        self._waiting.append(bytes(part))
        self._size += len(part)
        if self._size >= _SENT_AT_ONCE:
            self._flush(b"")

    def end(self, body: bytes) -> None:
        self._flush(frame(END, body))

    def _flush(self, tail: bytes) -> None:
        body = b"".join(self._waiting)
        self._peer.sendall(self._head + (frame(PART, body) if body else b"") + tail)
        self._head = b""
        self._waiting.clear()
        self._size = 0
