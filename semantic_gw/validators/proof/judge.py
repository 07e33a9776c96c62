"""Whether shapes hold in every graph, in none, or in some (SHACL, 4): shapes in three-valued logic."""

from __future__ import annotations

from semantic_gw.model import PropertyPath
from semantic_gw.rdf.abstract_graph import AbstractTerm
from semantic_gw.validators.proof.logic import Verdict, agreed, every
from semantic_gw.validators.proof.paths import walk
from semantic_gw.validators.proof.sites import Site, verdict_of
from semantic_gw.validators.proof.terms import cases
from semantic_gw.validators.proof.world import ALWAYS, Blocks, Values, World
from semantic_gw.validators.syntax import Constraint, Node, ShapesModel, ShapeSyntax


class Judge:
    """Judges the shapes of *model* in *world*."""

    def __init__(self, model: ShapesModel, world: World) -> None:
        self.world = world
        self._model = model
        self._known: dict[tuple[Node, AbstractTerm, Blocks], Verdict] = {}
        self._open: set[tuple[Node, AbstractTerm]] = set()
        self._values: dict[tuple[PropertyPath, AbstractTerm], Values] = {}

    def values(self, shape: ShapeSyntax, focus: AbstractTerm) -> Values:
        """The value nodes of *shape* at *focus*. Raises UnprovableError."""
        if shape.path is None:
            return Values({focus: (ALWAYS,)})
        key = (shape.path, focus)
        if key not in self._values:
            self._values[key] = walk(self.world, focus, shape.path)
        return self._values[key]

    def conforms(self, node: Node, term: AbstractTerm, blocks: Blocks) -> Verdict:
        """Whether *term* conforms to the shape at *node* in the graphs that have *blocks*. Raises UnprovableError.

        Of a shape that refers to itself it is not known.
        """
        shape = self._model.shapes.get(node)
        if shape is None or (node, term) in self._open:
            return None
        if shape.deactivated:
            return True
        key = (node, term, blocks)
        if key not in self._known:
            self._open.add((node, term))
            self._known[key] = self._conforms(shape, term, blocks)
            self._open.discard((node, term))
        return self._known[key]

    def _conforms(self, shape: ShapeSyntax, term: AbstractTerm, blocks: Blocks) -> Verdict:
        options = cases(term)
        if options != (term,):
            return agreed(self.conforms(shape.node, option, blocks) for option in options)
        self.world.step()
        site = Site(shape, term, self.values(shape, term), blocks)
        return every(self.verdict(constraint, site) for constraint in shape.constraints)

    def verdict(self, constraint: Constraint, site: Site) -> Verdict:
        """Whether *constraint* holds at *site*. Raises UnprovableError."""
        return verdict_of(constraint, site, self)
