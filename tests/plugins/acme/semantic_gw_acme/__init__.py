"""Acme's devices for the Semantic Gateway."""

from __future__ import annotations

from pathlib import Path
from typing import Final

MAPPINGS: Final = Path(__file__).parent / "mappings"
"""A folder for each family."""
