"""A thousand messages of 25 triples, one in ten of them invalid in one of fifteen ways, and the shapes for them.

A message has a device, two measurements, two properties and a feature of interest. The device and the properties are of
classes two and one steps below those that the shapes speak of: who does not know the hierarchy is given the types.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Final

from semantic_gw.model import Literal, Term, Triple
from semantic_gw.rdf.namespaces import RDF, RDFS, SAREF, UNIT, XSD

MESSAGES: Final = 1000
INVALID_EVERY: Final = 10
EX: Final = "https://example.org/"
TYPE: Final = RDF + "type"
UNITS: Final = (
    *("DEG_C", "DEG_F", "K", "PERCENT", "PA", "HectoPA", "LUX", "W", "KiloW", "W-HR", "KiloW-HR", "V", "A", "HZ"),
    *("M", "CentiM", "M-PER-SEC", "PPM", "GM", "KiloGM"),
)
HIERARCHY: Final[tuple[Triple, ...]] = (
    (SAREF + "TemperatureSensor", RDFS + "subClassOf", SAREF + "Sensor"),
    (SAREF + "Sensor", RDFS + "subClassOf", SAREF + "Device"),
    (SAREF + "Temperature", RDFS + "subClassOf", SAREF + "Property"),
    (SAREF + "Humidity", RDFS + "subClassOf", SAREF + "Property"),
)

SHAPES: Final = f"""
@prefix ex: <{EX}> . @prefix saref: <{SAREF}> . @prefix unit: <{UNIT}> .
@prefix rdf: <{RDF}> . @prefix xsd: <{XSD}> . @prefix sh: <http://www.w3.org/ns/shacl#> .

ex:Device a sh:NodeShape ; sh:targetClass saref:Device ;
    sh:property ex:identifier, ex:manufacturer, ex:model, ex:measures .
ex:identifier sh:path saref:hasIdentifier ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ;
    sh:pattern "^[A-Z]{{2}}-[0-9]{{6}}$" .
ex:manufacturer sh:path saref:hasManufacturer ; sh:maxCount 1 ; sh:datatype xsd:string ; sh:minLength 1 .
ex:model sh:path saref:hasModel ; sh:maxCount 1 ; sh:datatype xsd:string .
ex:measures sh:path saref:makesMeasurement ; sh:minCount 1 ; sh:nodeKind sh:IRI ; sh:class saref:Measurement .

ex:Measurement a sh:NodeShape ; sh:targetClass saref:Measurement ;
    sh:closed true ; sh:ignoredProperties ( rdf:type ) ;
    sh:property ex:value, ex:unit, ex:time, ex:property, ex:feature .
ex:value sh:path saref:hasValue ; sh:minCount 1 ; sh:maxCount 1 ; sh:minInclusive -273.15 ;
    sh:or ( [ sh:datatype xsd:double ] [ sh:datatype xsd:float ] [ sh:datatype xsd:decimal ] [ sh:datatype xsd:integer ] ) .
