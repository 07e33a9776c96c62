"""Acme's scales write all that they have to say into one text: `north;12.50kg`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import tzinfo
from pathlib import Path
from typing import Any, Final, Self

from semantic_gw.contracts import Field, Reading, Readings
from semantic_gw.errors import LiftingError
from semantic_gw.model import Document
from semantic_gw.rdf.namespaces import SGW

_TEXT: Final = re.compile(r"(?P<name>[a-z]{1,20});(?P<mass>-?[0-9]{1,9}\.[0-9]{1,9})(?P<unit>kg|g)", re.ASCII)


class AcmeReader:
    """Reads `{"scale": "north;12.50kg"}`."""

    def __init__(self, table: Mapping[str, Any], folder: Path, zone: tzinfo | None) -> None:
        self._model = str(table.get("model", ""))

    def read(self, document: Document, captures: Mapping[str, str]) -> Readings:
        """The weight that *document* tells. Raises LiftingError."""
        text = document.value.get("scale") if isinstance(document.value, dict) else None
        match = _TEXT.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            raise LiftingError("it is no text of a scale: name;mass and unit", pointer="/scale")
        field = Field(("mass",), float(match["mass"]), match["unit"], "/scale", SGW + "Mass")
        thing = f"urn:dev:ops:acme-{match['name']}"
        return Readings((Reading(thing, match["name"], (field,), about={"saref:hasModel": self._model}),))

    def fork(self) -> Self:
        return self
