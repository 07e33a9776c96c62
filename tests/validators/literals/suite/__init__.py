"""The literal suite: what a literal is, how it compares and what a pattern matches, argued from the specifications."""

from tests.validators.literals.suite import comparisons, datatypes, patterns, terms
from tests.validators.literals.suite.case import Case

PARTS: dict[str, list[Case]] = {
    "lexical forms": datatypes.CASES,
    "comparisons": comparisons.CASES,
    "patterns": patterns.CASES,
    "terms, lengths, languages": terms.CASES,
}

__all__ = ["PARTS", "Case"]
