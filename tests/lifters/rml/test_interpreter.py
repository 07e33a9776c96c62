from __future__ import annotations

import pytest

from semantic_gw.errors import LiftingError
from semantic_gw.lifters.rml.interpreter import Program, Quad, run
from semantic_gw.lifters.rml.load import load
from semantic_gw.lifters.rml.notes import Notes
from semantic_gw.model import Json, Literal
from semantic_gw.rdf.namespaces import RDF, XSD
from tests.lifters.rml.datasets import mapped

PREFIXES = """
@prefix rml: <http://w3id.org/rml/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <http://example.com/> .
@prefix grel: <http://users.ugent.be/~bjdmeest/function/grel.ttl#> .
@prefix idlab-fn: <https://w3id.org/imec/idlab/function#> .
"""
EX = "http://example.com/"
SUBJECT = 'rml:subjectMap [ rml:template "http://example.com/{$.id}" ]'


def source(path: str = "a.json", iterator: str = "$", more: str = "") -> str:
    return f"""rml:logicalSource [ rml:source [ a rml:RelativePathSource; rml:path "{path}" {more} ];
        rml:referenceFormulation rml:JSONPath; rml:iterator "{iterator}" ]"""


def triples_map(*parts: str, name: str = "ex:M", of: str = source()) -> str:
    return f"{name} {of}; " + "; ".join(parts) + " ."


def objects(object_map: str, document: Json, *, strict: bool = True) -> list[object]:
    """The objects that *object_map* makes of *document*."""
    pair = f"rml:predicateObjectMap [ rml:predicate ex:p; rml:objectMap [ {object_map} ] ]"
    quads = mapped(PREFIXES + triples_map(SUBJECT, pair), [{"id": 1, **document}], strict=strict)
    return [quad[2] for quad in quads]


def subjects(subject_map: str, *documents: Json) -> list[str]:
    pair = "rml:predicateObjectMap [ rml:predicate ex:p; rml:object ex:o ]"
    content = PREFIXES + triples_map(f"rml:subjectMap [ {subject_map} ]", pair)
    return [quad[0] for quad in mapped(content, [*documents])]


def quads_of(*parts: str, document: Json) -> list[Quad]:
    return mapped(PREFIXES + triples_map(*parts), [document], strict=True)


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        (21, Literal("21", XSD + "integer")),
        (21.5, Literal("21.5", XSD + "double")),
        (True, Literal("true", XSD + "boolean")),
        ("21", Literal("21", XSD + "string")),
        ("", Literal("", XSD + "string")),
        (2**70, Literal(str(2**70), XSD + "integer")),
    ],
)
def test_a_value_keeps_its_nature(value: Json, literal: Literal) -> None:
    assert objects('rml:reference "$.v"', {"v": value}) == [literal]


@pytest.mark.parametrize("document", [{"v": None}, {"v": []}, {"v": {}}])
def test_no_value_makes_no_triple(document: Json) -> None:
    assert objects('rml:reference "$.v[*]"', document) == []


def test_a_template_of_literals_is_a_text() -> None:
    found = objects('rml:template "{$.v} °C"; rml:termType rml:Literal', {"v": 21.5})

    assert found == [Literal("21.5 °C", XSD + "string")]


def test_several_values_give_every_combination() -> None:
    found = objects('rml:template "{$.a[*]}{$.b[*]}"; rml:termType rml:Literal', {"a": ["x", "y"], "b": [1, 2]})

    assert [term.lexical for term in found if isinstance(term, Literal)] == ["x1", "x2", "y1", "y2"]


def test_combinations_beyond_memory_are_an_error() -> None:
    many = [*range(400)]

    with pytest.raises(LiftingError, match="160000 combinations"):
        objects('rml:template "{$.a[*]}{$.b[*]}"', {"a": many, "b": many})


def test_a_template_with_a_missing_value_makes_no_term() -> None:
    assert objects('rml:template "{$.a}{$.b}"', {"a": 1, "b": None}) == []


@pytest.mark.parametrize("value", [[1], {"a": 1}])
def test_a_reference_that_ends_on_a_collection_is_an_error(value: Json) -> None:
    with pytest.raises(LiftingError, match="leads to an"):
        objects('rml:reference "$.v"', {"v": value})


