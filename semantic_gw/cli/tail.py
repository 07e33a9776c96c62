"""`semantic-gw tail`: what stands on a topic."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Annotated

import typer

from semantic_gw.app.parts import open_bus
from semantic_gw.cli.terminal import output, write_bytes
from semantic_gw.model import Record
from semantic_gw.settings import Settings


def tail(
    topic: Annotated[
        str, typer.Argument(help="Topic; without prefix for the gateway's own: observations, dead-letter ...")
    ],
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what comes.")] = False,
    last: Annotated[int, typer.Option("--last", "-n", min=0, help="At most so many of what is there; 0 is all.")] = 10,
    headers: Annotated[bool, typer.Option("--headers", "-H", help="Print keys, positions and headers too.")] = False,
) -> None:
    """Print the records of a topic.

    [dim]semantic-gw tail dead-letter --headers[/]
    """
    settings = Settings()
    own = {"things", "observations", "events", "rejected", "dead-letter"}
    name = settings.bus.topic(topic) if topic in own else topic
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_tail(settings, name, last, follow=follow, headers=headers))


async def _tail(settings: Settings, topic: str, last: int, *, follow: bool, headers: bool) -> None:
    async with open_bus(settings) as bus, bus.subscribe([topic]) as subscription:
        found: list[Record] = []
        while not await subscription.caught_up():
            found += await subscription.batch(1000, 0.5)
            found = found[-last:] if last else found
        for record in found:
            _show(record, headers=headers)
        while follow:
            for record in await subscription.batch(100, 1.0):
                _show(record, headers=headers)


def _show(record: Record, *, headers: bool) -> None:
    if headers:
        output.print(f"[bold]{record.topic}/{record.partition}/{record.offset}[/]  {record.key}", highlight=False)
        for name, value in record.headers:
            output.print(f"  {name}: {value.decode('utf-8', 'replace')[:200]}", highlight=False, markup=False)
    write_bytes(record.value if record.value is not None else b"(deleted)")
