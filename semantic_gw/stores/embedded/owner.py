"""The owner: a process with one thread that holds the graphs, takes updates, and forks.

`python -m semantic_gw.stores.embedded.owner FORKS`, with a socket for requests (`messages`) as standard input and one
for forks under the number FORKS. For each message on that it forks a worker and sends back the worker's socket and a
descriptor of its process. It ends when the gateway hangs up; what it says on standard error the gateway logs.
"""

from __future__ import annotations

import contextlib
import gc
import os
import resource
import select
import signal
import socket
import sys
import time
from typing import Final

from semantic_gw.confined.files import close_all_but
from semantic_gw.confined.frames import frame, receive
from semantic_gw.model import IRI
from semantic_gw.stores.embedded.graphs import Graphs
from semantic_gw.stores.embedded.keeping import Keeping
from semantic_gw.stores.embedded.messages import (
    BORN,
    REQUEST,
    Ask,
    Begin,
    Replace,
    Request,
    Stop,
    Told,
    encode,
    read_request,
)
from semantic_gw.stores.embedded.snapshot import Header
from semantic_gw.stores.embedded.worker import live

_MOST_FILES: Final = 64
_COMPACTING_S: Final = 0.02
"""How long others wait while what lives is moved to a new engine, in seconds; then it is their turn."""

_CONVERSATION_S: Final = 60.0
"""How long the owner waits for a gateway that stops in the middle of a sentence, in seconds."""

_NO_ROOM_S: Final = 30.0
"""How long a machine that takes no more processes is waited for, in seconds: what is held here is worth more."""
_AGAIN_S: Final = 0.1


class Owner:
    """Holds the graphs, and knows how far each source is known."""

    def __init__(self, requests: socket.socket, forks: socket.socket) -> None:
        self._requests = requests
        self._forks = forks
        self._graphs = Graphs()
        self._positions: dict[str, int] = {}
        self._generation = 0
        self._keeping = Keeping("", 0)

    def run(self) -> None:
        """Serve until the gateway hangs up, or says Stop."""
        goes_on = True
        while goes_on:
            due_in = self._keeping.due_in(self._generation)
            if due_in == 0:
                self._keeping.keep_in_background(self._header(), self._graphs.items())
                continue
            is_worn = self._graphs.is_worn
            ready, _, _ = select.select([self._forks, self._requests], [], [], 0 if is_worn else due_in)
            if self._forks in ready:  # queries first: an update takes longer than a fork
                goes_on = self._fork()
            elif ready:
                goes_on = self._converse()
            if is_worn:
                self._graphs.compact(_COMPACTING_S)

    def _fork(self) -> bool:
        """Fork a worker, and hand it over; whether somebody wants one."""
        if not self._forks.recv(1):
            return False
        outer, inner = socket.socketpair()
        with outer, inner:
            child = _forked()
            if child == 0:
                live(inner, self._graphs.store)
            process = os.pidfd_open(child)
            with contextlib.suppress(OSError):
                socket.send_fds(self._forks, [BORN.pack(self._generation, child)], [outer.fileno(), process])
            os.close(process)
        return True

    def _converse(self) -> bool:
        """Answer one request; whether the owner is to go on."""
        message = receive(self._requests)
        if message is None:
            return False
        request: Request = read_request(message.body)
        refused = self._do(request)
        told = Told(self._generation, self._positions, self._graphs.size, refused)
        self._requests.sendall(frame(REQUEST, encode(told)))
        return not isinstance(request, Stop)

    def _do(self, request: Request) -> tuple[tuple[IRI, str], ...]:
        match request:
            case Begin():
                self._begin(request)
            case Replace():
                return self._replace(request)
            case Stop():
                self._keeping.keep(self._header(), self._graphs.items())
            case Ask():
                pass
        return ()

    def _begin(self, begin: Begin) -> None:
        """Start with the snapshot. No generation is used twice: the clock is ahead of them, whatever was lost."""
        self._keeping = Keeping(begin.path, begin.snapshot_s)
        self._generation = max(time.time_ns() // 1_000_000, begin.after + 1)
        if snapshot := self._keeping.found():
            self._graphs = Graphs(snapshot.graphs)
            self._positions = snapshot.header.positions
            self._generation = max(self._generation, snapshot.header.generation + 1)
        self._keeping.is_known(self._generation)
        gc.freeze()

    def _replace(self, request: Replace) -> tuple[tuple[IRI, str], ...]:
        refused = tuple(self._graphs.replace(request.updates))
        self._positions.update(request.positions)
        self._generation += 1
        return refused

    def _header(self) -> Header:
        return Header(self._generation, self._positions, self._graphs.size.graphs)


def _forked() -> int:
    """What `fork` returns; a machine without room for a process is given some seconds. Raises OSError."""
    until = time.monotonic() + _NO_ROOM_S
    while True:
        try:
            return os.fork()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(_AGAIN_S)


def main(forks: int) -> None:
    """Serve the gateway at the other end of standard input."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.setpgid(0, 0)  # a Ctrl-C is for the gateway; a session of its own would take away what nice does
    close_all_but(forks)  # some loops leave copies behind, and a worker closes no numbers above its limit
    resource.setrlimit(resource.RLIMIT_NOFILE, (_MOST_FILES, _MOST_FILES))
    gc.disable()  # nothing here is part of a cycle, and looking for one would copy pages of every worker
    with socket.socket(fileno=0) as requests, socket.socket(fileno=forks) as asked:
        requests.settimeout(_CONVERSATION_S)
        with contextlib.suppress(ConnectionError, TimeoutError):
            Owner(requests, asked).run()


if __name__ == "__main__":
    main(int(sys.argv[1]))
