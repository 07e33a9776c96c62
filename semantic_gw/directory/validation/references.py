"""Imports of Thing Models: `tm:ref` says where a definition comes from (TD 1.1, 10.3.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import unquote

from semantic_gw.directory.validation.wording import below, shown
from semantic_gw.json_pointer import parse_pointer
from semantic_gw.model import Finding, Json

_REFERENCE: Final = "tm:ref"
_MISSING: Final = object()
_CIRCLE: Final = "it leads back to where it began"


def check_references(document: Mapping[str, Json]) -> Iterator[Finding]:
    """What is wrong with the form of each `tm:ref`, and with the targets of those that stay in *document*."""
    targets = _Targets(document)
    for pointer, reference in _references(document, ""):
        if fault := _fault(reference) or targets.fault(reference, pointer):
            yield Finding(f"{pointer}/{_REFERENCE}", f"{_REFERENCE} is {shown(reference)}; {fault}")


def without_removals(value: Json, *, patching: bool = False) -> Json:
    """*value* without the nulls that stand beside or below a `tm:ref`, which remove what is imported (RFC 7396)."""
    if isinstance(value, dict):
        patching = patching or _REFERENCE in value
        kept = ((name, inner) for name, inner in value.items() if not (patching and inner is None))
        return {name: without_removals(inner, patching=patching) for name, inner in kept}
    if isinstance(value, list):
        return [without_removals(inner) for inner in value]
    return value


def _references(value: Json, pointer: str) -> Iterator[tuple[str, Json]]:
    if isinstance(value, dict):
        if _REFERENCE in value:
            yield pointer, value[_REFERENCE]
        for name, inner in value.items():
            yield from _references(inner, below(pointer, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _references(inner, f"{pointer}/{index}")


def _fault(reference: Json) -> str:
    """tm-tmRef1: a URI, which may be empty, and a JSON Pointer as its fragment."""
    location, _, target = reference.partition("#") if isinstance(reference, str) else ("", "", "")
    if target.startswith("/") and " " not in location:
        return ""
    return (
        "it must be a URI (or nothing), # and a JSON Pointer, such as https://example.com/lamp.tm.json#/properties/on"
    )


class _Targets:
    """Where the references lead that stay in one document; each way is gone once."""

    def __init__(self, document: Mapping[str, Json]) -> None:
        self._document = document
        self._faults: dict[str, str] = {}

    def fault(self, reference: str, pointer: str) -> str:
        """Why *reference*, which stands at *pointer*, leads nowhere or in a circle; empty where it does not."""
        target = _local(reference)
        if target is None:
            return ""
        return _CIRCLE if _holds(target, pointer) else self._fault_of(target)

    def _fault_of(self, target: str) -> str:
        way: list[str] = []
        fault = None
        while fault is None:
            fault = self._faults.get(target)
            if fault is None:
                self._faults[target] = _CIRCLE  # where the way comes back to it before it ends
                way.append(target)
                fault, target = self._next(target)
        self._faults.update(dict.fromkeys(way, fault))
        return fault

    def _next(self, target: str) -> tuple[str | None, str]:
        """The fault of *target* where the way ends there, or None and where it leads on."""
        found = _at(self._document, target)
        if found is _MISSING:
            return f"nothing stands at {shown(target)} in this Thing Model", ""
        further = _local(found.get(_REFERENCE)) if isinstance(found, dict) else None
        if further is None:
            return "", ""
        return (_CIRCLE, "") if _holds(further, target) else (None, further)


def _local(reference: Json) -> str | None:
    """The pointer of a reference into its own document, None of others and where a placeholder is still open."""
    if not isinstance(reference, str) or not reference.startswith("#/") or "{{" in reference:
        return None
    return unquote(reference[1:])


def _holds(outer: str, inner: str) -> bool:
    return (inner + "/").startswith(outer + "/")


def _at(document: Json, pointer: str) -> Json:
    found = document
    for name in parse_pointer(pointer):
        if isinstance(found, dict) and name in found:
            found = found[name]
        elif isinstance(found, list) and name.isdecimal() and len(name) < 10 and int(name) < len(found):
            found = found[int(name)]
        else:
            return _MISSING
    return found
