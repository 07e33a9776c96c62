"""RDF in any syntax becomes triples, the same in every run, and nothing is fetched."""

from __future__ import annotations

from pathlib import PurePath

import pyoxigraph
import pytest

from semantic_gw.errors import DecodingError, UnsupportedMediaTypeError
from semantic_gw.model import Literal
from semantic_gw.rdf.contexts import TD_1_1
from semantic_gw.rdf.namespaces import TD, XSD
from semantic_gw.rdf.syntaxes import SYNTAXES, parse, read_triples, syntax_of

EX = "http://example.org/"
TURTLE = b"""@prefix ex: <http://example.org/> .
ex:a ex:p "1"^^<http://www.w3.org/2001/XMLSchema#byte>, "x"@en, _:b . _:b ex:q [ ] ."""


def test_terms_are_kept_as_they_are_written() -> None:
    assert read_triples(TURTLE) == [
        (EX + "a", EX + "p", Literal("1", XSD + "byte")),
        (EX + "a", EX + "p", Literal("x", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString", "en")),
        (EX + "a", EX + "p", "_:b"),
        ("_:b", EX + "q", "_:n2"),
    ]


@pytest.mark.parametrize("name", SYNTAXES)
def test_every_syntax_is_read_by_its_media_type(name: str) -> None:
    syntax = SYNTAXES[name]
    written = pyoxigraph.serialize(pyoxigraph.parse(TURTLE, pyoxigraph.RdfFormat.TURTLE), format=syntax.format)

    assert len(read_triples(written or b"", syntax.media_type)) == 4


@pytest.mark.parametrize("name", SYNTAXES)
def test_a_syntax_is_known_by_the_endings_of_its_files(name: str) -> None:
    syntax = SYNTAXES[name]

    assert {syntax_of(PurePath(f"folder/DATA{ending.upper()}")) for ending in syntax.endings} == {syntax}
    assert syntax.endings[0] == f".{syntax.format.file_extension}"


def test_a_graph_is_a_set() -> None:
    assert len(read_triples(b"<urn:a> <urn:p> 1 . <urn:a> <urn:p> 1 .")) == 1


def test_a_label_that_looks_like_a_made_one_stays_another_node() -> None:
    triples = read_triples(b"<urn:a> <urn:p> [], _:n1, _:n1x, _:00112233445566778899aabbccddeeff .")

    assert len({o for _, _, o in triples}) == 4


def test_documents_read_as_one_have_blank_nodes_of_their_own() -> None:
    labels = {parse(TURTLE, SYNTAXES["turtle"], label=label).triples[-1][0] for label in ("f1", "f2")}

    assert labels == {"_:f1b", "_:f2b"}


def test_prefixes_are_told() -> None:
    assert parse(TURTLE, SYNTAXES["turtle"]).prefixes == {"ex": EX}


def test_a_byte_order_mark_is_no_part_of_a_document() -> None:
    assert len(read_triples(b"\xef\xbb\xbf" + TURTLE)) == 4


def test_relative_iris_are_resolved() -> None:
    assert read_triples(b"<#a> <p> <> .", base_iri="http://h/d") == [("http://h/d#a", "http://h/p", "http://h/d")]


@pytest.mark.parametrize(
    ("data", "media_type", "told"),
    [
        (b"<urn:a>\n<urn:p>\n.", "text/turtle", "line 3: "),
        (b"<urn:a> <urn:p> <urn:b> .\nx", "application/n-triples", "line 2: "),
        (
            b"<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\n\n<a/></r:RDF>",
            "application/rdf+xml",
            "line 3",
        ),
        (b'{\n"a" 1}', "application/ld+json", "line 2: "),
        (b'{"@context": {},\n"a" 1}', "application/ld+json", "line 2: no JSON"),
        (b"\xff", "text/turtle", "line 1: Invalid UTF-8"),
        (b'<urn:a> <urn:p> "x"@en--ltr .', "text/turtle", "only RDF 1.1"),
        (b'{"@context": ["urn:x"]}', "application/ld+json", "nothing is fetched"),
        (b'{"@context": {"p": {"@id": "urn:p", "@context": "urn:x"}}}', "application/ld+json", "nothing is fetched"),
        (b'{"@context": {"@version": 1.1, "@import": "urn:x"}}', "application/ld+json", "nothing is fetched"),
        (b'[{"a": [{"@context": "urn:x"}]}]', "application/ld+json", "nothing is fetched"),
        (b'{"@context": {}, "a": ' + b"[" * 100_000, "application/ld+json", "no JSON"),
    ],
)
def test_what_cannot_be_read_says_where_and_why(data: bytes, media_type: str, told: str) -> None:
    with pytest.raises(DecodingError, match=told):
        read_triples(data, media_type)


def test_other_media_types_are_refused() -> None:
    with pytest.raises(UnsupportedMediaTypeError, match="there are text/turtle, "):
        read_triples(b"", "text/csv")


def test_a_context_that_is_held_needs_no_fetching() -> None:
    document = f'{{"@context": ["{TD_1_1}", {{"ex": "{EX}"}}], "id": "urn:x", "title": "Lamp", "ex:y": 1}}'
    triples = read_triples(document.encode(), "application/ld+json")

    assert {p for _, p, _ in triples} == {TD + "title", EX + "y"}


def test_a_context_is_text_elsewhere() -> None:
    document = b'{"http://x/y": {"@type": "@json", "@value": "@context"}, "@id": "urn:x"}'

    assert len(read_triples(document, "application/ld+json")) == 1