@pytest.mark.parametrize(
    ("datatype", "value", "lexical"),
    [
        ("xsd:decimal", 1e-07, "0.0000001"),
        ("xsd:double", 21, "21"),
        ("xsd:int", "21", "21"),
        ("xsd:boolean", True, "true"),
        ("ex:own", "x", "x"),
    ],
)
def test_a_datatype_keeps_the_lexical_form(datatype: str, value: Json, lexical: str) -> None:
    (found,) = objects(f'rml:reference "$.v"; rml:datatype {datatype}', {"v": value})

    assert isinstance(found, Literal)
    assert found.lexical == lexical


@pytest.mark.parametrize(
    ("datatype", "value"),
    [("xsd:integer", 21.5), ("xsd:boolean", "X"), ("xsd:byte", 300), ("xsd:dateTime", "2026-11-24 10:15:00Z")],
)
def test_a_text_that_no_datatype_has_is_an_error(datatype: str, value: Json) -> None:
    with pytest.raises(LiftingError, match="not in the lexical space"):
        objects(f'rml:reference "$.v"; rml:datatype {datatype}', {"v": value})


def test_datatypes_may_come_from_the_record() -> None:
    found = objects('rml:reference "$.v"; rml:datatypeMap [ rml:template "http://t/{$.t}" ]', {"v": 1, "t": "a b"})

    assert found == [Literal("1", "http://t/a%20b")]


def test_languages_may_come_from_the_record() -> None:
    found = objects('rml:reference "$.v"; rml:languageMap [ rml:reference "$.l[*]" ]', {"v": "a", "l": ["en", "de"]})

    assert found == [Literal("a", RDF + "langString", "en"), Literal("a", RDF + "langString", "de")]


def test_a_language_of_the_record_that_is_none_is_an_error() -> None:
    with pytest.raises(LiftingError, match="'english' is no language tag"):
        objects('rml:reference "$.v"; rml:languageMap [ rml:reference "$.l" ]', {"v": "a", "l": "english"})


@pytest.mark.parametrize(
    ("subject_map", "value", "subject"),
    [
        ('rml:template "{$.v}"', "a/b", "http://example.org/a%2Fb"),
        ('rml:template "mailto:{$.v}"', "a@b.c", "mailto:a%40b.c"),
        ('rml:template "mailto:{$.v}"; rml:termType rml:UnsafeIRI', "a@b.c", "mailto:a@b.c"),
        ('rml:template "http://x/{$.v}"; rml:termType rml:URI', "ë", "http://x/%C3%AB"),
        ('rml:reference "$.v"', "urn:a", "urn:a"),
        ('rml:reference "$.v"', "a/../b", "http://example.org/a/../b"),
        ('rml:reference "$.v"; rml:termType rml:BlankNode', "a b", "_:na_20_b"),
        ("rml:constant ex:thing", "", "http://example.com/thing"),
    ],
)
def test_a_subject_is_named_by_its_term_type(subject_map: str, value: str, subject: str) -> None:
    assert subjects(subject_map, {"v": value}) == [subject]


def test_what_is_no_iri_is_left_out_and_told() -> None:
    content = PREFIXES + triples_map('rml:subjectMap [ rml:reference "$.v"; rml:class ex:C ]')
    mapping = load(content.encode(), "lamp.ttl")
    notes = Notes()
    found = [*run(mapping, {mapping.sources()[0]: [{"v": "a b"}, {"v": "ab"}]}, notes=notes)]

    assert [quad[0] for quad in found] == ["http://example.org/ab"]
    assert notes.failed == 1
    assert "'a b' is no IRI" in str(notes.told[0])


def test_a_blank_node_without_a_value_is_new_in_each_iteration() -> None:
    found = subjects("rml:termType rml:BlankNode", {}, {})

    assert len({*found}) == 2
    assert all(label.startswith("_:") for label in found)


def test_labels_of_blank_nodes_are_kept_apart_by_scope() -> None:
    content = PREFIXES + triples_map(
        'rml:subjectMap [ rml:reference "$.v"; rml:termType rml:BlankNode; rml:class ex:C ]'
    )
    mapping = load(content.encode(), "lamp.ttl")
    documents = {mapping.sources()[0]: [{"v": "a"}]}

    assert [quad[0] for scope in ("1", "2") for quad in run(mapping, documents, scope=scope)] == ["_:n1_a", "_:n2_a"]


