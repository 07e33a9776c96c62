"""What every graph store does: one suite, a row per store."""

from __future__ import annotations

import asyncio

import pytest

from semantic_gw.contracts import GraphQuery, GraphStore, GraphUpdate
from semantic_gw.errors import LimitError, QueryError
from tests.stores.asking import ask, bounds, put, rows, says, values

VALUES = "SELECT ?v { ?s <urn:value> ?v }"
PRODUCT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


async def test_a_new_store_holds_nothing(store: GraphStore) -> None:
    assert await store.positions() == {}
    assert (await store.size()).graphs == 0


async def test_it_says_what_it_was_told(store: GraphStore) -> None:
    generation = await put(store, {"urn:g": says("1")})

    assert await values(store, VALUES, at_least=generation) == ["1"]


async def test_a_graph_is_replaced_whole(store: GraphStore) -> None:
    await put(store, {"urn:g": says("1") + says("2")})
    generation = await put(store, {"urn:g": says("3")})

    assert await values(store, VALUES, at_least=generation) == ["3"]


async def test_the_last_update_of_a_graph_counts(store: GraphStore) -> None:
    updates = [GraphUpdate("urn:g", says(str(number)).encode()) for number in range(5)]
    generation = await store.replace(updates, {})

    assert await values(store, VALUES, at_least=generation) == ["4"]


async def test_a_graph_can_go(store: GraphStore) -> None:
    await put(store, {"urn:g": says("1"), "urn:h": says("2")})
    generation = await put(store, {"urn:g": None})

    assert await values(store, "SELECT ?g { GRAPH ?g { ?s ?p ?o } }", at_least=generation) == ["urn:h"]


async def test_a_graph_that_never_was_can_go_too(store: GraphStore) -> None:
    generation = await put(store, {"urn:g": None})

    assert await values(store, VALUES, at_least=generation) == []


async def test_a_graph_that_goes_and_comes_back_is_there(store: GraphStore) -> None:
    await put(store, {"urn:g": says("1")})
    updates = [GraphUpdate("urn:g", None), GraphUpdate("urn:g", says("2").encode())]
    generation = await store.replace(updates, {})

    assert await values(store, VALUES, at_least=generation) == ["2"]


async def test_each_generation_is_greater_than_the_one_before(store: GraphStore) -> None:
    first = await put(store, {"urn:g": says("1")})
    second = await put(store, {"urn:g": says("2")})

    assert second > first


async def test_positions_are_kept_by_source(store: GraphStore) -> None:
    await put(store, {}, directory=3, other=1)
    await put(store, {}, directory=7)

    assert await store.positions() == {"directory": 7, "other": 1}


async def test_a_graph_that_cannot_be_read_does_not_spoil_the_others(
    store: GraphStore, caplog: pytest.LogCaptureFixture
) -> None:
    await put(store, {"urn:bad": says("old")})
    generation = await put(store, {"urn:a": says("1"), "urn:bad": "<urn:s> <urn:value> ", "urn:b": says("2")}, source=9)

    assert await values(store, VALUES, at_least=generation) == ["1", "2", "old"]
    assert await store.positions() == {"source": 9}
    assert [record.graph for record in caplog.records if hasattr(record, "graph")] == ["urn:bad"]


async def test_a_name_that_is_no_iri_does_not_spoil_the_others(store: GraphStore) -> None:
    generation = await put(store, {"no iri": says("1"), "urn:b": says("2")})

    assert await values(store, VALUES, at_least=generation) == ["2"]


async def test_terms_of_all_kinds_come_back(store: GraphStore) -> None:
    text = '<urn:s> <urn:value> "a\\"b\\\\c\\né€😀"@en .\n'
    number = '<urn:s> <urn:value> "1.5"^^<http://www.w3.org/2001/XMLSchema#decimal> .\n'
    generation = await put(store, {"urn:g": text + number})

    _, body = await ask(store, "CONSTRUCT WHERE { ?s ?p ?o }", graph="application/n-triples", at_least=generation)

    assert sorted(body.decode().splitlines()) == sorted([text.strip(), number.strip()])


async def test_the_size_is_told(store: GraphStore) -> None:
    await put(store, {"urn:g": says("1") + says("2"), "urn:h": says("1")})
    size = await store.size()

    assert (size.graphs, size.quads) == (2, 3)


