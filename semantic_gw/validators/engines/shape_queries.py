"""The queries of a shapes graph: checked at load, with their prefixes written into them (SHACL, 5.2.1 and 6.2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from semantic_gw.model import IRI, Literal, Term
from semantic_gw.rdf.namespaces import OWL, SH, compact
from semantic_gw.validators.engines.queries import ALWAYS_BOUND, check_query, check_syntax, with_path
from semantic_gw.validators.engines.sparql_tokens import Token, joined
from semantic_gw.validators.source import ShapesGraph, show

FORMS: Final = {SH + "select": "SELECT", SH + "ask": "ASK"}
_VALIDATORS: Final = (SH + "validator", SH + "nodeValidator", SH + "propertyValidator")
_LOCAL_NAME: Final = re.compile(r"[/#](\w+)\Z")
_ANY_PATH: Final = "<urn:path>"
"""Stands for the path of whatever shape a query is asked for, while its syntax is checked."""


@dataclass(frozen=True, slots=True)
class ShapeQuery:
    """A query at *node* that may stand there. *text* declares the prefixes that it uses."""

    node: Term
    predicate: IRI
    text: str
    variables: frozenset[str]
    iris: frozenset[IRI]


def shape_queries(graph: ShapesGraph, nodes: Iterable[Term]) -> Iterator[ShapeQuery]:
    """The queries that stand at *nodes*. Raises ShapeError for one that may not."""
    bound = _bound_in_validators(graph)
    for node in nodes:
        for predicate, form in FORMS.items():
            for text in graph.terms(node, predicate):
                try:
                    query = graph.text(node, text, compact(predicate))
                    yield _checked(graph, node, predicate, check_query(query, form, bound.get(node, ALWAYS_BOUND)))
                except ValueError as error:
                    graph.fail(node, f"has a query that {error}")


def _checked(graph: ShapesGraph, node: Term, predicate: IRI, found: list[Token]) -> ShapeQuery:
    declared = prefixes(graph, node)
    own = {prefix.text[:-1]: iri.text[1:-1] for word, prefix, iri in windows(found) if word.text == "PREFIX"}
    used = {token.text.partition(":")[0] for token in found if token.kind == "name"} - own.keys()
    if missing := sorted(used - declared.keys()):
        known = ", ".join(f"{name}:" for name in sorted(declared)) or "none"
        raise ValueError(
            f"uses the prefix {missing[0]}:, which no sh:declare of its sh:prefixes has; there are {known}"
        )
    head = "".join(f"PREFIX {name}: <{declared[name]}>\n" for name in sorted(used))
    check_syntax(head + with_path(found, _ANY_PATH))
    variables = frozenset(name for token in found if (name := token.variable) is not None)
    return ShapeQuery(node, predicate, head + joined(found), variables, frozenset(_iris(found, {**declared, **own})))


def windows(found: list[Token]) -> Iterator[tuple[Token, Token, Token]]:
    """Each three tokens in a row."""
    return zip(found, found[1:], found[2:], strict=False)


def _iris(found: Iterable[Token], declared: Mapping[str, IRI]) -> Iterator[IRI]:
    for token in found:
        prefix, _, local = token.text.partition(":")
        if token.kind == "iri":
            yield token.text[1:-1]
        elif token.kind == "name" and prefix in declared:
            yield declared[prefix] + local.replace("\\", "")


def prefixes(graph: ShapesGraph, node: Term) -> Mapping[str, IRI]:
    """The prefixes that the sh:prefixes of *node* declare, those of their owl:imports too (SHACL, 5.2.1)."""
    declared: dict[str, IRI] = {}
    open_, seen = list(graph.terms(node, SH + "prefixes")), set[Term]()
    while open_:
        source = open_.pop()
        if source in seen:
            continue
        seen.add(source)
        open_ += graph.terms(source, OWL + "imports")
        for declaration in graph.terms(source, SH + "declare"):
            prefix = _text(graph, declaration, "prefix")
            namespace = _text(graph, declaration, "namespace")
            if declared.setdefault(prefix, namespace) != namespace:
                raise ValueError(f"has two namespaces for the prefix {prefix}: <{declared[prefix]}> and <{namespace}>")
    return declared


def _text(graph: ShapesGraph, declaration: Term, name: str) -> str:
    given = graph.one(declaration, SH + name)
    if not isinstance(given, Literal):
        graph.fail(declaration, f"declares a prefix without sh:{name}; give it one, as a literal")
    return given.lexical


def _bound_in_validators(graph: ShapesGraph) -> dict[Term, frozenset[str]]:
    """Each validator with the variables that have their values before: parameters, and `value` in ASK (6.2.3)."""
    bound: dict[Term, frozenset[str]] = {}
    for component, predicates in graph.nodes.items():
        validators = [node for predicate in _VALIDATORS for node in predicates.get(predicate, ())]
        parameters = frozenset(parameter_names(graph, component)) if validators else frozenset()
        for node in validators:
            value = {"value"} if graph.terms(node, SH + "ask") else set()
            bound[node] = bound.get(node, ALWAYS_BOUND) | parameters | value
    return bound


def parameter_names(graph: ShapesGraph, component: Term) -> Iterator[str]:
    """The names of a component's parameters: the local names of their paths (SHACL, 6.2.1).

    Engines find them behind the last `/` or `#`, and leave a variable unbound where they do not.
    """
    for parameter in graph.terms(component, SH + "parameter"):
        for path in graph.terms(parameter, SH + "path"):
            name = _LOCAL_NAME.search(str(path))
            if name is None:
                graph.fail(component, f"has the parameter {show(path)}: its IRI has to end in / or #, and a name")
            yield name[1]
