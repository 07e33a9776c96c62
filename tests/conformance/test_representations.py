"""A Thing as JSON and as RDF, in and out, as the client likes it (WoT Discovery, 7.2 and 7.3.2.1)."""

from __future__ import annotations

import gzip

import pyoxigraph
import pytest

from tests.conformance.directory_client import TD_JSON, DirectoryClient, problem, thing_path
from tests.conformance.things import TD_CONTEXT, lamp

LAMP = "urn:example:lamp"
TD = "https://www.w3.org/2019/wot/td#"
DISCOVERY = "https://www.w3.org/2022/wot/discovery"
TURTLE, N_TRIPLES = "text/turtle", "application/n-triples"
FORMATS = {TURTLE: pyoxigraph.RdfFormat.TURTLE, N_TRIPLES: pyoxigraph.RdfFormat.N_TRIPLES}

RICH = lamp(
    **{"@context": [TD_CONTEXT, {"ex": "https://example.com/ns#"}], "@type": ["Thing", "ex:Lamp"]},
    titles={"en": "Lamp", "de": "Lampe"},
    properties={
        "level": {
            "type": "object",
            "properties": {"percent": {"type": "number", "minimum": 0, "maximum": 100, "unit": "percent"}},
            "required": ["percent"],
            "forms": [{"href": "http://lamp.example/level", "op": ["readproperty", "writeproperty"]}],
        }
    },
    actions={"blink": {"input": {"type": "integer"}, "forms": [{"href": "http://lamp.example/blink"}]}},
    events={"broken": {"data": {"type": "string"}, "forms": [{"href": "http://lamp.example/broken"}]}},
)


def graph(content: bytes, media_type: str) -> pyoxigraph.Dataset:
    """The graph in *content* without registration information, its blank nodes named canonically."""
    quads = list(pyoxigraph.parse(content, FORMATS[media_type]))
    registrations = {quad.object for quad in quads if quad.predicate.value.startswith(DISCOVERY)}
    about = [q for q in quads if not q.predicate.value.startswith(DISCOVERY) and q.subject not in registrations]
    dataset = pyoxigraph.Dataset(about)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def as_rdf(directory: DirectoryClient, media_type: str = N_TRIPLES) -> bytes:
    answer = directory.get(LAMP, accept=media_type)
    assert answer.status_code == 200, answer.text
    return answer.content


@pytest.mark.parametrize("media_type", FORMATS)
def test_a_thing_is_served_as_rdf(directory: DirectoryClient, media_type: str) -> None:
    directory.put(RICH)
    answer = directory.get(LAMP, accept=media_type)

    assert answer.headers["content-type"].partition(";")[0] == media_type
    quads = graph(answer.content, media_type)
    assert {quad.object.value for quad in quads if quad.predicate.value == TD + "title"} >= {"Lamp"}


def test_both_kinds_of_rdf_are_the_same_graph(directory: DirectoryClient) -> None:
    directory.put(RICH)

    assert graph(as_rdf(directory, TURTLE), TURTLE) == graph(as_rdf(directory), N_TRIPLES)


@pytest.mark.parametrize("media_type", FORMATS)
def test_a_thing_sent_as_rdf_is_the_same_graph(directory: DirectoryClient, media_type: str) -> None:
    directory.put(RICH)
    before = as_rdf(directory, media_type)
    directory.delete(LAMP)
    created = directory.http.put(thing_path(LAMP), content=before, headers={"Content-Type": media_type})

    assert created.status_code == 201, created.text
    assert graph(as_rdf(directory, media_type), media_type) == graph(before, media_type)


def test_a_thing_sent_as_rdf_is_served_as_json(directory: DirectoryClient) -> None:
    directory.put(RICH)
    before = as_rdf(directory)
    directory.delete(LAMP)
    directory.http.put(thing_path(LAMP), content=before, headers={"Content-Type": N_TRIPLES})
    document = directory.retrieved(LAMP)

    assert document["id"] == LAMP
    assert document["title"] == "Lamp"
    assert document["properties"]["level"]["forms"][0]["href"] == "http://lamp.example/level"
    assert set(document["actions"]) == {"blink"}


