"""What becomes of a graph, by what SHACL says of it. Pure: rules in, verdict out.

Of each result the first rule that fits names the policy; of all results the strictest policy counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import msgspec

from semantic_gw.model import IRI, Severity, ValidationReport, ValidationResult
from semantic_gw.rdf.namespaces import SH
from semantic_gw.settings import Policy, PolicyRule, PolicySettings
from semantic_gw.shape_sets.shape_set import content_hash

_STRICTEST_FIRST: Final[tuple[Policy, ...]] = ("reject", "quarantine", "mark", "log")
_BLOCKING: Final = frozenset[Policy]({"reject", "quarantine"})
_ANNOTATES: Final[Policy] = "mark"
"""What is no violation is told in a header, and blocks nothing."""

_NAMED: Final = {severity.value: severity.value.removeprefix(SH) for severity in Severity}
_ORDER: Final = tuple(_NAMED.values())

_encode: Final = msgspec.json.Encoder().encode

Counts = tuple[tuple[tuple[str, str], int], ...]
"""How many results there are of each set and severity, both by name."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a graph: *policy* is None where nothing is to be said of it.

    *decisive* is the first of the results that brought that about; none where no shape targeted the graph.
    """

    policy: Policy | None = None
    counts: Counts = ()
    decisive: ValidationResult | None = None

    @property
    def told(self) -> str:
        """The results by severity, for a header: `Violation=1 Warning=2`."""
        by_severity: Counter[str] = Counter()
        for (_, severity), count in self.counts:
            by_severity[severity] += count
        return " ".join(f"{name}={by_severity[name]}" for name in sorted(by_severity, key=_rank))


FINE: Final = Verdict()


@dataclass(frozen=True, slots=True)
class Policies:
    """The rules that hold, and the policies where none fits."""

    settings: PolicySettings = field(default_factory=PolicySettings)

    @property
    def document(self) -> dict[str, object]:
        """The rules as a JSON object, as `PUT /shapes/policies` takes it."""
        return self.settings.model_dump(mode="json", include=set(PolicySettings.model_fields))

    @property
    def body(self) -> bytes:
        """The document as it is stored."""
        return _encode(self.document)

    @property
    def hash(self) -> str:
        """16 hexadecimal digits, the same for the same rules."""
        return content_hash(self.body)

    @property
    def sets(self) -> tuple[str, ...]:
        """The sets that rules name."""
        return tuple(dict.fromkeys(rule.set for rule in self.settings.rules if rule.set))

    def of(self, set_: str, severity: IRI, topic: str) -> Policy:
        """The policy for a result of *severity* from the shape set *set_* in a graph for *topic*."""
        named = severity_name(severity)
        fitting = (rule.policy for rule in self.settings.rules if _fits(rule, set_, named, topic))
        return next(fitting, self.settings.policy if severity == Severity.VIOLATION else _ANNOTATES)

    def blocks(self, set_: str, topic: str) -> bool:
        """Whether a violation of a shape of *set_* keeps a graph off *topic*."""
        return self.of(set_, Severity.VIOLATION, topic) in _BLOCKING

    def verdict(self, report: ValidationReport, sets: Mapping[IRI, str], topic: str) -> Verdict:
        """What becomes of a graph for *topic* with *report*; *sets* gives the set of each shape."""
        if report.checked and not report.results:
            return FINE
        found: dict[Policy, ValidationResult | None] = {} if report.checked else {self.settings.unchecked: None}
        counts: Counter[tuple[str, str]] = Counter()
        for result in report.results:
            set_ = sets.get(result.source_shape, "")
            counts[set_, severity_name(result.severity)] += 1
            found.setdefault(self.of(set_, result.severity, topic), result)
        policy = min(found, key=_STRICTEST_FIRST.index)
        return Verdict(policy, tuple(counts.items()), found[policy])


def severity_name(severity: IRI) -> str:
    """The name of a severity of SHACL's, else its IRI.

    >>> severity_name("http://www.w3.org/ns/shacl#Warning")
    'Warning'
    """
    return _NAMED.get(severity, severity)


def _fits(rule: PolicyRule, set_: str, severity: str, topic: str) -> bool:
    return rule.severity == severity and rule.set in ("", set_) and rule.topic in ("", topic)


def _rank(name: str) -> tuple[int, str]:
    return (_ORDER.index(name) if name in _ORDER else len(_ORDER), name)
