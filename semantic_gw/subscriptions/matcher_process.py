"""The matcher: a confined process that asks messages what strangers want to know of them.

`python -m semantic_gw.subscriptions.matcher_process` with a socket as standard input. It holds the graphs that it is
given; for each message it puts that in a graph of its own, answers one query after the other, and takes it away again.
It has no files and no network. That it is ended in time is for the gateway to see to: it may crash, or never answer.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from typing import Any, Final

import msgspec
import pyoxigraph as ox

from semantic_gw.confined.files import silence
from semantic_gw.confined.frames import frame, receive
from semantic_gw.confined.limits import Limits
from semantic_gw.subscriptions.patterns import MESSAGE

GRAPHS: Final = b"g"
ASK: Final = b"a"
TRY: Final = b"t"
ANSWER: Final = b"r"

_NAME: Final = f"<{MESSAGE}>"
_PLACE: Final = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_SPARE_QUADS: Final = 10_000
"""Quads that were removed take memory and time, and more than the live ones and these are too many."""
_FLUSH_S: Final = 0.03
"""How long answers gather before they are sent, in seconds."""


class GraphsGiven(msgspec.Struct, array_like=True):
    """What named graphs are to hold: N-Triples, None where a graph is gone."""

    graphs: list[tuple[str, bytes | None]]


class Asked(msgspec.Struct, array_like=True):
    """Messages (N-Triples), each with a query to it. *cpu_s* is the time for each in seconds.

    A message that several queries in a row are for is the same text each time.
    """

    pairs: list[tuple[bytes, str]]
    cpu_s: float
    memory_bytes: int
    answer_bytes: int


class Refused(msgspec.Struct, array_like=True):
    """Why there is no answer; *line* and *column* count from 1, 0 where nobody knows the place."""

    detail: str
    line: int = 0
    column: int = 0


class Answered(msgspec.Struct, array_like=True):
    """What was found (JSON; empty: nothing), one after the other; or why nothing can be."""

    answers: list[bytes | Refused]


encode: Final = msgspec.msgpack.Encoder().encode
read_graphs: Final = msgspec.msgpack.Decoder(GraphsGiven).decode
read_asked: Final = msgspec.msgpack.Decoder(Asked).decode
read_answered: Final = msgspec.msgpack.Decoder(Answered).decode


class TooLargeError(Exception):
    """An answer is larger than allowed."""


class Matcher:
    """Holds graphs, and answers."""

    def __init__(self, peer: socket.socket) -> None:
        self._peer = peer
        self._graphs: dict[str, bytes] = {}
        self._store = ox.Store()
        self._dead = self._count = 0
        self._message = ox.NamedNode(MESSAGE)
        self._limits = Limits()

    def serve(self) -> None:
        """Do what is asked until the gateway hangs up."""
        while request := receive(self._peer):
            if request.kind == GRAPHS:
                self._hold(read_graphs(request.body))
            elif request.kind == TRY:
                self._try(read_asked(request.body))
            else:
                self._ask(read_asked(request.body))

    def _try(self, asked: Asked) -> None:
        self._send(ANSWER, encode(Answered([self._answer(ox.Store(), asked.pairs[0][1], asked)])))

    def _hold(self, given: GraphsGiven) -> None:
        self._limits.allow(cpu_s=3600.0, memory_bytes=1 << 40)
        for name, triples in given.graphs:
            before = self._graphs.pop(name, None)
            if before is not None:
                self._store.clear_graph(ox.NamedNode(name))
                self._dead += before.count(b"\n")
            if triples is not None:
                with contextlib.suppress(SyntaxError, ValueError):
                    self._load(name, triples)

    def _load(self, name: str, triples: bytes) -> None:
        """Raises SyntaxError."""
        self._store.load(triples, format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(name))
        self._graphs[name] = triples

    def _ask(self, asked: Asked) -> None:
        """Answer, some answers at a time: what is still to come when a bound is broken is asked again alone."""
        gathered: list[bytes | Refused] = []
        sent, before = time.monotonic(), b""
        for number, (triples, query) in enumerate(asked.pairs):
            if number == 0 or (triples is not before and triples != before):
                self._next_message(triples)
                before = triples
            gathered.append(self._answer(self._store, query.replace(_NAME, f"<{self._message.value}>"), asked))
            if time.monotonic() - sent > _FLUSH_S:
                self._send(ANSWER, encode(Answered(gathered)))
                gathered, sent = [], time.monotonic()
        self._store.clear_graph(self._message)
        if self._dead > len(self._store) + _SPARE_QUADS:
            self._compact()
        self._send(ANSWER, encode(Answered(gathered)))

    def _next_message(self, triples: bytes) -> None:
        """Hold *triples* in place of the message before, in a graph of another name.

        A query looks at all that ever was in a graph that it names, removed or not.
        """
        self._limits.allow(cpu_s=3600.0, memory_bytes=1 << 40)
        self._store.clear_graph(self._message)
        self._count += 1
        self._message = ox.NamedNode(f"{MESSAGE}/{self._count}")
        with contextlib.suppress(SyntaxError, ValueError):
            self._store.load(triples, format=ox.RdfFormat.N_TRIPLES, to_graph=self._message)
        self._dead += triples.count(b"\n")

    def _compact(self) -> None:
        """A store never gives back what was removed: a new one holds nothing of it."""
        self._limits.allow(cpu_s=3600.0, memory_bytes=1 << 40)
        self._store, self._dead = ox.Store(), 0
        for name, triples in self._graphs.items():
            self._store.bulk_load(triples, format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(name))

    def _answer(self, store: ox.Store, query: str, asked: Asked) -> bytes | Refused:
        self._limits.allow(cpu_s=asked.cpu_s, memory_bytes=asked.memory_bytes)
        signal.setitimer(signal.ITIMER_PROF, asked.cpu_s)  # its signal ends the process: CPU time, whatever else runs
        try:
            return _found(store, query, asked.answer_bytes)
        except TooLargeError:
            return Refused(f"its match is larger than {asked.answer_bytes:,} bytes")
        except MemoryError:
            return Refused(f"it needs more than {asked.memory_bytes:,} bytes of memory")
        except (SyntaxError, ValueError, RuntimeError, OSError) as error:
            return _refused(str(error))
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

    def _send(self, kind: bytes, body: bytes) -> None:
        self._peer.sendall(frame(kind, body))


def _refused(said: str) -> Refused:
    place = _PLACE.match(said)
    if place is None:
        return Refused(f"it cannot be evaluated: {_short(said)}")
    line, column = int(place[1]), int(place[2])
    return Refused(f"no SPARQL 1.1 at line {line}, column {column}: {_short(place[3])}", line, column)


def _short(said: str) -> str:
    return said.partition("\n")[0][:300]


def _found(store: ox.Store, query: str, most: int) -> bytes:
    """What *query* finds, as JSON; empty where it finds nothing. Raises TooLargeError."""
    found = store.query(query, use_default_graph_as_union=True)
    if isinstance(found, ox.QueryBoolean):
        return b'{"boolean":true}' if found else b""
    if isinstance(found, ox.QueryTriples):
        lines = list(_bounded((f"{triple} .\n" for triple in found), most))
        return msgspec.json.encode({"triples": "".join(sorted(set(lines)))}) if lines else b""
    names = [variable.value for variable in found.variables]
    rows = list(_bounded((_row(names, row) for row in found), most))
    return msgspec.json.encode({"variables": names, "solutions": rows}) if rows else b""


def _bounded(items: Iterator[Any], most: int) -> Iterator[Any]:
    size = 0
    for item in items:
        size += len(item) if isinstance(item, str) else sum(len(str(value)) for value in item.values())
        if size > most:
            raise TooLargeError
        yield item


def _row(names: list[str], row: Any) -> dict[str, Any]:
    """One solution as SPARQL 1.1 Query Results JSON has it (3.2.2)."""
    bound = ((name, row[name]) for name in names)
    return {name: _term(term) for name, term in bound if term is not None}


def _term(term: Any) -> dict[str, Any]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if not isinstance(term, ox.Literal):
        return {"type": "triple", "value": str(term)}
    if term.language:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    if term.datatype.value == "http://www.w3.org/2001/XMLSchema#string":
        return {"type": "literal", "value": term.value}
    return {"type": "literal", "value": term.value, "datatype": term.datatype.value}


def main() -> None:
    """Serve the gateway at the other end of standard input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    peer = socket.socket(fileno=os.dup(0))
    silence()
    with peer, contextlib.suppress(ConnectionError):
        peer.sendall(frame(ANSWER))
        Matcher(peer).serve()


if __name__ == "__main__":
    main()
