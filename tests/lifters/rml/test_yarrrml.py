from __future__ import annotations

import pytest

from semantic_gw.errors import MappingError
from semantic_gw.lifters.rml.interpreter import run
from semantic_gw.lifters.rml.load import load
from semantic_gw.lifters.rml.model import Compression, Dialect, File, Formulation, Stream
from semantic_gw.model import Json
from semantic_gw.yaml_nodes import Entries, Items, Scalar, parse
from tests.lifters.rml.datasets import dataset, written

HEAD = """
prefixes:
  ex: http://example.com/
sources:
  lamps: ['lamps.json~jsonpath', '$.lamps[*]']
mappings:
  lamp:
    sources: lamps
    s: ex:lamp/$(id)
"""
LAMP = {
    "id": 1,
    "name": "hall",
    "full name": "hall (left)",
    "home": "http://example.com/hall",
    "watt": 5.5,
    "no": None,
    "tongue": "en",
}


def lines(body: str, lamp: Json = LAMP) -> list[str]:
    """What the mapping HEAD with *body* says of *lamp*: predicate, object and graph of each triple."""
    mapping = load((HEAD + body).encode(), "lamp.yml")
    quads = written(run(mapping, {mapping.sources()[0]: [{"lamps": [lamp]}]})).decode().splitlines()
    short = (line.removesuffix(" .").partition(" ")[2] for line in quads)
    return [
        line.replace("http://example.com/", "ex:").replace("http://www.w3.org/2001/XMLSchema#", "xsd:")
        for line in short
    ]


def pairs(*written_pairs: str) -> list[str]:
    return lines("    po:\n" + "".join(f"      - {pair}\n" for pair in written_pairs))


@pytest.mark.parametrize(
    ("pair", "found"),
    [
        ("[ex:p, $(name)]", ['<ex:p> "hall"']),
        ("[ex:p, $(watt)]", ['<ex:p> "5.5"^^<xsd:double>']),
        ("[ex:p, $(watt), xsd:decimal]", ['<ex:p> "5.5"^^<xsd:decimal>']),
        ("[ex:p, $(name), en~lang]", ['<ex:p> "hall"@en']),
        ("[ex:p, $(name), $(tongue)~lang]", ['<ex:p> "hall"@en']),
        ("[ex:p, $(home)~iri]", ["<ex:p> <ex:hall>"]),
        ("[ex:p, 'ex:$(name)~iri']", ["<ex:p> <ex:hall>"]),
        ("[ex:p, $(name)~blanknode]", ["<ex:p> _:nhall"]),
        ("[ex:p, 'a $(name)!']", ['<ex:p> "a hall!"']),
        ("[ex:p, text]", ['<ex:p> "text"']),
        ("[ex:p, ex:thing]", ["<ex:p> <ex:thing>"]),
        ("[ex:p, 'ex: a note']", ['<ex:p> "ex: a note"']),
        ("[a, ex:Lamp]", ["<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <ex:Lamp>"]),
        ("[[ex:p, ex:q], [$(id), $(name)]]", [
            '<ex:p> "1"^^<xsd:integer>', '<ex:p> "hall"', '<ex:q> "1"^^<xsd:integer>', '<ex:q> "hall"',
        ]),
        ("[ex:p, $(no)]", []),
        ("[ex:p, $(full name)]", ['<ex:p> "hall (left)"']),
        ("[ex:$(name), x]", ['<ex:hall> "x"']),
        ("{p: ex:p, o: {value: $(home), type: iri}}", ["<ex:p> <ex:hall>"]),
        ("{p: ex:p, o: {value: $(name), datatype: ex:own}}", ['<ex:p> "hall"^^<ex:own>']),
        ("{p: ex:p, o: [{value: $(name), language: de}]}", ['<ex:p> "hall"@de']),
        ("{p: ex:p, o: [[$(name), ex:own], [$(id), en~lang]]}", ['<ex:p> "hall"^^<ex:own>', '<ex:p> "1"@en']),
        ("{p: ex:p, o: $(name), g: ex:graph}", ['<ex:p> "hall" <ex:graph>']),
        ("{p: ex:p, o: $(home), type: iri}", ["<ex:p> <ex:hall>"]),
        ("{p: ex:p, o: {fn: grel:toUpperCase, pms: [[grel:valueParam, $(name)]]}}", ['<ex:p> "HALL"']),
        ("{p: ex:p, o: {function: 'grel:toUpperCase(valueParam = $(name))'}}", ['<ex:p> "HALL"']),
        ("{p: ex:p, o: {f: 'grel:string_length(valueParam=$(name))', datatype: ex:n}}", ['<ex:p> "4"^^<ex:n>']),
        (
            "{p: ex:p, o: {f: grel:toUpperCase, pms: [{pm: valueParam, v: {f: 'grel:string_trim(valueParam=a)'}}]}}",
            ['<ex:p> "A"'],
        ),
    ],
)  # fmt: skip
def test_predicates_and_objects_are_read(pair: str, found: list[str]) -> None:
    assert pairs(pair) == found


