"""Shapes, changed in every way: a constraint left out, weakened, tightened, turned round, or of another severity."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Final

from semantic_gw.model import Literal, Severity, Term
from semantic_gw.rdf.namespaces import RDF, SAREF, SGW, SH, UNIT, XSD
from semantic_gw.validators import syntax
from semantic_gw.validators.syntax import Constraint, ShapesModel, ShapeSyntax

Change = Callable[[ShapeSyntax, random.Random], ShapeSyntax]

PATHS: Final = [
    SAREF + name
    for name in ("hasResult", "hasValue", "observes", "madeBy", "hasResultTime", "isMeasuredIn", "isValueOfProperty")
] + [RDF + "type", SGW + "hasEventKind", SGW + "eventData"]
CLASSES: Final = [SAREF + name for name in ("Sensor", "Property", "State", "PropertyValue", "Observation", "Device")]
TERMS: Final[list[Term]] = [
    UNIT + "DEG_C", SGW + "On", SGW + "Temperature", SAREF + "Observation", SGW + "SinglePress",
    Literal("true", XSD + "boolean"), Literal("2.14E1", XSD + "double"), Literal("single", XSD + "string"),
]  # fmt: skip
NUMBERS: Final[list[Literal]] = [
    *(Literal(text, XSD + "double") for text in ("-40", "0", "21.4", "85", "1e300", "NaN", "INF")),
    Literal("85", XSD + "integer"),
    Literal("21.4", XSD + "decimal"),
    Literal("2026-11-24T00:00:00Z", XSD + "dateTime"),
    Literal("warm", XSD + "string"),
]


def changed(model: ShapesModel, chance: random.Random, times: int) -> ShapesModel:
    """*model* with some of its shapes changed."""
    shapes = dict(model.shapes)
    for _ in range(times):
        node = chance.choice(sorted(shapes))
        shapes[node] = chance.choice(CHANGES)(shapes[node], chance)
    return replace(model, shapes=shapes)


def _left_out(shape: ShapeSyntax, chance: random.Random) -> ShapeSyntax:
    kept = list(shape.constraints)
    if kept:
        kept.pop(chance.randrange(len(kept)))
    return replace(shape, constraints=tuple(kept))


def _shifted(shape: ShapeSyntax, chance: random.Random) -> ShapeSyntax:
    return replace(shape, constraints=tuple(_one_more(one, chance) for one in shape.constraints))


def _one_more(constraint: Constraint, chance: random.Random) -> Constraint:
    names = {field.name for field in fields(constraint)} & {"least", "most"}
    if not names or chance.random() < 0.3:
        return constraint
    (name,) = names
    return replace(constraint, **{name: max(0, getattr(constraint, name) + chance.choice([-1, 1]))})


def _added(shape: ShapeSyntax, chance: random.Random) -> ShapeSyntax:
    made = _constraint(shape, chance)
    if isinstance(made, syntax.MinCount | syntax.MaxCount | syntax.LessThan | syntax.UniqueLang) and shape.path is None:
        return shape
    kept = tuple(one for one in shape.constraints if type(one) is not type(made))
    return replace(shape, constraints=(*kept, made))


def _constraint(shape: ShapeSyntax, chance: random.Random) -> Constraint:
    number = chance.choice(NUMBERS)
    options: list[Constraint] = [
        syntax.MinCount(chance.randint(0, 3)),
        syntax.MaxCount(chance.randint(0, 3)),
        syntax.Class(chance.choice(CLASSES)),
        syntax.Datatype(XSD + chance.choice(["double", "integer", "string", "dateTime", "boolean"])),
        syntax.NodeKind(SH + chance.choice(["IRI", "Literal", "BlankNode", "IRIOrLiteral", "BlankNodeOrIRI"])),
        syntax.MinInclusive(number),
        syntax.MaxInclusive(number),
        syntax.MinExclusive(number),
        syntax.MaxExclusive(number),
        syntax.MinLength(chance.choice([0, 1, 2, 40])),
        syntax.MaxLength(chance.choice([0, 5, 40, 400])),
        syntax.Pattern(chance.choice(["Z$", "^2026", "[0-9]", "E", "(Z|[+-][0-9]{2}:[0-9]{2})$", "gateway"])),
        syntax.LanguageIn(("en",)),
        syntax.UniqueLang(),
        syntax.In(tuple(chance.sample(TERMS, 3))),
        syntax.HasValue(chance.choice(TERMS)),
        syntax.Closed(frozenset(chance.sample(PATHS, 6))),
        syntax.Equals(chance.choice(PATHS)),
        syntax.Disjoint(chance.choice(PATHS)),
        syntax.LessThan(chance.choice(PATHS)),
        syntax.LessThanOrEquals(chance.choice(PATHS)),
        *_turned(shape, chance),
    ]
    return chance.choice(options)


IS_KIND, IS_NUMBER = "urn:test:IsKind", "urn:test:IsNumber"
"""Shapes that every changed model has, for others to refer to."""

OTHERS: Final = {
    IS_KIND: ShapeSyntax(IS_KIND, "IsKind", constraints=(syntax.Class(SAREF + "Property"),)),
    IS_NUMBER: ShapeSyntax(
        IS_NUMBER,
        "IsNumber",
        constraints=(syntax.Datatype(XSD + "double"), syntax.MaxInclusive(Literal("50", XSD + "double"))),
    ),
}


def _turned(_shape: ShapeSyntax, chance: random.Random) -> list[Constraint]:
    some = chance.choice([IS_KIND, IS_NUMBER])
    return [
        syntax.Not(some),
        syntax.And((IS_KIND, IS_NUMBER)),
        syntax.Or((IS_KIND, IS_NUMBER)),
        syntax.Xone((IS_KIND, IS_NUMBER)),
        syntax.ByNode(some),
    ]


def _qualified(shape: ShapeSyntax, chance: random.Random) -> ShapeSyntax:
    if shape.path is None:
        return shape
    count, inner = chance.randint(0, 2), chance.choice([IS_KIND, IS_NUMBER])
    kind = chance.choice([syntax.QualifiedMinCount, syntax.QualifiedMaxCount])
    return replace(shape, constraints=(*shape.constraints, kind(count, inner)))


def _of_another_severity(shape: ShapeSyntax, chance: random.Random) -> ShapeSyntax:
    return replace(shape, severity=chance.choice([Severity.WARNING, Severity.INFO, Severity.VIOLATION]))


def _off(shape: ShapeSyntax, _chance: random.Random) -> ShapeSyntax:
    return replace(shape, deactivated=True)


def _elsewhere(shape: ShapeSyntax, chance: random.Random) -> ShapeSyntax:
    """With other targets; of objects and single nodes, too."""
    targets = syntax.ShapeTargets(
        classes=tuple(chance.sample(CLASSES, chance.randint(0, 1))),
        nodes=tuple(chance.sample([UNIT + "DEG_C", SGW + "On", SAREF + "Sensor"], chance.randint(0, 1))),
        subjects_of=tuple(chance.sample(PATHS, chance.randint(0, 2))),
        objects_of=tuple(chance.sample(PATHS, chance.randint(0, 1))),
    )
    return replace(shape, targets=targets)


CHANGES: Final[list[Change]] = [
    _left_out,
    _shifted,
    _added,
    _added,
    _added,
    _added,
    _qualified,
    _of_another_severity,
    _off,
    _elsewhere,
]
