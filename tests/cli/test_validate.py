"""`semantic-gw validate`, as somebody without a gateway uses it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pyoxigraph
import pytest
import rdflib
from pyoxigraph import RdfFormat

from semantic_gw.cli.main import main
from semantic_gw.shipped import MAPPINGS
from semantic_gw.validators.source import ShapesGraph
from tests.shared import ROOT, shared
from tests.validators.test_w3c import CASES, CORE, SHT, expected

PREFIXES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix ex: <http://example.org/> .
"""
SHAPES = f"""{PREFIXES}
ex:PersonShape a sh:NodeShape ; sh:targetClass ex:Person ;
    sh:property [ sh:path ex:name ; sh:minCount 1 ] ;
    sh:property [ sh:path ex:age ; sh:maxInclusive 150 ; sh:severity sh:Warning ; sh:message "old"@en, "alt"@de ] .
"""
GOOD = f'{PREFIXES} ex:alice a ex:Person ; ex:name "Alice" .\n'
BAD = f"{PREFIXES} ex:alice a ex:Person . ex:bob a ex:Person .\n"
OLD = f'{PREFIXES} ex:alice a ex:Person ; ex:name "Alice" ; ex:age 151 .\n'
OTHER = f"{PREFIXES} ex:alice a ex:Dog .\n"
SPARQL = f"""{PREFIXES}
ex:S a sh:NodeShape ; sh:targetClass ex:Person ; sh:sparql [ sh:message "no name" ; sh:select
    "SELECT $this WHERE {{ FILTER NOT EXISTS {{ $this <http://example.org/name> ?name }} }}" ] .
"""


CLIMATE = MAPPINGS / "zigbee2mqtt" / "examples" / "climate.trig"


class Ended(NamedTuple):
    """How the command ended."""

    code: int
    out: str
    err: str


Validate = Callable[..., Ended]