@pytest.mark.parametrize(("name", "there"), [("hall", True), ("attic", False)])
def test_a_condition_decides_on_a_pair(name: str, there: bool) -> None:
    pair = (
        "{p: ex:p, o: $(name), condition: {function: idlab-fn:equal, "
        f"parameters: [[grel:valueParam, $(name)], [grel:valueParam2, {name}]]}}}}"
    )

    assert bool(pairs(pair)) is there


def test_a_condition_decides_on_a_whole_mapping() -> None:
    condition = "    condition: {function: idlab-fn:isNull, parameters: [[idlab-fn:str, $(name)]]}\n"

    assert lines(condition + "    po: [[ex:p, $(id)]]") == []


def test_a_mapping_may_have_graphs() -> None:
    assert lines("    graphs: ex:$(name)\n    po: [[ex:p, x]]") == ['<ex:p> "x" <ex:hall>']


def test_external_references_are_filled_in() -> None:
    body = "    po:\n      - [ex:p, '$(_city) $(_none) $(\\_id)']\nexternal:\n  city: Ghent\n"

    assert lines(body, {"id": 1, "_none": "a", "_id": "b"}) == ['<ex:p> "Ghent a b"']


def test_an_inverse_predicate_leads_back() -> None:
    found = pairs("{p: ex:by, i: ex:made, o: $(home)~iri}")

    assert found == ["<ex:by> <ex:hall>", "<ex:made> <ex:lamp/1>"]


def test_mappings_without_subjects_make_blank_nodes() -> None:
    content = "mappings: {a: {sources: [[a.json~jsonpath]], po: [[rdfs:label, $(n)]]}}"
    mapping = load(content.encode(), "lamp.yml")
    found = [*run(mapping, {mapping.sources()[0]: [{"n": "x"}, {"n": "x"}]})]

    assert len({quad[0] for quad in found}) == 2


def test_several_subjects_and_sources_are_triples_maps_each() -> None:
    content = "mappings: {a: {sources: [[a.csv~csv], [b.csv~csv]], s: ['http://a/$(n)', 'http://b/$(n)']}}"

    assert [each.id for each in load(content.encode(), "lamp.yml").triples_maps] == ["a", "a/1", "a/2", "a/3"]


JOIN = """
mappings:
  lamp:
    sources: [[lamps.csv~csv]]
    s: http://l/$(id)
    po:
      - p: http://e/in
        o:
          - mapping: room
            condition:
              function: equal
              parameters: %s
  room:
    sources: [[rooms.csv~csv]]
    s: http://r/$(name)
"""


@pytest.mark.parametrize(
    "parameters",
    [
        "[[str1, $(room), s], [str2, $(name), o]]",
        "[[str1, $(room)], [str2, $(name)]]",
        "[[str1, $(name), o], [str2, $(room), s]]",
        "[{parameter: str1, value: $(room)}, [str2, $(name), o]]",
    ],
)
def test_records_of_two_mappings_meet_by_equal_values(parameters: str) -> None:
    mapping = load((JOIN % parameters).encode(), "lamp.yml")
    lamps, rooms = mapping.sources()
    found = run(mapping, {lamps: [{"id": "1", "room": "hall"}], rooms: [{"name": "hall"}, {"name": "attic"}]})

    assert [quad[2] for quad in found] == ["http://r/hall"]


def test_a_short_document_means_what_a_long_one_means() -> None:
    short = "mapping: {a: {sources: [['a.csv~csv']], s: http://a/$(n), po: [[foaf:name, $(n)]]}}"
    long = """
mappings:
  a:
    sources:
      - access: a.csv
        referenceFormulation: csv
    subjects: http://a/$(n)
    predicateobjects:
      - predicates: foaf:name
        objects:
          - value: $(n)
"""

    assert load(short.encode(), "a.yml").triples_maps == load(long.encode(), "b.yml").triples_maps


def test_a_document_means_what_its_translation_to_rml_means() -> None:
    turtle = """@prefix rml: <http://w3id.org/rml/> .
        <http://m> rml:logicalSource [ rml:source "a.csv"; rml:referenceFormulation rml:CSV ];
            rml:subjectMap [ rml:template "http://a/{n}" ];
            rml:predicateObjectMap [ rml:predicate <http://xmlns.com/foaf/0.1/name>;
                rml:objectMap [ rml:template "{n}!"; rml:language "en"; rml:termType rml:Literal ] ] ."""
    yarrrml = "mappings: {a: {sources: [[a.csv~csv]], s: http://a/$(n), po: [[foaf:name, $(n)!, en~lang]]}}"
    made = []
    for content in (turtle, yarrrml):
        mapping = load(content.encode(), "m")
        made.append(dataset(written(run(mapping, {mapping.sources()[0]: [{"n": "ü 1"}]}))))

    assert made[0] == made[1]


