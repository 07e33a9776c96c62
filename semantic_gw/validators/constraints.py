"""The constraint components of SHACL Core (4): a table of compilers, a function each.

A compiler turns a parameter into one of three forms: `Each` looks at one value node at a time, `Counted` at how many
there are, `Whole` at all of them. A shape fuses its forms into one question, "is all fine?", and asks each for its
violations only where it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple, Protocol

from semantic_gw.model import IRI, Literal, PropertyPath, Term
from semantic_gw.rdf.namespaces import SH, compact
from semantic_gw.validators.literals import MOST_REMEMBERED, Value, less, translate, value_of, well_formed
from semantic_gw.validators.source import ShapesGraph, show
from semantic_gw.validators.view import TYPE, Background, View


class Violation(NamedTuple):
    """What is wrong: the value node it is about, if one, and the path where it is not the shape's own."""

    value: Term | None
    message: str
    path: IRI | None = None


Violations = Sequence[Violation]
"""Empty where all is fine."""

Test = Callable[[View, Term], bool]
"""Whether a node is fine."""


Judge = Callable[[View, Term, Sequence[Term]], Violations]
"""What is wrong with the value nodes of a focus node."""


@dataclass(frozen=True, slots=True)
class Each:
    """A constraint that every value node meets by itself."""

    test: Test
    message: str

    def violations(self, view: View, _focus: Term, values: Sequence[Term]) -> Violations:
        return [Violation(value, self.message) for value in values if not self.test(view, value)]


@dataclass(frozen=True, slots=True)
class Counted:
    """A constraint on how many value nodes there are."""

    message: str
    least: int = 0
    most: int | None = None

    def violations(self, _view: View, _focus: Term, values: Sequence[Term]) -> Violations:
        fine = self.least <= len(values) and (self.most is None or len(values) <= self.most)
        return () if fine else [Violation(None, f"{self.message}, has {len(values)}")]


@dataclass(frozen=True, slots=True)
class Whole:
    """A constraint on all value nodes of a focus node at once.

    *wrong* is whether there are violations at all, where that can be told for less.
    """

    violations: Judge
    wrong: Callable[[View, Term, Sequence[Term]], object]


def _whole(violations: Judge) -> Whole:
    return Whole(violations, violations)


Constraint = Each | Counted | Whole


class Conforming(Protocol):
    """A compiled shape, as far as constraints look at it."""

    @property
    def conforms(self) -> Test: ...


@dataclass(frozen=True, slots=True)
class Site:
    """Where a constraint stands: its shape, the shape's path (None for a node shape), and how to compile another."""

    graph: ShapesGraph
    shape: Term
    path: PropertyPath | None
    background: Background
    compile: Callable[[Term], Conforming]

    def needs_path(self, name: str) -> None:
        if self.path is None:
            self.graph.fail(self.shape, f"is a node shape: sh:{name} is for property shapes")


Compiler = Callable[[Site, Term], Constraint]


def _class(site: Site, parameter: Term) -> Constraint:
    class_ = site.graph.iri(site.shape, parameter, "sh:class")
    below, known = site.background.subclasses(class_), site.background.instances(class_)

    def is_instance(view: View, value: Term) -> bool:
        predicates = view.forward.get(value)
        if predicates is not None:
            for type_ in predicates.get(TYPE, ()):
                if type_ in below:
                    return True
        return value in known or (view.hierarchy is not None and view.is_instance(value, class_))

    return Each(is_instance, f"must be a {compact(class_)}")


def _datatype(site: Site, parameter: Term) -> Constraint:
    datatype = site.graph.iri(site.shape, parameter, "sh:datatype")

    def fits(_view: View, value: Term) -> bool:
        return type(value) is Literal and value.datatype == datatype and well_formed(value)

    return Each(fits, f"must be a well-formed {compact(datatype)}")


