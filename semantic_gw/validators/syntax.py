"""What shapes say, as data: a shape is what it is for, its path, and its constraints (SHACL, 2 and 4).

Shapes name others by their node in the shapes graph; `ShapesModel.shapes` has them. A blank node starts with `_:`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from semantic_gw.model import IRI, Literal, PropertyPath, Severity, Term
from semantic_gw.rdf.namespaces import SH

Node = IRI
"""The node of a shape in its shapes graph."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint of a shape. *component* is the IRI of its constraint component."""

    component: ClassVar[IRI]


@dataclass(frozen=True, slots=True)
class Class(Constraint):
    """Every value node is a SHACL instance of *class_* (4.1.1)."""

    component = SH + "ClassConstraintComponent"
    class_: IRI


@dataclass(frozen=True, slots=True)
class Datatype(Constraint):
    """Every value node is a well-formed literal of *datatype* (4.1.2)."""

    component = SH + "DatatypeConstraintComponent"
    datatype: IRI


@dataclass(frozen=True, slots=True)
class NodeKind(Constraint):
    """Every value node is of *kind*, one of sh:IRI, sh:BlankNode, sh:Literal and their pairs (4.1.3)."""

    component = SH + "NodeKindConstraintComponent"
    kind: IRI


@dataclass(frozen=True, slots=True)
class MinCount(Constraint):
    """There are at least *least* value nodes (4.2.1)."""

    component = SH + "MinCountConstraintComponent"
    least: int


@dataclass(frozen=True, slots=True)
class MaxCount(Constraint):
    """There are at most *most* value nodes (4.2.2)."""

    component = SH + "MaxCountConstraintComponent"
    most: int


@dataclass(frozen=True, slots=True)
class MinExclusive(Constraint):
    """*bound* < every value node (4.3.1)."""

    component = SH + "MinExclusiveConstraintComponent"
    bound: Literal


@dataclass(frozen=True, slots=True)
class MinInclusive(Constraint):
    """*bound* <= every value node (4.3.2)."""

    component = SH + "MinInclusiveConstraintComponent"
    bound: Literal


@dataclass(frozen=True, slots=True)
class MaxExclusive(Constraint):
    """*bound* > every value node (4.3.3)."""

    component = SH + "MaxExclusiveConstraintComponent"
    bound: Literal


@dataclass(frozen=True, slots=True)
class MaxInclusive(Constraint):
    """*bound* >= every value node (4.3.4)."""

    component = SH + "MaxInclusiveConstraintComponent"
    bound: Literal


@dataclass(frozen=True, slots=True)
class MinLength(Constraint):
    """Every value node's text has at least *least* characters; blank nodes have no text (4.4.1)."""

    component = SH + "MinLengthConstraintComponent"
    least: int


@dataclass(frozen=True, slots=True)
class MaxLength(Constraint):
    """Every value node's text has at most *most* characters (4.4.2)."""

    component = SH + "MaxLengthConstraintComponent"
    most: int


@dataclass(frozen=True, slots=True)
class Pattern(Constraint):
    """Every value node's text matches the regular expression *pattern* of XPath with *flags* (4.4.3)."""

    component = SH + "PatternConstraintComponent"
    pattern: str
    flags: str = ""


@dataclass(frozen=True, slots=True)
class LanguageIn(Constraint):
    """Every value node's language is in one of *ranges*, as langMatches has it (4.4.4)."""

    component = SH + "LanguageInConstraintComponent"
    ranges: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UniqueLang(Constraint):
    """No two value nodes have the same language (4.4.5)."""

    component = SH + "UniqueLangConstraintComponent"


@dataclass(frozen=True, slots=True)
class Equals(Constraint):
    """The value nodes are the objects of *predicate* at the focus node (4.5.1)."""

    component = SH + "EqualsConstraintComponent"
    predicate: IRI


@dataclass(frozen=True, slots=True)
class Disjoint(Constraint):
    """No value node is an object of *predicate* at the focus node (4.5.2)."""

    component = SH + "DisjointConstraintComponent"
    predicate: IRI


@dataclass(frozen=True, slots=True)
class LessThan(Constraint):
    """Every value node is less than every object of *predicate* at the focus node (4.5.3)."""

    component = SH + "LessThanConstraintComponent"
    predicate: IRI


