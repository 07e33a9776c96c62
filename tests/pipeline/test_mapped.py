"""Mappings in RML and YARRRML take part in the pipeline: routed by their streams, each graph about a Thing, checked."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph
import pytest

from semantic_gw.app.parts import Parts, load_parts
from semantic_gw.errors import ConfigurationError
from semantic_gw.model import Json, Literal, Outcome, Payload, Source
from semantic_gw.pipeline.mapped_family import checked
from semantic_gw.pipeline.mappings import load_families
from semantic_gw.pipeline.result import Result
from semantic_gw.rdf.namespaces import SAREF, SGW, UNIT
from semantic_gw.rdf.observation_context import CONTEXT
from semantic_gw.rdf.serialize import to_nquads
from semantic_gw.settings import Settings
from semantic_gw.validators.proof import MappedValidator

HEAD = """
@prefix rml: <http://w3id.org/rml/> .
@prefix td: <https://www.w3.org/2019/wot/td#> .
@prefix hctl: <https://www.w3.org/2019/wot/hypermedia#> .
@prefix saref: <https://saref.etsi.org/core/> .
@prefix sgw: <https://w3id.org/semantic-gw/> .
@prefix unit: <http://qudt.org/vocab/unit/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<#source> a rml:LogicalSource ;
  rml:source [ a td:Thing ; td:hasForm [ hctl:hasTarget "mqtt://broker:1883/mill/+/weight" ] ] ;
  rml:referenceFormulation rml:JSONPath ;
  rml:iterator "$.scales[*]" .
"""
MAPS = """
<#observation> rml:logicalSource <#source> ;
  rml:subjectMap [ rml:template "o{n}" ; rml:termType rml:BlankNode ; rml:class saref:Observation ] ;
  rml:predicateObjectMap
    [ rml:predicate saref:madeBy ; rml:objectMap [ rml:template "urn:scale:{n}" ; rml:termType rml:IRI ] ] ,
    [ rml:predicate saref:observes ; rml:objectMap [ rml:template "urn:scale:{n}#mass" ; rml:termType rml:IRI ] ] ,
    [ rml:predicate saref:hasResult ; rml:objectMap [ rml:template "r{n}" ; rml:termType rml:BlankNode ] ] .
<#result> rml:logicalSource <#source> ;
  rml:subjectMap [ rml:template "r{n}" ; rml:termType rml:BlankNode ; rml:class saref:PropertyValue ] ;
  rml:predicateObjectMap
    [ rml:predicate saref:hasValue ; rml:objectMap [ rml:reference "kg" ; rml:datatype xsd:double ] ] ,
    [ rml:predicate saref:isMeasuredIn ; rml:object unit:KiloGM ] .
<#property> rml:logicalSource <#source> ;
  rml:subjectMap [ rml:template "urn:scale:{n}#mass" ] ;
  rml:predicateObjectMap [ rml:predicate saref:hasPropertyKind ; rml:object sgw:Mass ] .
