"""pySHACL as an engine."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pyshacl
import rdflib
from rdflib.term import Node

from semantic_gw.model import Literal, Term, Triple
from tests.validators.fuzz.case import Case
from tests.validators.fuzz.engines import Refused, Verdict
from tests.validators.fuzz.lines import lines_of_graph


class Pyshacl:
    """pySHACL, the reference implementation in Python."""

    name = "pyshacl"

    def judge(self, case: Case) -> Verdict:
        with quiet():
            shapes, data = to_rdflib(case.shapes), to_rdflib(case.data)
            try:
                _, report, _ = pyshacl.validate(data, shacl_graph=shapes, do_owl_imports=False)
            except Exception as error:  # noqa: BLE001  it fails in many ways
                return Refused(f"{type(error).__name__}: {error}")
        if not isinstance(report, rdflib.Graph):
            return Refused(str(report))
        return lines_of_graph((str(_term(s)), str(p), _term(o)) for s, p, o in report)


@contextmanager
def quiet() -> Iterator[None]:
    """rdflib tells of each ill-formed literal, with a trace."""
    logs = [logging.getLogger("rdflib.term"), logging.getLogger("pyshacl")]
    before = [log.level for log in logs]
    for log in logs:
        log.setLevel(logging.CRITICAL + 1)
    yield
    for log, level in zip(logs, before, strict=True):
        log.setLevel(level)


def to_rdflib(triples: Iterable[Triple]) -> rdflib.Graph:
    """*triples* for rdflib, whose own parser would rewrite literals."""
    graph = rdflib.Graph()
    for subject, predicate, term in triples:
        graph.add((_node(subject), rdflib.URIRef(predicate), _node(term)))
    return graph


def _node(term: Term) -> Node:
    if isinstance(term, Literal):
        datatype = None if term.language else rdflib.URIRef(term.datatype)
        return rdflib.Literal(term.lexical, datatype=datatype, lang=term.language, normalize=False)
    return rdflib.BNode(term[2:]) if term.startswith("_:") else rdflib.URIRef(term)


def _term(node: Node) -> Term:
    if isinstance(node, rdflib.Literal):
        plain = rdflib.RDF.langString if node.language else rdflib.XSD.string
        return Literal(str(node), str(node.datatype or plain), node.language)
    return f"_:{node}" if isinstance(node, rdflib.BNode) else str(node)
