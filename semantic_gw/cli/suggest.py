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
from semantic_gw.pipeline.suggest import drafts
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

    What the lexicon knows is filled in, the rest is commented out with the reason. Exit code 1 tells that there was
    nothing to draft from.

    [dim]semantic-gw suggest unknown.ndjson > mappings/shed/mapping.yaml[/]
    """
    settings = Settings()
    parts = load_parts(settings)
    describer = FieldDescriber(Lexicon.load(), broker="mqtt://localhost/", gateway=settings.base_iri)
    written = list(drafts(_documents(parts, captures, everything=all_payloads), describer))
    typer.echo("---\n".join(written), nl=False)
    if not written:
        errors.print("nothing to draft from: every payload has a family, or none could be decoded", highlight=False)
    raise typer.Exit(0 if written else 1)


def _documents(parts: Parts, captures: list[Path], *, everything: bool) -> Iterator[Document]:
    for record in capture_records(captures):
        if isinstance(record, BadLine):
            errors.print(f"line {record.number}: {record.error}", highlight=False)
        elif everything or _is_unknown(parts, record.payload):
            try:
                yield parts.codecs.decode(record.payload)
            except DecodingError as error:
                errors.print(f"{record.id}: {error}", highlight=False)


def _is_unknown(parts: Parts, payload: Payload) -> bool:
    return isinstance(parts.pipeline.process(payload).error, NoMappingError)