@dataclass(frozen=True, slots=True)
class LessThanOrEquals(Constraint):
    """The same, or equal (4.5.4)."""

    component = SH + "LessThanOrEqualsConstraintComponent"
    predicate: IRI


@dataclass(frozen=True, slots=True)
class Not(Constraint):
    """No value node conforms to *shape* (4.6.1)."""

    component = SH + "NotConstraintComponent"
    shape: Node


@dataclass(frozen=True, slots=True)
class And(Constraint):
    """Every value node conforms to all *shapes* (4.6.2)."""

    component = SH + "AndConstraintComponent"
    shapes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(Constraint):
    """Every value node conforms to one of *shapes* (4.6.3)."""

    component = SH + "OrConstraintComponent"
    shapes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Xone(Constraint):
    """Every value node conforms to exactly one of *shapes* (4.6.4)."""

    component = SH + "XoneConstraintComponent"
    shapes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ByNode(Constraint):
    """Every value node conforms to the node shape *shape* (sh:node, 4.7.1)."""

    component = SH + "NodeConstraintComponent"
    shape: Node


@dataclass(frozen=True, slots=True)
class ByProperty(Constraint):
    """Every value node is checked by the property shape *shape*, whose results stand by themselves (4.7.2)."""

    component = SH + "PropertyConstraintComponent"
    shape: Node


@dataclass(frozen=True, slots=True)
class QualifiedMinCount(Constraint):
    """At least *least* value nodes conform to *shape* and to none of *siblings* (4.7.3)."""

    component = SH + "QualifiedMinCountConstraintComponent"
    least: int
    shape: Node
    siblings: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class QualifiedMaxCount(Constraint):
    """At most *most* value nodes conform to *shape* and to none of *siblings* (4.7.3)."""

    component = SH + "QualifiedMaxCountConstraintComponent"
    most: int
    shape: Node
    siblings: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Closed(Constraint):
    """Every value node has no other predicates than *allowed* (4.8.1)."""

    component = SH + "ClosedConstraintComponent"
    allowed: frozenset[IRI]


@dataclass(frozen=True, slots=True)
class HasValue(Constraint):
    """*term* is one of the value nodes (4.8.2)."""

    component = SH + "HasValueConstraintComponent"
    term: Term


@dataclass(frozen=True, slots=True)
class In(Constraint):
    """Every value node is one of *terms*, as a term: `01` is not `1` (4.8.3)."""

    component = SH + "InConstraintComponent"
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class ShapeTargets:
    """What a shape is for (2.1.3)."""

    classes: tuple[IRI, ...] = ()
    """of sh:targetClass, and the shape itself where it is a class (an implicit class target)"""
    nodes: tuple[Term, ...] = ()
    subjects_of: tuple[IRI, ...] = ()
    objects_of: tuple[IRI, ...] = ()


@dataclass(frozen=True, slots=True)
class ShapeSyntax:
    """One shape: a node shape where *path* is None, else a property shape."""

    node: Node
    name: str
    """for people: the IRI with a prefix, or of a blank node where it stands"""
    path: PropertyPath | None = None
    targets: ShapeTargets = ShapeTargets()
    constraints: tuple[Constraint, ...] = ()
    severity: IRI = Severity.VIOLATION
    messages: tuple[Literal, ...] = ()
    deactivated: bool = False


@dataclass(frozen=True, slots=True)
class ShapesModel:
    """All shapes of a shapes graph that Core can say, by node, and why each of the others needs an engine."""

    shapes: Mapping[Node, ShapeSyntax]
    engine_only: Mapping[Node, str] = field(default_factory=dict)
    """Node → what in it SHACL Core does not have, as `sh:sparql`; these are not in *shapes*."""
    set_of: Mapping[Node, str] = field(default_factory=dict)
    """Node → the set it came in: its file's name without ending"""
    engine_targets: Mapping[Node, ShapeTargets | None] = field(default_factory=dict)
    """Engine-only node → what it is for; None where only an engine can tell (sh:target)"""
    warnings: tuple[str, ...] = ()  # what in the shapes graph asks nothing, with file and node
