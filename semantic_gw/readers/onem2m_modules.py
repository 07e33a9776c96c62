"""What the module classes of flexContainers mean (oneM2M TS-0023): a table, read once from a TOML file.

A table `[module.<short name>]` has the class's `long` name and a row for each data point, by its short name: `long` is
its long name, the rest is as in the table of data models (ngsi_models.py).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from semantic_gw.readers.ngsi_models import Meant, meant

_ENDINGS = ("Annc", "Inst")
"""What stands behind the name of a class whose resources are announced ones, or instances of its history."""


@dataclass(frozen=True, slots=True)
class Modules:
    """All module classes: by their short and their long name the meaning of each data point, by both of its names."""

    modules: Mapping[str, Mapping[str, Meant]]

    def find(self, short: str, long: str) -> Mapping[str, Meant] | None:
        """The data points of a class, of which one name may be unknown; None where nobody knows it."""
        for name in (short, long):
            for ending in ("", *_ENDINGS):
                if (found := self.modules.get(name.removesuffix(ending) if ending else name)) is not None:
                    return found
        return None


def load_modules(path: Path) -> Modules:
    """Raises ValueError that says which row is wrong, and what there is instead."""
    document = tomllib.loads(path.read_text("utf-8"))
    found: dict[str, Mapping[str, Meant]] = {}
    for short, table in document["module"].items():
        points = _points(table)
        found[short] = points
        if "long" in table:
            found[table["long"]] = points
    return Modules(found)


def _points(table: Mapping[str, Any]) -> Mapping[str, Meant]:
    points: dict[str, Meant] = {}
    for name, row in table.items():
        if name == "long":
            continue
        point = meant(name, {key: value for key, value in row.items() if key != "long"})
        points[name] = points[row.get("long", name)] = point
    return points
