"""What stores say, and what is meant."""

from __future__ import annotations

import pytest

from semantic_gw.errors import LimitError, NotSupportedError, QueryError, UnavailableError
from semantic_gw.stores.remote.complaints import complaint

PLACES = {
    'Parse error: Encountered " "}" "} "" at line 2, column 15.': (2, 15),
    "error at 3:17: expected one of": (3, 17),
    "MALFORMED QUERY: Lexical error at line 1, column 9.  Encountered": (1, 9),
    "Virtuoso 37000 Error SP030: SPARQL compiler, line 4: syntax error": (0, 0),
    "": (0, 0),
}
TOO_LONG = [
    (503, "Query timed out"),
    (500, '{"code":"TimeLimitExceededException","detailedMessage":"Operation terminated (deadline exceeded)"}'),
    (429, "Operation timed out."),
    (503, "Query evaluation exceeded specified timeout"),
]
AWAY = [
    (503, "Service Unavailable"),
    (502, "<html><body>Bad Gateway: upstream timed out</body></html>"),
    (504, "<!DOCTYPE html><html>504 Gateway Time-out</html>"),
    (401, "Unauthorized"),
    (404, "no such dataset"),
    (500, "NullPointerException"),
]


@pytest.mark.parametrize("text", PLACES)
def test_a_query_that_is_wrong_is_told_where(text: str) -> None:
    error = complaint(400, text, 5)

    assert type(error) is QueryError
    assert (error.line, error.column) == PLACES[text]


@pytest.mark.parametrize(("status", "text"), TOO_LONG)
def test_a_query_that_took_too_long_met_a_limit(status: int, text: str) -> None:
    error = complaint(status, text, 5)

    assert isinstance(error, LimitError)
    assert error.limit == "time"


@pytest.mark.parametrize(("status", "text"), AWAY)
def test_a_store_that_is_away_is_no_fault_of_the_query(status: int, text: str) -> None:
    assert isinstance(complaint(status, text, 5), UnavailableError)


def test_a_query_that_needs_too_much_met_a_limit() -> None:
    error = complaint(500, '{"code":"MemoryLimitExceededException"}', 5)

    assert isinstance(error, LimitError)
    assert error.limit == "memory"


def test_a_form_that_the_store_does_not_write_is_not_supported() -> None:
    assert isinstance(complaint(406, "", 5), NotSupportedError)