def test_a_triples_map_may_have_its_own_base() -> None:
    parts = ("rml:baseIRI <http://own/>", 'rml:subjectMap [ rml:template "{$.id}"; rml:class ex:C ]')

    assert [quad[0] for quad in quads_of(*parts, document={"id": "x"})] == ["http://own/x"]


def test_values_that_count_as_null_make_no_triple() -> None:
    content = PREFIXES + triples_map(
        SUBJECT,
        'rml:predicateObjectMap [ rml:predicate ex:p; rml:objectMap [ rml:reference "$.v" ] ]',
        of=source(more='; rml:null "NULL", "-1"'),
    )
    found = mapped(content, [{"id": 1, "v": "NULL"}, {"id": 2, "v": -1}, {"id": 3, "v": "x"}])

    assert [quad[0] for quad in found] == [EX + "3"]


GRAPHED = 'rml:subjectMap [ rml:template "http://example.com/{$.id}"; rml:class ex:C; %s ]'
PAIR = 'rml:predicateObjectMap [ rml:predicate ex:p; rml:objectMap [ rml:reference "$.id" ]; %s ]'


@pytest.mark.parametrize(
    ("subject", "pair", "of_class", "of_pair"),
    [
        ("", "", [None], [None]),
        ("rml:graph ex:g", "", [EX + "g"], [EX + "g"]),
        ("", "rml:graph ex:h", [None], [EX + "h"]),
        ("rml:graph ex:g", "rml:graph ex:h", [EX + "g"], [EX + "g", EX + "h"]),
        ("rml:graph ex:g", "rml:graph rml:defaultGraph", [EX + "g"], [EX + "g", None]),
        ('rml:graphMap [ rml:template "http://g/{$.id}" ]', "", ["http://g/1"], ["http://g/1"]),
        ('rml:graphMap [ rml:reference "$.none" ]', "", [], []),
        ('rml:graphMap [ rml:reference "$.id"; rml:termType rml:BlankNode ]', "", ["_:n1"], ["_:n1"]),
    ],
)
def test_a_triple_stands_in_the_graphs_of_its_subject_and_its_pair(
    subject: str, pair: str, of_class: list[str | None], of_pair: list[str | None]
) -> None:
    content = PREFIXES + triples_map(GRAPHED % subject, PAIR % pair)
    found = mapped(content, [{"id": 1}])

    assert [quad[3] for quad in found if quad[1] == RDF + "type"] == of_class
    assert [quad[3] for quad in found if quad[1] == EX + "p"] == of_pair


def joined(condition: str, children: list[Json], parents: list[Json]) -> list[tuple[str, object]]:
    """Which children meet which parents."""
    pair = f"rml:predicateObjectMap [ rml:predicate ex:p; rml:objectMap [ rml:parentTriplesMap ex:P; {condition} ] ]"
    parent = triples_map('rml:subjectMap [ rml:template "http://p/{$.id}" ]', name="ex:P", of=source("p.json"))
    mapping = load((PREFIXES + triples_map(SUBJECT, pair) + parent).encode(), "lamp.ttl")
    child_source, parent_source = mapping.sources()
    found = run(mapping, {child_source: children, parent_source: parents})
    return [(quad[0].rpartition("/")[2], str(quad[2]).rpartition("/")[2]) for quad in found]


ROOM = 'rml:joinCondition [ rml:child "$.room"; rml:parent "$.name" ]'


def test_a_join_finds_the_parents_with_the_same_value() -> None:
    parents = [{"id": 7, "name": "hall"}, {"id": 8, "name": "hall"}, {"id": 9, "name": "attic"}]

    assert joined(ROOM, [{"id": 1, "room": "hall"}], parents) == [("1", "7"), ("1", "8")]


def test_a_number_meets_its_text() -> None:
    assert joined(ROOM, [{"id": 1, "room": 5}], [{"id": 7, "name": "5"}]) == [("1", "7")]


@pytest.mark.parametrize("child", [{"id": 1}, {"id": 1, "room": None}, {"id": 1, "room": "cellar"}])
def test_nothing_meets_nothing(child: Json) -> None:
    assert joined(ROOM, [child], [{"id": 7}, {"id": 8, "name": None}, {"id": 9, "name": "attic"}]) == []


