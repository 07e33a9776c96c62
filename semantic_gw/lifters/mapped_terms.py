"""Term maps as abstract terms: what is known of what they make, before any payload came."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from semantic_gw.lifters.mapped_scopes import Scope
from semantic_gw.lifters.rml.compiler.terms import is_always_valid
from semantic_gw.lifters.rml.compiler.uniqueness import terms_differ
from semantic_gw.lifters.rml.model import (
    DEFAULT_GRAPH,
    Call,
    Constant,
    Expression,
    Place,
    Reference,
    Template,
    TermMap,
    TermType,
    TriplesMap,
)
from semantic_gw.lifters.rml.natural import BOOLEAN, DOUBLE, INTEGER, STRING
from semantic_gw.model import IRI, Literal, Term
from semantic_gw.rdf import abstract_graph
from semantic_gw.rdf.abstract_graph import AbstractTerm, Minted, Variable
from semantic_gw.rdf.lexical import well_formed
from semantic_gw.rdf.namespaces import RDF, XSD
from semantic_gw.rdf.node_names import is_valid

Blocks = frozenset[str]
Taken = Callable[[IRI], bool]
"""Whether something that is not the mapping's has a name that begins so."""

ITERATION: Final = "the iteration"
_EACH: Final = frozenset({ITERATION})
MOST_COMPARED: Final = 50_000
"""Pairs of templates that are compared: the mapping is taken for unknown where there are more."""
_NATURAL: Final = frozenset({STRING, BOOLEAN, INTEGER, DOUBLE})
_FLOATING: Final = frozenset({DOUBLE, XSD + "float"})


class UnknownError(Exception):
    """Too little is known of the graphs that a mapping makes; the message says of which part."""


@dataclass(frozen=True, slots=True)
class Made:
    """The term that a term map makes in an iteration.

    It is there exactly where all *blocks* are; *of* names what of the iteration decides which term it is, *tells* what
    the term in turn tells of the iteration. Beside it there may be others, where there are *many*.
    """

    term: AbstractTerm
    blocks: Blocks = frozenset()
    of: frozenset[str] = frozenset()
    tells: frozenset[str] = frozenset()
    many: bool = False

    def decides(self, other: Made) -> bool:
        """Whether in all iterations that make this term, *other* is the same."""
        return not other.many and (ITERATION in self.tells or other.of <= self.tells)


@dataclass(frozen=True, slots=True)
class Maker:
    """A term map, and where it is in force."""

    scope: Scope
    triples_map: TriplesMap
    term_map: TermMap


@dataclass(slots=True)
class AbstractTerms:
    """The abstract terms of the term maps of *scopes*, each found once.

    *blocks* are those that they make.
    """

    scopes: Sequence[Scope]
    taken: Taken
    blocks: set[str] = field(default_factory=set)
    _names: dict[object, str] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)
    _alone: frozenset[TermMap] = frozenset()
    """Templates whose terms no other term map makes."""

    def __post_init__(self) -> None:
        self._alone = frozenset(self._found_alone())

    def of(self, term_map: TermMap, triples_map: TriplesMap, scope: Scope) -> Made | None:
        """What is known of the term that *term_map* makes; None where it never makes any. Raises UnknownError."""
        maker = Maker(scope, triples_map, term_map)
        if term_map.conditions:
            made = self.of(replace(term_map, conditions=()), triples_map, scope)
            return made and self.limited(made, maker)
        expression = term_map.expression
        if expression is None:
            owner = scope.owner(triples_map, term_map)
            return Made(Minted(self._name(("fresh", owner), "_:")), of=_EACH, tells=_EACH)
        if isinstance(expression, Constant):
            return _constant(term_map, expression.value)
        if term_map.term_type is TermType.LITERAL:
            return self._literal(maker, expression)
        return self._node(maker)

    def limited(self, made: Made, maker: Maker) -> Made:
        """*made*, where the conditions of *maker* hold, too."""
        block = self._block(maker)
        return replace(made, blocks=made.blocks | {block}, of=made.of | {block})

    def iteration(self, scope: Scope, triples_map: TriplesMap) -> str:
        """The block that is there where *scope* has an iteration."""
        there = TermMap(Constant(DEFAULT_GRAPH), place=scope.source.place)
        return self._block(Maker(scope, triples_map, there), ("iteration", scope.number))

    def _literal(self, maker: Maker, expression: Expression) -> Made:
        block = self._block(maker)
        variable = _variable(block, maker.term_map, maker.scope)
        parts = _references(expression)
        known = None not in parts and variable.datatype in (STRING, RDF + "langString")
        of = maker.scope.names(part for part in parts if part is not None) if known else frozenset({block})
        return Made(variable, frozenset({block}), of, many=maker.scope.may_be_many(expression))

    def _node(self, maker: Maker) -> Made:
        scope, term_map = maker.scope, maker.term_map
        shape = scope.shape(term_map, maker.triples_map)
        if shape is None or shape not in self._alone:
            return self._unknown_node(maker)
        name = self._name(("node", shape), scope.shown(term_map))
        template = shape.expression
        blank = term_map.term_type is TermType.BLANK_NODE
        if blank or (isinstance(template, Template) and is_always_valid(template, term_map.term_type)):
            blocks = frozenset(self._present(part, maker) for part in _references(term_map.expression) if part)
        else:
            blocks = frozenset({self._block(maker)})
        of = _named(shape)
        return Made(Minted(name), blocks, of, of if _can_be_read_back(shape) else frozenset())

    def _unknown_node(self, maker: Maker) -> Made:
        """An IRI of which nothing is known."""
        block = self._block(maker)
        many = maker.scope.may_be_many(maker.term_map.expression)
        return Made(Variable(block), frozenset({block}), frozenset({block}), many=many)

    def _present(self, reference: Reference, maker: Maker) -> str:
        """The block that is there where *reference* has a value."""
        value = TermMap(reference, TermType.BLANK_NODE, place=maker.term_map.place)
        return self._block(Maker(maker.scope, maker.triples_map, value), ("present", maker.scope.name(reference)))

    def _block(self, maker: Maker, key: object = None) -> str:
        """The block that is there where *maker* makes a term."""
        term_map = maker.term_map
        key = key or (maker.scope.number, maker.scope.base(maker.triples_map), term_map)
        name = self._name(key, str(term_map.place))
        self.blocks.add(name)
        return name

    def _name(self, key: object, wanted: str) -> str:
        """The name of *key*: *wanted*, or nearly so where that is another's."""
        if key not in self._names:
            while wanted in self._used:
                wanted += "'"
            self._used.add(wanted)
            self._names[key] = wanted
        return self._names[key]

    def _found_alone(self) -> Iterator[TermMap]:
        """Templates that name nodes of their own: no constant, and no other term map, gives the same."""
        scopes = {shape: scope for scope in self.scopes for shape in scope.shapes()}
        scopes.setdefault(TermMap(Constant(DEFAULT_GRAPH)), self.scopes[0])
        templates = [shape for shape in scopes if not isinstance(shape.expression, Constant)]
        if len(templates) * len(scopes) > MOST_COMPARED:
            raise UnknownError(f"there are {len(templates)} templates")
        for shape in templates:
            others = (other for other in scopes if other != shape)
            if not self._is_taken(shape) and all(_differ(shape, other, scopes) for other in others):
                yield shape

    def _is_taken(self, shape: TermMap) -> bool:
        return shape.term_type is not TermType.BLANK_NODE and self.taken(_beginning(shape))


