"""Walks a Thing Description, or what the JSON-LD processor made of it, and writes its triples.

Both are objects whose members have plans; see `plans`, `rules`, and for what is meant by it all `thing_description`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from semantic_gw.errors import DescribingError
from semantic_gw.model import IRI, Json, Literal, Term, Triple
from semantic_gw.rdf.interest import event_of_interest, property_of_interest
from semantic_gw.rdf.iris import encode_name
from semantic_gw.rdf.literals import json_literals, literal
from semantic_gw.rdf.namespaces import JSON_SCHEMA, OWL, RDF, SGW, TD
from semantic_gw.rdf.node_names import NodeNames, absolute, is_valid
from semantic_gw.rdf.plans import Form, Kind, Plan, Plans, Shape
from semantic_gw.rdf.rules import ACTION, EVENT, NAME, PROPERTY, UNIT, is_made_up
from semantic_gw.rdf.scopes import NotSimple

_TYPE: Final = RDF + "type"
_FIRST: Final = RDF + "first"
_NIL: Final = RDF + "nil"

Node = Mapping[str, Json]


class Projection:
    """The triples of the Thing whose nodes *names* names."""

    def __init__(self, names: NodeNames) -> None:
        self._names = names
        self._thing = names.thing
        self._triples: list[Triple] = []
        self._types: frozenset[IRI] = frozenset()
        self._root: Node = {}
        self._root_steps: tuple[tuple[str | None, Plan], ...] = ()

    def of(self, node: Node, plans: Plans) -> tuple[Triple, ...]:
        """What *node*, a whole document, says; each triple once. Raises NotSimple and DescribingError."""
        shape = plans.root(node)
        if shape.form not in {Form.NODE, Form.REFERENCE}:
            raise NotSimple(shape.form)
        self._root, self._root_steps = node, shape.steps
        self._types = frozenset(iri for member in shape.types for iri in self._known_types(plans, node[member]))
        self._triples.append((self._thing, _TYPE, TD + "Thing"))
        self._node(self._thing, "", plans, shape, node)
        return tuple(dict.fromkeys(self._triples))

    # ── Nodes ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _node(self, iri: IRI, path: str, plans: Plans, shape: Shape, node: Node, name: str = "") -> None:
        triples = self._triples
        for types in shape.types:
            triples += [(iri, _TYPE, type_) for type_ in self._known_types(plans, node[types])]
        for member, plan in shape.steps:
            value: Json = node[member] if member is not None else name
            if value.__class__ is str and plan.kind is Kind.TEXT:
                triples.append((iri, plan.predicate, Literal(value, plan.datatype, plan.language)))
            else:
                self._member(iri, path, plan, value)
        if shape.left_out:
            self._look_through(shape, node)
        if shape.keywords:
            self._keywords(iri, path, plans, node)

    def _member(self, iri: IRI, path: str, plan: Plan, value: Json) -> None:
        kind = plan.kind
        if kind is Kind.NAMED:
            self._named(iri, path, plan, value)
        elif kind is Kind.JSON:
            self._triples += [(iri, plan.predicate, term) for term in json_literals(value, each=plan.rule.each)]
        elif value.__class__ is list:
            items = _flat(value)
            numbered = plan.part or len(items) > 1
            for number, item in enumerate(items):
                self._value(iri, path, plan, item, str(number) if numbered else "")
        elif kind is Kind.LANGUAGES and value.__class__ is dict:
            self._languages(iri, plan, value)
        elif value is not None:
            self._value(iri, path, plan, value, plan.part)

    def _value(self, iri: IRI, path: str, plan: Plan, value: Json, part: str) -> None:
        """One value, *part* numbers it where it is a node."""
        if value.__class__ is dict:
            self._object(iri, path, plan, value, part)
        elif value.__class__ is not str:
            self._triples.append((iri, plan.predicate, literal(value, plan.number_type)))
        else:
            self._text(iri, plan, value)

    def _text(self, iri: IRI, plan: Plan, text: str) -> None:
        if plan.kind is Kind.WORD:
            word = plan.within.word(text)
            if word is None or word[0] == "@":
                raise NotSimple(text)
            self._refer(iri, plan.predicate, word)
        elif plan.kind is Kind.REFERENCE:
            self._refer(iri, plan.predicate, self._resolved(plan.within, text))
        elif plan.kind is Kind.DEFINITION:
            self._triples.append((iri, plan.predicate, self._definition(plan.rule.names, text)))
        else:
            self._triples.append((iri, plan.predicate, Literal(text, plan.datatype, plan.language)))

    def _object(self, iri: IRI, path: str, plan: Plan, value: Node, part: str) -> None:
        plans = plan.within
        shape = plans.shape(tuple(value))
        if shape.form is Form.VALUE:
            self._triples += [(iri, plan.predicate, term) for term in self._terms(plan, shape, value)]
        elif shape.form is Form.LIST:
            self._list(iri, path, plan, value[shape.keywords["@list"]])
        elif shape.id and not _says_more(shape, value):
            self._refer(iri, plan.predicate, self._resolved(plans, value[shape.id]))
        else:
            self._link(iri, path, plan, shape, value, part)

    def _link(self, iri: IRI, path: str, plan: Plan, shape: Shape, node: Node, part: str, name: str = "") -> None:
        """A node that is part of the one at *iri*."""
        label = plan.rule.label
        inner_path = self._names.free(f"{path}.{label}.{part}" if part else f"{path}.{label}")
        inner = self._given(plan.within, shape, node) or self._names.of(inner_path)
        if plan.rule.defines:
            inner = self._definition(label, name)
        self._triples.append((iri, plan.predicate, inner))
        self._node(inner, inner_path, plan.within, shape, node, name)

    def _refer(self, iri: IRI, predicate: IRI, target: str | None) -> None:
        """A mere reference to *target*."""
        if predicate == UNIT and target is not None:
            self._triples.append(_unit(iri, target))
        elif target is not None and (known := self._known(target)):
            self._triples.append((iri, predicate, known))

    # ── Nodes with names ────────────────────────────────────────────────────────────────────────────────────────────

    def _named(self, iri: IRI, path: str, plan: Plan, value: Json) -> None:
        items = list(self._items(plan, value))
        numbered = plan.part or len(items) > 1
        for number, (name, node) in enumerate(items):
            shape = plan.within.shape(tuple(node), named=plan.is_map)
            is_affordance = plan.rule.affordance is not None and iri == self._thing
            is_node = shape.form is Form.NODE or (shape.form is Form.REFERENCE and (is_affordance or plan.is_map))
            if not is_node:
                self._object(iri, path, plan, node, str(number) if numbered else "")
            elif is_affordance:
                self._affordance(plan, shape, node, name)
            else:
                part = encode_name(name) if plan.rule.named else str(number) if numbered else ""
                self._link(iri, path, plan, shape, node, part, name)

    def _items(self, plan: Plan, value: Json) -> Iterator[tuple[str, Node]]:
        """Pairs of a name and a node."""
        if plan.within.is_expanded:
            yield from ((_name(node), node) for node in value)
            return
        if not plan.is_map or value.__class__ is not dict or "@none" in value:
            raise NotSimple(plan.predicate)
        for name in sorted(value):
            for node in _flat([value[name]]):
                if node.__class__ is not dict or "@value" in node:
                    raise NotSimple(name)
                yield name, node

    def _affordance(self, plan: Plan, shape: Shape, node: Node, name: str) -> None:
        path = encode_name(name)
        if plan.predicate == ACTION and name in self._observed():
            path += ".action"
        iri = self._names.of(path)
        start = len(self._triples)
        self._triples += (self._thing, plan.predicate, iri), (iri, _TYPE, plan.rule.affordance or "")
        self._node(iri, path, plan.within, shape, node, name)
        if (given := self._given(plan.within, shape, node)) and given != iri:
            self._triples.append((iri, OWL + "sameAs", given))
        if plan.predicate == PROPERTY:
            self._triples += property_of_interest(self._thing, self._types, iri, self._triples[start:])
        elif plan.predicate == EVENT:
            self._triples += event_of_interest(self._thing, iri, self._triples[start:])

    def _observed(self) -> set[str]:
        """The names of properties and events: an action of such a name is another node."""
        plans = [(m, plan) for m, plan in self._root_steps if m and plan.predicate in {PROPERTY, EVENT}]
        return {name for member, plan in plans for name, _ in self._items(plan, self._root[member])}

    def _definition(self, label: str, name: str) -> IRI:
        return self._names.of(f".{label}.{encode_name(name)}")

    # ── Values ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _terms(self, plan: Plan, shape: Shape, value: Node) -> Iterator[Term]:
        """The terms of a value object."""
        raw = value[shape.keywords["@value"]]
        type_ = self._value_type(plan, shape, value)
        tag = value[shape.keywords["@language"]] if "@language" in shape.keywords else None
        if type_ == "@json" and tag is None:
            yield from json_literals(raw, each=plan.rule.each)
            return
        if not plan.within.is_expanded:
            _check_value(raw, type_, tag)
            tag = tag and tag.lower()
        if plan.rule.names and isinstance(raw, str):
            yield self._definition(plan.rule.names, raw)
        else:
            yield literal(raw, type_ and absolute(type_), plan.rule.language(tag))

    def _value_type(self, plan: Plan, shape: Shape, value: Node) -> str | None:
        if not shape.types:
            return None
        given = value[shape.types[0]]
        if not isinstance(given, str) or len(shape.types) > 1:
            raise NotSimple(given)
        return plan.within.type(given)

    def _languages(self, iri: IRI, plan: Plan, texts: Mapping[str, Json]) -> None:
        """The texts of a map of languages."""
        for tag in sorted(texts):
            for text in _items(texts[tag]):
                if text is None:
                    continue
                if not isinstance(text, str) or tag[:1] == "@" or plan.within.word(tag) == "@none":
                    raise NotSimple(tag)
                self._triples.append((iri, plan.predicate, literal(text, None, plan.rule.language(tag.lower()))))

    def _list(self, iri: IRI, path: str, plan: Plan, items: Sequence[Node]) -> None:
        """An rdf:List (RDF Schema 1.1, 5.2), its cells numbered."""
        label = plan.rule.label
        paths = [self._names.free(f"{path}.{label}.{number}") for number in range(len(items))]
        cells = [self._names.of(path) for path in paths]
        self._triples.append((iri, plan.predicate, (*cells, _NIL)[0]))
        first = plan.within.plan(_FIRST)
        for number, item in enumerate(items):
            self._member(cells[number], paths[number], first, [item])
            self._triples.append((cells[number], RDF + "rest", (*cells, _NIL)[number + 1]))

    # ── Keywords ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _keywords(self, iri: IRI, path: str, plans: Plans, node: Node) -> None:
        """What only the JSON-LD processor's output has: nodes that point here, and nodes beside this one."""
        if "@graph" in node:
            raise DescribingError("a graph within a Thing Description (@graph): it describes one Thing")
        for predicate, nodes in sorted(node.get("@reverse", {}).items()):
            self._reverse(iri, path, plans.plan(predicate), nodes)
        for number, included in enumerate(node.get("@included", ())):
            inner = plans.shape(tuple(included))
            inner_path = self._names.free(f"{path}.included.{number}")
            inner_iri = self._given(plans, inner, included) or self._names.of(inner_path)
            self._node(inner_iri, inner_path, plans, inner, included)

    def _reverse(self, iri: IRI, path: str, plan: Plan, nodes: Sequence[Node]) -> None:
        for number, node in enumerate(nodes if plan.predicate else ()):
            shape = plan.within.shape(tuple(node))
            inner_path = self._names.free(f"{path}.{plan.rule.label}.{number}")
            inner = self._given(plan.within, shape, node) or self._names.of(inner_path)
            self._triples.append((inner, plan.predicate, iri))
            self._node(inner, inner_path, plan.within, shape, node)

    def _look_through(self, shape: Shape, node: Node) -> None:
        """What is left out may still be no JSON-LD, or not simple."""
        beside = Projection(NodeNames(self._thing))
        for member, plan in shape.left_out:
            if node[member].__class__ in {dict, list}:
                beside._member("", "", plan, node[member])

    # ── IRIs ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _known_types(self, plans: Plans, value: Json) -> Iterator[IRI]:
        for text in _items(value):
            if isinstance(text, str):
                if known := self._known(plans.type(text)):
                    yield known
            elif not plans.is_expanded:
                raise NotSimple(text)

    def _known(self, text: str) -> IRI | None:
        """The IRI *text*, unless it is one that a term without a definition was given."""
        iri = self._names.iri(text)
        return None if iri is None or is_made_up(iri) else iri

    def _given(self, plans: Plans, shape: Shape, node: Node) -> IRI | None:
        """The IRI that *node* itself says it has."""
        if not shape.id:
            return None
        resolved = self._resolved(plans, node[shape.id])
        return None if resolved is None else self._names.iri(resolved)

    def _resolved(self, plans: Plans, text: Json) -> str | None:
        if text.__class__ is not str:
            if plans.is_expanded:
                return None
            raise NotSimple(text)
        return plans.reference(text) or self._names.resolved(text)


