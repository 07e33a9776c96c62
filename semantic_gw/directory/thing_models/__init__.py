"""Thing Models (TD 1.1, 9): resolved, and made into Thing Descriptions. Pure: models are looked up, never fetched."""

from __future__ import annotations

from semantic_gw.directory.thing_models.composition import compose
from semantic_gw.directory.thing_models.instantiation import Instance, instantiate
from semantic_gw.directory.thing_models.placeholders import placeholders
from semantic_gw.directory.thing_models.resolution import resolve
from semantic_gw.directory.thing_models.terms import Models

__all__ = ["Instance", "Models", "compose", "instantiate", "placeholders", "resolve"]
