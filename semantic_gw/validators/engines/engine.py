"""An engine behind one interface: it is asked only for messages with a focus node, and never fails for one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Protocol

from semantic_gw.model import Literal, Severity, Term, Triple, ValidationReport, ValidationResult
from semantic_gw.rdf.namespaces import SGW, XSD
from semantic_gw.validators.engines.feed import Feed
from semantic_gw.validators.engines.partition import NAMES, Part
from semantic_gw.validators.engines.results import key, read_results
from semantic_gw.validators.syntax import Node
from semantic_gw.validators.targets import Targets
from semantic_gw.validators.view import SUBCLASS_OF, Background, View

FAILURE: Final = SGW + "EngineFailure"
"""Stands for the constraint component where an engine could not judge a message."""
_MESSAGE: Final = f"{NAMES}message"

Focus = Mapping[Term, tuple[Node, ...]]
"""A node of a message → the shapes that are for it."""


class Judge(Protocol):
    """A library of SHACL: compiled shapes, asked about one graph after the other."""

    def report(self, message: Sequence[Triple], background: Sequence[Triple]) -> list[Triple]:
        """The sh:ValidationReport on the graph of both; blank nodes keep their labels. May raise anything."""
        ...


class EngineShapes:
    """An Engine: shapes that *judge* has compiled, and when it is asked about them.

    What is targeted, and what a report means, is decided here, alike for every engine. An engine that raises gives a
    violation at each focus node that says so (`sgw:EngineFailure`): the policy of violations decides what becomes of
    the message, and it is never lost, nor taken as valid.
    """

    def __init__(self, name: str, judge: Judge, part: Part, background: Background) -> None:
        self.name = name
        self._judge = judge
        self._part = part
        self._background = background
        self._targets = Targets(part.targets, background)
        self._feed = Feed(background, part.named)

    def validate_triples(self, triples: Sequence[Triple]) -> ValidationReport:
        """What the shapes say of *triples* before the background; `focus_nodes_of` is always filled."""
        view = View(triples, self._background)
        predicates = {predicate for _, predicate, _ in triples}
        if SUBCLASS_OF in predicates:
            view.own_hierarchy()
        focus = self._targets.focus_nodes(view, predicates)
        if not focus:
            return ValidationReport((), 0)
        absent = sum(node not in view.forward for node in self._targets.nodes)
        by_shape = Counter(shape for shapes in focus.values() for shape in shapes)
        return ValidationReport(self._results(triples, focus), len(focus) - absent, by_shape)

    def _results(self, triples: Sequence[Triple], focus: Focus) -> tuple[ValidationResult, ...]:
        behind = [*self._feed.always, *self._feed.behind(triples), *self._marks(focus)]
        try:
            report = self._judge.report(triples, behind)
            if not report:
                return ()
            names = _Names(self._part.original, triples, behind)
            return read_results(report, names.restore, self._part.paths, self._part.shown)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001  a panic in Rust is no Exception
            return tuple(self._failure(node, shape, error) for node, shapes in focus.items() for shape in shapes)

    def _marks(self, focus: Focus) -> list[Triple]:
        marked = self._part.marked
        return [
            (_MESSAGE, marked[shape], node) for node, shapes in focus.items() for shape in shapes if shape in marked
        ]

    def _failure(self, node: Term, shape: Node, error: BaseException) -> ValidationResult:
        told = self._part.shown[shape]
        why = f"the engine {self.name} raised {type(error).__name__}: {str(error)[:500]}"
        return ValidationResult(
            focus_node=node,
            result_path=None,
            value=None,
            source_shape=shape,
            source_constraint_component=FAILURE,
            severity=Severity.VIOLATION,
            messages=(Literal(f"could not be checked with {told}: {why}", XSD + "string"),),
            source_name=told,
        )


class _Names:
    """Gives terms of a report the spelling that they have in the message."""

    def __init__(self, original: Mapping[Term, Term], *graphs: Iterable[Triple]) -> None:
        self._original = original
        self._spelled = {key(term): term for triples in graphs for _, _, term in triples if isinstance(term, Literal)}

    def restore(self, term: Term) -> Term:
        if isinstance(term, Literal):
            return self._spelled.get(key(term), term)
        return self._original.get(term, term)
