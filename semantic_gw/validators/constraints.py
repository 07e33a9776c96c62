"""The constraint components of SHACL Core (4), each compiled to a check over value nodes: a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol

from semantic_gw.model import IRI, Literal, Term
from semantic_gw.rdf.namespaces import SH, compact
from semantic_gw.validators.datatypes import Value, less, value_of, well_formed
from semantic_gw.validators.paths import Path
from semantic_gw.validators.patterns import translate
from semantic_gw.validators.source import ShapesGraph, show
from semantic_gw.validators.view import View

Violations = Sequence[tuple[Term | None, str]]
"""A value node (or None) and a message for each violation; empty where there is none."""

Check = Callable[[View, Term, Sequence[Term]], Violations]
"""Looks at a focus node and its value nodes."""

FINE: Final[Violations] = ()


class Conforming(Protocol):
    """A compiled shape, as far as constraints look at it."""

    def conforms(self, view: View, node: Term) -> bool: ...


@dataclass(frozen=True, slots=True)
class Site:
    """Where a constraint stands: its shape, the shape's path (None for a node shape), and how to compile another."""

    graph: ShapesGraph
    shape: Term
    path: Path | None
    compile: Callable[[Term], Conforming]

    def needs_path(self, name: str) -> None:
        if self.path is None:
            self.graph.fail(self.shape, f"is a node shape: sh:{name} is for property shapes")


Compiler = Callable[[Site, Term], Check]


def each(test: Callable[[View, Term], bool], message: str) -> Check:
    """A check that reports every value node that fails *test*."""

    def check(view: View, _focus: Term, values: Sequence[Term]) -> Violations:
        for value in values:
            if not test(view, value):
                return [(failing, message) for failing in values if not test(view, failing)]
        return FINE

    return check


def _class(site: Site, parameter: Term) -> Check:
    class_ = site.graph.iri(site.shape, parameter, "sh:class")
    return each(lambda view, value: view.is_instance(value, class_), f"must be a {compact(class_)}")


def _datatype(site: Site, parameter: Term) -> Check:
    datatype = site.graph.iri(site.shape, parameter, "sh:datatype")

    def fits(_view: View, value: Term) -> bool:
        return type(value) is Literal and value.datatype == datatype and well_formed(value)

    return each(fits, f"must be a well-formed {compact(datatype)}")


def _node_kind(site: Site, parameter: Term) -> Check:
    kinds = _NODE_KINDS.get(site.graph.iri(site.shape, parameter, "sh:nodeKind"))
    if kinds is None:
        site.graph.fail(site.shape, f"has no known node kind: {show(parameter)}")
    return each(lambda _view, value: _kind_of(value) in kinds, f"must be of kind {compact(str(parameter))}")


_NODE_KINDS: Final = {
    SH + "IRI": frozenset({"iri"}),
    SH + "BlankNode": frozenset({"blank"}),
    SH + "Literal": frozenset({"literal"}),
    SH + "BlankNodeOrIRI": frozenset({"blank", "iri"}),
    SH + "BlankNodeOrLiteral": frozenset({"blank", "literal"}),
    SH + "IRIOrLiteral": frozenset({"iri", "literal"}),
}


def _kind_of(term: Term) -> str:
    if type(term) is Literal:
        return "literal"
    return "blank" if str(term).startswith("_:") else "iri"


def _min_count(site: Site, parameter: Term) -> Check:
    site.needs_path("minCount")
    least = site.graph.integer(site.shape, parameter, "sh:minCount")

    def check(_view: View, _focus: Term, values: Sequence[Term]) -> Violations:
        return FINE if len(values) >= least else [(None, f"must have at least {least}, has {len(values)}")]

    return check


def _max_count(site: Site, parameter: Term) -> Check:
    site.needs_path("maxCount")
    most = site.graph.integer(site.shape, parameter, "sh:maxCount")

    def check(_view: View, _focus: Term, values: Sequence[Term]) -> Violations:
        return FINE if len(values) <= most else [(None, f"must have at most {most}, has {len(values)}")]

    return check


def _bound(name: str, *, upper: bool, inclusive: bool) -> Compiler:
    def compiler(site: Site, parameter: Term) -> Check:
        bound = value_of(parameter) if isinstance(parameter, Literal) else None
        if bound is None:
            site.graph.fail(site.shape, f"wants a literal that has an order for sh:{name}, not {show(parameter)}")

        def fits(_view: View, value: Term) -> bool:
            if type(value) is not Literal:
                return False
            number = value_of(value)
            pair = (number, bound) if upper else (bound, number)
            return bool(less(*pair, or_equal=inclusive))

        return each(fits, f"must be {'<' if upper else '>'}{'=' if inclusive else ''} {show(parameter)}")

    return compiler


def _length(name: str, fits: Callable[[int, int], bool]) -> Compiler:
    def compiler(site: Site, parameter: Term) -> Check:
        length = site.graph.integer(site.shape, parameter, f"sh:{name}")

        def test(_view: View, value: Term) -> bool:
            text = _text(value)
            return text is not None and fits(len(text), length)

        return each(test, f"must have a {name[:3]}imum length of {length}")

    return compiler