@pytest.mark.parametrize(
    ("source", "access", "formulation"),
    [
        ("[a.csv~csv]", File("a.csv"), Formulation.CSV),
        ("['a~b.json~jsonpath', '$']", File("a~b.json"), Formulation.JSONPATH),
        ("{access: a.xml, iterator: /a}", File("a.xml"), Formulation.XPATH),
        (
            "{access: a.txt, referenceFormulation: csv, delimiter: ';', encoding: latin-1, compression: gzip}",
            File("a.txt", "", "latin-1", Compression.GZIP, Dialect(";")),
            Formulation.CSV,
        ),
        (
            "{access: 'mqtt://b/t', type: wot, contentType: application/json, referenceFormulation: jsonpath}",
            Stream("mqtt://b/t", "application/json"),
            Formulation.JSONPATH,
        ),
    ],
)
def test_a_source_is_read(source: str, access: File | Stream, formulation: Formulation) -> None:
    mapping = load(f"mappings: {{a: {{sources: [{source}], s: http://a}}}}".encode(), "lamp.yml")

    assert [(each.access, each.formulation) for each in mapping.sources()] == [(access, formulation)]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("    po:\n      - [ex:p]\n", r"lamp\.yml line 11, .*the short form is"),
        ("    po:\n      - [nope:p, x]\n", r"line 11, .*there is no prefix 'nope'; declared are ex"),
        ("    po:\n      - [ex:p, $(a]\n", r"line 11, .*a \$\( is not closed"),
        ("    po:\n      - [ex:p, $(a), english~lang]\n", r"line 11, .*no language tag"),
        ("    po:\n      - {p: ex:p, o: {valeu: x}}\n", r"line 11, .*no key 'valeu' here; did you mean 'value'"),
        ("    po:\n      - {p: ex:p, o: {mapping: no}}\n", r"line 11, .*no mapping 'no'; there are lamp"),
        ("    po:\n      - {p: ex:p, o: {f: grel:no}}\n", r"line 11, .*there is no function"),
        ("    po:\n      - {p: ex:p, o: {value: a, type: x}}\n", r"line 11, .*there is no type 'x'"),
        ("    po:\n      - {p: ex:p, predicates: a, o: b}\n", r"line 11, .*mean the same"),
        ("    po:\n      - {p: ex:p, i: ex:q, o: $(a)}\n", r"inverse predicates want objects that are IRIs"),
        ("    soruces: a\n", r"line 10, mapping lamp: there is no key 'soruces' here; did you mean 'sources'"),
        ("    s: x\n", r"line 10: the key 's' is there twice"),
        ("\tx: 1\n", r"lamp\.yml line 10: no YAML"),
        ("  other:\n    sources: lmaps\n    s: ex:a\n", r"line 11, .*there is no source 'lmaps'; there are lamps"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(body: str, problem: str) -> None:
    with pytest.raises(MappingError, match=problem):
        load((HEAD + body).encode(), "lamp.yml")


@pytest.mark.parametrize("source", ["{access: 'jdbc:x', type: mysql}", "['http://example.com/a.json~jsonpath']"])
def test_a_source_that_is_elsewhere_is_refused(source: str) -> None:
    with pytest.raises(MappingError, match=r"line 1, mapping a, source"):
        load(f"mappings: {{a: {{sources: [{source}], s: http://a}}}}".encode(), "lamp.yml")


def test_a_tree_has_lines() -> None:
    tree = parse("a: 1\nb:\n  - x\n  - 'null'\n", "t.yml")

    assert isinstance(tree, Entries)
    assert tree.lines == {"a": 1, "b": 2}
    assert tree.entries["b"] == Items(3, [Scalar("x", 3), Scalar("null", 4, plain=False)], 3)


def test_an_alias_stands_for_its_anchor() -> None:
    tree = parse("a: &x [1]\nb: *x\nc: {<<: {d: 2, e: 3}, d: 4}", "t.yml")

    assert isinstance(tree, Entries)
    assert tree.entries["b"] is tree.entries["a"]
    assert isinstance(tree.entries["c"], Entries)
    assert {name: node.text for name, node in tree.entries["c"].entries.items() if isinstance(node, Scalar)} == {
        "d": "4",
        "e": "3",
    }


BOMB = "a0: &a0 [x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (BOMB, "more than 200000 nodes"),
        ("[" * 100 + "]" * 100, "levels deep"),
        ("a: *b", "no anchor &b|undefined alias"),
        ("a: 1\n---\nb: 2", "2 YAML documents"),
        ("", "no YAML documents"),
        ("[a, b]: 1", "a key is a collection"),
        ("a: &a [*a]", "no anchor &a|undefined alias"),
        ("a: 1\na: 2", "line 2: the key 'a' is there twice"),
    ],
)
def test_hostile_yaml_is_refused(text: str, problem: str) -> None:
    with pytest.raises(MappingError, match=problem):
        parse(text, "t.yml")