def test_all_conditions_have_to_hold() -> None:
    both = ROOM + '; rml:joinCondition [ rml:child "$.floor"; rml:parent "$.floor" ]'
    parents = [{"id": 7, "name": "hall", "floor": 1}, {"id": 8, "name": "hall", "floor": 2}]

    assert joined(both, [{"id": 1, "room": "hall", "floor": 2}], parents) == [("1", "8")]


def test_any_of_several_values_may_meet_and_each_parent_once() -> None:
    any_of = 'rml:joinCondition [ rml:child "$.rooms[*]"; rml:parent "$.names[*]" ]'
    parents = [{"id": 7, "names": ["a", "b"]}, {"id": 8, "names": ["c"]}]

    assert joined(any_of, [{"id": 1, "rooms": ["b", "a", "x"]}], parents) == [("1", "7")]


def test_a_join_looks_up_and_does_not_compare_each_with_each() -> None:
    many = 3000
    pairs = joined(
        ROOM,
        [{"id": n, "room": n} for n in range(many)],
        [{"id": n, "name": n} for n in range(many)],
    )

    assert pairs == [(str(n), str(n)) for n in range(many)]


def test_a_parent_of_the_same_source_is_of_the_same_iteration() -> None:
    pair = "rml:predicateObjectMap [ rml:predicate ex:p; rml:objectMap [ rml:parentTriplesMap ex:P ] ]"
    parent = triples_map("rml:subjectMap [ rml:termType rml:BlankNode; rml:class ex:C ]", name="ex:P")
    found = mapped(PREFIXES + triples_map(SUBJECT, pair) + parent, [{"id": 1}, {"id": 2}])
    meets = {quad[0]: quad[2] for quad in found if quad[1] == EX + "p"}

    assert meets[EX + "1"] != meets[EX + "2"]
    assert {quad[0] for quad in found if quad[1] == RDF + "type"} == {*meets.values()}


CONDITION = """rml:condition [ rml:functionExecution [ rml:function idlab-fn:equal;
    rml:input [ rml:parameter grel:valueParam; rml:inputValueMap [ rml:reference "$.class" ] ],
              [ rml:parameter grel:valueParam2; rml:inputValue "A" ] ] ]"""


def test_a_condition_on_the_subject_keeps_records_out() -> None:
    parts = (f'rml:subjectMap [ rml:template "http://example.com/{{$.id}}"; rml:class ex:C; {CONDITION} ]',)
    content = PREFIXES + triples_map(*parts)

    assert [q[0] for q in mapped(content, [{"id": 1, "class": "A"}, {"id": 2, "class": "B"}, {"id": 3}])] == [EX + "1"]


def test_a_condition_on_an_object_keeps_it_out() -> None:
    assert objects(f'rml:reference "$.id"; {CONDITION}', {"class": "B"}) == []


def test_a_triples_map_without_a_source_is_run_once() -> None:
    content = PREFIXES + "ex:M rml:subject ex:s; rml:predicateObjectMap [ rml:predicate ex:p; rml:object 'o' ] ."
    found = [*run(load(content.encode(), "lamp.ttl"), {})]

    assert found == [(EX + "s", EX + "p", Literal("o", XSD + "string"), None)]


def test_a_source_without_documents_makes_nothing() -> None:
    content = PREFIXES + triples_map('rml:subjectMap [ rml:template "http://example.com/{$.id}"; rml:class ex:C ]')

    assert [*run(load(content.encode(), "lamp.ttl"), {})] == []


def test_a_strict_run_refuses_a_reference_that_finds_nothing_anywhere() -> None:
    with pytest.raises(LiftingError, match=r"nothing stands at '\$\.nmae' in 1 iteration"):
        objects('rml:reference "$.nmae"', {})


def test_a_reference_that_finds_nothing_is_told_of_otherwise() -> None:
    content = PREFIXES + triples_map(
        SUBJECT, 'rml:predicateObjectMap [ rml:predicate ex:p; rml:objectMap [ rml:reference "$.nmae" ] ]'
    )
    mapping = load(content.encode(), "lamp.ttl")
    notes = Notes()
    found = [*Program(mapping).run({mapping.sources()[0]: [{"id": 1}, {"id": 2}]}, "", notes)]

    assert found == []
    where = "lamp.ttl line 8, triples map <http://example.com/M>, predicate-object map, object map"
    assert [*notes.never_found()] == [f"{where}: nothing stands at '$.nmae' in any of 2 iterations"]