@pytest.fixture
def validate(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Validate:
    def run(*arguments: object, stdin: str = "") -> Ended:
        monkeypatch.setattr(sys, "argv", ["semantic-gw", "validate", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return Ended(int(ended.value.code or 0), out, err)

    return run


@pytest.fixture
def shapes(tmp_path: Path) -> Path:
    return written(tmp_path / "shapes.ttl", SHAPES)


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("data", "options", "code"),
    [
        (GOOD, (), 0),
        (BAD, (), 1),
        (OLD, (), 0),
        (OLD, ("--strict",), 1),
        (OTHER, (), 2),
        (OTHER, ("--strict",), 2),
        (OTHER, ("--allow-unchecked",), 0),
        ("", (), 2),
        ("no turtle", (), 2),
    ],
)
def test_the_exit_code_is_the_verdict(
    validate: Validate, shapes: Path, tmp_path: Path, data: str, options: tuple[str, ...], code: int
) -> None:
    file = written(tmp_path / "data.ttl", data)

    assert validate("--shapes", shapes, *options, file).code == code


@pytest.mark.parametrize("engine", ["compiled", "shacl", "pyshacl"])
def test_every_engine_gives_the_verdict(validate: Validate, shapes: Path, engine: str) -> None:
    codes = [validate("-s", shapes, "--engine", engine, "-", stdin=data).code for data in (GOOD, BAD, OLD, OTHER)]

    assert codes == [0, 1, 0, 2]


@pytest.mark.parametrize("engine", ["compiled", "shacl", "pyshacl"])
def test_shapes_in_sparql_are_checked(validate: Validate, tmp_path: Path, engine: str) -> None:
    file = written(tmp_path / "shapes.ttl", SPARQL)

    assert [validate("-s", file, "--engine", engine, "-", stdin=data).code for data in (GOOD, BAD)] == [0, 1]


@pytest.mark.parametrize("case", CASES)
def test_the_report_is_what_w3c_expects(validate: Validate, case: str) -> None:
    path = shared(f"{CORE}/{case}.ttl").resolve()
    manifest = ShapesGraph()
    manifest.add(path.read_bytes(), str(path), base=path.as_uri())
    given, data = (path.with_name(Path(str(target)).name) for target in named(manifest, "shapesGraph", "dataGraph"))
    files = [file if file.exists() else file.with_suffix(".ttl") for file in (given, data)]
    ended = validate("-s", files[0], files[1], "--to", "turtle", "--strict", "--allow-unchecked", "--most", 0)

    told = ShapesGraph()
    told.add(ended.out.encode(), "report")
    conforms, lines, _ = expected(manifest)
    assert expected(told)[:2] == (conforms, lines)
    assert ended.code == (0 if conforms else 1)


def named(manifest: ShapesGraph, *names: str) -> list[str]:
    return [str(next(o for _, p, o in manifest.triples if p == SHT + name)) for name in names]


def test_a_summary_tells_each_kind_of_result_once(validate: Validate, shapes: Path) -> None:
    data = OLD.replace("alice", "carol") + BAD

    assert validate("-s", shapes, "-", stdin=data).out.splitlines() == [
        "standard input: does not conform: 2 violations, 1 warning (3 focus nodes)",
        "",
        "Violation  ex:PersonShape / [sh:path ex:name]  ex:name  sh:MinCountConstraintComponent  2 results",
        "  ex:name must have at least 1, has 0",
        "  at ex:alice, ex:bob",
        "",
        "Warning  ex:PersonShape / [sh:path ex:age]  ex:age  sh:MaxInclusiveConstraintComponent  1 result",
        "  old",
        '  at ex:carol; value "151"^^xsd:integer',
    ]


def test_a_summary_has_no_commands_for_the_terminal(validate: Validate, shapes: Path) -> None:
    data = f'{PREFIXES} ex:alice a ex:Person ; ex:name "A" ; ex:age "\\u001B[2J\\u202E[/][red]" .'
    out = validate("-s", shapes, "-", stdin=data).out

    assert r"\x1b[2J\u202e[/][red]" in out
    assert "\x1b" not in out


def test_a_summary_of_many_kinds_is_short(validate: Validate, tmp_path: Path) -> None:
    closed = written(tmp_path / "shapes.ttl", f"{PREFIXES} ex:S sh:targetNode ex:a ; sh:closed true .")
    data = "".join(f"<http://example.org/a> <urn:p{number}> 1 .\n" for number in range(5000))
    out = validate("-s", closed, "-", stdin=data).out

    assert len(out.splitlines()) < 500
    assert out.splitlines()[-1] == "and 4900 results of other kinds (--most 0 shows all)"


def test_an_unchecked_graph_is_told_in_every_way(validate: Validate, shapes: Path) -> None:
    ended = validate("-s", shapes, "--to", "json", "-", stdin=OTHER)

    assert json.loads(ended.out)["checked"] is False
    assert f"unchecked: no shape of {shapes} targets anything" in ended.err
    assert "unchecked: no shape targets it" in validate("-s", shapes, "-", stdin=OTHER).out


def test_json_tells_focus_nodes_and_counts(validate: Validate, shapes: Path) -> None:
    told = json.loads(validate("-s", shapes, "--to", "json", "-", stdin=BAD).out)

    assert (told["conforms"], told["focusNodes"], told["severities"]) == (False, 2, {"Violation": 2})
    assert told["focusNodesPerShape"] == {"ex:PersonShape": 2}


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # by rdflib's own reader of JSON-LD
@pytest.mark.parametrize(("to", "format"), [("turtle", "turtle"), ("jsonld", "json-ld"), ("ntriples", "nt")])
def test_rdf_reports_are_read_by_others(validate: Validate, shapes: Path, to: str, format: str) -> None:
    ended = validate("-s", shapes, "--to", to, "-", stdin=BAD)
    said = rdflib.Graph().parse(data=ended.out, format=format)

    assert len(list(said.objects(None, rdflib.SH.result))) == 2
    assert list(said.objects(None, rdflib.SH.conforms)) == [rdflib.Literal(False)]


def test_a_report_holds_so_many_results(validate: Validate, shapes: Path) -> None:
    told = json.loads(validate("-s", shapes, "--to", "json", "--most", 1, "-", stdin=BAD).out)

    assert (len(told["results"]), told["omitted"]["count"]) == (1, 1)


SYNTAXES = {
    "turtle": ("ttl", RdfFormat.TURTLE),
    "trig": ("trig", RdfFormat.TRIG),
    "ntriples": ("nt", RdfFormat.N_TRIPLES),
    "nquads": ("nq", RdfFormat.N_QUADS),
    "rdfxml": ("rdf", RdfFormat.RDF_XML),
    "jsonld": ("jsonld", RdfFormat.JSON_LD),
}


@pytest.mark.parametrize("name", SYNTAXES)
def test_every_syntax_is_read(validate: Validate, shapes: Path, tmp_path: Path, name: str) -> None:
    ending, format = SYNTAXES[name]
    text = (pyoxigraph.serialize(pyoxigraph.parse(BAD, RdfFormat.TURTLE), format=format) or b"").decode()
    by_ending = validate("-s", shapes, written(tmp_path / f"data.{ending}", text))
    by_name = validate("-s", shapes, "--from", name, "-", stdin=text)

    assert (by_ending.code, by_name.code) == (1, 1)


def test_shapes_may_be_in_another_syntax(validate: Validate, tmp_path: Path) -> None:
    text = pyoxigraph.serialize(pyoxigraph.parse(SHAPES, RdfFormat.TURTLE), format=RdfFormat.N_TRIPLES) or b""

    assert validate("-s", written(tmp_path / "shapes.nt", text.decode()), "-", stdin=BAD).code == 1


def test_named_graphs_are_read_as_one(validate: Validate, shapes: Path) -> None:
    data = f'{PREFIXES} ex:g {{ ex:alice a ex:Person }} ex:h {{ ex:alice ex:name "Alice" }}'

    assert validate("-s", shapes, "-", stdin=data).code == 0


def test_a_folder_is_all_its_shapes(validate: Validate, tmp_path: Path) -> None:
    written(tmp_path / "shapes" / "person.ttl", SHAPES)
    written(tmp_path / "shapes" / "dog.ttl", f"{PREFIXES} ex:D sh:targetClass ex:Dog ; sh:nodeKind sh:Literal .")
    written(tmp_path / "shapes" / "readme.md", "no shapes")

    assert [validate("-s", tmp_path / "shapes", "-", stdin=data).code for data in (GOOD, BAD, OTHER)] == [0, 1, 1]


def test_relative_iris_are_those_of_the_file(validate: Validate, tmp_path: Path) -> None:
    shapes = written(tmp_path / "s.ttl", f"{PREFIXES} <#S> sh:targetClass <data.ttl#Thing> ; sh:nodeKind sh:Literal .")
    data = written(tmp_path / "data.ttl", "<#a> a <#Thing> .")
    (told,) = json.loads(validate("-s", shapes, "--to", "json", data).out)["results"]

    assert told["focusNode"] == f"{data.resolve().as_uri()}#a"


def test_the_background_is_seen_and_not_checked(validate: Validate, shapes: Path, tmp_path: Path) -> None:
    ontology = written(
        tmp_path / "ontology.ttl", f"{PREFIXES} ex:Clerk rdfs:subClassOf ex:Person . ex:nameless a ex:Person ."
    )
    told = validate("-s", shapes, "--background", ontology, "-", stdin=f"{PREFIXES} ex:carl a ex:Clerk .")

    assert told.code == 1
    assert "ex:nameless" not in told.out


def test_a_graph_of_the_bus_conforms_to_the_shipped_shapes(validate: Validate) -> None:
    assert validate(CLIMATE).code == 0


def test_the_shipped_shapes_know_the_vocabulary(validate: Validate) -> None:
    graph = CLIMATE.read_text("utf-8").replace("unit:DEG_C", "unit:PA")

    assert validate("-", stdin=graph).code == 1


def test_ours_come_beside_others(validate: Validate, shapes: Path) -> None:
    graph = CLIMATE.read_text("utf-8")

    assert validate("-s", shapes, "-", stdin=graph).code == 2
    assert validate("-s", shapes, "--ours", "-", stdin=graph).code == 0


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("data.ttl", "<urn:a> <urn:p> 1 .\n<urn:a> <urn:p> .", "data.ttl: line 2: "),
        ("data.nt", "<urn:a> <urn:p> <urn:b> .\n\n<urn:a>", "data.nt: line 3: "),
        ("data.rdf", '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n</x>', "data.rdf: line 2: "),
        ("data.jsonld", '{"@context": {},\n "a": }', "data.jsonld: line 2: "),
        ("data.jsonld", '{"@context": "https://schema.org/"}', "the JSON-LD context https://schema.org/ is elsewhere"),
        ("data.ttl", "<urn:a> <urn:p> <<( <urn:a> <urn:p> 1 )>> .", "only RDF 1.1 is read"),
        ("data.csv", "a,b", "unknown ending '.csv'; there are .ttl, "),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(
    validate: Validate, shapes: Path, tmp_path: Path, name: str, text: str, told: str
) -> None:
    ended = validate("-s", shapes, written(tmp_path / name, text))

    assert (ended.code, ended.out) == (2, "")
    assert told in ended.err


@pytest.mark.parametrize("option", ["--shapes", "--background"])
def test_a_file_that_is_not_there_is_named(validate: Validate, shapes: Path, tmp_path: Path, option: str) -> None:
    ended = validate("-s", shapes, option, tmp_path / "nope.ttl", "-", stdin=GOOD)

    assert ended.code == 2
    assert "nope.ttl: no such file" in ended.err


def test_data_that_is_not_there_is_named(validate: Validate, shapes: Path) -> None:
    ended = validate("-s", shapes, "nope.ttl")

    assert (ended.code, ended.err) == (2, "error: nope.ttl: No such file or directory\n")


def test_a_folder_is_no_graph(validate: Validate, shapes: Path, tmp_path: Path) -> None:
    assert "is a folder; one graph" in validate("-s", shapes, tmp_path).err


def test_faulty_shapes_are_told_with_file_and_node(validate: Validate, tmp_path: Path) -> None:
    file = written(tmp_path / "shapes.ttl", SHAPES.replace("sh:minCount", "sh:mincount"))
    ended = validate("-s", file, "-", stdin=GOOD)

    assert ended.code == 2
    assert f"{file}: shape " in ended.err
    assert "sh:mincount" in ended.err


def test_a_fault_of_ours_is_no_verdict(validate: Validate, shapes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object, **_options: object) -> None:
        raise RecursionError

    monkeypatch.setattr("semantic_gw.cli.validate.summary", broken)

    assert validate("-s", shapes, "-", stdin=GOOD).code == 2


def test_only_what_a_command_needs_is_loaded() -> None:
    script = "import sys, semantic_gw.cli.main, semantic_gw.cli.validate; print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)

    assert {"rdflib", "fastapi", "sqlalchemy", "semantic_gw.settings", "aiokafka"}.isdisjoint(ended.stdout.split())
