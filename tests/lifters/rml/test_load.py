from __future__ import annotations

import pytest

from semantic_gw.errors import MappingError
from semantic_gw.lifters.rml.load import is_yarrrml, load
from semantic_gw.lifters.rml.model import (
    Compression,
    Dialect,
    File,
    Formulation,
    LogicalSource,
    Mapping,
    Stream,
)

PREFIXES = """
@prefix rml: <http://w3id.org/rml/> . @prefix ex: <http://example.com/> . @prefix csvw: <http://www.w3.org/ns/csvw#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix td: <https://www.w3.org/2019/wot/td#> .
@prefix hctl: <https://www.w3.org/2019/wot/hypermedia#> . @prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix old: <http://semweb.mmlab.be/ns/rml#> . @prefix ql: <http://semweb.mmlab.be/ns/ql#> .
@prefix fnml: <http://semweb.mmlab.be/ns/fnml#> . @prefix fno: <https://w3id.org/function/ontology#> .
@prefix grel: <http://users.ugent.be/~bjdmeest/function/grel.ttl#> . @prefix rmls: <http://semweb.mmlab.be/ns/rmls#> .
@prefix d2rq: <http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#> . @prefix mqv: <http://www.example.org/mqtt#> .
"""
SOURCE = 'rml:logicalSource [ rml:source [ rml:path "a.json" ]; rml:referenceFormulation rml:JSONPath ]'
SUBJECT = 'rml:subjectMap [ rml:template "http://example.com/{$.id}" ]'


def loaded(*parts: str) -> Mapping:
    return load((PREFIXES + "ex:M " + "; ".join(parts) + " .").encode(), "lamp.ttl")


def source_of(source: str, more: str = "") -> LogicalSource:
    found = loaded(f"rml:logicalSource [ rml:source {source}; {more} ]", "rml:subject ex:s").triples_maps[0].source
    assert found is not None
    return found


def pair(objects: str) -> str:
    return f"rml:predicateObjectMap [ rml:predicate ex:p; {objects} ]"


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ([SOURCE], "there are no subject maps"),
        ([SOURCE, SUBJECT, "rml:subject ex:s"], "there are 2 subject maps"),
        ([SOURCE, SUBJECT, SOURCE], "there are 2 of .*logicalSource"),
        ([SOURCE, 'rml:subjectMap [ rml:template "{$.id}"; rml:termType rml:Literal ]'], "makes no Literal"),
        ([SOURCE, 'rml:subjectMap [ rml:constant "x" ]'], "subject map is the text 'x'"),
        ([SOURCE, "rml:subjectMap [ rml:constant [] ]"], "a constant is a blank node"),
        ([SOURCE, "rml:subjectMap [ ]"], "there is no rml:constant, rml:reference"),
        ([SOURCE, 'rml:subjectMap [ rml:template "a"; rml:reference "$.b" ]'], "rml:reference and rml:template"),
        ([SOURCE, 'rml:subjectMap [ rml:template "{$.a"  ]'], "lamp.ttl line 9, .*subject map: template"),
        ([SOURCE, 'rml:subjectMap [ rml:reference "$.[" ]'], "is no JSONPath"),
        ([SOURCE, SUBJECT, "rml:baseIRI 'a'"], "the base 'a' is no absolute IRI"),
        ([SOURCE, SUBJECT, "rml:predicateObjectMap [ rml:predicate ex:p ]"], "there is no object map"),
        ([SOURCE, SUBJECT, "rml:predicateObjectMap [ rml:object ex:p ]"], "there is no predicate map"),
        ([SOURCE, SUBJECT, "rml:predicateObjectMap 'x'"], "is the text 'x', where a node is wanted"),
        ([SOURCE, SUBJECT, pair("rml:objectMap [ rml:reference '$.a'; rml:language 'english' ]")], "no language tag"),
        ([SOURCE, SUBJECT, pair("rml:objectMap [ rml:reference '$.a'; rml:datatype 'x' ]")], "datatype is the text"),
        (
            [SOURCE, SUBJECT, pair("rml:objectMap [ rml:reference '$.a'; rml:datatype ex:d; rml:language 'en' ]")],
            "not both",
        ),
        (
            [SOURCE, SUBJECT, pair("rml:objectMap [ rml:reference '$.a'; rml:termType rml:IRI; rml:language 'en' ]")],
            "only literals",
        ),
        ([SOURCE, SUBJECT, pair("rml:objectMap [ rml:reference '$.a'; rml:termType ex:X ]")], "no term type"),
        ([SOURCE, SUBJECT, pair("rml:objectMap [ rml:parentTriplesMap ex:No ]")], "there is no triples map"),
        (["rml:subjectMap [ rml:template '{$.id}' ]"], "refers to a source, and there is none"),
        (["rml:logicalSource [ rml:iterator '$' ]", SUBJECT], "no rml:source"),
        (["rml:logicalSource [ rml:viewOn ex:v ]", SUBJECT], "a logical view"),
        (["rr:logicalTable [ rr:tableName 't' ]", SUBJECT], "of a database"),
    ],
)
def test_a_mapping_that_cannot_work_is_refused(parts: list[str], problem: str) -> None:
    with pytest.raises(MappingError, match=problem):
        loaded(*parts)


