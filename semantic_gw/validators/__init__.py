"""Shapes → closures over plain triples; the reference engine behind the same contract; the report."""

from semantic_gw.validators.compile import CompiledShapes, compile_shapes

__all__ = ["CompiledShapes", "compile_shapes"]
