"""The classes above the types of Things, and the ontologies as graphs."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from semantic_gw.errors import ConfigurationError
from semantic_gw.rdf.namespaces import RDF, RDFS, SAREF, SGW, SKOS
from semantic_gw.shipped import ONTOLOGIES
from semantic_gw.view.things import ThingGraphs
from semantic_gw.view.vocabulary import Vocabulary, load_vocabulary
from tests.view.graphs import BASE, METER, ONTOLOGY, THING, described, triples

GRAPHS = ThingGraphs(ONTOLOGY.superclasses)
FILES = sorted(ONTOLOGIES.glob("*.ttl"))


def test_a_meter_is_a_device_too() -> None:
    graph = GRAPHS.graph(described(THING, METER)).decode()

    assert f"<{THING}> <{RDF}type> <{SAREF}Device> .\n" in graph
    assert f"<{THING}> <{RDF}type> <{SAREF}FeatureOfInterest> .\n" in graph


def test_a_type_that_is_told_is_not_told_again() -> None:
    graph = GRAPHS.graph(described(THING, METER, SAREF + "Sensor", SAREF + "Device"))

    assert len(graph.splitlines()) == len(triples(graph))


def test_a_description_without_types_that_are_known_stays_as_it_is() -> None:
    projection = described(THING, "urn:class")

    assert GRAPHS.graph(projection) == projection


def test_a_text_that_looks_like_a_type_is_none() -> None:
    title = f"\\n<urn:x> <{RDF}type> <{METER}> ."

    assert GRAPHS.graph(described(THING, title=title)) == described(THING, title=title)


def store_of(vocabulary: Vocabulary) -> ox.Store:
    store = ox.Store()
    for name, text in vocabulary.updates:
        store.load(text, ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(name))
    return store


def ask(store: ox.Store, pattern: str) -> bool:
    found = store.query(
        f"PREFIX rdfs: <{RDFS}> PREFIX saref: <{SAREF}> PREFIX skos: <{SKOS}> ASK {{ {pattern} }}",
        use_default_graph_as_union=True,
    )
    return bool(found)


def test_an_ontology_is_a_graph_under_its_own_iri() -> None:
    assert {update.graph for update in load_vocabulary(FILES, BASE).updates} == {SGW, SGW + "saref-core-terms"}


def test_everything_broader_is_one_step_away() -> None:
    ontology = ONTOLOGY.broader
    lowest, above = max(ontology.items(), key=lambda item: len(item[1]))
    store = store_of(load_vocabulary(FILES, BASE))

    assert len(above) > 1
    assert all(ask(store, f"<{lowest}> skos:broaderTransitive <{kind}>") for kind in above)


def test_a_class_has_all_that_are_above_it() -> None:
    store = store_of(load_vocabulary(FILES, BASE))

    assert ask(store, "saref:Meter rdfs:subClassOf saref:FeatureOfInterest")


def test_the_version_changes_with_what_is_in_the_files(tmp_path: Path) -> None:
    (tmp_path / "own.ttl").write_text("<urn:a> <urn:p> <urn:b> .")
    before = load_vocabulary(FILES, BASE).version

    assert before == load_vocabulary(FILES, BASE).version
    assert before != load_vocabulary([*FILES, tmp_path / "own.ttl"], BASE).version


def test_an_ontology_without_an_iri_gets_one_of_the_gateway(tmp_path: Path) -> None:
    (tmp_path / "own.ttl").write_text("<urn:a> <urn:p> [ <urn:q> 1 ] .")

    (update,) = load_vocabulary([tmp_path / "own.ttl"], BASE).updates

    assert update.graph == BASE + "ontologies/own"
    assert len(triples(update.triples or b"")) == 2


def test_a_file_that_is_no_turtle_is_named(tmp_path: Path) -> None:
    (tmp_path / "own.ttl").write_text("<urn:a>")

    with pytest.raises(ConfigurationError, match=r"own\.ttl"):
        load_vocabulary([tmp_path / "own.ttl"], BASE)
