"""`semantic-gw explain`: why did this message come out as it did, or not at all?"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer
from rich.table import Table

from semantic_gw.app.directory import learn_things, opened_directory
from semantic_gw.app.parts import Parts, increasing_clock, load_parts, open_bus
from semantic_gw.cli.captures import capture_records
from semantic_gw.cli.gateway_client import GatewayClient
from semantic_gw.cli.terminal import output, write_json
from semantic_gw.codecs.capture import BadLine
from semantic_gw.errors import ConfigurationError
from semantic_gw.model import Json, Payload
from semantic_gw.pipeline.report import explanation
from semantic_gw.pipeline.spool import payload_of_letter
from semantic_gw.settings import Settings


def explain(
    what: Annotated[
        str, typer.Argument(help="A capture file, TOPIC/PARTITION/OFFSET of a dead letter, or a message id.")
    ],
    record: Annotated[str | None, typer.Option("--record", help="Only the capture record with this id.")] = None,
    url: Annotated[
        str, typer.Option(help="The gateway, for a message id (default: http.host and http.port of the settings).")
    ] = "",
    code: Annotated[
        bool, typer.Option("--code", help="Print the functions that the Thing Descriptions became.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a message.")] = False,
) -> None:
    """Show every step of a message: decode, family and why, each affordance, shapes, topic.

    [dim]semantic-gw explain kitchen.ndjson --record 17[/]
    [dim]semantic-gw explain semantic.dead-letter/0/42[/]
    """
    show = write_json if as_json else _show
    parts = load_parts(Settings())
    if Path(what).exists():
        found = [_explain_payload(parts, payload, code=code) for payload in _from_capture(Path(what), record)]
    elif what.count("/") == 2:
        found = [_explain_payload(parts, asyncio.run(_from_bus(parts, what)), code=code)]
    else:
        found = [_from_gateway(url, what)]
    for told in found:
        show(told)
    raise typer.Exit(1 if any(told["outcome"] in ("dead-letter", "rejected") for told in found) else 0)


def _explain_payload(parts: Parts, payload: Payload, *, code: bool) -> dict[str, Json]:
    told = explanation(parts.pipeline.explain(payload), parts.ontology.quantity_kind)
    parts.pipeline.process(payload)
    if code:
        lifters = parts.pipeline.things.lifters(payload.source.address)
        told["code"] = [lifter.source for lifter in lifters]
    return told


def _from_capture(path: Path, record_id: str | None) -> list[Payload]:
    found = []
    for record in capture_records([path]):
        if isinstance(record, BadLine):
            if record_id is None:
                raise ConfigurationError(f"line {record.number}: {record.error}")
        elif record_id is None or record.id == record_id:
            found.append(record.payload)
    if not found:
        raise ConfigurationError(f"{path} has no record {record_id!r}")
    return found


async def _from_bus(parts: Parts, what: str) -> Payload:
    topic, partition, offset = what.rsplit("/", 2)
    if not (partition.isdigit() and offset.isdigit()):
        raise ConfigurationError(
            f"{what!r} is no position: give TOPIC/PARTITION/OFFSET, such as semantic.dead-letter/0/42"
        )
    async with opened_directory(parts, increasing_clock()) as opened:
        await learn_things(parts, opened.directory)
    async with open_bus(parts.settings) as bus, bus.subscribe([topic]) as subscription:
        while not await subscription.caught_up():
            for record in await subscription.batch(1000, 1.0):
                if (record.partition, record.offset) == (int(partition), int(offset)):
                    return payload_of_letter(record)
    raise ConfigurationError(f"there is no record at {what}")


def _from_gateway(url: str, message_id: str) -> dict[str, Json]:
    """What the gateway that runs remembers of a message. Raises NotRegisteredError, UnavailableError."""
    with GatewayClient(url) as gateway:
        told: dict[str, Json] = gateway.json(f"/messages/{quote(message_id, safe='')}")
    return told


def _show(told: dict[str, Json]) -> None:
    output.print(
        f"[bold]{told['outcome']}[/]  {told['source']['address']}  {told.get('reason') or ''}", highlight=False
    )
    table = Table("step", "subject", "pointer", "value", "outcome", box=None, pad_edge=False)
    for step in told["steps"]:
        table.add_row(step["step"], step["subject"], step.get("pointer", ""), step.get("value", ""), step["outcome"])
    output.print(table)
    for source in told.get("code", ()):
        output.print(source, markup=False)
    for position in told.get("records", ()):
        output.print(f"published at {position['topic']}/{position['partition']}/{position['offset']}", highlight=False)
    output.print()
