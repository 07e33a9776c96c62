"""Nodes → a program of small steps that an automaton runs, all ways at once (after Thompson)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from semantic_gw.validators.literals.regular_expressions.characters import CharacterSet
from semantic_gw.validators.literals.regular_expressions.nodes import (
    Anchor,
    Character,
    Choice,
    Group,
    Node,
    Reference,
    Repeat,
    Sequence,
)

Step = int
"""The index of a step in its program."""

MATCHED: Final[Step] = 0
"""The step at which all is matched."""

_MOST_STEPS: Final = 200_000


@dataclass(frozen=True, slots=True)
class Take:
    """Take one character of a set."""

    of: CharacterSet
    then: Step


@dataclass(frozen=True, slots=True)
class Fork:
    """Go all these ways."""

    to: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """Go on where *anchor* holds."""

    anchor: Anchor
    then: Step


@dataclass(frozen=True, slots=True)
class Mark:
    """Group *number* begins here, or ends."""

    number: int
    at_end: bool
    then: Step


@dataclass(frozen=True, slots=True)
class Repetition:
    """Take what *reference* stands for."""

    reference: Reference
    then: Step


Instruction = Take | Fork | Check | Mark | Repetition


@dataclass(frozen=True, slots=True)
class Program:
    steps: tuple[Instruction, ...]
    start: Step


def check_size(node: Node) -> None:
    """Raises ValueError where repetitions of repetitions make too many steps."""
    if (size := _size(node)) > _MOST_STEPS:
        raise ValueError(f"repeats too much: it makes {size} steps; there are at most {_MOST_STEPS}")


def compile_program(node: Node) -> Program:
    compiler = _Compiler()
    start = compiler.step(node, MATCHED)
    return Program(tuple(compiler.steps), start)


def _size(node: Node) -> int:
    match node:
        case Sequence(parts):
            return sum(map(_size, parts))
        case Choice(options):
            return 1 + sum(map(_size, options))
        case Repeat(part, least, most):
            return (1 + _size(part)) * max(1, least + 1 if most is None else most)
        case Group(part):
            return 2 + _size(part)
    return 1


class _Compiler:
    """Builds from the end: a step is made when it is known where it leads."""

    def __init__(self) -> None:
        self.steps: list[Instruction] = [Fork(())]  # MATCHED

    def add(self, instruction: Instruction) -> Step:
        self.steps.append(instruction)
        return len(self.steps) - 1

    def step(self, node: Node, then: Step) -> Step:
        match node:
            case Character(characters):
                return self.add(Take(characters, then))
            case Anchor():
                return self.add(Check(node, then))
            case Sequence(parts):
                for part in reversed(parts):
                    then = self.step(part, then)
                return then
            case Choice(options):
                return self.add(Fork(tuple(self.step(option, then) for option in options)))
            case Repeat():
                return self.repeat(node, then)
            case Group(part, number):
                end = self.add(Mark(number, at_end=True, then=then))
                return self.add(Mark(number, at_end=False, then=self.step(part, end)))
            case Reference():
                return self.add(Repetition(node, then))

    def repeat(self, node: Repeat, then: Step) -> Step:
        after = then
        if node.most is None:
            then = self.add(Fork(()))
            self.steps[then] = Fork((self.step(node.part, then), after))
        else:
            for _ in range(node.most - node.least):
                then = self.add(Fork((self.step(node.part, then), after)))
        for _ in range(node.least):
            then = self.step(node.part, then)
        return then
