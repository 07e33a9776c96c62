"""What an engine sees of the background: the part that a message or a query can reach."""

from __future__ import annotations

from semantic_gw.model import Triple
from semantic_gw.rdf.namespaces import RDF, RDFS
from semantic_gw.validators.engines.feed import Feed
from semantic_gw.validators.view import Background

TYPE, SUBCLASS = RDF + "type", RDFS + "subClassOf"
KNOWN: list[Triple] = [
    ("urn:kind", TYPE, "urn:C"),
    ("urn:C", SUBCLASS, "urn:D"),
    ("urn:kind", "urn:unit", "urn:K"),
    ("urn:K", "urn:label", "urn:text"),
    ("urn:other", "urn:unit", "urn:F"),
    ("urn:F", "urn:label", "urn:text"),
    ("urn:far", TYPE, "urn:E"),
]


def feed(*named: str) -> Feed:
    return Feed(Background(KNOWN), named)


def test_a_message_reaches_what_its_terms_lead_to() -> None:
    assert set(feed().behind([("urn:a", "urn:p", "urn:kind")])) == set(KNOWN[:4])


def test_a_message_of_unknown_things_reaches_nothing() -> None:
    assert feed().behind([("urn:a", "urn:p", "urn:b")]) == []


def test_nothing_is_fed_always_where_nothing_is_named() -> None:
    assert feed().always == ()


def test_a_named_predicate_brings_all_its_triples_and_what_they_lead_to() -> None:
    assert set(feed("urn:unit").always) == set(KNOWN[:6])


def test_a_named_class_brings_its_instances_and_those_of_classes_below() -> None:
    assert set(feed("urn:D").always) == set(KNOWN[:4])


def test_types_and_classes_by_themselves_bring_nothing() -> None:
    assert feed(TYPE, SUBCLASS).always == ()


def test_nothing_is_fed_twice() -> None:
    known = feed("urn:unit")

    assert known.behind([("urn:a", "urn:p", "urn:kind"), ("urn:a", "urn:p", "urn:far")]) == [KNOWN[6]]
