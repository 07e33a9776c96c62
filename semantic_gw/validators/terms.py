"""The terms of SHACL, and which may stand where: what is not known stops the load, with what there is instead."""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import get_close_matches
from typing import Final

from semantic_gw.model import IRI, Term
from semantic_gw.rdf.namespaces import OWL, RDFS, SH
from semantic_gw.validators.source import ShapesGraph, show
from semantic_gw.validators.view import SUBCLASS_OF, TYPE


def named(names: str) -> frozenset[IRI]:
    """The terms of SHACL with these *names*."""
    return frozenset(SH + name for name in names.split())


TARGETS: Final = named("targetClass targetNode targetSubjectsOf targetObjectsOf target")
PARAMETERS: Final = named(
    "class datatype nodeKind minCount maxCount minExclusive minInclusive maxExclusive maxInclusive minLength maxLength "
    "pattern languageIn uniqueLang equals disjoint lessThan lessThanOrEquals not and or xone node property "
    "qualifiedMinCount qualifiedMaxCount closed hasValue in sparql"
)
"""Each makes a constraint of its own."""
PARTS: Final = named("flags ignoredProperties qualifiedValueShape qualifiedValueShapesDisjoint")
"""Parameters that belong to another one of their component."""
SEVERITIES: Final = named("Violation Warning Info")

_FRAME: Final = named("path severity message deactivated")
_TELLING: Final = named("name description order group defaultValue optional labelTemplate")
_PATHS: Final = named("inversePath alternativePath zeroOrMorePath oneOrMorePath zeroOrOnePath")
_QUERIES: Final = named(
    "select ask prefixes declare prefix namespace parameter validator nodeValidator propertyValidator"
)
_REPORT: Final = named(
    "conforms result detail focusNode resultPath value sourceShape sourceConstraintComponent sourceConstraint "
    "resultSeverity resultMessage shapesGraphWellFormed"
)
_DRAFT: Final = named("nodeShape")
"""Of a draft of SHACL, and still in the data of W3C's own test suite: says nothing of what is asked."""
_LINKS: Final = named("shapesGraph suggestedShapesGraph")
"""Say where shapes are; nothing is ever fetched."""

MARKS: Final = TARGETS | PARAMETERS | PARTS
"""What makes a node a shape (SHACL, 2.1); a path alone does not."""
OF_SHAPES: Final = MARKS | _FRAME | _TELLING | _LINKS | named("declare prefixes select")
OF_OTHERS: Final = _FRAME | _TELLING | _PATHS | _QUERIES | _REPORT | _DRAFT | _LINKS

_OURS: Final = re.compile(r"https?://(www\.)?w3\.org/ns/shacl[#/]")
"""SHACL's namespace, and those that are taken for it."""

SHAPE_TYPES: Final = named("NodeShape PropertyShape Shape")
_TYPES: Final = SHAPE_TYPES | named(
    "PropertyGroup PrefixDeclaration ValidationReport ValidationResult Parameter ConstraintComponent "
    "SPARQLConstraint SPARQLTarget SPARQLTargetType SPARQLAskValidator SPARQLSelectValidator"
)
CLASS_TYPES: Final = frozenset({RDFS + "Class", OWL + "Class"})

_ELSEWHERE: Final[dict[IRI, str]] = {
    **dict.fromkeys(
        named("rule construct subject predicate object condition"), "nothing is inferred; let mappings say it"
    ),
    SH + "entailment": "nothing is inferred but the class hierarchy; let mappings or ontologies say it",
    **dict.fromkeys(named("js jsLibrary jsFunctionName"), "SHACL-JS is not supported; write it as sh:sparql"),
    **dict.fromkeys(named("expression values"), "node expressions are not supported; write it as sh:sparql"),
}
"""Terms beside SHACL's Recommendation, and what there is instead."""


def check_terms(graph: ShapesGraph, node: Term, known: frozenset[IRI]) -> None:
    """Raises ShapeError where *node* uses a term of SHACL that it does not *know*."""
    for predicate in graph.nodes[node]:
        if _OURS.match(predicate) and predicate not in known:
            graph.fail(node, f"uses {_shown(predicate)}: {_instead(predicate)}")
    for type_ in graph.terms(node, TYPE):
        if isinstance(type_, str) and _OURS.match(type_) and type_ not in _TYPES:
            graph.fail(node, f"is of the type {_shown(type_)}, which SHACL does not have{near(type_, _TYPES)}")


def near(term: IRI, known: Collection[IRI]) -> str:
    """The term of *known* that *term* may have been meant for, as a question; empty where there is none like it.

    >>> near(SH + "minCont", PARAMETERS)
    '; did you mean sh:minCount?'
    """
    close = get_close_matches(_local(term), [_local(one) for one in known], n=1, cutoff=0.7)
    return f"; did you mean sh:{close[0]}?" if close else ""


def _instead(term: IRI) -> str:
    if not term.startswith(SH):
        return f"the namespace of SHACL is <{SH}>"
    return _ELSEWHERE.get(term) or f"SHACL does not have it here{near(term, OF_SHAPES | OF_OTHERS)}"


def _local(term: IRI) -> str:
    return term.replace("/", "#").rpartition("#")[2]


def _shown(term: IRI) -> str:
    return f"sh:{term[len(SH) :]}" if term.startswith(SH) else show(term)


def is_shape(graph: ShapesGraph, node: Term) -> bool:
    """Whether *node* is a shape by itself: by its type, a target or a constraint (SHACL, 2.1)."""
    return not MARKS.isdisjoint(graph.nodes[node]) or is_a(graph, node, SHAPE_TYPES)


def is_a(graph: ShapesGraph, node: Term, classes: frozenset[IRI]) -> bool:
    """Whether *node* is a SHACL instance of one of *classes* in the shapes graph (SHACL, 1.1)."""
    open_, seen = list(graph.terms(node, TYPE)), set[Term]()
    while open_:
        class_ = open_.pop()
        if class_ in classes:
            return True
        if class_ not in seen:
            seen.add(class_)
            open_ += graph.terms(class_, SUBCLASS_OF)
    return False
