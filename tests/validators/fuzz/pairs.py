"""Every engine that we are compared with, by name."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from tests.validators.fuzz.compare import Pair
from tests.validators.fuzz.differences import DIFFERENCES
from tests.validators.fuzz.engines import Compiled, Engine, Unavailable
from tests.validators.fuzz.pyshacl_engine import Pyshacl
from tests.validators.fuzz.topbraid import TopBraid

ENGINES = ("pyshacl", "shacl", "topbraid")


def engine(name: str, folder: Path) -> Engine:
    """The engine called *name*; *folder* is for what it builds. Raises Unavailable."""
    if name == "topbraid":
        return TopBraid(folder)
    if name == "pyshacl":
        return Pyshacl()
    if find_spec("shacl") is None:
        raise Unavailable("PyPI shacl has no wheel for this machine")
    from tests.validators.fuzz.shacl_engine import Shacl  # noqa: PLC0415  it is not installed everywhere

    return Shacl()


def pair(name: str, folder: Path) -> Pair:
    """We and the engine called *name*. Raises Unavailable."""
    return Pair(Compiled(), engine(name, folder), DIFFERENCES)
