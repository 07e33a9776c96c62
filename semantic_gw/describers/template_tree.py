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
from decimal import Decimal
from typing import Final

from semantic_gw.describers.template_tokens import END, TemplateError, Token, tokens
from semantic_gw.model import Json

MAX_DEPTH: Final = 32
"""Deepest tree that is read: what walks it may call itself."""

MAX_NODES: Final = 600
MAX_DIGITS: Final = 40

FILTERS: Final = frozenset(
    {
        "float", "int", "round", "default", "d", "lower", "upper", "trim", "multiply", "add", "bool", "iif",
        "is_defined", "string",
    }
)  # fmt: skip
TESTS: Final = frozenset({"defined", "undefined", "none", "number", "string", "true", "false"})

_FUNCTIONS: Final = frozenset({"float", "int", "bool", "iif"})
_METHODS: Final = {"lower": "lower", "upper": "upper", "strip": "trim"}
_COMPARISONS: Final = frozenset({"==", "!=", "<", ">", "<=", ">="})
_WORDS: Final = {"true": True, "True": True, "false": False, "False": False, "none": None, "None": None, "null": None}


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


def parse(template: str) -> Node:
    """The tree of *template*. Raises TemplateError that names the first thing in it that is not read.

    >>> parse("{{ value_json.a }}")
    Place(tokens=('a',), is_text=False)
    """
    return _Parser(tokens(template)).template()


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._position = 0
        self._depth = 0
        self._depths: dict[int, tuple[int, Node]] = {}
        """How deep each node is, by its id; kept with it, so that no id is used twice."""
        self._names: dict[str, Node] = {"value": Place((), is_text=True), "value_json": Place(())}

    # ── the template ────────────────────────────────────────────────────────────────────────────────────────────────

    def template(self) -> Node:
        node = self._body()
        if self._next is not END:
            raise TemplateError(f"{self._next.text!r} without its beginning")
        return node

    def _body(self) -> Node:
        """What is put out up to the end, or to the next part of a choice: one value, or one text."""
        found: list[Node] = []
        while (token := self._next) is not END:
            if token.kind == "{%" and self._peek(1).text in ("elif", "else", "endif"):
                break
            if (made := self._output(self._take())) is not None:
                found.append(made)
            if len(found) > 1:
                raise TemplateError("several values or texts one after the other (concatenation)")
        return found[0] if found else NOTHING

    def _output(self, token: Token) -> Node | None:
        if token.kind == "text":
            return self._made(Constant(token.text))
        if token.kind == "{{":
            node = self._expression()
            self._expect("}}")
            return node
        return self._block()

    def _block(self) -> Node | None:
        word = self._take().text
        if word == "set":
            name = self._name()
            self._expect("=")
            self._names[name] = self._expression()
            self._expect("%}")
            return None
        if word == "if":
            return self._choice()
        raise TemplateError(f"the block {word!r}")

    def _choice(self) -> Node:
        self._enter()
        test = self._expression()
        self._expect("%}")
        then, otherwise = self._body(), None
        self._expect("{%")
        word = self._take().text
        if word == "elif":
            otherwise = self._choice()
        elif word == "else":
            self._expect("%}")
            otherwise = self._body()
            self._expect("{%")
            self._expect("endif")
            self._expect("%}")
        elif word == "endif":
            self._expect("%}")
        else:
            raise TemplateError("a choice without its end")
        self._depth -= 1
        return self._made(Choice(test, then, otherwise))

    # ── expressions, the loosest first ──────────────────────────────────────────────────────────────────────────────

    def _expression(self) -> Node:
        self._enter()
        node = self._or()
        while self._met("if"):
            test = self._or()
            node = self._made(Choice(test, node, self._expression() if self._met("else") else None))
        self._depth -= 1
        return node

    def _or(self) -> Node:
        node = self._and()
        while self._met("or"):
            node = self._made(Operation("or", node, self._and()))
        return node

    def _and(self) -> Node:
        node = self._not()
        while self._met("and"):
            node = self._made(Operation("and", node, self._not()))
        return node

    def _not(self) -> Node:
        if not self._met("not"):
            return self._comparison()
        self._enter()
        node = self._made(Operation("not", self._not()))
        self._depth -= 1
        return node

    def _comparison(self) -> Node:
        node = self._sum()
        while True:
            if self._next.kind == "sign" and self._next.text in _COMPARISONS:
                node = self._made(Operation(self._take().text, node, self._sum()))
            elif self._met("in"):
                node = self._made(Operation("in", node, self._sum()))
            elif self._next.text == "not" and self._peek(1).text == "in":
                self._position += 2
                node = self._made(Operation("not", self._made(Operation("in", node, self._sum()))))
            else:
                return node

    def _sum(self) -> Node:
        node = self._product()
        while self._next.kind == "sign" and self._next.text in ("+", "-", "~"):
            sign = self._take().text
            if sign == "~":
                raise TemplateError("the operator ~ (concatenation)")
            node = self._made(Operation(sign, node, self._product()))
        return node

    def _product(self) -> Node:
        node = self._signed()
        while self._next.kind == "sign" and self._next.text in ("*", "/", "//", "%", "**"):
            sign = self._take().text
            if sign not in ("*", "/"):
                raise TemplateError(f"the operator {sign}")
            node = self._made(Operation(sign, node, self._signed()))
        return node

    def _signed(self) -> Node:
        if self._next.kind == "sign" and self._next.text in ("-", "+"):
            self._enter()
            node = self._made(Operation(self._take().text, self._signed()))
            self._depth -= 1
            return self._filtered(node)
        return self._filtered(self._reached(self._primary()))

    def _filtered(self, node: Node) -> Node:
        """*node* with the filters and tests behind it, which bind closer than arithmetic."""
        while True:
            if self._met("|"):
                name = self._name()
                if name not in FILTERS:
                    raise TemplateError(f"the filter {name!r}")
                node = self._reached(self._made(Filter(name, node, self._arguments())))
            elif self._met("is"):
                node = self._test(node)
            else:
                return node

    def _test(self, node: Node) -> Node:
        negated = self._met("not")
        name = self._name().lower()
        if name not in TESTS:
            raise TemplateError(f"the test {name!r}")
        found = self._made(Filter(name, node, test=True))
        return self._made(Operation("not", found)) if negated else found

    # ── places and constants ────────────────────────────────────────────────────────────────────────────────────────

    def _reached(self, node: Node) -> Node:
        """*node*, and what is reached from it by members, subscripts and methods."""
        while True:
            if self._met("."):
                node = self._member(node)
            elif self._met("["):
                key = self._expression()
                self._expect("]")
                node = self._subscript(node, key)
            elif self._next == Token("sign", "("):
                raise TemplateError("a call of what is no function")
            else:
                return node

    def _member(self, node: Node) -> Node:
        token = self._take()
        if token.kind not in ("name", "number") or not token.text.replace("_", "a").isalnum():
            raise TemplateError(f"{token.text!r} behind a point")
        if self._next == Token("sign", "("):
            return self._method(node, token.text)
        return self._subscript(node, Constant(token.text))

    def _method(self, node: Node, name: str) -> Node:
        arguments = self._arguments()
        if name == "get" and len(arguments) in (1, 2):
            found = self._subscript(node, arguments[0], *arguments[1:])
            if isinstance(found, Place) and len(arguments) == 2:
                return self._made(Filter("default", found, arguments[1:]))
            return found
        if name == "keys" and isinstance(node, Table) and not arguments:
            return self._made(Items(tuple(Constant(key) for key, _ in node.items)))
        if name in _METHODS and not arguments:
            return self._made(Filter(_METHODS[name], node))
        raise TemplateError(f"the method {name!r}")

    def _subscript(self, node: Node, key: Node, otherwise: Node | None = None) -> Node:
        if isinstance(node, Place) and not node.is_text:
            if not isinstance(key, Constant) or not isinstance(key.value, str | int) or isinstance(key.value, bool):
                raise TemplateError("a member of the payload whose name is computed")
            if isinstance(key.value, int) and key.value < 0:
                raise TemplateError("an index from the end")
            return self._made(Place((*node.tokens, str(key.value))))
        if isinstance(node, Table):
            return self._made(Lookup(node, key, otherwise))
        raise TemplateError("a part of what is neither the payload nor a table")

    def _primary(self) -> Node:
        token = self._take()
        if token.kind == "string":
            return self._made(Constant(token.text))
        if token.kind == "number":
            if len(token.text) > MAX_DIGITS:
                raise TemplateError(f"a number of more than {MAX_DIGITS} digits")
            return self._made(Constant(int(token.text) if token.text.isdigit() else Decimal(token.text)))
        if token.kind == "name":
            return self._named(token.text)
        if token.text in ("(", "[", "{") and token.kind == "sign":
            return {"(": self._group, "[": self._list, "{": self._table}[token.text]()
        raise TemplateError(f"{token.text!r} where a value is wanted" if token.text else "no value")

    def _named(self, name: str) -> Node:
        if name in self._names:
            return self._names[name]
        if name in _WORDS:
            return self._made(Constant(_WORDS[name]))
        if self._next != Token("sign", "("):
            raise TemplateError(f"the variable {name!r}")
        if name not in _FUNCTIONS:
            raise TemplateError(f"the function {name!r}")
        of, *arguments = self._arguments() or (NOTHING,)
        return self._made(Filter(name, of, tuple(arguments)))

    def _group(self) -> Node:
        node = self._expression()
        if self._next.text == ",":
            self._position += 1
            return self._items((node,), ")")
        self._expect(")")
        return node

    def _list(self) -> Node:
        return self._items((), "]")

    def _items(self, first: tuple[Node, ...], closing: str) -> Node:
        found = list(first)
        while not self._met(closing):
            found.append(self._expression())
            if not self._met(","):
                self._expect(closing)
                break
        return self._made(Items(tuple(found)))

    def _table(self) -> Node:
        items: list[tuple[Json, Node]] = []
        while not self._met("}"):
            key = self._expression()
            if not isinstance(key, Constant):
                raise TemplateError("a table whose key is computed")
            self._expect(":")
            items.append((key.value, self._expression()))
            if not self._met(","):
                self._expect("}")
                break
        return self._made(Table(tuple(items)))

    def _arguments(self) -> tuple[Node, ...]:
        """The arguments in parentheses, of which `default=` and `boolean=` may be named; none without parentheses."""
        found: list[Node] = []
        if not self._met("("):
            return ()
        while not self._met(")"):
            if self._next.kind == "name" and self._peek(1) == Token("sign", "="):
                self._position += 2
            found.append(self._expression())
            if not self._met(","):
                self._expect(")")
                break
        return tuple(found)

    # ── tokens ──────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def _next(self) -> Token:
        return self._tokens[self._position]

    def _peek(self, ahead: int) -> Token:
        return self._tokens[min(self._position + ahead, len(self._tokens) - 1)]

    def _take(self) -> Token:
        token = self._next
        self._position = min(self._position + 1, len(self._tokens) - 1)
        return token

    def _met(self, text: str) -> bool:
        """Whether the next token is *text*, which then is taken."""
        if self._next.text != text or self._next.kind in ("string", "text"):
            return False
        self._take()
        return True

    def _expect(self, text: str) -> None:
        if not self._met(text):
            raise TemplateError(f"{self._next.text!r} where {text!r} is wanted" if self._next.text else f"no {text!r}")

    def _name(self) -> str:
        token = self._take()
        if token.kind != "name":
            raise TemplateError(f"{token.text!r} where a name is wanted")
        return token.text

    def _enter(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise TemplateError(f"what is nested more than {MAX_DEPTH} deep")

    def _made(self, node: Node) -> Node:
        depth = 1 + max((self._depths.get(id(child), (1,))[0] for child in children(node)), default=0)
        if depth > MAX_DEPTH:
            raise TemplateError(f"what is nested more than {MAX_DEPTH} deep")
        if len(self._depths) >= MAX_NODES:
            raise TemplateError(f"a template of more than {MAX_NODES} parts")
        self._depths[id(node)] = (depth, node)
        return node
