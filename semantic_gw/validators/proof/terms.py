"""Abstract terms: what they may be, and whether two of them may be, or are, the same."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Final

from semantic_gw.model import IRI, Literal, Term
from semantic_gw.rdf.abstract_graph import AbstractTerm, Constant, Minted, Variable
from semantic_gw.rdf.namespaces import XSD
from semantic_gw.validators.literals import value_of, well_formed

MOST_CASES: Final = 64
"""Terms of a variable that are looked at one by one."""

_NUMBERS: Final = frozenset({XSD + "double", XSD + "integer", XSD + "decimal"})
"""Datatypes whose order is known here; xsd:float rounds on its own."""


def datatypes(variable: Variable) -> frozenset[IRI]:
    """The datatypes *variable* may have; none for an IRI."""
    return variable.datatypes or (frozenset({variable.datatype}) if variable.datatype is not None else frozenset())


def cases(term: AbstractTerm) -> tuple[AbstractTerm, ...]:
    """What *term* may be, one by one; itself where it cannot be split."""
    return _cases(term) if isinstance(term, Variable) else (term,)


@lru_cache(maxsize=256)
def _cases(term: Variable) -> tuple[AbstractTerm, ...]:
    if term.terms is not None:
        few = 0 < len(term.terms) <= MOST_CASES
        return tuple(map(Constant, sorted(term.terms, key=repr))) if few else (term,)
    if len(term.datatypes) > 1:
        return tuple(replace(term, datatype=one, datatypes=frozenset()) for one in sorted(term.datatypes))
    return (term,)


def is_literal(term: AbstractTerm) -> bool | None:
    """Whether *term* is a literal; None where it may be one or not."""
    if isinstance(term, Constant):
        return isinstance(term.term, Literal)
    if isinstance(term, Minted):
        return False
    if term.terms is None:
        return bool(datatypes(term))
    kinds = {isinstance(one, Literal) for one in term.terms}
    return kinds.pop() if len(kinds) == 1 else None


def is_definite(term: AbstractTerm) -> bool:
    """Whether *term* is one term: two of these that are not equal are two terms."""
    return not isinstance(term, Variable)


def may_equal(one: AbstractTerm, other: AbstractTerm) -> bool:
    """Whether there may be a payload for which both are the same term."""
    if not isinstance(one, Variable):
        one, other = other, one
    if not isinstance(one, Variable):
        return one == other
    if isinstance(other, Variable):
        return one.name == other.name or _may_meet(one, other)
    if isinstance(other, Minted):
        return one.terms is None and not datatypes(one)
    return admits(one, other.term)


def _may_meet(one: Variable, other: Variable) -> bool:
    if one.terms is not None:
        return any(may_equal(other, Constant(term)) for term in one.terms)
    if other.terms is not None:
        return _may_meet(other, one)
    here, there = datatypes(one), datatypes(other)
    return bool(here & there) or not (here or there)


def admits(variable: Variable, term: Term) -> bool:
    """Whether *variable* may be *term*."""
    if variable.terms is not None:
        return term in variable.terms
    allowed = datatypes(variable)
    if not isinstance(term, Literal):
        return not allowed
    if term.datatype not in allowed or term.language != variable.language:
        return False
    formed = well_formed(term) or term.datatype == XSD + "string"
    return formed and _in_bounds(variable, term) and _fits(variable, term.lexical)


def _in_bounds(variable: Variable, literal: Literal) -> bool:
    value = value_of(literal)
    if not isinstance(value, Decimal | float) or isinstance(value, bool):
        return True
    if not math.isfinite(value):
        return not variable.finite
    low, high = variable.minimum, variable.maximum
    return (low is None or low <= Decimal(value)) and (high is None or Decimal(value) <= high)


def _fits(variable: Variable, text: str) -> bool:
    longest = variable.most_length
    long_enough = len(text) >= variable.least_length and (longest is None or len(text) <= longest)
    return long_enough and text.startswith(variable.beginning) and text.endswith(variable.ending)


def is_number(variable: Variable) -> bool:
    """Whether *variable* is a number of a datatype whose order is known here."""
    found = datatypes(variable)
    return bool(found) and found <= _NUMBERS
