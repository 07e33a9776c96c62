"""Shapes are compiled once, at load: graph → data → functions. What is not known stops the load."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from semantic_gw.model import Triple
from semantic_gw.validators.closures import compile_model
from semantic_gw.validators.compiled import CompiledShapes, EnginePart
from semantic_gw.validators.content_hash import content_hash
from semantic_gw.validators.engines import EngineFactory
from semantic_gw.validators.parse import parse_shapes
from semantic_gw.validators.source import ShapesGraph
from semantic_gw.validators.syntax import ShapesModel
from semantic_gw.validators.view import Background
from semantic_gw.validators.well_formed import check


def compile_shapes(
    sources: Iterable[Path | str], background: Iterable[Triple] = (), *, engine: EngineFactory | None = None
) -> CompiledShapes:
    """Compile the shapes of files in any syntax of RDF, or of Turtle (a `str`), to a Validator.

    *background* is what shapes see behind every graph; its nodes are never focus nodes of their own. *engine* compiles
    the shapes that need one (SHACL, 5 and 6). Raises ShapeError naming file and node: for an unknown term of SHACL, an
    ill-formed parameter, a path or pattern that cannot be done, a shape that is named but not there, shapes that refer
    to themselves through what asks not to conform, what else SHACL's syntax rules forbid, and shapes that need an
    engine where there is none.
    """
    given = tuple(sources)
    graph = ShapesGraph.read(given)
    files = tuple(source for source in given if isinstance(source, Path))
    return compile_graph(graph, Background(background), files, engine=engine)


def compile_graph(
    graph: ShapesGraph, background: Background, files: tuple[Path, ...] = (), *, engine: EngineFactory | None = None
) -> CompiledShapes:
    """The same for shapes that are read already."""
    model = parse_shapes(graph)
    check(graph)
    part = _engine_part(graph, model, background, engine) if model.engine_only else None
    return compile_model(model, background, part, files, content_hash(graph.contents, background.triples))


def _engine_part(
    graph: ShapesGraph, model: ShapesModel, background: Background, engine: EngineFactory | None
) -> EnginePart:
    if engine is None:
        node, reason = next(iter(model.engine_only.items()))
        graph.fail(node, f"needs an engine for {reason}; there is none here: choose one, or leave the shape out")
    return EnginePart(engine(graph, tuple(model.engine_only), background), model.engine_targets)
