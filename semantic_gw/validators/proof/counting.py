"""How many focus nodes a graph has, from which of its blocks are there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from semantic_gw.rdf.abstract_graph import AbstractTerm
from semantic_gw.validators.proof.foci import Foci
from semantic_gw.validators.proof.world import Blocks


@dataclass(frozen=True, slots=True)
class FocusCount:
    """*always* counts the focus nodes of every graph, *of_block* those that one block brings along.

    Each of *shared* is one focus node that several combinations of blocks bring along.
    """

    always: int
    of_block: Mapping[str, int]
    shared: tuple[tuple[Blocks, ...], ...]

    def of(self, blocks: Collection[str]) -> int:
        """The focus nodes of a graph that has just these *blocks*. Raises KeyError for one that is not known."""
        of_block = self.of_block
        count = self.always
        for block in blocks:
            count += of_block[block]
        for combinations in self.shared:
            count += any(one.issubset(blocks) for one in combinations)
        return count


def focus_count(foci: Foci, known: Collection[str], graph: AbstractTerm | None) -> FocusCount:
    """The count of *foci* in graphs of the blocks *known*; the node *graph* itself does not count."""
    always = 0
    of_block = dict.fromkeys(known, 0)
    shared: list[tuple[Blocks, ...]] = []
    for focus, ways in foci.counted.ways.items():
        combinations = tuple(way.blocks for way in ways)
        if focus == graph:
            continue
        if frozenset() in combinations:
            always += 1
        elif len(combinations) == 1 and len(combinations[0]) == 1:
            (block,) = combinations[0]
            of_block[block] += 1
        else:
            shared.append(combinations)
    return FocusCount(always, of_block, tuple(shared))
