"""References and iterators, compiled when a mapping is loaded: one module a formulation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from semantic_gw.lifters.rml.model import Formulation, LogicalSource, Reference
from semantic_gw.lifters.rml.references import columns, jsonpath
from semantic_gw.model import Json

__all__ = ["Iterate", "Read", "compile_iterator", "compile_reference"]

Read = Callable[[Any], Sequence[Json]]
"""Reads an iteration: the values at a reference; None for one that is null, none at all for what is not there."""

Iterate = Callable[[Any], Iterable[Any]]
"""The iterations of a document."""


def compile_reference(source: LogicalSource, reference: Reference) -> Read:
    """What reads *reference* in iterations of *source*. Raises MappingError with what is wrong in it."""
    if source.formulation is Formulation.JSONPATH:
        return jsonpath.compile_reference(source, reference)
    if source.formulation is Formulation.XPATH:
        read: Read = _xpath().compile_reference(source, reference)
        return read
    return columns.compile_reference(reference)


def compile_iterator(source: LogicalSource) -> Iterate:
    """What iterates over documents of *source*: a row is an iteration itself. Raises MappingError."""
    if source.formulation is Formulation.JSONPATH:
        return jsonpath.compile_iterator(source)
    if source.formulation is Formulation.XPATH:
        iterate: Iterate = _xpath().compile_iterator(source)
        return iterate
    return columns.iterations


def _xpath() -> Any:
    from semantic_gw.lifters.rml.references import xpath  # noqa: PLC0415  a third of a start, and only for XML

    return xpath
