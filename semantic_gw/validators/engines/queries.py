"""Whether a query may stand in a shape: pre-binding leaves no room for some of SPARQL (SHACL, Appendix A; 5.3.1)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import Final

import pyoxigraph

from semantic_gw.validators.engines.sparql_tokens import Token, joined, tokens

OPTIONAL_RESULTS: Final = frozenset({"shapesGraph", "currentShape"})
"""Pre-bound variables that a subquery need not return (Appendix A)."""
ALWAYS_BOUND: Final = frozenset({"this"}) | OPTIONAL_RESULTS

_REFUSED: Final = {
    "MINUS": "write FILTER NOT EXISTS { … } instead",
    "VALUES": "write FILTER (?x IN (…)) instead",
    "SERVICE": "shapes look at the graph and its background only",
    "FROM": "shapes look at the graph and its background only",
}
_CODEPOINT: Final = re.compile(r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}")
_OPENING: Final = {"(": ")", "{": "}", "[": "]"}
_MODIFIERS: Final = frozenset({"DISTINCT", "REDUCED"})


def check_query(query: str, form: str, prebound: Collection[str]) -> list[Token]:
    """The tokens of *query*, a *form* ("SELECT" or "ASK") in which the variables *prebound* have their values before.

    Raises ValueError with what is wrong and what to write instead.
    """
    if _CODEPOINT.search(query):
        raise ValueError("has a codepoint escape (\\u…), which can hide what is asked; write the character itself")
    found = tokens(query)
    for token in found:
        if token.kind == "word" and token.text in _REFUSED:
            raise ValueError(f"uses {token.text}, which pre-binding does not allow: {_REFUSED[token.text]}")
    _check_assignments(found, frozenset(prebound))
    _check_form(found, form)
    _check_subqueries(found, frozenset(prebound) - OPTIONAL_RESULTS)
    return found


def check_syntax(query: str) -> None:
    """Raises ValueError where *query*, with its prefixes and paths in it, is no SPARQL 1.1."""
    try:
        pyoxigraph.Store().query(query)
    except (SyntaxError, ValueError, RuntimeError) as error:  # the last for functions of one's own
        raise ValueError(f"is no SPARQL 1.1: {error}") from error


def with_path(found: Sequence[Token], path: str) -> str:
    """The text with *path* in the place of `$PATH` (SHACL, 5.3.1)."""
    return joined([t._replace(kind="iri", raw=f" {path}") if t.variable == "PATH" else t for t in found])


def _check_assignments(found: Sequence[Token], prebound: frozenset[str]) -> None:
    for token, after in pairwise(found):
        if token.kind == "word" and token.text == "AS" and after.variable in prebound:
            raise ValueError(f"assigns {after.text}, which has its value already; give the result another name")


def _check_form(found: Sequence[Token], form: str) -> None:
    first = next((token for token in _after_prologue(found)), None)
    if first is None or first.text != form:
        raise ValueError(f"is no {form} query; {'sh:select' if form == 'SELECT' else 'sh:ask'} wants one")
    if form == "SELECT":
        _check_projection(list(_after_prologue(found)), 0, frozenset({"this"}), "the query")


def _after_prologue(found: Sequence[Token]) -> Iterator[Token]:
    place = 0
    while place < len(found) and found[place].text in ("PREFIX", "BASE"):
        place += 3 if found[place].text == "PREFIX" else 2
    return iter(found[place:])


def _check_subqueries(found: Sequence[Token], wanted: frozenset[str]) -> None:
    for place, token in enumerate(found):
        if token.text == "SELECT" and token.kind == "word" and place and found[place - 1].text == "{":
            _check_projection(found, place, wanted, "a subquery")


def _check_projection(found: Sequence[Token], select: int, wanted: frozenset[str], what: str) -> None:
    returned, _ = projection(found, select)
    if missing := sorted(wanted - returned):
        names = ", ".join(f"${name}" for name in missing)
        raise ValueError(f"does not return {names} from {what}, which it has to; add it after SELECT")


def projection(found: Sequence[Token], select: int) -> tuple[frozenset[str], int]:
    """The variables that the SELECT at *select* returns, and the place after its group."""
    names: set[str] = set()
    place, everything = select + 1, False
    while place < len(found) and found[place].text not in ("{", "WHERE"):
        token = found[place]
        if token.text == "(":
            end = closing(found, place)
            names.add(found[end - 1].variable or "")
            place = end
        elif token.text == "*":
            everything = True
        elif token.variable is not None:
            names.add(token.variable)
        place += 1
    place += place < len(found) and found[place].text == "WHERE"
    end = closing(found, place)
    return frozenset(in_scope(found[place + 1 : end]) if everything else names), end + 1


def closing(found: Sequence[Token], opening: int) -> int:
    """The place of the bracket that closes the one at *opening*. Raises ValueError where there is none."""
    open_: list[str] = []
    for place in range(opening, len(found)):
        token = found[place]
        if token.kind == "sign" and token.text in _OPENING:
            open_.append(_OPENING[token.text])
        elif token.kind == "sign" and open_ and token.text == open_[-1]:
            open_.pop()
        if not open_:
            return place
    raise ValueError("has a bracket that nothing closes")


def in_scope(group: Sequence[Token]) -> Iterator[str]:
    """The variables that a group can bind (SPARQL 1.1, 18.2.1): not those that only its filters ask for."""
    place = 0
    while place < len(group):
        token = group[place]
        if token.kind == "word" and token.text == "FILTER":
            place = _after_filter(group, place + 1)
        elif token.kind == "word" and token.text == "BIND":
            place = closing(group, place + 1)
            yield group[place - 1].variable or ""
        elif token.kind == "word" and token.text == "SELECT":
            names, place = projection(group, place)
            yield from names
            place = _group_end(group, place)
        else:
            if token.variable is not None:
                yield token.variable
            place += 1


def _after_filter(group: Sequence[Token], place: int) -> int:
    """The place after a filter's constraint: `(…)`, a call, or EXISTS {…}."""
    while place < len(group) and group[place].text not in ("(", "{"):
        place += 1
    return closing(group, place) + 1


def _group_end(group: Sequence[Token], place: int) -> int:
    """The place of the bracket that ends the group around *place*: what stands before it orders and groups only."""
    while place < len(group) and group[place].text != "}":
        place = closing(group, place) + 1
    return place
