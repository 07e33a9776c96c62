"""SHACL engines on the same messages in one run, and what our cost depends on.

CPU time counts, not the clock on the wall. Each engine is given a message in the form that it takes; those that do not
know the class hierarchy are given the types that follow from it. Engines that are not installed are left out:

    uv pip install --group bench
    python benchmarks/shapes.py
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyoxigraph
import pyshacl
import rdflib

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.shapes_workload import HIERARCHY, INVALID_EVERY, SHAPES, many_shapes, messages, with_types  # noqa: E402
from semantic_gw.contracts import Validator  # noqa: E402  the path is set above
from semantic_gw.directory.plan_checks import PlanChecks  # noqa: E402
from semantic_gw.lifters.thing import lifters  # noqa: E402
from semantic_gw.model import DataGraph, Literal, Triple  # noqa: E402
from semantic_gw.rdf.serialize import triples_to_nquads  # noqa: E402
from semantic_gw.validators import CompiledShapes, compile_shapes  # noqa: E402
from semantic_gw.validators.report import report_triples, to_ntriples  # noqa: E402
from tests.lifters.things import document  # noqa: E402
from tests.validators.fuzz.case import ntriples  # noqa: E402
from tests.validators.fuzz.pyshacl_engine import quiet, to_rdflib  # noqa: E402
from tests.validators.gate.descriptions import zigbee  # noqa: E402
from tests.validators.shipped import background, shipped  # noqa: E402

ROUNDS = 9
BASE = "https://gateway.example/"


@dataclass(frozen=True, slots=True)
class Row:
    """CPU time of one message, in microseconds; *why* it was not measured."""

    name: str
    microseconds: float = 0.0
    ready: float = 0.0
    """the same where the message is in the engine's own form already"""
    invalid: float = 0.0
    """the share of messages that the engine found invalid"""
    why: str = ""


Triples = list[Triple]
Judge = Callable[[Any], bool]
"""Whether a message in the engine's own form conforms; what does not is reported in full."""
Take = Callable[[Triples], Any]
"""A message as the engine takes it."""


def cpu(work: Callable[[Any], object], given: Sequence[Any], rounds: int = ROUNDS) -> float:
    """CPU µs for one of *given*: the best of some rounds over all."""
    times = []
    for _ in range(rounds):
        gc.collect()
        start = time.process_time()
        for one in given:
            work(one)
        times.append((time.process_time() - start) / len(given) * 1e6)
    return min(times)


def engine(name: str, judge: Judge, take: Take, given: Sequence[Triples], rounds: int = ROUNDS) -> Row:
    forms = [take(one) for one in given]
    invalid = sum(not judge(one) for one in forms) / len(forms)
    return Row(name, cpu(lambda one: judge(take(one)), given, rounds), cpu(judge, forms, rounds), invalid)


# Engines.


def ours(shapes: CompiledShapes) -> Judge:
    def judge(triples: Triples) -> bool:
        report = shapes.validate_triples(triples)
        if report.results:
            to_ntriples(report_triples(report))
        return not report.results

    return judge


def ours_from_text(shapes: CompiledShapes) -> Judge:
    judge = ours(shapes)
    return lambda text: judge([(q.subject.value, q.predicate.value, _term(q.object)) for q in _parsed(text)])


def _parsed(text: bytes) -> Any:
    return pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.N_TRIPLES)


def _term(term: Any) -> str | Literal:
    if isinstance(term, pyoxigraph.NamedNode):
        return term.value
    return Literal(term.value, term.datatype.value, term.language)


def by_shacl() -> Judge:
    import shacl  # noqa: PLC0415  it is not installed everywhere

    shapes = shacl.Shapes.from_turtle(SHAPES)

    def judge(text: str) -> bool:
        report = shapes.validate_text(text, format="ntriples")
        if not report.conforms:
            report.serialize("ntriples")
        return bool(report.conforms)

    return judge


def by_turbo(format_: str | None) -> Judge:
    turbo: Any = import_module("pyshacl_turbo")  # it is not installed everywhere
    shapes = turbo.compile_shapes(rdflib.Graph().parse(data=SHAPES, format="turtle"))
    return lambda given: bool(shapes.validate(given, data_graph_format=format_)[0])


def by_pyshacl() -> Judge:
    shapes = rdflib.Graph().parse(data=SHAPES, format="turtle")
    return lambda graph: bool(pyshacl.validate(graph, shacl_graph=shapes, do_owl_imports=False, inplace=True)[0])


def engines() -> list[Row]:
    """Each engine on the thousand messages; the slow ones on fewer of them."""
    given = list(messages())
    complete = [with_types(one) for one in given]
    few = complete[:200]
    compiled = compile_shapes([SHAPES], HIERARCHY)
    rows = [engine("ours", ours(compiled), lambda one: one, given)]
    rows.append(engine("ours, through N-Triples", ours_from_text(compiled), triples_to_nquads, given))
    if find_spec("shacl") is None:
        rows.append(Row("PyPI shacl 0.3, N-Triples", why="not installed"))
    else:
        rows.append(engine("PyPI shacl 0.3, N-Triples", by_shacl(), lambda t: triples_to_nquads(t).decode(), complete))
    with quiet():
        if find_spec("pyshacl_turbo") is None:
            rows.append(Row("pyshacl-turbo 0.6", why="not installed: the dependency group bench has it"))
        else:
            rows.append(engine("pyshacl-turbo 0.6, rdflib graph", by_turbo(None), to_rdflib, few, 3))
            rows.append(engine("pyshacl-turbo 0.6, N-Triples", by_turbo("nt"), ntriples, few, 3))
        rows.append(engine("pySHACL 0.40, rdflib graph", by_pyshacl(), to_rdflib, few, 3))
    return rows


