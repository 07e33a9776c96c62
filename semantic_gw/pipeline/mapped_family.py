"""Families whose messages are lifted by a mapping in RML or YARRRML: its streams, or a manifest, say what comes in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from semantic_gw.directory.mapped_checks import MappedCheck, MappedChecks
from semantic_gw.errors import MappingError
from semantic_gw.lifters.mapped import MappedLifter, joined, load_lifters
from semantic_gw.model import IRI
from semantic_gw.pipeline.family import Family, Row
from semantic_gw.pipeline.rows import parse_row
from semantic_gw.readers.templates import parse_template
from semantic_gw.shape_sets.gate import Gate
from semantic_gw.validators import CompiledShapes


def with_mapping(family: Family, content: bytes, document: str, table: Mapping[str, Any], base_iri: IRI) -> Family:
    """*family* with the lifters of the mapping *content*, and the rows of its streams. Raises MappingError.

    Where the manifest, *table*, has rows with the role `mapping`, it says what comes in, whatever the sources name.
    """
    rows = [row for row in family.rows if row.role == "mapping"]
    if not content:
        if rows:
            raise MappingError(f"{family.path}: {rows[0].template!r} is for a mapping, and there is none beside it")
        return family
    lifters = load_lifters(content, document, base_iri)
    things = table.get("thing", ())
    templates = tuple(map(parse_template, [things] if isinstance(things, str) else things))
    read = [pointer for template in templates for pointer in template.pointers]
    if rows:
        named = {"default": joined([*lifters.values()], read)}
        return replace(family, lifters=named, things=templates)
    streams: dict[str, list[MappedLifter]] = {}
    for lifter in lifters.values():
        for template in lifter.addresses():
            streams.setdefault(template, []).append(lifter)
    if not streams:
        raise MappingError(
            f"{document}: no source of it is a stream (td:hasForm with hctl:hasTarget <mqtt://…>), and no "
            f'manifest.toml beside it has a row: address = "…", role = "mapping"'
        )
    named = {template: joined(several, read) for template, several in streams.items()}
    return replace(family, lifters=named, things=templates, rows=(*family.rows, *map(_row, named, named.values())))


def _row(template: str, lifter: MappedLifter) -> Row:
    table = {"address": template, "role": "mapping", "reading": template, "media_type": lifter.media_type}
    return parse_row(table, ())


def checks_of(gate: Gate) -> MappedChecks | None:
    """What checks mappings by the shapes of *gate*; None for shapes that prove nothing."""
    return MappedChecks(gate.shapes, gate.blocks) if isinstance(gate.shapes, CompiledShapes) else None


def checked(family: Family, checks: MappedChecks) -> Iterator[tuple[str, MappedCheck]]:
    """What *checks* say of each mapping of *family*, by the addresses that it lifts payloads of."""
    for name, lifter in family.lifters.items():
        yield name, checks.of(lifter, told=bool(family.things))
