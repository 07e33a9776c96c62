"""`semantic-gw lexicon`: what a name, a unit and a value mean to the gateway, and why."""

from __future__ import annotations

from typing import Annotated

import typer

from semantic_gw.app.parts import load_parts
from semantic_gw.cli.terminal import output, write_json
from semantic_gw.contracts import Field
from semantic_gw.describers.fields import FieldDescriber
from semantic_gw.lexicon import Lexicon, Meaning, Unknown
from semantic_gw.model import Json
from semantic_gw.rdf.namespaces import compact
from semantic_gw.readers.values import number_in
from semantic_gw.settings import Settings


def lexicon(
    name: Annotated[
        str, typer.Argument(help="The name of a field; with / where it stands within others: ENERGY/Power.")
    ],
    unit: Annotated[str, typer.Option(help="Its unit, as the device spells it.")] = "",
    value: Annotated[str | None, typer.Option(help="A value it has; a number by default.")] = None,
    family: Annotated[str, typer.Option(help="Ask the names of this family first.")] = "",
    json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Explain what a field means: its kind, its unit in QUDT, its states; or why nobody knows.

    Exit code 1 tells that it has no known meaning.

    [dim]semantic-gw lexicon power --unit W[/]
    """
    found = _describer(family).meaning_of(Field(tuple(name.split("/")), _value(value), unit))
    told = _told(found)
    if json:
        write_json(told)
    else:
        for key, text in told.items():
            output.print(f"{key}: {text}", highlight=False, markup=False, soft_wrap=True)
    raise typer.Exit(1 if isinstance(found, Unknown) else 0)


def _describer(family: str) -> FieldDescriber:
    settings = Settings()
    own = [found.folder / "names.toml" for found in load_parts(settings).families if found.id == family]
    names = [path for path in own if path.exists()]
    return FieldDescriber(Lexicon.load(*names), broker="mqtt://localhost/", gateway=settings.base_iri)


def _value(text: str | None) -> Json:
    """A value as JSON would have it."""
    if text is None:
        return 1.0
    if text in ("true", "false"):
        return text == "true"
    number = number_in(text)
    return text if number is None else number


def _told(found: Meaning | Unknown) -> dict[str, Json]:
    if isinstance(found, Unknown):
        return {"unknown": found.reason}
    told: dict[str, Json] = {"kind": compact(found.kind)}
    if found.unit:
        told["unit"] = compact(found.unit)
    if found.quantity_kind:
        told["quantity kind"] = compact(found.quantity_kind)
    if found.states:
        told["states" if found.is_state else "events"] = {text: compact(iri) for text, iri in found.states.items()}
    return told