ex:unit sh:path saref:isMeasuredIn ; sh:minCount 1 ; sh:maxCount 1 ; sh:in ( {" ".join(f"unit:{name}" for name in UNITS)} ) .
ex:time sh:path saref:hasTimestamp ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:dateTime .
ex:property sh:path saref:relatesToProperty ; sh:minCount 1 ; sh:maxCount 1 ; sh:class saref:Property .
ex:feature sh:path saref:isMeasurementOf ; sh:maxCount 1 ; sh:nodeKind sh:IRI .
"""  # noqa: E501  a list of units


def message(number: int, chance: random.Random) -> list[Triple]:
    """The triples of a valid message."""
    device, feature = f"{EX}device/{number}", f"{EX}room/{number % 50}"
    triples: list[Triple] = [
        (device, TYPE, SAREF + "TemperatureSensor"),
        (device, SAREF + "hasIdentifier", _text(f"TS-{number:06}")),
        (device, SAREF + "hasManufacturer", _text("Example")),
        (device, SAREF + "hasModel", _text("X-1")),
    ]
    for kind, unit, value in (("Temperature", "DEG_C", 21.4), ("Humidity", "PERCENT", 48.5)):
        measurement, property_ = f"{device}/{kind}/{number}", f"{device}/{kind}"
        measured = f"{value + round(chance.uniform(-5, 5), 2):.2f}"
        triples += [
            (device, SAREF + "makesMeasurement", measurement),
            (measurement, TYPE, SAREF + "Measurement"),
            (measurement, SAREF + "hasValue", Literal(measured, XSD + "decimal")),
            (measurement, SAREF + "isMeasuredIn", UNIT + unit),
            (measurement, SAREF + "hasTimestamp", Literal(f"2026-11-24T10:{number % 60:02}:00Z", XSD + "dateTime")),
            (measurement, SAREF + "relatesToProperty", property_),
            (measurement, SAREF + "isMeasurementOf", feature),
            (property_, TYPE, SAREF + kind),
            (property_, RDFS + "label", _text(kind)),
        ]
    feature_triples: list[Triple] = [
        (feature, TYPE, SAREF + "FeatureOfInterest"),
        (feature, RDFS + "label", _text(f"room {number % 50}")),
        (feature, RDFS + "comment", _text("where it hangs")),
    ]
    return [*triples, *feature_triples]


def _text(text: str) -> Literal:
    return Literal(text, XSD + "string")


Spoil = Callable[[list[Triple]], list[Triple]]


def without(name: str) -> Spoil:
    return lambda triples: [triple for triple in triples if triple[1] != SAREF + name]


def with_(name: str, term: Term) -> Spoil:
    """One object of a predicate becomes *term*."""

    def spoil(triples: list[Triple]) -> list[Triple]:
        place = next(i for i, triple in enumerate(triples) if triple[1] == SAREF + name)
        return [*triples[:place], (triples[place][0], SAREF + name, term), *triples[place + 1 :]]

    return spoil


def another(name: str, as_: str, term: Term) -> Spoil:
    """The subject of a predicate gets one more triple."""
    return lambda triples: [*triples, (next(s for s, p, _ in triples if p == SAREF + name), SAREF + as_, term)]


def of_no_property(triples: list[Triple]) -> list[Triple]:
    return [t for t in triples if t[2] != SAREF + "Temperature"]


WAYS: Final[dict[str, Spoil]] = {
    "no identifier": without("hasIdentifier"),
    "two identifiers": another("hasIdentifier", "hasIdentifier", _text("TS-999999")),
    "an identifier of another form": with_("hasIdentifier", _text("ts-1")),
    "an identifier that is a number": with_("hasIdentifier", Literal("1", XSD + "integer")),
    "a manufacturer without a name": with_("hasManufacturer", _text("")),
    "two models": another("hasModel", "hasModel", _text("X-2")),
    "a measurement that is a text": with_("makesMeasurement", _text("measurement")),
    "a value that is a text": with_("hasValue", _text("warm")),
    "a value below absolute zero": with_("hasValue", Literal("-300.00", XSD + "decimal")),
    "no values": without("hasValue"),
    "an unknown unit": with_("isMeasuredIn", UNIT + "FURLONG"),
    "a date for a time": with_("hasTimestamp", Literal("2026-11-24", XSD + "date")),
    "a time that is none": with_("hasTimestamp", Literal("2026-13-45T00:00:00Z", XSD + "dateTime")),
    "a property of no known class": of_no_property,
    "a predicate that is not allowed": another("hasValue", "hasPrecision", _text("high")),
}


def messages() -> Iterator[list[Triple]]:
    """The thousand messages."""
    chance = random.Random(1)
    ways = list(WAYS.values())
    for number in range(MESSAGES):
        triples = message(number, chance)
        spoilt = number % INVALID_EVERY == 0
        yield ways[number // INVALID_EVERY % len(ways)](triples) if spoilt else triples


def with_types(triples: list[Triple]) -> list[Triple]:
    """*triples* with every type that follows from the hierarchy."""
    above: dict[Term, list[Term]] = {}
    for below, _, higher in HIERARCHY:
        above.setdefault(below, []).append(higher)
    found = dict.fromkeys(triples)
    open_ = [triple for triple in triples if triple[1] == TYPE]
    while open_:
        subject, _, class_ = open_.pop()
        more: list[Triple] = [(subject, TYPE, super_) for super_ in above.get(class_, ())]
        found |= dict.fromkeys(more)
        open_ += more
    return list(found)


def many_shapes(number: int) -> str:
    """So many shapes for classes that no message has: a node shape in five, the others its properties."""
    lines = ["@prefix o: <https://example.org/other/> . @prefix sh: <http://www.w3.org/ns/shacl#> ."]
    lines.append("@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .")
    for node in range(number // 5):
        properties = [f"o:P{node}-{n}" for n in range(4)]
        lines.append(f"o:S{node} a sh:NodeShape ; sh:targetClass o:C{node} ; sh:property {', '.join(properties)} .")
        limits = ('sh:datatype xsd:string ; sh:pattern "^[a-z]+$"', "sh:minInclusive 0 ; sh:maxInclusive 100",
                  "sh:class o:C0 ; sh:nodeKind sh:IRI", "sh:in ( o:a o:b o:c )")  # fmt: skip
        for property_, limit in zip(properties, limits, strict=True):
            lines.append(f"{property_} sh:path o:p{property_[3:]} ; sh:minCount 1 ; sh:maxCount 1 ; {limit} .")
    return "\n".join(lines)
