from __future__ import annotations

import pytest

from semantic_gw.lifters.terms import Terms, terms_of
from semantic_gw.model import Json
from semantic_gw.rdf.namespaces import SAREF


@pytest.mark.parametrize(
    ("context", "text", "iri"),
    [
        (None, "saref:Temperature", SAREF + "Temperature"),
        ({"s": SAREF}, "s:Temperature", SAREF + "Temperature"),
        ({"s": "https://w3id.org/saref#"}, "s:Temperature", SAREF + "Temperature"),
        (["https://www.w3.org/2022/wot/td/v1.1", {"Temperature": "saref:Temperature"}], "Temperature", None),
        ({"ex": "https://example.org/", "t": "ex:t/"}, "t:x", "https://example.org/t/x"),
        ({"saref": "https://example.org/other#"}, "saref:Temperature", "https://example.org/other#Temperature"),
        ({"s": {"@id": SAREF, "@prefix": True}}, "s:Power", SAREF + "Power"),
        ({}, "http://saref.etsi.org/core/Power", SAREF + "Power"),
        ({}, "nobody:knows", "nobody:knows"),
        ({}, "plain", "plain"),
    ],
)
def test_a_compact_iri_is_read_with_the_prefixes_of_its_document(context: Json, text: str, iri: str | None) -> None:
    assert Terms(context).expand(text) == (iri or SAREF + "Temperature")


def test_annotations_are_the_members_of_other_vocabularies() -> None:
    terms = Terms({"s": SAREF, "kind": SAREF + "hasPropertyKind", "type": "https://example.org/type"})

    assert terms.annotations({"type": "number", "s:x": 1, "kind": 2, "title": "t"}) == {
        SAREF + "x": 1,
        SAREF + "hasPropertyKind": 2,
    }


def test_a_reference_is_text_an_object_or_several() -> None:
    value = ["saref:Power", {"@id": "saref:Energy", "@type": ["saref:Property", 5]}, 7]

    assert list(Terms(None).references(value)) == [SAREF + "Power", SAREF + "Energy", SAREF + "Property"]


def test_documents_of_one_context_share_their_terms() -> None:
    context = ["https://www.w3.org/2022/wot/td/v1.1", {"s": SAREF}]

    assert terms_of({"@context": context}) is terms_of({"@context": list(context)})
