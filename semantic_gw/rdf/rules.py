"""The rules of the projection of Thing Descriptions, by predicate: how its nodes are named, how its texts are read.

`thing_description` tells them as a table; this is what the projection goes by.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final, NamedTuple

from semantic_gw.model import IRI
from semantic_gw.rdf import contexts
from semantic_gw.rdf.contexts import PROJECTION
from semantic_gw.rdf.iris import encode_name
from semantic_gw.rdf.namespaces import HYPERMEDIA, JSON_SCHEMA, SCHEMA, SECURITY, TD

NAME: Final = TD + "name"
UNIT: Final = SCHEMA + "unitCode"
PROPERTY: Final = TD + "hasPropertyAffordance"
ACTION: Final = TD + "hasActionAffordance"
EVENT: Final = TD + "hasEventAffordance"
SECURITY_DEFINITION: Final = TD + "definesSecurityScheme"
SCHEMA_DEFINITION: Final = TD + "schemaDefinitions"

AFFORDANCES: Final[Mapping[IRI, IRI]] = {
    PROPERTY: TD + "PropertyAffordance",
    ACTION: TD + "ActionAffordance",
    EVENT: TD + "EventAffordance",
}
"""Predicates of a Thing → the class of what they lead to."""

_WOT: Final = (TD, JSON_SCHEMA, SECURITY, HYPERMEDIA)
_NO_MEMBERS: Final = frozenset(
    {
        TD + "OperationType",
        TD + "hasInteractionAffordance",
        HYPERMEDIA + "ExpectedResponse",
        HYPERMEDIA + "AdditionalExpectedResponse",
        SECURITY + "SecurityScheme",
    }
)
"""Terms of the WoT ontologies that no member of a Thing Description stands for."""

_DEFINITIONS: Final = frozenset({SECURITY_DEFINITION, SCHEMA_DEFINITION})
_NAMED: Final = frozenset({*_DEFINITIONS, JSON_SCHEMA + "properties", TD + "hasUriTemplateSchema"})
_NUMBERED: Final = frozenset(
    {
        TD + "hasForm",
        TD + "hasLink",
        HYPERMEDIA + "additionalReturns",
        JSON_SCHEMA + "oneOf",
        JSON_SCHEMA + "allOf",
        JSON_SCHEMA + "anyOf",
    }
)
_NAMES_A_DEFINITION: Final[Mapping[IRI, IRI]] = {
    TD + "hasSecurityConfiguration": SECURITY_DEFINITION,
    SECURITY + "oneOf": SECURITY_DEFINITION,
    SECURITY + "allOf": SECURITY_DEFINITION,
    HYPERMEDIA + "hasAdditionalOutputSchema": SCHEMA_DEFINITION,
}
_IN_A_LANGUAGE: Final = frozenset({TD + "title", TD + "description"})

OF_THE_CONTEXT: Final = "-x-gateway"
"""Marks the languages that texts have only from a context: a private subtag (BCP 47, 2.2.7), taken off again."""


class Rule(NamedTuple):
    """What is done with the values of *predicate*.

    *label* stands for it in the names of nodes, which are *named* by the member they are under, or *numbered* even
    where there is one. A text is the name of a definition under *names*, where that is not empty.
    """

    predicate: IRI
    label: str
    named: bool
    numbered: bool
    defines: bool
    names: str
    each: bool
    """An array of any JSON values is one value for each of its items."""
    affordance: IRI | None

    def language(self, tag: str | None) -> str | None:
        """The language of a text that JSON-LD gives the language *tag*."""
        if tag is None or not tag.endswith(OF_THE_CONTEXT):
            return tag
        return tag.removesuffix(OF_THE_CONTEXT) if self.predicate in _IN_A_LANGUAGE else None


def rule(predicate: IRI) -> Rule:
    """The rule for *predicate*."""
    definition = _NAMES_A_DEFINITION.get(predicate)
    return Rule(
        predicate,
        _label(predicate),
        predicate in _NAMED,
        predicate in _NUMBERED,
        predicate in _DEFINITIONS,
        _label(definition) if definition else "",
        predicate == JSON_SCHEMA + "enum",
        AFFORDANCES.get(predicate),
    )


def is_made_up(iri: IRI) -> bool:
    """Whether *iri* is what a term without a definition was given, since Thing Descriptions have a vocabulary."""
    return iri.startswith(_WOT) and iri not in _members() and iri not in _NO_MEMBERS


def _label(predicate: IRI) -> str:
    """The member that stands for *predicate*, else the last part of its IRI."""
    return _members().get(predicate) or encode_name(re.split(r"[/#:]", predicate.rstrip("/#"))[-1])


@cache
def _members() -> Mapping[IRI, str]:
    return contexts.terms(PROJECTION)