def _unit(iri: IRI, text: str) -> Triple:
    text = text.removeprefix(JSON_SCHEMA)
    found = absolute(text) if is_valid(text) else None
    return (iri, UNIT, found) if found else (iri, SGW + "unitText", literal(text))


def _check_value(raw: Json, type_: str | None, tag: Json) -> None:
    """Raises NotSimple where a value object may not be what JSON-LD allows (JSON-LD 1.1, 9.5)."""
    typed = type_ is not None and (tag is not None or not _is_datatype(type_))
    tagged = tag is not None and not (isinstance(tag, str) and isinstance(raw, str))
    if raw is None or isinstance(raw, list | Mapping) or typed or tagged:
        raise NotSimple(raw)


def _is_datatype(iri: str) -> bool:
    return iri[:1] not in {"@", "_"} and not any(map(str.isspace, iri))


def _says_more(shape: Shape, node: Node) -> bool:
    """Whether *node*, which has an id, has anything but that."""
    if shape.form is Form.REFERENCE:
        return False
    if any(node[member] != [] for member in shape.types) or any(node[member] is not None for member in shape.more):
        return True
    if shape.more:
        raise NotSimple(shape.more)
    return bool(shape.keywords)


def _name(node: Node) -> str:
    """The name of an expanded node: the one from a map of names stands after others."""
    return next((str(value["@value"]) for value in reversed(node.get(NAME, ())) if "@value" in value), "")


def _flat(items: Sequence[Json]) -> Sequence[Json]:
    """*items* without null, those of arrays in their place."""
    if not any(item is None or item.__class__ is list for item in items):
        return items
    return [
        inner for item in items for inner in (_flat(item) if item.__class__ is list else (item,)) if inner is not None
    ]


def _items(value: Json) -> Sequence[Json]:
    return value if isinstance(value, list) else (value,)