def _node_kind(site: Site, parameter: Term) -> Constraint:
    test = _NODE_KINDS.get(site.graph.iri(site.shape, parameter, "sh:nodeKind"))
    if test is None:
        known = ", ".join(compact(kind) for kind in _NODE_KINDS)
        site.graph.fail(site.shape, f"has no known node kind: {show(parameter)}; there are {known}")
    return Each(test, f"must be of kind {compact(str(parameter))}")


def _is_iri(_view: View, value: Term) -> bool:
    return not isinstance(value, Literal) and not value.startswith("_:")


def _is_literal(_view: View, value: Term) -> bool:
    return isinstance(value, Literal)


def _is_blank(_view: View, value: Term) -> bool:
    return not isinstance(value, Literal) and value.startswith("_:")


_NODE_KINDS: Final[dict[IRI, Test]] = {
    SH + "IRI": _is_iri,
    SH + "BlankNode": _is_blank,
    SH + "Literal": _is_literal,
    SH + "BlankNodeOrIRI": lambda _view, value: not isinstance(value, Literal),
    SH + "BlankNodeOrLiteral": lambda _view, value: isinstance(value, Literal) or value.startswith("_:"),
    SH + "IRIOrLiteral": lambda _view, value: isinstance(value, Literal) or not value.startswith("_:"),
}


def _min_count(site: Site, parameter: Term) -> Constraint:
    site.needs_path("minCount")
    least = site.graph.integer(site.shape, parameter, "sh:minCount")
    return Counted(f"must have at least {least}", least=least)


def _max_count(site: Site, parameter: Term) -> Constraint:
    site.needs_path("maxCount")
    most = site.graph.integer(site.shape, parameter, "sh:maxCount")
    return Counted(f"must have at most {most}", most=most)


def _bound(name: str, *, upper: bool, inclusive: bool) -> Compiler:
    def compiler(site: Site, parameter: Term) -> Constraint:
        bound = _value(parameter)
        if bound is None:
            site.graph.fail(site.shape, f"wants a literal that has an order for sh:{name}, not {show(parameter)}")

        def fits(_view: View, value: Term) -> bool:
            pair = (_value(value), bound) if upper else (bound, _value(value))
            return bool(less(*pair, or_equal=inclusive))

        return Each(fits, f"must be {'<' if upper else '>'}{'=' if inclusive else ''} {show(parameter)}")

    return compiler


def _value(term: Term) -> Value | None:
    return value_of(term) if isinstance(term, Literal) else None


def _length(name: str, fits: Callable[[int, int], bool]) -> Compiler:
    def compiler(site: Site, parameter: Term) -> Constraint:
        length = site.graph.integer(site.shape, parameter, f"sh:{name}")

        def test(_view: View, value: Term) -> bool:
            text = _text(value)
            return text is not None and fits(len(text), length)

        return Each(test, f"must have a {name[:3]}imum length of {length}")

    return compiler


def _text(value: Term) -> str | None:
    """The string of a value node (SPARQL's STR); None for blank nodes."""
    if isinstance(value, Literal):
        return value.lexical
    return None if value.startswith("_:") else value


def _pattern(site: Site, parameter: Term) -> Constraint:
    pattern = site.graph.text(site.shape, parameter, "sh:pattern")
    flags = site.graph.one(site.shape, SH + "flags")
    try:
        search = translate(pattern, "" if flags is None else site.graph.text(site.shape, flags, "sh:flags")).search
    except ValueError as error:
        site.graph.fail(site.shape, str(error))
    remembered = lru_cache(maxsize=1024)(search)

    def fits(_view: View, value: Term) -> bool:
        text = _text(value)
        return text is not None and (remembered if len(text) <= MOST_REMEMBERED else search)(text) is not None

    return Each(fits, f"must match {pattern!r}")


def _language_in(site: Site, parameter: Term) -> Constraint:
    ranges = [site.graph.text(site.shape, t, "sh:languageIn").lower() for t in site.graph.list(site.shape, parameter)]

    def fits(_view: View, value: Term) -> bool:
        tag = value.language.lower() if isinstance(value, Literal) and value.language else ""
        return any(tag == one or tag.startswith(one + "-") or (one == "*" and tag != "") for one in ranges)

    return Each(fits, f"must be in one of the languages {', '.join(ranges)}")


