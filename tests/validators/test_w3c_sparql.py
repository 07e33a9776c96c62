"""The W3C test suite for SHACL-SPARQL, through each engine: reports as asked for, known faults pinned by name."""

from __future__ import annotations

from collections import Counter

import pytest

from semantic_gw.errors import ShapeError
from semantic_gw.model import ValidationReport
from semantic_gw.rdf.namespaces import SH
from semantic_gw.validators.compile import compile_graph
from semantic_gw.validators.engines import ENGINES
from semantic_gw.validators.source import ShapesGraph
from semantic_gw.validators.view import Background
from tests.shared import SHARED, shared
from tests.validators.test_w3c import SHT, expected, graphs, line, read, text

SPARQL = "shacl/w3c-tests/sparql"

FAULTS = {
    ("pyshacl", "pre-binding/shapesGraph-001"): "pySHACL has no $shapesGraph: refused at load",
}
"""Engine and case → why it fails. One that passes must go from here."""

CASES = sorted(
    path.relative_to(SHARED / SPARQL).with_suffix("").as_posix()
    for path in (SHARED / SPARQL).rglob("*.ttl")
    if path.stem != "manifest"
) or ["absent"]


def validated(engine: str, case: str) -> ValidationReport:
    path = shared(f"{SPARQL}/{case}.ttl")
    shapes, data = graphs(read(path), path)
    compiled = compile_graph(shapes, Background(()), engine=ENGINES[engine])
    return compiled.validate_triples(data.triples)


def constraints(manifest: ShapesGraph) -> Counter[str | None]:
    """The source constraints that are asked for."""
    results = [term for _, predicate, term in manifest.triples if predicate == SH + "result"]
    return Counter(text(manifest.one(result, SH + "sourceConstraint")) for result in results)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", CASES)
def test_a_case_of_the_w3c_suite(case: str, engine: str) -> None:
    manifest = read(shared(f"{SPARQL}/{case}.ttl"))
    if (engine, case) in FAULTS or any(term == f"{SHT}Failure" for _, _, term in manifest.triples):
        with pytest.raises(ShapeError):
            validated(engine, case)
        return
    report = validated(engine, case)

    conforms, lines, messages = expected(manifest)
    assert Counter(map(line, report.results)) == lines
    assert (not report.results) == conforms
    assert messages <= {message for result in report.results for message in result.messages}
    assert Counter(text(result.source_constraint) for result in report.results) == constraints(manifest)


def test_the_suite_is_whole() -> None:
    shared(f"{SPARQL}/manifest.ttl")

    assert len(CASES) == 23


@pytest.mark.parametrize(("engine", "case"), FAULTS)
def test_a_fault_is_of_a_case_that_asks_for_a_report(engine: str, case: str) -> None:
    manifest = read(shared(f"{SPARQL}/{case}.ttl"))

    assert expected(manifest)
