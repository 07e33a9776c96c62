"""What the author of a plug-in writes: which folder is held to the contract."""

from __future__ import annotations

from semantic_gw_acme import MAPPINGS  # type: ignore[import-not-found]  # it is installed by the test alone

from semantic_gw.testing.mappings import MappingContract


class TestMappings(MappingContract):
    folder = MAPPINGS
