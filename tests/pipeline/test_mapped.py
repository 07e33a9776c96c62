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
from semantic_gw.model import Json, Outcome, Payload, Source
from semantic_gw.pipeline.mappings import load_families
from semantic_gw.pipeline.result import Result
from semantic_gw.rdf.namespaces import SAREF, SGW, UNIT
from semantic_gw.rdf.observation_context import CONTEXT
from semantic_gw.rdf.serialize import to_nquads
from semantic_gw.settings import Settings

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


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("mapping.yarrrml.yaml", YARRRML, "no source of it is a stream"),
        ("mapping.rml.ttl", HEAD + MAPS.replace("rml:reference ", "rml:referenze "), "mapping.rml.ttl"),
        ("mapping.rml.ttl", HEAD.replace("JSONPath", "CSV") + MAPS, "read by JSONPath, not CSV"),
        ("manifest.toml", MANIFEST, "there is none beside it"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_told(name: str, text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "door").mkdir()
    (tmp_path / "door" / name).write_text(text)

    with pytest.raises(ConfigurationError, match=told):
        load_families([tmp_path], {})
