"""Works out the tree of a template for one value of the payload: a named one, or any other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final

from semantic_gw.describers.template_tokens import TemplateError
from semantic_gw.describers.template_tree import Choice, Constant, Filter, Items, Lookup, Node, Operation, Place, Table
from semantic_gw.describers.template_values import (
    FILTERS,
    MISSING,
    TESTS,
    Missing,
    Other,
    UndecidedError,
    Value,
    number_or_none,
)
from semantic_gw.json_pointer import Tokens

_MOST_BITS: Final = 512
"""Of the numerator and the denominator of what is computed."""

_ARITHMETIC: Final = {"add": "+", "multiply": "*"}


def evaluate(tree: Node, places: Mapping[Tokens, Value]) -> Value:
    return _Evaluation(places).of(tree)


@dataclass(slots=True)
class _Evaluation:
    """Works out a tree for one value at each of *places*; what two parts of a tree share is worked out once."""

    places: Mapping[Tokens, Value]
    known: dict[int, Value] = field(default_factory=dict)

    def of(self, node: Node) -> Value:
        if id(node) not in self.known:
            self.known[id(node)] = self._of(node)
        return self.known[id(node)]

    def _of(self, node: Node) -> Value:
        match node:
            case Constant(value):
                return value
            case Place():
                return self._place(node)
            case Items(of):
                return tuple(self.of(item) for item in of)
            case Table(items):
                return dict(items)
            case Choice(test, then, otherwise):
                return self.of(then) if _truth(self.of(test)) else self.of(otherwise) if otherwise else None
            case Lookup():
                return self._lookup(node)
            case Filter(name, of, arguments, test=is_test):
                return TESTS[name](self.of(of)) if is_test else self._filter(name, of, arguments)
            case Operation(sign, left, right):
                return self._operation(sign, left, right)

    def _place(self, node: Place) -> Value:
        if node.tokens in self.places:
            return self.places[node.tokens]
        around = any(tokens[: len(node.tokens)] == node.tokens for tokens in self.places)
        return {} if around and not node.is_text else MISSING

    def _lookup(self, node: Lookup) -> Value:
        key = self.of(node.key)
        for name, item in node.table.items if isinstance(node.table, Table) else ():
            if _equal(name, key):
                return self.of(item)
        return self.of(node.otherwise) if node.otherwise else MISSING

    def _filter(self, name: str, of: Node, arguments: tuple[Node, ...]) -> Value:
        value = self.of(of)
        if name in ("default", "d"):
            falsy = len(arguments) > 1 and not isinstance(value, Other) and not _truth(value)
            missing = isinstance(value, Missing) or falsy
            return value if not missing else self.of(arguments[0]) if arguments else ""
        if name == "iif":
            found = [self.of(argument) for argument in arguments[:2]]
            return [*found, *[True, False][len(found) :]][0 if _truth(value) else 1]
        if name in _ARITHMETIC:
            if not arguments:
                raise TemplateError(f"the filter {name!r} without a number")
            return _computed(_ARITHMETIC[name], value, self.of(arguments[0]))
        return FILTERS[name](value)

    def _operation(self, sign: str, left: Node, right: Node | None) -> Value:
        if sign == "in" and isinstance(right, Place):
            return self._has(left, right)
        value = self.of(left)
        if right is None:
            return not _truth(value) if sign == "not" else _computed("*", value, -1 if sign == "-" else 1)
        if sign in ("and", "or"):
            return self.of(right) if _truth(value) == (sign == "and") else value
        other = self.of(right)
        if sign in ("==", "!="):
            return _equal(value, other) == (sign == "==")
        if sign == "in":
            return _contains(other, value)
        if sign in ("<", ">", "<=", ">="):
            raise TemplateError(f"the comparison {sign}")
        return _computed(sign, value, other)

    def _has(self, name: Node, around: Place) -> bool:
        """`'name' in value_json`: whether the member is there."""
        if not isinstance(name, Constant) or not isinstance(name.value, str) or around.is_text:
            raise TemplateError("the operator in, of a value of the payload")
        wanted = (*around.tokens, name.value)
        return any(tokens[: len(wanted)] == wanted for tokens in self.places)


def _truth(value: Value) -> bool:
    if isinstance(value, Other):
        raise UndecidedError
    return bool(value) and not isinstance(value, Missing)


def _equal(left: Value, right: Value) -> bool:
    for one in (left, right):
        if isinstance(one, Other) and not one.is_itself:
            raise TemplateError("a comparison of what was computed")
    if isinstance(left, Other) or isinstance(right, Other):
        if isinstance(left, Other) and isinstance(right, Other):
            raise TemplateError("a comparison of two values of the payload")
        return False
    if isinstance(left, str) or isinstance(right, str):
        return bool(left == right)
    numbers = number_or_none(left), number_or_none(right)
    return numbers[0] == numbers[1] if None not in numbers else bool(left is right or left == right)


def _contains(items: Value, value: Value) -> bool:
    if isinstance(items, dict):
        return any(_equal(key, value) for key in items)
    if isinstance(items, tuple):
        return any(_equal(item, value) for item in items)
    raise TemplateError("the operator in, of a text")


def _computed(sign: str, left: Value, right: Value) -> Value:
    """Arithmetic of numbers; of any other value with a constant."""
    if isinstance(left, Other) and isinstance(right, Other):
        raise TemplateError("arithmetic of two values of the payload")
    if isinstance(left, Other):
        return _scaled(left, sign, _constant(sign, right))
    if isinstance(right, Other):
        return _scaled_by(_constant(sign, left), sign, right)
    if isinstance(left, str) and isinstance(right, str) and sign == "+":
        raise TemplateError("texts put together (concatenation)")
    a, b = _constant(sign, left), _constant(sign, right)
    if sign == "/":
        return _bounded(a / _divisor(b))
    return _bounded(a + b if sign == "+" else a - b if sign == "-" else a * b)


def _scaled(other: Other, sign: str, number: Fraction) -> Other:
    if sign in "+-":
        return replace(other, offset=_bounded(other.offset + (number if sign == "+" else -number)))
    factor = number if sign == "*" else 1 / _divisor(number)
    return replace(other, scale=_bounded(other.scale * _divisor(factor)), offset=_bounded(other.offset * factor))


def _scaled_by(number: Fraction, sign: str, other: Other) -> Other:
    if sign == "/":
        raise TemplateError("a division by a value of the payload")
    if sign == "-":
        return replace(other, scale=-other.scale, offset=number - other.offset)
    return _scaled(other, sign, number)


def _divisor(number: Fraction) -> Fraction:
    if not number:
        raise TemplateError("a product or quotient with zero")
    return number


def _constant(sign: str, value: Value) -> Fraction:
    if isinstance(value, Missing) or value is None or value == "":
        raise UndecidedError
    number = None if isinstance(value, dict | tuple) else number_or_none(value)
    if number is None:
        raise TemplateError("texts put together (concatenation)" if sign == "+" else "arithmetic with a text")
    return _bounded(number)


def _bounded(number: Fraction) -> Fraction:
    if max(number.numerator.bit_length(), number.denominator.bit_length()) > _MOST_BITS:
        raise TemplateError("a number with too many digits")
    return number
