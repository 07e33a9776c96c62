"""A plan becomes one Python function: every affordance a few lines, every constant built beforehand.

The generator is the security border: only `repr` of constants and names from a counter go into the source, never text
of a Thing Description as code. `semantic-gw explain --code` prints the function; the explaining twin is made
by the same generator with a note on every branch, so that an explanation cannot differ from what happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache, singledispatch
from types import CodeType
from typing import Final

from semantic_gw.json_pointer import Tokens, format_pointer
from semantic_gw.lifters.rules import Happening, Place, Plan, Quantity, Rule, Sense, State, Time, Truth, Unclear
from semantic_gw.lifters.values import (
    EMPTY,
    FALSE,
    TRUE,
    as_text,
    child,
    is_text,
    moment,
    number,
    place,
    plain,
    resolve,
    scaled,
    step,
)
from semantic_gw.model import IRI, Event, Json, Literal, Observation, Triple
from semantic_gw.rdf.iris import INSTANT, RESULT
from semantic_gw.rdf.namespaces import RDF, SAREF, SGW

TYPE: Final = RDF + "type"

LiftFunction = Callable[..., None]
"""`lift(document, graph, events, time, found[, note])`: reads *document* into *found*."""


class Found:
    """What a generated function fills."""

    __slots__ = ("event_triples", "events", "observations", "phenomenon", "triples", "unmapped")

    def __init__(self) -> None:
        self.observations: list[Observation] = []
        self.triples: list[Triple] = []
        self.events: list[Event] = []
        self.event_triples: list[Triple] = []
        self.unmapped: list[str] = []
        self.phenomenon: datetime | None = None


def compile_plan(plan: Plan, *, explain: bool = False) -> LiftFunction:
    """The function of *plan*; with *explain* it also calls `note(rule index, pointer, value, outcome)`."""
    source, names = generate(plan, explain=explain)
    code = _shared(source) if len(source) <= _MAX_SHARED else _code(source)
    exec(code, names)  # noqa: S102  the source is made of constants alone, see the module's docstring
    function: LiftFunction = names["lift"]
    return function


@lru_cache(maxsize=1024)
def _shared(source: str) -> CodeType:
    """The code of *source*: Things of one kind share it, for what differs between them are names."""
    return _code(source)


def _code(source: str) -> CodeType:
    return compile(source, "<lift>", "exec")


def generate(plan: Plan, *, explain: bool = False) -> tuple[str, dict[str, Json]]:
    """The source of the function of *plan*, and the names it uses."""
    return _Generator(plan, explain=explain).run()


class _Generator:
    def __init__(self, plan: Plan, *, explain: bool) -> None:
        self.plan = plan
        self.explain = explain
        self.lines: list[str] = []
        self.names: dict[str, Json] = dict(_NAMES, THING=plan.thing)
        self.parents: dict[Tokens, str] = {}
        self.known: dict[Tokens, set[str]] = {(): set(plan.ignored)}
        self.indexed: list[Tokens] = []

    def run(self) -> tuple[str, dict[str, Json]]:
        self.emit(0, "def lift(document, graph, events, time, found" + (", note" if self.explain else "") + "):")
        self.emit(1, "members = document if type(document) is dict else EMPTY")
        self.emit(1, "observations, triples, unmapped = found.observations, found.triples, found.unmapped")
        self.emit(1, "phenomenon = found.phenomenon")
        for index, rule in enumerate(self.plan.rules):
            self.rule(index, rule)
        self.unknown_members()
        return "\n".join(self.lines) + "\n", self.names

    def emit(self, depth: int, line: str) -> None:
        self.lines.append("    " * depth + line)

    def constant(self, name: str, value: Json) -> str:
        self.names[name] = value
        return name

    def rule(self, index: int, rule: Rule) -> None:
        self.emit(1, f"# {index}: {rule.affordance!r}")
        for position, tokens in enumerate(rule.pointers):
            self.read(position, tokens)
        self.emit(1, "if value is not None:")
        pointer = repr(format_pointer(rule.pointers[0])) if len(rule.pointers) == 1 else "pointer"
        for depth, line in _body(rule.sense, rule, index, pointer, self):
            self.emit(2 + depth, line)
        if self.explain:
            self.emit(1, "else:")
            self.emit(2, f"note({index}, {format_pointer(rule.pointers[0])!r}, None, 'not in this payload')")

    def read(self, position: int, tokens: Tokens) -> None:
        """Lines that set *value* (and, where there are alternatives, *pointer*)."""
        access = self.access(tokens)
        if not tokens and position:
            access = "None if members is document else document"
        if position == 0:
            self.emit(1, f"value, pointer = {access}, {format_pointer(tokens)!r}")
            return
        self.emit(1, "if value is None:")
        self.emit(2, f"value, pointer = {access}, {format_pointer(tokens)!r}")

    def access(self, tokens: Tokens) -> str:
        if not tokens:
            return "document"
        if any(token.isdigit() for token in tokens):
            self.indexed.append(tokens)
            return f"resolve(document, {tokens!r})"
        parent = self.parent(tokens[:-1])
        self.known[tokens[:-1]].add(tokens[-1])
        return f"{parent}.get({tokens[-1]!r})"

    def parent(self, tokens: Tokens) -> str:
        """The variable that holds the object at *tokens*."""
        if not tokens:
            return "members"
        if tokens not in self.parents:
            above = self.parent(tokens[:-1])
            self.known[tokens[:-1]].add(tokens[-1])
            self.known[tokens] = set()
            name = self.parents[tokens] = f"node_{len(self.parents)}"
            self.emit(1, f"{name} = child({above}, {tokens[-1]!r})")
            self.emit(1, f"if {name} is EMPTY and {above}.get({tokens[-1]!r}) is not None:")
            self.emit(2, f"unmapped.append({format_pointer(tokens)!r})")
        return self.parents[tokens]

    def unknown_members(self) -> None:
        """Lines that report the members that no rule reads."""
        if any(() in rule.pointers and len(rule.pointers) == 1 for rule in self.plan.rules):
            return
        if self.plan.whole and not any(_reads_no_object(rule) for rule in self.plan.rules):
            self.emit(1, "if members is not document and document is not None and document != '' and document != []:")
            self.emit(2, "unmapped.append('')")
        for tokens in self.indexed:
            for depth, token in enumerate(tokens):
                if (above := self.known.get(tokens[:depth])) is not None:
                    above.add(token)
        for index, (tokens, known) in enumerate(self.known.items()):
            node = self.parents.get(tokens, "members")
            self.constant(f"KNOWN_{index}", frozenset(known))
            self.emit(1, f"if not KNOWN_{index}.issuperset({node}):")
            self.emit(2, f"for name in sorted({node}.keys() - KNOWN_{index}):")
            self.emit(3, f"if {node}[name] is not None:")
            self.emit(4, f"unmapped.append({format_pointer(tokens)!r} + format_pointer((name,)))")


def _reads_no_object(rule: Rule) -> bool:
    """Whether *rule* may find its value in a document that is no object."""
    return any(not tokens or tokens[0].isdigit() for tokens in rule.pointers)


_NAMES: Final[dict[str, Json]] = {
    "__builtins__": {
        "type": type,
        "sorted": sorted,
        "str": str,
        "float": float,
        "int": int,
        "dict": dict,
        "bool": bool,
    },
    "SCALARS": frozenset({str, bool, int, float}),
    "EMPTY": EMPTY,
    "TRUE": TRUE,
    "FALSE": FALSE,
    "Observation": Observation,
    "Event": Event,
    "Literal": Literal,
    "child": child,
    "step": step,
    "resolve": resolve,
    "moment": moment,
    "place": place,
    "is_text": is_text,
    "plain": plain,
    "number": number,
    "scaled": scaled,
    "as_text": as_text,
    "format_pointer": format_pointer,
    "RESULT": RESULT,
    "INSTANT": INSTANT,
    "TYPE": TYPE,
    "OBSERVATION": SAREF + "Observation",
    "PROPERTY_VALUE": SAREF + "PropertyValue",
    "MADE_BY": SAREF + "madeBy",
    "OBSERVES": SAREF + "observes",
    "HAS_RESULT": SAREF + "hasResult",
    "RESULT_TIME": SAREF + "hasResultTime",
    "PHENOMENON_TIME": SAREF + "hasPhenomenonTime",
    "HAS_VALUE": SAREF + "hasValue",
    "MEASURED_IN": SAREF + "isMeasuredIn",
    "VALUE_OF": SAREF + "isValueOfProperty",
    "EVENT": SGW + "Event",
    "EVENT_OF": SGW + "isEventOf",
    "EVENT_KIND": SGW + "hasEventKind",
    "EVENT_DATA": SGW + "eventData",
    "STRING": "http://www.w3.org/2001/XMLSchema#string",
}

_Lines = Iterator[tuple[int, str]]
_MAX_SHARED: Final = 32_000
"""Characters of the longest source whose code is shared."""

LARGEST: Final = 1e308
"""Largest number that is lifted: it stays finite when it is settled."""

LARGEST_SCALED: Final = 1e290
"""Largest number that every scale leaves finite."""


@singledispatch
def _body(sense: Sense, _rule: Rule, _index: int, _pointer: str, _generator: _Generator) -> _Lines:
    """The lines that turn *value* into triples, each with its depth."""
    raise TypeError(f"no code is known for {type(sense).__name__}")


@_body.register
def _quantity(sense: Quantity, rule: Rule, index: int, pointer: str, generator: _Generator) -> _Lines:
    most = LARGEST if sense.scale is None else LARGEST_SCALED
    low, high = max(sense.minimum, -most), min(sense.maximum, most)
    unit = generator.constant(f"UNIT_{index}", sense.unit)
    if sense.in_text:
        yield 0, "if type(value) is str:"
        yield 1, "value = plain(value)"
    yield 0, f"if (type(value) is float or type(value) is int) and {low!r} <= value <= {high!r}:"
    yield from _observed(rule, index, generator)
    if sense.scale is not None:
        yield 1, f"value = scaled(value, {generator.constant(f'SCALE_{index}', sense.scale)})"
    yield 1, "value, literal = number(value)"
    yield from _property_value(index, "literal", unit)
    yield from _found(rule, sense.kind, index, pointer, "value", unit, generator)
    yield from _refused(index, pointer, f"not a number from {low:g} to {high:g}", generator)


@_body.register
def _truth(sense: Truth, rule: Rule, index: int, pointer: str, generator: _Generator) -> _Lines:
    yield 0, "if type(value) is bool:"
    yield from _observed(rule, index, generator)
    yield from _property_value(index, "TRUE if value else FALSE", None)
    yield from _found(rule, sense.kind, index, pointer, "value", "None", generator)
    yield from _refused(index, pointer, "not a truth value", generator)


@_body.register
def _place(sense: Place, rule: Rule, index: int, pointer: str, generator: _Generator) -> _Lines:
    yield 0, "literal = place(value)"
    yield 0, "if literal is not None:"
    yield from _observed(rule, index, generator)
    yield from _property_value(index, "literal", None)
    yield from _found(rule, sense.kind, index, pointer, "literal", "None", generator)
    yield from _refused(index, pointer, "not a position", generator)


@_body.register
def _state(sense: State, rule: Rule, index: int, pointer: str, generator: _Generator) -> _Lines:
    states = generator.constant(f"STATES_{index}", dict(sense.states))
    names = ", ".join(sorted({repr(value) for _, value in sense.states})) or "none"
    otherwise = f", {generator.constant(f'OTHER_{index}', sense.otherwise)}" if sense.otherwise else ""
    yield 0, f"state = {states}.get((type(value), value){otherwise}) if type(value) in SCALARS else None"
    yield 0, "if state is not None:"
    yield from _observed(rule, index, generator)
    yield 1, "triples.append((observed, HAS_RESULT, state))"
    yield from _found(rule, sense.kind, index, pointer, "state", "None", generator)
    yield from _refused(index, pointer, f"no state is known for it; there are {names}", generator)


@_body.register
def _happening(sense: Happening, rule: Rule, index: int, pointer: str, generator: _Generator) -> _Lines:
    kinds = generator.constant(f"KINDS_{index}", dict(sense.kinds))
    kind = generator.constant(f"KIND_{index}", sense.kind)
    iri = generator.constant(f"IRI_{index}", rule.iri)
    static = ((rule.iri, TYPE, SGW + "EventOfInterest"), (rule.iri, SGW + "isEventOfInterestOf", generator.plan.thing))
    if sense.any_data:
        yield 0, "value = as_text(value)"
    yield 0, "if type(value) is str and value and is_text(value):"
    yield 1, f"event, kind = events + {'#' + rule.fragment!r}, {kinds}.get(value, {kind})"
    yield 1, f"found.event_triples += {generator.constant(f'STATIC_{index}', static)}"
    yield 1, f"found.event_triples += ((event, TYPE, EVENT), (event, MADE_BY, THING), (event, EVENT_OF, {iri}),"
    yield 1, "    (event, EVENT_KIND, kind), (event, EVENT_DATA, Literal(value, STRING)), (event, RESULT_TIME, time))"
    yield 1, "if phenomenon is not None:"
    yield 2, "found.event_triples.append((event, PHENOMENON_TIME, events + INSTANT))"
    yield 1, f"found.events.append(Event({rule.affordance!r}, kind, value, {pointer}))"
    yield from _noted(index, pointer, "an event", generator)
    yield 0, "elif value != '':"
    yield from _unmapped(index, pointer, "not the text of an event", generator)


@_body.register
def _time(sense: Time, _rule: Rule, index: int, pointer: str, generator: _Generator) -> _Lines:
    yield 0, f"phenomenon = found.phenomenon = moment(value, {sense.per_second!r})"
    yield 0, "if phenomenon is None:"
    yield from _unmapped(index, pointer, "not a time with a zone", generator)
    if generator.explain:
        yield 0, "else:"
    yield from _noted(index, pointer, "the phenomenon time", generator)


@_body.register
def _unclear(sense: Unclear, _rule: Rule, index: int, pointer: str, generator: _Generator) -> _Lines:
    yield 0, f"unmapped.append({pointer})"
    if generator.explain:
        yield 0, f"note({index}, {pointer}, value, {sense.why!r})"


def _observed(rule: Rule, index: int, generator: _Generator) -> _Lines:
    """The observation itself, and the property or state of interest that it observes."""
    iri = generator.constant(f"IRI_{index}", rule.iri)
    static = generator.constant(f"STATIC_{index}", of_interest(rule, generator.plan.thing))
    yield 1, f"observed = graph + {'#' + rule.fragment!r}"
    yield 1, f"triples += {static}"
    yield 1, f"triples += ((observed, TYPE, OBSERVATION), (observed, MADE_BY, THING), (observed, OBSERVES, {iri}),"
    yield 1, "    (observed, RESULT_TIME, time))"
    yield 1, "if phenomenon is not None:"
    yield 2, "triples.append((observed, PHENOMENON_TIME, graph + INSTANT))"


def _property_value(index: int, literal: str, unit: str | None) -> _Lines:
    yield 1, "result = observed + RESULT"
    yield 1, "triples += ((observed, HAS_RESULT, result), (result, TYPE, PROPERTY_VALUE),"
    yield 1, f"    (result, HAS_VALUE, {literal}), (result, VALUE_OF, IRI_{index}))"
    if unit:
        yield 1, f"triples.append((result, MEASURED_IN, {unit}))"


def _found(rule: Rule, kind: IRI, index: int, pointer: str, value: str, unit: str, generator: _Generator) -> _Lines:
    constant = generator.constant(f"KIND_{index}", kind)
    yield 1, f"observations.append(Observation({rule.affordance!r}, {constant}, {value}, {unit}, {pointer}))"
    yield from _noted(index, pointer, "an observation", generator)


def _refused(index: int, pointer: str, why: str, generator: _Generator) -> _Lines:
    yield 0, "else:"
    yield from _unmapped(index, pointer, why, generator)


def _unmapped(index: int, pointer: str, why: str, generator: _Generator) -> _Lines:
    yield 1, f"unmapped.append({pointer})"
    yield from _noted(index, pointer, why, generator)


def _noted(index: int, pointer: str, what: str, generator: _Generator) -> _Lines:
    if generator.explain:
        yield 1, f"note({index}, {pointer}, value, {what!r})"


def of_interest(rule: Rule, thing: IRI) -> tuple[Triple, ...]:
    """The triples of the property or state of interest that *rule* reads (SAREF core 4.1.1)."""
    of_what = "State" if isinstance(rule.sense, State) else "Property"
    kind: tuple[Triple, ...] = ()
    if isinstance(rule.sense, Quantity | Truth | Place | State):
        kind = ((rule.iri, f"{SAREF}has{of_what}Kind", rule.sense.kind),)
    return (
        (thing, SAREF + "observes", rule.iri),
        (rule.iri, TYPE, f"{SAREF}{of_what}OfInterest"),
        (rule.iri, f"{SAREF}is{of_what}OfInterestOf", thing),
        *kind,
    )