"""
ONE = {"scales": [{"n": 1, "kg": 2.5}]}
TWO = {"scales": [{"n": 1, "kg": 2.5}, {"n": 2, "kg": 3}]}


def parts_of(folder: Path) -> Parts:
    return load_parts(Settings(mappings=(folder,)))


def process(parts: Parts, address: str, value: Json) -> Result:
    payload = Payload(json.dumps(value).encode(), "", Source("mqtt", address), datetime(2026, 11, 24, tzinfo=UTC))
    return parts.pipeline.process(payload)


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    folder = tmp_path_factory.mktemp("mappings")
    (folder / "mill").mkdir()
    (folder / "mill" / "mapping.rml.ttl").write_text(HEAD + MAPS)
    return parts_of(folder)


def test_a_message_of_its_stream_is_lifted_by_it(mill: Parts) -> None:
    result = process(mill, "mill/north/weight", ONE)

    assert (result.family, [judged.graph.thing for judged in result.graphs]) == ("mill", ["urn:scale:1"])


def test_other_addresses_are_not_its(mill: Parts) -> None:
    assert process(mill, "mill/weight", ONE).family != "mill"


def test_shapes_judge_what_it_makes(mill: Parts) -> None:
    (judged,) = process(mill, "mill/north/weight", ONE).graphs

    assert judged.report.focus_nodes > 0


def test_observations_are_told_of_triples_in_the_way_of_saref(mill: Parts) -> None:
    (judged,) = process(mill, "mill/north/weight", ONE).graphs

    assert [one[:4] for one in judged.graph.observations] == [("mass", SGW + "Mass", 2.5, UNIT + "KiloGM")]


def times_of(result: Result) -> list[str]:
    return [
        term.lexical
        for judged in result.graphs
        for _, predicate, term in judged.graph.triples
        if predicate == SAREF + "hasResultTime" and isinstance(term, Literal)
    ]


def test_an_observation_without_a_time_has_that_of_receipt(mill: Parts) -> None:
    assert times_of(process(mill, "mill/north/weight", TWO)) == ["2026-11-24T00:00:00Z"] * 2


@pytest.mark.parametrize(
    ("at", "time"), [("2026-11-23T10:00:00Z", "2026-11-23T10:00:00Z"), (None, "2026-11-24T00:00:00Z")]
)
def test_a_time_that_the_mapping_makes_counts(tmp_path: Path, at: str | None, time: str) -> None:
    made = '[ rml:predicate saref:hasResultTime ; rml:objectMap [ rml:reference "at" ; rml:datatype xsd:dateTime ] ] ,'
    (tmp_path / "mill").mkdir()
    mapping = HEAD + MAPS.replace("[ rml:predicate saref:madeBy", f"{made} [ rml:predicate saref:madeBy", 1)
    (tmp_path / "mill" / "mapping.rml.ttl").write_text(mapping)
    result = process(parts_of(tmp_path), "mill/north/weight", {"scales": [{"n": 1, "kg": 2.5, "at": at}]})

    assert times_of(result) == [time]


def test_each_thing_has_a_graph_of_its_own(mill: Parts) -> None:
    graphs = [judged.graph for judged in process(mill, "mill/north/weight", TWO).graphs]

    assert [(graph.thing, len(graph.observations)) for graph in graphs] == [("urn:scale:1", 1), ("urn:scale:2", 1)]
    assert len({graph.iri for graph in graphs}) == 2


def test_blank_nodes_have_names_of_the_message(mill: Parts) -> None:
    (judged,) = process(mill, "mill/north/weight", ONE).graphs
    subjects = {subject for subject, _, _ in judged.graph.triples}

    assert b"_:" not in to_nquads(judged.graph)
    assert any(subject.startswith(judged.graph.iri + "#") for subject in subjects)


def test_the_json_ld_has_all_triples(mill: Parts) -> None:
    result = process(mill, "mill/north/weight", ONE)
    graph = result.graphs[0].graph
    mark = next(iter(mill.recorder.records(_published(result)))).value
    assert mark is not None
    document = {**json.loads(mark), "@context": CONTEXT}
    read = set(pyoxigraph.parse(json.dumps(document), format=pyoxigraph.RdfFormat.JSON_LD))

    assert read == set(pyoxigraph.parse(to_nquads(graph), format=pyoxigraph.RdfFormat.N_QUADS))


def _published(result: Result) -> Result:
    return replace(result, graphs=tuple(replace(one, outcome=Outcome.PUBLISHED) for one in result.graphs))


def test_a_literal_that_is_none_is_left_out(mill: Parts) -> None:
    (judged,) = process(mill, "mill/north/weight", {"scales": [{"n": 1, "kg": "much"}]}).graphs

    assert SAREF + "hasValue" not in {predicate for _, predicate, _ in judged.graph.triples}


def test_a_message_that_it_makes_nothing_of_is_ignored(mill: Parts) -> None:
    assert process(mill, "mill/north/weight", {"scales": []}).outcome is Outcome.IGNORED


def test_a_graph_about_nothing_is_a_dead_letter(tmp_path: Path) -> None:
    (tmp_path / "mill").mkdir()
    (tmp_path / "mill" / "mapping.rml.ttl").write_text(HEAD + MAPS.partition("<#property>")[0].replace("madeBy", "by"))
    result = process(parts_of(tmp_path), "mill/north/weight", ONE)

    assert (result.outcome, "does not say which Thing it is about" in result.detail) == (Outcome.DEAD_LETTER, True)


YARRRML = """
prefixes: {saref: "https://saref.etsi.org/core/", sgw: "https://w3id.org/semantic-gw/"}
mappings:
  door:
    sources: [[door.json~jsonpath, $]]
    s: urn:door:x#state
    po: [[saref:hasStateKind, sgw:OpenClosed~iri]]
