"""Compiled mappings say what the plain interpreter says, over the suites and over payloads of every kind."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semantic_gw.errors import GatewayError, LiftingError
from semantic_gw.lifters.rml.compiler import Compiled, compile_source
from semantic_gw.lifters.rml.interpreter import Quad
from semantic_gw.lifters.rml.load import load
from semantic_gw.lifters.rml.model import File, Formulation, LogicalSource, Mapping
from semantic_gw.lifters.rml.notes import Notes
from semantic_gw.lifters.rml.sources import open_sources
from semantic_gw.model import Json
from tests.lifters.rml.datasets import dataset, written
from tests.shared import SHARED

PREFIXES = """
@prefix rml: <http://w3id.org/rml/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <http://example.com/> . @prefix grel: <http://users.ugent.be/~bjdmeest/function/grel.ttl#> .
@prefix idlab-fn: <https://w3id.org/imec/idlab/function#> .
"""
SOURCE = """rml:logicalSource [ rml:source [ rml:path "a.json"; rml:null "NULL" ];
    rml:referenceFormulation rml:JSONPath; rml:iterator "%s" ]"""


def compiled(content: str) -> Compiled:
    mapping = load((PREFIXES + content).encode(), "test.ttl")
    return compile_source(mapping, mapping.sources()[0])


def agree(made: Compiled, document: Json) -> None:
    """Both ways out of *made*, and the interpreter, say the same of *document*, each quad once."""
    lines = made.nquads(document, "s1")
    quads = made.quads(document, "s1")
    expected = dataset(written(made.program.run_source(made.source, {made.source: [document]}, "s1", Notes())))

    assert dataset(lines.encode()) == expected
    assert dataset(written(quads)) == expected
    assert len(lines.split("\n")) == len({*lines.split("\n")})
    assert len(quads) == len({*quads})


TEXTS = ["NULL", "http://example.com/x", "urn:a", "a b", "2026-11-24T10:15:00Z", "en", "5"]
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8) | st.sampled_from(TEXTS)
)  # fmt: skip
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
    st.sampled_from(["a", "b", "id"]), inner, max_size=3), max_leaves=6)  # fmt: skip
DEVICES = st.dictionaries(st.sampled_from(["id", "a", "b", "list", "deep", "time"]), VALUES, max_size=6)

LIKELY = st.fixed_dictionaries(
    {"id": st.integers(0, 9) | st.text("abc /ü", max_size=4)},
    optional={
        "a": st.integers() | st.booleans() | st.floats(-1e9, 1e9) | st.sampled_from(["12", "1.5", "-7"]),
        "b": st.integers(-128, 127) | st.sampled_from(["5", "-0"]),
        "time": st.sampled_from(["2026-11-24T10:15:00Z", "2026-11-24T10:15:00.5"]) | st.none(),
        "list": st.lists(SCALARS, max_size=3),
        "deep": st.fixed_dictionaries({}, optional={"a": SCALARS}),
    },
)
"""Payloads that a device sends."""

PAIRS = """
[ rml:predicate ex:natural; rml:objectMap [ rml:reference "$.a" ] ]
[ rml:predicate ex:double; rml:objectMap [ rml:reference "$.a"; rml:datatype xsd:double ] ]
[ rml:predicate ex:decimal; rml:objectMap [ rml:reference "$.b"; rml:datatype xsd:decimal ] ]
[ rml:predicate ex:byte; rml:objectMap [ rml:reference "$.b"; rml:datatype xsd:byte ] ]
[ rml:predicate ex:own; rml:objectMap [ rml:reference "$.b"; rml:datatype ex:own ] ]
[ rml:predicate ex:time; rml:objectMap [ rml:reference "$.time"; rml:datatype xsd:dateTime ]; rml:graph ex:h ]
[ rml:predicate ex:tagged; rml:objectMap [ rml:reference "$.a"; rml:language "en" ] ]
[ rml:predicate ex:tags; rml:objectMap [ rml:reference "$.a"; rml:languageMap [ rml:reference "$.b" ] ] ]
[ rml:predicate ex:text; rml:objectMap [ rml:template "{$.a} {$.deep.a}"; rml:termType rml:Literal ] ]
[ rml:predicate ex:iri; rml:objectMap [ rml:reference "$.a"; rml:termType rml:IRI ] ]
[ rml:predicate ex:uri; rml:objectMap [ rml:template "http://u/{$.a}"; rml:termType rml:URI ] ]
[ rml:predicate ex:unsafe; rml:objectMap [ rml:template "http://u/{$.a}"; rml:termType rml:UnsafeIRI ] ]
[ rml:predicate ex:relative; rml:objectMap [ rml:template "{$.a}"; rml:termType rml:IRI ] ]
[ rml:predicate ex:blank; rml:objectMap [ rml:reference "$.b"; rml:termType rml:BlankNode ] ]
[ rml:predicate ex:fresh; rml:objectMap [ rml:termType rml:BlankNode ], [ rml:termType rml:BlankNode ] ]
[ rml:predicate ex:shared, ex:too; rml:objectMap [ rml:termType rml:BlankNode ] ]
[ rml:predicate ex:each; rml:objectMap [ rml:reference "$.list[*]" ] ]
[ rml:predicate ex:index; rml:objectMap [ rml:reference "$.list[0]" ], [ rml:reference "$.list[-1]" ] ]
[ rml:predicate ex:query; rml:objectMap [ rml:reference "$..a" ] ]
[ rml:predicateMap [ rml:template "http://p/{$.b}" ]; rml:object "o"@de ]
[ rml:predicate ex:graphed; rml:object ex:o; rml:graphMap [ rml:template "http://g/{$.a}" ] ]
[ rml:predicate ex:default; rml:object ex:o; rml:graph rml:defaultGraph ]
[ rml:predicate ex:upper; rml:objectMap [ rml:functionExecution [ rml:function grel:toUpperCase; rml:input [
    rml:parameter grel:valueParam; rml:inputValueMap [ rml:reference "$.a" ] ] ] ] ]
