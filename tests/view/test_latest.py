"""What the latest graph of a Thing holds, in whatever order messages come."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import datetime

import pyoxigraph as ox
import pytest

from semantic_gw.model import IRI, Event, GraphKind, Literal, PublishedGraph, Triple
from semantic_gw.rdf.namespaces import FOAF, GEO, PROV, RDF, SAREF, SGW, XSD
from semantic_gw.rdf.observation_triples import triples_of_record
from semantic_gw.view.latest import Latest, latest_iri
from semantic_gw.view.latest_reading import read_latest
from semantic_gw.view.text import triples_text
from semantic_gw.view.told import Key
from tests.view.graphs import BASE, NOON, ONTOLOGY, THING, after, message, triples

NAME = latest_iri(BASE, THING)


def latest(*graphs: PublishedGraph) -> Latest:
    found = Latest(BASE, ONTOLOGY.superclasses)
    found.recall(THING, [])
    for graph in graphs:
        found.take(graph)
    return found


def written(known: Latest) -> bytes:
    ((name, text),) = known.write(10)
    assert name == NAME
    return text


def values(text: bytes) -> dict[str, str]:
    """The value of each affordance, by name."""
    store = ox.Store()
    store.load(text, ox.RdfFormat.N_TRIPLES)
    query = f"""PREFIX saref: <{SAREF}>
        SELECT ?p ?v {{ ?o saref:observes ?p ; saref:hasResult ?r . OPTIONAL {{ ?r saref:hasValue ?value }}
        BIND(COALESCE(?value, ?r) AS ?v) }}"""
    found = store.query(query)
    assert isinstance(found, ox.QuerySolutions)
    rows = [(str(row["p"]).strip("<>").rpartition("#")[2], row["v"].value) for row in found]
    assert len(rows) == len(dict(rows)), "an affordance with two values"
    return dict(rows)


def test_a_message_of_all_sorts_of_values_is_written_as_its_graph_says() -> None:
    place = Literal("POINT(1 2)", GEO + "wktLiteral")
    graph = message(1, at=-1, t=21.5, on=SGW + "On", busy=True, count=2**60, place=place)
    expected = triples(triples_text(triples_of_record(graph)).encode())

    text = written(latest(graph))

    extra = triples(text) - expected
    assert expected <= triples(text)
    assert {line.split()[0] for line in extra} == {f"<{NAME}>", f"<{THING}>"}


def test_events_are_written_as_their_graph_says() -> None:
    graph = message(1, at=-1, events=[Event("action", SGW + "SinglePress", 'sin"gle\n', "")])

    assert triples(triples_text(triples_of_record(graph)).encode()) <= triples(written(latest(graph)))


def test_the_graph_says_whose_it_is_and_when_it_was_told_last() -> None:
    text = written(latest(message(1, t=1.0), message(5, u=1.0))).decode()

    assert f"<{NAME}> <{FOAF}primaryTopic> <{THING}> .\n" in text
    assert f'<{NAME}> <{PROV}generatedAtTime> "2026-11-24T12:00:05Z"^^<{XSD}dateTime> .\n' in text


def test_what_observes_is_a_device_too() -> None:
    assert f"<{THING}> <{RDF}type> <{SAREF}Device> .\n" in written(latest(message(1, t=1.0))).decode()


def test_no_line_comes_twice() -> None:
    lines = written(latest(message(1, at=-1, t=21.5, u=1.0, on=SGW + "On"), message(2, v=1.0))).splitlines()

    assert len(lines) == len(set(lines))


def test_newer_values_replace_older_ones_and_others_stay() -> None:
    assert values(written(latest(message(1, t=1.0, u=5.0), message(2, t=2.0)))) == {"t": "2", "u": "5"}


def test_late_data_does_not_turn_the_latest_value_backwards() -> None:
    assert values(written(latest(message(2, t=2.0), message(3, at=1, t=1.0)))) == {"t": "2"}


def test_late_data_of_another_property_is_new() -> None:
    assert values(written(latest(message(2, t=2.0), message(3, at=1, t=1.0, u=7.0)))) == {"t": "2", "u": "7"}


def test_a_correction_of_the_same_time_counts() -> None:
    assert values(written(latest(message(2, at=1, t=2.0), message(3, at=1, t=3.0)))) == {"t": "3"}


def test_a_message_that_comes_again_changes_nothing() -> None:
    once, again = latest(message(1, t=1.0)), latest(message(1, t=1.0), message(1, t=1.0))

    assert written(once) == written(again)


def test_a_clock_that_runs_ahead_is_not_believed() -> None:
    assert values(written(latest(message(1, at=10**8, t=1.0), message(2, t=2.0)))) == {"t": "2"}


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_in_whatever_order_messages_come_the_newest_values_win(order: tuple[int, ...]) -> None:
    graphs = [message(0, p0=0.0), message(1, p1=1.0), message(2, p0=2.0), message(3, p1=3.0)]

    assert values(written(latest(*(graphs[n] for n in order)))) == {"p0": "2", "p1": "3"}


def test_the_last_event_of_each_kind_stays() -> None:
    single, double = (Event("action", SGW + kind, kind, "") for kind in ("SinglePress", "DoublePress"))
    graphs = [message(1, events=[single]), message(2, events=[double]), message(3, events=[single])]

    text = written(latest(*graphs)).decode()

    assert f"{BASE}events/1#" not in text
    assert f"{BASE}events/2#action> <{SGW}hasEventKind> <{SGW}DoublePress>" in text
    assert f"{BASE}events/3#action> <{SGW}hasEventKind> <{SGW}SinglePress>" in text


def test_what_was_received_before_a_thing_was_removed_is_told_no_more() -> None:
    known = latest(message(1, t=1.0))
    known.remove(THING, after(2))

    assert not known.take(message(2, u=1.0))
    assert known.changed == 0


def test_what_a_removed_thing_tells_later_is_all_that_is_told() -> None:
    known = latest(message(1, t=1.0))
    known.remove(THING, after(2))
    known.take(message(3, u=3.0))

    assert values(written(known)) == {"u": "3"}


BAD = [
    pytest.param(message(1, "no iri", t=1.0), id="thing"),
    pytest.param(message(1, on="http://a b"), id="state"),
    pytest.param(message(1, events=[Event("a", "> . <urn:x> <urn:y", "", "")]), id="event"),
    pytest.param(message(1, triples=[("urn:a", "urn:b", Literal("1", "x> . <urn:evil"))]), id="datatype"),
    pytest.param(message(1, triples=[("urn:a", "urn:b", Literal("1", RDF + "langString", "en .\n"))]), id="language"),
    pytest.param(message(1, triples=[("_:a", "urn:b", "urn:c")]), id="blank node"),
]


@pytest.mark.parametrize("graph", BAD)
def test_terms_that_are_none_are_refused_and_change_nothing(graph: PublishedGraph) -> None:
    known = latest()
    known.recall(graph.thing, [])

    with pytest.raises(ValueError, match="is no"):
        known.take(graph)
    assert known.changed == 0


def test_things_that_were_silent_for_longest_are_forgotten_first() -> None:
    known = Latest(BASE, {}, most_values=4)
    for number in range(4):
        known.recall(f"urn:thing:{number}", [])
        known.take(message(number, f"urn:thing:{number}", a=1.0, b=1.0))
    known.take(message(9, "urn:thing:0", a=2.0))
    list(known.write(10))
    known.shrink()

    assert [f"urn:thing:{number}" in known for number in range(4)] == [True, False, False, True]


def test_what_is_still_to_be_written_is_not_forgotten() -> None:
    known = Latest(BASE, {}, most_values=0)
    known.recall(THING, [])
    known.take(message(1, a=1.0))
    known.shrink()

    assert THING in known


# ── What a mapping made as it likes ─────────────────────────────────────────────────────────────────────────────────


def mapped(number: int, *, rest: str = "", **values: float) -> PublishedGraph:
    """A graph of a mapping, in which an observation leads to its result by a node of its own name."""
    made: list[Triple] = [(THING, RDF + "type", SAREF + "Meter")]
    for name, value in values.items():
        iri, observed = f"urn:made:{number}:{name}", f"{THING}/{name}"
        made += (
            (THING, SAREF + "observes", observed),
            (observed, SAREF + "hasPropertyKind", SGW + "AirTemperature"),
            (iri, SAREF + "madeBy", THING),
            (iri, SAREF + "observes", observed),
            (iri, SAREF + "hasResult", f"{iri}:r"),
            (f"{iri}:r", SAREF + "hasValue", Literal(str(value), XSD + "double")),
            (f"{iri}:r", "urn:quality", "urn:good"),
        )
    if rest:
        made.append((THING, "urn:rest", Literal(rest, XSD + "string")))
    return PublishedGraph(
        f"{BASE}observations/{number}", THING, GraphKind.OBSERVATIONS, after(number), None, (), (), tuple(made)
    )


def quads(text: bytes) -> list[tuple[str, str, str]]:
    return [(str(q.subject), str(q.predicate), str(q.object)) for q in ox.parse(text, ox.RdfFormat.N_TRIPLES)]


def mapped_values(text: bytes) -> dict[str, str]:
    found = quads(text)
    observed = {s: o for s, p, o in found if p == f"<{SAREF}observes>" and s != f"<{THING}>"}
    results = {s: o for s, p, o in found if p == f"<{SAREF}hasResult>"}
    numbers = {s: o for s, p, o in found if p == f"<{SAREF}hasValue>"}
    assert len(observed) == len(set(observed.values()))
    return {o.strip("<>").rpartition("/")[2]: numbers[results[s]].split('"')[1] for s, o in observed.items()}


def test_what_a_mapping_made_is_in_the_latest_graph_as_it_is() -> None:
    graph = mapped(1, t=1.0, rest="x")

    assert triples(triples_text(graph.triples).encode()) <= triples(written(latest(graph)))


def test_each_observation_of_a_mapping_is_replaced_by_itself() -> None:
    assert mapped_values(written(latest(mapped(1, t=1.0, u=1.0), mapped(2, t=2.0), mapped(3, v=3.0)))) == {
        "t": "2.0",
        "u": "1.0",
        "v": "3.0",
    }


def test_what_a_mapping_says_beside_observations_is_replaced_as_one() -> None:
    text = written(latest(mapped(1, rest="old", t=1.0), mapped(2, rest="new"))).decode()

    assert '"new"' in text
    assert '"old"' not in text


def test_a_thing_may_be_told_of_by_a_description_and_by_a_mapping() -> None:
    text = written(latest(message(1, n=1.0), mapped(2, t=2.0)))

    assert f"{BASE}observations/1#n" in text.decode()
    assert "urn:made:2:t" in text.decode()


# ── Read back ───────────────────────────────────────────────────────────────────────────────────────────────────────


def stored(text: bytes) -> list[Triple]:
    """*text* as a store gives it back, which spells numbers in its own way."""
    store = ox.Store()
    store.load(text, ox.RdfFormat.N_TRIPLES)
    found: list[Triple] = []
    for quad in store:
        term = quad.object
        assert isinstance(term, ox.NamedNode | ox.Literal)
        end: IRI | Literal = term.value
        if isinstance(term, ox.Literal):
            end = Literal(term.value, term.datatype.value, term.language)
        assert isinstance(quad.subject, ox.NamedNode)
        found.append((quad.subject.value, quad.predicate.value, end))
    return found


def read_again(text: bytes) -> Latest:
    found = Latest(BASE, ONTOLOGY.superclasses)
    found.recall(THING, stored(text))
    return found


def press(how: str, data: str = "") -> Event:
    return Event("action", f"{SGW}{how}Press", data, "")


def renamed(graph: PublishedGraph, name: str) -> PublishedGraph:
    """*graph* with its one observation under another *name*."""
    (only,) = graph.observations
    return replace(graph, observations=(only._replace(affordance=name),))


HISTORIES = [
    pytest.param([message(1, at=-1, t=21.5, on=SGW + "On", busy=True, n=2**60)], id="observations"),
    pytest.param([message(1, t=1.0), message(2, at=-5, u=1.25)], id="messages"),
    pytest.param([renamed(message(3, n=0.1), "flow.rate/1")], id="odd name"),
    pytest.param([message(1, place=Literal("POINT(1 2)", GEO + "wktLiteral"))], id="place"),
    pytest.param(
        [message(1, events=[press("Single", 'x"\n')]), message(2, events=[press("Double")])],
        id="events",
    ),
    pytest.param([mapped(1, t=1.0, u=1.0, rest="x"), mapped(2, t=2.0)], id="mapped"),
    pytest.param([message(1, n=1.0, t=7.0), mapped(2, t=2.0), mapped(3, rest="y")], id="both"),
    pytest.param([message(1, at=-1, n=1.0), message(2, events=[press("Single")])], id="mixed"),
]  # fmt: skip


@pytest.mark.parametrize("graphs", HISTORIES)
def test_what_is_read_back_from_a_store_writes_the_same_graph(graphs: list[PublishedGraph]) -> None:
    text = written(latest(*graphs))
    again, expected = read_again(text), latest(*graphs)
    for known in (again, expected):
        known.take(message(50, extra=1.0))

    assert set(stored(written(again))) == set(stored(written(expected)))


@pytest.mark.parametrize("graphs", HISTORIES)
def test_what_is_read_back_is_as_old_as_it_was(graphs: list[PublishedGraph]) -> None:
    known = latest(*graphs)

    assert times(read_again(written(known))) == times(known)


def times(known: Latest) -> dict[Key, datetime]:
    return {key: told.time for key, told in known._things[THING].values.items()}


def test_a_graph_that_others_made_is_read_as_nothing() -> None:
    foreign: list[Triple] = [("urn:a", RDF + "type", SAREF + "Observation"), (NAME, "urn:p", "urn:b")]

    assert read_latest(NAME, THING, foreign, ()) == {}


def test_a_time_of_noon_is_noon() -> None:
    assert latest(message(0, t=1.0))._things[THING].values["t"].time == NOON