# ── Datasets ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def generation(store: GraphStore) -> int:
    """Of three graphs, each with its own letter as a value."""
    return await put(store, {f"urn:{letter}": says(letter) for letter in "abc"})


async def test_the_default_graph_is_the_union_of_all(store: GraphStore, generation: int) -> None:
    assert await values(store, VALUES, at_least=generation) == ["a", "b", "c"]


async def test_from_says_what_is_asked(store: GraphStore, generation: int) -> None:
    text = "SELECT ?v FROM <urn:a> FROM <urn:b> { ?s <urn:value> ?v }"

    assert await values(store, text, at_least=generation) == ["a", "b"]


async def test_from_named_says_which_graphs_there_are(store: GraphStore, generation: int) -> None:
    text = "SELECT ?g FROM NAMED <urn:a> { GRAPH ?g { ?s <urn:value> ?v } }"

    assert await values(store, text, at_least=generation) == ["urn:a"]


async def test_with_from_named_alone_the_default_graph_is_empty(store: GraphStore, generation: int) -> None:
    text = "SELECT ?v FROM NAMED <urn:a> { ?s <urn:value> ?v }"

    assert await values(store, text, at_least=generation) == []


async def test_default_graphs_of_the_protocol_say_what_is_asked(store: GraphStore, generation: int) -> None:
    assert await values(store, VALUES, at_least=generation, default_graphs=("urn:b", "urn:c")) == ["b", "c"]


async def test_named_graphs_of_the_protocol_leave_the_default_graph_empty(store: GraphStore, generation: int) -> None:
    assert await values(store, VALUES, at_least=generation, named_graphs=("urn:b",)) == []


async def test_default_graphs_of_the_protocol_leave_no_named_ones(store: GraphStore, generation: int) -> None:
    text = "SELECT ?g { GRAPH ?g { ?s <urn:value> ?v } }"

    assert await values(store, text, at_least=generation, default_graphs=("urn:b",)) == []


async def test_a_dataset_of_the_protocol_replaces_that_of_the_text(store: GraphStore, generation: int) -> None:
    text = "SELECT ?v FROM <urn:a> { ?s <urn:value> ?v }"

    assert await values(store, text, at_least=generation, default_graphs=("urn:c",)) == ["c"]


async def test_default_and_named_graphs_of_the_protocol_go_together(store: GraphStore, generation: int) -> None:
    text = "SELECT ?v ?w { ?s <urn:value> ?v GRAPH ?g { ?s <urn:value> ?w } }"

    found = await rows(store, text, at_least=generation, default_graphs=("urn:a",), named_graphs=("urn:b",))

    assert found == [{"v": "a", "w": "b"}]


# ── Forms of answers ────────────────────────────────────────────────────────────────────────────────────────────────

SOLUTIONS = {
    "application/sparql-results+json": b'"bindings"',
    "application/sparql-results+xml": b"<results>",
    "text/csv": b"v\r\na\r\n",
    "text/tab-separated-values": b'?v\n"a"\n',
}
GRAPHS = {
    "text/turtle": b'<urn:s> <urn:value> "a" .',
    "application/n-triples": b'<urn:s> <urn:value> "a" .\n',
    "application/rdf+xml": b"rdf:RDF",
    "application/ld+json": b'"urn:value"',
    "application/n-quads": b'<urn:s> <urn:value> "a" .\n',
    "application/trig": b'<urn:s> <urn:value> "a"',
}


@pytest.mark.parametrize("media_type", SOLUTIONS)
async def test_solutions_come_in_every_form(store: GraphStore, media_type: str) -> None:
    generation = await put(store, {"urn:a": says("a")})
    answer = await ask(store, VALUES, solutions=media_type, at_least=generation)

    assert answer[0] == media_type
    assert SOLUTIONS[media_type] in answer[1]


@pytest.mark.parametrize("media_type", GRAPHS)
async def test_graphs_come_in_every_form(store: GraphStore, media_type: str) -> None:
    generation = await put(store, {"urn:a": says("a")})
    answer = await ask(store, "CONSTRUCT WHERE { ?s ?p ?o }", graph=media_type, at_least=generation)

    assert answer[0] == media_type
    assert GRAPHS[media_type] in answer[1].replace(b" <urn:value>  ", b" <urn:value> ")


