"""What is told of shape sets: their shapes, which of them an engine checks and why, and what they are for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from semantic_gw.model import Json, Term
from semantic_gw.shape_sets.collection import Collection
from semantic_gw.shape_sets.running import Failure
from semantic_gw.shape_sets.shape_set import ShapeSet
from semantic_gw.shape_sets.store import AuditEntry, Version
from semantic_gw.validators import CompiledShapes
from semantic_gw.validators.engines import Told, told
from semantic_gw.validators.report import Names
from semantic_gw.validators.syntax import ShapeTargets

_NAMES: Final = Names()


def running_version(collection: Collection, failure: Failure | None) -> dict[str, Json]:
    """Which version of shapes and policies a process judges by, and which it cannot."""
    found = {"hash": collection.hash, "policies": collection.policies.hash, "version": collection.position}
    if failure is None:
        return found
    wanted = {"version": failure.position, "since": failure.since.isoformat(), "error": failure.error}
    return {**found, "failing": wanted}


def overview(sets: Mapping[str, ShapeSet], collection: Collection) -> list[dict[str, Json]]:
    """Every set of *sets*, and whether *collection*, which runs, has it so."""
    shapes = _by_set(collection.shapes)
    return [_summary(set_, collection, shapes.get(set_.name, ())) for set_ in sets.values()]


def described(set_: ShapeSet, collection: Collection) -> dict[str, Json]:
    """Everything that is known of one set; of shapes only if the set runs here."""
    summary = _summary(set_, collection, _by_set(collection.shapes).get(set_.name, ()))
    if summary["state"] != "running":
        return summary
    return {**summary, "targets": _targets(set_.name, collection.shapes)}


def version_told(version: Version, holds: int) -> dict[str, Json]:
    """One version of a set; *holds* is the number of the one that holds."""
    when = {"modified": version.at.isoformat(), "by": version.by}
    return {"version": version.number, "hash": version.hash, **when, "active": version.number == holds}


def entry_told(entry: AuditEntry) -> dict[str, Json]:
    """One line of the audit."""
    told_ = {**entry._asdict(), "at": entry.at.isoformat(), "action": entry.action.value}
    return {name: value for name, value in told_.items() if value not in ("", None)}


def _summary(set_: ShapeSet, collection: Collection, shapes: Iterable[Told]) -> dict[str, Json]:
    known = collection.sets.get(set_.name)
    head: dict[str, Json] = {
        "name": set_.name,
        "origin": set_.origin.value,
        "hash": set_.hash,
        "bytes": len(set_.content),
    }
    if set_.modified is not None:
        head |= {"version": set_.version, "modified": set_.modified.isoformat(), "by": set_.by}
    if known is None or known.hash != set_.hash:
        return {**head, "state": "not running here"}
    slow = [{"shape": one.name, "reason": one.reason} for one in shapes if not one.compiled]
    compiled = sum(one.compiled for one in shapes)
    return {**head, "state": "running", "shapes": compiled + len(slow), "compiled": compiled, "engine": slow}


def _by_set(shapes: CompiledShapes) -> dict[str, list[Told]]:
    found: dict[str, list[Told]] = {}
    for one in told(shapes.model):
        found.setdefault(one.set, []).append(one)
    return found


def _targets(name: str, shapes: CompiledShapes) -> dict[str, Json]:
    """What the shapes of the set *name* are for; empty kinds are left out."""
    model = shapes.model
    known = {**{node: shape.targets for node, shape in model.shapes.items()}, **model.engine_targets}
    own = [targets for node, targets in known.items() if model.set_of.get(node) == name]
    terms: dict[str, set[Term]] = {"classes": set(), "nodes": set(), "subjectsOf": set(), "objectsOf": set()}
    for targets in filter(None, own):
        for kind, named in zip(terms, _kinds(targets), strict=True):
            terms[kind].update(named)
    return {kind: sorted(map(_NAMES.term, found)) for kind, found in terms.items() if found}


def _kinds(targets: ShapeTargets) -> tuple[tuple[Term, ...], ...]:
    return targets.classes, targets.nodes, targets.subjects_of, targets.objects_of
