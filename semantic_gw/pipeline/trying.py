"""A mapping that somebody sent, tried on payloads: for a process that may be ended at any moment (see `sandbox`).

Shapes do not judge there: what comes back is judged by those that are in use.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from semantic_gw.codecs import Codecs
from semantic_gw.codecs.capture import read_capture
from semantic_gw.describers.fields import FieldDescriber
from semantic_gw.directory.known_things import KnownThings
from semantic_gw.errors import ConfigurationError, MappingError, PayloadError
from semantic_gw.lexicon import Lexicon
from semantic_gw.lifters.mapped import addresses
from semantic_gw.lifters.rml.load import is_yarrrml, load
from semantic_gw.model import IRI, DataGraph, Json, Outcome, ValidationReport
from semantic_gw.pipeline.dry_run import capture_line
from semantic_gw.pipeline.family import Families, Family
from semantic_gw.pipeline.judging import judge, reason_of, report_steps, worst
from semantic_gw.pipeline.manifests import BASE_IRI, Manifest, family_of, parse_manifest
from semantic_gw.pipeline.mappings import Folders
from semantic_gw.pipeline.pipeline import Pipeline
from semantic_gw.pipeline.readings import ReadingStage
from semantic_gw.pipeline.result import Result
from semantic_gw.settings import PolicySettings
from semantic_gw.shape_sets.gate import Gate
from semantic_gw.shape_sets.policies import Policies

FOLDER: Final = Path("dry-run")
"""Where the mapping is said to be."""

_SHORT: Final = re.compile(r"^[\"']?(?:address|like|fields)[\"']?\s*:", re.MULTILINE)
_ANYWHERE: Final = ({"address": "{+address}", "role": "mapping"},)


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried: a mapping as text, and records of a capture."""

    text: str
    records: tuple[Json, ...]
    now: datetime
    folders: Folders = field(default_factory=lambda: Folders(()))
    """Where the families are that the mapping may be like."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of one record: a result without a judgement, or why it is no record."""

    id: str
    result: Result | None = None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What came of a trial: the family that the mapping is, and what it makes of each record."""

    family: dict[str, Json]
    tried: tuple[Tried, ...]


def tried(trial: Trial) -> Outcomes:
    """What the mapping makes of the records. Raises MappingError with file (`dry-run/…`), line and key."""
    manifest = manifest_of(trial.text)
    try:
        others = {one.id: one for one in _manifests(trial.folders)} if manifest.table.get("like") else {}
        family = family_of(manifest, others, {}, trial.folders.base_iri)
    except ConfigurationError as error:
        raise MappingError(str(error)) from None
    pipeline = _pipeline(family, trial.folders.base_iri)
    templates = [row.template for row in family.rows]
    told = {"id": family.id, "version": family.version, "hash": family.hash, "addresses": templates}
    return Outcomes(told, tuple(_tried(pipeline, one, str(i), trial.now) for i, one in enumerate(trial.records)))


def manifest_of(text: str) -> Manifest:
    """What *text*, a mapping in the short form, RML or YARRRML, says. Raises MappingError."""
    content = text.encode("utf-8", "replace")
    try:
        if _SHORT.search(text) and not text.lstrip().startswith(("@", "<")):
            return parse_manifest(content, FOLDER / "mapping.yaml")
        name = "mapping.yarrrml.yaml" if is_yarrrml(text, "") else "mapping.rml.ttl"
        manifest = parse_manifest(content, FOLDER / name)
    except ConfigurationError as error:
        raise MappingError(str(error)) from None
    streams = [one for source in load(content, str(manifest.path)).sources() for one in addresses(source)]
    routes: Mapping[str, Any] = {} if streams else {"route": _ANYWHERE}
    return replace(manifest, table={**manifest.table, **routes})


def _manifests(folders: Folders) -> Sequence[Manifest]:
    return [one.manifest for one in folders.load().known]


class _NoShapes:
    """Finds nothing; judging is left to others."""

    sets: Mapping[IRI, str] = {}
    content_hash = ""

    def validate(self, graph: DataGraph) -> ValidationReport:  # noqa: ARG002  whatever it is
        return ValidationReport((), 0)


def _pipeline(family: Family, base_iri: IRI) -> Pipeline:
    """A pipeline that knows *family* alone, and no Thing."""
    families = Families([family])
    fields = FieldDescriber(Lexicon.load(*family.names), broker="mqtt://localhost:1883/", gateway=base_iri)
    return Pipeline(
        decode=Codecs.load().decode,
        families=families,
        describers={},
        things=KnownThings(base_iri or BASE_IRI, families.ignored_members, lexicon=Lexicon.load()),
        gate=Gate(_NoShapes(), Policies(PolicySettings())),
        readings=ReadingStage({family.id: fields}),
    )


def _tried(pipeline: Pipeline, record: Json, index: str, now: datetime) -> Tried:
    try:
        captured = read_capture(capture_line(record, index), now=now)
    except PayloadError as error:
        return Tried(index, refused=str(error))
    payload = replace(captured.payload, description=None, family=None)
    return Tried(captured.id, replace(pipeline.tell(payload), seconds={}))


def judged(result: Result, gate: Gate) -> Result:
    """*result*, its graphs judged by *gate*."""
    if not result.graphs:
        return result
    graphs = tuple(judge(gate, one.graph, gate.shapes.validate(one.graph)) for one in result.graphs)
    last = worst(graphs)
    reason, detail = ("", "") if last.outcome is Outcome.PUBLISHED else reason_of(last)
    told = [step for step in result.steps if step.step != "validate"]
    steps = (*told, *(step for one in graphs for step in report_steps(one)))
    return replace(result, outcome=last.outcome, reason=reason, detail=detail, graphs=graphs, steps=steps)
