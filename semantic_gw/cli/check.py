"""`semantic-gw check`: is everything that is loaded at start in order?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

import typer

from semantic_gw.app.parts import Parts, load_parts
from semantic_gw.cli.progress import progress
from semantic_gw.cli.terminal import output
from semantic_gw.codecs.capture import read_capture
from semantic_gw.errors import GatewayError
from semantic_gw.model import Outcome
from semantic_gw.rdf.ontology import check_consistency
from semantic_gw.settings import Settings
from semantic_gw.shipped import ONTOLOGIES

Findings = list[str]


def check(
    reason: Annotated[
        bool, typer.Option("--reason/--no-reason", help="Check the ontologies with a reasoner (needs Java).")
    ] = True,
) -> None:
    """Check settings, mappings, their examples, shapes and ontologies without starting anything.

    Exit code 1 tells of findings, 2 of a configuration that cannot be loaded.
    """
    parts = load_parts(Settings())
    output.print(f"settings    fine, base IRI {parts.settings.base_iri}", highlight=False)
    output.print(f"shapes      {len(parts.shapes)} shapes compiled", highlight=False)
    checks: list[tuple[str, Callable[[], Findings]]] = [("mappings", lambda: _examples(parts))]
    if reason:
        checks.append(("ontologies", _consistency))
    failed = False
    for name, run in checks:
        with progress(name) as bar:
            bar.add_task("", total=None)
            findings = run()
        failed = failed or bool(findings)
        output.print(f"{name:11} {'; '.join(findings) if findings else 'fine'}", highlight=False, markup=False)
    raise typer.Exit(1 if failed else 0)


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
