"""`semantic-gw subscribe`: the standing queries of a gateway that runs."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import quote

import msgspec
import typer
from rich.table import Table

from semantic_gw.cli.gateway_client import GatewayClient, Url
from semantic_gw.cli.terminal import output, write_bytes, write_json
from semantic_gw.errors import ConfigurationError
from semantic_gw.model import Json

subscribe = typer.Typer(
    name="subscribe",
    help="Register, list, follow and remove standing queries of a gateway that runs.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)

Id = Annotated[str, typer.Argument(help="The id of a standing query.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]

_SPARQL: Final = (".rq", ".sparql")
_COLUMNS: Final = ("id", "state", "matched", "delivered", "failed", "behind", "expires", "description")


@subscribe.command()
def create(
    file: Annotated[Path, typer.Argument(help="A JSON document, or SPARQL by its ending (.rq); - is JSON.")],
    named: Annotated[str, typer.Option("--id", help="Its id; else the document's, or a new one.")] = "",
    url: Url = "",
) -> None:
    """Register a standing query, or replace the one with its id.

    [dim]semantic-gw subscribe create --id warm warm.rq[/]
    """
    document = _document(file)
    id_ = named or str(document.get("id", ""))
    with GatewayClient(url) as gateway:
        if id_:
            answer = gateway.ask("PUT", f"/subscriptions/{quote(id_, safe='')}", json={**document, "id": id_})
        else:
            answer = gateway.ask("POST", "/subscriptions", json=document)
    write_json(answer.json())


def _document(file: Path) -> dict[str, Json]:
    """Raises ConfigurationError."""
    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        if file.suffix in _SPARQL:
            return {"query": content.decode("utf-8")}
        return msgspec.json.decode(content, type=dict[str, Json])
    except (OSError, UnicodeDecodeError, msgspec.MsgspecError) as error:
        raise ConfigurationError(f"{file} cannot be read: {error}") from error


@subscribe.command("list")
def list_(url: Url = "", as_json: AsJson = False) -> None:
    """List the standing queries, and how they are."""
    with GatewayClient(url) as gateway:
        found = list(_all(gateway))
    if as_json:
        for one in found:
            write_json(one)
        return
    table = Table(*_COLUMNS, box=None, pad_edge=False)
    for one in found:
        told = {**one, **one["health"]}
        table.add_row(*(str(told.get(name, "")) for name in _COLUMNS))
    output.print(table)


def _all(gateway: GatewayClient) -> Iterator[Json]:
    after = ""
    while page := gateway.json(f"/subscriptions?limit=1000&after={quote(after, safe='')}"):
        yield from page
        after = page[-1]["id"]


@subscribe.command()
def show(id_: Id, url: Url = "") -> None:
    """Print a standing query, its state and its health."""
    with GatewayClient(url) as gateway:
        write_bytes(gateway.ask("GET", f"/subscriptions/{quote(id_, safe='')}").content)


@subscribe.command()
def tail(
    id_: Id,
    after: Annotated[int, typer.Option(min=-1, help="Begin behind this event; -1: with what comes.")] = -1,
    most: Annotated[int, typer.Option("--last", "-n", min=0, help="End after so many; 0: never.")] = 0,
    url: Url = "",
) -> None:
    """Print the matches of a standing query as they come, one JSON object a line."""
    headers = {"Accept": "text/event-stream", **({"Last-Event-ID": str(after)} if after >= 0 else {})}
    with GatewayClient(url) as gateway:
        lines = gateway.lines(f"/subscriptions/{quote(id_, safe='')}/events", headers)
        matches = (line.removeprefix("data: ") for line in lines if line.startswith("data: "))
        for match in itertools.islice(matches, most or None):
            write_bytes(match.encode())
            sys.stdout.flush()


@subscribe.command()
def remove(id_: Id, url: Url = "") -> None:
    """Remove a standing query; its topic stays."""
    with GatewayClient(url) as gateway:
        gateway.ask("DELETE", f"/subscriptions/{quote(id_, safe='')}")
    write_json({"removed": id_})
