"""What is kept, and how long: the rules of the settings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import translate
from functools import lru_cache
from typing import Final

from semantic_gw.errors import ConfigurationError
from semantic_gw.model import IRI
from semantic_gw.rdf.namespaces import expand
from semantic_gw.rdf.ontology import Closure
from semantic_gw.settings import HistoryRule

_REMEMBERED: Final = 100_000


class Rules:
    """*rules*, the first that fits counts; a kind stands for the narrower ones, too. Raises ConfigurationError."""

    def __init__(self, rules: Sequence[HistoryRule], broader: Closure) -> None:
        self._broader = broader
        self._rules = [(rule.keep_days, _kinds(rule), _things(rule)) for rule in rules]
        self.days = lru_cache(_REMEMBERED)(self._days)
        """How many days an observation of a Thing and a kind is kept; 0: it is not."""

    def _days(self, thing: IRI, kind: IRI) -> float:
        above = {kind, *self._broader.get(kind, ())}
        fitting = (days for days, kinds, things in self._rules if (not kinds or kinds & above) and things.match(thing))
        return next(fitting, 0.0)


def _kinds(rule: HistoryRule) -> frozenset[IRI]:
    kinds = frozenset(map(expand, rule.kinds))
    for kind in kinds:
        if not kind.startswith(("http://", "https://", "urn:")):
            raise ConfigurationError(f"history.rules: {kind!r} is no kind; give one such as sgw:Temperature, or an IRI")
    return kinds


def _things(rule: HistoryRule) -> re.Pattern[str]:
    return re.compile("|".join(map(translate, rule.things)))
