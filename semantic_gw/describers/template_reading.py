"""The values in templates: places in the payload, constants, and what is reached from them, token by token."""

from __future__ import annotations

from abc import abstractmethod
from decimal import Decimal
from typing import Final

from semantic_gw.describers.template_tokens import TemplateError, Token, tokens
from semantic_gw.describers.template_tree import (
    NOTHING,
    Constant,
    Filter,
    Items,
    Lookup,
    Node,
    Place,
    Table,
    children,
)
from semantic_gw.model import Json

MAX_DEPTH: Final = 32
"""Deepest tree that is read: what walks it may call itself."""

MAX_NODES: Final = 600
MAX_DIGITS: Final = 40


_FUNCTIONS: Final = frozenset({"float", "int", "bool", "iif"})
_METHODS: Final = {"lower": "lower", "upper": "upper", "strip": "trim"}
_WORDS: Final = {"true": True, "True": True, "false": False, "False": False, "none": None, "None": None, "null": None}


class Values:
    """Reads one value at a time. What may stand in parentheses is for who reads whole expressions."""

    def __init__(self, template: str) -> None:
        self._tokens = tokens(template)
        self._position = 0
        self._depth = 0
        self._depths: dict[int, tuple[int, Node]] = {}
        """How deep each node is, by its id; kept with it, so that no id is used twice."""
        self._names: dict[str, Node] = {"value": Place((), is_text=True), "value_json": Place(())}

    @abstractmethod
    def expression(self) -> Node:
        """The expression that begins here."""

    # ── places and constants ────────────────────────────────────────────────────────────────────────────────────────

    def _reached(self, node: Node) -> Node:
        """*node*, and what is reached from it by members, subscripts and methods."""
        while True:
            if self._met("."):
                node = self._member(node)
            elif self._met("["):
                key = self.expression()
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
        node = self.expression()
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
            found.append(self.expression())
            if not self._met(","):
                self._expect(closing)
                break
        return self._made(Items(tuple(found)))

    def _table(self) -> Node:
        items: list[tuple[Json, Node]] = []
        while not self._met("}"):
            key = self.expression()
            if not isinstance(key, Constant):
                raise TemplateError("a table whose key is computed")
            self._expect(":")
            items.append((key.value, self.expression()))
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
            found.append(self.expression())
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
