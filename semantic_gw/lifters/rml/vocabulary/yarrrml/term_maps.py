"""Subjects, predicates, objects and graphs of YARRRML read into term maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from semantic_gw.errors import MappingError
from semantic_gw.lifters.rml.model import (
    Constant,
    Place,
    ReferencingObjectMap,
    TermMap,
    TermType,
)
from semantic_gw.lifters.rml.vocabulary.yarrrml.calls import CALL_KEYS, call, condition, join
from semantic_gw.lifters.rml.vocabulary.yarrrml.entries import Keyed, keyed, scalar
from semantic_gw.lifters.rml.vocabulary.yarrrml.texts import Texts, suffixed
from semantic_gw.model import Literal
from semantic_gw.rdf.namespaces import RDF
from semantic_gw.yaml_nodes import Entries, Items, Node

TYPE: Final = RDF + "type"
_TYPES: Final = {
    "iri": TermType.IRI,
    "uri": TermType.URI,
    "unsafeiri": TermType.UNSAFE_IRI,
    "unsafeuri": TermType.UNSAFE_URI,
    "blank": TermType.BLANK_NODE,
    "blanknode": TermType.BLANK_NODE,
    "literal": TermType.LITERAL,
}
_SUFFIXES: Final = frozenset(_TYPES)
_VALUE_KEYS: Final = ("value", "type", "datatype", "language", "targets", "condition")


def name(node: Node, texts: Texts, place: Place) -> TermMap:
    """What makes an IRI (or blank node, with `~blanknode`): a subject, a predicate, a graph. Raises MappingError."""
    if isinstance(node, Entries):
        found = keyed(node, place, (*CALL_KEYS, "value"))
        conditions = tuple(condition(each, texts, place) for each in found.items("condition"))
        if found.get("function") is not None:
            return TermMap(call(found, texts), _type(found) or TermType.IRI, conditions=conditions, place=place)
        value = found.get("value")
        if value is None:
            raise MappingError(f"{place}: there is no value and no function")
        made = name(value, texts, place)
        return replace(made, term_type=_type(found) or made.term_type, conditions=conditions)
    text, suffix = suffixed(scalar(node, place).text, _SUFFIXES)
    if text == "a" and not suffix:
        return TermMap(Constant(TYPE), place=place)
    term_type = _TYPES[suffix] if suffix else TermType.IRI
    return TermMap(texts.expression(text, place, iri=term_type.names), term_type, place=place)


def term(node: Node, texts: Texts, place: Place, predicates: Sequence[TermMap]) -> TermMap:
    """What makes an object with *predicates*: `$(name)`, `[$(name), xsd:string]`, or by keys. Raises MappingError."""
    if isinstance(node, Items):
        parts = [scalar(item, place).text for item in node.items]
        if not 1 <= len(parts) <= 2:
            raise MappingError(f"{place}: a short object is [value, datatype or language~lang]")
        return qualified(_value(parts[0], texts, place, predicates, ""), parts[1:], texts, place)
    if not isinstance(node, Entries):
        return _value(scalar(node, place).text, texts, place, predicates, "")
    found = keyed(node, place, (*CALL_KEYS, "value", "mapping"))
    return _by_keys(found, texts, place, predicates)


def _by_keys(found: Keyed, texts: Texts, place: Place, predicates: Sequence[TermMap]) -> TermMap:
    conditions = tuple(condition(each, texts, place) for each in found.items("condition"))
    if found.get("function") is not None:
        default = TermType.IRI if _are_types(predicates) else TermType.LITERAL
        made = TermMap(call(found, texts), _type(found) or default, conditions=conditions, place=place)
    else:
        keyed(found.node, place, _VALUE_KEYS)
        value = found.text("value")
        if value is None:
            raise MappingError(f"{place}: the object has no value, no function and no mapping")
        made = replace(_value(value, texts, place, predicates, found.text("type") or ""), conditions=conditions)
    language, datatype = found.text("language"), found.text("datatype")
    if language and datatype:
        raise MappingError(f"{place}: a literal has a language or a datatype, not both")
    more = [f"{language}~lang"] if language else [datatype] if datatype else []
    return qualified(made, more, texts, place)


def _value(text: str, texts: Texts, place: Place, predicates: Sequence[TermMap], type: str) -> TermMap:
    """The object of a value: a literal, but for a class, a name with a prefix of the document, and `~iri`."""
    plain, suffix = suffixed(text, _SUFFIXES)
    said = type.lower() or suffix
    if said and said not in _TYPES:
        raise MappingError(f"{place}: there is no type {said!r}; there are {', '.join(_TYPES)}")
    if said:
        term_type = _TYPES[said]
    else:
        term_type = TermType.IRI if _are_types(predicates) or texts.is_name(plain) else TermType.LITERAL
    return TermMap(texts.expression(plain, place, iri=term_type.names), term_type, place=place)


def qualified(made: TermMap, more: Sequence[str], texts: Texts, place: Place) -> TermMap:
    """*made*, with the datatype or the `language~lang` of *more*. Raises MappingError where it makes no literals."""
    if not more:
        return made
    text, suffix = suffixed(more[0], frozenset({"lang"}))
    if isinstance(made.expression, Constant) and isinstance(made.expression.value, str):  # a name, but it is typed
        made = replace(made, expression=Constant(Literal(made.expression.value, "")))
    made = replace(made, term_type=TermType.LITERAL)
    if suffix:
        return replace(made, language=texts.expression(text, place, iri=False))
    return replace(made, datatype=texts.expression(text, place, iri=True))


def referencing(found: Keyed, targets: Sequence[str], texts: Texts, place: Place) -> list[ReferencingObjectMap]:
    """Objects that are the subjects of the triples maps *targets*. Raises MappingError."""
    joins = tuple(join(each, texts, place.within("condition", each.line)) for each in found.items("condition"))
    return [ReferencingObjectMap(target, joins, place=place) for target in targets]


def _are_types(predicates: Sequence[TermMap]) -> bool:
    return any(each.expression == Constant(TYPE) for each in predicates)


def _type(found: Keyed) -> TermType | None:
    text = found.text("type")
    if text is None:
        return None
    if text.lower() not in _TYPES:
        raise MappingError(f"{found.place}: there is no type {text!r}; there are {', '.join(_TYPES)}")
    return _TYPES[text.lower()]
