"""The sentence: decode, route, describe, lift, validate. Pure but for the known Things, which grow on the way."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TypeVar

from semantic_gw.contracts import Describer, Descriptions, Reading, Step, Validator
from semantic_gw.directory.known_things import KnownThings
from semantic_gw.directory.mapped_checks import MappedChecks
from semantic_gw.errors import MappingError, NoDescriptionError, NoMappingError, NothingMappedError, PayloadError
from semantic_gw.json_pointer import parse_pointer
from semantic_gw.lexicon.unmeasured import says_nothing, unmeasured
from semantic_gw.lifters.mapped import MappedLifter
from semantic_gw.lifters.thing import ThingLifter
from semantic_gw.lifters.values import resolve
from semantic_gw.model import (
    IRI,
    DataGraph,
    Document,
    Finding,
    Json,
    Outcome,
    Payload,
    Source,
    ThingDescription,
)
from semantic_gw.pipeline.family import Families, Route
from semantic_gw.pipeline.judging import judge, reason_of, report_steps, worst
from semantic_gw.pipeline.mapped_family import checks_of
from semantic_gw.pipeline.mappings import Mappings
from semantic_gw.pipeline.parts import Whole, put_together, taken_away
from semantic_gw.pipeline.readings import ReadingStage
from semantic_gw.pipeline.result import Judged, Result
from semantic_gw.pipeline.unknown import Unknown, nothing_read, nothing_told, undescribed, unread, unreferenced
from semantic_gw.readers.templates import Message
from semantic_gw.shape_sets.gate import Gate, Shapes
from semantic_gw.shape_sets.policies import Policies

R = TypeVar("R")

_log = logging.getLogger(__name__)

_NOTHING: tuple[Json, ...] = (None, "", {}, [])
"""Documents that have no value, whatever their shape."""

_REASONS = 5
"""Why values are none, as far as the end of a payload tells."""

_SAMPLE = 16
"""One payload in so many is timed."""


class InternalError(PayloadError):
    """A fault of ours: the payload is kept as a dead letter, the log has the trace."""

    reason = "internal error"


@dataclass(slots=True)
class _Draft:
    """What is known of a payload so far; it becomes a Result."""

    payload: Payload
    gate: Gate
    """What judges this payload, whatever is in use at its end."""
    explaining: bool = False
    timed: bool = False
    family: str = ""
    mapping: str = ""
    described: tuple[ThingDescription, ...] = ()
    changed: tuple[ThingDescription, ...] = ()
    removed: tuple[IRI, ...] = ()
    things: tuple[IRI, ...] = ()
    """Those that the payload reports for."""
    graphs: list[Judged] = field(default_factory=list)
    unmapped: list[str] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    left: list[Finding] = field(default_factory=list)
    taken: dict[str, None] = field(default_factory=dict)
    """Which of the Things somebody else described, in a sentence each."""
    steps: list[Step] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    def note(self, step: str, subject: str, outcome: str, pointer: str = "", value: str = "") -> None:
        if self.explaining:
            self.steps.append(Step(step, subject, outcome, pointer, value))

    @contextmanager
    def timing(self, step: str) -> Iterator[None]:
        started = perf_counter()
        yield
        self.seconds[step] = perf_counter() - started

    def end(self, outcome: Outcome, reason: str = "", detail: str = "", error: PayloadError | None = None) -> Result:
        return Result(
            payload=self.payload,
            outcome=outcome,
            reason=reason,
            detail=detail,
            family=self.family,
            mapping=self.mapping,
            described=self.described,
            changed=self.changed,
            removed=self.removed,
            graphs=tuple(self.graphs),
            unmapped=tuple(self.unmapped),
            unknown=tuple(self.unknown),
            left=tuple(self.left),
            error=error,
            steps=tuple(self.steps),
            seconds=self.seconds,
            shapes=self.gate.hash,
        )


class Pipeline:
    """Turns payloads into results. One for each process; not shared between threads."""

    def __init__(
        self,
        *,
        decode: Callable[[Payload], Document],
        families: Families,
        describers: Mapping[str, Describer],
        things: KnownThings,
        gate: Gate,
        readings: ReadingStage | None = None,
        mapped_checks: MappedChecks | None = None,
    ) -> None:
        self._decode = decode
        self._families = families
        self._describers = describers
        self.things = things
        self.gate = gate
        things.judge_by(gate.shapes, gate.blocks)
        self.mapped_checks = mapped_checks or checks_of(gate)
        self._readings = readings or ReadingStage({})
        self._count = 0

    def process(self, payload: Payload) -> Result:
        """What *payload* means, or why it means nothing. Never raises: a fault of ours is a dead letter too."""
        self._count += 1
        return self._process(_Draft(payload, self.gate, timed=self._count % _SAMPLE == 0))

    def explain(self, payload: Payload) -> Result:
        """The same on a copy of the known Things, with every step told."""
        return self.fork().tell(payload)

    def tell(self, payload: Payload) -> Result:
        """Process *payload*, with every step told."""
        return self._process(_Draft(payload, self.gate, explaining=True))

    def use(self, shapes: Shapes, policies: Policies) -> None:
        """Judge by *shapes* and *policies* from the next payload on; one under way keeps those it began with."""
        self.gate = Gate(shapes, policies)
        self.things.judge_by(shapes, self.gate.blocks)
        self.mapped_checks = checks_of(self.gate)

    def use_mappings(self, mappings: Mappings) -> None:
        """Route, describe and read by *mappings* from the next payload on."""
        self._families, self._describers = mappings.families, mappings.describers
        self._readings = ReadingStage(mappings.fields, mappings.families.guests)
        self.things.ignore_by(mappings.families.ignored_members)

    def fork(self) -> Pipeline:
        """The same pipeline on a copy of the known Things, to try things out."""
        return Pipeline(
            decode=self._decode,
            families=self._families,
            describers=self._describers,
            things=self.things.fork(),
            gate=self.gate,
            readings=self._readings.fork(),
            mapped_checks=self.mapped_checks,
        )

    def _process(self, draft: _Draft) -> Result:
        try:
            return self._sentence(draft)
        except PayloadError as error:
            draft.note("end", error.reason, str(error), error.pointer, error.value)
            return draft.end(Outcome.DEAD_LETTER, error.reason, str(error), error)
        except Exception as fault:  # noqa: BLE001  nothing may be lost to a fault of ours: it is logged and kept
            _log.exception("fault while processing", extra={"message_id": draft.payload.id})
            ours = InternalError(f"{type(fault).__name__}: {fault}")
            return draft.end(Outcome.DEAD_LETTER, ours.reason, str(ours), ours)

    def _sentence(self, draft: _Draft) -> Result:
        payload = draft.payload
        if not payload.body:
            return self._cleared(draft)
        document = self._timed(draft, "decode", self._decoded, payload)
        draft.note("decode", document.media_type, f"{len(payload.body)} bytes of {document.media_type}")
        route = self._timed(draft, "route", self._route, draft, document)
        draft.family = route.family
        draft.mapping = self._families.mapping(route.family)
        draft.note("route", route.family or "things", f"{route.role}: {route.why}")
        if route.role == "ignore":
            return self._ignored(draft, route.reason)
        if route.role == "things":
            return self._report(draft, document, route)
        if route.role == "readings":
            return self._read(draft, document, route)
        if route.role == "mapping":
            return self._map(draft, document, route)
        return self._describe_document(draft, document, route)

    def _decoded(self, payload: Payload) -> Document:
        """What *payload* says, as what its sender says it is, or else its family."""
        media_type = self._families.media_type(payload)
        if not media_type:
            return self._decode(payload)
        return replace(self._decode(replace(payload, content_type=media_type)), payload=payload)

    def _timed(self, draft: _Draft, step: str, call: Callable[..., R], *args: object) -> R:
        if not draft.timed:
            return call(*args)
        with draft.timing(step):
            return call(*args)

    def _ignored(self, draft: _Draft, why: str, more: str = "") -> Result:
        """*why* is a phrase of which there are few; *more* says more of this payload."""
        draft.note("end", "ignored", more or why)
        return draft.end(Outcome.IGNORED, why, more or why)

    def _cleared(self, draft: _Draft) -> Result:
        """A retained message was cleared: what it described is no more."""
        self._keep_whole(draft, taken_away(draft.payload.source.address, self.things))
        if draft.changed or draft.removed:
            return draft.end(Outcome.PUBLISHED)
        return self._ignored(draft, "an empty payload: a retained message was cleared")

    def _reporting(self, source: Source) -> tuple[ThingLifter, ...]:
        """The lifters of the Things that report at *source*: those of guests only where nobody else does."""
        found = self.things.reporting(source)
        if len(found) < 2:
            return found
        own = tuple(one for one in found if not self._families.is_guest(self.things.family_of(one)))
        return own or found

    def _route(self, draft: _Draft, document: Document) -> Route:
        payload = draft.payload
        address = payload.source.address
        if payload.family is None and payload.description is None:
            reporting = self._reporting(payload.source)
            if reporting:
                family = self.things.family_of(reporting[0])
                if self._families.is_guest(family) and (host := self._host(address)) is not None:
                    return host
                if (read := self._reading(family, document)) is not None:
                    return read
                return Route(family, "things", f"a Thing is registered that reports on {address!r}")
        if payload.family is None and (repeats := self._repeats(address)) is not None:
            return repeats
        route = self._families.route(address, document.value, payload.description, payload.family, document.media_type)
        if route is None:
            raise NoMappingError(
                f"nothing is known of {address!r}: no Thing Description has it among its forms, and no family has it "
                f"among its addresses or knows it by its look ({', '.join(family.id for family in self._families)}); "
                f"register a Thing Description, set families.<family>.addresses, or let `semantic-gw suggest` draft one"
            )
        return route

    def _repeats(self, address: str) -> Route | None:
        group = self.things.repeats(address)
        if group is None:
            return None
        return Route(group.family, "ignore", "the address is known", "the state of a group repeats its members'")

    def _host(self, address: str) -> Route | None:
        """The route of a payload where Things of a guest report, if another family knows what it is."""
        return self._repeats(address) or self._families.host(address)

    def _reading(self, family: str, document: Document) -> Route | None:
        """The route of a payload at an address where Things of *family* report, if it is for a reader."""
        address = document.payload.source.address
        return self._families.reading(family, address, document.value, document.media_type)

    def _read(self, draft: _Draft, document: Document, route: Route) -> Result:
        """A payload that its family's reader takes apart: a reading for each Thing and time."""
        reader = self._readings.reader(self._families[route.family], route.reading)
        read = self._timed(draft, "read", reader.read, document, route.captures)
        self._leave(draft, route.family, read.left)
        if read.ignored:
            return self._ignored(draft, read.ignored)
        if not read.looked and document.value not in _NOTHING:
            raise NothingMappedError(f"no table of {route.family} is for a document of this shape", rule=route.family)
        for index, reading in enumerate(read.readings):
            part = replace(document, part=str(index)) if index else document
            self._lift_reading(draft, reading, part, route)
        draft.things = tuple(dict.fromkeys(reading.thing for reading in read.readings))
        return self._judge(draft)

    def _leave(self, draft: _Draft, subject: str, left: Iterable[Finding]) -> None:
        """Set aside what is no measurement."""
        draft.left += left
        if draft.explaining:
            draft.steps += (Step("read", subject, why, pointer) for pointer, why in left)

    def _map(self, draft: _Draft, document: Document, route: Route) -> Result:
        """A payload that its family's mapping in RML makes graphs of."""
        family = self._families[route.family]
        message = Message(document.value, document.value, route.captures, draft.payload.description)
        thing = next((iri for template in family.things if (iri := template.fill(message))), None)
        lifter = family.lifters[route.reading]
        lifted = self._timed(draft, "lift", lifter.explain if draft.explaining else lifter.lift, document, thing)
        draft.steps += lifted.steps if draft.explaining else ()
        draft.things = tuple(dict.fromkeys(graph.thing for graph in lifted.graphs))
        for pointer in lifted.unmapped:
            draft.unmapped.append(pointer)
            draft.unknown.append(unreferenced(pointer))
            draft.note("lift", draft.mapping, "no reference of the mapping leads to it", pointer)
        self._validate(draft, lifted.graphs, self._mapped_validator(draft, lifter, told=bool(family.things)))
        if not lifted.graphs and lifted.unmapped:
            raise nothing_read(draft.mapping, draft.unknown)
        return self._judge(draft)

    def _mapped_validator(self, draft: _Draft, lifter: MappedLifter, *, told: bool) -> Validator:
        """What checks the graphs of *lifter*: for less where it is proved what they have in common."""
        checks = self.mapped_checks
        if draft.explaining or checks is None or checks.shapes is not draft.gate.shapes:
            return draft.gate.shapes
        return checks.of(lifter, told=told).validator

    def _lift_reading(self, draft: _Draft, reading: Reading, document: Document, route: Route) -> None:
        prepared = self._readings.prepare(
            reading,
            document,
            route.family,
            self.things,
            lambda thing: self._grow(draft, thing),
            topic_filter=route.filter,
        )
        if prepared.taken:
            draft.taken[prepared.taken] = None
            draft.unmapped += (one.pointer for one in reading.fields)
            draft.note("read", reading.thing, prepared.taken)
        self._leave(draft, reading.thing, prepared.left)
        for one, why in prepared.unknown:
            draft.unmapped.append(one.pointer)
            draft.unknown.append(unread(one, why))
            draft.note("read", reading.thing, why, one.pointer)
        if prepared.lifter is not None:
            self._lift(draft, prepared.document, prepared.lifter)

    def _grow(self, draft: _Draft, thing: ThingDescription) -> None:
        draft.described += (thing,)
        if self._register(draft, thing):
            draft.changed = (*(other for other in draft.changed if other.id != thing.id), thing)

    def _describe_document(self, draft: _Draft, document: Document, route: Route) -> Result:
        descriptions = self._timed(
            draft, "describe", self._describe, draft, document.value, route.family, draft.payload.source.address
        )
        if not draft.changed and not draft.removed:
            if not draft.described and descriptions.partial and descriptions.remarks:
                return self._ignored(draft, descriptions.remarks[0])
            what = f"{len(draft.described)} Things that are known already" if draft.described else "no Thing"
            return self._ignored(draft, f"a description of {what}")
        return draft.end(Outcome.PUBLISHED)

    def _describe(self, draft: _Draft, description: object, family: str, address: str) -> Descriptions:
        """Turn a family's description into Things, and register them."""
        describer = self._describers[self._families[family].describer]
        descriptions = describer.describe(description, address)
        if descriptions.partial:
            return self._describe_parts(draft, descriptions, family, address)
        draft.described = tuple(replace(thing, family=family) for thing in descriptions.things)
        draft.changed = tuple(thing for thing in draft.described if self._register(draft, thing))
        if descriptions.complete:
            draft.removed = self.things.gone(descriptions.origin, [thing.id for thing in draft.described])
            for thing in draft.removed:
                self.things.remove(thing)
        for remark in descriptions.remarks:
            draft.note("describe", family, remark)
        return descriptions

    def _describe_parts(self, draft: _Draft, parts: Descriptions, family: str, address: str) -> Descriptions:
        """Put what *parts* tell together with what other messages told of the same Things."""
        whole = put_together(parts, address, family, self.things, self._families)
        for remark in whole.remarks:
            draft.note("describe", family, remark)
        self._keep_whole(draft, whole)
        return replace(parts, remarks=whole.remarks)

    def _keep_whole(self, draft: _Draft, whole: Whole) -> None:
        draft.described = whole.things
        draft.changed = tuple(thing for thing in whole.things if self._register(draft, thing))
        draft.removed = whole.gone
        for thing in whole.gone:
            self.things.remove(thing)

    def _register(self, draft: _Draft, thing: ThingDescription) -> bool:
        try:
            changed = self.things.register(thing)
        except MappingError as error:
            draft.note("describe", thing.id, str(error))
            _log.error("a Thing Description cannot be compiled", extra={"thing": thing.id, "error": str(error)})
            return False
        draft.note("describe", thing.id, "registered" if changed else "known already")
        return changed

    def _report(self, draft: _Draft, document: Document, route: Route) -> Result:
        """A payload that reports for Things: lift it, and have every graph checked."""
        payload = draft.payload
        address = payload.source.address
        if payload.description is not None and route.family:
            self._timed(draft, "describe", self._describe, draft, payload.description, route.family, address)
        lifters = self._reporting(payload.source)
        if not lifters:
            raise NoDescriptionError(
                f"no description of the Thing at {address!r} is known yet: it is {route.family}'s ({route.why}); "
                f"send its description, then replay"
            )
        draft.things = tuple(lifter.plan.thing for lifter in lifters)
        for lifter in lifters:
            self._lift(draft, document, lifter)
        return self._judge(draft)

    def _lift(self, draft: _Draft, document: Document, lifter: ThingLifter) -> None:
        if draft.explaining:
            self._tell_description(draft, lifter)
        lift = lifter.explain if draft.explaining else lifter.lift
        lifted = self._timed(draft, "lift", lift, document)
        draft.steps += lifted.steps
        for pointer in lifted.unmapped:
            tokens = parse_pointer(pointer)
            if why := unmeasured(tokens) or says_nothing(resolve(document.value, tokens)):
                self._leave(draft, lifter.plan.thing, [Finding(pointer, why)])
            else:
                draft.unmapped.append(pointer)
                draft.unknown.append(undescribed(pointer))
        shapes = draft.gate.shapes
        self._validate(draft, lifted.graphs, shapes if draft.explaining else lifter.validator(shapes))

    def _validate(self, draft: _Draft, graphs: Iterable[DataGraph], validator: Validator) -> None:
        for graph in graphs:
            report = self._timed(draft, "validate", validator.validate, graph)
            judged = judge(draft.gate, graph, report)
            draft.graphs.append(judged)
            if draft.explaining:
                draft.steps += report_steps(judged)

    def _tell_description(self, draft: _Draft, lifter: ThingLifter) -> None:
        thing = lifter.plan.thing
        draft.note("lift", thing, f"by the description of {lifter.plan.title!r} for {lifter.plan.address!r}")
        for pointer, detail in self.things.warnings(thing):
            draft.note("lift", f"{thing}, {pointer or 'the description'}", f"not usable: {detail}")

    def _judge(self, draft: _Draft) -> Result:
        """The outcome of a payload is the worst of its graphs'."""
        if not draft.graphs:
            if draft.unmapped:
                raise nothing_told(draft.things, draft.unknown, draft.taken)
            reasons = list(dict.fromkeys(finding.detail for finding in draft.left))
            why = reasons[0] if len(reasons) == 1 else "no value in it"
            return self._ignored(draft, why, "; ".join(reasons[:_REASONS]))
        judged = worst(draft.graphs)
        if judged.outcome is Outcome.PUBLISHED:
            return draft.end(Outcome.PUBLISHED)
        return draft.end(judged.outcome, *reason_of(judged))
