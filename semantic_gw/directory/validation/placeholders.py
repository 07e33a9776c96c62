"""Placeholders of Thing Models, `{{NAME}}` in the value of a member (TD 1.1, 10.3.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from semantic_gw.directory.validation.wording import called, shown
from semantic_gw.model import Finding, Json

PLACEHOLDER: Final = r"\{\{[ -~]+\}\}"
"""The pattern that the Recommendation gives (tm-placeholder)."""

_WELL_FORMED: Final = re.compile(r"[ -~]+")
_BRACED: Final = re.compile(r"\{\{([^{}]*)\}\}")


def misplaced_placeholders(name: str, value: Json, pointer: str) -> Iterator[Finding]:
    """What is wrong with the placeholders in the member *name* at *pointer*, whose value is *value*."""
    if "{{" in name and _BRACED.search(name):
        yield Finding(pointer, f"the name {shown(name)} has a placeholder; only the value of a member can have one")
    if isinstance(value, str) and "{{" in value:
        for found in _BRACED.finditer(value):
            if not _WELL_FORMED.fullmatch(found[1]):
                wanted = "its name must be one or more printable characters of ASCII"
                yield Finding(pointer, f"{called(pointer)} has the placeholder {shown(found[0])}; {wanted}")


def placeholder_left(value: str) -> str | None:
    """The first placeholder that *value* still has, or None.

    >>> placeholder_left("mqtt://{{HOST}}/")
    '{{HOST}}'
    """
    found = _BRACED.search(value) if "{{" in value else None
    return found[0] if found else None
