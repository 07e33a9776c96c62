"""One value of a document, by the rules of its family: its plain form, its unit, and what it may be called."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
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

_short_pointer: Final = lru_cache(maxsize=_REMEMBERED)(format_pointer)

_NOTHING_KNOWN: Final = FieldRule(path_pattern("**"))

Found = tuple[Tokens, Tokens, Json]
"""The names of a value, where it stands, and the value."""

_Known = tuple[FieldRule, Named]


@dataclass(frozen=True, slots=True)
class FieldRules:
    """Makes a Field of each value that is one, by *rules*."""

    rules: ReadingRules
    _known: OrderedDict[Tokens, _Known | str] = field(default_factory=OrderedDict)
    """Names → what is known of the value, or why it is left; those that were asked for last."""

    def field(self, found: Found, message: Message, left: list[Finding], told: str = "") -> Field | None:
        """The field of what was *found*; *told* is the unit that stands beside it. What is none goes to *left*."""
        names, place, value = found
        known = self._rule(names_in(self.rules.scope, message), names)
        reason = known if isinstance(known, str) else self._no_value(value, known[0])
        if isinstance(known, str) or reason:
            if reason:
                left.append(Finding(_pointer(place), reason))
            return None
        if value is None:
            return None
        rule, named = known
        value, unit = self._plain(value, told or _unit(rule, message), rule)
        if type(value) in (int, float):
            value = scaled(value, rule.factor, rule.offset) if rule.factor != 1 or rule.offset else value
            if reason := self._no_value(value, rule):  # a number that was written as a text
                left.append(Finding(_pointer(place), reason))
                return None
            value = bool(value) if named.truth and value in (0, 1) else value
        if rule.states and type(value) is float and value.is_integer():  # a number of a list, written as 3.0
            value = int(value)
        path = names if not rule.name else (*names[:-1], rule.name)
        also = named.also
        if named.by_convention and not unit and type(value) in (int, float):
            unit, also = self._by_convention(path, value, also)
        value = _OTHER if _is_other(value, rule) else value
        return Field(path, value, unit, _pointer(place), rule.kind, _states(rule), rule.title, also)

    def _by_convention(
        self, path: Tokens, value: float, also: tuple[tuple[Tokens, str], ...]
    ) -> tuple[str, tuple[tuple[Tokens, str], ...]]:
        rules = self.rules.names
        return rules.unit(path, value), tuple((other, unit or rules.unit(other, value)) for other, unit in also)

    def _no_value(self, value: Json, rule: FieldRule) -> str:
        """Why *value*, as it stands there, is none."""
        none = value is not None and (value in self.rules.none or value in rule.none)
        return f"{value!r} says that there is no value" if none else ""

    def _plain(self, value: Json, unit: str, rule: FieldRule) -> tuple[Json, str]:
        numbers = rule.numbers or self.rules.numbers
        if type(value) is not str or numbers == "json":
            return value, unit
        decimal = rule.decimal or self.rules.decimal
        if numbers == "unit" and (pair := number_with_unit(value, decimal=decimal)) is not None:
            return pair[0], pair[1] or unit
        number = number_in(value, decimal=decimal)
        return (value if number is None else number), unit

    def _rule(self, scope: Tokens, names: Tokens) -> _Known | str:
        key = (*scope, *names)
        if (length := _length(key)) > _LONGEST:
            return f"a name of {length} characters is longer than the {_LONGEST} that are looked up"
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._looked_up(key, names)
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(key)
        return known

    def _looked_up(self, key: Tokens, names: Tokens) -> _Known | str:
        path = "/".join(key)
        for leave in self.rules.leave:
            if leave.path.fullmatch(path):
                return leave.reason
        rule = next((rule for rule in self.rules.field if rule.path.fullmatch(path)), _NOTHING_KNOWN)
        if why := rule.leave or (self.rules.rest if rule is _NOTHING_KNOWN else ""):
            return why
        for ending, unit in self.rules.units:
            if not rule.unit and names[-1].endswith(ending) and len(names[-1]) > len(ending):
                return replace(rule, unit=unit, name=rule.name or names[-1][: -len(ending)]), NOTHING
        named = self.rules.names.named(names if not rule.name else (*names[:-1], rule.name))
        in_name = next((unit for _, unit in named.also if unit), "")
        return replace(rule, unit=rule.unit or (in_name if rule.kind else "")), named


def _pointer(place: Tokens) -> str:
    return _short_pointer(place) if _length(place) <= _LONGEST else format_pointer(place)


def _length(names: Tokens) -> int:
    return sum(map(len, names)) + len(names) - 1


def _is_other(value: Json, rule: FieldRule) -> bool:
    return bool(rule.other) and not isinstance(value, (dict, list)) and value_text(value) not in rule.states


def _states(rule: FieldRule) -> Mapping[str, str]:
    return {**rule.states, _OTHER: rule.other} if rule.other and _OTHER not in rule.states else rule.states


def _unit(rule: FieldRule, message: Message) -> str:
    if rule.unit_at is None:
        return rule.unit
    told = at(message.item, rule.unit_at) or at(message.document, rule.unit_at)
    return told if isinstance(told, str) else rule.unit
