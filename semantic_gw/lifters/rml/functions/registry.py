"""All functions that are there, by IRI."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from semantic_gw.errors import MappingError
from semantic_gw.lifters.rml.functions import example, grel, idlab
from semantic_gw.lifters.rml.functions.function import Function, Parameter
from semantic_gw.lifters.rml.model import Call, Input
from semantic_gw.model import IRI

FUNCTIONS: Final[Mapping[IRI, Function]] = MappingProxyType(
    {function.iri: function for function in (*grel.functions(), *idlab.functions(), *example.functions())}
)


def find(call: Call, functions: Mapping[IRI, Function] = FUNCTIONS) -> Function:
    """The function that *call* calls. Raises MappingError where there is none, or the call does not fit it."""
    function = functions.get(call.function)
    if function is None:
        near = difflib.get_close_matches(call.function, functions, n=3) or sorted(functions)[:3]
        raise MappingError(f"{call.place}: there is no function <{call.function}>; there is {_listed(near)}")
    for each in call.inputs:
        _parameter(function, each)
    for parameter in function.parameters:
        if parameter.required and not any(parameter.named(each.parameter) for each in call.inputs):
            raise MappingError(f"{call.place}: <{function.iri}> needs its parameter <{parameter.iri}>")
    if call.returns is not None and not any(output.named(call.returns) for output in function.outputs):
        outputs = _listed([output.iri for output in function.outputs])
        raise MappingError(f"{call.place}: <{function.iri}> returns no <{call.returns}>; it returns {outputs}")
    return function


def _parameter(function: Function, given: Input) -> Parameter:
    for parameter in function.parameters:
        if parameter.named(given.parameter):
            return parameter
    there = _listed([parameter.iri for parameter in function.parameters]) or "none"
    raise MappingError(f"{given.place}: <{function.iri}> has no parameter <{given.parameter}>; it has {there}")


def _listed(iris: list[IRI]) -> str:
    return ", ".join(f"<{iri}>" for iri in iris)
