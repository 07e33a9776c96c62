"""The queries of a shapes graph: prefixes are written into them, and errors name the node."""

from __future__ import annotations

import pytest

from semantic_gw.errors import ShapeError
from semantic_gw.rdf.namespaces import SH
from semantic_gw.validators.engines.shape_queries import ShapeQuery, shape_queries
from semantic_gw.validators.source import ShapesGraph

HEAD = (
    "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <urn:x:> . @prefix owl: <http://www.w3.org/2002/07/owl#> ."
)


def queries(turtle: str) -> list[ShapeQuery]:
    graph = ShapesGraph.read([HEAD + turtle])
    return list(shape_queries(graph, graph.nodes))


def declared(prefix: str, namespace: str) -> str:
    return f'sh:declare [ sh:prefix "{prefix}" ; sh:namespace "{namespace}" ]'


def test_a_query_declares_the_prefixes_that_it_uses() -> None:
    (query,) = queries(
        'ex:C sh:prefixes ex:P ; sh:select "SELECT $this { $this a:p ?o }" . '
        f"ex:P {declared('a', 'urn:a:')} , [ sh:prefix 'b' ; sh:namespace 'urn:b:' ] ."
    )

    assert query.text == "PREFIX a: <urn:a:>\nSELECT $this { $this a:p ?o }"


def test_prefixes_come_through_imports_and_a_circle_of_them() -> None:
    (query,) = queries(
        'ex:C sh:prefixes ex:P ; sh:select "SELECT $this { $this a:p ?o }" . '
        f"ex:P owl:imports ex:Q . ex:Q owl:imports ex:P ; {declared('a', 'urn:a:')} ."
    )

    assert query.iris == {"urn:a:p"}


def test_a_query_may_declare_prefixes_itself() -> None:
    (query,) = queries('ex:C sh:select "PREFIX a: <urn:a:> SELECT $this { $this a:p ?o }" .')

    assert query.text == "PREFIX a: <urn:a:> SELECT $this { $this a:p ?o }"


def test_what_a_query_names_is_known() -> None:
    (query,) = queries(
        f"ex:C sh:prefixes ex:P ; sh:select 'SELECT $this {{ $this a:p <urn:o> }}' . ex:P {declared('a', 'urn:a:')} ."
    )

    assert query.iris == {"urn:a:p", "urn:o"}
    assert query.variables == {"this"}


def test_the_path_of_the_shape_stays_to_be_put_in() -> None:
    (query,) = queries("ex:C sh:select 'SELECT $this ?value { $this $PATH ?value }' .")

    assert (query.predicate, query.text) == (SH + "select", "SELECT $this ?value { $this $PATH ?value }")


@pytest.mark.parametrize(
    ("turtle", "why"),
    [
        ("ex:C sh:select 'SELECT $this { $this a:p ?o }' .", "no sh:declare .* there are none"),
        (
            f"ex:C sh:prefixes ex:P ; sh:select 'SELECT $this {{ $this a:p ?o }}' . ex:P {declared('b', 'urn:b:')} .",
            "there are b:",
        ),
        (
            f"ex:C sh:prefixes ex:P ; sh:ask 'ASK {{}}' . ex:P {declared('a', 'urn:a:')} ; {declared('a', 'urn:b:')} .",
            "has two namespaces for the prefix a",
        ),
        (
            "ex:C sh:prefixes ex:P ; sh:select 'SELECT $this { $this a:p ?o }' . ex:P sh:declare [ sh:prefix 'a' ] .",
            "declares a prefix without sh:namespace",
        ),
        ("ex:C sh:select 5 .", "wants a text for sh:select"),
        ("ex:C sh:select 'SELECT $this { $this $PATH }' .", "is no SPARQL 1.1"),
        ("ex:C sh:parameter [ sh:path <urn:x/q> ] ; sh:validator [ sh:ask 'ASK { BIND (1 AS ?q) }' ] .", "assigns .q"),
        ("ex:C sh:validator [ sh:ask 'ASK { BIND (1 AS ?value) }' ] .", "assigns .value"),
        ("ex:C sh:parameter [ sh:path ex:q ] ; sh:validator [ sh:ask 'ASK { }' ] .", "has to end in / or #"),
    ],
)  # fmt: skip
def test_a_query_that_may_not_stand_there_is_refused(turtle: str, why: str) -> None:
    with pytest.raises(ShapeError, match=why):
        queries(turtle)


def test_an_error_names_file_and_node() -> None:
    with pytest.raises(ShapeError, match=r"^shapes 0: shape <urn:x:S> / .* has a query that uses MINUS"):
        queries("ex:S sh:sparql [ sh:select 'SELECT $this { $this ?p ?o MINUS { $this ?p 1 } }' ] .")


def test_a_select_validator_binds_its_value_itself() -> None:
    query = "SELECT $this ?value { BIND (1 AS ?value) }"
    turtle = f"ex:C sh:parameter [ sh:path <urn:x/p> ] ; sh:propertyValidator [ sh:select '{query}' ] ."

    assert len(queries(turtle)) == 1