async def test_ask_tells_whether(store: GraphStore, generation: int) -> None:
    _, body = await ask(store, 'ASK { ?s <urn:value> "b" }', at_least=generation)

    assert b'"boolean":true' in body.replace(b" ", b"")


async def test_describe_tells_of_a_node(store: GraphStore, generation: int) -> None:
    _, body = await ask(store, "DESCRIBE <urn:s>", graph="application/n-triples", at_least=generation)

    assert len(body.splitlines()) == 3


async def test_an_answer_comes_in_parts(store: GraphStore) -> None:
    generation = await put(store, {"urn:g": "".join(says(f"{number:0200}") for number in range(20_000))})

    async with store.query(GraphQuery(VALUES, bounds(), at_least=generation)) as answer:
        sizes = [len(part) async for part in answer.parts]

    assert len(sizes) > 4
    assert sum(sizes) > 20_000 * 200


# ── Bounds ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_query_that_is_wrong_is_told_where(store: GraphStore) -> None:
    with pytest.raises(QueryError) as raised:
        await ask(store, "SELECT *\nWHERE { ?s ?p }")

    assert not isinstance(raised.value, LimitError)
    assert raised.value.line == 2
    assert raised.value.column > 1


async def test_an_update_is_no_query(store: GraphStore) -> None:
    with pytest.raises(QueryError):
        await ask(store, "INSERT DATA { GRAPH <urn:g> { <urn:s> <urn:p> <urn:o> } }")

    assert (await store.size()).graphs == 0


async def test_a_query_that_takes_too_long_is_ended(store: GraphStore) -> None:
    generation = await put(store, {"urn:g": "".join(says(str(number)) for number in range(2000))})

    with pytest.raises(LimitError) as raised:
        await ask(store, PRODUCT, bounds=bounds(time_s=0.5), at_least=generation)

    assert raised.value.limit == "time"


async def test_an_answer_of_too_many_rows_is_ended(store: GraphStore) -> None:
    generation = await put(store, {"urn:g": "".join(says(str(number)) for number in range(2000))})

    with pytest.raises(LimitError) as raised:
        await ask(store, VALUES, bounds=bounds(rows=1999), at_least=generation)

    assert raised.value.limit == "rows"


async def test_an_answer_of_as_many_rows_as_may_be_is_whole(store: GraphStore) -> None:
    generation = await put(store, {"urn:g": "".join(says(str(number)) for number in range(2000))})

    assert len(await rows(store, VALUES, bounds=bounds(rows=2000), at_least=generation)) == 2000


async def test_a_graph_of_too_many_triples_is_ended(store: GraphStore) -> None:
    generation = await put(store, {"urn:g": "".join(says(str(number)) for number in range(2000))})

    with pytest.raises(LimitError) as raised:
        await ask(store, "CONSTRUCT WHERE { ?s ?p ?o }", bounds=bounds(rows=1999), at_least=generation)

    assert raised.value.limit == "rows"


async def test_an_answer_that_is_too_long_is_ended(store: GraphStore) -> None:
    generation = await put(store, {"urn:g": "".join(says(str(number)) for number in range(2000))})

    with pytest.raises(LimitError) as raised:
        await ask(store, VALUES, bounds=bounds(answer_bytes=10_000), at_least=generation)

    assert raised.value.limit == "answer"


async def test_an_answer_may_be_left_in_the_middle(store: GraphStore) -> None:
    generation = await put(store, {"urn:g": "".join(says(f"{number:0200}") for number in range(20_000))})
    query = GraphQuery(VALUES, bounds(), at_least=generation)

    for _ in range(5):
        async with store.query(query) as answer:
            async for _ in answer.parts:
                break

    assert len(await rows(store, VALUES, at_least=generation)) == 20_000


async def test_a_query_that_nobody_waits_for_costs_others_nothing(store: GraphStore) -> None:
    generation = await put(store, {"urn:g": "".join(says(str(number)) for number in range(2000))})
    asking = [asyncio.create_task(ask(store, PRODUCT, at_least=generation)) for _ in range(8)]
    await asyncio.sleep(0.3)
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)

    assert len(await rows(store, VALUES, at_least=generation)) == 2000


async def test_many_ask_at_once(store: GraphStore, generation: int) -> None:
    found = await asyncio.gather(*[values(store, VALUES, at_least=generation) for _ in range(50)])

    assert found == [["a", "b", "c"]] * 50
