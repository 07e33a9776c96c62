"""A report as one JSON object: readable, and small whatever it is about."""

from __future__ import annotations

import msgspec

from semantic_gw.model import Literal, Severity, ValidationReport
from semantic_gw.rdf.namespaces import SAREF, SH, XSD
from semantic_gw.validators.report import MAX_RESULTS, Names, flat_report
from tests.validators.report.reports import EX, PATHS, report, result, text

NAMES = Names({"ex": EX, "sh": SH, "xsd": XSD})


def test_a_result_is_told_in_plain_words() -> None:
    given = report(result(value=Literal("1.0E0", XSD + "double")), focus_nodes=4)

    assert flat_report(given, NAMES) == {
        "conforms": False,
        "checked": True,
        "focusNodes": 4,
        "count": 1,
        "severities": {"Violation": 1},
        "results": [
            {
                "severity": "Violation",
                "focusNode": EX + "alice",
                "path": "ex:name",
                "shape": "ex:PersonShape",
                "component": "sh:MinCountConstraintComponent",
                "value": "1.0E0",
                "datatype": "xsd:double",
                "message": "one name",
            }
        ],
    }


def test_the_prefixes_of_the_gateway_are_known() -> None:
    (told,) = flat_report(report(result(path=SAREF + "hasValue")))["results"]

    assert told["path"] == "saref:hasValue"


def test_a_path_reads_as_in_sparql() -> None:
    (told,) = flat_report(report(result(path=PATHS["alternative"])), NAMES)["results"]

    assert told["path"] == "ex:p|^ex:q"


def test_an_unchecked_graph_is_neither_checked_nor_conforms() -> None:
    told = flat_report(report(focus_nodes=0))

    assert (told["conforms"], told["checked"], told["count"]) == (False, False, 0)


def test_a_warning_is_counted_and_blocks_nothing() -> None:
    told = flat_report(report(result(severity=Severity.WARNING)))

    assert (told["conforms"], told["severities"]) == (True, {"Warning": 1})


def test_a_severity_of_ones_own_is_an_iri() -> None:
    (told,) = flat_report(report(result(severity=EX + "Grave")), NAMES)["results"]

    assert told["severity"] == "ex:Grave"


def test_a_text_is_told_with_its_language() -> None:
    (told,) = flat_report(report(result(value=text("chat", "fr"))))["results"]

    assert (told["value"], told["language"]) == ("chat", "fr")


def test_a_shape_without_iri_is_told_by_where_it_stands() -> None:
    (told,) = flat_report(report(result(shape="_:f0n1", name="ex:Person / [sh:path ex:name]")))["results"]

    assert told["shape"] == "ex:Person / [sh:path ex:name]"


def test_details_explain_their_result() -> None:
    (told,) = flat_report(report(result(details=(result(EX + "bob"),))))["results"]

    assert [detail["focusNode"] for detail in told["details"]] == [EX + "bob"]


def test_details_are_bounded_and_the_others_counted() -> None:
    (told,) = flat_report(report(result(details=(result(),) * 500)))["results"]

    assert len(told["details"]) + told["omittedDetails"] == 500
    assert len(told["details"]) < 20


def test_focus_nodes_of_shapes_are_told_where_they_were_counted() -> None:
    told = flat_report(ValidationReport((), 3, {EX + "PersonShape": 2, EX + "DogShape": 1}), NAMES)

    assert told["focusNodesPerShape"] == {"ex:PersonShape": 2, "ex:DogShape": 1}


def test_what_is_not_shown_is_counted_by_shape_path_and_component() -> None:
    names = [result(f"{EX}{number}") for number in range(150)]
    ages = [result(f"{EX}{number}", EX + "age") for number in range(30)]
    told = flat_report(report(*names, *ages), NAMES)

    assert (told["count"], len(told["results"])) == (180, MAX_RESULTS)
    assert told["omitted"]["count"] == 80
    assert [(group["path"], group["count"]) for group in told["omitted"]["groups"]] == [("ex:name", 50), ("ex:age", 30)]
    assert told["omitted"]["groups"][1]["example"] == {"focusNode": f"{EX}0", "message": "one name"}


def test_no_violation_is_hidden_behind_warnings() -> None:
    warnings = [result(severity=Severity.WARNING)] * 500
    told = flat_report(report(*warnings, result()))

    assert told["results"][0]["severity"] == "Violation"


def test_100_000_violations_of_100_000_kinds_make_a_small_report() -> None:
    long = text("x" * 100_000)
    results = [result(f"{EX}{number}", f"{EX}p{number}", long) for number in range(100_000)]
    told = flat_report(report(*results))

    assert told["count"] == 100_000
    assert len(msgspec.json.encode(told)) < 500_000


def test_the_number_of_results_shown_can_be_chosen() -> None:
    given = report(*[result()] * 300)

    assert len(flat_report(given, most=None)["results"]) == 300
    assert len(flat_report(given, most=3)["results"]) == 3
