"""What engines are known to say otherwise than we do, each with its reason: docs/shacl-differences.md is made of it."""

from __future__ import annotations

from typing import Final

from tests.validators.fuzz.difference import Difference
from tests.validators.fuzz.known_pyshacl import PYSHACL
from tests.validators.fuzz.known_shacl import SHACL
from tests.validators.fuzz.known_topbraid import TOPBRAID

DIFFERENCES: Final[tuple[Difference, ...]] = (*PYSHACL, *SHACL, *TOPBRAID)
