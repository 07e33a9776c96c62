"""The constraint components of SHACL Core (4): a module a section, a function a component, a table of all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from semantic_gw.validators import syntax
from semantic_gw.validators.constraints import (
    by_shape,
    cardinality,
    logical,
    other,
    pairs,
    text,
    value_range,
    value_type,
)
from semantic_gw.validators.constraints.forms import Form, Surroundings
from semantic_gw.validators.syntax import Constraint

COMPILERS: Final[Mapping[type[Constraint], Callable[[Any, Surroundings], Form]]] = {
    syntax.Class: value_type.of_class,
    syntax.Datatype: value_type.of_datatype,
    syntax.NodeKind: value_type.of_node_kind,
    syntax.MinCount: cardinality.at_least,
    syntax.MaxCount: cardinality.at_most,
    syntax.MinExclusive: value_range.above(">", or_equal=False),
    syntax.MinInclusive: value_range.above(">=", or_equal=True),
    syntax.MaxExclusive: value_range.below("<", or_equal=False),
    syntax.MaxInclusive: value_range.below("<=", or_equal=True),
    syntax.MinLength: text.min_length,
    syntax.MaxLength: text.max_length,
    syntax.Pattern: text.pattern,
    syntax.LanguageIn: text.language_in,
    syntax.UniqueLang: text.unique_lang,
    syntax.Equals: pairs.equals,
    syntax.Disjoint: pairs.disjoint,
    syntax.LessThan: pairs.less_than,
    syntax.LessThanOrEquals: pairs.less_than,
    syntax.Not: logical.not_,
    syntax.And: logical.and_,
    syntax.Or: logical.or_,
    syntax.Xone: logical.xone,
    syntax.ByNode: by_shape.by_node,
    syntax.QualifiedMinCount: by_shape.qualified_min,
    syntax.QualifiedMaxCount: by_shape.qualified_max,
    syntax.Closed: other.closed,
    syntax.HasValue: other.has_value,
    syntax.In: other.in_,
}
"""Every component but sh:property, whose shape is asked by itself."""
