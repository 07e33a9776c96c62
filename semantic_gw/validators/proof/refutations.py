"""Refutations for people: `shape :Quantity wants one of [unit:DEG_C, unit:K]; the mapping makes unit:DEG_F`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from semantic_gw.model import IRI, PropertyPath, Term
from semantic_gw.rdf.abstract_graph import AbstractTerm, Constant, Minted
from semantic_gw.rdf.namespaces import compact
from semantic_gw.rdf.property_paths import sparql_text
from semantic_gw.validators import syntax
from semantic_gw.validators.proof.judge import Judge
from semantic_gw.validators.proof.prove import Judgement, Proof
from semantic_gw.validators.proof.sites import Site
from semantic_gw.validators.proof.terms import datatypes
from semantic_gw.validators.proof.wants import COUNTED, SHOWN, wanted
from semantic_gw.validators.proof.world import Blocks, Values, World
from semantic_gw.validators.source import show
from semantic_gw.validators.syntax import Constraint, ShapesModel, ShapeSyntax
from semantic_gw.validators.view import Background

_MOST_DEEP: Final = 8


@dataclass(frozen=True, slots=True)
class Refutation:
    """A constraint that no graph with *blocks* meets. *terms* are those of the mapping that are to blame."""

    shape: ShapeSyntax
    component: IRI
    blocks: Blocks
    wants: str
    makes: str
    terms: frozenset[Term]

    @property
    def detail(self) -> str:
        """What is wrong, as a sentence."""
        return f"shape {self.shape.name} wants {self.wants}; the mapping makes {self.makes}"


@dataclass(frozen=True, slots=True)
class _Fault:
    """One reason: what is wanted of the value nodes of a path, and what there is."""

    path: PropertyPath | None
    wants: str
    values: Values
    blocks: Blocks

    @property
    def sentence(self) -> tuple[str, str]:
        where = "" if self.path is None else f" at {sparql_text(self.path)}"
        return self.wants + where, _shown(self.values.sure_terms(self.blocks) or list(self.values.ways))


def refutations(proof: Proof, model: ShapesModel, background: Background) -> Iterator[Refutation]:
    """Why graphs of *proof* violate a shape in any case, each constraint once."""
    refuted = [judgement for judgement in proof.judgements if judgement.refutes]
    if refuted:
        explainer = _Explainer(model, Judge(model, World(proof.graph, background)))
        yield from map(explainer.refutation, refuted)


class _Explainer:
    """Looks in what is refuted for the constraints that are to blame."""

    def __init__(self, model: ShapesModel, judge: Judge) -> None:
        self._model = model
        self._judge = judge

    def refutation(self, judgement: Judgement) -> Refutation:
        site = Site(judgement.shape, judgement.focus, judgement.values, judgement.blocks)
        faults = self._faults(judgement.constraint, site, 0)
        told = [fault.sentence for fault in faults]
        blamed = {term for fault in faults for term in fault.values.ways if isinstance(term, Constant)}
        return Refutation(
            judgement.shape,
            judgement.constraint.component,
            judgement.blocks,
            " and ".join(dict.fromkeys(wants for wants, _ in told)),
            " and ".join(dict.fromkeys(makes for _, makes in told)),
            frozenset(term.term for term in blamed),
        )

    def _faults(self, constraint: Constraint, site: Site, depth: int) -> list[_Fault]:
        """What is wrong with *constraint* at *site*; of alternatives, those of the one that is nearest."""
        found = self._inner_faults(constraint, site, depth) if depth < _MOST_DEEP else []
        return found or [_Fault(site.shape.path, wanted(constraint, self._model), site.values, site.blocks)]

    def _inner_faults(self, constraint: Constraint, site: Site, depth: int) -> list[_Fault]:
        if isinstance(constraint, syntax.Not):
            return self._turned(constraint, site)
        if isinstance(constraint, syntax.Or | syntax.Xone):
            options = (self._within(shape, site, depth) for shape in constraint.shapes)
            return min((faults for faults in options if faults), key=_distance, default=[])
        if isinstance(constraint, syntax.And):
            return [fault for shape in constraint.shapes for fault in self._within(shape, site, depth)]
        if isinstance(constraint, syntax.ByNode | syntax.ByProperty):
            return self._within(constraint.shape, site, depth)
        return []

    def _within(self, node: syntax.Node, site: Site, depth: int) -> list[_Fault]:
        """What is wrong with the value nodes of *site* by the shape at *node*."""
        shape = self._model.shapes.get(node)
        if shape is None:
            return []
        found: list[_Fault] = []
        for term in site.values.sure_terms(site.blocks):
            below = Site(shape, term, self._judge.values(shape, term), site.blocks)
            refuted = (one for one in shape.constraints if self._judge.verdict(one, below) is False)
            found += [fault for constraint in refuted for fault in self._faults(constraint, below, depth + 1)]
        return found

    def _turned(self, constraint: syntax.Not, site: Site) -> list[_Fault]:
        """What *constraint* wants where it says so with one `sh:disjoint`: that the two have something in common."""
        shape = self._model.shapes.get(constraint.shape)
        if shape is None or len(shape.constraints) != 1 or not isinstance(shape.constraints[0], syntax.Disjoint):
            return []
        predicate = shape.constraints[0].predicate
        found = []
        for term in site.values.sure_terms(site.blocks):
            allowed = list(self._judge.values(shape, term).ways)
            others = self._judge.world.objects(term, predicate)
            if allowed:
                found.append(_Fault(predicate, f"one of [{_shown(allowed)}]", others, site.blocks))
        return found


def _distance(faults: list[_Fault]) -> tuple[int, bool]:
    """How far an alternative is: few faults, of values rather than of their number."""
    return len(faults), any(fault.wants.startswith(COUNTED) for fault in faults)


def _shown(terms: list[AbstractTerm]) -> str:
    texts = sorted(map(_text, terms))
    more = f" and {len(texts) - SHOWN} more" if len(texts) > SHOWN else ""
    return ", ".join(texts[:SHOWN]) + more if texts else "none"


def _text(term: AbstractTerm) -> str:
    if isinstance(term, Constant):
        return show(term.term)
    if isinstance(term, Minted):
        return term.name or "the graph"
    if term.terms is not None:
        return "one of " + ", ".join(sorted(map(show, term.terms))[:SHOWN])
    return " or ".join(f"some {compact(datatype)}" for datatype in sorted(datatypes(term))) or "some IRI"
