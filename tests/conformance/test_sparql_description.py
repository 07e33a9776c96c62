"""SPARQL 1.1 Service Description, case by case."""

from __future__ import annotations

import httpx
import pyoxigraph as ox
import pytest

from tests.conformance.sparql_cases import (
    JSON_LD,
    N_QUADS,
    N_TRIPLES,
    ONE,
    RDF_XML,
    RESULTS_JSON,
    TRIG,
    TURTLE,
    Case,
    ids,
    triples,
)

SD = "http://www.w3.org/ns/sparql-service-description#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
FORMATS = "http://www.w3.org/ns/formats/"

DESCRIPTIONS = [
    Case("2 without a query", media_type=TURTLE, texts=["SPARQL11Query"]),
    *(
        Case(f"2 as {form}", headers={"Accept": form}, media_type=form, texts=["SPARQL11Query"])
        for form in (TURTLE, N_TRIPLES, JSON_LD, RDF_XML, TRIG, N_QUADS)
    ),
    Case("2 arguments that are not of the protocol", url=[("x", "y")], media_type=TURTLE),
    Case("2 no form that is accepted", 406, headers={"Accept": RESULTS_JSON}),
    Case("2 a dataset without a query", 400, url=[("default-graph-uri", ONE)]),
]

CLASSES = {
    "supportedLanguage": {"SPARQL11Query", "SPARQL11Update", "SPARQL10Query"},
    "feature": {
        "DereferencesURIs",
        "UnionDefaultGraph",
        "RequiresDataset",
        "EmptyGraphs",
        "BasicFederatedQuery",
    },
}
"""The instances that the vocabulary has (3.3 and 3.4)."""


@pytest.fixture(scope="module")
def described(endpoint: httpx.Client) -> set[ox.Triple]:
    return triples(endpoint.get("/sparql"))


def values(described: set[ox.Triple], predicate: str) -> set[str]:
    return {str(triple.object.value) for triple in described if triple.predicate.value == SD + predicate}  # type: ignore[union-attr]


@pytest.mark.parametrize("case", DESCRIPTIONS, ids=ids(DESCRIPTIONS))
def test_the_endpoint_describes_itself(endpoint: httpx.Client, case: Case) -> None:
    case.check(endpoint)


def test_every_form_says_the_same(endpoint: httpx.Client) -> None:
    forms = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML)
    found = [triples(endpoint.get("/sparql", headers={"Accept": form})) for form in forms]

    assert len({len(one) for one in found}) == 1


def test_there_is_one_service_and_it_is_at_its_endpoint(endpoint: httpx.Client, described: set[ox.Triple]) -> None:
    services = [triple.subject for triple in described if triple.object == ox.NamedNode(SD + "Service")]

    assert len(services) == 1
    assert values(described, "endpoint") == {f"{str(endpoint.base_url).rstrip('/')}/sparql"}
    assert ox.Triple(services[0], ox.NamedNode(RDF_TYPE), ox.NamedNode(SD + "Service")) in described


@pytest.mark.parametrize("predicate", CLASSES)
def test_only_terms_of_the_vocabulary_are_used(described: set[ox.Triple], predicate: str) -> None:
    found = values(described, predicate)

    assert found
    assert found <= {SD + name for name in CLASSES[predicate]}


def test_all_predicates_of_the_vocabulary_are_its_own(described: set[ox.Triple]) -> None:
    known = {
        *("endpoint", "feature", "defaultEntailmentRegime", "supportedEntailmentProfile", "entailmentRegime"),
        *("extensionFunction", "extensionAggregate", "languageExtension", "supportedLanguage", "propertyFeature"),
        *(
            "defaultDataset",
            "availableGraphs",
            "resultFormat",
            "inputFormat",
            "defaultGraph",
            "namedGraph",
            "name",
            "graph",
        ),
    }
    used = {triple.predicate.value for triple in described if triple.predicate.value.startswith(SD)}

    assert used <= {SD + name for name in known}


def test_every_result_format_is_one_that_w3c_names(described: set[ox.Triple]) -> None:
    found = values(described, "resultFormat")

    assert {f"{FORMATS}SPARQL_Results_JSON", f"{FORMATS}Turtle"} <= found
    assert all(name.startswith(FORMATS) for name in found)


def test_the_default_graph_is_the_union_as_it_says(endpoint: httpx.Client, described: set[ox.Triple]) -> None:
    union = endpoint.get("/sparql", params={"query": "ASK { <urn:s1> ?p ?o . <urn:s2> ?q ?r }"}).json()["boolean"]

    assert SD + "UnionDefaultGraph" in values(described, "feature")
    assert union is True


def test_the_default_dataset_has_a_default_graph(described: set[ox.Triple]) -> None:
    types = {triple.object for triple in described if triple.predicate.value == RDF_TYPE}

    assert {ox.NamedNode(SD + "Dataset"), ox.NamedNode(SD + "Graph")} <= types
