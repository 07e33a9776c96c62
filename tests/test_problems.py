from __future__ import annotations

import json

import pytest

from semantic_gw.errors import (
    ConfigurationError,
    DecodingError,
    GatewayError,
    LiftingError,
    LimitError,
    NoMappingError,
    NothingMappedError,
    PayloadError,
    PayloadTooLargeError,
    QueryError,
    ShapeError,
    UnavailableError,
    UnsupportedMediaTypeError,
)
from semantic_gw.problems import Problem, ProblemError, problem, problem_of


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (DecodingError("x"), 400),
        (PayloadTooLargeError("x"), 413),
        (UnsupportedMediaTypeError("x"), 415),
        (NoMappingError("x"), 422),
        (LiftingError("x"), 422),
        (NothingMappedError("x"), 422),
        (PayloadError("x"), 422),
        (UnavailableError("x"), 503),
        (ConfigurationError("x"), 500),
        (ShapeError("x"), 500),
        (GatewayError("x"), 500),
        (QueryError("x"), 400),
        (LimitError("x", limit="time"), 504),
        (LimitError("x", limit="queue"), 503),
        (LimitError("x", limit="query"), 413),
        (LimitError("x", limit="memory"), 422),
        (LimitError("x", limit="rows"), 422),
    ],
)
def test_an_error_has_the_status_of_its_nearest_class(error: GatewayError, status: int) -> None:
    assert problem_of(error).status == status


def test_a_payload_error_has_a_type_of_its_own_and_tells_where() -> None:
    error = LiftingError("21,5 is no number", rule="temperature", pointer="/t", value="21,5")

    assert problem_of(error).at("/ingest/a").document == {
        "type": "https://w3id.org/semantic-gw/problems#lifting",
        "title": "Lifting",
        "status": 422,
        "detail": "21,5 is no number",
        "instance": "/ingest/a",
        "reason": "lifting",
        "pointer": "/t",
        "rule": "temperature",
        "value": "21,5",
    }


def test_a_query_tells_where_it_is_wrong_and_which_limit_it_met() -> None:
    assert problem_of(QueryError("x", line=2, column=7)).members == {"line": 2, "column": 7}
    assert problem_of(QueryError("x")).members == {}
    assert problem_of(LimitError("x", limit="rows")).members == {"limit": "rows"}


def test_a_full_queue_tells_when_to_come_back() -> None:
    assert problem_of(LimitError("x", limit="queue")).headers == (("retry-after", "5"),)


def test_a_reason_of_two_words_is_one_fragment() -> None:
    assert problem_of(UnsupportedMediaTypeError("x")).type.endswith("#unsupported-media-type")


def test_an_outage_tells_when_to_come_back() -> None:
    assert problem_of(UnavailableError("the spool is full")).headers == (("retry-after", "5"),)


def test_a_problem_without_type_is_titled_by_its_status() -> None:
    assert json.loads(problem(404, "no such thing").body) == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "no such thing",
    }


def test_a_status_that_nobody_registered_has_a_title_too() -> None:
    assert problem(499, "x").title == "Status 499"


def test_a_problem_error_carries_its_problem() -> None:
    error = ProblemError(404, "Message not known", "no message '1'", message="1")

    assert error.problem == Problem(404, "Message not known", "no message '1'", members={"message": "1"})
    assert str(error) == "no message '1'"
