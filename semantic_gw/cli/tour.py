"""`semantic-gw tour`: the whole product in a minute, on the embedded log, with a bundled capture."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging.config
import os
import shutil
import sys
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from rich.panel import Panel
from rich.syntax import Syntax
from rich.table import Table

from semantic_gw.app.gateway import Gateway, check_exposure
from semantic_gw.app.parts import load_parts
from semantic_gw.bindings.http_protocol import BoundedHttpProtocol
from semantic_gw.cli.serve import log_configuration
from semantic_gw.cli.terminal import output
from semantic_gw.errors import ConfigurationError
from semantic_gw.model import Json
from semantic_gw.rdf.serialize import to_trig
from semantic_gw.settings import Settings
from semantic_gw.shipped import MAPPINGS

TOUR = MAPPINGS / "zigbee2mqtt" / "examples" / "tour.ndjson"


def tour(
    capture: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The capture to feed it.")] = TOUR,
    stay: Annotated[
        bool | None, typer.Option("--stay/--end", help="Go on serving, or end (default: stay on a terminal).")
    ] = None,
) -> None:
    """Start a gateway, feed it a capture, and show what came out."""
    settings = Settings()
    logging.config.dictConfig(log_configuration("warning"))
    check_exposure(settings)
    gateway = Gateway(load_parts(settings))
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_tour(gateway, capture, stay=sys.stdout.isatty() if stay is None else stay))


async def _tour(gateway: Gateway, capture: Path, *, stay: bool) -> None:
    http = gateway.parts.settings.http
    server = uvicorn.Server(
        uvicorn.Config(gateway.api(), host=http.host, port=http.port, log_config=None, http=BoundedHttpProtocol)
    )
    serving = asyncio.create_task(server.serve())
    try:
        await _started(server, serving, http.port)
        port = server.servers[0].sockets[0].getsockname()[1]
        url = f"http://{http.host}:{port}"
        ended = await asyncio.to_thread(_feed, url, capture)
        _show(gateway, ended, url, stay=stay)
        if stay:
            output.print(f"\nServing on {url} — Ctrl+C ends it.", highlight=False)
            await serving
    finally:
        server.should_exit = True
        await serving


async def _started(server: uvicorn.Server, serving: asyncio.Task[None], port: int) -> None:
    while not server.started:
        if serving.done():
            raise ConfigurationError(f"port {port} is taken: set SEMANTIC_GW_HTTP__PORT to another one")
        await asyncio.sleep(0.02)


def _feed(url: str, capture: Path) -> list[dict[str, Json]]:
    """Post the capture; the answer tells the outcome of each record."""
    request = urllib.request.Request(  # noqa: S310  the URL is our own
        f"{url}/ingest", data=capture.read_bytes(), headers={"Content-Type": "application/x-ndjson"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
        return [json.loads(line) for line in response.read().splitlines() if line]


def _show(gateway: Gateway, ended: list[dict[str, Json]], url: str, *, stay: bool) -> None:
    _show_one(gateway, ended)
    _show_counts(ended)
    program = "semantic-gw" if shutil.which("semantic-gw") else os.path.relpath(sys.argv[0])
    lines = {
        f"{program} tail observations": "the graphs on the bus",
        f"{program} tail dead-letter --headers": "what did not come out, and why",
        f"{program} lift FILE --to trig": "your own captured payloads as RDF",
        f"{program} serve": "the gateway, on the same log",
    }
    if stay:
        lines[f"curl {url}/messages/{ended[0].get('message')}"] = "every step of one message"
        lines[f"{url}/docs"] = "the API"
    output.print("\n[bold]Where to look next[/]")
    for command, what in lines.items():
        output.print(f"  {command}\n      {what}", highlight=False, soft_wrap=True)


def _show_one(gateway: Gateway, ended: list[dict[str, Json]]) -> None:
    """The first published observation: the payload beside its graph."""
    for record in ended:
        known = gateway.recent.get(str(record.get("message")))
        if record["outcome"] != "published" or known is None:
            continue
        result = gateway.parts.pipeline.explain(known.payload)
        graph = next((judged.graph for judged in result.graphs), None)
        if graph is None:
            continue
        payload = json.dumps(json.loads(known.payload.body), indent=1, ensure_ascii=False)
        output.print(Panel(Syntax(payload, "json", word_wrap=True), title=f"payload on {known.payload.source.address}"))
        trig = Syntax(to_trig(graph).decode(), "turtle", word_wrap=True)
        output.print(Panel(trig, title="the graph it becomes, on semantic.observations"))
        return


def _show_counts(ended: list[dict[str, Json]]) -> None:
    table = Table("outcome", "records", "for example", box=None, pad_edge=False)
    counts = Counter((record["outcome"], record.get("reason") or "") for record in ended)
    for (outcome, reason), count in sorted(counts.items()):
        table.add_row(outcome, str(count), str(reason)[:120])
    output.print(table)
