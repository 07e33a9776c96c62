"""What is known of every graph that a plan can make, before any payload came.

A block is a rule: its observation, all of it or nothing. Where a rule tells the time of what happened, the instant is a
block of its own.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import singledispatch
from typing import Final, Self

from semantic_gw.lifters.generate import LARGEST, LARGEST_SCALED, TYPE, of_interest
from semantic_gw.lifters.rules import Happening, Place, Plan, Quantity, Rule, Scale, Sense, State, Time, Truth, Unclear
from semantic_gw.lifters.values import EXACT, FALSE, TRUE
from semantic_gw.model import IRI, DataGraph, GraphKind, Term
from semantic_gw.rdf.abstract_graph import AbstractGraph, AbstractTerm, AbstractTriple, Constant, Minted, Variable
from semantic_gw.rdf.iris import INSTANT, RESULT
from semantic_gw.rdf.namespaces import DCTERMS, FOAF, GEO, PROV, SAREF, SAREF_CORE_VERSION, SGW, TIME, XSD
from semantic_gw.rdf.serialize import settled

GRAPH: Final = Minted("")
THING: Final = "thing"
"""What the names of a Thing's own IRIs start with where Things share an abstract graph; others start with `#`."""

_OBSERVED: Final = (Quantity, Truth, Place, State)
_KNOWN: Final = (*_OBSERVED, Happening, Time, Unclear)
_RESULT_TIME: Final = Variable("time of the result", XSD + "dateTime", ending="Z")
_PHENOMENON_TIME: Final = Variable("time of the phenomenon", XSD + "dateTimeStamp", ending="Z")
_SHARED: Final = frozenset(
    {
        FOAF + "primaryTopic", PROV + "generatedAtTime", DCTERMS + "conformsTo", SAREF_CORE_VERSION, TYPE,
        TIME + "Instant", TIME + "inXSDDateTimeStamp", SGW + "Event", SGW + "EventOfInterest",
        *(SAREF + name for name in ("Sensor", "Device", "Observation", "PropertyValue")),
        *(SAREF + f"{what}OfInterest" for what in ("Property", "State")),
    }
)  # fmt: skip
"""IRIs that are objects in every graph."""


def abstract_graphs(plan: Plan, base_iri: IRI = "", *, shared: bool = False) -> Mapping[GraphKind, AbstractGraph]:
    """What the graphs of *plan* have in common, by kind; none of a kind that it never makes.

    *base_iri* is the base of graph IRIs. With *shared* the Thing's own IRIs are taken as minted: the result then holds
    for every Thing whose plan has the same `structure`. It is empty for a plan of which too little is known.
    """
    if not _is_simple(plan, base_iri):
        return {}
    makers = (_Maker.of(plan, kind, shared=shared) for kind in GraphKind)
    return {maker.kind: maker.graph() for maker in makers if maker.rules}


def structure(plan: Plan, base_iri: IRI, named: Container[Term]) -> tuple[object, ...] | None:
    """What of *plan* decides its abstract graphs but for the Thing's own IRIs; None where these matter by themselves.

    They do where one of them is among *named*, or is a kind, a unit or a state.
    """
    own = {plan.thing, *(rule.iri for rule in plan.rules)}
    if any(iri in named for iri in own) or not own.isdisjoint(_constants(plan)) or not _is_simple(plan, base_iri):
        return None
    if not all(rule.iri.startswith(plan.thing) for rule in plan.rules):
        return None
    thing = len(plan.thing)
    return (
        plan.read,
        *((rule.affordance, rule.fragment, rule.iri[thing:], _key(rule.sense)) for rule in plan.rules),
    )


def blocks_of(graph: DataGraph) -> Iterator[str]:
    """The blocks of *graph*, which a plan made."""
    for observation in graph.observations:
        yield observation.affordance
    for event in graph.events:
        yield event.affordance


def phenomenon_block(rules: Iterable[Rule]) -> str:
    """The block of the phenomenon time: a name that no rule has."""
    names = {rule.affordance for rule in rules}
    name = "phenomenon time"
    while name in names:
        name += "'"
    return name


def _is_simple(plan: Plan, base_iri: IRI) -> bool:
    """Whether blocks are what they are called: known senses, each affordance once, times first, no IRI of a graph."""
    if not all(isinstance(rule.sense, _KNOWN) for rule in plan.rules):
        return False
    names = [rule.affordance for rule in plan.rules]
    times = [isinstance(rule.sense, Time) for rule in plan.rules]
    graphs = tuple(f"{base_iri}{kind.value}/" for kind in GraphKind)
    iris = (plan.thing, *(rule.iri for rule in plan.rules), *_constants(plan))
    foreign = not base_iri or not any(isinstance(iri, str) and iri.startswith(graphs) for iri in iris)
    return len(names) == len(set(names)) and times == sorted(times, reverse=True) and foreign


