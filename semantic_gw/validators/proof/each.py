"""Constraints that look at nothing but one value node: whether an abstract term meets them."""

from __future__ import annotations

import math
from decimal import Decimal
from functools import singledispatch

from semantic_gw.model import Literal
from semantic_gw.rdf.abstract_graph import AbstractTerm, Constant, Variable
from semantic_gw.rdf.namespaces import RDF, SH, XSD
from semantic_gw.validators import syntax
from semantic_gw.validators.literals import translate, value_of
from semantic_gw.validators.proof.concrete import Bound, holds
from semantic_gw.validators.proof.logic import Verdict, agreed
from semantic_gw.validators.proof.terms import admits, datatypes, is_number

_EVERY_TEXT = frozenset({XSD + "string"})
_OF_IRIS = frozenset({SH + "IRI", SH + "BlankNodeOrIRI", SH + "IRIOrLiteral"})
_OF_LITERALS = frozenset({SH + "Literal", SH + "BlankNodeOrLiteral", SH + "IRIOrLiteral"})
_UPPER = (syntax.MaxExclusive, syntax.MaxInclusive)
_INCLUSIVE = (syntax.MinInclusive, syntax.MaxInclusive)
_TIMES = frozenset({XSD + "dateTime", XSD + "dateTimeStamp", XSD + "date"})


def meets(constraint: syntax.Constraint, term: AbstractTerm) -> Verdict:
    """Whether *term*, which is one case, meets *constraint*, which looks at nothing else."""
    if isinstance(term, Constant):
        return holds(constraint, term.term)
    if isinstance(term, Variable) and term.terms is not None:
        return agreed(holds(constraint, one) for one in term.terms)
    if isinstance(term, Variable) and datatypes(term):
        return _literal(constraint, term)
    return _iri(constraint, named=isinstance(term, Variable))


def _iri(constraint: syntax.Constraint, *, named: bool) -> Verdict:
    """Of an IRI whose text is not known; *named* where a shape may name it."""
    if isinstance(constraint, syntax.NodeKind):
        return constraint.kind in _OF_IRIS
    if isinstance(constraint, syntax.In):
        return None if named and any(not isinstance(term, Literal) for term in constraint.terms) else False
    if isinstance(constraint, syntax.MinLength):
        return True if constraint.least <= 1 else None
    return None if isinstance(constraint, syntax.MaxLength | syntax.Pattern) else False


@singledispatch
def _literal(_constraint: syntax.Constraint, _variable: Variable) -> Verdict:
    """Whether a literal that varies meets a constraint."""
    return None


@_literal.register
def _(constraint: syntax.Datatype, variable: Variable) -> Verdict:
    same = agreed(one == constraint.datatype for one in datatypes(variable))
    return None if same and constraint.datatype in _EVERY_TEXT else same


@_literal.register
def _(constraint: syntax.NodeKind, _variable: Variable) -> Verdict:
    return constraint.kind in _OF_LITERALS


@_literal.register
def _(constraint: syntax.In, variable: Variable) -> Verdict:
    return None if any(admits(variable, term) for term in constraint.terms) else False


@_literal.register
def _(constraint: syntax.LanguageIn, variable: Variable) -> Verdict:
    tag = Literal("", RDF + "langString", variable.language)
    return holds(constraint, tag) if variable.language else False


@_literal.register
def _(constraint: syntax.MinLength, variable: Variable) -> Verdict:
    least = max(variable.least_length, len(variable.ending)) if datatypes(variable) <= _EVERY_TEXT else 0
    if least >= constraint.least or constraint.least <= 0:
        return True
    longest = variable.most_length
    return False if longest is not None and longest < constraint.least else None


@_literal.register
def _(constraint: syntax.MaxLength, variable: Variable) -> Verdict:
    if variable.most_length is not None and variable.most_length <= constraint.most:
        return True
    return False if max(variable.least_length, len(variable.ending)) > constraint.most else None


@_literal.register
def _(constraint: syntax.Pattern, variable: Variable) -> Verdict:
    """What matches a known end of a text matches the text, where no part of the pattern looks to the other end."""
    ends = ((variable.beginning, "$"), (variable.ending, "^"))
    known = [text for text, other in ends if text and other not in constraint.pattern]
    pattern = translate(constraint.pattern, constraint.flags) if known else None
    return True if pattern and any(pattern.search(text) for text in known) else None


@_literal.register(syntax.MinExclusive)
@_literal.register(syntax.MinInclusive)
@_literal.register(syntax.MaxExclusive)
@_literal.register(syntax.MaxInclusive)
def _(constraint: Bound, variable: Variable) -> Verdict:
    bound = value_of(constraint.bound)
    if not is_number(variable) or isinstance(bound, bool):
        return None
    if not isinstance(bound, Decimal | float):
        return False if constraint.bound.datatype in _EVERY_TEXT | _TIMES else None
    if math.isnan(bound):
        return False
    near, far = (
        (variable.maximum, variable.minimum) if isinstance(constraint, _UPPER) else (variable.minimum, variable.maximum)
    )
    if near is not None and _within(near, bound, constraint):
        return True
    return False if far is not None and _beyond(far, bound, constraint) else None


def _within(end: Decimal, bound: Decimal | float, constraint: Bound) -> bool:
    """Whether *end*, and all that is less strict, is within *bound*, as decimals and as doubles."""
    return all(_ordered(one, other, constraint) for one, other in _readings(end, bound))


def _beyond(end: Decimal, bound: Decimal | float, constraint: Bound) -> bool:
    """Whether *end*, and all that is stricter, is beyond *bound*, as decimals and as doubles."""
    return not any(_ordered(one, other, constraint) for one, other in _readings(end, bound))


def _readings(end: Decimal, bound: Decimal | float) -> tuple[tuple[float | Decimal, float | Decimal], ...]:
    """How the two are compared: as decimals, or as doubles where one of them is one (XPath 3.1, B.1)."""
    doubles = (float(end), float(bound))
    return (doubles,) if not math.isfinite(bound) else (doubles, (end, Decimal(bound)))


def _ordered(value: float | Decimal, bound: float | Decimal, constraint: Bound) -> bool:
    less, more = (value, bound) if isinstance(constraint, _UPPER) else (bound, value)
    return less <= more if isinstance(constraint, _INCLUSIVE) else less < more
