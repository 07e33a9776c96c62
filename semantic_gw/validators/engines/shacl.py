"""PyPI `shacl`: SHACL in Rust, fast. It has wheels for fewer platforms than Python; without one there is pySHACL."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final

import shacl

from semantic_gw.errors import ShapeError
from semantic_gw.model import IRI, Term, Triple
from semantic_gw.rdf.namespaces import SH
from semantic_gw.rdf.serialize import term_text
from semantic_gw.rdf.syntaxes import read_triples
from semantic_gw.validators.engines.engine import EngineShapes
from semantic_gw.validators.engines.partition import NAMES, cut
from semantic_gw.validators.source import ShapesGraph
from semantic_gw.validators.syntax import Node
from semantic_gw.validators.view import Background

NAME: Final = "shacl"
_LABELS, _LABEL, _LABELLED = f"{NAMES}labels", f"{NAMES}label:", f"{NAMES}is-label-of"
_BACK: Final = f"{NAMES}label-path"
_LABEL_SHAPE: Final[tuple[Triple, ...]] = (
    (_LABELS, SH + "targetObjectsOf", _LABELLED),
    (_LABELS, SH + "property", _BACK),
    (_BACK, SH + "path", "_:label-path"),
    ("_:label-path", SH + "inversePath", _LABELLED),
    (_BACK, SH + "nodeKind", SH + "Literal"),
)
"""The engine gives blank nodes labels of its own; a shape that every blank node violates tells which is which."""


class _Shacl:
    """A Judge."""

    def __init__(self, triples: Sequence[Triple]) -> None:
        text = _lines((*triples, *_LABEL_SHAPE))
        self._shapes = shacl.Shapes.from_text(text, format="ntriples")

    def report(self, message: Sequence[Triple], background: Sequence[Triple]) -> list[Triple]:
        blank = {t: None for s, _, o in (*message, *background) for t in (s, o) if isinstance(t, str) and t[:2] == "_:"}
        labels = ((_LABEL + node[2:], _LABELLED, node) for node in blank)
        report = self._shapes.validate_text(_lines((*message, *background, *labels)), format="ntriples")
        if not report.results:
            return []
        triples = read_triples(report.serialize("ntriples").encode(), "application/n-triples")
        return _labelled(triples) if blank else triples


def _lines(triples: Iterable[Triple]) -> str:
    return "".join(f"{term_text(s)} {term_text(p)} {term_text(o)} .\n" for s, p, o in triples)


def _labelled(report: list[Triple]) -> list[Triple]:
    """*report* with the labels that blank nodes had before, without the results that tell them."""
    told = {s for s, p, o in report if p == SH + "sourceShape" and o == _BACK}
    focus = {s: o for s, p, o in report if s in told and p == SH + "focusNode"}
    names: dict[Term, IRI] = {
        focus[s]: "_:" + str(o).removeprefix(_LABEL) for s, p, o in report if s in told and p == SH + "value"
    }
    kept = (triple for triple in report if triple[0] not in told and triple[2] not in told)
    return [(str(names.get(s, s)), p, names.get(o, o)) for s, p, o in kept]


def engine(graph: ShapesGraph, nodes: Collection[Node], background: Background) -> EngineShapes:
    """The shapes of *graph* at *nodes*, compiled. Raises ShapeError for what the engine or SHACL does not allow."""
    part = cut(graph, nodes, background)
    try:
        judge = _Shacl(part.triples)
    except ValueError as error:
        named = ", ".join(map(graph.name, nodes))
        raise ShapeError(f"the engine {NAME} refuses the shapes {named}: {error}") from error
    return EngineShapes(NAME, judge, part, background)
