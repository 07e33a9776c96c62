from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.lifters.rml.distinct import Distinct
from semantic_gw.lifters.rml.nquads import line
from semantic_gw.model import Literal, Term
from semantic_gw.rdf.namespaces import RDF, XSD

P = "http://example.com/p"


@pytest.mark.parametrize(
    ("term", "written"),
    [
        ("http://example.com/o", "<http://example.com/o>"),
        ("_:n1", "_:n1"),
        (Literal("a", XSD + "string"), '"a"'),
        (Literal("1", XSD + "integer"), f'"1"^^<{XSD}integer>'),
        (Literal("a", RDF + "langString", "en"), '"a"@en'),
    ],
)
def test_a_term_is_written_as_nquads_write_it(term: Term, written: str) -> None:
    assert line(("_:s", P, term, None)) == f"_:s <{P}> {written} .\n"


def test_a_graph_stands_last() -> None:
    assert line(("_:s", P, P, "http://g")) == f"_:s <{P}> <{P}> <http://g> .\n"


@given(st.text())
def test_any_text_is_read_back(text: str) -> None:
    (quad,) = ox.parse(line(("_:s", P, Literal(text, XSD + "string"), None)), ox.RdfFormat.N_QUADS)

    assert isinstance(quad.object, ox.Literal)
    assert quad.object.value == text


def test_half_of_a_surrogate_pair_does_no_harm() -> None:
    assert line(("_:s", P, Literal("a\ud800", XSD + "string"), None)).encode().endswith('a\ufffd" .\n'.encode())


@given(st.lists(st.integers(0, 30)), st.integers(1, 8))
def test_a_text_is_new_once_in_memory_or_on_disk(numbers: list[int], most_held: int) -> None:
    with Distinct(most_held) as distinct:
        new = [number for number in numbers if distinct.is_new(str(number))]

    assert new == list(dict.fromkeys(numbers))
