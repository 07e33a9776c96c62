"""What an update would make of graphs: evaluated in a worker, on what only that worker sees, and then forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import pyoxigraph as ox

from semantic_gw.contracts import GraphUpdate
from semantic_gw.errors import LimitError, QueryError
from semantic_gw.model import IRI
from semantic_gw.stores.embedded.messages import Evolution, encode

EVOLVED: Final = "application/x-msgpack"
"""What the answer to an `Evolution` is: the graphs it changes."""


def evolve(store: ox.Store, evolution: Evolution) -> tuple[str, Callable[[Callable[[bytes], object]], None]]:
    """The media type of the answer, and what writes it. Raises QueryError, LimitError."""
    others, before = _others(store, evolution.prefix), _graphs(store, evolution)
    store.update(evolution.text)
    after = _graphs(store, evolution)
    if others != _others(store, evolution.prefix):
        raise QueryError(f"the update changes graphs whose names do not begin with <{evolution.prefix}>")
    body = encode(list(_changes(before, after)))
    return EVOLVED, lambda write: _write(body, write)


def _write(body: bytes, write: Callable[[bytes], object]) -> None:
    write(body)


def _changes(before: Mapping[IRI, bytes], after: Mapping[IRI, bytes]) -> Iterator[GraphUpdate]:
    """What differs; a graph without triples is none."""
    for name in sorted(before.keys() | after.keys()):
        if before.get(name, b"") != after.get(name, b""):
            yield GraphUpdate(name, after.get(name) or None)


def _graphs(store: ox.Store, evolution: Evolution) -> dict[IRI, bytes]:
    """Each graph of the writer, its lines in order. Raises LimitError."""
    found: dict[IRI, bytes] = {}
    size = 0
    for name in _named(store):
        if name.value.startswith(evolution.prefix):
            lines = (store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=name) or b"").splitlines(keepends=True)
            found[name.value] = b"".join(sorted(lines))
            size += len(found[name.value])
            if size > evolution.bounds.answer_bytes:
                most = f"{evolution.bounds.answer_bytes:,} bytes"
                raise LimitError(f"graphs below <{evolution.prefix}> have more than {most}", limit="answer")
    return found


def _others(store: ox.Store, prefix: IRI) -> tuple[int, int]:
    """How many graphs are not the writer's, and how many quads are in no graph of his: what would change, at least."""
    names = list(_named(store))
    own = [name for name in names if name.value.startswith(prefix)]
    quads = sum(1 for name in own for _ in store.quads_for_pattern(None, None, None, name))
    return len(names) - len(own), len(store) - quads


def _named(store: ox.Store) -> Iterator[ox.NamedNode]:
    return (name for name in store.named_graphs() if isinstance(name, ox.NamedNode))
