"""A child of the owner: forked in advance where that is possible, for a fork takes some milliseconds."""

from __future__ import annotations

import gc
import os
import socket
from collections.abc import Callable

from semantic_gw.confined.files import close_all_but, silence
from semantic_gw.confined.limits import confine
from semantic_gw.directory.search.messages import PROCESS_ID, Query, Reply, Update, frame, receive


class Child:
    """A process that sees what there is at its fork, and answers one query by *reply*."""

    def __init__(self, reply: Callable[[Query], Reply]) -> None:
        self._owner, inner = socket.socketpair()
        if os.fork() == 0:
            self._live(inner, reply)
        inner.close()

    def take(self, peer: socket.socket, query: Query) -> None:
        """Have the child answer *query* to *peer*. Raises OSError where it is gone."""
        socket.send_fds(self._owner, [b"."], [peer.fileno()])
        self._owner.sendall(frame(query))
        self._owner.close()

    def dismiss(self) -> None:
        """End a child that has nothing to do yet."""
        self._owner.close()

    def _live(self, inner: socket.socket, reply: Callable[[Query], Reply]) -> None:
        try:
            silence()
            close_all_but(inner.fileno())
            _, descriptors, _, _ = socket.recv_fds(inner, 1, 1)
            request = receive(inner) if descriptors else None
            if request and not isinstance(request, Update):
                _answer(socket.socket(fileno=descriptors[0]), request, reply)
        finally:
            os._exit(0)


def _answer(peer: socket.socket, query: Query, reply: Callable[[Query], Reply]) -> None:
    peer.settimeout(None)
    peer.sendall(PROCESS_ID.pack(os.getpid()))
    confine(deadline_s=query.deadline_s, memory_bytes=query.memory_bytes)
    gc.disable()  # there is little garbage within a deadline, and looking for it takes half of the time
    peer.sendall(frame(reply(query)))