[ rml:predicate ex:limited; rml:objectMap [ rml:reference "$.b"; rml:condition [ rml:functionExecution [
    rml:function idlab-fn:isNotNull; rml:input [ rml:parameter idlab-fn:str; rml:inputValueMap [ rml:reference
    "$.a" ] ] ] ] ] ]
"""
"""Predicate-object maps of every kind."""

EACH = [pair.strip() for pair in re.split(r"\n(?=\[)", PAIRS) if pair.strip()]
SUBJECT = 'rml:subjectMap [ rml:template "http://example.com/{$.id}"; rml:class ex:C, ex:D; rml:graph ex:g ]'
EVERYTHING = f"""
ex:A {SOURCE % "$"}; {SUBJECT}; rml:predicateObjectMap {", ".join(EACH)},
    [ rml:predicate ex:parent; rml:objectMap [ rml:parentTriplesMap ex:B ] ].
ex:B {SOURCE % "$"}; rml:subjectMap [ rml:termType rml:BlankNode; rml:class ex:C ].
ex:E {SOURCE % "$"}; rml:subjectMap [ rml:template "http://example.com/{{$.list[*]}}"; rml:class ex:C ];
    rml:predicateObjectMap [ rml:predicate ex:self;
        rml:objectMap [ rml:template "http://example.com/{{$.list[*]}}" ] ].
"""
ITERATED = f"""
ex:A {SOURCE % "$.list[*]"}; rml:subjectMap [ rml:template "http://example.com/{{$.id}}"; rml:class ex:C ];
    rml:predicateObjectMap [ rml:predicate ex:p;
        rml:objectMap [ rml:reference "$.a" ], [ rml:termType rml:BlankNode ] ].