def test_rdf_that_is_no_thing_is_refused_with_its_faults(directory: DirectoryClient) -> None:
    triple = f'<{LAMP}> <{TD}title> "Lamp" .'
    refused = directory.http.put(thing_path(LAMP), content=triple, headers={"Content-Type": TURTLE})

    assert problem(refused, 400)["validationErrors"]


@pytest.mark.parametrize("content", ["<urn:a> <urn:b> .", "nonsense", '<urn:a> <urn:b> "open'])
def test_broken_rdf_is_400(directory: DirectoryClient, content: str) -> None:
    problem(directory.http.put(thing_path(LAMP), content=content, headers={"Content-Type": TURTLE}), 400)


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", TD_JSON),
        ("application/*", TD_JSON),
        (TD_JSON, TD_JSON),
        ("application/json", "application/json"),
        ("application/json, */*;q=0.1", "application/json"),
        ("text/turtle;q=0.5, application/td+json", TD_JSON),
        ("text/turtle, application/td+json;q=0.5", TURTLE),
        ("text/turtle;q=0.2, application/n-triples;q=0.3", N_TRIPLES),
        ("text/turtle;q=0, */*", TD_JSON),
        ("text/*", TURTLE),
        ("TEXT/Turtle", TURTLE),
        ("text/html, application/xhtml+xml, */*;q=0.8", TD_JSON),
        ("text/turtle ; q=1.0 , application/td+json ; q=0.9", TURTLE),
    ],
)
def test_the_client_gets_what_it_likes_best(directory: DirectoryClient, accept: str, media_type: str) -> None:
    directory.put(lamp())
    answer = directory.get(LAMP, accept=accept)
    found = answer.headers["content-type"].partition(";")[0]

    assert answer.status_code == 200
    assert found in ({media_type, TD_JSON} if media_type == "application/json" else {media_type})


def test_without_a_preference_it_is_json(directory: DirectoryClient) -> None:
    directory.put(lamp())
    directory.http.headers.pop("accept")

    assert directory.get(LAMP).headers["content-type"] == TD_JSON
    assert directory.listing().headers["content-type"] == "application/ld+json"


def test_the_listing_takes_those_who_want_json(directory: DirectoryClient) -> None:
    for accept in ("application/json", "application/ld+json", "application/td+json, application/json;q=0.9"):
        answer = directory.http.get("/things", headers={"Accept": accept})

        assert answer.headers["content-type"] in ("application/json", "application/ld+json")


def test_what_is_not_offered_is_told(directory: DirectoryClient) -> None:
    directory.put(lamp())

    assert TD_JSON in problem(directory.get(LAMP, accept="image/png"), 406)["detail"]


def test_an_answer_that_depends_on_accept_says_so(directory: DirectoryClient) -> None:
    directory.put(lamp())

    for accept in (TD_JSON, TURTLE):
        assert "accept" in directory.get(LAMP, accept=accept).headers["vary"].lower()


def test_each_representation_has_an_entity_tag_of_its_own(directory: DirectoryClient) -> None:
    directory.put(lamp())
    tags = {directory.get(LAMP, accept=accept).headers["etag"] for accept in (TD_JSON, TURTLE, N_TRIPLES)}

    assert len(tags) == 3


def test_a_representation_that_the_client_has_is_not_sent_again(directory: DirectoryClient) -> None:
    directory.put(lamp())
    etag = directory.get(LAMP, accept=TURTLE).headers["etag"]

    assert directory.get(LAMP, accept=TURTLE, if_none_match=etag).status_code == 304
    assert directory.get(LAMP, accept=TD_JSON, if_none_match=etag).status_code == 200


def test_a_compressed_body_is_taken_or_refused_by_name(directory: DirectoryClient) -> None:
    body = gzip.compress(b'{"id": "urn:example:lamp"}')
    headers = {"Content-Type": TD_JSON, "Content-Encoding": "gzip"}
    refused = directory.http.put(thing_path(LAMP), content=body, headers=headers)

    assert "gzip" in problem(refused, 415)["detail"]
