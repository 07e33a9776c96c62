"""`semantic-gw history`: what was observed, and Parquet files of it."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import quote, urlencode

import typer
from rich.table import Table
from typer.core import TyperGroup

from semantic_gw.cli.gateway_client import GatewayClient
from semantic_gw.cli.progress import progress
from semantic_gw.cli.terminal import errors, output, write_bytes
from semantic_gw.errors import ConfigurationError
from semantic_gw.history.archive import Archive
from semantic_gw.history.database import HistoryDatabase
from semantic_gw.history.points import Codec
from semantic_gw.history.store import HistoryStore
from semantic_gw.model import Json
from semantic_gw.settings import Settings

_FORMS: Final = {
    "csv": "text/csv",
    "json": "application/json",
    "senml": "application/senml+json",
    "nquads": "application/n-quads",
}


class _ShowByDefault(TyperGroup):
    """`history THING PROPERTY` is `history show THING PROPERTY`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "--help"):
            args = ["show", *args]
        return super().parse_args(ctx, args)


history = typer.Typer(
    name="history",
    cls=_ShowByDefault,
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="What was observed: [dim]semantic-gw history THING PROPERTY[/], or [dim]semantic-gw history export[/].",
)


@history.command()
def show(
    thing: Annotated[str, typer.Argument(help="Id of the Thing.")],
    name: Annotated[str, typer.Argument(metavar="[PROPERTY]", help="Its property; without it, what there is.")] = "",
    begin: Annotated[str, typer.Option("--from", help="2026-11-24T10:00:00Z, 2026-11-24, or -P7D before now.")] = "",
    end: Annotated[str, typer.Option("--to", help="Likewise; by default now.")] = "",
    aggregate: Annotated[str, typer.Option(help="avg, min, max, sum, count, first, last, median, time-weighted.")] = "",
    every: Annotated[str, typer.Option(help="Length of a bucket: PT1H, P1D, P1M.")] = "",
    unit: Annotated[str, typer.Option(help="Unit to convert to: Cel, °F, unit:K.")] = "",
    timezone: Annotated[str, typer.Option(help="IANA time zone of days and of times without one.")] = "",
    form: Annotated[str, typer.Option(help=f"Instead of a table: {', '.join(_FORMS)}.")] = "",
    url: Annotated[str, typer.Option(help="Gateway to ask; by default the one of the settings.")] = "",
) -> None:
    """Print what was observed of a property; by default in the last 24 hours.

    [dim]semantic-gw history urn:dev:mac:00158d0003429eda temperature --aggregate avg --every PT1H[/]
    """
    if form and form not in _FORMS:
        raise ConfigurationError(f"--form is one of {', '.join(_FORMS)}, not {form!r}")
    given = {"from": begin, "to": end, "aggregate": aggregate, "every": every, "unit": unit, "timezone": timezone}
    path = f"/things/{quote(thing, safe='')}"
    with GatewayClient(url) as client:
        if not name:
            _list(client.json(f"{path}/history"))
            return
        query = urlencode({key: value for key, value in given.items() if value})
        _pages(client, f"{path}/properties/{quote(name, safe='')}/history?{query}", form)


def _pages(client: GatewayClient, path: str, form: str) -> None:
    table = None if form else Table(box=None)
    while path:
        answer = client.ask("GET", path, headers={"Accept": _FORMS[form or "json"]})
        if table is None:
            write_bytes(answer.content)
        else:
            _fill(table, answer.json())
        path = answer.links.get("next", {}).get("url", "")
    if table is not None:
        output.print(table)


def _fill(table: Table, page: Json) -> None:
    is_aggregate = "aggregate" in page
    if not table.columns:
        unit = page.get("unitText") or page.get("unit", "")
        titles = (
            ("time", "to", f"{page.get('aggregate')} {unit}", "count") if is_aggregate else ("time", f"value {unit}")
        )
        for title in titles:
            table.add_column(title.strip(), justify="left" if title in ("time", "to") else "right")
    for row in page["observations"]:
        cells = [row["time"], *([row["end"]] if is_aggregate else []), _shown(row["value"]), str(row.get("count", ""))]
        table.add_row(*cells[: len(table.columns)])


def _shown(value: Json) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _list(told: Json) -> None:
    table = Table(box=None)
    for title in ("property", "kind", "unit", "first", "last"):
        table.add_column(title)
    for one in told["series"]:
        table.add_row(*(one.get(name, "").rpartition("/")[2] for name in ("property", "kind", "unit", "first", "last")))
    output.print(table)


@history.command()
def export(
    folder: Annotated[Path, typer.Option("--output", "-o", help="Folder for the files: one a day, of its name.")],
    begin: Annotated[str, typer.Option("--from", help="First day, 2026-11-24; by default yesterday.")] = "",
    end: Annotated[str, typer.Option("--to", help="Last day; by default yesterday.")] = "",
) -> None:
    """Write a Parquet file of each day (UTC), sorted by Thing, property and time. The gateway may run meanwhile.

    [dim]semantic-gw history export --from 2026-11-01 --to 2026-11-30 --output archive[/]
    """
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date()
    last = _day(end) if end else yesterday
    first = _day(begin) if begin else min(last, yesterday)
    if first > last:
        raise ConfigurationError(f"--from {first} is behind --to {last}")
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    count = asyncio.run(_export(Settings(), folder, days))
    errors.print(f"{count:,} observations of {len(days)} days are in {folder}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ConfigurationError(f"{text!r} is no day such as 2026-11-24") from error


async def _export(settings: Settings, folder: Path, days: list[date]) -> int:
    database = HistoryDatabase(settings.history_url)
    archive, count = Archive(HistoryStore(database), Codec(settings.base_iri), folder), 0
    database.start()
    try:
        with progress("days") as bar:
            for day in bar.track(days):
                count += await archive.write(day)
    finally:
        database.stop()
    return count