def check_rows(rows: Sequence[Row]) -> None:
    """Raises SystemExit where engines do not find the same share of messages invalid."""
    if any(row.invalid != 1 / INVALID_EVERY for row in rows if not row.why):
        raise SystemExit(f"the engines do not agree on what is invalid: {[(r.name, r.invalid) for r in rows]}")


# What a gateway does.


def zigbee_graphs() -> tuple[list[DataGraph], Validator]:
    """Graphs of four values of a Zigbee2MQTT device each, and the validator of their plan."""
    made = lifters(zigbee(), base_iri=BASE).values()
    lifter = max(made, key=lambda one: len(one.plan.rules))
    graphs: list[DataGraph] = []
    for number in range(1000):
        payload = {"temperature": 20 + number / 100, "humidity": 40.5, "battery": number % 100, "state": "ON"}
        graphs += lifter.lift(document(payload, lifter.plan.address)).graphs
    return graphs, PlanChecks(shipped(), BASE).of(lifter.plan).validator


def of_a_plan() -> list[Row]:
    graphs, proved = zigbee_graphs()
    size = sum(len(graph.triples) + len(graph.about) for graph in graphs) / len(graphs)
    rows = []
    for name, validator in (("all shapes", shipped()), ("what is not proved of its plan", proved)):
        if not all(validator.validate(graph).conforms for graph in graphs):
            raise SystemExit("the graphs of the device do not conform: there is nothing to compare")
        rows.append(Row(f"{name}, {size:.0f} triples", cpu(validator.validate, graphs)))
    return rows


# What the cost depends on.


def growth() -> list[Row]:
    """Our cost with a larger ontology, and with shapes that are not for the messages."""
    triples = list(messages())
    known = (*HIERARCHY, *background())
    copies = [(f"{s}-{n}", p, f"{o}-{n}" if isinstance(o, str) else o) for n in range(9) for s, p, o in background()]
    rows = []
    for name, behind in (("1", known), ("10", (*known, *copies))):
        judge = ours(compile_shapes([SHAPES], behind))
        rows.append(Row(f"an ontology of {len(behind):,} triples ({name}×)", cpu(judge, triples)))
    for number in (0, 10, 200, 1000):
        judge = ours(compile_shapes([SHAPES, many_shapes(number)], HIERARCHY))
        rows.append(Row(f"{number:,} shapes more, for other messages", cpu(judge, triples)))
    return rows


def compile_time(number: int = 200) -> float:
    """CPU time to compile so many shapes from Turtle, in milliseconds."""
    turtle = many_shapes(number)
    times = []
    for _ in range(ROUNDS):
        gc.collect()
        start = time.process_time()
        compile_shapes([turtle])
        times.append((time.process_time() - start) * 1000)
    return min(times)


# Tables.


def engines_table(rows: Sequence[Row]) -> list[str]:
    lines = ["| engine | CPU µs a message | of it, to take it in | messages a CPU second | times ours |"]
    lines.append("|---|---:|---:|---:|---:|")
    for row in rows:
        if row.why:
            lines.append(f"| {row.name} | {row.why} | | | |")
            continue
        rate, ratio = 1e6 / row.microseconds, row.microseconds / rows[0].microseconds
        taking = max(0.0, row.microseconds - row.ready)
        lines.append(f"| {row.name} | {row.microseconds:,.1f} | {taking:,.1f} | {rate:,.0f} | {ratio:,.1f} |")
    return lines


def plain_table(head: str, rows: Sequence[Row]) -> list[str]:
    first = rows[0].microseconds
    lines = [f"| {head} | CPU µs a message | times the first |", "|---|---:|---:|"]
    return lines + [f"| {row.name} | {row.microseconds:.1f} | {row.microseconds / first:.2f} |" for row in rows]


def section() -> list[str]:
    """What docs/benchmarks.md says of shapes."""
    rows = engines()
    check_rows(rows)
    return [
        "## Shapes: SHACL engines on the same 1,000 messages of 25 triples",
        "",
        *engines_table(rows),
        "",
        "A message comes as triples, as it leaves a lifter; each engine is given it in the form that it takes. There",
        "are two node shapes and nine property shapes. One message in ten is invalid, in 15 ways, and is reported as",
        "RDF. The slow engines have the first 200 messages. All find the same share of messages invalid.",
        "",
        *plain_table("a Zigbee2MQTT device, by the shapes we ship", of_a_plan()),
        "",
        *plain_table("with", growth()),
        "",
        f"Compiling 200 shapes from Turtle takes {compile_time():.0f} ms.",
        "",
    ]


def main() -> None:
    """Print what docs/benchmarks.md says of shapes."""
    print("\n".join(section()))


if __name__ == "__main__":
    main()
