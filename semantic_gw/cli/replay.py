"""`semantic-gw replay`: dead letters once more, through the mapping of today."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime
from typing import Annotated

import typer

from semantic_gw.app.directory import learn_things, opened_directory
from semantic_gw.app.parts import Parts, increasing_clock, load_parts, open_bus
from semantic_gw.cli.terminal import errors, output
from semantic_gw.contracts import Bus
from semantic_gw.directory.directory import Directory
from semantic_gw.errors import ConfigurationError
from semantic_gw.model import Outcome, Record
from semantic_gw.pipeline.result import Result
from semantic_gw.pipeline.spool import payload_of_letter
from semantic_gw.settings import Settings


def replay(
    reason: Annotated[
        str | None, typer.Option(help="Only dead letters of this reason, such as 'no description'.")
    ] = None,
    since: Annotated[str | None, typer.Option(help="Only those received at or after this time (ISO 8601).")] = None,
    until: Annotated[str | None, typer.Option(help="Only those received before this time (ISO 8601).")] = None,
    rejected: Annotated[bool, typer.Option("--rejected", help="Rejected graphs instead of dead letters.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would come out, publish nothing.")] = False,
) -> None:
    """Process dead letters again and publish what comes out now.

    A letter that fails again stays where it is. Message ids and graph IRIs are those of the first time, so that
    a replay of a replay adds nothing. Exit code 1 tells that some still fail.
    """
    window = _time("since", since), _time("until", until)
    counts = asyncio.run(_replay(load_parts(Settings()), reason, window, rejected=rejected, dry_run=dry_run))
    for outcome, count in sorted(counts.items()):
        output.print(f"{outcome}: {count}", highlight=False)
    if not counts:
        errors.print("no letter matches")
    failing = {Outcome.DEAD_LETTER.value, Outcome.REJECTED.value}
    raise typer.Exit(1 if failing & counts.keys() else 0)


def _time(name: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigurationError(f"--{name} {text!r} is no time; give one such as 2026-11-24T10:15:00Z") from error
    return time if time.tzinfo else time.replace(tzinfo=UTC)


async def _replay(
    parts: Parts, reason: str | None, window: tuple[datetime | None, datetime | None], *, rejected: bool, dry_run: bool
) -> Counter[str]:
    bus_settings = parts.settings.bus
    counts: Counter[str] = Counter()
    async with open_bus(parts.settings) as bus, opened_directory(parts, increasing_clock()) as opened:
        await learn_things(parts, opened.directory)
        async with bus.subscribe([bus_settings.topic("rejected" if rejected else "dead-letter")]) as subscription:
            done = False
            while not done:
                done = await subscription.caught_up()
                for record in await subscription.batch(500, 0.5):
                    if _matches(record, reason, window):
                        result = parts.pipeline.process(payload_of_letter(record))
                        counts[result.outcome.value] += 1
                        if not dry_run:
                            await _publish(parts, bus, opened.directory, result)
    return counts


def _matches(record: Record, reason: str | None, window: tuple[datetime | None, datetime | None]) -> bool:
    since, until = window
    said = record.header("Dead-Letter-Reason") or record.header("Reason")
    received = payload_of_letter(record).received_at
    return (
        (reason is None or said == reason)
        and (since is None or received >= since)
        and (until is None or received < until)
    )


async def _publish(parts: Parts, bus: Bus, directory: Directory, result: Result) -> None:
    """What came out now; a letter that fails again stays where it is."""
    if result.outcome not in (Outcome.PUBLISHED, Outcome.IGNORED):
        return
    if result.changed or result.removed:
        await directory.adopt(result.changed, result.removed)
    await bus.publish(list(parts.recorder.records(result)))