def _text(value: Term) -> str | None:
    """The string of a value node (SPARQL's STR); None for blank nodes."""
    if isinstance(value, Literal):
        return value.lexical
    return None if value.startswith("_:") else value


def _pattern(site: Site, parameter: Term) -> Check:
    pattern = site.graph.text(site.shape, parameter, "sh:pattern")
    flags = site.graph.one(site.shape, SH + "flags")
    try:
        compiled = translate(pattern, flags.lexical if isinstance(flags, Literal) else "")
    except ValueError as error:
        site.graph.fail(site.shape, str(error))

    @lru_cache(maxsize=1024)
    def matches(text: str) -> bool:
        return compiled.search(text) is not None

    def fits(_view: View, value: Term) -> bool:
        text = _text(value)
        return text is not None and matches(text)

    return each(fits, f"must match {pattern!r}")


def _language_in(site: Site, parameter: Term) -> Check:
    ranges = [site.graph.text(site.shape, t, "sh:languageIn").lower() for t in site.graph.list(site.shape, parameter)]

    def fits(_view: View, value: Term) -> bool:
        tag = value.language.lower() if isinstance(value, Literal) and value.language else ""
        return any(tag == one or tag.startswith(one + "-") for one in ranges)

    return each(fits, f"must be in one of the languages {', '.join(ranges)}")


def _unique_lang(site: Site, parameter: Term) -> Check:
    site.needs_path("uniqueLang")
    if (
        not isinstance(parameter, Literal)
        or parameter.lexical != "true"
        or not site.graph.boolean(site.shape, parameter, "sh:uniqueLang")
    ):
        return _nothing

    def check(_view: View, _focus: Term, values: Sequence[Term]) -> Violations:
        tags = [v.language.lower() for v in values if isinstance(v, Literal) and v.language]
        twice = sorted({tag for tag in tags if tags.count(tag) > 1})
        return [(None, f"must have one value in language {tag}") for tag in twice]

    return check


def _nothing(_view: View, _focus: Term, _values: Sequence[Term]) -> Violations:
    return FINE


def _equals(site: Site, parameter: Term) -> Check:
    predicate = site.graph.iri(site.shape, parameter, "sh:equals")

    def check(view: View, focus: Term, values: Sequence[Term]) -> Violations:
        others = view.objects(focus, predicate)
        lone = (*(v for v in values if v not in others), *(o for o in others if o not in values))
        return [(value, f"must be the same as {compact(predicate)}") for value in lone]

    return check


def _disjoint(site: Site, parameter: Term) -> Check:
    predicate = site.graph.iri(site.shape, parameter, "sh:disjoint")
    message = f"must not be a value of {compact(predicate)}"

    def check(view: View, focus: Term, values: Sequence[Term]) -> Violations:
        others = view.objects(focus, predicate)
        shared = [value for value in values if value in others]
        return [(value, message) for value in shared] if shared else FINE

    return check


def _less_than(name: str, *, or_equal: bool) -> Compiler:
    def compiler(site: Site, parameter: Term) -> Check:
        site.needs_path(name)
        predicate = site.graph.iri(site.shape, parameter, f"sh:{name}")

        def check(view: View, focus: Term, values: Sequence[Term]) -> Violations:
            pairs = [(value, other) for value in values for other in view.objects(focus, predicate)]
            wrong = [v for v, other in pairs if not less(_value(v), _value(other), or_equal=or_equal)]
            return [(value, f"must be less than {compact(predicate)}") for value in wrong]

        return check

    return compiler


def _value(term: Term) -> Value | None:
    return value_of(term) if isinstance(term, Literal) else None


def _not(site: Site, parameter: Term) -> Check:
    shape = site.compile(parameter)
    return each(lambda view, value: not shape.conforms(view, value), "must not conform to the shape given by sh:not")


def _logic(name: str, fits: Callable[[Iterable[bool]], bool]) -> Compiler:
    def compiler(site: Site, parameter: Term) -> Check:
        shapes = [site.compile(member) for member in site.graph.list(site.shape, parameter)]

        def test(view: View, value: Term) -> bool:
            return fits(shape.conforms(view, value) for shape in shapes)

        return each(test, f"must conform to the shapes of sh:{name}")

    return compiler


def _node(site: Site, parameter: Term) -> Check:
    shape = site.compile(parameter)
    return each(shape.conforms, f"must conform to {site.graph.name(parameter)}")


