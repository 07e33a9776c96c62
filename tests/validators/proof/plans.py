"""Plans of many Things, with graphs that they make, for the tests of proofs."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, singledispatch

from semantic_gw.app.parts import Parts, load_parts
from semantic_gw.codecs.capture import BadLine, read_captures
from semantic_gw.errors import GatewayError
from semantic_gw.lifters.abstract import THING, abstract_graphs, phenomenon_block, structure
from semantic_gw.lifters.rules import Happening, Quantity, Rule, Sense, State, Time, Truth
from semantic_gw.lifters.thing import ThingLifter, lifters
from semantic_gw.model import DataGraph, Json, ThingDescription
from semantic_gw.rdf.namespaces import SGW
from semantic_gw.settings import Settings
from semantic_gw.validators import CompiledShapes
from semantic_gw.validators.proof import NamedTerms, PlanValidator, Proof, prove
from semantic_gw.validators.view import Background
from tests.lifters.payloads import placed
from tests.lifters.things import BUTTON, KITCHEN, document, form, quantity, state, thing
from tests.shared import shared

BASE = "https://gateway.example/"


@cache
def parts() -> Parts:
    return load_parts(Settings())


@dataclass(frozen=True)
class Proven:
    """A lifter with the validator of its plan, and the proofs behind it."""

    lifter: ThingLifter
    validator: PlanValidator
    proofs: tuple[Proof, ...]


def proven(lifter: ThingLifter, shapes: CompiledShapes, background: Background) -> Proven:
    """The validator of the plan of *lifter*."""
    common = structure(lifter.plan, BASE, NamedTerms(shapes.model, background)) is not None
    graphs = abstract_graphs(lifter.plan, BASE, shared=common)
    proofs = {kind: prove(shapes.model, background, graph) for kind, graph in graphs.items()}
    validator = PlanValidator(shapes, proofs, own=THING, time=phenomenon_block(lifter.plan.rules))
    return Proven(lifter, validator, tuple(proofs.values()))


# Things.


def hand_made() -> Sequence[ThingLifter]:
    """Things of every sense, some that no shape likes."""
    everything = {
        "temperature": quantity("Temperature", "DEG_C", minimum=-40, maximum=85),
        "warmth": quantity("Temperature", "K", minimum=0),
        "wet": quantity("Humidity", "PERCENT"),
        "wrong unit": quantity("Temperature", "PERCENT"),
        "no kind": quantity("Nothing", "PERCENT"),
        "counter": {**quantity("Energy", "KiloW-HR"), "type": "integer"},
        "leaf": {"type": "boolean", "saref:hasPropertyKind": {"@id": SGW + "LeafWetness"}, "forms": [form()]},
        "state": state("OnOff", {"ON": "On", "OFF": "Off"}),
        "always": state("OnOff", {"ON": "On"}),
        "odd": state("OnOff", {"ON": "On", "OPEN": "Open"}),
        "never": state("OnOff", {"OPEN": "Open", "SHUT": "Closed"}),
        "unknown": state("Nothing", {"ON": "On", "OFF": "Off"}),
        "last_seen": {"@type": "sgw:PhenomenonTime", "type": "string", "forms": [form()]},
    }
    without_time = {name: one for name, one in everything.items() if name != "last_seen"}
    made = [
        thing(KITCHEN, BUTTON),
        thing(everything, BUTTON),
        thing(without_time, {"action": BUTTON["action"], "alarm": {"data": {"type": "string"}, "forms": [form()]}}),
        *(thing({name: one}) for name, one in without_time.items()),
        *(thing({name: one, "last_seen": everything["last_seen"]}) for name, one in without_time.items()),
    ]
    return [lifter for one in made for lifter in lifters(one, base_iri=BASE).values()]


def published() -> Sequence[ThingLifter]:
    """The Thing Descriptions that W3C and others publish."""
    found: list[ThingLifter] = []
    for path in sorted(shared("wot/td-valid").iterdir()):
        described = json.loads(path.read_text())
        valid = ThingDescription(described.get("id", "urn:x"), described)
        try:
            found += lifters(valid, base_iri=BASE, lexicon=parts().lexicon).values()
        except GatewayError:
            continue
    return found


def devices() -> Iterator[tuple[ThingLifter, DataGraph | None]]:
    """The lifters of real devices, each with a graph of a real payload where it made one."""
    pipeline = parts().pipeline
    with shared("payloads/zigbee2mqtt/states.ndjson").open("rb") as file:
        for record in read_captures(file, clock=lambda: datetime.now(UTC)):
            if isinstance(record, BadLine):
                continue
            result = pipeline.process(record.payload)
            graphs = {judged.graph.thing: judged.graph for judged in result.graphs}
            for lifter in pipeline.things.reporting(record.payload.source):
                yield lifter, graphs.get(lifter.plan.thing)


# Payloads.


def graphs(lifter: ThingLifter, count: int, chance: random.Random) -> Iterator[DataGraph]:
    """Graphs of random payloads."""
    for _ in range(count):
        yield from lifter.lift(document(payload(lifter.plan.rules, chance), lifter.plan.address)).graphs


def payload(rules: Sequence[Rule], chance: random.Random) -> Json:
    found: Json = {}
    share = chance.choice([0.2, 0.5, 0.9, 1.0])
    for rule in rules:
        if chance.random() < share:
            found = placed(found, rule.pointers[0], _value(rule.sense, chance))
    return found


@singledispatch
def _value(_sense: Sense, _chance: random.Random) -> Json:
    return 7


@_value.register
def _(sense: Quantity, chance: random.Random) -> Json:
    low, high = max(sense.minimum, -1000.0), min(sense.maximum, 1000.0)
    return chance.choice([low, high, 0, 21.4, 2**60, round(chance.uniform(low, high), 2), chance.randint(-50, 150)])


@_value.register
def _(_sense: Truth, chance: random.Random) -> Json:
    return chance.random() < 0.5


@_value.register
def _(sense: State, chance: random.Random) -> Json:
    return chance.choice([value for _, value in sense.states]) if sense.states else None


@_value.register
def _(sense: Happening, chance: random.Random) -> Json:
    return chance.choice(["single", "", "a longer text that nobody described", *sense.kinds])


@_value.register
def _(_sense: Time, chance: random.Random) -> Json:
    return chance.choice(["2026-11-24T11:15:00+01:00", "2026-11-24T10:15:00.5Z", 1_793_528_100_000, "never"])