"""
MANIFEST = """
id = "door"
title = "Doors"
version = "7"
thing = "urn:door:{device}"
[[route]]
address = "doors/{device}"
role = "mapping"
"""


def test_a_manifest_says_what_comes_in_and_which_thing_it_is_of(tmp_path: Path) -> None:
    (tmp_path / "door").mkdir()
    (tmp_path / "door" / "mapping.yarrrml.yaml").write_text(YARRRML)
    (tmp_path / "door" / "manifest.toml").write_text(MANIFEST)
    result = process(parts_of(tmp_path), "doors/9", {})

    assert (result.mapping, [judged.graph.thing for judged in result.graphs]) == ("door/7", ["urn:door:9"])


SPARQL = (HEAD + MAPS).replace("rml:JSONPath", "<http://www.w3.org/ns/formats/SPARQL_Results_CSV>")
OTHER = "\n<#other>" + HEAD.rpartition("<#source>")[2].replace("JSONPath", "XPath").replace("$.scales[*]", "/")
BOTH = """
<#both> rml:logicalSource <#other> ; rml:subjectMap [ rml:template "urn:scale:{n}" ; rml:class saref:Sensor ] .
"""
ONE_STREAM = HEAD.replace("JSONPath", "CSV") + OTHER + MAPS + BOTH


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("mapping.yarrrml.yaml", YARRRML, "no source of it is a stream"),
        ("mapping.rml.ttl", HEAD + MAPS.replace("rml:reference ", "rml:referenze "), "mapping.rml.ttl"),
        ("mapping.rml.ttl", SPARQL, "SPARQL reads files of RDF, and messages are none"),
        ("mapping.rml.ttl", ONE_STREAM, "cannot be text/csv .* application/xml .* at once"),
        ("manifest.toml", MANIFEST, "there is none beside it"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_told(name: str, text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "door").mkdir()
    (tmp_path / "door" / name).write_text(text)

    with pytest.raises(ConfigurationError, match=told):
        load_families([tmp_path], {})


# What no reference leads to.


def test_values_that_no_reference_leads_to_are_told_as_unmapped(mill: Parts) -> None:
    result = process(mill, "mill/north/weight", {"scales": [{"n": 1, "kg": 2.5, "tare": 1}], "line": {"id": 7}})

    assert result.unmapped == ("/line", "/scales/0/tare")
    assert [one.name for one in result.unknown] == ["line", "scales/*/tare"]


def test_a_message_of_which_nothing_is_read_is_a_dead_letter(mill: Parts) -> None:
    result = process(mill, "mill/north/weight", {"loads": [{"n": 1}]})

    assert (result.outcome, result.reason) == (Outcome.DEAD_LETTER, "nothing mapped")
    assert "the mapping mill/1 makes nothing of it, and reads none of the values at /loads" in result.detail


def test_an_explanation_says_what_was_not_found_and_what_was_not_read(mill: Parts) -> None:
    body = json.dumps({"scales": [{"n": 1, "weight": 2.5}]}).encode()
    payload = Payload(body, "", Source("mqtt", "mill/north/weight"), datetime(2026, 11, 24, tzinfo=UTC))
    told = [(step.pointer, step.outcome) for step in mill.pipeline.explain(payload).steps]

    assert ("/scales/0/weight", "no reference of the mapping leads to it") in told
    assert any("nothing stands at 'kg' in 1 iteration" in outcome for _, outcome in told)


def test_what_a_manifest_names_things_by_is_read(tmp_path: Path) -> None:
    (tmp_path / "door").mkdir()
    (tmp_path / "door" / "mapping.yarrrml.yaml").write_text(YARRRML)
    (tmp_path / "door" / "manifest.toml").write_text(MANIFEST.replace('{device}"\n[[', '{/id}"\n[['))
    result = process(parts_of(tmp_path), "doors/9", {"id": "9", "other": 1})

    assert (result.graphs[0].graph.thing, result.unmapped) == ("urn:door:9", ("/other",))


# Payloads that are no JSON.

ROWS = b"n;kg\r\n1;2.5\r\n2;3\r\n"
TREE = b"<scales><scale n='1'><kg>2.5</kg></scale><scale n='2'><kg>3</kg></scale></scales>"
TABLE = (HEAD + MAPS).replace("JSONPath", "CSV").replace('  rml:iterator "$.scales[*]" .', '  rml:iterator "" .')
XPATH = (HEAD + MAPS).replace("JSONPath", "XPath").replace("$.scales[*]", "/scales/scale").replace("{n}", "{@n}")


def received(parts: Parts, body: bytes, content_type: str = "") -> Result:
    time = datetime(2026, 11, 24, tzinfo=UTC)
    return parts.pipeline.process(Payload(body, content_type, Source("mqtt", "mill/north/weight"), time))


def values(result: Result) -> list[tuple[str, object]]:
    return [(one.graph.thing, each.value) for one in result.graphs for each in one.graph.observations]


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    return _with_mapping(tmp_path_factory.mktemp("table"), TABLE.replace('  rml:iterator "" .', "  ."))


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    return _with_mapping(tmp_path_factory.mktemp("tree"), XPATH)


def _with_mapping(folder: Path, text: str) -> Parts:
    (folder / "mill").mkdir()
    (folder / "mill" / "mapping.rml.ttl").write_text(text)
    return parts_of(folder)


@pytest.mark.parametrize("content_type", ["", "text/csv"])
def test_rows_of_a_table_are_lifted(table: Parts, content_type: str) -> None:
    result = received(table, ROWS.replace(b";", b","), content_type)

    assert values(result) == [("urn:scale:1", 2.5), ("urn:scale:2", 3.0)]


@pytest.mark.parametrize("content_type", ["", "application/xml", "text/xml"])
def test_elements_of_a_tree_are_lifted(tree: Parts, content_type: str) -> None:
    assert values(received(tree, TREE, content_type)) == [("urn:scale:1", 2.5), ("urn:scale:2", 3.0)]


def test_columns_that_no_reference_leads_to_are_told(table: Parts) -> None:
    assert received(table, b"n,kg,tare\n1,2.5,0\n", "text/csv").unmapped == ("/0/tare",)


def test_a_payload_of_another_kind_is_a_dead_letter(tree: Parts) -> None:
    result = received(tree, b'{"n": 1}', "application/json")

    assert result.outcome is Outcome.DEAD_LETTER
    assert "XPath reads application/xml, and this is application/json" in result.detail


BOMB = b'<!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><scales><scale n="1"><kg>&b;</kg></scale></scales>'
FETCHED = b'<!DOCTYPE s [<!ENTITY a SYSTEM "file:///etc/hostname">]><scales><scale n="1"><kg>&a;</kg></scale></scales>'
DEEP = b"<scales>" * 300 + b"</scales>" * 300


@pytest.mark.parametrize("body", [BOMB, FETCHED, DEEP, b"<scales><scale", b"\xff\xfe<"])
def test_hostile_xml_is_a_dead_letter(tree: Parts, body: bytes) -> None:
    result = received(tree, body, "application/xml")

    assert (result.outcome, result.reason) == (Outcome.DEAD_LETTER, "decoding")


@pytest.mark.parametrize("body", [b'n,kg\n1,"2', b"n,kg\n1\n", b"n,n\n1,2\n", b"n,kg\n\xff,1\n"])
def test_hostile_tables_are_dead_letters(table: Parts, body: bytes) -> None:
    assert received(table, body, "text/csv").outcome is Outcome.DEAD_LETTER


# What is known of all graphs.

COMPLETE = (
    HEAD.replace("$.scales[*]", "$")
    + """