def _constants(plan: Plan) -> frozenset[Term]:
    """The terms that *plan* brings into graphs, but for the Thing's own IRIs."""
    return _SHARED.union(*(_terms(rule.sense) for rule in plan.rules))


def _terms(sense: Sense) -> frozenset[Term]:
    if isinstance(sense, Quantity):
        return frozenset({sense.kind, sense.unit})
    if isinstance(sense, State):
        return frozenset({sense.kind, *sense.possible})
    if isinstance(sense, Happening):
        return frozenset({sense.kind, *sense.kinds.values()})
    return frozenset({sense.kind}) if isinstance(sense, Truth | Place) else frozenset()


def _key(sense: Sense) -> object:
    if isinstance(sense, State):
        return State, sense.kind, frozenset(sense.possible)
    if isinstance(sense, Happening):
        return Happening, sense.kind, frozenset(sense.kinds.values())
    return sense if isinstance(sense, Quantity | Truth | Place) else type(sense)


def _rules(plan: Plan, kind: GraphKind) -> tuple[Rule, ...]:
    """The rules that may add to a graph of *kind*."""
    wanted = (Happening,) if kind is GraphKind.EVENTS else _OBSERVED
    found = (rule for rule in plan.rules if isinstance(rule.sense, wanted))
    return tuple(rule for rule in found if not isinstance(rule.sense, State) or rule.sense.possible)


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the abstract graph of one kind: *own* are the IRIs that are minted, *time* the block of the instant.

    There may be one where the plan reads a time, or where a reader may have found one.
    """

    plan: Plan
    kind: GraphKind
    rules: tuple[Rule, ...]
    own: frozenset[IRI]
    time: str

    @classmethod
    def of(cls, plan: Plan, kind: GraphKind, *, shared: bool) -> Self:
        own = frozenset({plan.thing, *(rule.iri for rule in plan.rules)}) if shared else frozenset[IRI]()
        tells_time = plan.read or any(isinstance(rule.sense, Time) for rule in plan.rules)
        return cls(plan, kind, _rules(plan, kind), own, phenomenon_block(plan.rules) if tells_time else "")

    def graph(self) -> AbstractGraph:
        triples = [*self._everywhere(), *(self._instant() if self.time else ())]
        for rule in self.rules:
            triples += self._block(rule)
        names = {rule.affordance: f"affordance {rule.affordance}" for rule in self.rules}
        any_of = frozenset(names)
        if self.time:
            times = [rule.affordance for rule in self.plan.rules if isinstance(rule.sense, Time)]
            names[self.time] = f"affordance {', '.join(times)}" if times else "the time that a reader found"
        return AbstractGraph(tuple(dict.fromkeys(triples)), names, any_of, GRAPH)

    def term(self, term: Term) -> AbstractTerm:
        """*term*, where it is the Thing's own and Things share the graph as minted."""
        return Minted(THING + str(term)[len(self.plan.thing) :]) if term in self.own else Constant(term)

    def _everywhere(self) -> Iterator[AbstractTriple]:
        thing = self.term(self.plan.thing)
        kind = SAREF + ("Device" if self.kind is GraphKind.EVENTS else "Sensor")
        yield AbstractTriple(thing, TYPE, Constant(kind))
        yield AbstractTriple(GRAPH, FOAF + "primaryTopic", thing)
        yield AbstractTriple(GRAPH, PROV + "generatedAtTime", _RESULT_TIME)
        yield AbstractTriple(GRAPH, DCTERMS + "conformsTo", Constant(SAREF_CORE_VERSION))

    def _instant(self) -> Iterator[AbstractTriple]:
        here = frozenset({self.time})
        yield AbstractTriple(Minted(INSTANT), TYPE, Constant(TIME + "Instant"), here)
        yield AbstractTriple(Minted(INSTANT), TIME + "inXSDDateTimeStamp", _PHENOMENON_TIME, here)

    def _block(self, rule: Rule) -> Iterator[AbstractTriple]:
        here = frozenset({rule.affordance})
        node = Minted("#" + rule.fragment)
        for subject, predicate, term in self._made(rule, node):
            yield AbstractTriple(subject, predicate, term, here)
        if self.time:
            yield AbstractTriple(node, SAREF + "hasPhenomenonTime", Minted(INSTANT), here | {self.time})

    def _made(self, rule: Rule, node: Minted) -> Iterator[tuple[AbstractTerm, IRI, AbstractTerm]]:
        thing, iri = self.term(self.plan.thing), self.term(rule.iri)
        yield node, SAREF + "madeBy", thing
        yield node, SAREF + "hasResultTime", _RESULT_TIME
        if isinstance(rule.sense, Happening):
            yield iri, TYPE, Constant(SGW + "EventOfInterest")
            yield iri, SGW + "isEventOfInterestOf", thing
            yield node, TYPE, Constant(SGW + "Event")
            yield node, SGW + "isEventOf", iri
        else:
            yield from ((self.term(s), p, self.term(o)) for s, p, o in of_interest(rule, self.plan.thing))
            yield node, TYPE, Constant(SAREF + "Observation")
            yield node, SAREF + "observes", iri
        yield from _told(rule.sense, rule, node, iri)


