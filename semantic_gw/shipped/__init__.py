"""Where the files that ship with the gateway stand: mappings, shapes, ontologies.

In a wheel they lie inside this package; in a checkout at the top of the repository.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).resolve().parent
_ROOT: Final = _HERE if (_HERE / "mappings").is_dir() else _HERE.parent.parent

MAPPINGS: Final = _ROOT / "mappings"
SHAPES: Final = _ROOT / "shapes"
ONTOLOGIES: Final = _ROOT / "ontologies"

THING_MODEL: Final = "thing.tm.json"
"""The file in a family's folder that has its Thing Model, where it has one."""
