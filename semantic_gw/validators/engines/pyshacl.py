"""PySHACL over rdflib: slow, and there on every platform. Also the Validator that tests and `bench` compare with.

It is wrong on some literals (tests/validators/test_differential.py names them), and has no `$shapesGraph`.
"""

from __future__ import annotations

import logging
import threading
import warnings
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Final

import pyshacl
import rdflib
from rdflib.term import Node as RdflibNode

from semantic_gw.errors import ShapeError
from semantic_gw.model import DataGraph, Literal, Term, Triple, ValidationReport
from semantic_gw.rdf.namespaces import RDF, XSD
from semantic_gw.validators.engines.engine import EngineShapes
from semantic_gw.validators.engines.feed import Feed
from semantic_gw.validators.engines.partition import Part, cut
from semantic_gw.validators.engines.results import read_results
from semantic_gw.validators.engines.sparql_tokens import tokens
from semantic_gw.validators.source import ShapesGraph
from semantic_gw.validators.syntax import Node
from semantic_gw.validators.view import Background

NAME: Final = "pyshacl"
_STRING: Final = XSD + "string"


class PyshaclValidator:
    """Validates with pySHACL alone; shapes and background are parsed once."""

    def __init__(self, paths: Iterable[Path], background: Iterable[Triple] = ()) -> None:
        shapes = ShapesGraph.read(paths).triples  # rdflib's own parser would rewrite literals
        self._judge = _Pyshacl(shapes)
        self._feed = Feed(Background(background), ())

    def validate(self, graph: DataGraph) -> ValidationReport:
        """The report on *graph* before the background."""
        return self.validate_triples((*graph.triples, *graph.about))

    def validate_triples(self, triples: Sequence[Triple]) -> ValidationReport:
        report = self._judge.report(triples, self._feed.behind(triples))
        nodes = {subject for subject, _, _ in triples}
        return ValidationReport(read_results(report, lambda term: term, {}, {}), len(nodes))


class _Pyshacl:
    """A Judge."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._shapes = to_rdflib(triples)
        self._lock = threading.Lock()  # its parser of SPARQL is not safe in threads
        logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)  # it would log values of messages, with a trace

    def report(self, message: Sequence[Triple], background: Sequence[Triple]) -> list[Triple]:
        data = to_rdflib((*message, *background))
        with self._lock, warnings.catch_warnings(action="ignore"):
            _, report, _ = pyshacl.validate(data, shacl_graph=self._shapes, meta_shacl=False, do_owl_imports=False)
        if not isinstance(report, rdflib.Graph):
            raise TypeError(f"pySHACL reports {report!r}")
        return [(str(_term(s)), str(p), _term(o)) for s, p, o in report]


def to_rdflib(triples: Iterable[Triple]) -> rdflib.Graph:
    """*triples* as rdflib has them, literals as they are."""
    graph = rdflib.Graph()
    for subject, predicate, term in triples:
        graph.add((_node(subject), rdflib.URIRef(predicate), _node(term)))
    return graph


def _node(term: Term) -> RdflibNode:
    if isinstance(term, Literal):  # a plain text is no xsd:string to rdflib's SPARQL, which has plain ones in queries
        datatype = None if term.language or term.datatype == _STRING else rdflib.URIRef(term.datatype)
        return rdflib.Literal(term.lexical, datatype=datatype, lang=term.language, normalize=False)
    return rdflib.BNode(term[2:]) if term.startswith("_:") else rdflib.URIRef(term)


def _term(node: RdflibNode) -> Term:
    if isinstance(node, rdflib.Literal):
        plain = RDF + "langString" if node.language else _STRING
        return Literal(str(node), str(node.datatype or plain), node.language)
    return f"_:{node}" if isinstance(node, rdflib.BNode) else str(node)


def engine(graph: ShapesGraph, nodes: Collection[Node], background: Background) -> EngineShapes:
    """The shapes of *graph* at *nodes*, ready. Raises ShapeError for what the engine or SHACL does not allow."""
    part = cut(graph, nodes, background)
    _check(graph, part)
    judge = _Pyshacl(part.triples)
    _try(graph, nodes, judge)
    return EngineShapes(NAME, judge, part, background)


def _check(graph: ShapesGraph, part: Part) -> None:
    for query in part.queries:
        if "shapesGraph" in query.variables or any(token.text == "GRAPH" for token in tokens(query.text)):
            instead = f"which the engine {NAME} does not have; the engine shacl has it"
            graph.fail(query.node, f"has a query with $shapesGraph or GRAPH, {instead}")


def _try(graph: ShapesGraph, nodes: Collection[Node], judge: _Pyshacl) -> None:
    """PySHACL reads its shapes when it is asked first: at load, so that nothing ill-formed waits for a message."""
    try:
        judge.report((), ())
    except Exception as error:  # pySHACL's own, rdflib's, and Python's
        named = ", ".join(map(graph.name, nodes))
        raise ShapeError(f"the engine {NAME} refuses the shapes {named}: {error}") from error
