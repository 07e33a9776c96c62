"""`semantic-gw init`: the folder of a new mapping, with a draft and an example, from captured payloads."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from semantic_gw.app.parts import load_parts
from semantic_gw.cli.captures import capture_records
from semantic_gw.cli.terminal import output
from semantic_gw.codecs.capture import BadLine, CaptureRecord
from semantic_gw.describers.fields import FieldDescriber
from semantic_gw.errors import ConfigurationError, DecodingError
from semantic_gw.lexicon import Lexicon
from semantic_gw.pipeline.suggest import drafts
from semantic_gw.settings import Settings


def init(
    name: Annotated[str, typer.Argument(help="The family: small letters, digits and hyphens.")],
    capture: Annotated[Path, typer.Option("--from", help="A capture of its payloads (NDJSON, one record a line).")],
    folder: Annotated[Path, typer.Option("--in", help="Where the mapping's own folder is made.")] = Path("mappings"),
) -> None:
    """Make the folder of a new mapping: a draft of mapping.yaml, and the first record as an example.

    [dim]semantic-gw init shed --from shed.ndjson[/]
    """
    if not name.replace("-", "").isalnum() or not name.islower() or not name.isascii():
        raise ConfigurationError(f"{name!r} is no name of a family: small letters, digits and hyphens, as in my-shed")
    made = folder / name
    if made.exists():
        raise ConfigurationError(f"{made} is there already")
    settings = Settings()
    parts = load_parts(settings)
    records = [record for record in capture_records([capture]) if not isinstance(record, BadLine)]
    try:
        documents = [parts.codecs.decode(record.payload) for record in records]
    except DecodingError as error:
        raise ConfigurationError(f"{capture}: {error}") from error
    describer = FieldDescriber(Lexicon.load(), broker="mqtt://localhost/", gateway=settings.base_iri)
    found = list(drafts(documents, describer))
    if not found:
        raise ConfigurationError(f"{capture} has no payload with values in it")
    _write(made, found, records[0], capture)
    output.print(f"{made} is made: read mapping.yaml, then `semantic-gw test {made} --write`", highlight=False)


def _write(made: Path, found: list[str], first: CaptureRecord, capture: Path) -> None:
    (made / "examples").mkdir(parents=True)
    for number, draft in enumerate(found):
        (made / (f"mapping-{number + 1}.yaml" if number else "mapping.yaml")).write_text(draft, "utf-8")
    lines = [line for line in capture.read_bytes().splitlines() if line.strip()]
    (made / "examples" / f"{_stem(first.id)}.json").write_bytes(lines[0] + b"\n")


def _stem(id: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in id).strip("-")[:60] or "first"
