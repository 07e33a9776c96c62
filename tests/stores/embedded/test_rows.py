"""Solutions are counted exactly, however the answer is cut into parts."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.stores.embedded.rows import CsvRows, JsonRows, Rows, TsvRows, XmlRows

FORMS: dict[ox.QueryResultsFormat, type[Rows]] = {
    ox.QueryResultsFormat.JSON: JsonRows,
    ox.QueryResultsFormat.XML: XmlRows,
    ox.QueryResultsFormat.CSV: CsvRows,
    ox.QueryResultsFormat.TSV: TsvRows,
}
TRICKY = st.text(alphabet="},{\"x\\<result>\r\n\t':[] é", max_size=12)


def answer(texts: list[str], form: ox.QueryResultsFormat) -> bytes:
    """Solutions that bind ?x to *texts*."""
    store = ox.Store()
    rows = " ".join(str(ox.Literal(text)) for text in texts)
    found = store.query(f"SELECT ?x ?y {{ VALUES ?x {{ {rows} }} }}")
    assert isinstance(found, ox.QuerySolutions)
    return found.serialize(format=form) or b""


@pytest.mark.parametrize("form", FORMS, ids=str)
@given(texts=st.lists(TRICKY, min_size=1, max_size=8), size=st.integers(1, 40))
def test_solutions_are_counted_whatever_is_in_them(form: ox.QueryResultsFormat, texts: list[str], size: int) -> None:
    body, rows = answer(texts, form), FORMS[form]()
    counted = sum(rows.count(body[start : start + size]) for start in range(0, len(body), size))

    assert counted == len(texts)
