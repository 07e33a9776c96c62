"""`semantic-gw query`: a question in SPARQL, of a gateway that runs or of a capture."""

from __future__ import annotations

import asyncio
import enum
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer
from rich.table import Table

from semantic_gw.app.parts import load_parts
from semantic_gw.cli.captured_graphs import CapturedGraphs
from semantic_gw.cli.captures import capture_records
from semantic_gw.cli.gateway_client import GatewayClient
from semantic_gw.cli.terminal import errors, output, write_bytes
from semantic_gw.contracts import GraphQuery, GraphUpdate, QueryBounds
from semantic_gw.errors import ConfigurationError, QueryError, RefusedError
from semantic_gw.model import Json
from semantic_gw.rdf.namespaces import PREFIXES
from semantic_gw.rdf.query_text import QueryText
from semantic_gw.settings import Settings, SparqlSettings
from semantic_gw.stores.opening import open_store

RESULTS: Final = "application/sparql-results+json"


class Format(enum.StrEnum):
    """How an answer is printed."""

    TABLE = "table"
    JSON = "json"
    XML = "xml"
    CSV = "csv"
    TSV = "tsv"
    TTL = "ttl"
    NT = "nt"
    JSONLD = "jsonld"
    RDFXML = "rdfxml"


_SOLUTIONS: Final = {
    Format.TABLE: RESULTS,
    Format.JSON: RESULTS,
    Format.XML: "application/sparql-results+xml",
    Format.CSV: "text/csv",
    Format.TSV: "text/tab-separated-values",
}
_GRAPHS: Final = {
    Format.TABLE: "text/turtle",
    Format.TTL: "text/turtle",
    Format.NT: "application/n-triples",
    Format.JSONLD: "application/ld+json",
    Format.RDFXML: "application/rdf+xml",
}
_TRUTHS: Final = {format: _SOLUTIONS[format] for format in (Format.TABLE, Format.JSON, Format.XML)}
_FORMS: Final = {"SELECT": _SOLUTIONS, "ASK": _TRUTHS, "CONSTRUCT": _GRAPHS, "DESCRIBE": _GRAPHS}


def query(
    file: Annotated[Path, typer.Argument(help="A file with a query in SPARQL; - is standard input.")],
    url: Annotated[str, typer.Option(help="The gateway to ask; the one of the settings where it is not given.")] = "",
    capture: Annotated[
        list[Path] | None, typer.Option(help="Ask what this capture comes to instead: no gateway needs to run.")
    ] = None,
    format: Annotated[
        Format, typer.Option(help="table, json, xml, csv or tsv for solutions; ttl, nt, jsonld or rdfxml for graphs.")
    ] = Format.TABLE,
) -> None:
    """Ask what Things are and what they told last, in SPARQL.

    The default graph is the union of all graphs (docs/graph-view.md); docs/queries.md has queries to begin with.

    [dim]semantic-gw query rooms.rq --capture kitchen.ndjson[/]
    """
    text = _read(file)
    media_type = _media_type(text, format)
    body = _captured(text, media_type, capture) if capture else _asked(text, media_type, url)
    if format is Format.TABLE and media_type == RESULTS:
        _show(msgspec.json.decode(body))
    else:
        write_bytes(body)


def _read(file: Path) -> str:
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file}: {error}") from error


def _media_type(text: str, format: Format) -> str:
    """What the query of *text* is to be answered with."""
    form = QueryText(text).form
    if form not in _FORMS:
        raise QueryError(f"this is no query: it begins with {form[:40] or 'nothing'}, not with {', '.join(_FORMS)}")
    if format not in _FORMS[form]:
        there = ", ".join(_FORMS[form])
        raise ConfigurationError(f"--format {format}: {form} is not answered in this form; there are {there}")
    return _FORMS[form][format]


def _asked(text: str, media_type: str, url: str) -> bytes:
    """What a gateway answers."""
    headers = {"Content-Type": "application/sparql-query", "Accept": media_type}
    with GatewayClient(url) as gateway:
        return gateway.ask("POST", "/sparql", content=text.encode(), headers=headers).content


def _captured(text: str, media_type: str, captures: Sequence[Path]) -> bytes:
    """What the graphs of *captures* answer."""
    settings = Settings()
    graphs = CapturedGraphs(load_parts(settings))
    graphs.take(capture_records(captures))
    updates = list(graphs.updates())
    for complaint in graphs.complaints:
        errors.print(complaint, highlight=False, markup=False)
    asked = GraphQuery(text, _bounds(settings.sparql), media_type, media_type)
    try:
        return asyncio.run(_answer(settings, updates, asked))
    except QueryError as error:
        where = f"line {error.line}, column {error.column}: " if error.line else ""
        raise RefusedError(f"{where}{error}") from error


def _bounds(settings: SparqlSettings) -> QueryBounds:
    return QueryBounds(settings.time_s, settings.memory_bytes, settings.answer_bytes, settings.rows)


async def _answer(settings: Settings, updates: Iterable[GraphUpdate], asked: GraphQuery) -> bytes:
    """What a store of its own says, which is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        given = {"kind": "embedded", "path": Path(folder) / "graphs.snapshot", "snapshot_s": 0.0}
        store = open_store(settings.store.model_copy(update=given))
        await store.start()
        try:
            generation = await store.replace(list(updates), {})
            async with store.query(replace(asked, at_least=generation)) as answer:
                return b"".join([part async for part in answer.parts])
        finally:
            await store.stop()


def _show(results: Json) -> None:
    """Solutions as a table, IRIs by the prefixes that are known."""
    if "boolean" in results:
        output.print("yes" if results["boolean"] else "no")
        return
    variables = results["head"]["vars"]
    table = Table(*variables, box=None, pad_edge=False)
    for solution in results["results"]["bindings"]:
        table.add_row(*(_told(solution.get(name)) for name in variables))
    output.print(table, highlight=False, markup=False)


def _told(term: Json) -> str:
    """A term as people write it.

    >>> _told({"type": "uri", "value": "https://saref.etsi.org/core/Device"})
    'saref:Device'
    """
    if not term:
        return ""
    value = str(term["value"])
    if term["type"] == "uri":
        for prefix, namespace in PREFIXES.items():
            local = value.removeprefix(namespace)
            if local != value and local.replace("_", "").isalnum():
                return f"{prefix}:{local}"
    return value
