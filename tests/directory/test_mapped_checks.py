"""What shapes say of mappings in RML before they run: proved, refuted with its place, or left to see."""

from __future__ import annotations

from functools import cache

import pytest

from semantic_gw.app.parts import load_parts
from semantic_gw.directory.mapped_checks import MappedCheck, MappedChecks
from semantic_gw.errors import MappingError
from semantic_gw.lifters.mapped import joined, load_lifters
from semantic_gw.settings import Settings
from semantic_gw.validators import CompiledShapes, compile_shapes
from semantic_gw.validators.proof import MappedValidator

BASE = "https://gateway.example/"
MAPPING = """prefixes:
  ex: https://example.com/
  saref: https://saref.etsi.org/core/
  unit: http://qudt.org/vocab/unit/
  xsd: http://www.w3.org/2001/XMLSchema#
mappings:
  result:
    sources: [[a.json~jsonpath, 'ITERATOR']]
    s: ex:lamp/$(id)/power
    po:
      - [a, saref:PropertyValue]
      - [saref:hasValue, $(watt), xsd:double]
      - [saref:isMeasuredIn, unit:W~iri]
      - [saref:madeBy, ex:lamp/$(id)~iri]
"""
PREFIXES = """
@prefix : <https://example.com/shapes/> . @prefix saref: <https://saref.etsi.org/core/> .
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix unit: <http://qudt.org/vocab/unit/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
UNIT = ":Unit a sh:NodeShape ; sh:targetClass saref:PropertyValue ; sh:property [ sh:path saref:isMeasuredIn ; %s ] ."
VALUE = ":Value a sh:NodeShape ; sh:targetClass saref:PropertyValue ; sh:property [ sh:path saref:hasValue ; %s ] ."


@cache
def background() -> CompiledShapes:
    return load_parts(Settings()).shapes


def check(shapes: str, mapping: str = MAPPING, iterator: str = "$", *, told: bool = False) -> MappedCheck:
    compiled = compile_shapes([PREFIXES + shapes], background().background)
    lifters = load_lifters(mapping.replace("ITERATOR", iterator).encode(), "lamp.yml", BASE)
    return MappedChecks(compiled).of(joined([*lifters.values()]), told=told)


@pytest.mark.parametrize("iterator", ["$", "$.lamps[*]"])
def test_a_unit_that_no_shape_lets_pass_is_refuted_with_its_line(iterator: str) -> None:
    found = check(UNIT % "sh:in ( unit:KiloW )", iterator=iterator)

    assert [(one.place.partition(",")[0], one.detail.partition(" wants ")[2]) for one in found.refusals] == [
        ("lamp.yml line 13", "one of [unit:KiloW] at saref:isMeasuredIn; the mapping makes unit:W")
    ]


@pytest.mark.parametrize("iterator", ["$", "$.lamps[*]"])
def test_a_mapping_that_can_never_conform_is_refused_with_the_reason(iterator: str) -> None:
    with pytest.raises(MappingError, match=r"lamp.yml line 13.* wants one of .* no message of it can ever conform"):
        check(UNIT % "sh:in ( unit:KiloW )", iterator=iterator).require()


@pytest.mark.parametrize("iterator", ["$", "$.lamps[*]"])
@pytest.mark.parametrize(
    "shapes",
    [
        UNIT % "sh:in ( unit:W ) ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI",
        VALUE % "sh:datatype xsd:double ; sh:nodeKind sh:Literal",
        ":Lamp a sh:NodeShape ; sh:targetSubjectsOf saref:madeBy ; sh:class saref:PropertyValue .",
    ],
)
def test_what_holds_for_every_payload_is_proved(shapes: str, iterator: str) -> None:
    judgements = check(shapes, iterator=iterator).proofs[0].judgements

    assert {one.verdict for one in judgements} == {True}


@pytest.mark.parametrize(
    ("shapes", "iterator"),
    [
        (VALUE % "sh:minCount 1", "$"),
        (VALUE % "sh:maxInclusive 5", "$"),
        (VALUE % 'sh:hasValue "NaN"^^xsd:double', "$"),
        (VALUE % "sh:maxCount 1", "$.lamps[*]"),
    ],
)
def test_what_depends_on_the_payload_is_left_to_see(shapes: str, iterator: str) -> None:
    found = check(shapes, iterator=iterator)

    assert (found.never, {one.verdict for one in found.proofs[0].judgements}) == (False, {None})


TIMED = ":Time a sh:NodeShape ; sh:targetClass saref:Observation ; sh:property [ sh:path saref:hasResultTime ; %s ] ."
OBSERVED = (
    MAPPING
    + """  observation:
    sources: [[a.json~jsonpath, 'ITERATOR']]
    s: ex:lamp/$(id)/observed
    po:
      - [a, saref:Observation]
      - [saref:madeBy, ex:lamp/$(id)~iri]
