"""Shapes that refer to themselves mean the greatest fixpoint: a node conforms unless something says otherwise."""

from __future__ import annotations

from typing import Protocol

from semantic_gw.model import Term
from semantic_gw.validators.constraints.forms import Test
from semantic_gw.validators.view import View


class Member(Protocol):
    """A shape of a knot. *direct* asks its own constraints, and of the knot's other shapes what is known so far."""

    direct: Test


class Knot:
    """Shapes that refer to each other, each through others to itself, and only through what asks to conform.

    While one is asked, the others are taken to conform; they are asked afterwards, one by one, and where one does not,
    those that took it to are asked again. So no stack grows with the data: a chain of any length is judged.
    """

    def test(self, member: Member) -> Test:
        """Whether a node conforms to *member*."""

        def conforms(view: View, node: Term) -> bool:
            found: _Found | None = view.taken.get(self)
            if found is None:
                found = view.taken[self] = _Found()
            return found.conforms(view, (member, node))

        return conforms


_Pair = tuple[Member, Term]


class _Found:
    """What is known of one graph: every pair of *askers* that is not in *failed* conforms once none is open."""

    def __init__(self) -> None:
        self._failed: set[_Pair] = set()
        self._askers: dict[_Pair, set[_Pair]] = {}
        self._open: list[_Pair] = []
        self._asking: _Pair | None = None

    def conforms(self, view: View, pair: _Pair) -> bool:
        if pair not in self._askers:
            self._askers[pair] = set()
            self._open.append(pair)
        if self._asking is not None:
            self._askers[pair].add(self._asking)
        elif self._open:
            self._settle(view)
        return pair not in self._failed

    def _settle(self, view: View) -> None:
        while self._open:
            pair = self._open.pop()
            if pair in self._failed:
                continue
            self._asking = pair
            member, node = pair
            fine = member.direct(view, node)
            self._asking = None
            if not fine:
                self._failed.add(pair)
                self._open += self._askers[pair]