def _unique_lang(site: Site, parameter: Term) -> Constraint:
    site.needs_path("uniqueLang")
    site.graph.boolean(site.shape, parameter, "sh:uniqueLang")
    asked = isinstance(parameter, Literal) and parameter.lexical == "true"

    def check(_view: View, _focus: Term, values: Sequence[Term]) -> Violations:
        tags = [v.language.lower() for v in values if isinstance(v, Literal) and v.language]
        twice = sorted({tag for tag in tags if tags.count(tag) > 1})
        return [Violation(None, f"must have one value in language {tag}") for tag in twice]

    return _whole(check if asked else _nothing)


def _nothing(_view: View, _focus: Term, _values: Sequence[Term]) -> Violations:
    return ()


def _equals(site: Site, parameter: Term) -> Constraint:
    predicate = site.graph.iri(site.shape, parameter, "sh:equals")
    message = f"must be the same as {compact(predicate)}"

    def check(view: View, focus: Term, values: Sequence[Term]) -> Violations:
        others = view.objects(focus, predicate)
        lone = (*(v for v in values if v not in others), *(o for o in others if o not in values))
        return [Violation(value, message) for value in lone]

    return _whole(check)


def _disjoint(site: Site, parameter: Term) -> Constraint:
    predicate = site.graph.iri(site.shape, parameter, "sh:disjoint")
    message = f"must not be a value of {compact(predicate)}"

    def check(view: View, focus: Term, values: Sequence[Term]) -> Violations:
        others = view.objects(focus, predicate)
        return [Violation(value, message) for value in values if value in others]

    def wrong(view: View, focus: Term, values: Sequence[Term]) -> bool:
        for other in view.objects(focus, predicate):  # noqa: SIM110  a generator costs as much as the tests
            if other in values:
                return True
        return False

    return Whole(check, wrong)


def _less_than(name: str, *, or_equal: bool) -> Compiler:
    def compiler(site: Site, parameter: Term) -> Constraint:
        site.needs_path(name)
        predicate = site.graph.iri(site.shape, parameter, f"sh:{name}")
        message = f"must be {'at most' if or_equal else 'less than'} {compact(predicate)}"

        def check(view: View, focus: Term, values: Sequence[Term]) -> Violations:
            pairs = [(value, other) for value in values for other in view.objects(focus, predicate)]
            return [
                Violation(v, message) for v, other in pairs if not less(_value(v), _value(other), or_equal=or_equal)
            ]

        return _whole(check)

    return compiler


def _not(site: Site, parameter: Term) -> Constraint:
    conforms = site.compile(parameter).conforms
    return Each(lambda view, value: not conforms(view, value), f"must not conform to {site.graph.name(parameter)}")


def _and(site: Site, parameter: Term) -> Constraint:
    return Each(both(_members(site, parameter)), _must_conform(site, parameter, "all"))


def _or(site: Site, parameter: Term) -> Constraint:
    tests = _members(site, parameter)

    def test(view: View, value: Term) -> bool:
        for conforms in tests:  # noqa: SIM110  a generator costs as much as the tests
            if conforms(view, value):
                return True
        return False

    return Each(test, _must_conform(site, parameter, "one"))


def _xone(site: Site, parameter: Term) -> Constraint:
    tests = _members(site, parameter)

    def test(view: View, value: Term) -> bool:
        return sum(conforms(view, value) for conforms in tests) == 1

    return Each(test, _must_conform(site, parameter, "exactly one"))


def _members(site: Site, parameter: Term) -> tuple[Test, ...]:
    return tuple(site.compile(member).conforms for member in site.graph.list(site.shape, parameter))


def _must_conform(site: Site, parameter: Term, how_many: str) -> str:
    names = ", ".join(site.graph.name(member) for member in site.graph.list(site.shape, parameter))
    return f"must conform to {how_many} of {names}"


