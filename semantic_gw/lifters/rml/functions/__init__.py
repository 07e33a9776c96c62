"""Functions of FnO by their IRI: what a mapping may call, with which parameters, for which results."""

from semantic_gw.lifters.rml.functions.function import Function, Output, Parameter
from semantic_gw.lifters.rml.functions.registry import FUNCTIONS, find

__all__ = ["FUNCTIONS", "Function", "Output", "Parameter", "find"]