_Told = Iterator[tuple[AbstractTerm, IRI, AbstractTerm]]


@singledispatch
def _told(sense: Sense, _rule: Rule, _node: Minted, _iri: AbstractTerm) -> _Told:
    """What only a rule of the sense *sense* adds."""
    raise TypeError(f"{type(sense).__name__} makes no triples")


@_told.register
def _quantity(sense: Quantity, rule: Rule, node: Minted, iri: AbstractTerm) -> _Told:
    yield from _value(node, iri, _number(sense, rule.affordance))
    yield Minted(node.name + RESULT), SAREF + "isMeasuredIn", Constant(sense.unit)


@_told.register
def _truth(_sense: Truth, rule: Rule, node: Minted, iri: AbstractTerm) -> _Told:
    yield from _value(node, iri, Variable(rule.affordance, terms=frozenset({TRUE, FALSE})))


@_told.register
def _place(_sense: Place, rule: Rule, node: Minted, iri: AbstractTerm) -> _Told:
    yield from _value(node, iri, Variable(rule.affordance, GEO + "wktLiteral", beginning="POINT"))


@_told.register
def _state(sense: State, rule: Rule, node: Minted, _iri: AbstractTerm) -> _Told:
    yield node, SAREF + "hasResult", _one_of(rule.affordance, sense.possible)


@_told.register
def _happening(sense: Happening, rule: Rule, node: Minted, _iri: AbstractTerm) -> _Told:
    yield node, SGW + "hasEventKind", _one_of(f"kind of {rule.affordance}", (sense.kind, *sense.kinds.values()))
    yield node, SGW + "eventData", Variable(f"data of {rule.affordance}", XSD + "string", least_length=1)


def _value(node: Minted, iri: AbstractTerm, value: Variable) -> _Told:
    result = Minted(node.name + RESULT)
    yield node, SAREF + "hasResult", result
    yield result, TYPE, Constant(SAREF + "PropertyValue")
    yield result, SAREF + "hasValue", value
    yield result, SAREF + "isValueOfProperty", iri


def _one_of(name: str, terms: Iterable[IRI]) -> AbstractTerm:
    found = frozenset(terms)
    return Constant(*found) if len(found) == 1 else Variable(name, terms=frozenset[Term](found))


def _number(sense: Quantity, name: str) -> Variable:
    """The value of a quantity: a double, or an integer where it is beyond what a double counts exactly."""
    low, high = _bounds(sense)
    if low is not None and high is not None and low >= -EXACT and high <= EXACT:
        return Variable(name, XSD + "double", minimum=low, maximum=high)
    return Variable(name, minimum=low, maximum=high, datatypes=frozenset({XSD + "double", XSD + "integer"}))


def _bounds(sense: Quantity) -> tuple[Decimal | None, Decimal | None]:
    """The least and the greatest value of *sense* after scaling and settling; None where it is not bounded."""
    most = LARGEST if sense.scale is None else LARGEST_SCALED
    ends = [sense.minimum, sense.maximum]
    if sense.scale is not None and sense.scale.factor < 0:
        ends.reverse()
    low, high = (_reached(end, sense.scale) if -most <= end <= most else [] for end in ends)
    return min(low, default=None), max(high, default=None)


def _reached(end: float, scale: Scale | None) -> list[Decimal]:
    """What a number on the wire at *end* may become: rounding is monotone, so nothing within goes beyond these.

    A whole number is exact, and any other is read by its shortest digits.
    """
    scale = scale or Scale()
    exact = [wire * scale.factor + scale.offset for wire in (Decimal(repr(end)), Decimal(end))]
    near = [float(number) for number in exact]
    return [*exact, *map(Decimal, near), *(Decimal(settled(number)) for number in near)]
