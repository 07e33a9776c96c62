"""Payloads for a plan: a value for each rule that is within what the rule takes, or close to it."""

from __future__ import annotations

from functools import singledispatch

from hypothesis import strategies as st

from semantic_gw.json_pointer import Tokens
from semantic_gw.lifters.rules import Happening, Place, Plan, Quantity, Rule, Sense, State, Time, Truth
from semantic_gw.model import Json

_ABSENT = object()
_NUMBERS = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.floats(-1e3, 1e3) | st.integers(-100, 100)


def payloads(plan: Plan) -> st.SearchStrategy[Json]:
    """Documents in which some rules of *plan* find a value that they take."""
    return st.tuples(*(_maybe(rule) for rule in plan.rules)).map(lambda values: _document(plan, values))


def _maybe(rule: Rule) -> st.SearchStrategy[Json]:
    return st.just(_ABSENT) | value_for(rule.sense)


@singledispatch
def value_for(sense: Sense) -> st.SearchStrategy[Json]:
    """A value that a rule of the sense *sense* takes, or nearly."""
    return st.text(max_size=3)


@value_for.register
def _(sense: Quantity) -> st.SearchStrategy[Json]:
    ends = [end for end in (sense.minimum, sense.maximum) if abs(end) < 1e300]
    return _NUMBERS | st.sampled_from(ends) if ends else _NUMBERS


@value_for.register
def _(_sense: Truth) -> st.SearchStrategy[Json]:
    return st.booleans()


@value_for.register
def _(sense: State) -> st.SearchStrategy[Json]:
    return st.sampled_from([value for _, value in sense.states]) if sense.states else st.none()


@value_for.register
def _(sense: Happening) -> st.SearchStrategy[Json]:
    texts = st.text(max_size=5)
    return texts | st.sampled_from(sorted(sense.kinds)) if sense.kinds else texts


@value_for.register
def _(_sense: Place) -> st.SearchStrategy[Json]:
    return st.sampled_from(["POINT(24.93 60.17)", "POINT Z(-0.5 0 12)", "POINT(24.93 160.17)", "here"])


@value_for.register
def _(_sense: Time) -> st.SearchStrategy[Json]:
    return st.sampled_from(["2026-11-24T11:15:00+01:00", "2026-11-24T10:15:00.5Z", 1_793_528_100_000, 5, "never"])


def _document(plan: Plan, values: tuple[Json, ...]) -> Json:
    found: Json = {}
    for rule, value in zip(plan.rules, values, strict=True):
        if value is not _ABSENT:
            found = placed(found, rule.pointers[0], value)
    return found


def placed(node: Json, tokens: Tokens, value: Json) -> Json:
    """*node* with *value* at *tokens*; where that is no object, an object or an array takes its place."""
    if not tokens:
        return value
    first, *rest = tokens
    if first.isdigit():
        items = list(node) if isinstance(node, list) else []
        items += [None] * (int(first) + 1 - len(items))
        items[int(first)] = placed(items[int(first)], tuple(rest), value)
        return items
    members = dict(node) if isinstance(node, dict) else {}
    return {**members, first: placed(members.get(first), tuple(rest), value)}