def test_a_parent_of_another_source_needs_a_join() -> None:
    other = 'ex:P rml:logicalSource [ rml:source "b.json" ]; rml:subject ex:s .'
    child = f"ex:M {SOURCE}; {SUBJECT}; {pair('rml:objectMap [ rml:parentTriplesMap ex:P ]')} ."

    with pytest.raises(MappingError, match="say by a join condition"):
        load((PREFIXES + other + child).encode(), "lamp.ttl")


def test_sources_that_say_the_same_are_the_same() -> None:
    parts = f"ex:A {SOURCE}; {SUBJECT} . ex:B {SOURCE}; {SUBJECT} ."

    assert len(load((PREFIXES + parts).encode(), "lamp.ttl").sources()) == 1


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"@prefix rml: <http://w3id.org/rml/> .\nrml:a rml:b [ ;", r"lamp\.ttl line 2: no turtle"),
        (b"\xff", r"lamp\.ttl: no UTF-8 at byte 0"),
        (b"", "there is no triples map"),
        (b"<http://a> <http://b> <http://c> .", "there is no triples map"),
    ],
)
def test_what_is_no_mapping_is_refused(content: bytes, problem: str) -> None:
    with pytest.raises(MappingError, match=problem):
        load(content, "lamp.ttl")


def test_functions_that_call_each_other_in_a_circle_are_refused() -> None:
    circle = """rml:subjectMap ex:F . ex:F rml:functionExecution [ rml:function grel:toUpperCase;
        rml:input [ rml:parameter grel:valueParam; rml:inputValueMap ex:F ] ]"""

    with pytest.raises(MappingError, match="in a circle"):
        loaded(SOURCE, circle)


@pytest.mark.parametrize(
    ("source", "more", "access", "formulation"),
    [
        ('[ rml:path "a.json" ]', "", File("a.json"), Formulation.JSONPATH),
        ('[ rml:path "a.csv" ]', "", File("a.csv"), Formulation.CSV),
        ('[ rml:path "a.xml.gz" ]', "", File("a.xml.gz"), Formulation.XPATH),
        ('"a.json"', "", File("a.json"), Formulation.JSONPATH),
        ('[ rml:path "a"; rml:root "/data" ]', "", File("a", "/data"), Formulation.CSV),
        ('[ rml:path "a"; rml:root rml:MappingDirectory ]', "", File("a"), Formulation.CSV),
        ('[ rml:path "a"; rml:encoding rml:UTF-16 ]', "", File("a", encoding="UTF-16"), Formulation.CSV),
        (
            '[ rml:path "a"; rml:compression rml:targz ]',
            "",
            File("a", compression=Compression.TAR_GZIP),
            Formulation.CSV,
        ),
        ("[ dcat:downloadURL <file:///data/a%20b.json> ]", "", File("/data/a b.json"), Formulation.JSONPATH),
        ('[ csvw:url "a.tsv" ]', "", File("a.tsv", dialect=Dialect("\t")), Formulation.CSV),
        (
            '[ csvw:url "a"; csvw:dialect [ csvw:delimiter ";"; csvw:header false; csvw:encoding "latin-1" ] ]',
            "rml:referenceFormulation rml:CSV",
            File("a", encoding="latin-1", dialect=Dialect(";", header=False)),
            Formulation.CSV,
        ),
        (
            '[ td:hasPropertyAffordance [ td:hasForm [ hctl:hasTarget "mqtt://b/t"; mqv:controlPacketValue "SUB" ] ] ]',
            "",
            Stream("mqtt://b/t", options=(("http://www.example.org/mqtt#controlPacketValue", "SUB"),)),
            Formulation.JSONPATH,
        ),
        (
            '[ td:hasForm [ hctl:hasTarget <kafka://b:9092/t>; hctl:forContentType "application/xml" ] ]',
            "",
            Stream("kafka://b:9092/t", "application/xml"),
            Formulation.XPATH,
        ),
        ('[ rmls:broker "b:9092"; rmls:topic "t" ]', "", Stream("kafka://b:9092/t"), Formulation.JSONPATH),
    ],
)
def test_a_source_is_a_file_or_a_stream(
    source: str, more: str, access: File | Stream, formulation: Formulation
) -> None:
    found = source_of(source, more)

    assert found.access == access
    assert found.formulation is formulation


