"""What a template makes of a payload, as a Thing Description can say it: a place, a scale, or a few values by others.

The tree is worked out once for *any other value*, which arithmetic scales and a comparison with a constant does not
meet, and once for each value that the template or its reader names:

| template | place | scale, offset | values | any other |
|---|---|---|---|---|
| `{{ value_json.t / 10 }}` | `/t` | 0.1, 0 | | itself, scaled |
| `{{ 'ON' if value_json.s == 'open' else 'OFF' }}` | `/s` | | `open` → `ON` | `OFF` |
| `{{ {'a': 'b'}[value_json.s] }}` | `/s` | | `a` → `b` | nothing |

A default is what is shown where nothing was reported: then nothing is observed. Rounding is for people, and left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from semantic_gw.describers.template_evaluation import evaluate
from semantic_gw.describers.template_parser import parse
from semantic_gw.describers.template_tokens import TemplateError
from semantic_gw.describers.template_tree import (
    Choice,
    Constant,
    Filter,
    Node,
    Operation,
    Place,
    Table,
    every_node,
)
from semantic_gw.describers.template_values import (
    FALSE_WORDS,
    TRUE_WORDS,
    Missing,
    Other,
    UndecidedError,
    Value,
    number_or_none,
    text_of,
)
from semantic_gw.json_pointer import Tokens
from semantic_gw.model import Json

MOST_VALUES: Final = 200
"""Values that one template may tell apart."""

_MOST_PLACES: Final = 4
_LARGEST: Final = Fraction(10) ** 12


@dataclass(frozen=True, slots=True)
class Extract:
    """What a template makes of a payload.

    The first of *pointers* that is there is read. *cases* are values there and what they become (None for nothing);
    any other becomes itself, scaled, where it *passes*, else *otherwise* where that is a text.
    """

    pointers: tuple[Tokens, ...]
    scale: Fraction = Fraction(1)
    offset: Fraction = Fraction(0)
    passes: bool = True
    cases: tuple[tuple[Json, Json], ...] = ()
    otherwise: str | None = None

    def require_number(self) -> None:
        """Raises TemplateError where numbers do not become numbers, or some of them another one."""
        if not self.passes:
            raise TemplateError("a choice of constants, where a number is wanted")
        limits = (1 / _LARGEST, _LARGEST)
        if not limits[0] <= abs(self.scale) <= limits[1] or abs(self.offset) > _LARGEST:
            raise TemplateError("arithmetic beyond 1e12")
        for raw, result in self.cases:
            number = number_or_none(raw)
            if number is None or isinstance(raw, bool):
                continue
            found = number_or_none(result)
            if found is None or abs(found - number * self.scale - self.offset) >= 1:
                raise TemplateError(f"a number that stands for another value ({raw})")

    def require_text(self) -> None:
        """Raises TemplateError where the value is computed, and so is no text."""
        if self.passes and not (self.scale == 1 and self.offset == 0):
            raise TemplateError("arithmetic, where a text is wanted")


def extract(template: str, wanted: Iterable[str] = ()) -> Extract:
    """What *template* makes of a payload; *wanted* are results to look for. Raises TemplateError that names the fault.

    Without a template it is the payload itself.
    """
    tree = parse(template) if template else Place((), is_text=True)
    places = _places(tree)
    if not places:
        raise TemplateError("no value of the payload in it")
    if len(places) > 1:
        return _alternatives(tree, places)
    (place,) = places
    try:
        other = evaluate(tree, {place.tokens: Other(place)})
    except UndecidedError:
        other = None
    cases = tuple(_cases(tree, place, wanted))
    if isinstance(other, Other):
        return Extract((place.tokens,), other.scale, other.offset, cases=cases)
    told = text_of(other) if _is_told(other) else None
    return Extract((place.tokens,), passes=False, cases=cases, otherwise=told)


def is_nothing(value: Json) -> bool:
    """Whether what a template puts out says that there is no value."""
    return value is None or text_of(value).strip() in ("", "None")


def spellings(text: str) -> Iterator[Json]:
    """The JSON values that may stand for *text* in a payload: itself, the number or the truth value it spells.

    >>> list(spellings("1")), list(spellings("True"))
    (['1', 1], ['True', True])
    """
    yield text
    if text.lower() in ("true", "false"):
        yield text.lower() == "true"
    elif (number := number_or_none(text)) is not None:
        yield int(number) if number.denominator == 1 else float(number)


def _is_told(value: Value) -> bool:
    return isinstance(value, str | bool | int | float | Fraction) and not is_nothing(value)


# ── places and values ───────────────────────────────────────────────────────────────────────────────────────────────


def _places(tree: Node) -> tuple[Place, ...]:
    """The places that *tree* reads, in its order; what stands around another one is only looked at for being there."""
    found = list(dict.fromkeys(node for node in _in_order(tree) if isinstance(node, Place)))
    return tuple(one for one in found if not any(_is_around(one, other) for other in found))


def _in_order(tree: Node) -> list[Node]:
    return list(every_node(tree))


def _is_around(one: Place, other: Place) -> bool:
    return one != other and not one.is_text and other.tokens[: len(one.tokens)] == one.tokens


def _alternatives(tree: Node, places: tuple[Place, ...]) -> Extract:
    """The places of which the first that is there counts, where that is all there is to it."""
    if len(places) > _MOST_PLACES:
        raise TemplateError(f"more than {_MOST_PLACES} places of the payload")
    left = {place.tokens: Other(place) for place in places}
    chosen: list[Other] = []
    while left:
        try:
            found = evaluate(tree, left)
        except UndecidedError:
            found = None
        if not isinstance(found, Other) or (chosen and replace(found, place=chosen[0].place) != chosen[0]):
            named = ", ".join("/".join(place.tokens) or "value" for place in places)
            raise TemplateError(f"several values of the payload at once ({named})")
        chosen.append(found)
        del left[found.place.tokens]
    return Extract(tuple(one.place.tokens for one in chosen), chosen[0].scale, chosen[0].offset)


def _cases(tree: Node, place: Place, wanted: Iterable[str]) -> Iterator[tuple[Json, Json]]:
    """Each value that is named, as it may stand in a payload, and what it becomes."""
    raws = {(type(raw), raw): raw for text in _named(tree, wanted) for raw in _as_sent(text, tree)}
    if len(raws) > MOST_VALUES:
        raise TemplateError(f"more than {MOST_VALUES} values to tell apart")
    for raw in raws.values():
        seen = _text_of_json(raw) if place.is_text else raw
        try:
            result = evaluate(tree, {place.tokens: seen})
        except UndecidedError:
            continue
        if not isinstance(result, Missing | Other | dict | tuple):
            yield raw, result


def _named(tree: Node, wanted: Iterable[str]) -> Iterator[Json]:
    """The constants of *tree*, what is *wanted*, and what choices by truth tell apart."""
    yield from wanted
    nodes = list(every_node(tree))
    for node in nodes:
        if isinstance(node, Constant):
            yield node.value
        elif isinstance(node, Table):
            yield from (key for key, _ in node.items)
    if any(isinstance(node, Choice) or _decides(node) for node in nodes):
        yield from (True, False, 0, 1)
    if any(isinstance(node, Filter) and node.name == "bool" for node in nodes):
        yield from sorted(TRUE_WORDS | FALSE_WORDS)


def _decides(node: Node) -> bool:
    """Whether it matters for *node* if something is true or false."""
    if isinstance(node, Operation):
        return node.sign in ("and", "or", "not")
    return isinstance(node, Filter) and node.name in ("bool", "iif", "default", "d")


def _as_sent(value: Json, tree: Node) -> Iterator[Json]:
    """The ways in which *value* may stand in a payload."""
    if value is None:
        return
    texts = [_text_of_json(value)]
    if any(isinstance(node, Filter) and node.name in ("lower", "upper", "bool") for node in every_node(tree)):
        texts += [texts[0].lower(), texts[0].upper(), texts[0].capitalize()]
    for text in texts:
        yield from (sent for sent in spellings(text) if not isinstance(sent, float) or math.isfinite(sent))


def _text_of_json(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else text_of(value)
