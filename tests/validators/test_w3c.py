"""The W3C test suite for SHACL Core, through the compiler: every report is the one that the case asks for."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from semantic_gw.model import Literal, PropertyPath, Term, ValidationResult
from semantic_gw.rdf.namespaces import SH
from semantic_gw.validators.compile import compile_graph
from semantic_gw.validators.paths import read_path
from semantic_gw.validators.source import ShapesGraph
from semantic_gw.validators.view import Background
from tests.shared import SHARED, shared

CORE = "shacl/w3c-tests/core"
SHT = "http://www.w3.org/ns/shacl-test#"

CASES = sorted(
    path.relative_to(SHARED / CORE).with_suffix("").as_posix()
    for path in (SHARED / CORE).rglob("*.ttl")
    if path.stem != "manifest" and not path.stem.endswith(("-data", "-shapes"))
) or ["absent"]

Line = tuple[str | None, PropertyPath | None, str | None, str | None, str | None, str | None]
"""Focus node, path, value, component, severity and source shape of a result."""


def read(path: Path) -> ShapesGraph:
    graph = ShapesGraph()
    graph.add(path.read_bytes(), str(path), base=f"http://w3c.test/{path.stem}")
    return graph


def text(term: Term | None) -> str | None:
    if term is None:
        return None
    if isinstance(term, Literal):
        return f'"{term.lexical}"^^{term.datatype}@{term.language}'
    return "_:" if term.startswith("_:") else term


def expected(graph: ShapesGraph) -> tuple[bool, Counter[Line], set[Term]]:
    """Whether the graph conforms, the results, and the messages that are asked for."""
    (report,) = [s for s, p, o in graph.triples if o == SH + "ValidationReport"]
    lines: Counter[Line] = Counter()
    messages: set[Term] = set()
    for result in graph.terms(report, SH + "result"):
        path = graph.one(result, SH + "resultPath")
        focus, value, component, severity, shape = (
            text(graph.one(result, SH + name))
            for name in ("focusNode", "value", "sourceConstraintComponent", "resultSeverity", "sourceShape")
        )
        lines[focus, path and read_path(graph, result, path), value, component, severity, shape] += 1
        messages.update(graph.terms(result, SH + "resultMessage"))
    conforms = graph.one(report, SH + "conforms")
    assert isinstance(conforms, Literal)
    return conforms.lexical == "true", lines, messages


def line(result: ValidationResult) -> Line:
    focus, value, component, severity, shape = map(
        text,
        (
            result.focus_node,
            result.value,
            result.source_constraint_component,
            result.severity,
            result.source_shape,
        ),
    )
    return focus, result.result_path, value, component, severity, shape


def graphs(manifest: ShapesGraph, path: Path) -> tuple[ShapesGraph, ShapesGraph]:
    """The shapes graph and the data graph of the case at *path*."""
    files = []
    for name in ("shapesGraph", "dataGraph"):
        (target,) = [o for s, p, o in manifest.triples if p == f"{SHT}{name}"]
        other = str(target).rpartition("/")[2]
        files.append(read(path.with_name(other if other.endswith(".ttl") else f"{path.stem}.ttl")))
    return files[0], files[1]


@pytest.mark.parametrize("case", CASES)
def test_a_case_of_the_w3c_suite(case: str) -> None:
    path = shared(f"{CORE}/{case}.ttl")
    manifest = read(path)
    shapes, data = graphs(manifest, path)
    report = compile_graph(shapes, Background(())).validate_triples(data.triples)

    conforms, lines, messages = expected(manifest)
    assert Counter(map(line, report.results)) == lines
    assert (not report.results) == conforms
    assert messages <= {message for result in report.results for message in result.messages}


def test_the_suite_is_whole() -> None:
    shared(f"{CORE}/manifest.ttl")

    assert len(CASES) == 98