"""


@pytest.fixture(scope="module")
def everything() -> Compiled:
    return compiled(EVERYTHING)


@pytest.fixture(scope="module")
def iterated() -> Compiled:
    return compiled(ITERATED)


@settings(max_examples=200, deadline=None)
@given(document=LIKELY)
def test_both_agree_on_likely_payloads(everything: Compiled, document: Json) -> None:
    agree(everything, document)


@settings(max_examples=100, deadline=None)
@given(document=DEVICES | VALUES)
def test_both_agree_on_payloads_of_every_kind(everything: Compiled, document: Json) -> None:
    agree(everything, document)


@pytest.mark.parametrize("pair", EACH, ids=[re.findall(r"ex:\w+|predicateMap", pair)[0] for pair in EACH])
def test_both_agree_on_each_way_to_make_a_triple(pair: str) -> None:
    made = compiled(f"ex:A {SOURCE % '$'}; {SUBJECT}; rml:predicateObjectMap {pair} .")

    @settings(max_examples=40, deadline=None)
    @given(document=DEVICES | LIKELY)
    def run(document: Json) -> None:
        agree(made, document)

    run()


@settings(max_examples=100, deadline=None)
@given(document=st.fixed_dictionaries({"list": st.lists(DEVICES, max_size=4)}))
def test_both_agree_on_every_iteration(iterated: Compiled, document: Json) -> None:
    agree(iterated, document)


@settings(max_examples=150, deadline=None)
@given(
    key=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12),
    constant=st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    value=SCALARS,
)
def test_no_text_of_a_mapping_becomes_code(key: str, constant: str, value: Json) -> None:
    path = f"$[{json.dumps(key, ensure_ascii=False)}]"
    name, text = (json.dumps(each, ensure_ascii=False) for each in (path, constant))
    made = compiled(
        f"ex:A {SOURCE % '$'}; rml:subject ex:s; rml:predicateObjectMap [ rml:predicate ex:p; "
        f"rml:objectMap [ rml:reference {name} ], [ rml:constant {text} ] ]."
    )

    agree(made, {key: value})


@pytest.mark.parametrize("hostile", ["'); import os; ('", "{__import__('os')}", "f'{1}'", "\\", "{}", '"""', "\n"])
def test_hostile_texts_stay_texts(hostile: str) -> None:
    made = compiled(
        f"ex:A {SOURCE % '$'}; rml:subject ex:s; rml:predicateObjectMap [ rml:predicate ex:p; rml:objectMap "
        f"[ rml:reference {json.dumps('$[' + json.dumps(hostile) + ']')} ]; rml:object {json.dumps(hostile)} ]."
    )

    agree(made, {hostile: "found"})
    assert "found" in made.nquads({hostile: "found"})


def cases() -> Iterator[Path]:
    for suite in ("core-json", "legacy-json", "core-csv-2025", "fnml-csv"):
        yield from sorted((SHARED / "rml" / suite).glob("RML*"))


def compilable(folder: Path) -> Iterator[tuple[Mapping, LogicalSource]]:
    """The sources of the case in *folder* that compile."""
    try:
        mapping = load((folder / "mapping.ttl").read_bytes(), "mapping.ttl")
    except GatewayError:
        return
    for source in mapping.sources():
        if not compile_source(mapping, source).obstacles:
            yield mapping, source


