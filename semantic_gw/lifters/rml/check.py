"""What can be known to be wrong with a mapping before any data: joins, parents, references, functions, languages."""

from __future__ import annotations

from collections.abc import Iterable

from semantic_gw.errors import MappingError
from semantic_gw.lifters.rml.expressions import Expressions
from semantic_gw.lifters.rml.model import (
    Constant,
    Expression,
    Mapping,
    ReferencingObjectMap,
    TermMap,
    TriplesMap,
)
from semantic_gw.lifters.rml.names import is_absolute, is_language_tag
from semantic_gw.lifters.rml.references import compile_iterator
from semantic_gw.model import Literal


def check(mapping: Mapping) -> None:
    """Raises MappingError for the first thing that is wrong."""
    maps = {each.id: each for each in mapping.triples_maps}
    for source in mapping.sources():
        compile_iterator(source)
    for triples_map in mapping.triples_maps:
        _triples_map(triples_map, maps)


def _triples_map(triples_map: TriplesMap, maps: dict[str, TriplesMap]) -> None:
    expressions = Expressions(triples_map.source)
    if triples_map.base is not None and not is_absolute(triples_map.base):
        raise MappingError(f"{triples_map.place}: the base {triples_map.base!r} is no absolute IRI")
    for term_map in triples_map.term_maps():
        _compile(_expressions_of(term_map), expressions)
        _check_constants(term_map)
    for reference in triples_map.references():
        _reference(reference, triples_map, maps)


def _expressions_of(term_map: TermMap) -> Iterable[Expression]:
    found = (term_map.expression, term_map.language, term_map.datatype, *term_map.conditions)
    return (each for each in found if each is not None)


def _compile(found: Iterable[Expression], expressions: Expressions) -> None:
    for expression in found:
        expressions.compile(expression)


def _check_constants(term_map: TermMap) -> None:
    language, datatype, expression = term_map.language, term_map.datatype, term_map.expression
    if isinstance(language, Constant):
        tag = language.value.lexical if isinstance(language.value, Literal) else language.value
        if not is_language_tag(tag):
            raise MappingError(f"{term_map.place}: {tag!r} is no language tag (BCP 47); write one like en or pt-BR")
    if isinstance(datatype, Constant) and isinstance(datatype.value, Literal):
        raise MappingError(f"{term_map.place}: the datatype is the text {datatype.value.lexical!r}; write an IRI")
    if isinstance(expression, Constant) and isinstance(expression.value, str) and not is_absolute(expression.value):
        raise MappingError(f"{term_map.place}: {expression.value!r} is no absolute IRI")


def _reference(reference: ReferencingObjectMap, child: TriplesMap, maps: dict[str, TriplesMap]) -> None:
    parent = maps.get(reference.parent)
    if parent is None:
        raise MappingError(
            f"{reference.place}: there is no triples map {reference.parent}; there are {', '.join(maps)}"
        )
    if not reference.joins and parent.source != child.source:
        raise MappingError(
            f"{reference.place}: the parent {reference.parent} has another source: say by a join condition "
            "which of its iterations is meant"
        )
    _compile((join.child for join in reference.joins), Expressions(child.source))
    _compile((join.parent for join in reference.joins), Expressions(parent.source))
    _compile(reference.conditions, Expressions(child.source))
