"""Every question of docs/search.md finds the Thing that the document has in mind."""

from __future__ import annotations

import re

import msgspec
import pyoxigraph
import pytest

from semantic_gw.directory.search import jsonpath, xpath
from semantic_gw.rdf.serialize import triples_to_nquads
from semantic_gw.rdf.thing_description import project
from tests.shared import ROOT

CONTEXT = [
    "https://www.w3.org/2022/wot/td/v1.1",
    {"saref": "https://saref.etsi.org/core/", "sgw": "https://w3id.org/semantic-gw/"},
]
SECURITY = {"securityDefinitions": {"nosec_sc": {"scheme": "nosec"}}, "security": "nosec_sc"}
KITCHEN = {
    "@context": CONTEXT,
    "@type": "saref:Sensor",
    "id": "urn:dev:kitchen",
    "title": "Kitchen",
    **SECURITY,
    "properties": {
        "temperature": {
            "type": "number",
            "unit": "http://qudt.org/vocab/unit/DEG_C",
            "saref:hasPropertyKind": {"@id": "sgw:Temperature"},
            "forms": [{"op": ["observeproperty"], "href": "mqtt://broker/kitchen"}],
        }
    },
    "registration": {"created": "2026-11-24T13:00:00Z"},
}
DOOR = {
    "@context": CONTEXT,
    "id": "urn:dev:door",
    "title": "Door",
    **SECURITY,
    "properties": {"open": {"type": "boolean", "forms": [{"href": "https://door.example/open"}]}},
    "registration": {"created": "2026-11-24T11:00:00Z"},
}
DOCUMENT = (ROOT / "docs" / "search.md").read_text("utf-8")
QUESTIONS = re.findall(r"^```(jsonpath|xpath|sparql)\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)


def answer(language: str, question: str) -> str:
    if language == "sparql":
        graphs = pyoxigraph.Store()
        for thing in (KITCHEN, DOOR):
            triples = triples_to_nquads(project(thing, base_iri="https://gateway.example/"))
            name = pyoxigraph.NamedNode(str(thing["id"]))
            graphs.load(triples, format=pyoxigraph.RdfFormat.N_TRIPLES, to_graph=name)
        found = graphs.query(question, use_default_graph_as_union=True)
        return repr(list(found))  # type: ignore[arg-type]  # each is a SELECT
    find = jsonpath.find if language == "jsonpath" else xpath.find
    return repr(list(find(question.strip(), [msgspec.json.encode(DOOR), msgspec.json.encode(KITCHEN)])))


@pytest.mark.parametrize(("language", "question"), QUESTIONS)
def test_a_question_of_the_document_is_answered(language: str, question: str) -> None:
    found = answer(language, question)

    assert "urn:dev:kitchen" in found
    assert "urn:dev:door" not in found


def test_the_document_has_questions_in_each_language() -> None:
    assert {language for language, _ in QUESTIONS} == {"jsonpath", "xpath", "sparql"}
