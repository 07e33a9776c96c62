"""JSON Merge Patch (RFC 7396): apply one, and find the one between two documents.

Both walk recursively; the depth of what they are given was bounded when it was decoded. Nothing is changed in place,
and what needs no change is shared with the arguments.
"""

from __future__ import annotations

from collections.abc import Mapping

from semantic_gw.model import Json

Patch = dict[str, Json]
"""A patch that is an object: the only kind that leaves a document an object."""


def apply(target: Json, patch: Json) -> Json:
    """*target* as *patch* changes it (RFC 7396, 2).

    >>> apply({"title": "lamp", "base": "coap://a/"}, {"base": None, "version": {"instance": "2"}})
    {'title': 'lamp', 'version': {'instance': '2'}}
    """
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = apply(merged.get(name), value)
    return merged


def diff(before: Mapping[str, Json], after: Mapping[str, Json]) -> Patch | None:
    """The smallest patch that makes *after* of *before*; None where none can, since *after* has a null that is new.

    The order of members is no part of a patch.

    >>> diff({"title": "lamp", "base": "coap://a/"}, {"title": "lamp", "version": {"instance": "2"}})
    {'base': None, 'version': {'instance': '2'}}
    """
    patch = _changes(before, after)
    return patch if same(apply(before, patch), after) else None


def same(one: Json, other: Json) -> bool:
    """Whether two JSON values are equal, where `True`, `1` and `1.0` are three values.

    >>> same([1], [1]), same([1], [True])
    (True, False)
    """
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(value, other[name]) for name, value in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def _changes(before: Mapping[str, Json], after: Mapping[str, Json]) -> Patch:
    patch: Patch = {name: None for name in before if name not in after}
    for name, value in after.items():
        old = before.get(name)
        if isinstance(old, dict) and isinstance(value, dict):
            if changes := _changes(old, value):
                patch[name] = changes
        elif name not in before or not same(old, value):
            patch[name] = value
    return patch