def _differ(one: TermMap, other: TermMap, scopes: Mapping[TermMap, Scope]) -> bool:
    together = scopes[one] is scopes[other] and not scopes[one].many
    return terms_differ(one, other, together=together)


def _beginning(shape: TermMap) -> IRI:
    return str(shape.expression.parts[0]) if isinstance(shape.expression, Template) else ""


def _parts(shape: TermMap) -> tuple[object, ...]:
    return shape.expression.parts if isinstance(shape.expression, Template) else (shape.expression,)


def _named(shape: TermMap) -> frozenset[str]:
    """The names of the references in *shape*."""
    return frozenset(part.text for part in _parts(shape) if isinstance(part, Reference))


def _can_be_read_back(shape: TermMap) -> bool:
    """Whether a node tells the values that it was made of."""
    return len(_named(shape)) <= 1 or (shape.term_type is not TermType.BLANK_NODE and _is_parted(_parts(shape)))


def _is_parted(parts: Iterable[object]) -> bool:
    """Whether a slash, at least, stands between any two references: values have none."""
    between, seen = True, False
    for part in parts:
        if isinstance(part, Reference):
            if seen and not between:
                return False
            seen, between = True, False
        else:
            between = between or any(mark in str(part) for mark in "/:?#")
    return True


def _references(expression: Expression | None) -> list[Reference | None]:
    """The references of *expression*; None stands for what is none."""
    if isinstance(expression, Reference):
        return [expression]
    if isinstance(expression, Template):
        return [part for part in expression.parts if isinstance(part, Reference)]
    return [None]


def _constant(term_map: TermMap, value: Term) -> Made | None:
    text = value.lexical if isinstance(value, Literal) else value
    language, datatype = term_map.language, term_map.datatype
    if language is not None or datatype is not None:
        tag, kind = _text(language, term_map.place), _text(datatype, term_map.place)
        value = Literal(text, RDF + "langString", tag) if tag else Literal(text, kind)
    if isinstance(value, Literal):
        return Made(abstract_graph.Constant(value)) if well_formed(value) else None
    if value.startswith("_:"):
        raise UnknownError(f"{term_map.place}: a constant is the blank node {value}")
    return Made(abstract_graph.Constant(value)) if is_valid(value) else None


def _text(expression: Expression | None, place: Place) -> str:
    """The text of a language or datatype. Raises UnknownError where it varies."""
    if expression is None:
        return ""
    if not isinstance(expression, Constant):
        raise UnknownError(f"{place}: the language or the datatype varies")
    return expression.value.lexical if isinstance(expression.value, Literal) else expression.value


def _variable(name: str, term_map: TermMap, scope: Scope) -> Variable:
    """What is known of a literal of *term_map*."""
    language, datatype = _text(term_map.language, term_map.place), _text(term_map.datatype, term_map.place)
    expression = term_map.expression
    if language:
        return Variable(name, RDF + "langString", language=language)
    if datatype == RDF + "langString":
        raise UnknownError(f"{term_map.place}: texts in a language that is not said")
    if datatype:
        return Variable(name, datatype, finite=datatype not in _FLOATING)
    if isinstance(expression, Reference | Call) and scope.is_typed:
        return Variable(name, datatypes=_NATURAL)
    return _template(name, expression) if isinstance(expression, Template) else Variable(name, STRING)


def _template(name: str, template: Template) -> Variable:
    least = sum(len(part) for part in template.parts if isinstance(part, str))
    last = template.parts[-1] if template.parts else ""
    return Variable(name, STRING, least_length=least, ending=last if isinstance(last, str) else "")
