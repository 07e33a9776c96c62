"""Expressions, compiled against their source: from an iteration to values (RML-Core, Expressions; RML-FNML)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import product
from typing import Any, Final

from semantic_gw.errors import LiftingError, MappingError
from semantic_gw.lifters.rml.functions import FUNCTIONS, Function, Parameter, find
from semantic_gw.lifters.rml.model import Call, Constant, Expression, LogicalSource, Place, Reference, Template
from semantic_gw.lifters.rml.natural import lexical
from semantic_gw.lifters.rml.notes import Notes, Watched
from semantic_gw.lifters.rml.references import compile_reference
from semantic_gw.lifters.rml.references.jsonpath import EMPTY
from semantic_gw.model import IRI, Json, Literal

Values = Callable[[Any, Notes], Sequence[Json]]
"""The values of an expression in an iteration: none that is null, no array and no object."""

Encode = Callable[[str], str]

MOST_VALUES: Final = 100_000
"""Combinations of values that an expression may give in one iteration."""

_KINDS: Final[Mapping[type, str]] = {
    list: "an array: write [*] behind it for its elements",
    dict: "an object: name one of its members",
}


class Expressions:
    """Compiles the expressions of one logical source (None where triples depend on none)."""

    def __init__(self, source: LogicalSource | None, functions: Mapping[IRI, Function] = FUNCTIONS) -> None:
        self.source = source
        self.functions = functions

    def compile(self, expression: Expression, encode: Encode = str) -> Values:
        """What gives the values of *expression*; a template's have gone through *encode*. Raises MappingError."""
        if isinstance(expression, Constant):
            value = expression.value
            constant = (value.lexical if isinstance(value, Literal) else value,)
            return lambda _iteration, _notes: constant
        if isinstance(expression, Reference):
            return self._reference(expression)
        if isinstance(expression, Template):
            return self._template(expression, encode)
        return self._call(expression)

    def _reference(self, reference: Reference) -> Values:
        if self.source is None:
            raise MappingError(f"{reference.place}: {reference.text!r} refers to a source, and there is none")
        read = compile_reference(self.source, reference)
        nulls = self.source.nulls
        watched = Watched(reference)

        def values(iteration: Any, notes: Notes) -> Sequence[Json]:
            found = read(iteration)
            notes.read[watched] += 1
            if not found and found is not EMPTY:
                notes.missing[watched] += 1
            return [value for value in found if _is_value(value, nulls, reference, notes)]

        return values

    def _template(self, template: Template, encode: Encode) -> Values:
        choices = [self._part(part, encode) for part in template.parts]

        def values(iteration: Any, notes: Notes) -> Sequence[Json]:
            found = [choice(iteration, notes) for choice in choices]
            _check_size(found, template.place)
            return ["".join(pieces) for pieces in product(*found)]

        return values

    def _part(self, part: str | Reference, encode: Encode) -> Callable[[Any, Notes], Sequence[str]]:
        if isinstance(part, str):
            text = (part,)
            return lambda _iteration, _notes: text
        values = self._reference(part)
        return lambda iteration, notes: [encode(lexical(value)) for value in values(iteration, notes)]

    def _call(self, call: Call) -> Values:
        function = find(call, self.functions)
        arguments = [self._argument(parameter, call) for parameter in function.parameters]
        apply = partial(_apply, function, call)

        def values(iteration: Any, notes: Notes) -> Sequence[Json]:
            given = [argument(iteration, notes) for argument in arguments]
            _check_size(given, call.place)
            return [result for each in product(*given) for result in apply(each, notes)]

        return values

    def _argument(self, parameter: Parameter, call: Call) -> Callable[[Any, Notes], Sequence[Json]]:
        """The values that *call* gives to *parameter*, one after the other."""
        given = [self.compile(each.value) for each in call.inputs if parameter.named(each.parameter)]
        if not given:
            return lambda _iteration, _notes: (None,)

        def values(iteration: Any, notes: Notes) -> Sequence[Json]:
            found = [value for each in given for value in each(iteration, notes)]
            if parameter.many:
                return (found,)
            return found or ((None,) if parameter.nullable else ())

        return values


def _check_size(choices: Sequence[Sequence[Json]], place: Place) -> None:
    """Raises LiftingError where *choices* have more combinations than memory is for."""
    size = math.prod(len(choice) for choice in choices)
    if size > MOST_VALUES:
        raise LiftingError(f"{place}: {size} combinations of values in one iteration, where {MOST_VALUES} are allowed")


def _is_value(value: Json, nulls: frozenset[str], reference: Reference, notes: Notes) -> bool:
    if value is None or (nulls and lexical(value) in nulls):
        return False
    kind = _KINDS.get(type(value))
    if kind is None:
        return True
    notes.fail(reference.place, f"{reference.text!r} leads to {kind}")
    return False


def _apply(function: Function, call: Call, given: Sequence[Json], notes: Notes) -> Iterator[Json]:
    """What *function* makes of *given*: nothing where it fails, or has no result."""
    try:
        pairs = zip(function.parameters, given, strict=True)
        result = function.apply(*(value if value is None else parameter.read(value) for parameter, value in pairs))
        result = result[function.output(call.returns)] if len(function.outputs) > 1 else result
    except (ValueError, OverflowError) as error:
        notes.fail(call.place, f"<{function.iri}> cannot work on {_shown(given)}: {error}")
        return
    yield from (item for item in (result if isinstance(result, list) else (result,)) if item is not None)


def _shown(given: Sequence[Json]) -> str:
    return ", ".join(repr(value)[:80] for value in given if value is not None)
