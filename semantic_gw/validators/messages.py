"""The messages of results: what a constraint asks, in English, or what the shape says, its placeholders filled in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from semantic_gw.model import Literal, PropertyPath, Term
from semantic_gw.rdf.namespaces import XSD, compact
from semantic_gw.rdf.property_paths import sparql_text
from semantic_gw.validators import syntax
from semantic_gw.validators.syntax import Constraint, Node, ShapeSyntax

Name = Callable[[Node], str]
"""A shape for people."""

_path_text: Final = lru_cache(maxsize=1024)(sparql_text)
_PLACEHOLDER: Final = re.compile(r"\{[$?](\w+)\}")


def default_message(path: PropertyPath | None, what: str) -> tuple[Literal, ...]:
    """The message where the shape has none: the path, and *what* is wrong there."""
    where = "the node" if path is None else _path_text(path)
    return (Literal(f"{where} {what}", XSD + "string"),)


def has_placeholders(shape: ShapeSyntax) -> bool:
    return any(_PLACEHOLDER.search(message.lexical) for message in shape.messages)


def filled(
    shape: ShapeSyntax, name: Name, focus: Term, path: PropertyPath | None, value: Term | None
) -> tuple[Literal, ...]:
    """The messages of *shape*: `{$this}`, `{$value}`, `{$path}` and its parameters as `{$minCount}` are filled in.

    `{?value}` means the same (SHACL, 5.3.2); what is not known stays as it is.
    """
    known = {key: text for constraint in shape.constraints for key, text in parameters(constraint, name).items()}
    known["this"] = _shown(focus)
    if path is not None:
        known["path"] = _path_text(path)
    if value is not None:
        known["value"] = _shown(value)
    return tuple(
        message._replace(lexical=_PLACEHOLDER.sub(lambda match: known.get(match[1], match[0]), message.lexical))
        for message in shape.messages
    )


def parameters(constraint: Constraint, name: Name) -> dict[str, str]:
    """The parameters of *constraint* by the names that SHACL has for them, for people."""
    texts = _TEXTS.get(type(constraint))
    return {} if texts is None else {key: text for key, text in texts(constraint, name).items() if text}


def _shown(term: Term) -> str:
    if isinstance(term, Literal):
        return term.lexical
    return term if term.startswith("_:") else compact(term)


def _plain(key: str, attribute: str) -> Callable[[Any, Name], Mapping[str, str]]:
    """A parameter that is one term, or a number or text."""

    def texts(constraint: Any, _name: Name) -> Mapping[str, str]:
        given = getattr(constraint, attribute)
        return {key: str(given) if isinstance(given, int) else _shown(given)}

    return texts


def _of_shapes(key: str) -> Callable[[Any, Name], Mapping[str, str]]:
    return lambda constraint, name: {key: ", ".join(map(name, constraint.shapes))}


def _of_shape(key: str) -> Callable[[Any, Name], Mapping[str, str]]:
    return lambda constraint, name: {key: name(constraint.shape)}


def _qualified(key: str, attribute: str) -> Callable[[Any, Name], Mapping[str, str]]:
    return lambda constraint, name: {
        key: str(getattr(constraint, attribute)),
        "qualifiedValueShape": name(constraint.shape),
        "qualifiedValueShapesDisjoint": "true" if constraint.siblings else "false",
    }


_TEXTS: Final[Mapping[type[Constraint], Callable[[Any, Name], Mapping[str, str]]]] = {
    syntax.Class: _plain("class", "class_"),
    syntax.Datatype: _plain("datatype", "datatype"),
    syntax.NodeKind: _plain("nodeKind", "kind"),
    syntax.MinCount: _plain("minCount", "least"),
    syntax.MaxCount: _plain("maxCount", "most"),
    syntax.MinExclusive: _plain("minExclusive", "bound"),
    syntax.MinInclusive: _plain("minInclusive", "bound"),
    syntax.MaxExclusive: _plain("maxExclusive", "bound"),
    syntax.MaxInclusive: _plain("maxInclusive", "bound"),
    syntax.MinLength: _plain("minLength", "least"),
    syntax.MaxLength: _plain("maxLength", "most"),
    syntax.Pattern: lambda constraint, _name: {"pattern": constraint.pattern, "flags": constraint.flags},
    syntax.LanguageIn: lambda constraint, _name: {"languageIn": ", ".join(constraint.ranges)},
    syntax.UniqueLang: lambda _constraint, _name: {"uniqueLang": "true"},
    syntax.Equals: _plain("equals", "predicate"),
    syntax.Disjoint: _plain("disjoint", "predicate"),
    syntax.LessThan: _plain("lessThan", "predicate"),
    syntax.LessThanOrEquals: _plain("lessThanOrEquals", "predicate"),
    syntax.Not: _of_shape("not"),
    syntax.And: _of_shapes("and"),
    syntax.Or: _of_shapes("or"),
    syntax.Xone: _of_shapes("xone"),
    syntax.ByNode: _of_shape("node"),
    syntax.QualifiedMinCount: _qualified("qualifiedMinCount", "least"),
    syntax.QualifiedMaxCount: _qualified("qualifiedMaxCount", "most"),
    syntax.Closed: lambda constraint, _name: {"closed": "true", "allowed": ", ".join(map(compact, constraint.allowed))},
    syntax.HasValue: _plain("hasValue", "term"),
    syntax.In: lambda constraint, _name: {"in": ", ".join(map(_shown, constraint.terms))},
}
