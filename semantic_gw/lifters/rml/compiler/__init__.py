"""Mappings compiled to one generated Python function for each source: the streaming subset, fast."""

from semantic_gw.lifters.rml.compiler.compiled import Compiled, compile_source

__all__ = ["Compiled", "compile_source"]
