"""`semantic-gw validate`: any RDF graph against any SHACL shapes, with no gateway."""

from __future__ import annotations

import enum
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer
from rich.markup import escape

from semantic_gw.cli.rdf_files import SyntaxName, name_of, rdf_files, read_graph, read_triples_of
from semantic_gw.cli.summary import summary
from semantic_gw.cli.terminal import errors, output, write_bytes
from semantic_gw.errors import ConfigurationError
from semantic_gw.model import IRI, Triple, ValidationReport
from semantic_gw.rdf.namespaces import PREFIXES
from semantic_gw.shipped import MAPPINGS, ONTOLOGIES, SHAPES
from semantic_gw.validators import compile_shapes
from semantic_gw.validators.engines import ENGINES
from semantic_gw.validators.engines.engine import FAILURE
from semantic_gw.validators.parse import parse_shapes
from semantic_gw.validators.report import (
    MAX_RESULTS,
    Names,
    flat_report,
    report_jsonld,
    report_triples,
    to_ntriples,
    to_turtle,
)
from semantic_gw.validators.source import ShapesGraph
from semantic_gw.validators.syntax import ShapesModel
from semantic_gw.validators.view import Background
from semantic_gw.validators.well_formed import check

CONFORMS, DOES_NOT, CANNOT_JUDGE = 0, 1, 2


class Output(enum.StrEnum):
    """What `validate` prints."""

    SUMMARY = "summary"
    JSON = "json"
    TURTLE = "turtle"
    JSONLD = "jsonld"
    NTRIPLES = "ntriples"


class EngineName(enum.StrEnum):
    """What checks."""

    COMPILED = "compiled"
    SHACL = "shacl"
    PYSHACL = "pyshacl"


Validate = Callable[[Sequence[Triple]], ValidationReport]


@dataclass(frozen=True)
class Judge:
    """Shapes that are ready to look at a graph."""

    files: Sequence[Path]
    model: ShapesModel
    validate: Validate

    @cached_property
    def prefixes(self) -> dict[str, IRI]:
        """The prefixes that the files of shapes declare."""
        return {prefix: iri for file in reversed(self.files) for prefix, iri in read_graph(file).prefixes.items()}


def validate(
    data: Annotated[Path, typer.Argument(help="The graph: a file in any syntax of RDF; - is standard input.")],
    shapes: Annotated[
        list[Path] | None,
        typer.Option("--shapes", "-s", help="Shapes: a file, or a folder of files; repeat it for more."),
    ] = None,
    ours: Annotated[
        bool, typer.Option("--ours", help="The shapes and vocabulary of the gateway; the default without --shapes.")
    ] = False,
    background: Annotated[
        list[Path] | None,
        typer.Option(
            "--background", "-b", help="What shapes see behind the graph, as an ontology; repeat it for more."
        ),
    ] = None,
    to: Annotated[Output, typer.Option(help="What to print.")] = Output.SUMMARY,
    syntax: Annotated[
        SyntaxName | None, typer.Option("--from", help="The syntax of DATA, where its ending does not say it.")
    ] = None,
    engine: Annotated[EngineName, typer.Option(help="What checks.")] = EngineName.COMPILED,
    strict: Annotated[bool, typer.Option("--strict", help="Any result fails, not violations alone.")] = False,
    allow_unchecked: Annotated[
        bool, typer.Option("--allow-unchecked", help="A graph that no shape targets is fine.")
    ] = False,
    most: Annotated[
        int, typer.Option(min=0, help="At most so many results, violations first; 0 is all.")
    ] = MAX_RESULTS,
) -> None:
    """Check an RDF graph with SHACL shapes.

    Exit code 0: it conforms. 1: it does not. 2: cannot judge (unreadable data, faulty shapes, or no shape targets it).

    [dim]semantic-gw validate --shapes shapes.ttl data.ttl[/]
    [dim]semantic-gw validate -s shapes/ --background ontology.ttl --to turtle data.jsonld[/]
    [dim]curl https://example.org/data | semantic-gw validate -s shapes.ttl --from rdfxml -[/]
    [dim]semantic-gw lift kitchen.ndjson --to trig | semantic-gw validate -[/]
    """
    code = CANNOT_JUDGE
    try:
        judge = _judge(shapes or (), background or (), engine, ours=ours or not shapes)
        parsed = read_graph(data, syntax)
        report = judge.validate(parsed.triples)
        code = _code(report, strict=strict, allow_unchecked=allow_unchecked)
        _tell(judge, report, code)
        prefixes = {**parsed.prefixes, **judge.prefixes, **PREFIXES}
        if to is Output.SUMMARY:
            for line in summary(report, name_of(data), Names(prefixes), most=most or None, strict=strict):
                output.print(line, soft_wrap=True)
        else:
            write_bytes(_FORMATS[to](report, prefixes, most or None))
    except ConfigurationError:
        raise
    except BrokenPipeError:
        sys.stderr.close()
    except Exception:  # noqa: BLE001  Python's own exit code would say that the graph does not conform
        traceback.print_exc()
        code = CANNOT_JUDGE
    raise typer.Exit(code)


