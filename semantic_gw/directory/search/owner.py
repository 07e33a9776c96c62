"""The owner of what is searched: a process with one thread that forks a child for each query.

`python -m semantic_gw.directory.search.owner` with a socket as standard input. Over that come sockets, each of them a
conversation (`messages`); the owner ends with it. A child sees the Things as they are when it is forked, has no files
and no network, and is ended at its deadline: what it does to its memory, or to the engines, harms nobody.
"""

from __future__ import annotations

import contextlib
import gc
import signal
import socket
import sys
from functools import cached_property
from typing import Final

from semantic_gw.directory.search import jsonpath, xpath
from semantic_gw.directory.search.bounded import json_array
from semantic_gw.directory.search.child import Child
from semantic_gw.directory.search.messages import Query, Reply, Update, frame, receive
from semantic_gw.errors import NotSupportedError, QueryError
from semantic_gw.model import IRI

_CONVERSATION_S: Final = 60.0
"""How long the owner waits for a gateway that stops in the middle of a sentence, in seconds."""

_WARM_UP: Final = (
    Query("jsonpath", "$[?match(@.a, 'a') || search(@.a, 'b')]", 1.0, 0, 100),
    Query("xpath", "*[matches(a, 'a')] | //b", 1.0, 0, 100),
)
"""Queries that make the engines load what they load late: a child could not."""


class Owner:
    """Holds the documents of all Things."""

    def __init__(self) -> None:
        self._documents: dict[IRI, bytes] = {}
        self._waiting: Child | None = None

    @cached_property
    def _in_order(self) -> list[bytes]:
        """The documents by code point order of their ids."""
        return [self._documents[thing] for thing in sorted(self._documents)]

    def update(self, update: Update) -> None:
        """Hold what *update* says."""
        for thing, body in update.entries:
            if body is None:
                self._documents.pop(thing, None)
            else:
                self._documents[thing] = body
        self.__dict__.pop("_in_order", None)

    def answer(self, query: Query) -> bytes:
        """What *query* finds, in JSON. Raises QueryError, NotSupportedError."""
        find = jsonpath.find if query.language == "jsonpath" else xpath.find
        return json_array(find(query.text, self._in_order), query.max_answer_bytes)

    def reply(self, query: Query) -> Reply:
        """What *query* finds, or why that is not told."""
        try:
            return Reply(self.answer(query))
        except QueryError as error:
            return _refused(str(error))
        except NotSupportedError as error:
            return Reply(refusal="unsupported", detail=str(error))
        except MemoryError:
            return _refused(f"the search needs more than {query.memory_bytes} bytes of memory: ask for less at once")
        except RecursionError:
            return _refused("the query, or what it looks at, is nested too deeply")
        except Exception as error:  # noqa: BLE001  whatever an engine trips over, it is this query that did it
            return _refused(f"the query cannot be evaluated: {type(error).__name__}: {error}"[:500])

    def converse(self, peer: socket.socket) -> bool:
        """Take an update, or have a child answer a query: True. Raises OSError where the gateway hangs up."""
        request = receive(peer)
        if isinstance(request, Update):
            self._dismiss()
            self.update(request)
            gc.freeze()
            peer.sendall(frame(Reply()))
            return False
        self._hand_over(peer, request)
        return True

    def _hand_over(self, peer: socket.socket, query: Query) -> None:
        """Give *query* to the child that waits for one."""
        waiting, self._waiting = self._waiting, None
        try:
            (waiting or self._fork()).take(peer, query)
        except OSError:  # it was ended from outside
            self._fork().take(peer, query)

    def prepare(self) -> None:
        """Have a child wait for the next query. No other conversation may be open: the child would keep it open."""
        self._waiting = self._waiting or self._fork()

    def _fork(self) -> Child:
        _ = self._in_order  # before the fork, so that it is done once
        return Child(self.reply)

    def _dismiss(self) -> None:
        if self._waiting:
            self._waiting.dismiss()
        self._waiting = None


def _refused(detail: str) -> Reply:
    return Reply(refusal="query", detail=detail)


def run(control: socket.socket) -> None:
    """Serve the conversations that come over *control*, until it is closed."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    owner = Owner()
    for query in _WARM_UP:
        owner.reply(query)
    gc.freeze()
    while True:
        _, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not descriptors:
            return
        asked = False
        with contextlib.suppress(OSError), socket.socket(fileno=descriptors[0]) as peer:
            peer.settimeout(_CONVERSATION_S)
            asked = owner.converse(peer)
        if asked:
            owner.prepare()


if __name__ == "__main__":
    run(socket.socket(fileno=sys.stdin.fileno()))
