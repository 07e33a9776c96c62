"""Term maps, compiled: from an iteration to RDF terms (RML-Core, term generation rules)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from semantic_gw.lifters.rml.expressions import Expressions, Values
from semantic_gw.lifters.rml.model import Call, Constant, Expression, Reference, TermMap, TermType
from semantic_gw.lifters.rml.names import ENCODERS, absolute, blank_node, fresh_blank_node, is_language_tag
from semantic_gw.lifters.rml.natural import STRING, lexical, natural, override
from semantic_gw.lifters.rml.notes import Notes
from semantic_gw.model import IRI, Json, Literal, Term
from semantic_gw.rdf.lexical import well_formed
from semantic_gw.rdf.namespaces import RDF


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a run stands: the iteration and its number, whose labels of blank nodes are within *scope*."""

    iteration: Any
    number: int
    notes: Notes
    scope: str = ""


Terms = Callable[[Moment], Sequence[Term]]
"""The terms that a term map makes of an iteration; what cannot be made is left out and noted."""


def compile_terms(term_map: TermMap, expressions: Expressions, base: IRI, owner: int) -> Terms:
    """What makes the terms of *term_map*, which is number *owner* of its mapping. Raises MappingError."""
    made = _unconditional(term_map, expressions, base, owner)
    if not term_map.conditions:
        return made
    conditions = [expressions.compile(condition) for condition in term_map.conditions]
    return lambda moment: made(moment) if holds(conditions, moment) else ()


def compile_conditions(conditions: Sequence[Expression], expressions: Expressions) -> Callable[[Moment], bool]:
    """What tells whether all *conditions* hold. Raises MappingError."""
    compiled = [expressions.compile(condition) for condition in conditions]
    return lambda moment: holds(compiled, moment)


def holds(conditions: Sequence[Values], moment: Moment) -> bool:
    """Whether each of *conditions* is true: has a value that says so."""
    return all(
        any(lexical(value) in ("true", "1") for value in condition(moment.iteration, moment.notes))
        for condition in conditions
    )


def _unconditional(term_map: TermMap, expressions: Expressions, base: IRI, owner: int) -> Terms:
    expression = term_map.expression
    if expression is None:
        return lambda moment: (fresh_blank_node(owner, moment.number, moment.scope),)
    if isinstance(expression, Constant) and not _is_qualified(term_map):
        term = (expression.value,)
        return lambda _moment: term
    values = expressions.compile(expression, ENCODERS[term_map.term_type])
    if term_map.term_type is TermType.BLANK_NODE:
        return lambda moment: [
            blank_node(lexical(value), moment.scope) for value in values(moment.iteration, moment.notes)
        ]
    if term_map.term_type is TermType.LITERAL:
        return _literals(term_map, values, expressions, base)
    return _iris(term_map, values, base)


def _is_qualified(term_map: TermMap) -> bool:
    return term_map.language is not None or term_map.datatype is not None


def _iris(term_map: TermMap, values: Values, base: IRI) -> Terms:
    term_type, place = term_map.term_type, term_map.place

    def terms(moment: Moment) -> Iterator[IRI]:
        for value in values(moment.iteration, moment.notes):
            text = lexical(value)
            iri = absolute(text, term_type, base)
            if iri is None:
                problem = f"{text!r} is no IRI, and neither is it behind {base}; a template percent-encodes values"
                moment.notes.fail(place, problem, text)
            else:
                yield iri

    return lambda moment: list(terms(moment))


def _literals(term_map: TermMap, values: Values, expressions: Expressions, base: IRI) -> Terms:
    if term_map.language is not None:
        return _with_language(term_map, values, expressions.compile(term_map.language))
    if term_map.datatype is not None:
        return _with_datatype(term_map, values, _datatypes(term_map, term_map.datatype, expressions, base))
    typed = expressions.source is not None and expressions.source.typed
    if typed and isinstance(term_map.expression, Reference | Call):
        return lambda moment: [natural(value) for value in values(moment.iteration, moment.notes)]
    return lambda moment: [Literal(lexical(value), STRING) for value in values(moment.iteration, moment.notes)]


def _with_language(term_map: TermMap, values: Values, languages: Values) -> Terms:
    def terms(moment: Moment) -> Iterator[Literal]:
        found = values(moment.iteration, moment.notes)
        for value, language in product(found, languages(moment.iteration, moment.notes)):
            tag = lexical(language)
            if is_language_tag(tag):
                yield Literal(lexical(value), RDF + "langString", tag)
            else:
                moment.notes.fail(term_map.place, f"{tag!r} is no language tag (BCP 47), like en or pt-BR", tag)

    return lambda moment: list(terms(moment))


def _with_datatype(term_map: TermMap, values: Values, datatypes: Terms) -> Terms:
    def terms(moment: Moment) -> Iterator[Literal]:
        found: Sequence[Json] = values(moment.iteration, moment.notes)
        for value, datatype in product(found, datatypes(moment)):
            literal = override(value, str(datatype))
            if well_formed(literal):
                yield literal
            else:
                problem = f"{literal.lexical[:80]!r} is not in the lexical space of <{datatype}>"
                moment.notes.fail(term_map.place, problem, literal.lexical)

    return lambda moment: list(terms(moment))


def _datatypes(term_map: TermMap, datatype: Expression, expressions: Expressions, base: IRI) -> Terms:
    """The IRIs of datatypes: an expression makes them as a term map of type IRI would."""
    place = term_map.place.within("datatype")
    return _unconditional(TermMap(datatype, TermType.IRI, place=place), expressions, base, 0)
