"""The samples of a family as its devices would send them, by the program that lies beside them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache

from semantic_gw.codecs.capture import read_capture
from semantic_gw.errors import PayloadError
from semantic_gw.model import Payload
from tests.shared import shared

RECEIVED = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)


@cache
def captured(family: str) -> tuple[tuple[str, Payload], ...]:
    """The id and the payload of each record of *family*; records that are no payload are left out."""
    program = shared("payloads/captures.py")
    ran = subprocess.run([sys.executable, str(program), family], capture_output=True, check=True)
    return tuple(_read(ran.stdout.splitlines()))


def _read(lines: list[bytes]) -> Iterator[tuple[str, Payload]]:
    for line in lines:
        try:
            record = read_capture(line, now=RECEIVED)
        except PayloadError:
            continue
        yield json.loads(line)["id"], record.payload
