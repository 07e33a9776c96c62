"""One value of a document, by the rules of its family: its plain form, its unit, and what it may be called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from semantic_gw.contracts import Field
from semantic_gw.json_pointer import Tokens, format_pointer
from semantic_gw.lexicon.spelling import value_text
from semantic_gw.model import Finding, Json
from semantic_gw.readers.names import NOTHING, Named
from semantic_gw.readers.rules import FieldRule, ReadingRules, path_pattern
from semantic_gw.readers.templates import Message, at, names_in
from semantic_gw.readers.values import number_in, number_with_unit, scaled

_REMEMBERED: Final = 10_000
"""Paths whose rule is remembered."""

_LONGEST: Final = 200
"""Characters of the longest path of names that is looked up, and remembered."""

_OTHER: Final = "other"
"""What a value is told as that is none of the states of its rule, where the rule knows the state of all others."""

_NOTHING_KNOWN: Final = FieldRule(path_pattern("**"))

_TRUTHS: Final = {"yes": True, "y": True, "no": False, "n": False}
"""Words of a truth value that is written as a text."""

Found = tuple[Tokens, Tokens, Json]
"""The names of a value, where it stands, and the value."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of values by their names alone: what *rule* says, by default what all rules of the reading do."""

    leave: str | None = None
    """Why there are no values of such names; empty where they are read elsewhere."""
    rule: FieldRule = _NOTHING_KNOWN
    named: Named = NOTHING
    path: Tokens = ()
    numbers: str = ""
    decimal: str = ""
    none: tuple[Json, ...] = ()
    scales: bool = False
    """Whether numbers stand for others."""
    states: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FieldRules:
    """Makes a Field of each value that is one, by *rules*."""

    rules: ReadingRules
    _known: dict[tuple[Tokens, Tokens], _Known] = field(default_factory=dict)
    """Names of the scope, and of the value → what is known; those that came last."""

    def field(self, found: Found, message: Message, left: list[Finding], told: str = "") -> Field | None:
        """The field of what was *found*; *told* is the unit that stands beside it. What is none goes to *left*."""
        names, place, value = found
        known = self._of(names, message)
        reason = _no_value(value, known) if known.leave is None else known.leave
        if reason:
            left.append(Finding(format_pointer(place), reason))
        if reason or known.leave is not None or value is None:
            return None
        rule, named = known.rule, known.named
        value, unit = _plain(value, told or _unit(rule, message), known)
        if type(value) in (int, float):
            value = scaled(value, rule.factor, rule.offset) if known.scales else value
            if reason := _no_value(value, known):  # a number that was written as a text
                left.append(Finding(format_pointer(place), reason))
                return None
            value = bool(value) if named.truth and value in (0, 1) and not _is_state(value, known) else value
        elif named.truth and type(value) is str:
            value = _TRUTHS.get(value.lower(), value)
        also = named.also
        if named.by_convention and not unit and type(value) in (int, float):
            unit, also = self._by_convention(known.path, value, also)
        if known.states:
            value = _state(value, rule)
        return Field(known.path, value, unit, format_pointer(place), rule.kind, known.states, rule.title, also)

    def reason(self, names: Tokens, message: Message) -> str:
        """Why a value with these *names* is none, whatever it is; empty where it may be one."""
        return self._of(names, message).leave or ""

    def _by_convention(
        self, path: Tokens, value: float, also: tuple[tuple[Tokens, str], ...]
    ) -> tuple[str, tuple[tuple[Tokens, str], ...]]:
        rules = self.rules.names
        return rules.unit(path, value), tuple((other, unit or rules.unit(other, value)) for other, unit in also)

    def _of(self, names: Tokens, message: Message) -> _Known:
        """What is known of values with these *names*, within the scope of *message*."""
        scope = names_in(self.rules.scope, message) if self.rules.scope else ()
        return self._known.get((scope, names)) or self._by_names(scope, names)

    def _by_names(self, scope: Tokens, names: Tokens) -> _Known:
        if (length := sum(map(len, (*scope, *names))) + len(scope) + len(names) - 1) > _LONGEST:
            return _Known(f"a name of {length} characters is longer than the {_LONGEST} that are looked up")
        known = self._known[scope, names] = self._looked_up(scope, names)
        if len(self._known) > _REMEMBERED:
            del self._known[next(iter(self._known))]
        return known

    def _looked_up(self, scope: Tokens, names: Tokens) -> _Known:
        path = "/".join((*scope, *names))
        for leave in self.rules.leave:
            if leave.path.fullmatch(path):
                return _Known(leave.reason)
        rule = next((rule for rule in self.rules.field if rule.path.fullmatch(path)), _NOTHING_KNOWN)
        if why := rule.leave or (self.rules.rest if rule is _NOTHING_KNOWN else ""):
            return _Known(why)
        for ending, unit in self.rules.units:
            if not rule.unit and names[-1].endswith(ending) and len(names[-1]) > len(ending):
                return self._told(replace(rule, unit=unit, name=rule.name or names[-1][: -len(ending)]), NOTHING, names)
        named = self.rules.names.named(_path(rule, names))
        in_name = next((unit for _, unit in named.also if unit), "")
        return self._told(replace(rule, unit=rule.unit or (in_name if rule.kind else "")), named, names)

    def _told(self, rule: FieldRule, named: Named, names: Tokens) -> _Known:
        return _Known(
            None,
            rule,
            named,
            _path(rule, names),
            rule.numbers or self.rules.numbers,
            rule.decimal or self.rules.decimal,
            (*self.rules.none, *rule.none),
            rule.factor != 1 or rule.offset != 0,
            {_OTHER: rule.other, **rule.states} if rule.other else rule.states,
        )


def _path(rule: FieldRule, names: Tokens) -> Tokens:
    return names if not rule.name else (*names[:-1], rule.name)


def _no_value(value: Json, known: _Known) -> str:
    """Why *value*, as it stands there, is none."""
    none = known.none and value is not None and value in known.none
    return f"{value!r} says that there is no value" if none else ""


def _is_state(value: Json, known: _Known) -> bool:
    """Whether *value*, as it stands there, is one of the states that the rule knows."""
    return value_text(value) in known.states or value_text(int(value)) in known.states


def _plain(value: Json, unit: str, known: _Known) -> tuple[Json, str]:
    """*value* and its unit, where a number is written as a text."""
    if type(value) is not str or known.numbers == "json":
        return value, unit
    if known.numbers == "unit" and (pair := number_with_unit(value, decimal=known.decimal)) is not None:
        return pair[0], pair[1] or unit
    number = number_in(value, decimal=known.decimal)
    return (value if number is None else number), unit


def _state(value: Json, rule: FieldRule) -> Json:
    """*value* as *rule* has it among its states."""
    if type(value) is float and value.is_integer():  # a number of a list, written as 3.0
        value = int(value)
    other = rule.other and not isinstance(value, (dict, list)) and value_text(value) not in rule.states
    return _OTHER if other else value


def _unit(rule: FieldRule, message: Message) -> str:
    if rule.unit_at is None:
        return rule.unit
    told = at(message.item, rule.unit_at) or at(message.document, rule.unit_at)
    return told if isinstance(told, str) else rule.unit
