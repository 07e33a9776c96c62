"""How many value nodes there are (SHACL, 4.2): sh:minCount, sh:maxCount."""

from __future__ import annotations

from semantic_gw.validators.constraints.forms import Counted, Form, Surroundings
from semantic_gw.validators.syntax import MaxCount, MinCount


def at_least(constraint: MinCount, _around: Surroundings) -> Form:
    return Counted(lambda: f"must have at least {constraint.least}", least=constraint.least)


def at_most(constraint: MaxCount, _around: Surroundings) -> Form:
    return Counted(lambda: f"must have at most {constraint.most}", most=constraint.most)
