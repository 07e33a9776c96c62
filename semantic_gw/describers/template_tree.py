"""The templates that are read, as trees: a value of the payload, tests of it, arithmetic with constants, choices.

| read | as |
|---|---|
| `value`, `value_json.a["b"][0]`, `value_json.get("a")` | a place in the payload |
| `float`, `int`, `round`, `default`, `lower`, `trim`, `multiply`, `add`, `bool`, `iif` … | filters |
| `+ - * /`, `==`, `!=`, `in`, `and`, `or`, `not`, `is defined`, `is none` … | operations and tests |
| `a if test else b`, `{% if %}…{% elif %}…{% else %}…{% endif %}` | choices |
| `{"a": "b"}[x]`, `{…}.get(x, "c")`, `x in {…}.keys()`, `[1, 2]`, `{% set name = … %}` | constants by value |

Everything else is refused by its name. A tree is no program: what it means is worked out in `template_meaning`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from semantic_gw.model import Json


@dataclass(frozen=True, slots=True)
class Constant:
    """A text, a number (an int or a Decimal), a truth value, or None."""

    value: Json


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the payload; with *is_text* it is the payload as text."""

    tokens: tuple[str, ...]
    is_text: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Constants (or other nodes) by constants, in their order."""

    items: tuple[tuple[Json, Node], ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list, or the keys of a table."""

    of: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """*of* through the filter *name*, or one of the tests `is <name>` where *test* is set."""

    name: str
    of: Node
    arguments: tuple[Node, ...] = ()
    test: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """*left* and *right* joined by the operator *sign*; `not` and a sign before a value have no *right*."""

    sign: str
    left: Node
    right: Node | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """*then* where *test* holds, else *otherwise*, or nothing."""

    test: Node
    then: Node
    otherwise: Node | None = None


@dataclass(frozen=True, slots=True)
class Lookup:
    """What *table* has for *key*, else *otherwise*, or nothing."""

    table: Node
    key: Node
    otherwise: Node | None = None


Node = Constant | Place | Table | Items | Filter | Operation | Choice | Lookup

NOTHING: Final = Constant(None)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes right below *node*."""
    found: tuple[Node | None, ...] = ()
    match node:
        case Table(items):
            found = tuple(item for _, item in items)
        case Items(of):
            found = of
        case Filter(_, of, arguments):
            found = (of, *arguments)
        case Operation(_, left, right):
            found = (left, right)
        case Choice(test, then, otherwise):
            found = (test, then, otherwise)
        case Lookup(table, key, otherwise):
            found = (table, key, otherwise)
    return tuple(child for child in found if child is not None)


def every_node(node: Node) -> Iterator[Node]:
    """*node* and all below it, each once, whatever shares it."""
    seen: set[int] = set()
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += children(one)
