"""What goes to the terminal: results on standard output, everything else on standard error."""

from __future__ import annotations

import sys

import msgspec
from rich.console import Console

from semantic_gw.model import Json

errors = Console(stderr=True)
output = Console()


def write_json(value: Json) -> None:
    """One JSON value a line on standard output."""
    sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")


def write_bytes(value: bytes) -> None:
    sys.stdout.buffer.write(value if value.endswith(b"\n") else value + b"\n")
