"""What becomes of a graph, by what SHACL says of it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from pydantic import ValidationError

from semantic_gw.model import IRI, Literal, Severity, ValidationReport, ValidationResult
from semantic_gw.rdf.namespaces import SH, XSD
from semantic_gw.settings import Policy, PolicyRule, PolicySettings
from semantic_gw.shape_sets.policies import Policies, severity_name

VIOLATION, WARNING, INFO = Severity.VIOLATION, Severity.WARNING, Severity.INFO
GRAVE = "urn:severity:grave"
SETS = {"urn:house:S": "house", "urn:core:S": "core"}


def result(shape: IRI = "urn:core:S", severity: IRI = VIOLATION) -> ValidationResult:
    message = Literal("wrong", XSD + "string")
    return ValidationResult("urn:x", None, None, shape, SH + "MinCountConstraintComponent", severity, (message,))


def report(*results: ValidationResult, focus_nodes: int = 1) -> ValidationReport:
    return ValidationReport(results, focus_nodes)


def policies(*rules: PolicyRule, policy: Policy = "quarantine", unchecked: Policy = "quarantine") -> Policies:
    return Policies(PolicySettings(policy=policy, unchecked=unchecked, rules=rules))


def rule(policy: Policy, **more: str) -> PolicyRule:
    return PolicyRule.model_validate({"policy": policy, **more})


def decided(rules: Sequence[PolicyRule], *results: ValidationResult, topic: str = "observations") -> Policy | None:
    return policies(*rules).verdict(report(*results), SETS, topic).policy


@pytest.mark.parametrize(
    ("rules", "severity", "topic", "wanted"),
    [
        ([], VIOLATION, "observations", "quarantine"),
        ([], WARNING, "observations", "mark"),
        ([], INFO, "observations", "mark"),
        ([], GRAVE, "observations", "mark"),
        ([rule("reject", set="core")], VIOLATION, "observations", "reject"),
        ([rule("reject", set="house")], VIOLATION, "observations", "quarantine"),
        ([rule("reject", set="core")], WARNING, "observations", "mark"),
        ([rule("reject", severity="Warning")], WARNING, "observations", "reject"),
        ([rule("reject", severity="Warning")], VIOLATION, "observations", "quarantine"),
        ([rule("quarantine", severity=GRAVE)], GRAVE, "observations", "quarantine"),
        ([rule("log", topic="events")], VIOLATION, "events", "log"),
        ([rule("log", topic="events")], VIOLATION, "observations", "quarantine"),
        ([rule("log", set="core", topic="events"), rule("reject")], VIOLATION, "events", "log"),
        ([rule("log", set="core", topic="events"), rule("reject")], VIOLATION, "observations", "reject"),
        ([rule("reject"), rule("log", set="core")], VIOLATION, "observations", "reject"),
        ([rule("log", severity="Info"), rule("reject", severity="Info")], INFO, "observations", "log"),
    ],
)
def test_of_a_result_the_first_rule_that_fits_counts(
    rules: list[PolicyRule], severity: IRI, topic: str, wanted: Policy
) -> None:
    assert decided(rules, result(severity=severity), topic=topic) == wanted


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        ("reject", "quarantine", "reject"),
        ("quarantine", "mark", "quarantine"),
        ("log", "mark", "mark"),
        ("log", "log", "log"),
        ("log", "reject", "reject"),
    ],
)
def test_of_several_results_the_strictest_policy_counts(first: Policy, second: Policy, wanted: Policy) -> None:
    rules = [rule(first, set="core"), rule(second, set="house")]

    assert decided(rules, result("urn:core:S"), result("urn:house:S")) == wanted


def test_a_graph_that_nothing_is_said_of_has_no_policy() -> None:
    assert decided([rule("reject")]) is None


def test_a_graph_that_no_shape_targets_has_a_policy_of_its_own() -> None:
    verdict = policies(unchecked="log").verdict(report(focus_nodes=0), SETS, "events")

    assert (verdict.policy, verdict.decisive, verdict.told) == ("log", None, "")


def test_a_violation_in_an_unchecked_graph_may_be_stricter() -> None:
    verdict = policies(unchecked="log").verdict(report(result(), focus_nodes=0), SETS, "events")

    assert verdict.policy == "quarantine"


def test_the_first_result_with_the_strictest_policy_decides() -> None:
    warning, first, second = result(severity=WARNING), result(), result("urn:house:S")
    verdict = policies().verdict(report(warning, first, second), SETS, "observations")

    assert verdict.decisive is first


def test_results_are_counted_by_set_and_severity() -> None:
    found = [result(), result(), result(severity=WARNING), result("urn:house:S"), result("urn:elsewhere", INFO)]
    verdict = policies().verdict(report(*found), SETS, "observations")

    assert dict(verdict.counts) == {
        ("core", "Violation"): 2,
        ("core", "Warning"): 1,
        ("house", "Violation"): 1,
        ("", "Info"): 1,
    }


def test_results_are_told_by_severity_the_gravest_first() -> None:
    found = [result(severity=severity) for severity in (GRAVE, INFO, WARNING, VIOLATION, WARNING)]
    verdict = policies().verdict(report(*found), SETS, "observations")

    assert verdict.told == f"Violation=1 Warning=2 Info=1 {GRAVE}=1"


@pytest.mark.parametrize(("severity", "name"), [(VIOLATION, "Violation"), (GRAVE, GRAVE), (SH + "Own", SH + "Own")])
def test_only_severities_of_shacl_have_short_names(severity: IRI, name: str) -> None:
    assert severity_name(severity) == name


@pytest.mark.parametrize("severity", ["violation", "sh Warning", "", "Fatal"])
def test_a_rule_for_a_severity_that_is_none_is_refused(severity: str) -> None:
    with pytest.raises(ValidationError, match="is no severity"):
        rule("log", severity=severity)


@pytest.mark.parametrize("wrong", [{"topic": "things"}, {"policy": "drop"}, {"sets": "core"}])
def test_a_rule_that_says_something_unknown_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        PolicyRule.model_validate({"policy": "log", **wrong})


def test_policies_have_a_hash_of_their_content() -> None:
    same, other = policies(rule("log", set="core")), policies(rule("log", set="house"))

    assert policies(rule("log", set="core")).hash == same.hash != other.hash


def test_the_document_of_policies_makes_the_same_policies() -> None:
    given = policies(rule("log", set="core", severity=GRAVE, topic="events"), rule("mark"), unchecked="mark")

    assert Policies(PolicySettings.model_validate_json(given.body)) == given
    assert given.sets == ("core",)
