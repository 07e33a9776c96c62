"""What graphs of Thing Descriptions say in other ways than a document can, said in its way.

The published context makes statements that no member stands for; people who write Turtle give a title in five
languages; and SAREF entails some that come again with every projection.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from semantic_gw.model import IRI, Literal, Triple
from semantic_gw.rdf.contexts import PROJECTION, terms
from semantic_gw.rdf.graph import Graph, text_of
from semantic_gw.rdf.interest import event_of_interest, property_of_interest
from semantic_gw.rdf.namespaces import JSON_SCHEMA, RDF, TD
from semantic_gw.rdf.rules import EVENT, PROPERTY, SCHEMA_DEFINITION, is_made_up

IN_LANGUAGES: Final[Mapping[IRI, IRI]] = {
    TD + "title": TD + "titleInLanguage",
    TD + "description": TD + "descriptionInLanguage",
}
"""Predicates of texts in the one language of a document → those of texts in several."""

_TYPE: Final = RDF + "type"


def forget_entailed(graph: Graph, thing: str) -> None:
    """Take out of *graph* what SAREF entails: it comes again with every projection."""
    types = frozenset(graph.nodes(thing, _TYPE))
    for node in graph.nodes(thing, PROPERTY):
        _forget(graph, property_of_interest(thing, types, node, _said_of(graph, node)))
    for node in graph.nodes(thing, EVENT):
        _forget(graph, event_of_interest(thing, node, _said_of(graph, node)))


def _said_of(graph: Graph, affordance: str) -> list[Triple]:
    nodes = [affordance, *graph.nodes(affordance, TD + "hasForm")]
    return [(node, p, o) for node in nodes for p, given in graph.said.get(node, {}).items() for o in given]


def _forget(graph: Graph, triples: Iterable[Triple]) -> None:
    for subject, predicate, term in triples:
        if term in graph.terms(subject, predicate):
            graph.terms(subject, predicate).remove(term)


def mend_schemas(graph: Graph) -> None:
    """The published context knows no data schemas in `uriVariables` and `schemaDefinitions`; they are."""
    names = {TD + "hasUriTemplateSchema", SCHEMA_DEFINITION}
    schemas = [term for said in graph.said.values() for p in names & said.keys() for term in said[p]]
    for said in [graph.said[node] for node in schemas if node in graph.said]:
        for predicate in [predicate for predicate in said if predicate.startswith(TD) and is_made_up(predicate)]:
            given = said.pop(predicate)
            if predicate == TD + "type":
                said.setdefault(_TYPE, []).extend(_schemas().get(text_of(term), term) for term in given)
            else:
                said.setdefault(JSON_SCHEMA + predicate.removeprefix(TD), []).extend(given)


@cache
def _schemas() -> Mapping[str, IRI]:
    """The words for data schemas → their classes."""
    known = terms(PROJECTION).items()
    return {member: iri for iri, member in known if iri.startswith(JSON_SCHEMA) and iri.endswith("Schema")}


def settle_languages(graph: Graph) -> str | None:
    """The language of all titles and descriptions; those of others go where the document has languages."""
    given = [said[predicate] for said in graph.said.values() for predicate in IN_LANGUAGES if predicate in said]
    tags = Counter(term.language for texts in given for term in texts if isinstance(term, Literal))
    language = tags.most_common(1)[0][0] if tags else None
    for said in graph.said.values():
        for predicate, in_languages in IN_LANGUAGES.items():
            texts = [term for term in said.get(predicate, ()) if isinstance(term, Literal)]
            if len(texts) > 1 or any(text.language != language for text in texts):
                main = min(texts, key=lambda text: (text.language != language, text.language != "en"))
                others = [text for text in texts if text.language and text not in said.get(in_languages, ())]
                said[predicate] = [main]
                if others:
                    said.setdefault(in_languages, []).extend(others)
    return language
