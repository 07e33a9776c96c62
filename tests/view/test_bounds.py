"""Large graphs cost no more memory at once than small ones."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from semantic_gw.contracts import GraphAnswer, GraphQuery, GraphUpdate
from semantic_gw.errors import LimitError
from semantic_gw.model import Literal
from semantic_gw.rdf.namespaces import XSD
from semantic_gw.view.latest import Latest
from semantic_gw.view.progress import Progress, ViewMetrics
from semantic_gw.view.recalling import graphs_in
from semantic_gw.view.writing import Writer
from tests.view.conftest import opened
from tests.view.graphs import BASE, THING, message
from tests.view.memory_store import MemoryStore
from tests.view.test_feeder import caught_up


class Narrow(MemoryStore):
    """A store that answers questions about few graphs alone, and none about one that is *large*."""

    def __init__(self, large: str = "") -> None:
        super().__init__()
        self._large = large

    @asynccontextmanager
    async def query(self, query: GraphQuery) -> AsyncIterator[GraphAnswer]:
        if query.text.count("<urn:g:") > 2 or (self._large and self._large in query.text):
            raise LimitError("too large", limit="answer")
        async with super().query(query) as answer:
            yield answer


class Noting(MemoryStore):
    """A store that takes everything."""

    async def replace(self, updates: Sequence[GraphUpdate], positions: Mapping[str, int]) -> int:
        self.calls.append(([name for name, _ in updates], dict(positions)))
        return len(self.calls)


NAMES = [f"urn:g:{number}" for number in range(7)]


def filled(store: MemoryStore) -> MemoryStore:
    store.graphs = {name: f"<urn:a> <urn:b> <{name}:o> .\n".encode() for name in NAMES}
    return store


async def test_graphs_that_are_too_large_together_are_read_one_by_one() -> None:
    found = await graphs_in(filled(Narrow()), NAMES, 0)

    assert found == {name: [("urn:a", "urn:b", f"{name}:o")] for name in NAMES}


async def test_a_graph_that_is_too_large_alone_begins_anew() -> None:
    found = await graphs_in(filled(Narrow(large="<urn:g:3>")), NAMES, 0)

    assert sorted(found) == sorted({*NAMES} - {"urn:g:3"})


async def test_large_graphs_are_handed_over_in_portions_and_positions_with_the_last() -> None:
    store = Noting()
    writer = Writer(store, Progress(ViewMetrics(CollectorRegistry())))

    await writer.replace("latest", [GraphUpdate(name, b"x" * 10**7) for name in NAMES[:3]], {"source": 1})

    assert store.calls == [(["urn:g:0"], {}), (["urn:g:1"], {}), (["urn:g:2"], {"source": 1})]


@pytest.mark.parametrize(("size", "kept"), [(10, True), (10**6, False)], ids=["small", "large"])
def test_large_values_are_forgotten_sooner(size: int, kept: bool) -> None:
    known = Latest(BASE, {}, most_values=100)
    known.recall("urn:other", ())
    known.take(message(1, "urn:other", triples=[("urn:a", "urn:b", Literal("x" * size, XSD + "string"))]))
    known.recall(THING, ())
    known.take(message(2, t=1.0))
    list(known.write(10))
    known.shrink()

    assert ("urn:other" in known) is kept


async def test_a_thing_whose_values_were_forgotten_keeps_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("semantic_gw.view.feeder.Latest", lambda *given: Latest(*given, most_values=1))
    async with opened(tmp_path, MemoryStore()) as world, world.viewed() as view:
        for number in range(6):
            thing = f"urn:dev:{number % 2}"
            await world.tell(message(number, thing, t=1.0) if number < 2 else message(number, thing, u=2.0))
            await caught_up(world, view)

        assert set(await world.values()) == {f"urn:dev:{n} {name}" for n in range(2) for name in "tu"}
