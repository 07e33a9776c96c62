"""What names and units mean: curated tables, looked up when a description is read, never guessed."""

from __future__ import annotations

from semantic_gw.lexicon.lexicon import Lexicon, Meaning, Unknown
from semantic_gw.lexicon.units import Quantity, convert, unit

__all__ = ["Lexicon", "Meaning", "Quantity", "Unknown", "convert", "unit"]
