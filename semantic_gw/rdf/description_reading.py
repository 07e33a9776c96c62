"""Thing Descriptions that come as RDF: from a graph back to the document that a client of the directory expects.

Both forms are read: the one that `thing_description` writes, with an IRI for every node, and the one that JSON-LD
processors make of the published context, with blank nodes. Members are those of our own term tables, read backwards.

| in the graph | in the document |
|---|---|
| the node that is a td:Thing, or has what only Things have | the document; there must be one |
| td:name, jsonschema:propertyName, td:hasInstanceConfiguration, or the last part of an IRI | a name in a map |
| the IRI that our projection would give a node | left out: it comes again |
| any other IRI of a node; a blank node that two others refer to | `@id` |
| the language that all titles and descriptions have | `@language` of the context |
| a title in several languages | one is the `title`, all are `titles` |
| a security scheme without a name | a definition called by its scheme, `nosec_sc` |
| what SAREF entails, see `interest` | left out: it comes again |
| predicates of other vocabularies | compact IRIs; prefixes are those of the Turtle, or ours |
| td:unknown "x", made by the vocabulary of the published context | the member `unknown` |
| statements that do not lead away from the Thing | `@included` |

Order within arrays is that of the graph as it was written, or of the numbers in our IRIs.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import count
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from semantic_gw.errors import DescribingError
from semantic_gw.model import IRI, Json, Literal, Term
from semantic_gw.rdf.contexts import DISCOVERY, PROJECTION, TD_1_0, TD_1_1, items, names, terms
from semantic_gw.rdf.graph import JSON_LD, Graph, native, read_graph, read_jsonld, text_of
from semantic_gw.rdf.graph_mending import IN_LANGUAGES, forget_entailed, mend_schemas, settle_languages
from semantic_gw.rdf.iris import encode_name
from semantic_gw.rdf.literals import literal
from semantic_gw.rdf.namespaces import HYPERMEDIA, JSON_SCHEMA, OWL, PREFIXES, RDF, SECURITY, SGW, TD
from semantic_gw.rdf.node_names import NodeNames
from semantic_gw.rdf.plans import Kind, Plan, Plans, plans
from semantic_gw.rdf.rules import (
    ACTION,
    AFFORDANCES,
    EVENT,
    NAME,
    PROPERTY,
    SCHEMA_DEFINITION,
    SECURITY_DEFINITION,
    UNIT,
    is_made_up,
)
from semantic_gw.rdf.scopes import GENERAL_DELIMITERS
from semantic_gw.sandbox import Sandbox

_MAX_DEPTH: Final = 60
"""Of nodes within nodes."""

_TYPE: Final = RDF + "type"
_FIRST, _REST, _NIL = RDF + "first", RDF + "rest", RDF + "nil"
_SECURITY: Final = TD + "hasSecurityConfiguration"
_INSTANCE: Final = TD + "hasInstanceConfiguration"
_NAMES: Final = (NAME, JSON_SCHEMA + "propertyName", _INSTANCE)
"""Where the name of a node may stand."""
_UNIT_TEXT: Final = SGW + "unitText"
_ALIASES: Final[Mapping[IRI, IRI]] = {TD + "hasBase": TD + "baseURI", _UNIT_TEXT: UNIT}
"""Predicates that others, and we, write instead of those that members stand for."""
_NO_MEMBERS: Final = frozenset({"nameInMap", "propertyName", "hasInstanceConfiguration", "id"})
"""Terms for what has a place of its own in a document."""
_OF_A_THING: Final = (PROPERTY, ACTION, EVENT, SECURITY_DEFINITION, TD + "baseURI", TD + "supportContact")
_BINDINGS: Final[Mapping[str, IRI]] = {
    "mqv": "https://www.w3.org/2019/wot/mqtt#",
    "modv": "https://www.w3.org/2019/wot/modbus#",
    "cov": "https://www.w3.org/2019/wot/coap#",
    "lorav": "https://www.w3.org/2024/wot/lorawan#",
}
"""Prefixes of protocol bindings (W3C WoT Binding Templates)."""
_DISCOVERY: Final = "https://www.w3.org/2022/wot/discovery-ontology#"
_WOT: Final = (TD, JSON_SCHEMA, SECURITY, HYPERMEDIA)
_LOCAL: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_PREFIX: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


def from_rdf(body: bytes, media_type: str, *, base_iri: IRI, sandbox: Sandbox | None = None) -> dict[str, Json]:
    """The Thing Description that *body*, RDF of *media_type*, holds: a document of TD 1.1 that is still to be checked.

    JSON-LD that is a Thing Description already is taken as it is; other JSON-LD is expanded in *sandbox*, where there
    is one. Raises DescribingError, NotSupportedError, and SandboxError.
    """
    if media_type != JSON_LD:
        return description_of(read_graph(body, media_type, base_iri=base_iri))
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise DescribingError(f"no JSON: {error}") from error
    if is_description(document):
        return dict(document)
    return description_of(read_jsonld(document, base_iri=base_iri, sandbox=sandbox))


def description_of(graph: Graph) -> dict[str, Json]:
    """The Thing Description of the one Thing that *graph* describes. Raises DescribingError."""
    thing = _thing(graph)
    return _Reader(graph, thing).document()


def is_description(document: Json) -> bool:
    """Whether *document* is written in the terms of TD, and so is a document of its own."""
    if not isinstance(document, Mapping) or "@graph" in document:
        return False
    return bool({TD_1_1, TD_1_0} & {item for item in items(document.get("@context")) if isinstance(item, str)})


def _thing(graph: Graph) -> str:
    found = [node for node, said in graph.said.items() if TD + "Thing" in said.get(_TYPE, ())]
    if not found:
        found = [node for node, said in graph.said.items() if not said.keys().isdisjoint(_OF_A_THING)]
    if len(found) != 1:
        raise DescribingError(f"{len(found)} Things (td:Thing) in the graph; a Thing Description describes one")
    return found[0]


class _Defined(NamedTuple):
    """A kind of definitions: where they are, what refers to them, and how one without a name is called."""

    label: str
    predicate: IRI
    referring: tuple[IRI, ...]
    ending: str


_DEFINED: Final = (
    _Defined("securityDefinitions", SECURITY_DEFINITION, (_SECURITY, SECURITY + "oneOf", SECURITY + "allOf"), "_sc"),
    _Defined("schemaDefinitions", SCHEMA_DEFINITION, (HYPERMEDIA + "hasAdditionalOutputSchema",), ""),
)


class _Reader:
    """Walks a graph from its Thing."""

    def __init__(self, graph: Graph, thing: str) -> None:
        self._graph = graph
        self._thing = thing
        self._names = NodeNames(thing)
        self._depth = 0
        self._visited = {thing}
        self._inverses: dict[int, dict[IRI, str]] = {}
        self._definitions: dict[str, dict[str, str]] = {}
        """The label of a kind of definitions → their nodes, and what else refers to them → their names."""
        forget_entailed(graph, thing)
        mend_schemas(graph)
        self._language = settle_languages(graph)
        self._parts = {term for said in graph.said.values() for p in said if p.startswith(_WOT) for term in said[p]}
        """What something of a Thing Description leads to: it is told of there, wherever else it is referred to."""
        self._prefixes = _prefixes(graph)
        self._used_prefixes: set[str] = set()
        self._root = plans(self._make_context(self._prefixes), opaque=False)

    def document(self) -> dict[str, Json]:
        """The whole document."""
        for kind in _DEFINED:
            self._name_definitions(kind)
            self._define_unnamed(kind)
        id_ = {} if self._thing.startswith("_:") else {"id": self._thing}
        members = self._members(self._thing, "", self._root, {_TYPE: {TD + "Thing"}})
        included = list(self._included())
        context = self._make_context(sorted(self._used_prefixes))
        return {"@context": context, **id_, **members, **({"@included": included} if included else {})}

    def _included(self) -> Iterator[Json]:
        """What else is said, nodes first that no other refers to."""
        for node in sorted(self._graph.said, key=lambda node: self._graph.references[node] > 0):
            if node not in self._visited:
                path = self._names.free(".included")
                yield {"@id": node, **self._node(node, path, node, self._root)}

    def _make_context(self, prefixes: Iterable[str]) -> Json:
        """The context of the document, with *prefixes* where those are not known without it."""
        declared: dict[str, Json] = {"@language": self._language} if self._language else {}
        declared |= {prefix: self._prefixes[prefix] for prefix in prefixes if prefix not in _known_prefixes()}
        discovery = [DISCOVERY] if any(_is_of_discovery(said) for said in self._graph.said.values()) else []
        context = [TD_1_1, *discovery, *([declared] if declared else [])]
        return context if len(context) > 1 else TD_1_1

    # ── Definitions ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _name_definitions(self, kind: _Defined) -> None:
        names = self._definitions.setdefault(kind.label, {})
        unknown = {_tail(iri) for iri in self._referred(kind) if iri not in self._graph.said}
        for node in self._graph.nodes(self._thing, kind.predicate):
            name = self._name(node, unknown.pop() if len(unknown) == 1 else kind.label, names.values())
            names |= dict.fromkeys(self._graph.nodes(node, _INSTANCE), name)
            names[node] = name

    def _referred(self, kind: _Defined) -> Iterator[str]:
        """What stands where a definition, or its name, may."""
        for said in self._graph.said.values():
            for predicate in kind.referring:
                yield from (term for term in said.get(predicate, ()) if not isinstance(term, Literal))

    def _define_unnamed(self, kind: _Defined) -> None:
        """Definitions that stand where only the name of one may stand."""
        names = self._definitions[kind.label]
        for node in list(self._referred(kind)):
            if node not in names and node in self._graph.said:
                names[node] = _free(self._kind(node) + kind.ending, names.values())
                self._graph.said[self._thing].setdefault(kind.predicate, []).append(node)

    def _kind(self, node: str) -> str:
        known = terms(PROJECTION)
        return next((known[iri] for iri in self._graph.nodes(node, _TYPE) if iri in known), "unnamed")

    def _definition(self, label: str, term: Term) -> str:
        """The name of the definition that *term* refers to."""
        names = self._definitions.get(label, {})
        if isinstance(term, Literal):
            return term.lexical
        start = self._names.of(f".{label}.")
        if term not in names and term.startswith(start):
            return unquote(term[len(start) :])
        return names.get(term) or unquote(_tail(term))

    def _name(self, node: str, label: str, taken: Iterable[str]) -> str:
        """What *node* is called; for one that is not, *label* and a number."""
        given = [text_of(term) for predicate in _NAMES[:2] for term in self._graph.terms(node, predicate)]
        given += [unquote(_tail(text_of(term))) for term in self._graph.terms(node, _INSTANCE)]
        ours = [name for name in given if node.removesuffix(".action").endswith(encode_name(name))]
        if given:
            return (ours or given)[0]
        return _free(label if node.startswith("_:") else unquote(_tail(node)), taken)

    # ── Nodes ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _node(
        self, node: str, path: str, expected: IRI, of: Plans, left_out: Mapping[IRI, Any] | None = None
    ) -> dict[str, Json]:
        """The object that says what is known of *node*; its IRI, too, where that is not the one *expected*."""
        if node in self._visited:
            return {"@id": node}
        self._visited.add(node)
        is_named = node != expected if not node.startswith("_:") else self._graph.references[node] > 1
        with self._deeper():
            members = self._members(node, path, of, left_out or {})
        return {**({"@id": node} if is_named else {}), **members}

    @contextmanager
    def _deeper(self) -> Iterator[None]:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise DescribingError(f"nodes within nodes, or lists within lists, more than {_MAX_DEPTH} deep")
        yield
        self._depth -= 1

    def _members(self, node: str, path: str, of: Plans, left_out: Mapping[IRI, Any]) -> dict[str, Json]:
        said = self._graph.said.get(node, {})
        found: dict[str, tuple[Plan, list[Term]]] = {}
        types = [term for term in said.get(_TYPE, ()) if term not in left_out.get(_TYPE, ())]
        for predicate, given in said.items():
            kept = [term for term in given if term not in left_out.get(predicate, ())]
            if predicate != _TYPE and kept:
                member, plan = self._member(predicate, of)
                found.setdefault(member, (plan, []))[1].extend(kept)
        order = {term: number for number, term in enumerate(of.scope.terms)}
        ordered = sorted(found.items(), key=lambda item: order.get(item[0], len(order)))
        values = {
            member: self._value(node, path, member, plan, given, is_set=of.scope.definition(member).container == "@set")
            for member, (plan, given) in ordered
        }
        return {**self._types(types, of), **values}

    def _member(self, predicate: IRI, of: Plans) -> tuple[str, Plan]:
        """The member that stands for *predicate* within *of*."""
        predicate = _ALIASES.get(predicate, predicate)
        member = self._inverse(of).get(predicate) or self._other_member(predicate, of)
        return member, of.plan(member)

    def _other_member(self, predicate: IRI, of: Plans) -> str:
        local = predicate.partition("#")[2]
        if is_made_up(predicate) and local not in of.scope.terms and of.scope.member(local) is not None:
            return local
        return self._compact(predicate, of)

    def _inverse(self, of: Plans) -> Mapping[IRI, str]:
        """The IRIs of terms of *of* → the terms."""
        found = self._inverses.get(id(of))
        if found is None:
            found = self._inverses[id(of)] = {}
            for term, definition in of.scope.terms.items():
                if term not in _NO_MEMBERS and not definition.prefix and definition.iri:
                    found.setdefault(definition.iri, term)
        return found

    def _types(self, types: Sequence[Term], of: Plans) -> dict[str, Json]:
        """`type` or `scheme` for what that says, `@type` for what else there is."""
        inverse = self._inverse(of)
        alias = inverse.get("@type")
        iris = [term for term in types if not isinstance(term, Literal)]
        words = [iri for iri in iris if alias and inverse.get(iri) and iri.startswith((JSON_SCHEMA, SECURITY))][:1]
        others = [self._compact(iri, of) for iri in iris if iri not in words]
        found: dict[str, Json] = {"@type": others[0] if len(others) == 1 else others} if others else {}
        return found | {str(alias): inverse[iri] for iri in words}

    # ── Values ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _value(self, node: str, path: str, member: str, plan: Plan, given: Sequence[Term], *, is_set: bool) -> Json:
        if plan.is_map:
            return self._map(node, path, plan, given)
        if plan.kind is Kind.LANGUAGES:
            return {term.language or "und": term.lexical for term in given if isinstance(term, Literal)}
        if plan.kind is Kind.JSON:
            values = [self._json(term) for term in given]
        else:
            values = self._items(path, member, plan, given)
        return values if is_set or plan.rule.each or len(values) > 1 else values[0]

    def _items(self, path: str, member: str, plan: Plan, given: Sequence[Term]) -> list[Json]:
        start = self._names.of(f"{path}.{plan.rule.label}.")
        ordered = sorted(given, key=lambda term: _number(term, start))
        is_numbered = plan.part or len(ordered) > 1
        return [
            self._item(path, member, plan, term, str(number) if is_numbered else "")
            for number, term in enumerate(ordered)
        ]

    def _item(self, path: str, member: str, plan: Plan, term: Term, part: str) -> Json:
        if plan.kind is Kind.DEFINITION:
            return self._definition(plan.rule.names, term)
        if isinstance(term, Literal):
            return self._literal(member, plan, term)
        if plan.kind is Kind.WORD:
            return self._word(term, plan)
        if term == _NIL or self._graph.terms(term, _FIRST):
            return {"@list": self._list(path, plan, term)}
        inner = f"{path}.{plan.rule.label}.{part}" if part else f"{path}.{plan.rule.label}"
        if self._is_empty(term, self._names.of(inner)):
            return {}
        if not self._is_part(term, plan.predicate):
            is_text = plan.kind is Kind.REFERENCE or (plan.kind is Kind.TEXT and member in plan.within.scope.terms)
            return term if is_text and not term.startswith("_:") else {"@id": term}
        inner = self._names.free(inner)
        return self._node(term, inner, self._names.of(inner), plan.within)

    def _is_empty(self, term: str, expected: IRI) -> bool:
        """Whether *term* is a node of which nothing is known."""
        is_nobody = term == expected or (term.startswith("_:") and self._graph.references[term] == 1)
        return is_nobody and term not in self._graph.said

    def _is_part(self, term: str, predicate: IRI) -> bool:
        """Whether what is known of *term* is told where *predicate* leads to it."""
        is_elsewhere = term in self._parts and predicate != "" and not predicate.startswith(_WOT)
        return term in self._graph.said and term not in self._visited and not is_elsewhere

    def _compact(self, iri: IRI, of: Plans) -> str:
        """*iri* with a prefix, where one is declared that means it within *of*."""
        for prefix, namespace in self._prefixes.items():
            if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
                compact = f"{prefix}:{iri[len(namespace) :]}"
                if of.scope.member(compact) == iri:
                    self._used_prefixes.add(prefix)
                    return compact
        return iri

    def _json(self, term: Term) -> Json:
        """The value of a member that takes any; the published context makes nodes of objects."""
        if not isinstance(term, Literal):
            return self._object(term)
        if term.datatype != RDF + "JSON":
            return native(term)
        try:
            return json.loads(term.lexical)
        except (ValueError, RecursionError):
            return term.lexical

    def _object(self, node: str) -> Json:
        if node not in self._graph.said or node in self._visited:
            return node
        self._visited.add(node)
        said = self._graph.said[node].items()
        with self._deeper():
            found = {_tail(predicate): [self._json(term) for term in given] for predicate, given in said}
        return {name: values if len(values) > 1 else values[0] for name, values in found.items()}

    def _word(self, iri: IRI, plan: Plan) -> str:
        """What stands for *iri* as a word: a unit is written out."""
        if plan.predicate == UNIT:
            return iri.removeprefix(JSON_SCHEMA)
        return self._inverse(plan.within).get(iri, iri)

    def _literal(self, member: str, plan: Plan, term: Literal) -> Json:
        value = native(term)
        if plan.predicate in IN_LANGUAGES or (isinstance(value, str) and member in plan.within.scope.terms):
            return term.lexical
        if member in plan.within.scope.terms or not plan.predicate:
            return value
        plain = Literal(value, plan.datatype, plan.language) if isinstance(value, str) else literal(value)
        if plain == term:
            return value
        if term.language:
            return {"@value": term.lexical, "@language": term.language}
        if term.datatype == RDF + "JSON":
            return {"@value": self._json(term), "@type": "@json"}
        return {"@value": term.lexical, "@type": self._compact(term.datatype, plan.within)}

    def _list(self, path: str, plan: Plan, head: str) -> list[Json]:
        """The items of the rdf:List that starts at *head*."""
        found: list[Json] = []
        cell = head
        first = plan.within.plan(_FIRST)
        while cell != _NIL:
            if cell in self._visited:
                raise DescribingError(f"a list that never ends, at {cell}")
            self._visited.add(cell)
            inner = self._names.free(f"{path}.{plan.rule.label}.{len(found)}")
            with self._deeper():
                found += [self._item(inner, _FIRST, first, term, "") for term in self._graph.terms(cell, _FIRST)[:1]]
            cell = next(iter(self._graph.nodes(cell, _REST)), _NIL)
        return found

    # ── Maps of names ───────────────────────────────────────────────────────────────────────────────────────────────

    def _map(self, node: str, path: str, plan: Plan, given: Sequence[Term]) -> dict[str, Json]:
        found: dict[str, Json] = {}
        for term in given:
            if isinstance(term, Literal):
                raise DescribingError(f"{plan.predicate} of {node} is a text, {term.lexical!r}; it wants a node")
            label = plan.rule.label
            name = self._definitions.get(label, {}).get(term) or self._name(term, label, found)
            value = self._named(node, path, plan, term, name)
            found[name] = value if name not in found else [*items(found[name]), value]
        return found

    def _named(self, node: str, path: str, plan: Plan, term: str, name: str) -> dict[str, Json]:
        """The node *term* of a map, without what the map says of it."""
        left_out: dict[IRI, Any] = {predicate: self._graph.terms(term, predicate) for predicate in _NAMES}
        left_out[NAME] = [given for given in left_out[NAME] if text_of(given) == name]
        if plan.rule.affordance is not None and node == self._thing:
            return self._affordance(plan, term, name, left_out)
        label = plan.rule.label
        inner = self._names.free(f"{path}.{label}.{encode_name(name)}")
        if plan.rule.defines:
            return self._node(term, inner, term, plan.within, left_out)
        return self._node(term, inner, self._names.of(inner), plan.within, left_out)

    def _affordance(self, plan: Plan, term: str, name: str, left_out: dict[IRI, Any]) -> dict[str, Json]:
        path = encode_name(name)
        if plan.predicate == ACTION and name in self._observed():
            path += ".action"
        expected = self._names.of(path)
        left_out[_TYPE] = {AFFORDANCES[plan.predicate]}
        given = self._graph.nodes(term, OWL + "sameAs") if term == expected else []
        left_out[OWL + "sameAs"] = given[:1]
        written = self._node(term, path, expected, plan.within, left_out)
        return {"@id": given[0], **written} if given else written

    def _observed(self) -> set[str]:
        nodes = [node for predicate in (PROPERTY, EVENT) for node in self._graph.nodes(self._thing, predicate)]
        return {self._name(node, "", ()) for node in nodes}


def _is_of_discovery(said: Mapping[IRI, Any]) -> bool:
    return any(predicate.startswith(_DISCOVERY) for predicate in said)


@cache
def _known_prefixes() -> Mapping[str, IRI]:
    """The prefixes that every Thing Description has."""
    found = plans(TD_1_1, opaque=False).scope.terms.items()
    return {prefix: str(definition.iri) for prefix, definition in found if definition.prefix}


def _prefixes(graph: Graph) -> dict[str, IRI]:
    """The prefixes that may be used: those of the graph where they cannot be taken for members, and ours."""
    known = _known_prefixes()
    taken = names(PROJECTION) | set(known.values())
    theirs = {
        prefix: namespace
        for prefix, namespace in graph.prefixes.items()
        if _PREFIX.fullmatch(prefix) and not {prefix, namespace} & taken and namespace.endswith(GENERAL_DELIMITERS)
    }
    taken |= {*theirs, *theirs.values()}
    usual = {**PREFIXES, **_BINDINGS}
    ours = {prefix: namespace for prefix, namespace in usual.items() if not {prefix, namespace} & taken}
    return {**known, **theirs, **ours}


def _free(name: str, taken: Iterable[str]) -> str:
    """*name*, with a number where that is taken."""
    known = set(taken)
    return next(found for number in count(1) if (found := name if number == 1 else f"{name}{number}") not in known)


def _tail(iri: IRI) -> str:
    return re.split(r"[/#]", iri.rstrip("/#"))[-1]


def _number(term: Term, start: str) -> float:
    """The number of a node that is named after *start*; others stay where they are, behind those."""
    text = "" if isinstance(term, Literal) or not term.startswith(start) else term[len(start) :]
    return int(text) if text.isdecimal() and len(text) < 9 else math.inf
