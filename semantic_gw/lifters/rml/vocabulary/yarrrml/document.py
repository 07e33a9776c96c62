"""Documents of YARRRML read into the model: sources, mappings, predicates with objects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from semantic_gw.errors import MappingError
from semantic_gw.lifters.rml.model import (
    Expression,
    LogicalSource,
    Mapping,
    Place,
    PredicateObjectMap,
    ReferencingObjectMap,
    TermMap,
    TermType,
    TriplesMap,
)
from semantic_gw.lifters.rml.vocabulary.yarrrml.calls import condition
from semantic_gw.lifters.rml.vocabulary.yarrrml.entries import Keyed, keyed, scalar
from semantic_gw.lifters.rml.vocabulary.yarrrml.logical_sources import logical_source
from semantic_gw.lifters.rml.vocabulary.yarrrml.term_maps import name, qualified, referencing, term
from semantic_gw.lifters.rml.vocabulary.yarrrml.texts import PREDEFINED, Texts
from semantic_gw.yaml_nodes import Entries, Items, Node, Scalar, parse

_KEYS: Final = ("base", "prefixes", "authors", "external", "sources", "targets", "mappings")
_MAPPING_KEYS: Final = ("sources", "subjects", "predicateobjects", "graphs", "condition", "targets")
_PAIR_KEYS: Final = (
    "predicates", "inversepredicates", "objects", "graphs", "condition", "type", "datatype", "language", "targets",
)  # fmt: skip
_OBJECT_KEYS: Final = ("mapping", "condition", "targets")


def read(text: str, document: str) -> Mapping:
    """The mapping that *text* says. Raises MappingError with line, key, and what there is instead."""
    place = Place(document)
    root = keyed(parse(text, document), place, _KEYS)
    declared = _texts(root, "prefixes")
    texts = Texts({**PREDEFINED, **declared}, _texts(root, "external"), frozenset(declared))
    return _Document(root, texts, place).mapping()


def _texts(root: Keyed, key: str) -> dict[str, str]:
    """The texts at *key*, by name."""
    node = root.get(key)
    if node is None:
        return {}
    if not isinstance(node, Entries):
        raise MappingError(f"{root.place.within(key, node.line)}: a mapping of names to texts is wanted")
    return {each: scalar(value, root.place.within(each, value.line)).text for each, value in node.entries.items()}


@dataclass(frozen=True, slots=True)
class _Rule:
    """One triples map that a mapping of the document stands for: for one of its sources, with one of its subjects."""

    id: str
    source: LogicalSource | None
    subject: TermMap


class _Document:
    """Reads one document."""

    def __init__(self, root: Keyed, texts: Texts, place: Place) -> None:
        self._root = root
        self._texts = texts
        self._place = place
        self._sources = self._named_sources()
        self._mappings = dict(self._keyed_mappings())
        self._rules = {each: [*self._rules_of(each, found)] for each, found in self._mappings.items()}

    def mapping(self) -> Mapping:
        """The mapping. Raises MappingError."""
        maps = [each for name_, found in self._mappings.items() for each in self._triples_maps(name_, found)]
        return Mapping(tuple(maps), self._place.document, self._root.text("base"))

    def _named_sources(self) -> dict[str, LogicalSource]:
        node = self._root.get("sources")
        if node is None:
            return {}
        if not isinstance(node, Entries):
            raise MappingError(f"{self._place.within('sources', node.line)}: a mapping of names to sources is wanted")
        return {
            each: logical_source(found, self._place.within(f"source {each}", found.line))
            for each, found in node.entries.items()
        }

    def _keyed_mappings(self) -> Iterator[tuple[str, Keyed]]:
        node = self._root.get("mappings")
        if not isinstance(node, Entries):
            raise MappingError(f"{self._place}: there are no mappings: write them by name under the key mappings")
        for each, found in node.entries.items():
            place = self._place.within(f"mapping {each}", node.lines[each] or found.line)
            yield each, keyed(found, place, _MAPPING_KEYS)

    def _rules_of(self, name_: str, found: Keyed) -> Iterator[_Rule]:
        number = 0
        for source in self._sources_of(found):
            for subject in self._subjects(found):
                yield _Rule(f"{name_}/{number}" if number else name_, source, subject)
                number += 1

    def _sources_of(self, found: Keyed) -> list[LogicalSource | None]:
        node = found.get("sources")
        if node is None:
            return [None]
        nodes = node.items if isinstance(node, Items) and not self._is_short(node) else [node]
        return [self._source(each, found.place.within("source", each.line)) for each in nodes]

    def _is_short(self, node: Items) -> bool:
        """Whether *node* is one source by itself: `[data.json~jsonpath, $]`, not names of sources."""
        texts = [item.text for item in node.items if isinstance(item, Scalar)]
        return len(texts) == len(node.items) and not any(text in self._sources for text in texts)

    def _source(self, node: Node, place: Place) -> LogicalSource:
        if isinstance(node, Scalar) and node.text in self._sources:
            return self._sources[node.text]
        if isinstance(node, Scalar) and "." not in node.text and "~" not in node.text:
            names = ", ".join(self._sources) or "none"
            raise MappingError(f"{place}: there is no source {node.text!r}; there are {names}")
        return logical_source(node, place)

    def _subjects(self, found: Keyed) -> list[TermMap]:
        conditions = tuple(
            condition(each, self._texts, found.place.within("condition", each.line))
            for each in found.items("condition")
        )
        nodes = found.items("subjects")
        made = [name(each, self._texts, found.place.within("subject", each.line)) for each in nodes]
        blank = TermMap(None, TermType.BLANK_NODE, place=found.place.within("subject"))
        return [replace(each, conditions=each.conditions + conditions) for each in made or [blank]]

    def _triples_maps(self, name_: str, found: Keyed) -> Iterator[TriplesMap]:
        graphs = self._graphs(found)
        pairs = [self._pair(each, found.place) for each in found.items("predicateobjects")]
        for rule in self._rules[name_]:
            plain = tuple(pair for pair, _ in pairs if pair is not None)
            yield TriplesMap(rule.id, rule.source, rule.subject, (), graphs, plain, place=found.place)
            inverse = (each for pair, inverses in pairs for each in self._inverses(pair, inverses, rule, graphs))
            for number, each in enumerate(inverse):
                yield replace(each, id=f"{rule.id}/inverse {number}")

    def _inverses(
        self, pair: PredicateObjectMap | None, inverses: Sequence[TermMap], rule: _Rule, graphs: tuple[TermMap, ...]
    ) -> Iterator[TriplesMap]:
        """Triples maps whose subjects are the objects of *pair*."""
        if pair is None or not inverses:
            return
        for each in pair.objects:
            if isinstance(each, ReferencingObjectMap) or each.term_type is TermType.LITERAL:
                raise MappingError(f"{rule.subject.place}: inverse predicates want objects that are IRIs: add ~iri")
            back = PredicateObjectMap(tuple(inverses), (ReferencingObjectMap(rule.id, place=each.place),))
            yield TriplesMap("", rule.source, each, (), graphs + pair.graphs, (back,), place=each.place)

    def _graphs(self, found: Keyed) -> tuple[TermMap, ...]:
        nodes = found.items("graphs")
        return tuple(name(each, self._texts, found.place.within("graph", each.line)) for each in nodes)

    def _pair(self, node: Node, place: Place) -> tuple[PredicateObjectMap | None, list[TermMap]]:
        """A predicate-object map, and its inverse predicates."""
        place = place.within("predicates and objects", node.line)
        if isinstance(node, Items):
            return self._short_pair(node, place), []
        found = keyed(node, place, _PAIR_KEYS)
        predicates = [self._predicate(each, place) for each in found.items("predicates")]
        inverses = [self._predicate(each, place) for each in found.items("inversepredicates")]
        if not predicates and not inverses:
            raise MappingError(f"{place}: there are no predicates")
        objects = self._objects(found.get("objects"), place, predicates or inverses)
        objects = [self._refined(each, found, place) for each in objects]
        if not predicates:
            raise MappingError(f"{place}: inverse predicates stand beside predicates")
        return PredicateObjectMap(tuple(predicates), tuple(objects), self._graphs(found)), inverses

    def _short_pair(self, node: Items, place: Place) -> PredicateObjectMap:
        if not 2 <= len(node.items) <= 3:
            raise MappingError(f"{place}: the short form is [predicate, object, datatype or language~lang]")
        first = node.items[0]
        predicates = [self._predicate(each, place) for each in (first.items if isinstance(first, Items) else [first])]
        objects = self._objects(node.items[1], place, predicates)
        more = [scalar(each, place).text for each in node.items[2:]]
        typed = [qualified(each, more, self._texts, place) if isinstance(each, TermMap) else each for each in objects]
        return PredicateObjectMap(tuple(predicates), tuple(typed))

    def _predicate(self, node: Node, place: Place) -> TermMap:
        return name(node, self._texts, place.within("predicate", node.line))

    def _objects(
        self, node: Node | None, place: Place, predicates: Sequence[TermMap]
    ) -> list[TermMap | ReferencingObjectMap]:
        nodes = node.items if isinstance(node, Items) else [] if node is None else [node]
        if not nodes:
            raise MappingError(f"{place}: there are no objects")
        return [made for each in nodes for made in self._object(each, place.within("object", each.line), predicates)]

    def _object(
        self, node: Node, place: Place, predicates: Sequence[TermMap]
    ) -> Sequence[TermMap | ReferencingObjectMap]:
        if not isinstance(node, Entries) or "mapping" not in node.entries:
            return [term(node, self._texts, place, predicates)]
        found = keyed(node, place, _OBJECT_KEYS)
        parent = found.text("mapping") or ""
        if parent not in self._rules:
            raise MappingError(f"{place}: there is no mapping {parent!r}; there are {', '.join(self._rules)}")
        return referencing(found, [rule.id for rule in self._rules[parent]], self._texts, place)

    def _refined(
        self, made: TermMap | ReferencingObjectMap, found: Keyed, place: Place
    ) -> TermMap | ReferencingObjectMap:
        """*made*, with what stands beside it for all objects: a condition, a type, a datatype, a language."""
        conditions: tuple[Expression, ...] = tuple(
            condition(each, self._texts, place.within("condition", each.line)) for each in found.items("condition")
        )
        refined = replace(made, conditions=made.conditions + conditions)
        if isinstance(refined, ReferencingObjectMap):
            return refined
        language, datatype, type_ = found.text("language"), found.text("datatype"), found.text("type")
        if type_ is not None:
            refined = replace(refined, term_type=name(Scalar(f"x~{type_}", 0), self._texts, place).term_type)
        more = [f"{language}~lang"] if language else [datatype] if datatype else []
        return qualified(refined, more, self._texts, place)
