"""Templates, read: expressions, the loosest operator first, and the blocks around them."""

from __future__ import annotations

from typing import Final

from semantic_gw.describers.template_reading import Values
from semantic_gw.describers.template_tokens import END, TemplateError, Token
from semantic_gw.describers.template_tree import (
    NOTHING,
    Choice,
    Constant,
    Filter,
    Node,
    Operation,
)

KNOWN_FILTERS: Final = frozenset(
    {
        "float", "int", "round", "default", "d", "lower", "upper", "trim", "multiply", "add", "bool", "iif",
        "is_defined", "string",
    }
)  # fmt: skip
KNOWN_TESTS: Final = frozenset({"defined", "undefined", "none", "number", "string", "true", "false"})

_COMPARISONS: Final = frozenset({"==", "!=", "<", ">", "<=", ">="})


def parse(template: str) -> Node:
    """The tree of *template*. Raises TemplateError that names the first thing in it that is not read.

    >>> parse("{{ value_json.a }}")
    Place(tokens=('a',), is_text=False)
    """
    return _Parser(template).template()


class _Parser(Values):
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
            node = self.expression()
            self._expect("}}")
            return node
        return self._block()

    def _block(self) -> Node | None:
        word = self._take().text
        if word == "set":
            name = self._name()
            self._expect("=")
            self._names[name] = self.expression()
            self._expect("%}")
            return None
        if word == "if":
            return self._choice()
        raise TemplateError(f"the block {word!r}")

    def _choice(self) -> Node:
        self._enter()
        test = self.expression()
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

    def expression(self) -> Node:
        self._enter()
        node = self._or()
        while self._met("if"):
            test = self._or()
            node = self._made(Choice(test, node, self.expression() if self._met("else") else None))
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
                if name not in KNOWN_FILTERS:
                    raise TemplateError(f"the filter {name!r}")
                node = self._reached(self._made(Filter(name, node, self._arguments())))
            elif self._met("is"):
                node = self._test(node)
            else:
                return node

    def _test(self, node: Node) -> Node:
        negated = self._met("not")
        name = self._name().lower()
        if name not in KNOWN_TESTS:
            raise TemplateError(f"the test {name!r}")
        found = self._made(Filter(name, node, test=True))
        return self._made(Operation("not", found)) if negated else found