def _qualified(bound: str, fits: Callable[[int, int], bool]) -> Compiler:
    def compiler(site: Site, parameter: Term) -> Check:
        site.needs_path(bound)
        graph, here = site.graph, site.shape
        count = graph.integer(here, parameter, f"sh:{bound}")
        given = graph.one(here, SH + "qualifiedValueShape")
        if given is None:
            graph.fail(here, f"has sh:{bound} but no sh:qualifiedValueShape")
        shape = site.compile(given)
        siblings = [site.compile(sibling) for sibling in _siblings(graph, here, given)]

        def check(view: View, _focus: Term, values: Sequence[Term]) -> Violations:
            found = [v for v in values if shape.conforms(view, v) and not any(s.conforms(view, v) for s in siblings)]
            if fits(len(found), count):
                return FINE
            return [(None, f"{len(found)} values conform to {graph.name(given)}; {bound} is {count}")]

        return check

    return compiler


def _siblings(graph: ShapesGraph, here: Term, given: Term) -> list[Term]:
    """The qualified value shapes of the property shapes beside *here* (SHACL, 4.7.3)."""
    disjoint = graph.one(here, SH + "qualifiedValueShapesDisjoint")
    if disjoint is None or not graph.boolean(here, disjoint, "sh:qualifiedValueShapesDisjoint"):
        return []
    parents = [s for s, p, o in graph.triples if p == SH + "property" and o == here]
    beside = [shape for parent in parents for shape in graph.terms(parent, SH + "property")]
    found = [value for shape in beside for value in graph.terms(shape, SH + "qualifiedValueShape")]
    return [value for value in dict.fromkeys(found) if value != given]


def _closed(site: Site, parameter: Term) -> Check:
    if not site.graph.boolean(site.shape, parameter, "sh:closed"):
        return _nothing
    listed = site.graph.one(site.shape, SH + "ignoredProperties")
    ignored = site.graph.list(site.shape, listed) if listed is not None else []
    paths = [p for s in site.graph.terms(site.shape, SH + "property") for p in site.graph.terms(s, SH + "path")]
    allowed = {*ignored, *(path for path in paths if isinstance(path, str))}

    def check(view: View, _focus: Term, values: Sequence[Term]) -> Violations:
        found = [(p, terms) for value in values for p, terms in view.predicates(value).items() if p not in allowed]
        return [(term, f"{compact(p)} is not allowed: the shape is closed") for p, terms in found for term in terms]

    return check


def _has_value(_site: Site, parameter: Term) -> Check:
    def check(_view: View, _focus: Term, values: Sequence[Term]) -> Violations:
        return FINE if parameter in values else [(None, f"must have the value {show(parameter)}")]

    return check


def _in(site: Site, parameter: Term) -> Check:
    allowed = frozenset(site.graph.list(site.shape, parameter))
    shown = ", ".join(sorted(show(term) for term in allowed)[:12])
    return each(lambda _view, value: value in allowed, f"must be one of {shown}")


COMPONENTS: Final[dict[IRI, tuple[IRI, Compiler]]] = {
    SH + parameter: (f"{SH}{component}ConstraintComponent", compiler)
    for parameter, component, compiler in (
        ("class", "Class", _class),
        ("datatype", "Datatype", _datatype),
        ("nodeKind", "NodeKind", _node_kind),
        ("minCount", "MinCount", _min_count),
        ("maxCount", "MaxCount", _max_count),
        ("minExclusive", "MinExclusive", _bound("minExclusive", upper=False, inclusive=False)),
        ("minInclusive", "MinInclusive", _bound("minInclusive", upper=False, inclusive=True)),
        ("maxExclusive", "MaxExclusive", _bound("maxExclusive", upper=True, inclusive=False)),
        ("maxInclusive", "MaxInclusive", _bound("maxInclusive", upper=True, inclusive=True)),
        ("minLength", "MinLength", _length("minLength", lambda length, bound: length >= bound)),
        ("maxLength", "MaxLength", _length("maxLength", lambda length, bound: length <= bound)),
        ("pattern", "Pattern", _pattern),
        ("languageIn", "LanguageIn", _language_in),
        ("uniqueLang", "UniqueLang", _unique_lang),
        ("equals", "Equals", _equals),
        ("disjoint", "Disjoint", _disjoint),
        ("lessThan", "LessThan", _less_than("lessThan", or_equal=False)),
        ("lessThanOrEquals", "LessThanOrEquals", _less_than("lessThanOrEquals", or_equal=True)),
        ("not", "Not", _not),
        ("and", "And", _logic("and", all)),
        ("or", "Or", _logic("or", any)),
        ("xone", "Xone", _logic("xone", lambda conforming: sum(conforming) == 1)),
        ("node", "Node", _node),
        ("qualifiedMinCount", "QualifiedMinCount", _qualified("qualifiedMinCount", lambda found, n: found >= n)),
        ("qualifiedMaxCount", "QualifiedMaxCount", _qualified("qualifiedMaxCount", lambda found, n: found <= n)),
        ("closed", "Closed", _closed),
        ("hasValue", "HasValue", _has_value),
        ("in", "In", _in),
    )
}
"""Parameter → component IRI and compiler."""

PARTS: Final = frozenset(
    SH + name
    for name in (
        "flags",
        "ignoredProperties",
        "qualifiedValueShape",
        "qualifiedValueShapesDisjoint",
    )
)
"""Parameters that belong to another one of their component."""
