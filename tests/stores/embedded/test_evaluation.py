"""Answers say what the query means, in the form that was asked for."""

from __future__ import annotations

import pytest

from semantic_gw.contracts import GraphQuery
from semantic_gw.stores.embedded.store import EmbeddedStore
from tests.stores.asking import BOUNDS, ask, put, says


@pytest.fixture
async def store(store: EmbeddedStore) -> EmbeddedStore:
    await put(store, {"urn:x#g": says("1", "urn:x#s").replace("urn:value", "urn:x#value")})
    return store


async def answer(store: EmbeddedStore, text: str, **given: str) -> str:
    return (await ask(store, text, at_least=store.generation, **given))[1].decode()


@pytest.mark.parametrize(
    ("text", "header"),
    {
        "SELECT * { ?s ?p ?o }": "s,p,o",
        "SELECT * { ?o ?p ?s }": "o,p,s",
        "SELECT DISTINCT * { GRAPH ?g { ?s ?p ?o } }": "g,s,p,o",
        "select * where { ?s ?p ?o bind(1 as ?a) }": "s,p,o,a",
        "SELECT (COUNT(*) AS ?n) { ?s <urn:x#p>* ?o }": "n",
    }.items(),
)
async def test_all_variables_come_in_the_order_of_the_query(store: EmbeddedStore, text: str, header: str) -> None:
    assert (await answer(store, text, solutions="text/csv")).splitlines()[0] == header


@pytest.mark.parametrize("form", ["text/turtle", "application/trig"])
async def test_a_graph_is_written_with_the_prefixes_of_the_query(store: EmbeddedStore, form: str) -> None:
    text = "BASE <urn:b> PREFIX x: <urn:x#> PREFIX relative: <#a> CONSTRUCT WHERE { ?s x:value ?o }"

    assert "x:s x:value" in await answer(store, text, graph=form)


@pytest.mark.parametrize("form", ["application/n-triples", "application/rdf+xml", "application/ld+json"])
async def test_other_forms_do_without_prefixes(store: EmbeddedStore, form: str) -> None:
    text = "PREFIX : <urn:x#> CONSTRUCT WHERE { ?s :value ?o }"

    assert "urn:x#s" in await answer(store, text, graph=form)


@pytest.mark.parametrize("form", ["text/csv", "text/tab-separated-values"])
async def test_ask_is_answered_in_json_where_a_table_is_wanted(store: EmbeddedStore, form: str) -> None:
    media_type, body = await ask(store, "ASK { ?s ?p ?o }", solutions=form, at_least=store.generation)

    assert media_type == "application/sparql-results+json"
    assert body == b'{"head":{},"boolean":true}'


async def test_an_answer_tells_its_generation(store: EmbeddedStore) -> None:
    async with store.query(GraphQuery("ASK {}", BOUNDS, at_least=store.generation)) as found:
        generation = found.generation

    assert generation == store.generation
