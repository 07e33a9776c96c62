"""`semantic-gw map`: exit codes, where quads and messages go, what it loads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from semantic_gw.cli.main import app, main

MAPPING = """
@prefix rml: <http://w3id.org/rml/> .
<http://m> rml:logicalSource [ rml:source [ rml:path "lamps.json" ]; rml:iterator "$[*]" ];
  rml:subjectMap [ rml:reference "$.id"; rml:class <http://Lamp> ];
  rml:predicateObjectMap [ rml:predicate <http://name>; rml:objectMap [ rml:reference "$.name" ] ] .
"""
YARRRML = "mappings: {lamp: {sources: [['lamps.json~jsonpath', '$[*]']], s: $(id), po: [['http://name', $(name)]]}}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "lamp.ttl").write_text(MAPPING)
    (tmp_path / "lamp.yml").write_text(YARRRML)
    (tmp_path / "lamps.json").write_text('[{"id": "a", "name": "hall"}, {"id": "a", "name": "hall"}]')
    return tmp_path


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["map", *map(str, arguments)])


def test_each_quad_is_written_once_in_order(folder: Path) -> None:
    result = invoke(folder / "lamp.ttl", "--base-iri", "http://b/")

    assert result.exit_code == 0
    assert result.stdout == (
        "<http://b/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://Lamp> .\n"
        '<http://b/a> <http://name> "hall" .\n'
    )


def test_a_yarrrml_document_is_known_by_its_content(folder: Path) -> None:
    (folder / "lamp.ttl").write_text(YARRRML)

    assert invoke(folder / "lamp.ttl").stdout == '<http://example.org/a> <http://name> "hall" .\n'


def test_an_output_file_gets_the_quads(folder: Path) -> None:
    result = invoke(folder / "lamp.yml", "--output", folder / "out.nq")

    assert result.stdout == ""
    assert (folder / "out.nq").read_text() == '<http://example.org/a> <http://name> "hall" .\n'


def test_data_errors_are_told_and_the_rest_is_written(folder: Path) -> None:
    (folder / "lamps.json").write_text('[{"id": "a b", "name": "x"}, {"id": "c", "name": "y"}]')
    result = invoke(folder / "lamp.yml", "--output", folder / "out.nq")

    assert result.exit_code == 1
    assert (folder / "out.nq").read_text() == '<http://example.org/c> <http://name> "y" .\n'
    assert "data error: " in result.stderr
    assert "'a b' is no IRI" in result.stderr


def test_a_strict_run_stops_and_leaves_no_file(folder: Path) -> None:
    (folder / "lamps.json").write_text('[{"id": "a b", "name": "x"}, {"id": "c", "name": "y"}]')
    before = {*folder.iterdir()}
    result = invoke(folder / "lamp.yml", "--strict", "--output", folder / "out.nq")

    assert result.exit_code == 1
    assert {*folder.iterdir()} == before


def test_a_reference_that_finds_nothing_is_a_warning(folder: Path) -> None:
    (folder / "lamps.json").write_text('[{"id": "c"}]')
    result = invoke(folder / "lamp.yml")

    assert result.exit_code == 0
    assert "warning: " in result.stderr
    assert "nothing stands at 'name' in 1 iteration" in result.stderr


def test_data_that_cannot_be_read_is_a_data_error(folder: Path) -> None:
    (folder / "lamps.json").write_text("{")
    result = invoke(folder / "lamp.yml")

    assert result.exit_code == 1
    assert "no JSON" in result.stderr


@pytest.mark.parametrize(
    ("content", "more", "problem"),
    [
        (MAPPING.replace("rml:reference", "rml:template", 1).replace('"$.id"', '"{"'), [], "template"),
        (MAPPING.replace("lamps.json", "none.json"), [], "there is no file none.json"),
        (MAPPING.replace("lamps.json", "../lamps.json"), [], "outside of the mapping's folder"),
        (MAPPING, ["--base-iri", "lamp"], "no absolute IRI"),
        (YARRRML.replace("lamps.json", "mqtt://broker/lamps"), [], "is a stream"),
    ],
)
def test_a_mapping_that_cannot_be_run_is_refused(
    content: str, more: list[str], problem: str, folder: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    (folder / "bad.ttl").write_text(content)
    monkeypatch.setattr(sys, "argv", ["semantic-gw", "map", str(folder / "bad.ttl"), *more])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 2
    assert problem in capsys.readouterr().err


def test_the_command_starts_without_what_it_does_not_need() -> None:
    heavy = ("httpx", "fastapi", "sqlalchemy", "rdflib", "pyld", "pydantic", "elementpath", "yaml")
    script = f"import sys, semantic_gw.cli.map; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"
