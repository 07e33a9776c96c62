"""RML read into the model: triples maps, term maps, joins (RML-Core), in the newer terms or the older ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from semantic_gw.errors import MappingError
from semantic_gw.lifters.rml.model import (
    DEFAULT_GRAPH,
    Call,
    Constant,
    Expression,
    Join,
    Place,
    PredicateObjectMap,
    Reference,
    ReferencingObjectMap,
    Template,
    TermMap,
    TermType,
    TriplesMap,
)
from semantic_gw.lifters.rml.vocabulary.expressions import constant, expression, has_expression
from semantic_gw.lifters.rml.vocabulary.graph import Graph, Node
from semantic_gw.lifters.rml.vocabulary.legacy import RML, renamed
from semantic_gw.lifters.rml.vocabulary.sources import logical_source
from semantic_gw.model import IRI, Literal

_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_SIGNS: Final = (
    RML + "subjectMap",
    RML + "subject",
    RML + "predicateObjectMap",
    RML + "baseIRI",
    RML + "logicalSource",
)
"""What only triples maps have."""

_TERM_TYPES: Final = {str(each): each for each in TermType}
_ALLOWED: Final[Mapping[str, tuple[TermType, ...]]] = {
    "subject map": (
        TermType.IRI, TermType.URI, TermType.UNSAFE_IRI, TermType.UNSAFE_URI, TermType.BLANK_NODE,
    ),
    "predicate map": (TermType.IRI, TermType.URI, TermType.UNSAFE_IRI, TermType.UNSAFE_URI),
    "object map": tuple(TermType),
    "graph map": (
        TermType.IRI, TermType.URI, TermType.UNSAFE_IRI, TermType.UNSAFE_URI, TermType.BLANK_NODE,
    ),
}  # fmt: skip
"""Term types by role (RML-Core, Term Types)."""


def triples_maps(graph: Graph) -> tuple[TriplesMap, ...]:
    """All triples maps of *graph*, in the order of the document. Raises MappingError."""
    executions = {
        each.id
        for node in graph.nodes()
        for each in node.objects(RML + "functionValue")
        if isinstance(each, Node)
    }  # fmt: skip
    found = [node for node in graph.nodes() if node.id not in executions and _is_triples_map(node)]
    return tuple(_Reader(graph, node).triples_map() for node in found)


def _is_triples_map(node: Node) -> bool:
    types = {renamed(each.id) for each in node.objects(_TYPE) if isinstance(each, Node)}
    return RML + "TriplesMap" in types or node.has(*_SIGNS)


class _Reader:
    """Reads one triples map."""

    def __init__(self, graph: Graph, node: Node) -> None:
        name = node.id if node.is_blank else f"<{node.id}>"
        self.graph = graph
        line = None if node.is_blank else graph.start(node.id)
        self.node = Node(node.term, graph, node.place.within(f"triples map {name}", line))

    def triples_map(self) -> TriplesMap:
        """The triples map. Raises MappingError."""
        subject = self._subject()
        base = self.node.only(RML + "baseIRI", "base IRI")
        return TriplesMap(
            self.node.id,
            logical_source(self.node),
            self._term_map(subject, "subject map") if isinstance(subject, Node) else subject,
            self._classes(subject),
            self._graph_maps(subject) if isinstance(subject, Node) else (),
            tuple(self._pair(each) for each in self.node.nodes(RML + "predicateObjectMap", "predicate-object map")),
            (base.id if isinstance(base, Node) else base.lexical) if base is not None else None,
            self.node.place,
        )

    def _subject(self) -> Node | TermMap:
        """The node of the subject map, or the constant subject."""
        maps = self.node.nodes(RML + "subjectMap", "subject map")
        constants = self._constants(self.node, "subject", "subject map")
        if len(maps) + len(constants) != 1:
            raise MappingError(
                f"{self.node.place}: there are {len(maps) + len(constants) or 'no'} subject maps, "
                "where a triples map has exactly one"
            )
        return maps[0] if maps else constants[0]

    def _classes(self, subject: Node | TermMap) -> tuple[IRI, ...]:
        if isinstance(subject, TermMap):
            return ()
        classes = subject.nodes(RML + "class", "class")
        if any(each.is_blank for each in classes):
            raise MappingError(f"{subject.place}: a class is a blank node, where an IRI is wanted")
        return tuple(each.id for each in classes)

    def _pair(self, node: Node) -> PredicateObjectMap:
        predicates = [*self._constants(node, "predicate", "predicate map")]
        predicates += [
            self._term_map(each, "predicate map") for each in node.nodes(RML + "predicateMap", "predicate map")
        ]
        objects: list[TermMap | ReferencingObjectMap] = [*self._constants(node, "object", "object map")]
        objects += [self._object_map(each) for each in node.nodes(RML + "objectMap", "object map")]
        for what, found in (("predicate", predicates), ("object", objects)):
            if not found:
                raise MappingError(f"{node.place}: there is no {what} map; write rml:{what} or rml:{what}Map")
        conditions = self._conditions(node)
        limited = (replace(each, conditions=each.conditions + conditions) for each in objects)
        return PredicateObjectMap(tuple(predicates), tuple(limited), self._graph_maps(node))

    def _constants(self, node: Node, shortcut: str, role: str) -> list[TermMap]:
        return [
            self._checked(TermMap(constant(each, node.place), place=node.at_term(each)), role)
            for each in node.objects(RML + shortcut, role)
        ]

    def _graph_maps(self, node: Node) -> tuple[TermMap, ...]:
        maps = node.nodes(RML + "graphMap", "graph map")
        shortcuts = node.objects(RML + "graph", "graph map")
        if self.graph.old:  # the older suite writes a whole graph map behind the shortcut
            maps += [each for each in shortcuts if isinstance(each, Node) and has_expression(each)]
            shortcuts = [each for each in shortcuts if isinstance(each, Literal) or not has_expression(each)]
        constants = [TermMap(constant(each, node.place), place=node.at_term(each)) for each in shortcuts]
        found = [*(self._checked(each, "graph map") for each in constants)]
        return tuple(map(_default_graph, [*found, *(self._term_map(each, "graph map") for each in maps)]))

    def _object_map(self, node: Node) -> TermMap | ReferencingObjectMap:
        parent = node.only_node(RML + "parentTriplesMap", "parent triples map")
        if parent is None:
            return self._term_map(node, "object map")
        joins = tuple(self._join(each) for each in node.nodes(RML + "joinCondition", "join condition"))
        return ReferencingObjectMap(parent.id, joins, self._conditions(node), node.place)

    def _join(self, node: Node) -> Join:
        return Join(self._side(node, "child"), self._side(node, "parent"))

    def _side(self, node: Node, side: str) -> Expression:
        shortcut = node.text(RML + side)
        whole = node.only_node(f"{RML}{side}Map", f"{side} map")
        if (shortcut is None) is (whole is None):
            raise MappingError(f"{node.place}: a join wants one of rml:{side} and rml:{side}Map")
        if whole is None:
            text = shortcut or ""
            return Reference(text, node.at(text))
        return self._wanted(whole)

    def _wanted(self, node: Node) -> Expression:
        found = expression(node)
        if found is None:
            raise MappingError(f"{node.place}: there is no rml:constant, rml:reference, rml:template or function")
        return found

    def _conditions(self, node: Node) -> tuple[Expression, ...]:
        return tuple(self._wanted(each) for each in node.nodes(RML + "condition", "condition"))

    def _term_map(self, node: Node, role: str) -> TermMap:
        found = expression(node)
        language = self._qualifier(node, "language")
        datatype = self._qualifier(node, "datatype")
        term_type = self._term_type(node, role, found, qualified=bool(language or datatype))
        if found is None and term_type is not TermType.BLANK_NODE:
            raise MappingError(
                f"{node.place}: there is no rml:constant, rml:reference, rml:template or function; "
                "only blank nodes (rml:termType rml:BlankNode) do without"
            )
        made = TermMap(found, term_type, language, datatype, self._conditions(node), _place(node, found))
        return self._checked(made, role)

    def _qualifier(self, node: Node, what: str) -> Expression | None:
        """The language or datatype of *node*: by its shortcut, or by a map."""
        shortcut = node.only(RML + what, what)
        whole = node.only_node(f"{RML}{what}Map", f"{what} map")
        if shortcut is not None and whole is not None:
            raise MappingError(f"{node.place}: there are rml:{what} and rml:{what}Map, where one is wanted")
        if whole is not None:
            return self._wanted(whole)
        return constant(shortcut, node.place) if shortcut is not None else None

    def _term_type(self, node: Node, role: str, found: Expression | None, *, qualified: bool) -> TermType:
        said = node.only_node(RML + "termType", "term type")
        if said is None:
            literal = role == "object map" and (isinstance(found, Reference | Call) or qualified)
            return TermType.LITERAL if literal else TermType.IRI
        name = renamed(said.id).removeprefix(RML)
        if name not in _TERM_TYPES:
            raise MappingError(f"{node.place}: there is no term type <{said.id}>; there are {', '.join(TermType)}")
        return _TERM_TYPES[name]

    def _checked(self, made: TermMap, role: str) -> TermMap:
        """*made*, which plays *role*. Raises MappingError where it can never give a term for that."""
        is_constant = isinstance(made.expression, Constant)
        if not is_constant and made.term_type not in _ALLOWED[role] and not self._forgiven(role):
            allowed = ", ".join(_ALLOWED[role])
            raise MappingError(f"{made.place}: a {role} makes no {made.term_type}; it makes one of {allowed}")
        value = made.expression.value if isinstance(made.expression, Constant) else ""
        if isinstance(value, Literal) and role != "object map":
            raise MappingError(f"{made.place}: the {role} is the text {value.lexical!r}, where an IRI is wanted")
        if made.language and made.datatype:
            raise MappingError(f"{made.place}: a literal has a language or a datatype, not both")
        if (made.language or made.datatype) and not is_constant and made.term_type is not TermType.LITERAL:
            raise MappingError(
                f"{made.place}: only literals have a language or a datatype; this makes {made.term_type}"
            )
        return made

    def _forgiven(self, role: str) -> bool:
        """The older suite counts a graph that is named by a text as no graph, and as no error."""
        return self.graph.old and role == "graph map"


def _place(node: Node, found: Expression | None) -> Place:
    """The place of *node*, a term map, in the line of its expression."""
    if isinstance(found, Reference | Template):
        return replace(node.place, line=found.place.line or node.place.line)
    constants = node.objects(RML + "constant") if isinstance(found, Constant) else []
    return node.at_term(constants[0]) if constants else node.place


def _default_graph(made: TermMap) -> TermMap:
    """*made*, in which the older name of the default graph is the newer one."""
    if isinstance(made.expression, Constant) and renamed(str(made.expression.value)) == DEFAULT_GRAPH:
        return TermMap(Constant(DEFAULT_GRAPH), place=made.place)
    return made
