"""Compiled RML beside the plain interpreter, rdflib and Morph-KGC: the same 27 quads of the same payloads, in one run.

CPU time counts, not the clock on the wall. Morph-KGC needs an environment of its own, for it pins older libraries:

    uv venv morph && uv pip install --python morph/bin/python morph-kgc
    python benchmarks/rml.py --morph-kgc morph/bin/python
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pyoxigraph as ox
from rdflib import RDF, RDFS, XSD, Dataset, Literal, Namespace, URIRef

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from semantic_gw.lifters.rml.compiler import Compiled, compile_source  # noqa: E402  the path is set above
from semantic_gw.lifters.rml.load import load  # noqa: E402
from semantic_gw.lifters.rml.notes import Notes  # noqa: E402

SHARED = Path(os.environ.get("SEMANTIC_GW_SHARED", ROOT.parent / "shared"))
SAMPLE = SHARED / "payloads" / "transit_hfp" / "samples.ndjson"
BATCH = 10_000
"""Payloads of a run of Morph-KGC: a batch is what it is made for."""

VEHICLE = "https://transit.example/vehicle/{oper}/{veh}"
GRAPH = "https://transit.example/graph/{oper}/{veh}"
PROPERTY = "https://transit.example/property/"
MEASURED = (
    ("speed", "spd", "M-PER-SEC"),
    ("heading", "hdg", "DEG"),
    ("delay", "dl", "SEC"),
    ("odometer", "odo", "M"),
)
SAREF = Namespace("https://saref.etsi.org/core/")
UNIT = Namespace("http://qudt.org/vocab/unit/")
DCTERMS = Namespace("http://purl.org/dc/terms/")
_PREFIXES = """@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix saref: <https://saref.etsi.org/core/> .
@prefix unit: <http://qudt.org/vocab/unit/> . @prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix p: <https://transit.example/property/> .
@base <https://transit.example/map/> .
"""


@dataclass(frozen=True, slots=True)
class Words:
    """How a vocabulary of RML says it."""

    prefixes: str
    core: str
    reference: str
    source: str
    path: str

    def value(self, template: str) -> str:
        """*template* with references to members of the payload."""
        for member in ("oper", "veh", "tst"):
            template = template.replace(f"{{{member}}}", f"{{{self.path}{member}}}")
        return f'{self.core}:template "{template}"'

    def read(self, member: str) -> str:
        return f'{self.reference} "{self.path}{member}"'


NEW = Words(
    "@prefix rml: <http://w3id.org/rml/> .",
    "rml",
    "rml:reference",
    'rml:source [ rml:path "transit.ndjson" ]; rml:referenceFormulation rml:JSONPath; rml:iterator "$"',
    "$.VP.",
)
OLD = Words(
    "@prefix rr: <http://www.w3.org/ns/r2rml#> . @prefix rml: <http://semweb.mmlab.be/ns/rml#> .\n"
    "@prefix ql: <http://semweb.mmlab.be/ns/ql#> .",
    "rr",
    "rml:reference",
    'rml:source "transit.json"; rml:referenceFormulation ql:JSONPath; rml:iterator "$[*]"',
    "VP.",
)


def mapping(words: Words) -> str:
    """The mapping to 27 quads: a vehicle, and four measurements of it."""
    maps = [_triples_map(words, "vehicle", VEHICLE, "saref:Device", _about_vehicle(words))]
    for name, member, unit in MEASURED:
        subject = f"{VEHICLE}/{{tst}}/{name}"
        maps.append(
            _triples_map(words, name, subject, "saref:Measurement", _about_measurement(words, name, member, unit))
        )
    return "\n".join([words.prefixes, _PREFIXES, *maps])


def _triples_map(words: Words, name: str, subject: str, kind: str, pairs: Iterator[tuple[str, str]]) -> str:
    core = words.core
    rules = "".join(
        f"; {core}:predicateObjectMap [ {core}:predicate {predicate}; {core}:objectMap [ {value} ] ]"
        for predicate, value in pairs
    )
    graph = f"{core}:graphMap [ {words.value(GRAPH)} ]"
    subject_map = f"{core}:subjectMap [ {words.value(subject)}; {core}:class {kind}; {graph} ]"
    return f"<#{name}> rml:logicalSource [ {words.source} ]; {subject_map}{rules} ."


def _about_vehicle(words: Words) -> Iterator[tuple[str, str]]:
    yield "dcterms:identifier", f"{words.read('veh')}; {words.core}:datatype xsd:string"
    yield "rdfs:label", words.read("desi")


def _about_measurement(words: Words, name: str, member: str, unit: str) -> Iterator[tuple[str, str]]:
    core = words.core
    yield "saref:measurementMadeBy", words.value(VEHICLE)
    yield "saref:relatesToProperty", f"{core}:constant p:{name}"
    yield "saref:isMeasuredIn", f"{core}:constant unit:{unit}"
    yield "saref:hasValue", f"{words.read(member)}; {core}:datatype xsd:double"
    yield "saref:hasTimestamp", f"{words.read('tst')}; {core}:datatype xsd:dateTime"


def by_rdflib(body: bytes) -> bytes:
    """The same 27 quads, written by hand with rdflib."""
    vp = json.loads(body)["VP"]
    dataset = Dataset()
    graph = dataset.graph(URIRef(GRAPH.format(**vp)))
    vehicle = URIRef(VEHICLE.format(**vp))
    graph.add((vehicle, RDF.type, SAREF.Device))
    graph.add((vehicle, DCTERMS.identifier, Literal(str(vp["veh"]), datatype=XSD.string)))
    graph.add((vehicle, RDFS.label, Literal(vp["desi"])))
    for name, member, unit in MEASURED:
        node = URIRef(f"{vehicle}/{vp['tst'].replace(':', '%3A')}/{name}")
        graph.add((node, RDF.type, SAREF.Measurement))
        graph.add((node, SAREF.measurementMadeBy, vehicle))
        graph.add((node, SAREF.relatesToProperty, URIRef(PROPERTY + name)))
        graph.add((node, SAREF.isMeasuredIn, UNIT[unit]))
        if vp.get(member) is not None:
            graph.add((node, SAREF.hasValue, Literal(vp[member], datatype=XSD.double)))
        graph.add((node, SAREF.hasTimestamp, Literal(vp["tst"], datatype=XSD.dateTime)))
    return dataset.serialize(format="nquads").encode()


_MORPH = """
import sys, time, morph_kgc
options = "output_format=N-QUADS\\nlogging_level=ERROR\\nnumber_of_processes=1"
config = f"[CONFIGURATION]\\n{options}\\n[DS]\\nmappings={sys.argv[1]}"
start = time.process_time()
quads = morph_kgc.materialize_set(config)
print(time.process_time() - start, len(quads))
"""


def different(bodies: Sequence[bytes]) -> Iterator[bytes]:
    """A batch of *bodies*, each of another vehicle, so that no two make the same quads."""
    for number in range(BATCH):
        payload = json.loads(bodies[number % len(bodies)])
        payload["VP"]["veh"] = number
        yield json.dumps(payload).encode()


def by_morph_kgc(python: str, bodies: Sequence[bytes]) -> tuple[float, float]:
    """CPU µs a payload of Morph-KGC, in one batch, and the quads that it made of each."""
    with tempfile.TemporaryDirectory() as folder:
        batch = [*different(bodies)]
        Path(folder, "transit.json").write_bytes(b"[" + b",\n".join(batch) + b"]")
        Path(folder, "map.ttl").write_text(mapping(OLD))
        command = [python, "-W", "ignore", "-c", _MORPH, "map.ttl"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    seconds, quads = done.stdout.split()[-2:]
    return float(seconds) / BATCH * 1e6, int(quads) / BATCH


def payloads() -> list[bytes]:
    """Bodies of the sample, or made up where it is not there."""
    if SAMPLE.exists():
        return [json.dumps(json.loads(line)["payload"]).encode() for line in SAMPLE.read_bytes().splitlines()]
    made = ({"VP": {"oper": n % 7, "veh": n, "desi": str(n % 99), "tst": f"2026-11-24T10:15:{n % 60:02d}Z",
                    "spd": n / 8, "hdg": n % 360, "dl": -n, "odo": n}} for n in range(1000))  # fmt: skip
    return [json.dumps(payload).encode() for payload in made]


def microseconds(work: Callable[[bytes], object], bodies: Sequence[bytes], seconds: float) -> float:
    """CPU µs of *work* a body: the median of rounds."""
    rounds: list[float] = []
    end = time.process_time() + seconds
    while not rounds or time.process_time() < end:
        start = time.process_time()
        for body in bodies:
            work(body)
        rounds.append((time.process_time() - start) / len(bodies) * 1e6)
    return sorted(rounds)[len(rounds) // 2]


def compiled() -> Compiled:
    found = load(mapping(NEW).encode(), "transit.ttl")
    return compile_source(found, found.sources()[0])


def measure(bodies: Sequence[bytes], seconds: float, morph_kgc: str = "") -> dict[str, float]:
    """CPU µs a payload, by way."""
    made, read = compiled(), msgspec.json.Decoder().decode
    few = bodies[:200]
    ways: dict[str, tuple[Callable[[bytes], Any], Sequence[bytes]]] = {
        "compiled, JSON to N-Quads": (lambda body: made.nquads(read(body)).encode(), bodies),
        "compiled, JSON to quads of plain terms": (lambda body: made.quads(read(body)), bodies),
        "plain interpreter": (lambda body: made.interpreted(read(body), "", Notes(), 0).encode(), few),
        "rdflib, by hand": (by_rdflib, few),
    }
    measured = {name: microseconds(work, some, seconds) for name, (work, some) in ways.items()}
    if morph_kgc:
        time_, quads = by_morph_kgc(morph_kgc, bodies)
        measured[f"Morph-KGC, {BATCH:,} payloads at once, {quads:.1f} quads each"] = time_
    return measured


def table(measured: dict[str, float]) -> list[str]:
    """*measured* as a table, each beside the first."""
    first = next(iter(measured.values()))
    lines = ["| way | CPU µs a payload | payloads a second | times the compiled one |", "|---|---:|---:|---:|"]
    for name, time_ in measured.items():
        lines.append(f"| {name} | {time_:,.1f} | {1e6 / time_:,.0f} | {time_ / first:,.1f} |")
    return lines


def quads_of(nquads: bytes) -> set[tuple[str, str, str, str]]:
    """The quads of *nquads*; UTC has one name, where rdflib has another."""
    found = ox.parse(nquads.replace(b"+00:00", b"Z"), ox.RdfFormat.N_QUADS)
    return {(str(q.subject), str(q.predicate), str(q.object), str(q.graph_name)) for q in found}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5.0, help="CPU seconds of each way")
    parser.add_argument("--morph-kgc", default="", metavar="PYTHON", help="the Python of an environment with Morph-KGC")
    options = parser.parse_args()
    bodies = payloads()
    quads = compiled().nquads(json.loads(bodies[0]))
    if quads_of(quads.encode()) != quads_of(by_rdflib(bodies[0])):
        raise SystemExit("the ways do not make the same quads: there is nothing to compare")
    print(f"{len(bodies)} payloads of {len(bodies[0])} bytes, {len(quads_of(quads.encode()))} quads each\n")
    print("\n".join(table(measure(bodies, options.seconds, options.morph_kgc))))


if __name__ == "__main__":
    main()
