"""The whole directory as lines of JSON, and back: Things with their registration, and Thing Models.

A line is `{"thing": <Enriched TD>, "origin": ..., "family": ...}` or `{"model": <Thing Model>}`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from semantic_gw.directory.directory import Directory
from semantic_gw.directory.models import Models
from semantic_gw.directory.register import Draft
from semantic_gw.directory.registration import REGISTRATION, sent
from semantic_gw.errors import GatewayError

_TOGETHER: Final = 100
_encode: Final = msgspec.json.Encoder().encode


async def export_lines(directory: Directory, models: Models) -> AsyncIterator[bytes]:
    """Every model, then every Thing, a line each."""
    offset = 0
    while bodies := await models.page(offset, _TOGETHER):
        offset += len(bodies)
        for body in bodies:
            yield b'{"model":' + body + b"}\n"
    last = ""
    while entries := await directory.everything(last):
        last = entries[-1].id
        for entry in entries:
            registration = msgspec.json.decode(entry.body or b"{}").get(REGISTRATION, {})
            document = {**sent(entry.body or b"{}", entry.injection), REGISTRATION: registration}
            yield _encode({"thing": document, "origin": entry.origin, "family": entry.family}) + b"\n"


async def import_lines(directory: Directory, models: Models, lines: Sequence[bytes]) -> AsyncIterator[list[str]]:
    """Register *lines* in their order; for each what was refused, a sentence or none."""
    waiting: list[Draft] = []
    for number, line in enumerate(lines, 1):
        told: list[str] = []
        try:
            told = await _import_line(directory, models, msgspec.json.decode(line), waiting)
        except (msgspec.DecodeError, UnicodeDecodeError, GatewayError, TypeError, ValueError) as error:
            told = [f"line {number}: {error}"]
        if len(waiting) >= _TOGETHER or number == len(lines):
            await directory.restore(waiting)
            waiting = []
        yield told


async def _import_line(directory: Directory, models: Models, line: Any, waiting: list[Draft]) -> list[str]:
    if not isinstance(line, Mapping) or not line.keys() & {"thing", "model"}:
        raise ValueError('a line is {"thing": ...} or {"model": ...}')
    document = line.get("model", line.get("thing"))
    if not isinstance(document, Mapping):
        raise TypeError("a Thing and a model are JSON objects")
    if "model" in line:
        await models.put(str(document.get("id", "")), document)
        return []
    waiting.append(
        await directory.preparation.draft(
            document,
            origin=str(line.get("origin", "")),
            family=str(line.get("family", "")),
            created=_created(document),
        )
    )
    return []


def _created(document: Mapping[str, Any]) -> datetime | None:
    registration = document.get(REGISTRATION)
    text = registration.get("created") if isinstance(registration, Mapping) else None
    return datetime.fromisoformat(text).astimezone(UTC) if isinstance(text, str) else None
