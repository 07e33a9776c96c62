"""The suites of RML's community group: every case gives the dataset, or the error, that it asks for."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from semantic_gw.errors import GatewayError
from semantic_gw.lifters.rml.load import load
from tests.lifters.rml.datasets import dataset, run_files
from tests.shared import SHARED, shared

BASES = {
    "core-json": "http://example.com/",
    "core-csv-2025": "http://example.com/base/",
    "core-xml-2025": "http://example.com/base/",
    "legacy-json": "http://example.com/",
    "fnml-csv": "http://example.com/",
    "io": "http://example.com/",
}

FAULTY = {
    "legacy-json/RMLTC0002g-JSON": (
        "its iterator $.students[*]] is no JSONPath, and its source names a file that is not there; the case has no "
        "row in the suite's table and an empty dataset, where the newer case of the same number expects an error, "
        "as does RML-IO-Registry (JSONPath, invalid reference expressions)"
    ),
    "io/RMLSTC0003": (
        "its file holds the ages as plain texts, its query gives texts, and the formulation is CSV, which has no types "
        "either (RML-IO-Registry, CSV, natural RDF mapping); the case expects integers, which the community group's "
        "own BURP, which reads the query's result as CSV, does not make either"
    ),
    "io/RMLSTC0009a": (
        "it expects an error for column names in quotes, which CSV allows (RFC 4180, 2.5; RML-IO-Registry names "
        "columns, not how they are written), and holds the right dataset all the same"
    ),
}


@dataclass(frozen=True, slots=True)
class Case:
    folder: Path
    name: str
    base: str
    is_error: bool

    @property
    def output(self) -> bytes:
        names = ("output.nq", "default.nq")
        return next(self.folder / name for name in names if (self.folder / name).exists()).read_bytes()


def cases() -> Iterator[Case]:
    for suite, base in BASES.items():
        rows = SHARED / "rml" / suite / "cases.csv"
        for row in csv.DictReader(rows.read_text("utf-8").splitlines() if rows.exists() else []):
            if not row["id"].startswith("RMLTTC"):  # targets: `map` writes to one place
                name = f"{suite}/{row['id']}"
                yield Case(rows.parent / row["id"], name, base, row["error_expected"] == "true")


CASES = [*cases()]


def of(*, error: bool) -> list[object]:
    chosen = [case for case in CASES if case.is_error is error and case.name not in FAULTY]
    return [pytest.param(case, id=case.name) for case in chosen]


def by_name(name: str) -> Case:
    return next(case for case in CASES if case.name == name)


def run(case: Case) -> bytes:
    mapping = load((case.folder / "mapping.ttl").read_bytes(), "mapping.ttl")
    return run_files(mapping, case.folder, case.base)


def test_the_suites_are_there() -> None:
    shared("rml/core-json/cases.csv")

    assert len(CASES) == 173


@pytest.mark.parametrize("case", of(error=False))
def test_a_case_gives_its_dataset(case: Case) -> None:
    assert dataset(run(case)) == dataset(case.output)


@pytest.mark.parametrize("case", of(error=True))
def test_a_case_gives_the_error_that_it_expects(case: Case) -> None:
    with pytest.raises(GatewayError):
        run(case)


def test_a_faulty_case_with_a_bad_path_is_refused() -> None:
    shared("rml/legacy-json")

    with pytest.raises(GatewayError, match="is no JSONPath"):
        run(by_name("legacy-json/RMLTC0002g-JSON"))


def test_a_faulty_case_gets_texts_where_its_file_has_texts() -> None:
    shared("rml/io")
    integer = "^^<http://www.w3.org/2001/XMLSchema#integer>"
    case = by_name("io/RMLSTC0003")

    assert dataset(run(case)) == dataset(case.output.replace(integer.encode(), b""))


def test_a_faulty_case_with_quoted_names_gives_its_dataset() -> None:
    shared("rml/io")
    case = by_name("io/RMLSTC0009a")

    assert dataset(run(case)) == dataset(case.output)
