"""Random shapes graphs of everything that SHACL Core has, without recursion, which SHACL leaves undefined (3.4.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from hypothesis import strategies as st

from semantic_gw.model import Literal, Term, Triple
from semantic_gw.rdf.namespaces import RDF, RDFS, SH, XSD
from tests.validators.fuzz.case import Case, tagged, text, whole
from tests.validators.fuzz.graphs import ANY_NODE, TYPE, Pool, data_graphs, pools
from tests.validators.fuzz.paths import PATHS, write_list, write_path
from tests.validators.fuzz.vocabulary import (
    BOUNDS,
    CLASSES,
    DATATYPES,
    FLAGS,
    NODES,
    ORDERED,
    OWN_SEVERITY,
    PATTERNS,
    PREDICATES,
    RANGES,
    SEVERITIES,
    TONGUES,
)

T = TypeVar("T")
DEEPEST = 3
KINDS: Final = tuple(
    SH + kind for kind in ("IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")
)
MESSAGES: Final = (text("wrong"), tagged("falsch", "de"), tagged("wrong", "en"), text("{?value} is no {$this}"))
SEVERAL: Final = frozenset({"class", "equals", "disjoint", "not", "node", "hasValue", "lessThan", "lessThanOrEquals"})
"""Parameters of components with one parameter may stand several times (SHACL, 2.1): each is a constraint."""
TRUE: Final = Literal("true", XSD + "boolean")


class Writer:
    """Draws shapes and writes them down as triples, inner shapes first."""

    def __init__(self, draw: st.DrawFn, pool: Pool) -> None:
        self.draw = draw
        self.pool = pool
        self.triples: list[Triple] = []
        self._blank = 0
        self._shapes = 0
        self._made: dict[bool, list[str]] = {True: [], False: []}
        """The shapes that are complete: property shapes, and node shapes."""

    def fresh(self) -> str:
        self._blank += 1
        return f"_:s{self._blank}"

    def add(self, node: str, name: str, term: Term) -> None:
        self.triples.append((node, SH + name, term))

    def one(self, options: tuple[T, ...]) -> T:
        return self.draw(st.sampled_from(options))

    def chance(self, one_in: int) -> bool:
        return self.draw(st.integers(1, one_in)) == one_in

    def shape(self, depth: int, *, with_path: bool) -> str:
        """A new shape, or now and then one that is there already."""
        if depth and self._made[with_path] and self.chance(6):
            return self.one(tuple(self._made[with_path]))
        self._shapes += 1
        node = self.fresh() if depth and self.chance(4) else f"urn:s:{self._shapes}"
        if with_path:
            self.add(node, "path", write_path(self.draw(PATHS), self.fresh, self.triples))
        self._frame(node, with_path=with_path)
        options = tuple(ANYWHERE) if not with_path else (*ANYWHERE, *ON_PATHS, *ON_PATHS, "uniqueLang")
        if depth >= DEEPEST - (not self.chance(3)):
            options = tuple(name for name in options if name not in NESTING)
        chosen = self.draw(st.lists(st.sampled_from(options), min_size=1, max_size=2 + (depth == 0), unique=True))
        for name in chosen:
            for _ in range(1 + (name in SEVERAL and self.chance(6))):
                {**ANYWHERE, **ON_PATHS}[name](self, node, name, depth)
        if "qualified" not in chosen:  # the sibling of one might be itself
            self._made[with_path].append(node)
        return node

    def any_shape(self, depth: int) -> str:
        return self.shape(depth, with_path=self.chance(2))

    def _frame(self, node: str, *, with_path: bool) -> None:
        """What a shape has beside constraints."""
        if self.chance(2):
            self.triples.append((node, TYPE, SH + ("PropertyShape" if with_path else "NodeShape")))
        if self.chance(5):
            self.add(node, "severity", self.one((*(SH + name for name in SEVERITIES), OWN_SEVERITY)))
        if self.chance(12):
            self.add(node, "deactivated", self.one((TRUE, TRUE, Literal("false", XSD + "boolean"))))
        if self.chance(5):
            for message in self.draw(st.lists(st.sampled_from(MESSAGES), max_size=2, unique=True)):
                self.add(node, "message", message)
        if with_path and self.chance(8):
            self.add(node, "name", text("a name"))
            self.add(node, "order", whole(1))

    def targets(self, node: str) -> None:
        for _ in range(1 + self.chance(3)):
            self.one(TARGETS)(self, node)

    def at_class(self, node: str) -> None:
        self.add(node, "targetClass", self.one(CLASSES))

    def at_node(self, node: str) -> None:
        options: tuple[Term, ...] = (*NODES, *NODES, *self.pool)
        self.add(node, "targetNode", self.one(options))

    def at_subjects(self, node: str) -> None:
        self.add(node, "targetSubjectsOf", self.one(PREDICATES))

    def at_objects(self, node: str) -> None:
        self.add(node, "targetObjectsOf", self.one(PREDICATES))

    def at_instances(self, node: str) -> None:
        """An implicit class target (2.1.3.3); the data then has something of this class."""
        self.triples.append((node, TYPE, RDFS + "Class"))
        if not self.chance(8):
            is_path = any(s == node and p == SH + "path" for s, p, _ in self.triples)
            self.triples.append((node, TYPE, SH + ("PropertyShape" if is_path else "NodeShape")))


Draws = Callable[[Writer, str, str, int], None]
Target = Callable[[Writer, str], None]
TARGETS: Final[tuple[Target, ...]] = (
    Writer.at_class, Writer.at_class, Writer.at_node, Writer.at_subjects, Writer.at_subjects, Writer.at_objects,
    Writer.at_instances,
)  # fmt: skip


def _count(writer: Writer, node: str, name: str, _: int) -> None:
    writer.add(node, name, whole(writer.draw(st.integers(0, 2))))


def _most(writer: Writer, node: str, name: str, _: int) -> None:
    writer.add(node, name, whole(writer.draw(st.integers(0, 4))))


def _of(*options: Term) -> Draws:
    return lambda writer, node, name, _: writer.add(node, name, writer.one(options))


def _bound(writer: Writer, node: str, name: str, _: int) -> None:
    ordered = tuple(literal for literal in writer.pool if literal in ORDERED)
    writer.add(node, name, writer.one(ordered or ORDERED))


def _datatype(writer: Writer, node: str, name: str, _: int) -> None:
    of_pool = tuple(literal.datatype for literal in writer.pool)
    writer.add(node, name, writer.one(DATATYPES if writer.chance(5) else of_pool))


def _pattern(writer: Writer, node: str, name: str, _: int) -> None:
    writer.add(node, name, text(writer.one(PATTERNS)))
    if writer.chance(3):
        writer.add(node, "flags", text(writer.one(FLAGS)))


def _languages(writer: Writer, node: str, name: str, _: int) -> None:
    ranges = writer.draw(st.lists(st.sampled_from(RANGES), min_size=1, max_size=3, unique=True))
    writer.add(node, name, write_list(map(text, ranges), writer.fresh, writer.triples))


def _unique(writer: Writer, node: str, name: str, _: int) -> None:
    writer.add(node, name, TRUE)


def _by_shape(writer: Writer, node: str, name: str, depth: int) -> None:
    writer.add(node, name, writer.any_shape(depth + 1))


def _by_node(writer: Writer, node: str, name: str, depth: int) -> None:
    writer.add(node, name, writer.shape(depth + 1, with_path=False))


def _by_property(writer: Writer, node: str, name: str, depth: int) -> None:
    for _ in range(1 + writer.chance(3)):
        writer.add(node, name, writer.shape(depth + 1, with_path=True))


def _by_list(writer: Writer, node: str, name: str, depth: int) -> None:
    members = [writer.any_shape(depth + 1) for _ in range(writer.one((1, 2, 2, 3)))]
    writer.add(node, name, write_list(members, writer.fresh, writer.triples))


def _qualified(writer: Writer, node: str, _: str, depth: int) -> None:
    writer.add(node, "qualifiedValueShape", writer.any_shape(depth + 1))
    least, most = writer.one(((1, None), (None, 1), (1, 1), (2, None), (0, 0), (1, 2)))
    for name, count in (("qualifiedMinCount", least), ("qualifiedMaxCount", most)):
        if count is not None:
            writer.add(node, name, whole(count))
    if writer.chance(2):
        writer.add(node, "qualifiedValueShapesDisjoint", TRUE)


def _siblings(writer: Writer, node: str, _: str, depth: int) -> None:
    """Property shapes of one path with qualified value shapes, disjoint (SHACL, 4.7.3)."""
    path = writer.draw(PATHS)
    for _sibling in range(2):
        writer._shapes += 1
        inner = f"urn:s:{writer._shapes}"
        writer.add(inner, "path", write_path(path, writer.fresh, writer.triples))
        _qualified(writer, inner, "", depth + 1)
        writer.add(node, "property", inner)


def _closed(writer: Writer, node: str, name: str, _: int) -> None:
    writer.add(node, name, TRUE)
    ignored = writer.draw(st.lists(st.sampled_from((*PREDICATES, RDF + "type")), max_size=3, unique=True))
    if ignored:
        writer.add(node, "ignoredProperties", write_list(ignored, writer.fresh, writer.triples))


def _has_value(writer: Writer, node: str, name: str, _: int) -> None:
    options: tuple[Term, ...] = (*NODES, *writer.pool, *writer.pool)
    writer.add(node, name, writer.one(options))


def _in(writer: Writer, node: str, name: str, _: int) -> None:
    known = st.sampled_from(NODES) | st.sampled_from(writer.pool)
    members = writer.draw(st.lists(known, max_size=6, unique=True))
    writer.add(node, name, write_list(members, writer.fresh, writer.triples))


ANYWHERE: Final[dict[str, Draws]] = {
    "class": _of(*CLASSES),
    "datatype": _datatype,
    "nodeKind": _of(*KINDS),
    **dict.fromkeys(BOUNDS, _bound),
    "minLength": _count,
    "maxLength": _most,
    "pattern": _pattern,
    "languageIn": _languages,
    "equals": _of(*PREDICATES),
    "disjoint": _of(*PREDICATES),
    "not": _by_shape,
    "and": _by_list,
    "or": _by_list,
    "xone": _by_list,
    "node": _by_node,
    "property": _by_property,
    "siblings": _siblings,
    "closed": _closed,
    "hasValue": _has_value,
    "in": _in,
}
ON_PATHS: Final[dict[str, Draws]] = {
    "minCount": _count,
    "maxCount": _most,
    "uniqueLang": _unique,
    "lessThan": _of(*PREDICATES),
    "lessThanOrEquals": _of(*PREDICATES),
    "qualified": _qualified,
}
NESTING: Final = frozenset({"not", "and", "or", "xone", "node", "property", "siblings", "qualified"})


@st.composite
def aimed(draw: st.DrawFn, shapes: tuple[Triple, ...], pool: Pool) -> list[Triple]:
    """A node with several values of a predicate that the shapes speak of, and of a class that they are for."""
    tongues = {s for s, p, _ in shapes if p == SH + "uniqueLang"}
    told = [str(o) for s, p, o in shapes if o in PREDICATES and (s in tongues or not tongues)]
    options: tuple[Term, ...] = TONGUES[:2] if tongues else (*pool, *NODES)
    node, predicate = draw(ANY_NODE), draw(st.sampled_from(told or PREDICATES))
    values = draw(st.lists(st.sampled_from(options), max_size=4, unique=True))
    classes: list[Term] = [o for _, p, o in shapes if p == SH + "targetClass"]
    typed = st.lists(st.sampled_from(classes), max_size=1) if classes else st.just([])
    return [*((node, predicate, value) for value in values), *((node, TYPE, class_) for class_ in draw(typed))]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Shapes and data over the same few terms."""
    pool = draw(pools())
    writer = Writer(draw, pool)
    for _ in range(draw(st.integers(1, 2))):
        writer.targets(writer.any_shape(0))
    data = (*draw(data_graphs(pool)), *draw(aimed(tuple(writer.triples), pool)))
    classes = tuple(s for s, p, o in writer.triples if p == TYPE and o == RDFS + "Class")
    if classes:
        data = (*data, (draw(ANY_NODE), TYPE, draw(st.sampled_from(classes))))
    return Case(tuple(dict.fromkeys(writer.triples)), tuple(dict.fromkeys(data)))
