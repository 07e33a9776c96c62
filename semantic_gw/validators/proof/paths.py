"""Property paths (SHACL, 2.3.1) over an abstract graph."""

from __future__ import annotations

from functools import reduce

from semantic_gw.model import Alternative, Inverse, OneOrMore, PropertyPath, Sequence, ZeroOrMore, ZeroOrOne
from semantic_gw.rdf.abstract_graph import AbstractTerm
from semantic_gw.validators.proof.world import ALWAYS, Values, Way, Ways, World


def walk(world: World, node: AbstractTerm, path: PropertyPath) -> Values:
    """The value nodes of *path* at *node*. Raises UnprovableError."""
    return _walk(world, node, path, backward=False)


def _walk(world: World, node: AbstractTerm, path: PropertyPath, *, backward: bool) -> Values:
    if isinstance(path, str):
        return world.subjects(node, path) if backward else world.objects(node, path)
    if isinstance(path, Inverse):
        return _walk(world, node, path.path, backward=not backward)
    if isinstance(path, Sequence):
        steps = path.paths[::-1] if backward else path.paths
        return reduce(lambda values, step: _further(world, values, step, backward=backward), steps, _itself(node))
    if isinstance(path, Alternative):
        return _joined([_walk(world, node, option, backward=backward) for option in path.paths])
    return _repeated(world, node, path, backward=backward)


def _repeated(world: World, node: AbstractTerm, path: PropertyPath, *, backward: bool) -> Values:
    if isinstance(path, ZeroOrOne):
        return _joined([_itself(node), _walk(world, node, path.path, backward=backward)])
    if isinstance(path, ZeroOrMore):
        return _closed(world, _itself(node), path.path, backward=backward)
    if isinstance(path, OneOrMore):
        first = _joined([_walk(world, node, path.path, backward=backward)])
        return _closed(world, first, path.path, backward=backward)
    raise TypeError(f"no path is known for {type(path).__name__}")


def _itself(node: AbstractTerm) -> Values:
    return Values({node: (ALWAYS,)})


def _joined(options: list[Values]) -> Values:
    found = Values()
    for option in options:
        _take(found, option, (ALWAYS,))
    return found


def _take(found: Values, more: Values, behind: Ways) -> bool:
    """Add the value nodes *more*, which are reached from one that comes about in the ways *behind*."""
    new = False
    for term, ways in more.ways.items():
        for way in ways:
            for first in behind:
                new |= found.add(term, Way(first.blocks | way.blocks, sure=first.sure and way.sure))
    found.complete = found.complete and more.complete
    return new


def _further(world: World, values: Values, path: PropertyPath, *, backward: bool) -> Values:
    found = Values(complete=values.complete)
    for term, ways in values.ways.items():
        _take(found, _walk(world, term, path, backward=backward), ways)
    return found


def _closed(world: World, found: Values, path: PropertyPath, *, backward: bool) -> Values:
    """*found* and all that is reached from there by *path*, however often."""
    open_ = list(found.ways)
    while open_:
        node = open_.pop()
        further = _walk(world, node, path, backward=backward)
        for term, ways in further.ways.items():
            if _take(found, Values({term: ways}), found.ways[node]):
                open_.append(term)
        found.complete = found.complete and further.complete
    return found
