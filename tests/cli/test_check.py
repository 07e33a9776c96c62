"""`semantic-gw check` of mappings against shapes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from semantic_gw.cli.main import app

run = CliRunner().invoke

UNITS = """
@prefix : <https://example.com/shapes/> .
@prefix saref: <https://saref.etsi.org/core/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix unit: <http://qudt.org/vocab/unit/> .
:Quantity a sh:NodeShape ; sh:targetClass saref:PropertyValue ; sh:property :Unit, :Value .
:Unit sh:path saref:isMeasuredIn ; sh:in ( unit:DEG_C unit:K unit:PERCENT ) .
:Value sh:path saref:hasValue ; sh:maxInclusive 1000 ; sh:severity sh:Warning .
"""
SGW = "https://w3id.org/semantic-gw/"
SENTENCE = (
    "shape <https://example.com/shapes/Unit> wants one of [unit:DEG_C, unit:K, unit:PERCENT] at saref:isMeasuredIn; "
    "the mapping makes unit:DEG_F (affordance temperature, /properties/temperature/unit of urn:dev:house)"
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEMANTIC_GW_CONFIG", str(tmp_path / "none.toml"))
    (tmp_path / "shapes").mkdir()
    (tmp_path / "shapes" / "house.ttl").write_text(UNITS)
    monkeypatch.setenv("SEMANTIC_GW_SHAPES__FOLDERS", json.dumps([str(tmp_path / "shapes")]))
    return tmp_path


def described(path: Path, unit: str, **more: Any) -> str:
    temperature = {
        "type": "number",
        "unit": f"http://qudt.org/vocab/unit/{unit}",
        "saref:hasPropertyKind": {"@id": SGW + "Temperature"},
        "forms": [{"href": "mqtt://broker/house", "op": "observeproperty"}],
    }
    document = {
        "@context": ["https://www.w3.org/2022/wot/td/v1.1", {"saref": "https://saref.etsi.org/core/", "sgw": SGW}],
        "id": "urn:dev:house",
        "title": "House",
        "securityDefinitions": {"nosec_sc": {"scheme": "nosec"}},
        "security": "nosec_sc",
        "properties": {"temperature": temperature},
        **more,
    }
    path.write_text(json.dumps(document))
    return str(path)


def checked(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(app, ["check", "--no-reason", "--json", *arguments]).stdout)
    return found


def test_a_refuted_rule_is_told_with_its_place(folder: Path) -> None:
    result = run(app, ["check", "--no-reason", described(folder / "house.json", "DEG_F")])

    assert result.exit_code == 1
    assert f"refuted  {SENTENCE}" in result.stdout


def test_a_refuted_rule_is_a_finding(folder: Path) -> None:
    file = described(folder / "house.json", "DEG_F")
    found = checked(file)
    (proof,) = [proof for proof in found["proofs"] if proof["mapping"] == file]

    assert f"{file}: 1 refuted" in found["findings"]["proofs"]
    assert [one["pointer"] for one in proof["refuted"]] == ["/properties/temperature/unit"]
    assert not found["fine"]


def test_what_is_looked_at_in_each_graph_is_told(folder: Path) -> None:
    file = described(folder / "house.json", "DEG_C")
    (proof,) = [proof for proof in checked(file)["proofs"] if proof["mapping"] == file]

    assert proof["atRunTime"] == [
        {
            "shape": "<https://example.com/shapes/Value>",
            "constraint": "sh:maxInclusive at saref:hasValue",
            "count": 1,
        }
    ]
    assert proof["proved"]["<https://example.com/shapes/Unit>"] == 1
    assert (proof["things"], proof["plans"], proof["validatedInFull"]) == (1, 1, 0)


def test_every_family_is_told() -> None:
    mappings = [proof["mapping"] for proof in checked()["proofs"]]

    assert "zigbee2mqtt" in mappings


def test_a_description_with_faults_is_a_finding(folder: Path) -> None:
    file = described(folder / "house.json", "DEG_C", security="other")
    findings = checked(file)["findings"]["proofs"]

    assert [finding.partition(";")[0] for finding in findings if finding.startswith(f"{file}: /security")]


def test_things_check_warns_of_what_is_refuted(folder: Path) -> None:
    result = run(app, ["things", "check", described(folder / "house.json", "DEG_F")])

    assert result.exit_code == 0
    assert "warning: payloads of this Thing are not lifted: urn:dev:house: shape" in result.stdout


LAMP = """prefixes: {saref: "https://saref.etsi.org/core/", unit: "http://qudt.org/vocab/unit/"}
mappings:
  power:
    sources: [[lamps.json~jsonpath, '$.lamps[*]']]
    s: urn:lamp:$(id):power
    po:
      - [a, saref:PropertyValue]
      - [saref:isMeasuredIn, UNIT~iri]
"""


def mapping(path: Path, unit: str) -> str:
    path.write_text(LAMP.replace("UNIT", unit))
    return str(path)


def test_a_refuted_mapping_is_told_with_its_line(folder: Path) -> None:
    file = mapping(folder / "lamp.yml", "unit:DEG_F")
    result = run(app, ["check", "--no-reason", file])

    assert result.exit_code == 1
    assert (
        "refuted  shape <https://example.com/shapes/Unit> wants one of [unit:DEG_C, unit:K, unit:PERCENT] at "
        f"saref:isMeasuredIn; the mapping makes unit:DEG_F ({file} line 8, " in result.stdout
    )


def test_what_is_proved_of_a_mapping_is_told(folder: Path) -> None:
    file = mapping(folder / "lamp.yml", "unit:DEG_C")
    (proof,) = [proof for proof in checked(file)["proofs"] if proof["mapping"] == file]

    assert proof["proved"]["<https://example.com/shapes/Unit>"] == 1
    assert {one["place"].partition(",")[0] for one in proof["refuted"]} == {f"{file} line 7"}


def test_mappings_that_are_set_up_are_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "mappings" / "lamp").mkdir(parents=True)
    mapping(folder / "mappings" / "lamp" / "mapping.yarrrml.yaml", "unit:DEG_F")
    (folder / "mappings" / "lamp" / "manifest.toml").write_text(
        'id = "lamp"\ntitle = "Lamps"\nversion = "1"\n[[route]]\naddress = "lamps"\nrole = "mapping"\n'
    )
    monkeypatch.setenv("SEMANTIC_GW_MAPPINGS", json.dumps([str(folder / "mappings")]))

    assert any(finding.startswith("lamp: ") for finding in checked()["findings"]["proofs"])
