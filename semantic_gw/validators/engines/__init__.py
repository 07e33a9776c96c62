"""Engines for what SHACL Core does not have: SPARQL-based constraints and components (SHACL, 5 and 6).

A shape that needs an engine goes to it whole, compiled once; `told` says which ones do, and why.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from semantic_gw.errors import ConfigurationError
from semantic_gw.model import Triple, ValidationReport
from semantic_gw.rdf.namespaces import compact
from semantic_gw.validators.source import ShapesGraph
from semantic_gw.validators.syntax import Node, ShapesModel
from semantic_gw.validators.view import Background


class Engine(Protocol):
    """Shapes that are not ours to compile, behind the same question. Raises nothing: what breaks an engine is told
    as a violation (`sgw:EngineFailure`) at each focus node.
    """

    name: str

    def validate_triples(self, triples: Sequence[Triple]) -> ValidationReport:
        """What the shapes say of *triples* before their background; `focus_nodes_of` is always filled."""
        ...


EngineFactory = Callable[[ShapesGraph, Collection[Node], Background], Engine]
"""Compiles the shapes of a graph at some nodes, once. Raises ShapeError naming the node."""


def _shacl(graph: ShapesGraph, nodes: Collection[Node], background: Background) -> Engine:
    try:
        from semantic_gw.validators.engines.shacl import engine  # noqa: PLC0415  it has no wheel for some platforms
    except ImportError as error:
        raise ConfigurationError(
            f"the engine shacl is not installed ({error}): it has no wheel for every platform; "
            "install shacl 0.3.4, or set shapes.engine to pyshacl"
        ) from error
    return engine(graph, nodes, background)


def _pyshacl(graph: ShapesGraph, nodes: Collection[Node], background: Background) -> Engine:
    from semantic_gw.validators.engines.pyshacl import engine  # noqa: PLC0415  rdflib takes long to load, and few need it

    return engine(graph, nodes, background)


ENGINES: Final[Mapping[str, EngineFactory]] = {"shacl": _shacl, "pyshacl": _pyshacl}
"""The engines by name (`shapes.engine`): the first is fast, the second is there on every platform."""


class Told(NamedTuple):
    """What an operator wants to know of a shape: where it is checked, and why not by us."""

    node: Node
    name: str
    set: str
    reason: str = ""
    """What it needs an engine for, as `sh:sparql`; empty for a compiled shape."""

    @property
    def compiled(self) -> bool:
        """Whether it is checked by functions of ours, in microseconds."""
        return not self.reason


def told(model: ShapesModel) -> tuple[Told, ...]:
    """Every shape of *model*, those that an engine checks first: they take hundreds of times as long."""
    sets = model.set_of
    slow = (Told(node, _name(node), sets.get(node, ""), reason) for node, reason in model.engine_only.items())
    fast = (Told(node, shape.name, sets.get(node, "")) for node, shape in model.shapes.items())
    return (*slow, *fast)


def _name(node: Node) -> str:
    return node if node.startswith("_:") else compact(node)


__all__ = ["ENGINES", "Engine", "EngineFactory", "Told", "told"]