def test_a_stream_knows_its_protocol() -> None:
    assert Stream("MQTTS://broker/lamps").protocol == "mqtts"


@pytest.mark.parametrize(
    ("source", "more", "problem"),
    [
        ('[ d2rq:jdbcDSN "jdbc:x" ]', "", "a database; there are files and streams"),
        ("[ dcat:downloadURL <http://example.com/a.json> ]", "", "is not fetched: save it beside the mapping"),
        ("[ ex:what ex:ever ]", "", "how to reach the source is not said"),
        ('[ rml:path "a"; rml:compression ex:rar ]', "", "there is no compression"),
        ('"a"', "rml:referenceFormulation ex:Own", "there is no reference formulation"),
        ('[ csvw:url "a"; csvw:dialect [ csvw:skipRows "x" ] ]', "", "where a number is wanted"),
    ],
)
def test_a_source_that_cannot_be_read_is_refused(source: str, more: str, problem: str) -> None:
    with pytest.raises(MappingError, match=problem):
        source_of(source, more)


OLD = """
old:logicalSource [ old:source "a.json"; old:referenceFormulation ql:JSONPath; old:iterator "$.a[*]" ];
rr:subjectMap [ rr:template "http://example.com/{id}"; rr:class ex:C; rr:graph rr:defaultGraph ];
rr:predicateObjectMap [ rr:predicate ex:p; rr:objectMap [ fnml:functionValue [
    rr:predicateObjectMap [ rr:predicate fno:executes; rr:objectMap [ rr:constant grel:toUpperCase ] ],
        [ rr:predicate grel:valueParameter; rr:objectMap [ old:reference "a b" ] ] ] ] ]
"""
NEW = """
rml:logicalSource [ rml:source "a.json"; rml:referenceFormulation rml:JSONPath; rml:iterator "$.a[*]" ];
rml:subjectMap [ rml:template "http://example.com/{id}"; rml:class ex:C; rml:graph rml:defaultGraph ];
rml:predicateObjectMap [ rml:predicate ex:p; rml:objectMap [ rml:functionExecution [
    rml:function grel:toUpperCase; rml:input [ rml:parameter grel:valueParameter;
        rml:inputValueMap [ rml:reference "a b" ] ] ] ] ]
"""


def test_both_vocabularies_say_the_same() -> None:
    old, new = loaded(OLD).triples_maps[0], loaded(NEW).triples_maps[0]

    assert (old.subject, old.classes, old.graphs, old.predicate_objects) == (
        new.subject,
        new.classes,
        new.graphs,
        new.predicate_objects,
    )


def test_the_older_vocabulary_has_no_types_and_is_forgiving() -> None:
    old = loaded(OLD)

    assert old.forgiving
    assert [source.typed for source in old.sources()] == [False]


def test_the_base_of_an_older_document_counts_for_what_it_makes() -> None:
    content = "@base <http://example.com/base/> ." + PREFIXES + f"ex:M {OLD} ."

    assert load(content.encode(), "lamp.ttl").base == "http://example.com/base/"


def test_rdf_in_other_syntaxes_is_read() -> None:
    content = b"""{"@context": {"@vocab": "http://w3id.org/rml/"}, "@id": "http://example.com/M",
        "subject": {"@id": "http://example.com/s"}}"""

    assert [each.id for each in load(content, "lamp.jsonld").triples_maps] == ["http://example.com/M"]


@pytest.mark.parametrize(
    ("text", "name", "is_it"),
    [
        ("prefixes:\n  ex: http://example.com/\n", "a.txt", True),
        ("mappings:\n  a:\n    s: x\n", "a.ttl", True),
        ("# a note\nmapping:\n", "a", True),
        ("@prefix a: <http://a> .\n", "a.yml", False),
        ("PREFIX a: <http://a>\n", "a.yml", False),
        ("<http://a> <http://b> <http://c> .", "a.yaml", False),
        ("", "a.yml", True),
        ("", "a.ttl", False),
    ],
)
def test_a_document_is_known_by_its_content(text: str, name: str, is_it: bool) -> None:
    assert is_yarrrml(text, name) is is_it