def _judge(shapes: Sequence[Path], background: Sequence[Path], engine: EngineName, *, ours: bool) -> Judge:
    """Raises ConfigurationError for shapes or background that cannot be read, or are faulty."""
    files = [*rdf_files(shapes), *(sorted(SHAPES.glob("*.ttl")) if ours else ())]
    behind = [*read_triples_of(rdf_files(background)), *(_vocabulary() if ours else ())]
    if engine is EngineName.COMPILED:
        compiled = compile_shapes(files, behind, engine=ENGINES[_best_engine()])
        return Judge(files, compiled.model, partial(compiled.validate_triples, counting=True))
    graph = ShapesGraph.read(files)
    check(graph)
    model = parse_shapes(graph)
    whole = ENGINES[engine](graph, (*model.shapes, *model.engine_only), Background(behind))
    return Judge(files, model, lambda triples: _named(whole.validate_triples(triples), model))


def _named(report: ValidationReport, model: ShapesModel) -> ValidationReport:
    """*report* with the names that shapes have for people: an engine knows them by their nodes."""
    known = model.shapes
    return replace(
        report,
        results=tuple(
            replace(result, source_name=known[result.source_shape].name) if result.source_shape in known else result
            for result in report.results
        ),
    )


def _best_engine() -> str:
    """The engine for what SHACL Core does not have: the fast one has no wheel for some platforms."""
    return "shacl" if find_spec("shacl") else "pyshacl"


def _vocabulary() -> Sequence[Triple]:
    """What the shipped shapes see behind a graph: vocabulary, and the units of each kind."""
    # Imported here: shapes of others do not need them.
    from semantic_gw.lexicon import Lexicon  # noqa: PLC0415
    from semantic_gw.rdf.ontology import load_ontology  # noqa: PLC0415

    ontology = load_ontology(sorted(ONTOLOGIES.glob("*.ttl")))
    lexicon = Lexicon.load(*sorted(MAPPINGS.glob("*/names.toml")))
    return (*ontology.triples, *lexicon.compatible_units())


def _code(report: ValidationReport, *, strict: bool, allow_unchecked: bool) -> int:
    if any(result.source_constraint_component == FAILURE for result in report.results):
        return CANNOT_JUDGE
    if not report.checked and not report.results:
        return CONFORMS if allow_unchecked else CANNOT_JUDGE
    return CONFORMS if report.conforms and not (strict and report.results) else DOES_NOT


def _tell(judge: Judge, report: ValidationReport, code: int) -> None:
    """What the operator wants to know beside the report."""
    for warning in judge.model.warnings:
        _warn(warning)
    if not report.checked and not report.results:
        what = "" if code == CONFORMS else "; --allow-unchecked takes that as fine"
        shapes = ", ".join(map(str, judge.files))
        _warn(f"unchecked: no shape of {shapes} targets anything in the graph{what}")


def _warn(text: str) -> None:
    errors.print(f"[bold yellow]warning:[/] {escape(text)}", highlight=False, soft_wrap=True)


Write = Callable[[ValidationReport, Mapping[str, IRI], int | None], bytes]
"""A report, prefixes, and how many results are shown → text."""


def _json(report: ValidationReport, prefixes: Mapping[str, IRI], most: int | None) -> bytes:
    return msgspec.json.format(msgspec.json.encode(flat_report(report, Names(prefixes), most=most)))


def _jsonld(report: ValidationReport, _prefixes: Mapping[str, IRI], most: int | None) -> bytes:
    return msgspec.json.format(msgspec.json.encode(report_jsonld(report, most=most)))


def _turtle(report: ValidationReport, prefixes: Mapping[str, IRI], most: int | None) -> bytes:
    return to_turtle(report_triples(report, most=most), prefixes).encode()


def _ntriples(report: ValidationReport, _prefixes: Mapping[str, IRI], most: int | None) -> bytes:
    return to_ntriples(report_triples(report, most=most)).encode()


_FORMATS: Final[Mapping[Output, Write]] = {
    Output.JSON: _json,
    Output.JSONLD: _jsonld,
    Output.TURTLE: _turtle,
    Output.NTRIPLES: _ntriples,
}
