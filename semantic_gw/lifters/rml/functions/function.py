"""One function of FnO (https://w3id.org/function/spec/): parameters, outputs, and what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from semantic_gw.lifters.rml.functions.reading import text
from semantic_gw.model import IRI, Json


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: its IRI, and that of the predicate that stands for it where executions are written out.

    *read* makes of a value what the function takes. A *many* parameter takes all values of an expression at once, as a
    list; others take one after the other. A *nullable* one is told of a value that is not there (None); without, no
    value means no result.
    """

    iri: IRI
    predicate: IRI
    read: Callable[[Json], Json] = text
    many: bool = False
    nullable: bool = False
    required: bool = True

    def named(self, iri: IRI) -> bool:
        """Whether *iri* means this parameter."""
        return iri in (self.iri, self.predicate)


@dataclass(frozen=True, slots=True)
class Output:
    """A result: its IRI, and that of its predicate."""

    iri: IRI
    predicate: IRI

    def named(self, iri: IRI) -> bool:
        """Whether *iri* means this result."""
        return iri in (self.iri, self.predicate)


@dataclass(frozen=True, slots=True)
class Function:
    """A function: *apply* gets a value for each parameter, in order (None for one that was not given).

    It returns a value, a list of values, or None for no result; it raises ValueError for values it cannot work on.
    With several *outputs* it returns a tuple with such a result for each.
    """

    iri: IRI
    parameters: tuple[Parameter, ...]
    outputs: tuple[Output, ...]
    apply: Callable[..., Json]

    def output(self, iri: IRI | None) -> int:
        """The number of the output that *iri* means; the first without one, or where it means none."""
        return next((number for number, one in enumerate(self.outputs) if iri is not None and one.named(iri)), 0)
