"""Names of security definitions: what is named is defined, and no combination goes in circles (TD 1.1, 5.3.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from semantic_gw.directory.validation.wording import below, called, listed, shown
from semantic_gw.model import Finding, Json

_COMBINATIONS: Final = ("oneOf", "allOf")
_DEFINITIONS: Final = "/securityDefinitions"
_MOST_COMBINED: Final = 100
"""Most definitions looked at for one form: a document of a megabyte could combine thousands in each of thousands."""


class SecurityDefinitions:
    """The security definitions of one Thing, by name."""

    def __init__(self, document: Mapping[str, Json]) -> None:
        found = document.get("securityDefinitions")
        self._schemes: Mapping[str, Json] = found if isinstance(found, dict) else {}
        self.uri_variables = {scheme["name"]: name for name, scheme in self._schemes.items() if _is_in_uri(scheme)}
        """The URI variables that schemes with `in: uri` declare: their name → the name of the definition."""

    def undefined(self, names: Json, pointer: str) -> Iterator[Finding]:
        """Those of *names* that are not defined; they stand at *pointer*, as a text or an array."""
        schemes = self._schemes
        if not schemes:
            return  # the schema says so
        if isinstance(names, str):
            if names not in schemes:
                yield self._undefined(names, pointer)
        elif isinstance(names, list):
            for index, name in enumerate(names):
                if isinstance(name, str) and name not in schemes:
                    yield self._undefined(name, f"{pointer}/{index}")

    def faults(self) -> Iterator[Finding]:
        """What is wrong with combinations of schemes (`combo`)."""
        combinations = {name: scheme for name, scheme in self._schemes.items() if _is_combination(scheme)}
        for name, scheme in combinations.items():
            yield from self._check_combination(scheme, below(_DEFINITIONS, name))
        if combinations:
            yield from _circles({name: _parts(scheme) for name, scheme in combinations.items()})

    def demanded(self, names: Json) -> Iterator[str]:
        """The URI variables without which *names* cannot be satisfied; a choice (`oneOf`) demands none."""
        waiting, seen = _texts(names), set[str]()
        while waiting and len(seen) < _MOST_COMBINED:
            name = waiting.pop()
            scheme = self._schemes.get(name)
            if name in seen or not isinstance(scheme, dict):
                continue
            seen.add(name)
            if _is_combination(scheme):
                waiting += _texts(scheme.get("allOf"))
            elif _is_in_uri(scheme):
                yield scheme["name"]

    def _undefined(self, name: str, pointer: str) -> Finding:
        return Finding(
            pointer, f"{called(pointer)} names {shown(name)}; securityDefinitions has {listed(self._schemes)}"
        )

    def _check_combination(self, scheme: Mapping[str, Json], pointer: str) -> Iterator[Finding]:
        given = [term for term in _COMBINATIONS if term in scheme]
        if not given:
            yield Finding(pointer + "/oneOf", "a combo scheme has neither oneOf nor allOf; it must have one of them")
        elif len(given) > 1:
            yield Finding(pointer + "/allOf", "a combo scheme has both oneOf and allOf; it must have one of them")
        for term in given:
            yield from self.undefined(scheme[term], f"{pointer}/{term}")


def _is_combination(scheme: Json) -> bool:
    return isinstance(scheme, dict) and scheme.get("scheme") == "combo"


def _is_in_uri(scheme: Json) -> bool:
    return isinstance(scheme, dict) and scheme.get("in") == "uri" and isinstance(scheme.get("name"), str)


def _parts(scheme: Mapping[str, Json]) -> list[str]:
    return [part for term in _COMBINATIONS for part in _texts(scheme.get(term))]


def _texts(names: Json) -> list[str]:
    entries = names if isinstance(names, list) else [names]
    return [name for name in entries if isinstance(name, str)]


def _circles(parts: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    """The combinations that contain themselves: what is left when all that rest on finished ones are taken away."""
    open_parts = {name: {part for part in inner if part in parts} for name, inner in parts.items()}
    users: dict[str, list[str]] = {name: [] for name in parts}
    for name, inner in open_parts.items():
        for part in inner:
            users[part].append(name)
    finished = [name for name, inner in open_parts.items() if not inner]
    while finished:
        part = finished.pop()
        for name in users[part]:
            open_parts[name].discard(part)
            if not open_parts[name]:
                finished.append(name)
    for name, inner in open_parts.items():
        if inner:
            through = listed(inner)
            yield Finding(
                below(_DEFINITIONS, name), f"the combo scheme {shown(name)} contains itself, through {through}"
            )