"""
)
OWN_TIME = "      - [saref:hasResultTime, $(at), xsd:dateTime]\n"


@pytest.mark.parametrize("own", ["", OWN_TIME])
def test_an_observation_is_proved_to_have_a_time_of_its_result(own: str) -> None:
    found = check(TIMED % "sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:dateTime", OBSERVED + own)

    assert {one.verdict for one in found.proofs[0].judgements} == {True}


def test_two_times_of_a_mapping_are_left_to_see() -> None:
    found = check(TIMED % "sh:maxCount 1", OBSERVED + OWN_TIME + OWN_TIME.replace("$(at)", "$(seen)"))

    assert {one.verdict for one in found.proofs[0].judgements} == {None}


def test_a_class_out_of_the_payload_may_be_an_observation() -> None:
    found = check(TIMED % "sh:minCount 1", OBSERVED.replace("[a, saref:Observation]", "[a, $(class)~iri]"))

    assert not found.never


def test_one_value_in_one_iteration_is_proved() -> None:
    assert {one.verdict for one in check(VALUE % "sh:maxCount 1").proofs[0].judgements} == {True}


def test_what_is_refuted_only_where_a_value_is_there_refuses_no_mapping() -> None:
    found = check(VALUE % "sh:datatype xsd:integer")

    assert (found.never, [one.place.partition(",")[0] for one in found.refusals]) == (False, ["lamp.yml line 12"])


def test_a_warning_refuses_nothing() -> None:
    assert check(UNIT % "sh:in ( unit:KiloW ) ; sh:severity sh:Warning").refusals == ()


def test_what_no_policy_blocks_refuses_nothing() -> None:
    compiled = compile_shapes([PREFIXES + UNIT % "sh:in ( unit:KiloW )"], background().background)
    lifter = joined([*load_lifters(MAPPING.replace("ITERATOR", "$").encode(), "lamp.yml", BASE).values()])

    assert not MappedChecks(compiled, lambda _shape, _kind: False).of(lifter).never


def test_graphs_of_one_iteration_are_validated_by_their_proof() -> None:
    assert isinstance(check(UNIT % "sh:in ( unit:W )").validator, MappedValidator)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("'$'", "'$.lamps[*]'"), "messages have several graphs or iterations"),
        (("[a, saref:PropertyValue]", "[$(kind), saref:PropertyValue]"), "the predicate varies"),
        (("ex:lamp/$(id)/power", "ex:lamp/$(ids[*])/power"), "an iteration may have several subjects"),
        (("ex:lamp/$(id)/power", f"{BASE}observations/$(id)"), ""),
    ],
)
def test_why_graphs_are_validated_in_full_is_told(change: tuple[str, str], why: str) -> None:
    old, new = change
    found = check(UNIT % "sh:in ( unit:W )", MAPPING.replace("ITERATOR", "$").replace(old, new, 1))

    assert why in found.why
    assert not isinstance(found.validator, MappedValidator)


def test_a_mapping_is_checked_once() -> None:
    compiled = compile_shapes([PREFIXES + UNIT % "sh:in ( unit:W )"], background().background)
    lifter = joined([*load_lifters(MAPPING.replace("ITERATOR", "$").encode(), "lamp.yml", BASE).values()])
    checks = MappedChecks(compiled)

    assert checks.of(lifter) is checks.of(lifter)
