"""SHACL: shapes → data → closures over plain triples; engines for what Core does not have; proofs; reports."""

from semantic_gw.validators.compile import compile_shapes
from semantic_gw.validators.compiled import CompiledShapes

__all__ = ["CompiledShapes", "compile_shapes"]
