"""Shapes as data become closures, inner shapes first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from semantic_gw.errors import ShapeError
from semantic_gw.model import IRI
from semantic_gw.validators.compiled import CompiledShapes, EnginePart
from semantic_gw.validators.constraints import COMPILERS
from semantic_gw.validators.constraints.forms import Form, Surroundings
from semantic_gw.validators.knots import Knot
from semantic_gw.validators.recursion import inner_first, is_knot, reference_graph
from semantic_gw.validators.shape import Shape
from semantic_gw.validators.syntax import ByProperty, Node, ShapesModel
from semantic_gw.validators.view import Background


def compile_model(
    model: ShapesModel,
    background: Background,
    engine: EnginePart | None = None,
    files: tuple[Path, ...] = (),
    hash_: str = "",
) -> CompiledShapes:
    """The closures of *model*; what it has for an engine is asked of *engine*."""
    return CompiledShapes(model, _Compiler(model, background).shapes, background, engine, files, hash_)


class _Compiler:
    """Compiles the shapes of a model, inner shapes first."""

    def __init__(self, model: ShapesModel, background: Background) -> None:
        self._model = model
        self._background = background
        self.shapes: dict[Node, Shape] = {}
        graph = reference_graph(model.shapes)
        for group in inner_first(graph):
            self._compile(group, Knot() if is_knot(graph, group) else None)

    def _compile(self, group: Sequence[Node], knot: Knot | None) -> None:
        for node in group:
            self.shapes[node] = Shape(self._model.shapes[node], knot, self._name)
        for node in group:
            shape = self.shapes[node]
            if not shape.syntax.deactivated:
                shape.fill(self._forms(shape), self._inner(shape))

    def _forms(self, shape: Shape) -> list[tuple[IRI, Form]]:
        around = Surroundings(self._background, self._shape, shape.name)
        constraints = (one for one in shape.syntax.constraints if not isinstance(one, ByProperty))
        return [(one.component, COMPILERS[type(one)](one, around)) for one in constraints]

    def _inner(self, shape: Shape) -> list[Shape]:
        return [self._shape(one.shape) for one in shape.syntax.constraints if isinstance(one, ByProperty)]

    def _shape(self, node: Node) -> Shape:
        if node not in self.shapes:
            raise ShapeError(f"shape {node} is referred to, and not in the model")
        return self.shapes[node]

    def _name(self, node: Node) -> str:
        return self.shapes[node].name
