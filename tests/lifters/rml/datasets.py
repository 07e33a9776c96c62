"""Datasets compared: blank nodes by what is said of them, numbers by value."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from semantic_gw.lifters.rml.interpreter import Documents, Program, Quad
from semantic_gw.lifters.rml.load import load
from semantic_gw.lifters.rml.model import Mapping
from semantic_gw.lifters.rml.notes import Notes
from semantic_gw.lifters.rml.nquads import line
from semantic_gw.lifters.rml.sources import open_sources

Line = tuple[str, str, str, str]

_XSD = "http://www.w3.org/2001/XMLSchema#"


def dataset(nquads: bytes) -> set[Line]:
    """The quads of *nquads*, with canonical labels of blank nodes."""
    found = ox.Dataset(ox.parse(nquads, ox.RdfFormat.N_QUADS))
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return {(str(q.subject), str(q.predicate), _by_value(q.object), str(q.graph_name)) for q in found}


def _by_value(term: object) -> str:
    if isinstance(term, ox.Literal) and term.datatype.value == _XSD + "double":
        return f"{float(term.value)!r} as a double"
    return str(term)


def written(quads: Iterable[Quad]) -> bytes:
    return "".join(map(line, quads)).encode()


def mapped(content: str, documents: Documents | list[object], *, strict: bool = False) -> list[Quad]:
    """What the mapping *content* makes of *documents*: of all sources, or (a list) of the only one."""
    mapping = load(content.encode(), "test")
    given = {mapping.sources()[0]: documents} if isinstance(documents, list) else documents
    return list(Program(mapping).run(given, "", Notes(strict=strict)))


def run_files(mapping: Mapping, folder: Path, base: str, *, strict: bool = True) -> bytes:
    """What *mapping* makes of the files it names."""
    notes = Notes(strict=strict and not mapping.forgiving)
    return written(Program(mapping, base).run(open_sources(mapping, folder), "", notes))