def changed(value: Json, chance: random.Random) -> Json:
    """*value* with some of it left out, or of another kind."""
    if chance.random() < 0.12:
        return chance.choice([None, True, 7, 2.5, "", "a b", "http://example.com/z", [], [1, "x"], {}, {"a": 1}])
    if isinstance(value, dict):
        return {key: changed(each, chance) for key, each in value.items() if chance.random() > 0.08}
    return [changed(each, chance) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("folder", [pytest.param(each, id=f"{each.parent.name}/{each.name}") for each in cases()])
def test_both_agree_on_the_mappings_of_the_suites(folder: Path) -> None:
    chance = random.Random(folder.name)
    for mapping, source in compilable(folder):
        made = compile_source(mapping, source)
        for document in open_sources(mapping, folder)[source]:
            agree(made, document)
            for _ in range(20 if source.formulation is Formulation.JSONPATH else 0):
                agree(made, changed(document, chance))


def test_most_of_the_suites_compile() -> None:
    if not SHARED.joinpath("rml").exists():
        pytest.skip("no suites here")

    assert len([made for folder in cases() for made in compilable(folder)]) > 110


JOINED = f"""
ex:A {SOURCE % "$.a[*]"}; rml:subjectMap [ rml:template "http://a/{{$.id}}" ];
  rml:predicateObjectMap [ rml:predicate ex:p; rml:objectMap [ rml:parentTriplesMap ex:B;
    rml:joinCondition [ rml:child "$.b"; rml:parent "$.id" ] ] ].
ex:B {SOURCE % "$.b[*]"}; rml:subjectMap [ rml:template "http://b/{{$.id}}" ].
"""


def test_a_source_that_cannot_be_compiled_says_why_and_is_interpreted() -> None:
    made = compiled(JOINED)

    assert [*made.obstacles] == [
        "test.ttl line 6, triples map <http://example.com/A>, predicate-object map, object map: records are joined"
    ]
    assert made.code == ""


def test_what_is_unusual_is_told_by_the_interpreter(everything: Compiled) -> None:
    notes = Notes()
    lines = everything.nquads({"id": 1, "a": "a b", "time": "noon"}, notes=notes)

    assert "http://example.com/natural" in lines
    assert {str(error).rpartition(": ")[2] for error in notes.told} >= {
        "'noon' is not in the lexical space of <http://www.w3.org/2001/XMLSchema#dateTime>"
    }


def test_a_strict_run_raises(everything: Compiled) -> None:
    with pytest.raises(LiftingError, match="noon"):
        everything.quads({"id": 1, "time": "noon"}, notes=Notes(strict=True))


def test_blank_nodes_of_two_payloads_are_kept_apart(everything: Compiled) -> None:
    def labels(scope: str) -> set[str]:
        quads: list[Quad] = everything.quads({"id": 1, "b": "x"}, scope)
        return {term for quad in quads for term in (quad[0], quad[2]) if isinstance(term, str) and term[:2] == "_:"}

    assert labels("1")
    assert labels("1").isdisjoint(labels("2"))


def test_a_mapping_that_says_nothing_of_its_iterations_makes_nothing() -> None:
    made = compiled(f"ex:A {SOURCE % '$.list[*]'}; rml:subject ex:s .")

    assert made.nquads({"list": [1, 2]}) == ""


def test_the_code_is_there_to_read(everything: Compiled) -> None:
    assert everything.code.startswith("def lift(document, scope, first):")


def test_a_table_compiles_too() -> None:
    mapping = load(b"mappings: {a: {sources: [[a.csv~csv]], s: http://a/$(n), po: [[foaf:name, $(n)]]}}", "a.yml")
    made = compile_source(mapping, mapping.sources()[0])

    assert mapping.sources()[0].access == File("a.csv")
    assert made.nquads({"n": "x"}) == '<http://a/x> <http://xmlns.com/foaf/0.1/name> "x" .\n'


TWO_SOURCES = f"""
ex:A {SOURCE % "$.a"}; rml:subjectMap [ rml:termType rml:BlankNode; rml:class ex:A ].
ex:B {SOURCE % "$.b"}; rml:subjectMap [ rml:termType rml:BlankNode; rml:class ex:B ].
"""


def test_blank_nodes_of_two_sources_are_kept_apart() -> None:
    mapping = load((PREFIXES + TWO_SOURCES).encode(), "test.ttl")
    made = [compile_source(mapping, source).quads({"a": {}, "b": {}}) for source in mapping.sources()]

    assert len({quad[0] for quads in made for quad in quads}) == 2
