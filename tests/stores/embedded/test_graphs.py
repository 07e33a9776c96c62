"""The engine holds what the truth holds, and takes no more memory than that for long."""

from __future__ import annotations

import random

import psutil
import pyoxigraph as ox
import pytest

from semantic_gw.contracts import GraphUpdate
from semantic_gw.stores.embedded.graphs import Graphs
from tests.stores.asking import says


def put(graphs: Graphs, name: str, triples: str | None) -> list[tuple[str, str]]:
    return list(graphs.replace([GraphUpdate(name, None if triples is None else triples.encode())]))


def in_engine(graphs: Graphs) -> set[str]:
    return {str(quad) for quad in graphs.store.quads_for_pattern(None, None, None)}


def latest(number: int) -> str:
    """27 triples about nodes that nobody has told of before."""
    node = f"urn:observation:{number}"
    return "".join(f'<{node}> <urn:p{index}> "{number} {index}" .\n' for index in range(27))


def test_the_size_is_that_of_what_lives() -> None:
    graphs = Graphs()
    put(graphs, "urn:g", latest(1))
    put(graphs, "urn:g", latest(2))

    assert (graphs.size.graphs, graphs.size.quads, graphs.size.dead) == (1, 27, 27)


def test_a_graph_that_stays_as_it_is_costs_nothing() -> None:
    graphs = Graphs()
    put(graphs, "urn:g", latest(1))
    put(graphs, "urn:g", latest(1))

    assert graphs.size.dead == 0


def test_a_graph_that_cannot_be_read_stays_as_it_was() -> None:
    graphs = Graphs()
    put(graphs, "urn:g", says("1"))
    before = in_engine(graphs)
    refused = put(graphs, "urn:g", says("2") + "<urn:s> <urn")

    assert [graph for graph, _ in refused] == ["urn:g"]
    assert "line 2" in refused[0][1]
    assert in_engine(graphs) == before
    assert dict(graphs.items()) == {"urn:g": says("1").encode()}


def test_a_new_graph_that_cannot_be_read_is_none() -> None:
    graphs = Graphs()
    put(graphs, "urn:g", "<urn:s> <urn")

    assert graphs.size.graphs == 0
    assert not list(graphs.store.named_graphs())


def test_an_empty_graph_is_a_graph() -> None:
    graphs = Graphs()
    put(graphs, "urn:g", "")

    assert [str(name) for name in graphs.store.named_graphs()] == ["<urn:g>"]


def test_a_graph_that_goes_leaves_no_empty_one() -> None:
    graphs = Graphs()
    put(graphs, "urn:g", says("1"))
    put(graphs, "urn:g", None)

    assert not list(graphs.store.named_graphs())


@pytest.mark.parametrize("name", ["urn:g", "urn:other"])
def test_compacting_changes_nothing_but_what_is_dead(name: str) -> None:
    graphs = Graphs()
    put(graphs, "urn:empty", "")
    for number in range(10):
        put(graphs, name, latest(number))
    before, named = in_engine(graphs), set(graphs.store.named_graphs())
    graphs.compact()

    assert in_engine(graphs) == before
    assert set(graphs.store.named_graphs()) == named
    assert graphs.size.dead == 0


def test_graphs_that_are_replaced_while_others_move_are_right_in_the_end() -> None:
    """Each of them is told anew, goes, comes or stays at every moment of it."""
    graphs, chance, truth = Graphs(), random.Random(7), dict[str, str]()

    def change(name: str) -> None:
        text = chance.choice([None, "", latest(chance.randrange(1000))])
        put(graphs, name, text)
        truth.pop(name, None)
        if text is not None:
            truth[name] = text

    for _ in range(20):
        for number in range(40):
            change(f"urn:g{number}")
        graphs.compact(within_s=0.0)
        while graphs.is_worn:
            change(f"urn:g{chance.randrange(60)}")
            put(graphs, f"urn:g{chance.randrange(60)}", "no triples")
            graphs.compact(within_s=1e-5)

    assert in_engine(graphs) == in_engine(Graphs({name: text.encode() for name, text in truth.items()}))
    assert {name.value for name in graphs.store.named_graphs() if isinstance(name, ox.NamedNode)} == truth.keys()
    assert graphs.size.quads == len(graphs.store)


def worn_by(graphs: Graphs, names: int) -> int:
    """How many graphs are replaced, of so many in turn, until it is worn."""
    count = 0
    while not graphs.is_worn:
        put(graphs, f"urn:g{count % names}", latest(count := count + 1))
    return count


def test_it_is_worn_when_more_is_dead_than_worth_keeping() -> None:
    graphs = Graphs()
    worn_by(graphs, 500)

    assert graphs.size.dead > 100_000 + graphs.size.quads


def test_one_graph_that_is_replaced_all_the_time_wears_it_out_sooner() -> None:
    """Each time the engine walks past all that ever was in that graph."""
    assert worn_by(Graphs(), 1) < 200


def test_an_engine_that_holds_much_is_not_worn_by_one_graph_so_soon() -> None:
    graphs = Graphs({f"urn:other{number}": latest(number).encode() for number in range(1000)})

    assert worn_by(graphs, 1) > 300


def test_a_hundred_thousand_replaced_graphs_take_no_more_memory() -> None:
    """Without compacting they would take 800 MB."""
    graphs = Graphs({f"urn:g{index}": latest(index).encode() for index in range(500)})
    me = psutil.Process()
    most = 0
    for number in range(100_000):
        put(graphs, f"urn:g{number % 500}", latest(number + 500))
        if graphs.is_worn:
            graphs.compact()
        if number == 5000:
            before = me.memory_info().rss
        if number % 1000 == 0:
            most = max(most, me.memory_info().rss)

    assert most < before + 150 * 1024**2
