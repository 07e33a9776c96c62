"""The rows `[[route]]` of a manifest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from semantic_gw.pipeline.dispatch import heads
from semantic_gw.pipeline.family import Role, Row
from semantic_gw.readers.templates import address_pattern, parse_template


def parse_role(name: str) -> Role:
    """The role called *name*. Raises ValueError."""
    role: Role | None = next((role for role in get_args(Role) if role == name), None)
    if role is None:
        raise ValueError(f"role {name!r} is none of {', '.join(get_args(Role))}")
    return role


def parse_row(row: Mapping[str, str], bases: tuple[str, ...]) -> Row:
    """The row that a table is; *bases* are those of the family. Raises ValueError, KeyError, re.error."""
    role = parse_role(row["role"])
    pattern = address_pattern(row["address"], bases)
    first = heads(row["address"], bases)
    reading = row.get("reading", "default")
    topics = parse_template(row["filter"], style="text") if "filter" in row else None
    return Row(row["address"], role, row.get("reason", ""), pattern, reading, first, row.get("media_type", ""), topics)
