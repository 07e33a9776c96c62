"""`semantic-gw suggest`: a draft of a mapping for what nobody taught the gateway."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from semantic_gw.app.parts import Parts, load_parts
from semantic_gw.cli.captures import capture_records
from semantic_gw.cli.terminal import errors
from semantic_gw.codecs.capture import BadLine
from semantic_gw.describers.fields import FieldDescriber
from semantic_gw.errors import DecodingError, NoMappingError
from semantic_gw.lexicon import Lexicon
from semantic_gw.model import Document, Payload
from semantic_gw.pipeline.result import Result
from semantic_gw.pipeline.suggest import Gap, additions, drafts
from semantic_gw.settings import Settings


def suggest(
    captures: Annotated[
        list[Path], typer.Argument(help="Capture files (NDJSON, one record a line); - is standard input.")
    ],
    all_payloads: Annotated[
        bool, typer.Option("--all", help="Draft for payloads that a family knows already, too.")
    ] = False,
) -> None:
    """Write a draft of a mapping (short form, YAML) for each kind of payload that no family knows.

    What the lexicon knows is filled in, the rest is commented out with the reason. Where a family knows payloads, and
    not all of their values, the draft is one that is `like` it. Exit code 1 tells that there was nothing to draft from.

    [dim]semantic-gw suggest unknown.ndjson > mappings/shed/mapping.yaml[/]
    """
    settings = Settings()
    parts = load_parts(settings)
    describer = FieldDescriber(Lexicon.load(), broker="mqtt://localhost/", gateway=settings.base_iri)
    unknown: list[Document] = []
    gaps: list[Gap] = []
    for payload in _payloads(captures):
        result = parts.pipeline.process(payload)
        document = _document(parts, payload) if result.unknown or all_payloads or _is_unknown(result) else None
        if document is None:
            continue
        if all_payloads or _is_unknown(result):
            unknown.append(document)
        elif (gap := _gap(parts, document, result)) is not None:
            gaps.append(gap)
    written = [*drafts(unknown, describer), *additions(gaps, parts.mappings.fields)]
    typer.echo("---\n".join(written), nl=False)
    if not written:
        errors.print("nothing to draft from: all is known already, or none could be decoded", highlight=False)
    raise typer.Exit(0 if written else 1)


def _payloads(captures: list[Path]) -> Iterator[Payload]:
    for record in capture_records(captures):
        if isinstance(record, BadLine):
            errors.print(f"line {record.number}: {record.error}", highlight=False)
        else:
            yield record.payload


def _document(parts: Parts, payload: Payload) -> Document | None:
    try:
        return parts.codecs.decode(payload)
    except DecodingError as error:
        errors.print(f"{payload.id}: {error}", highlight=False)
        return None


def _is_unknown(result: Result) -> bool:
    return isinstance(result.error, NoMappingError)


def _gap(parts: Parts, document: Document, result: Result) -> Gap | None:
    """What a family does not know of *document*, where its readers take that apart."""
    if result.family not in parts.mappings.fields:
        return None
    family = parts.families[result.family]
    row = family.row(document.payload.source.address)
    return Gap(family, row, document, result.unknown) if row is not None and row.role == "readings" else None