<#observation> rml:logicalSource <#source> ;
  rml:subjectMap [ rml:template "o{n}" ; rml:termType rml:BlankNode ; rml:class saref:Observation ] ;
  rml:predicateObjectMap
    [ rml:predicate saref:madeBy ; rml:objectMap [ rml:template "urn:scale:{n}" ] ] ,
    [ rml:predicate saref:observes ; rml:objectMap [ rml:template "urn:scale:{n}#mass" ] ] ,
    [ rml:predicate saref:hasResultTime ; rml:objectMap [ rml:reference "at" ; rml:datatype xsd:dateTime ] ] ,
    [ rml:predicate saref:hasResult ; rml:objectMap [ rml:template "r{n}" ; rml:termType rml:BlankNode ] ] .
<#result> rml:logicalSource <#source> ;
  rml:subjectMap [ rml:template "r{n}" ; rml:termType rml:BlankNode ; rml:class saref:PropertyValue ] ;
  rml:predicateObjectMap
    [ rml:predicate saref:hasValue ; rml:objectMap [ rml:reference "kg" ; rml:datatype xsd:double ] ] ,
    [ rml:predicate saref:isValueOfProperty ; rml:objectMap [ rml:template "urn:scale:{n}#mass" ] ] ,
    [ rml:predicate saref:isMeasuredIn ; rml:object unit:KiloGM ] .
