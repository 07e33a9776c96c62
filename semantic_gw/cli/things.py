"""`semantic-gw things`: the directory from the command line, whether a gateway runs or not."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import typer
from rich.table import Table

from semantic_gw.app.directory import OpenDirectory, opened_directory
from semantic_gw.app.parts import increasing_clock, load_parts
from semantic_gw.cli.progress import progress
from semantic_gw.cli.terminal import errors, output, write_bytes
from semantic_gw.directory.bulk import Bulk
from semantic_gw.directory.export import export_lines, import_lines
from semantic_gw.directory.known_things import KnownThings
from semantic_gw.directory.preparation import refuse_all, with_new_id
from semantic_gw.directory.validation import check_description, read
from semantic_gw.errors import ConfigurationError, GatewayError, InvalidDocumentError, MappingError, NotRegisteredError
from semantic_gw.model import Finding, Json, ThingDescription
from semantic_gw.rdf.description_reading import from_rdf
from semantic_gw.rdf.turtle import to_turtle
from semantic_gw.settings import Settings

things = typer.Typer(
    name="things",
    help="Register, list, show, check, export and import Thing Descriptions.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)

_RDF = {".ttl": "text/turtle", ".nt": "application/n-triples"}
Files = Annotated[
    list[Path], typer.Argument(help="A description, an array of them, lines of JSON, or Turtle; - is standard input.")
]


@things.command()
def add(files: Files) -> None:
    """Register Thing Descriptions: with an id under it (replacing what is there), without under a new one.

    A gateway that runs takes them over within a second. Exit code 1 tells that some were refused.
    """
    results = asyncio.run(_add(files))
    for result in results:
        _tell(result)
    raise typer.Exit(1 if any("problem" in result for result in results) else 0)


async def _add(files: Sequence[Path]) -> list[dict[str, Json]]:
    results: list[dict[str, Json]] = []
    async with _opened() as (opened, settings):
        bulk = Bulk(opened.directory, settings.directory)
        with progress("register") as bar:
            task = bar.add_task("", total=len(files))
            for path in files:
                results += [{"file": str(path), **told} for told in await _register(bulk, path)]
                bar.advance(task)
    return results


async def _register(bulk: Bulk, path: Path) -> Sequence[dict[str, Json]]:
    body = _bytes(path)
    if path.suffix in _RDF:
        body = msgspec.json.encode(from_rdf(body, _RDF[path.suffix], base_iri=Settings().base_iri))
    if body.lstrip().startswith(b"["):
        return [dict(result) for result in await bulk.array(body)]
    return [dict(result) for result in await bulk.items(_documents(body))]


def _documents(body: bytes) -> list[bytes]:
    """The documents in *body*: one, or one a line."""
    lines = [line for line in body.split(b"\n") if line.strip()]
    if len(lines) > 1 and all(line.strip()[:1] == b"{" and line.strip()[-1:] == b"}" for line in lines):
        return lines
    return [body]


def _tell(result: dict[str, Json]) -> None:
    where = f"{result['file']}[{result['index']}]"
    if "problem" not in result:
        done = "registered" if result["status"] == 201 else "replaced" if result["changed"] else "there already"
        output.print(f"{done}  {result['id']}", highlight=False, markup=False, soft_wrap=True)
        return
    problem = result["problem"]
    for error in problem.get("validationErrors") or [{"field": "", "description": problem["detail"]}]:
        errors.print(f"{where} {error['field'] or '/'}: {error['description']}", markup=False, soft_wrap=True)


@things.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="One Enriched TD a line.")] = False) -> None:
    """List what is registered, by id; where the output is no terminal, columns are separated by tabs."""
    table = Table("id", "title", "modified", "family")
    for body, family in asyncio.run(_everything()):
        document = msgspec.json.decode(body)
        row = (document["id"], _title(document), document["registration"]["modified"], family)
        if as_json:
            write_bytes(body)
        elif output.is_terminal:
            table.add_row(*row)
        else:
            output.print("\t".join(row), highlight=False, markup=False, soft_wrap=True)
    if table.row_count:
        output.print(table)


async def _everything() -> list[tuple[bytes, str]]:
    async with _opened() as (opened, _):
        found: list[tuple[bytes, str]] = []
        last = ""
        while entries := await opened.directory.everything(last):
            last = entries[-1].id
            found += [(entry.body or b"", entry.family) for entry in entries]
        return found


def _title(document: dict[str, Json]) -> str:
    return str(document.get("title") or next(iter(document.get("titles", {}).values()), ""))


@things.command()
def show(
    id_: Annotated[str, typer.Argument(metavar="ID", help="The id of a Thing.")],
    to: Annotated[Literal["td", "turtle", "ntriples"], typer.Option(help="As JSON, or its RDF projection.")] = "td",
) -> None:
    """Show one Thing. Exit code 1 where it is not registered."""
    try:
        write_bytes(asyncio.run(_show(id_, to)))
    except NotRegisteredError as error:
        errors.print(str(error), markup=False, soft_wrap=True)
        raise typer.Exit(1) from None


async def _show(thing: str, to: str) -> bytes:
    async with _opened() as (opened, _):
        if to == "td":
            return msgspec.json.format((await opened.directory.get(thing)).body, indent=2)
        _, triples = await opened.directory.graph(thing)
        return to_turtle(triples) if to == "turtle" else triples


@things.command()
def check(files: Files) -> None:
    """Check Thing Descriptions without registering them: faults, and what cannot be used for lifting.

    Exit code 1 tells of faults; a warning is none.
    """
    parts = load_parts(Settings())
    faulty = False
    for name, body in _all_documents(files):
        faults, remarks = _checked(body, parts.pipeline.things)
        faulty = faulty or bool(faults)
        for kind, findings in (("fault", faults), ("warning", remarks)):
            for pointer, detail in findings:
                output.print(
                    f"{name} {pointer or '/'}: {kind}: {detail}", highlight=False, markup=False, soft_wrap=True
                )
        if not faults and not remarks:
            output.print(f"{name}: fine", highlight=False, markup=False)
    raise typer.Exit(1 if faulty else 0)


def _checked(body: bytes, known: KnownThings) -> tuple[Sequence[Finding], Sequence[Finding]]:
    try:
        thing = _described(body)
    except InvalidDocumentError as error:
        return tuple(Finding(*finding) for finding in error.findings), ()
    except GatewayError as error:
        return (Finding("", str(error)),), ()
    try:
        return (), known.check(thing)
    except MappingError as error:
        return (), (Finding("", f"payloads of this Thing are not lifted: {error}"),)


def descriptions(path: Path) -> Iterator[ThingDescription]:
    """The Thing Descriptions in the file *path*. Raises InvalidDocumentError, ConfigurationError."""
    for _, body in _all_documents([path]):
        yield _described(body)


def _described(body: bytes) -> ThingDescription:
    """The Thing Description that *body* holds. Raises InvalidDocumentError with every fault."""
    document, findings = read(body, max_bytes=len(body) + 1)
    refuse_all((*findings, *check_description(document)))
    named = document if "id" in document else with_new_id(document)
    return ThingDescription(named["id"], named)


def _all_documents(files: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    for path in files:
        body = _bytes(path)
        if path.suffix in _RDF:
            body = msgspec.json.encode(from_rdf(body, _RDF[path.suffix], base_iri=Settings().base_iri))
        items = _items(body)
        for number, item in enumerate(items):
            yield f"{path}[{number}]" if len(items) > 1 else str(path), item


def _items(body: bytes) -> list[bytes]:
    if not body.lstrip().startswith(b"["):
        return _documents(body)
    try:
        return [bytes(item) for item in msgspec.json.decode(body, type=list[msgspec.Raw])]
    except (msgspec.DecodeError, UnicodeDecodeError):
        return [body]


@things.command("export")
def export_(file: Annotated[Path, typer.Argument(help="The file to write; - is standard output.")]) -> None:
    """Write the whole directory, Things and Thing Models, as one file: a line each."""
    count = asyncio.run(_export(file))
    errors.print(f"{count} lines", highlight=False)


async def _export(path: Path) -> int:
    count = 0
    partial = path.with_name(path.name + ".part")
    async with _opened() as (opened, _):
        with progress("export") as bar:
            task = bar.add_task("", total=None)
            with sys.stdout.buffer if str(path) == "-" else partial.open("wb") as out:
                async for line in export_lines(opened.directory, opened.models):
                    out.write(line)
                    count += 1
                    bar.advance(task)
    if str(path) != "-":
        partial.replace(path)
    return count


@things.command("import")
def import_(file: Annotated[Path, typer.Argument(help="A file that export wrote; - is standard input.")]) -> None:
    """Register everything that an export holds; doing it again changes nothing.

    Exit code 1 tells that lines were refused: each is named, the others are registered.
    """
    refused, count = asyncio.run(_import(file))
    for sentence in refused:
        errors.print(sentence, markup=False, soft_wrap=True)
    output.print(f"{count - len(refused)} of {count} registered", highlight=False)
    raise typer.Exit(1 if refused else 0)


async def _import(path: Path) -> tuple[list[str], int]:
    lines = [line for line in _bytes(path).split(b"\n") if line.strip()]
    refused: list[str] = []
    async with _opened() as (opened, _):
        with progress("import") as bar:
            task = bar.add_task("", total=len(lines))
            async for told in import_lines(opened.directory, opened.models, lines):
                refused += told
                bar.advance(task)
    return refused, len(lines)


def _bytes(path: Path) -> bytes:
    if str(path) == "-":
        return sys.stdin.buffer.read()
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}") from error


@asynccontextmanager
async def _opened() -> AsyncIterator[tuple[OpenDirectory, Settings]]:
    settings = Settings()
    async with opened_directory(load_parts(settings), increasing_clock()) as opened:
        yield opened, settings
