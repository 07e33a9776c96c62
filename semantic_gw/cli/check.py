"""`semantic-gw check`: is everything that is loaded at start in order?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from semantic_gw.app.parts import Parts, load_parts
from semantic_gw.cli.progress import progress
from semantic_gw.cli.proofs import MappingProof, mapping_proof, rml_proof
from semantic_gw.cli.terminal import output, write_json
from semantic_gw.cli.things import descriptions
from semantic_gw.codecs.capture import read_capture
from semantic_gw.directory.mapped_checks import MappedCheck
from semantic_gw.errors import GatewayError, MappingError
from semantic_gw.lifters.mapped import joined, load_lifters
from semantic_gw.lifters.rml.load import is_mapping
from semantic_gw.model import Json, Outcome, ThingDescription
from semantic_gw.pipeline.family import Family
from semantic_gw.pipeline.mapped_family import checked
from semantic_gw.rdf.ontology import check_consistency
from semantic_gw.settings import Settings
from semantic_gw.shipped import ONTOLOGIES

Findings = list[str]


def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Thing Descriptions, and mappings in RML, to check, too.", show_default=False),
    ] = None,
    reason: Annotated[
        bool, typer.Option("--reason/--no-reason", help="Check the ontologies with a reasoner (needs Java).")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Everything as one JSON object.")] = False,
) -> None:
    """Check settings, mappings, their examples, shapes and ontologies without starting anything.

    Of each mapping it tells which constraints of the shapes are proved for every graph it can make, which are looked at
    in each graph, and which no graph can meet. Exit code 1 tells of findings, 2 of a configuration that cannot be
    loaded.
    """
    parts = load_parts(Settings())
    told = Report(parts.settings.base_iri, len(parts.shapes))
    told.run("mappings", lambda: _examples(parts))
    told.run("proofs", lambda: _proofs(parts, files or [], told))
    if reason:
        told.run("ontologies", _consistency)
    if as_json:
        write_json(told.document)
    else:
        told.print()
    raise typer.Exit(0 if told.fine else 1)


@dataclass(slots=True)
class Report:
    """What was found: by name of a check its findings, and what is proved of each mapping."""

    base_iri: str
    shapes: int
    findings: dict[str, Findings] = field(default_factory=dict)
    proofs: list[MappingProof] = field(default_factory=list)

    def run(self, name: str, check: Callable[[], Findings]) -> None:
        """Note the findings of *check*."""
        with progress(name) as bar:
            bar.add_task("", total=None)
            self.findings[name] = check()

    @property
    def fine(self) -> bool:
        return not any(self.findings.values())

    @property
    def document(self) -> dict[str, Json]:
        return {
            "fine": self.fine,
            "baseIri": self.base_iri,
            "shapes": self.shapes,
            "findings": self.findings,
            "proofs": [proof.document for proof in self.proofs],
        }

    def print(self) -> None:
        """Tell people, a line each."""
        _line(f"settings    fine, base IRI {self.base_iri}")
        _line(f"shapes      {self.shapes} shapes compiled")
        for proof in self.proofs:
            for line in proof.lines():
                _line(line)
        for name, findings in self.findings.items():
            _line(f"{name:11} {'; '.join(findings) if findings else 'fine'}")


def _line(text: str) -> None:
    output.print(text, highlight=False, markup=False, soft_wrap=True)


def _proofs(parts: Parts, files: Sequence[Path], report: Report) -> Findings:
    """What is proved of each family's examples, and of the Thing Descriptions in *files*."""
    known = parts.pipeline.things
    by_mapping: dict[str, list[ThingDescription]] = {}
    for thing in known:
        by_mapping.setdefault(thing.family or "things", []).append(thing)
    findings: Findings = []
    proofs = [rml_proof(family.id, _checked(family, parts)) for family in parts.families if family.lifters]
    for path in files:
        try:
            if is_mapping(path):
                proofs.append(_of_file(path, parts))
            else:
                by_mapping[str(path)] = list(descriptions(path))
        except GatewayError as error:
            findings.append(f"{path}: {error}")
    for mapping, things in by_mapping.items():
        try:
            proofs.append(mapping_proof(mapping, things, known))
        except MappingError as error:
            findings.append(f"{mapping}: {error}")
    report.proofs += proofs
    return findings + [f"{proof.mapping}: {len(proof.refuted)} refuted" for proof in proofs if proof.refuted]


def _checked(family: Family, parts: Parts) -> Iterator[MappedCheck]:
    """What the shapes say of the mappings of *family*."""
    checks = parts.pipeline.mapped_checks
    return iter(()) if checks is None else (check for _, check in checked(family, checks))


def _of_file(path: Path, parts: Parts) -> MappingProof:
    """What is known of the graphs of the mapping at *path*. Raises MappingError."""
    lifters = load_lifters(path.read_bytes(), str(path), parts.settings.base_iri)
    checks = parts.pipeline.mapped_checks
    return rml_proof(str(path), [checks.of(joined([*lifters.values()]))] if checks is not None else ())


def _examples(parts: Parts) -> Findings:
    """Every example of every family must come out as published."""
    findings = []
    for family in parts.families:
        for path in sorted((family.folder / "examples").glob("*.json")):
            try:
                findings += _example(parts, f"{family.id}/{path.name}", path.read_bytes())
            except GatewayError as error:
                findings.append(f"{family.id}/{path.name}: {error}")
    return findings


def _example(parts: Parts, name: str, record: bytes) -> Findings:
    result = parts.pipeline.process(read_capture(record, now=datetime.now(UTC)).payload)
    if result.outcome in (Outcome.DEAD_LETTER, Outcome.REJECTED):
        return [f"{name}: {result.outcome.value}, {result.reason}: {result.detail}"]
    return []


def _consistency() -> Findings:
    report = check_consistency(sorted(ONTOLOGIES.glob("*.ttl")))
    return list(report.findings)
