"""`semantic-gw test`: the examples of mappings become the graphs that stand beside them, or the difference is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from semantic_gw.app.parts import Parts, load_parts
from semantic_gw.cli.terminal import output
from semantic_gw.errors import ConfigurationError
from semantic_gw.pipeline.examples import examples, faults, lifted, trig
from semantic_gw.settings import Settings


def test(
    names: Annotated[
        list[str] | None, typer.Argument(help="Families, or folders of mappings; every family by default.")
    ] = None,  # noqa: PT028  a command, no test
    write: Annotated[
        bool, typer.Option("--write", help="Write the graph of each example beside it, where there is none yet.")
    ] = False,  # noqa: PT028
) -> None:
    """Lift the examples of mappings, compare them with the graphs beside them, and check those with the shapes.

    Exit code 1 tells that an example came out otherwise.

    [dim]semantic-gw test zigbee2mqtt mappings/shed[/]
    """
    parts = load_parts(Settings())
    wrong = 0
    found = [example for folder in _folders(parts, names or []) for example in examples(folder)]
    for example in found:
        if write and not example.with_suffix(".trig").exists():
            example.with_suffix(".trig").write_bytes(trig(lifted(parts.pipeline, example)))
        told = list(faults(parts.pipeline, example))
        wrong += bool(told)
        for line in told:
            output.print(
                f"{example.parent.parent.name}/{example.stem}: {line}", highlight=False, markup=False, soft_wrap=True
            )
    output.print(f"{len(found) - wrong} of {len(found)} examples are as they should be")
    raise typer.Exit(1 if wrong else 0)


def _folders(parts: Parts, names: list[str]) -> list[Path]:
    known = {family.id: family.folder for family in parts.families}
    if not names:
        return list(dict.fromkeys(known.values()))
    return [_folder(known, name) for name in names]


def _folder(known: dict[str, Path], name: str) -> Path:
    if name in known:
        return known[name]
    if not Path(name).is_dir():
        raise ConfigurationError(f"{name} is neither a family nor a folder; there are {', '.join(sorted(known))}")
    return Path(name)