<#thing> rml:logicalSource <#source> ;
  rml:subjectMap [ rml:template "urn:scale:{n}" ; rml:class saref:Sensor ] ;
  rml:predicateObjectMap [ rml:predicate saref:observes ; rml:objectMap [ rml:template "urn:scale:{n}#mass" ] ] .
<#property> rml:logicalSource <#source> ;
  rml:subjectMap [ rml:template "urn:scale:{n}#mass" ; rml:class saref:PropertyOfInterest ] ;
  rml:predicateObjectMap
    [ rml:predicate saref:isPropertyOfInterestOf ; rml:objectMap [ rml:template "urn:scale:{n}" ] ] ,
    [ rml:predicate saref:hasPropertyKind ; rml:object sgw:Mass ] .
"""
)


@pytest.fixture(scope="module")
def complete(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    return _with_mapping(tmp_path_factory.mktemp("complete"), COMPLETE)


def test_a_complete_message_conforms(complete: Parts) -> None:
    result = process(complete, "mill/north/weight", {"n": 1, "kg": 2.5, "at": "2026-11-24T10:15:00Z"})

    assert (result.outcome, result.detail) == (Outcome.PUBLISHED, "")


def test_only_what_is_not_proved_is_looked_at(complete: Parts) -> None:
    checks = complete.pipeline.mapped_checks
    assert checks is not None
    ((_, check),) = checked(complete.families["mill"], checks)

    assert isinstance(check.validator, MappedValidator)
    assert (check.never, check.refusals, check.why) == (False, (), "")


@pytest.mark.parametrize(
    "value",
    [
        {"n": 1, "kg": 2.5, "at": "2026-11-24T10:15:00Z"},
        {"n": 1, "kg": 2.5, "at": "2026-11-24T10:15:00"},
        {"n": 1, "kg": "much", "at": "2026-11-24T10:15:00Z"},
        {"n": 1, "kg": "INF", "at": "2026-11-24T10:15:00Z"},
        {"n": 1, "kg": 1},
        {"n": "", "at": "2026-11-24T10:15:00Z"},
    ],
)
def test_the_report_is_that_of_full_validation(complete: Parts, value: Json) -> None:
    for judged in process(complete, "mill/north/weight", value).graphs:
        assert judged.report == complete.shapes.validate(judged.graph)
