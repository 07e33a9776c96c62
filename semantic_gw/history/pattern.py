"""The pattern of `SERVICE sgw:history { … }`: one node with properties of the vocabulary, and VALUES beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Final, NamedTuple, NoReturn

from semantic_gw.errors import QueryError
from semantic_gw.model import IRI, Literal, Term
from semantic_gw.rdf.namespaces import SGW, XSD, compact
from semantic_gw.rdf.query_text import QueryText

CHOOSING: Final = ("ofThing", "ofProperty", "ofKind")
ASKING: Final = ("from", "to", "within", "aggregate", "every", "timeZone")
TOLD: Final = ("value", "time", "until", "unit", "count")
PREDICATES: Final = (*CHOOSING, *ASKING, *TOLD)

_MOST_COMBINATIONS: Final = 1000
_ESCAPES: Final = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


class Variable(NamedTuple):
    """A variable, by its name."""

    name: str


Node = Term | Variable


@dataclass
class Pattern:
    """What a pattern says of its node: the name of a predicate → its object; and its VALUES, a table each."""

    said: dict[str, Node] = field(default_factory=dict)
    tables: list[list[dict[str, Term]]] = field(default_factory=list)
    variables: dict[str, None] = field(default_factory=dict)

    def combinations(self) -> Iterator[tuple[dict[str, Term], Mapping[str, Node]]]:
        """Each way to choose a row of every table: what its variables are, and the pattern with these in place."""
        count = 1
        for table in self.tables:
            count *= len(table)
        if count > _MOST_COMBINATIONS:
            raise QueryError(f"SERVICE sgw:history: {count:,} combinations of VALUES; at most {_MOST_COMBINATIONS:,}")
        for rows in product(*self.tables):
            bound: dict[str, Term] = {}
            if all(_joined(bound, row) for row in rows):
                yield bound, {name: _substituted(node, bound) for name, node in self.said.items()}


def _joined(bound: dict[str, Term], row: Mapping[str, Term]) -> bool:
    """Whether *row* is compatible with what is *bound*; it is added to that."""
    if any(bound.get(name, term) != term for name, term in row.items()):
        return False
    bound.update(row)
    return True


def _substituted(node: Node, bound: Mapping[str, Term]) -> Node:
    return bound.get(node.name, node) if isinstance(node, Variable) else node


def read_pattern(prologue: str, text: str) -> Pattern:
    """The pattern that *text*, which stands in the braces, is. Raises QueryError."""
    return _Reader(prologue, text).read()


class _Reader:
    """Reads words one after the other."""

    def __init__(self, prologue: str, text: str) -> None:
        self._query = QueryText(f"{prologue} SELECT * {{ {text} }}")
        opening = [token.word for token in self._query.tokens].index("SELECT") + 2
        self._at = opening + 1
        self._end = len(self._query.tokens) - 1
        self._subject = ""
        self._pattern = Pattern()

    def read(self) -> Pattern:
        while self._at < self._end:
            if self._word() == "VALUES":
                self._take()
                self._values()
            elif self._word() == ".":
                self._take()
            else:
                self._triples()
        if not self._pattern.said:
            self._refuse("it says nothing")
        return self._pattern

    # Words:

    def _word(self) -> str:
        return self._query.tokens[self._at].word if self._at < self._end else ""

    def _kind(self) -> str:
        return self._query.tokens[self._at].kind if self._at < self._end else ""

    def _take(self, wanted: str = "") -> str:
        word = self._word()
        if wanted and word != wanted:
            self._refuse(f"{wanted} is wanted, not {word or 'the end'}")
        self._at += 1
        return word

    def _refuse(self, why: str) -> NoReturn:
        terms = ", ".join(f"sgw:{name}" for name in PREDICATES)
        raise QueryError(f"SERVICE sgw:history holds one node with properties ({terms}), and VALUES: {why}")

    # Triples:

    def _triples(self) -> None:
        if self._word() == "[":
            self._take()
            self._same_subject(f"[{self._at}")
            if self._word() != "]":
                self._predicates("]")
            self._take("]")
            if self._word() in (".", ""):
                return
        else:
            blank = self._word().startswith("_:")
            if not blank and self._kind() != "variable":
                self._refuse(f"a node is [] or a variable, not {self._word()}")
            if not blank:
                self._pattern.variables.pop(self._word()[1:], None)
            self._same_subject(self._take())
        self._predicates(".")

    def _same_subject(self, subject: str) -> None:
        if self._subject not in ("", subject):
            self._refuse("there is a second node; write a SERVICE for each")
        self._subject = subject

    def _predicates(self, end: str) -> None:
        while self._at < self._end and self._word() not in (end, "VALUES"):
            if self._word() == ";":
                self._take()
                continue
            name = self._predicate()
            if name in self._pattern.said:
                self._refuse(f"sgw:{name} is said twice")
            self._pattern.said[name] = self._node()
            if self._word() == ",":
                self._refuse(f"sgw:{name} has several values; use VALUES")

    def _predicate(self) -> str:
        iri = self._query.iri_at(self._at)
        name = iri.removeprefix(SGW)
        if self._kind() not in ("iri", "name") or name == iri or name not in PREDICATES:
            self._refuse(f"there is no {compact(iri) if ':' in iri else iri}")
        self._at += 1
        return name

    def _node(self) -> Node:
        if self._kind() == "variable":
            name = self._take()[1:]
            self._pattern.variables[name] = None
            return Variable(name)
        return self._term()

    def _term(self) -> Term:
        kind = self._kind()
        if kind in ("iri", "name"):
            self._at += 1
            return self._query.iri_at(self._at - 1)
        if kind != "string":
            self._refuse(f"{self._word() or 'the end'} is no IRI, variable or text in quotes")
        text = self._take()
        quotes = 3 if text[:3] in ('"""', "'''") else 1
        value = _ESCAPED.sub(lambda found: _ESCAPES.get(found[1], found[1]), text[quotes:-quotes])
        datatype: IRI = XSD + "string"
        if self._word() == "^":
            self._take()
            self._take("^")
            datatype = self._query.iri_at(self._at)
            self._at += 1
        return Literal(value, datatype)

    # VALUES:

    def _values(self) -> None:
        several = self._word() == "("
        names = self._names() if several else [self._variable()]
        self._take("{")
        table: list[dict[str, Term]] = []
        while self._word() != "}" and self._at < self._end:
            table.append(self._row(names, several=several))
        self._take("}")
        self._pattern.tables.append(table)

    def _names(self) -> list[str]:
        self._take("(")
        names = []
        while self._word() != ")":
            names.append(self._variable())
        self._take(")")
        return names

    def _variable(self) -> str:
        if self._kind() != "variable":
            self._refuse(f"VALUES wants a variable, not {self._word() or 'the end'}")
        name = self._take()[1:]
        self._pattern.variables[name] = None
        return name

    def _row(self, names: list[str], *, several: bool) -> dict[str, Term]:
        if several:
            self._take("(")
        row: dict[str, Term] = {}
        for name in names:
            if self._word() == "UNDEF":
                self._take()
            else:
                row[name] = self._term()
        if several:
            self._take(")")
        return row