def both(tests: Sequence[Test]) -> Test:
    """All *tests* as one; the common numbers without a loop."""
    if not tests:
        return lambda _view, _value: True
    if len(tests) == 1:
        return tests[0]
    if len(tests) == 2:
        first, second = tests
        return lambda view, value: first(view, value) and second(view, value)

    def every(view: View, value: Term) -> bool:
        for test in tests:  # noqa: SIM110  a generator costs as much as the tests
            if not test(view, value):
                return False
        return True

    return every


def _node(site: Site, parameter: Term) -> Constraint:
    if site.graph.terms(parameter, SH + "path"):
        site.graph.fail(site.shape, f"gives sh:node the property shape {site.graph.name(parameter)}; use sh:property")
    return Each(site.compile(parameter).conforms, f"must conform to {site.graph.name(parameter)}")


def _qualified(bound: str, fits: Callable[[int, int], bool]) -> Compiler:
    def compiler(site: Site, parameter: Term) -> Constraint:
        site.needs_path(bound)
        graph, here = site.graph, site.shape
        count = graph.integer(here, parameter, f"sh:{bound}")
        given = graph.one(here, SH + "qualifiedValueShape")
        if given is None:
            graph.fail(here, f"has sh:{bound} but no sh:qualifiedValueShape")
        conforms = site.compile(given).conforms
        siblings = [site.compile(sibling).conforms for sibling in _siblings(graph, here, given)]

        def check(view: View, _focus: Term, values: Sequence[Term]) -> Violations:
            found = [v for v in values if conforms(view, v) and not any(test(view, v) for test in siblings)]
            if fits(len(found), count):
                return ()
            return [Violation(None, f"{len(found)} values conform to {graph.name(given)}; {bound} is {count}")]

        return _whole(check)

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


def _closed(site: Site, parameter: Term) -> Constraint:
    graph, here = site.graph, site.shape
    listed = graph.one(here, SH + "ignoredProperties")
    ignored = graph.list(here, listed) if listed is not None else []
    if not graph.boolean(here, parameter, "sh:closed"):
        return _whole(_nothing)
    paths = [path for shape in graph.terms(here, SH + "property") for path in graph.terms(shape, SH + "path")]
    allowed = {*ignored, *paths}

    def check(view: View, _focus: Term, values: Sequence[Term]) -> Violations:
        return [
            Violation(term, "is not allowed: the shape is closed", predicate)
            for value in values
            for predicate, terms in view.predicates(value).items()
            for term in terms
            if predicate not in allowed
        ]

    return _whole(check)


def _has_value(_site: Site, parameter: Term) -> Constraint:
    message = f"must have the value {show(parameter)}"
    return _whole(lambda _view, _focus, values: () if parameter in values else [Violation(None, message)])


def _in(site: Site, parameter: Term) -> Constraint:
    allowed = frozenset(site.graph.list(site.shape, parameter))
    shown = ", ".join(sorted(show(term) for term in allowed)[:12])
    return Each(lambda _view, value: value in allowed, f"must be one of {shown}")


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
        ("and", "And", _and),
        ("or", "Or", _or),
        ("xone", "Xone", _xone),
        ("node", "Node", _node),
        ("qualifiedMinCount", "QualifiedMinCount", _qualified("qualifiedMinCount", lambda found, n: found >= n)),
        ("qualifiedMaxCount", "QualifiedMaxCount", _qualified("qualifiedMaxCount", lambda found, n: found <= n)),
        ("closed", "Closed", _closed),
        ("hasValue", "HasValue", _has_value),
        ("in", "In", _in),
    )
}
"""Parameter → component IRI and compiler."""


def _named(names: str) -> frozenset[IRI]:
    return frozenset(SH + name for name in names.split())


REPEATABLE: Final = _named("class equals disjoint lessThan lessThanOrEquals not and or xone node hasValue property")
"""Parameters that a shape may give several times, each a constraint of its own; of the others there is at most one."""

PARTS: Final = _named("flags ignoredProperties qualifiedValueShape qualifiedValueShapesDisjoint")
"""Parameters that belong to another one of their component."""
