"""The parameters of SHACL Core (4), each read as the constraint that it makes: a table of functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from semantic_gw.model import IRI, Literal, PropertyPath, Term
from semantic_gw.rdf.namespaces import SH
from semantic_gw.validators import syntax
from semantic_gw.validators.literals import translate, value_of
from semantic_gw.validators.source import ShapesGraph, show
from semantic_gw.validators.syntax import Constraint
from semantic_gw.validators.terms import named

_NODE_KINDS: Final = tuple(
    SH + kind for kind in ("IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")
)


@dataclass(frozen=True, slots=True)
class Site:
    """Where parameters stand: their shape, and its path (None for a node shape). *warn* is told what asks nothing."""

    graph: ShapesGraph
    shape: IRI
    path: PropertyPath | None
    warn: Callable[[str], None]

    def needs_path(self, name: str) -> None:
        if self.path is None:
            self.graph.fail(self.shape, f"is a node shape: sh:{name} is for property shapes")

    def iri(self, term: Term, name: str) -> IRI:
        return self.graph.iri(self.shape, term, f"sh:{name}")

    def other(self, term: Term, name: str) -> IRI:
        """The node of another shape."""
        if isinstance(term, Literal):
            self.graph.fail(self.shape, f"wants a shape for sh:{name}, not {show(term)}")
        if term not in self.graph.nodes:
            self.graph.fail(self.shape, f"refers to {show(term)}, which is not described")
        return term

    def others(self, head: Term, name: str) -> tuple[IRI, ...]:
        return tuple(self.other(member, name) for member in self.graph.list(self.shape, head))

    def flag(self, name: str) -> bool:
        """A part that is true or false; false where it is not given."""
        given = self.graph.one(self.shape, SH + name)
        return given is not None and self.graph.boolean(self.shape, given, f"sh:{name}")


Reader = Callable[[Site, Term], Constraint | None]
"""Reads one parameter; gives None where it asks nothing. Raises ShapeError."""


def _iri(name: str, make: Callable[[IRI], Constraint], *, of_paths: bool = False) -> Reader:
    def read(site: Site, term: Term) -> Constraint:
        if of_paths:
            site.needs_path(name)
        return make(site.iri(term, name))

    return read


def _count(name: str, make: Callable[[int], Constraint], *, of_paths: bool) -> Reader:
    def read(site: Site, term: Term) -> Constraint:
        if of_paths:
            site.needs_path(name)
        return make(site.graph.integer(site.shape, term, f"sh:{name}"))

    return read


def _bound(name: str, make: Callable[[Literal], Constraint]) -> Reader:
    def read(site: Site, term: Term) -> Constraint:
        if not isinstance(term, Literal) or value_of(term) is None:
            site.graph.fail(site.shape, f"wants a literal that has an order for sh:{name}, not {show(term)}")
        return make(term)

    return read


def _node_kind(site: Site, term: Term) -> Constraint:
    kind = site.iri(term, "nodeKind")
    if kind not in _NODE_KINDS:
        site.graph.fail(
            site.shape, f"has no known node kind: {show(kind)}; there are {', '.join(map(show, _NODE_KINDS))}"
        )
    return syntax.NodeKind(kind)


def _pattern(site: Site, term: Term) -> Constraint:
    graph, here = site.graph, site.shape
    given = graph.one(here, SH + "flags")
    pattern = graph.text(here, term, "sh:pattern")
    flags = "" if given is None else graph.text(here, given, "sh:flags")
    try:
        translate(pattern, flags)
    except ValueError as error:
        graph.fail(here, str(error))
    return syntax.Pattern(pattern, flags)


def _language_in(site: Site, term: Term) -> Constraint:
    members = site.graph.list(site.shape, term)
    return syntax.LanguageIn(tuple(site.graph.text(site.shape, member, "sh:languageIn") for member in members))


def _unique_lang(site: Site, term: Term) -> Constraint | None:
    site.needs_path("uniqueLang")
    if site.graph.boolean(site.shape, term, "sh:uniqueLang"):
        if isinstance(term, Literal) and term.lexical == "true":
            return syntax.UniqueLang()
        site.warn("asks nothing with sh:uniqueLang 1: only true does (SHACL, 4.4.5)")
    return None


def _member_shapes(name: str, make: Callable[[tuple[IRI, ...]], Constraint]) -> Reader:
    return lambda site, term: make(site.others(term, name))


def _not(site: Site, term: Term) -> Constraint:
    return syntax.Not(site.other(term, "not"))


def _node(site: Site, term: Term) -> Constraint:
    if site.graph.terms(term, SH + "path"):
        site.graph.fail(site.shape, f"gives sh:node the property shape {site.graph.name(term)}; use sh:property")
    return syntax.ByNode(site.other(term, "node"))


def _property(site: Site, term: Term) -> Constraint:
    if not site.graph.terms(site.other(term, "property"), SH + "path"):
        site.graph.fail(site.shape, f"has the property shape {site.graph.name(term)} without sh:path")
    return syntax.ByProperty(site.other(term, "property"))


def _qualified(name: str, make: Callable[[int, IRI, tuple[IRI, ...]], Constraint]) -> Reader:
    def read(site: Site, term: Term) -> Constraint | None:
        graph, here = site.graph, site.shape
        count = graph.integer(here, term, f"sh:{name}")
        given = graph.one(here, SH + "qualifiedValueShape")
        if given is None:
            if site.path is not None:
                graph.fail(here, f"has sh:{name} but no sh:qualifiedValueShape")
            site.warn(f"asks nothing with sh:{name}: it is for property shapes (SHACL, 4.7.3)")
            return None
        site.needs_path(name)
        return make(count, site.other(given, "qualifiedValueShape"), _siblings(site, given))

    return read


def _siblings(site: Site, given: Term) -> tuple[IRI, ...]:
    """The qualified value shapes of the property shapes beside this one (SHACL, 4.7.3)."""
    graph, here = site.graph, site.shape
    if not site.flag("qualifiedValueShapesDisjoint"):
        return ()
    parents = graph.subjects(SH + "property", here)
    beside = [shape for parent in parents for shape in graph.terms(parent, SH + "property")]
    found = [value for shape in beside for value in graph.terms(shape, SH + "qualifiedValueShape")]
    return tuple(site.other(value, "qualifiedValueShape") for value in dict.fromkeys(found) if value != given)


def _closed(site: Site, term: Term) -> Constraint | None:
    graph, here = site.graph, site.shape
    listed = graph.one(here, SH + "ignoredProperties")
    members = graph.list(here, listed) if listed is not None else []
    ignored = [site.iri(member, "ignoredProperties") for member in members]
    if not graph.boolean(here, term, "sh:closed"):
        return None
    paths = [path for shape in graph.terms(here, SH + "property") for path in graph.terms(shape, SH + "path")]
    return syntax.Closed(frozenset((*ignored, *(str(path) for path in paths if not str(path).startswith("_:")))))


def _has_value(_site: Site, term: Term) -> Constraint:
    return syntax.HasValue(term)


def _in(site: Site, term: Term) -> Constraint:
    return syntax.In(tuple(site.graph.list(site.shape, term)))


READERS: Final[dict[IRI, Reader]] = {
    SH + name: reader
    for name, reader in {
        "class": _iri("class", syntax.Class),
        "datatype": _iri("datatype", syntax.Datatype),
        "nodeKind": _node_kind,
        "minCount": _count("minCount", syntax.MinCount, of_paths=True),
        "maxCount": _count("maxCount", syntax.MaxCount, of_paths=True),
        "minExclusive": _bound("minExclusive", syntax.MinExclusive),
        "minInclusive": _bound("minInclusive", syntax.MinInclusive),
        "maxExclusive": _bound("maxExclusive", syntax.MaxExclusive),
        "maxInclusive": _bound("maxInclusive", syntax.MaxInclusive),
        "minLength": _count("minLength", syntax.MinLength, of_paths=False),
        "maxLength": _count("maxLength", syntax.MaxLength, of_paths=False),
        "pattern": _pattern,
        "languageIn": _language_in,
        "uniqueLang": _unique_lang,
        "equals": _iri("equals", syntax.Equals),
        "disjoint": _iri("disjoint", syntax.Disjoint),
        "lessThan": _iri("lessThan", syntax.LessThan, of_paths=True),
        "lessThanOrEquals": _iri("lessThanOrEquals", syntax.LessThanOrEquals, of_paths=True),
        "not": _not,
        "and": _member_shapes("and", syntax.And),
        "or": _member_shapes("or", syntax.Or),
        "xone": _member_shapes("xone", syntax.Xone),
        "node": _node,
        "property": _property,
        "qualifiedMinCount": _qualified("qualifiedMinCount", syntax.QualifiedMinCount),
        "qualifiedMaxCount": _qualified("qualifiedMaxCount", syntax.QualifiedMaxCount),
        "closed": _closed,
        "hasValue": _has_value,
        "in": _in,
    }.items()
}
"""Parameter → how it is read. Several values of one are a constraint each where SHACL allows them."""

REPEATABLE: Final = named("class equals disjoint lessThan lessThanOrEquals not and or xone node hasValue property")
"""Parameters that a shape may give several times; of the others there is at most one."""

_WHOLE_OF: Final = {
    SH + part: tuple(SH + whole for whole in wholes.split())
    for part, wholes in {
        "flags": "pattern",
        "ignoredProperties": "closed",
        "qualifiedValueShape": "qualifiedMinCount qualifiedMaxCount",
        "qualifiedValueShapesDisjoint": "qualifiedMinCount qualifiedMaxCount",
    }.items()
}
"""Part → the parameters that it belongs to."""


def read_constraints(site: Site) -> Iterable[Constraint]:
    """What the parameters at *site* ask. Raises ShapeError."""
    given = site.graph.nodes[site.shape]
    for parameter, reader in READERS.items():
        terms = given.get(parameter, ())
        if len(terms) > 1 and parameter not in REPEATABLE:
            site.graph.one(site.shape, parameter)
        for term in terms:
            constraint = reader(site, term)
            if constraint is not None:
                yield constraint
    _check_parts(site)


def _check_parts(site: Site) -> None:
    given = site.graph.nodes[site.shape]
    if site.path is None and SH + "qualifiedValueShape" in given:
        site.needs_path("qualifiedValueShape")
    for part, wholes in _WHOLE_OF.items():
        if part in given and not any(whole in given for whole in wholes):
            site.warn(f"asks nothing with {show(part)}: it has no {' or '.join(map(show, wholes))}")
