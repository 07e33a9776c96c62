"""`semantic-gw shapes`: the shape sets of a gateway that runs."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.table import Table

from semantic_gw.app.parts import load_parts
from semantic_gw.cli.gateway_client import GatewayClient, Url
from semantic_gw.cli.terminal import output, write_bytes
from semantic_gw.errors import ConfigurationError
from semantic_gw.model import Json
from semantic_gw.rdf.syntaxes import SYNTAXES, syntax_of
from semantic_gw.settings import Settings
from semantic_gw.shape_sets.shape_set import Origin, ShapeSet
from semantic_gw.shape_sets.trying import tried

shapes = typer.Typer(
    name="shapes",
    help="List, show, add, replace, remove and try shape sets of a gateway that runs; their versions and policies.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)

Name = Annotated[str, typer.Argument(help="The name of a shape set.")]
NameOf = Annotated[str, typer.Option("--name", help="The name of the set (default: the file's, without its ending).")]
File = Annotated[Path, typer.Argument(help="Shapes in any syntax of RDF, by the file's ending; - is Turtle.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]


@shapes.command("list")
def list_(url: Url = "", as_json: AsJson = False) -> None:
    """List the shape sets, and what the gateway judges by.

    Exit code 1 tells that the gateway cannot use what is stored.
    """
    with GatewayClient(url) as gateway:
        told = gateway.json("/shapes")
    running = told["running"]
    if as_json:
        _write(told)
    else:
        _table(("name", "origin", "state", "version", "hash", "shapes", "engine"), map(_row, told["sets"]))
        _say(f"judging by {running['hash']}, version {running['version']}")
        for warning in told["warnings"]:
            _say(f"warning: {warning}")
    if failing := running.get("failing"):
        _say(f"cannot use version {failing['version']}: {failing['error']}")
    raise typer.Exit(1 if failing else 0)


def _row(set_: Json) -> list[Json]:
    own = (set_["name"], set_["origin"], set_["state"], set_.get("version", ""), set_["hash"])
    return [*own, set_.get("shapes", ""), len(set_.get("engine", ()))]


@shapes.command()
def show(
    name: Name,
    about: Annotated[
        bool, typer.Option("--about", help="What is known of it instead: shapes, targets, engine.")
    ] = False,
    version: Annotated[int, typer.Option(min=0, help="One of its versions; 0 is the one that holds.")] = 0,
    url: Url = "",
) -> None:
    """Print a shape set as it was put."""
    with GatewayClient(url) as gateway:
        if about:
            _write(gateway.json(f"/shapes/{name}"))
        else:
            path = f"/shapes/{name}/versions/{version}" if version else f"/shapes/{name}"
            write_bytes(gateway.ask("GET", path, headers={"Accept": "text/turtle"}).content)


@shapes.command()
def add(file: File, name: NameOf = "", url: Url = "") -> None:
    """Add a new shape set.

    [dim]semantic-gw shapes add house.ttl[/]
    """
    _put(file, name, url, {"If-None-Match": "*"})


@shapes.command()
def replace(
    file: File,
    name: NameOf = "",
    known: Annotated[str, typer.Option("--if", help="Only if its hash is this one, as list tells it.")] = "",
    url: Url = "",
) -> None:
    """Replace a shape set. All sets together are compiled first: a bad one changes nothing."""
    _put(file, name, url, {"If-Match": f'"{known}"' if known else "*"})


def _put(file: Path, name: str, url: str, condition: dict[str, str]) -> None:
    named = name or file.stem
    if named == "-":
        raise ConfigurationError("what comes from standard input needs a --name")
    headers = {**condition, "Content-Type": _media_type(file)}
    with GatewayClient(url) as gateway:
        answer = gateway.ask("PUT", f"/shapes/{named}", content=_bytes(file), headers=headers)
    _say(f"{named} is {answer.headers['etag']}; judging by {answer.headers['shacl-shapes']}")


@shapes.command()
def remove(name: Name, url: Url = "") -> None:
    """Remove a shape set; its versions stay, and can be rolled back to."""
    with GatewayClient(url) as gateway:
        answer = gateway.ask("DELETE", f"/shapes/{name}")
    _say(f"{name} is removed; judging by {answer.headers['shacl-shapes']}")


@shapes.command()
def versions(name: Name, url: Url = "", as_json: AsJson = False) -> None:
    """List the versions of a shape set that are kept; of the policies under the name policies."""
    with GatewayClient(url) as gateway:
        told = gateway.json(f"/shapes/{name}/versions")
    if as_json:
        _write(told)
        return
    rows = ([one["version"], one["hash"], one["modified"], one["by"], "holds" if one["active"] else ""] for one in told)
    _table(("version", "hash", "modified", "by", ""), rows)


@shapes.command()
def rollback(
    name: Name, version: Annotated[int, typer.Argument(min=1, help="The version that shall hold.")], url: Url = ""
) -> None:
    """Have an older version of a shape set (or of the policies) hold again."""
    with GatewayClient(url) as gateway:
        answer = gateway.ask("POST", f"/shapes/{name}/versions/{version}/activate")
    _say(f"{name} is {answer.headers['etag']}; judging by {answer.headers['shacl-shapes']}")


@shapes.command()
def policies(
    file: Annotated[
        Path | None, typer.Argument(help="A JSON file of policies that shall hold; - is standard input.")
    ] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Go back to the policies of the settings.")] = False,
    url: Url = "",
) -> None:
    """Print what becomes of graphs that do not conform, or replace it."""
    with GatewayClient(url) as gateway:
        if reset:
            gateway.ask("DELETE", "/shapes/policies")
        elif file is not None:
            headers = {"Content-Type": "application/json"}
            gateway.ask("PUT", "/shapes/policies", content=_bytes(file), headers=headers)
        _write(gateway.json("/shapes/policies"))


@shapes.command()
def audit(
    last: Annotated[int, typer.Option("--last", "-n", min=1, max=1000, help="At most so many entries.")] = 20,
    url: Url = "",
    as_json: AsJson = False,
) -> None:
    """List who changed shape sets and policies, the newest first."""
    with GatewayClient(url) as gateway:
        told = gateway.json(f"/shapes/audit?limit={last}")
    if as_json:
        _write(told)
        return
    names = ("at", "by", "action", "name", "number", "before", "after", "collection")
    _table(names, ([one.get(name, "") for name in names] for one in told))


@shapes.command("try")
def try_(
    data: Annotated[Path, typer.Argument(help="The graph: a file in any syntax of RDF; - is Turtle.")],
    given: Annotated[
        Path | None, typer.Option("--shapes", "-s", help="Turtle to judge by, instead of the shapes that run.")
    ] = None,
    local: Annotated[bool, typer.Option("--local", help="Judge here, by the files of the settings.")] = False,
    url: Url = "",
    as_json: AsJson = False,
) -> None:
    """See what shapes say of data; nothing is stored.

    Exit code 0: it conforms. 1: it does not, or no shape targets it.

    [dim]semantic-gw shapes try --shapes house.ttl data.ttl[/]
    """
    told = _tried_here(data, given) if local else _tried_there(data, given, url)
    if as_json:
        _write(told)
    else:
        _report(told)
    raise typer.Exit(0 if told["conforms"] else 1)


def _tried_here(data: Path, given: Path | None) -> Json:
    parts = load_parts(Settings())
    sets: Sequence[ShapeSet] = tuple(parts.collection.sets.values())
    if given is not None:
        sets = (ShapeSet(given.stem, Origin.FOLDER, _bytes(given)),)
    return tried(parts.base.compiler, sets, _bytes(data), _media_type(data))


def _tried_there(data: Path, given: Path | None, url: str) -> Json:
    body = {"data": _bytes(data).decode("utf-8", "replace"), "contentType": _media_type(data)}
    if given is not None:
        body["shapes"] = _bytes(given).decode("utf-8", "replace")
    with GatewayClient(url) as gateway:
        return gateway.ask("POST", "/shapes/dry-run", json=body).json()


def _report(told: Json) -> None:
    verdict = (
        "conforms" if told["conforms"] else "does not conform" if told["checked"] else "unchecked: no shape targets it"
    )
    _say(f"{verdict}; {told['focusNodes']} focus nodes, {told['count']} results")
    for result in told["results"]:
        where = " ".join(str(result[name]) for name in ("focusNode", "path") if name in result)
        value = f" (value {result['value']})" if "value" in result else ""
        _say(f"{result['severity']}: {where}: {result['message']}{value} [{result['shape']}]")
    if omitted := told.get("omitted"):
        _say(f"and {omitted['count']} more")
    _table(("shape", "focus nodes"), told.get("focusNodesPerShape", {}).items())


def _media_type(file: Path) -> str:
    """Raises ConfigurationError for an ending that no syntax has."""
    syntax = SYNTAXES["turtle"] if str(file) == "-" else syntax_of(file)
    if syntax is None:
        endings = ", ".join(ending for one in SYNTAXES.values() for ending in one.endings)
        raise ConfigurationError(f"{file}: no syntax of RDF has such files; there are {endings}")
    return syntax.media_type


def _bytes(file: Path) -> bytes:
    if str(file) == "-":
        return sys.stdin.buffer.read()
    try:
        return file.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{file}: {error.strerror}") from error


def _table(names: Sequence[str], rows: Iterable[Sequence[Json]]) -> None:
    """A table; where the output is no terminal, columns are separated by tabs."""
    table = Table(*names, box=None, pad_edge=False)
    for row in rows:
        texts = [str(value) for value in row]
        if output.is_terminal:
            table.add_row(*texts)
        else:
            write_bytes("\t".join(texts).encode())  # the console would make spaces of tabs
    if table.row_count:
        output.print(table)


def _say(text: str) -> None:
    output.print(text, highlight=False, markup=False, soft_wrap=True)


def _write(value: Json) -> None:
    write_bytes(msgspec.json.format(msgspec.json.encode(value), indent=2))
