"""The schemas of Thing Descriptions and Thing Models: compiled for the verdict, read again for the reasons.

jsonschema-rs says whether a document fits. It makes every error at once, each with a copy of what it is about, so the
reasons are found here: keyword by keyword, lazily, into those parts only that do not fit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Final

import jsonschema_rs

from semantic_gw.directory.validation.wording import below, called, one_of, shown
from semantic_gw.model import Finding, Json

Rules = Mapping[str, Any]
"""A JSON Schema (2020-12) that is an object; `wanted` in it ends the sentence of a finding."""

_DEFINITIONS: Final = "#/$defs/"


class Schema:
    """One compiled schema.

    It may use the keywords of `_KEYWORDS` only, and `additionalProperties` only where it stands for all members.
    """

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._definitions: Mapping[str, Rules] = rules.get("$defs", {})
        self._whole = _compiled(dict(rules))
        self._parts: dict[str, jsonschema_rs.Validator] = {}

    def faults(self, document: Json) -> Iterator[Finding]:
        """What in *document* does not fit, in the order of the schema."""
        if not self.fits(document):
            reasons = self.explain(document)
            yield next(reasons, Finding("", "the document does not fit the schema"))
            yield from reasons

    def fits(self, document: Json) -> bool:
        return self._whole.is_valid(document)

    def explain(self, document: Json) -> Iterator[Finding]:
        """Why *document* does not fit; nothing where it does."""
        return self.read(self._rules, document, "")

    def read(self, rules: Rules, value: Json, pointer: str) -> Iterator[Finding]:
        """Why *value*, which stands at *pointer*, does not fit *rules*."""
        for keyword, rule in rules.items():
            if reader := _KEYWORDS.get(keyword):
                yield from reader(self, rules, rule, value, pointer)

    def definition(self, reference: str, value: Json) -> Rules:
        """The definition that *reference* names; an empty one where *value* fits it."""
        name = reference.removeprefix(_DEFINITIONS)
        if name not in self._parts:
            self._parts[name] = _compiled({"$ref": reference, "$defs": self._definitions})
        return {} if self._parts[name].is_valid(value) else self._definitions[name]


def _compiled(rules: dict[str, Any]) -> jsonschema_rs.Validator:
    """*rules* with formats asserted, and patterns matched in linear time."""
    return jsonschema_rs.Draft202012Validator(
        rules, validate_formats=True, pattern_options=jsonschema_rs.RegexOptions(), mask="the value", offline=True
    )


@cache
def _lone(keyword: str, rule: str) -> jsonschema_rs.Validator:
    return _compiled({keyword: rule})


Reader = Callable[[Schema, Rules, Any, Json, str], Iterator[Finding]]
"""What one keyword finds: the schema, the rules around the keyword, its own value, the instance and its pointer."""


def _fault(rules: Rules, value: Json, pointer: str, wanted: str) -> Iterator[Finding]:
    yield Finding(pointer, f"{called(pointer)} is {shown(value)}; {rules.get('wanted', wanted)}")


def _reference(schema: Schema, _rules: Rules, rule: str, value: Json, pointer: str) -> Iterator[Finding]:
    return schema.read(schema.definition(rule, value), value, pointer)


def _type(_: Schema, rules: Rules, rule: Any, value: Json, pointer: str) -> Iterator[Finding]:
    if not any(_IS[name](value) for name in ([rule] if isinstance(rule, str) else rule)):
        yield from _fault(rules, value, pointer, f"it must be {one_of(rule)}")


def _enum(_: Schema, rules: Rules, rule: list[str], value: Json, pointer: str) -> Iterator[Finding]:
    if not isinstance(value, str) or value not in rule:
        yield from _fault(rules, value, pointer, f"there are {', '.join(rule)}")


def _const(schema: Schema, rules: Rules, rule: str, value: Json, pointer: str) -> Iterator[Finding]:
    return _enum(schema, rules, [rule], value, pointer)


def _text(keyword: str) -> Reader:
    def reader(_: Schema, rules: Rules, rule: str, value: Json, pointer: str) -> Iterator[Finding]:
        if not _lone(keyword, rule).is_valid(value):
            yield from _fault(rules, value, pointer, f"its {keyword} must be {rule}")

    return reader


def _required(_: Schema, rules: Rules, rule: list[str], value: Json, pointer: str) -> Iterator[Finding]:
    for name in rule if isinstance(value, dict) else ():
        if name not in value:
            yield Finding(below(pointer, name), f"{name} is missing; it is mandatory in {rules.get('title', 'this')}")


def _properties(schema: Schema, _: Rules, rule: Rules, value: Json, pointer: str) -> Iterator[Finding]:
    for name, inner in rule.items() if isinstance(value, dict) else ():
        if name in value:
            yield from schema.read(inner, value[name], below(pointer, name))


def _members(schema: Schema, _: Rules, rule: Rules, value: Json, pointer: str) -> Iterator[Finding]:
    for name, inner in value.items() if isinstance(value, dict) else ():
        yield from schema.read(rule, inner, below(pointer, name))


def _names(schema: Schema, _: Rules, rule: Rules, value: Json, pointer: str) -> Iterator[Finding]:
    for name in value if isinstance(value, dict) else ():
        yield from schema.read(rule, name, below(pointer, name))


def _items(schema: Schema, _: Rules, rule: Rules, value: Json, pointer: str) -> Iterator[Finding]:
    for index, inner in enumerate(value) if isinstance(value, list) else ():
        yield from schema.read(rule, inner, below(pointer, index))


def _at_least(kind: type[list[Json] | dict[str, Json]]) -> Reader:
    def reader(_: Schema, _rules: Rules, rule: int, value: Json, pointer: str) -> Iterator[Finding]:
        if isinstance(value, kind) and len(value) < rule:
            entries = f"has {len(value)} of {rule} entries" if value else "is empty"
            yield Finding(pointer, f"{called(pointer)} {entries}; it must have {rule} or more")

    return reader


def _unique(_: Schema, _rules: Rules, rule: bool, value: Json, pointer: str) -> Iterator[Finding]:  # noqa: FBT001  as all readers
    seen: set[Any] = set()
    for index, entry in enumerate(value) if rule and isinstance(value, list) else ():
        if (key := _comparable(entry)) in seen:
            yield Finding(below(pointer, index), f"{shown(entry)} stands twice in {called(pointer)}")
        seen.add(key)


def _minimum(_: Schema, rules: Rules, rule: float, value: Json, pointer: str) -> Iterator[Finding]:
    if _is_number(value) and value < rule:
        yield from _fault(rules, value, pointer, f"it must be {rule} or more")


def _above(_: Schema, rules: Rules, rule: float, value: Json, pointer: str) -> Iterator[Finding]:
    if _is_number(value) and value <= rule:
        yield from _fault(rules, value, pointer, f"it must be more than {rule}")


def _not(schema: Schema, rules: Rules, rule: Rules, value: Json, pointer: str) -> Iterator[Finding]:
    if _fits(schema, rule, value):
        yield from _fault(rules, value, pointer, "leave it out")


def _if(schema: Schema, rules: Rules, rule: Rules, value: Json, pointer: str) -> Iterator[Finding]:
    branch = "then" if _fits(schema, rule, value) else "else"
    return schema.read(rules.get(branch, {}), value, pointer)


def _all(schema: Schema, _: Rules, rule: list[Rules], value: Json, pointer: str) -> Iterator[Finding]:
    for inner in rule:
        yield from schema.read(inner, value, pointer)


def _fits(schema: Schema, rules: Rules, value: Json) -> bool:
    return next(schema.read(rules, value, ""), None) is None


def _is_number(value: Json) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_whole(value: Json) -> bool:
    return _is_number(value) and value == value // 1


def _comparable(value: Json) -> Any:
    """*value* as something hashable that is equal where JSON Schema calls values equal (2020-12 Core, 4.2.2)."""
    if isinstance(value, dict):
        return "object", frozenset((name, _comparable(inner)) for name, inner in value.items())
    if isinstance(value, list):
        return "array", tuple(map(_comparable, value))
    return isinstance(value, bool), value


_IS: Final[Mapping[str, Callable[[Json], bool]]] = {
    "string": lambda value: isinstance(value, str),
    "number": _is_number,
    "integer": _is_whole,
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "null": lambda value: value is None,
}

_KEYWORDS: Final[Mapping[str, Reader]] = {
    "$ref": _reference,
    "type": _type,
    "enum": _enum,
    "const": _const,
    "pattern": _text("pattern"),
    "format": _text("format"),
    "required": _required,
    "properties": _properties,
    "additionalProperties": _members,
    "propertyNames": _names,
    "items": _items,
    "minItems": _at_least(list),
    "minProperties": _at_least(dict),
    "uniqueItems": _unique,
    "minimum": _minimum,
    "exclusiveMinimum": _above,
    "not": _not,
    "if": _if,
    "allOf": _all,
}
