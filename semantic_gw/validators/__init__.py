"""Shapes → closures over plain triples; the reference engine behind the same contract; the report."""

from semantic_gw.validators.compile import compile_shapes
from semantic_gw.validators.compiled import CompiledShapes

__all__ = ["CompiledShapes", "compile_shapes"]
