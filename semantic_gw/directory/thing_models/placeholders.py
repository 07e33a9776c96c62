"""Placeholders: `{{NAME}}` in the values of a model, replaced when a Thing is made of it (TD 1.1, 9.3.5)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from semantic_gw.directory.thing_models.faults import Faults
from semantic_gw.directory.thing_models.pointers import pointer
from semantic_gw.directory.thing_models.size import Allowance, text
from semantic_gw.model import Json

_PLACEHOLDER: Final = re.compile(r"\{\{([ -z|~]+)\}\}")
"""Printable ASCII between two braces (TD 1.1, 9.3.5); a name has no braces itself, so two may stand in one string."""


def placeholders(document: Json) -> frozenset[str]:
    """The names of the placeholders in the values of *document*, without surrounding spaces.

    >>> sorted(placeholders({"title": "Lamp {{SERIAL}}", "base": "coap://{{ HOST }}/"}))
    ['HOST', 'SERIAL']
    """
    return frozenset(name for _, string in strings(document) for name in names(string))


def names(string: str) -> list[str]:
    """The names of the placeholders in *string*, in their order."""
    return [name.strip() for name in _PLACEHOLDER.findall(string)]


def strings(document: Json) -> Iterator[tuple[str, str]]:
    """The values of *document* that are strings with two opening braces, each with its pointer."""
    waiting = [("", document)] if "{{" in text(document) else []
    while waiting:
        where, value = waiting.pop()
        if isinstance(value, str) and "{{" in value:
            yield where, value
        elif isinstance(value, dict):
            waiting += [(where + pointer(name), inner) for name, inner in reversed(value.items())]
        elif isinstance(value, list):
            waiting += [(where + pointer(index), inner) for index, inner in reversed([*enumerate(value)])]


class Filling:
    """Puts *values* in the place of placeholders; a placeholder without a value stays."""

    def __init__(self, values: Mapping[str, Json], faults: Faults, room: Allowance) -> None:
        self._values = {name.strip(): value for name, value in values.items()}
        self._faults = faults
        self._room = room

    def fill(self, document: Json) -> Json:
        """*document* with the values in place; *document* itself where there is nothing to replace."""
        return self._filled(document, "") if "{{" in text(document) else document

    def _filled(self, value: Json, where: str) -> Json:
        if isinstance(value, dict):
            return {name: self._filled(inner, where + pointer(name)) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._filled(inner, where + pointer(index)) for index, inner in enumerate(value)]
        return self._string(value, where) if isinstance(value, str) and "{{" in value else value

    def _string(self, string: str, where: str) -> Json:
        whole = _PLACEHOLDER.fullmatch(string)
        if whole is None:
            return _PLACEHOLDER.sub(lambda match: self._spelled(match, where), string)
        value = self._values.get(whole[1].strip(), string)
        self._room.spend(len(text(value)), where)
        return value

    def _spelled(self, match: re.Match[str], where: str) -> str:
        """The value as it is spelled inside a longer string."""
        value = self._values.get(match[1].strip(), match[0])
        if value is None or isinstance(value, dict | list):
            self._faults.add(where, f"the value of {match[1].strip()!r} stands inside a text: give text or a number")
            return match[0]
        spelled = value if isinstance(value, str) else json.dumps(value)
        self._room.spend(len(spelled), where)
        return spelled
