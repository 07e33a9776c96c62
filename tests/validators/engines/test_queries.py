"""What pre-binding leaves of SPARQL (SHACL, Appendix A): refused with what to write instead, whatever the engine."""

from __future__ import annotations

import pytest

from semantic_gw.validators.engines.queries import ALWAYS_BOUND, check_query, check_syntax

VALUE_AND_LANG = ALWAYS_BOUND | {"value", "lang"}


def check(query: str, form: str = "SELECT", bound: frozenset[str] = ALWAYS_BOUND) -> None:
    check_query(query, form, bound)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT $this WHERE { $this ?p ?o }",
        "SELECT ?this { ?this ?p ?o }",
        "SELECT DISTINCT $this ?value (<urn:p> AS ?path) { $this ?p ?value }",
        "SELECT * { $this ?p ?o }",
        "PREFIX ex: <urn:x:> BASE <urn:b> SELECT $this { $this ex:p ?o }",
        'SELECT $this { $this ?p "MINUS { } SERVICE <urn:x>" } # VALUES ?x {}',
        "SELECT $this { $this <http://x/#VALUES> ?minus }",
        "SELECT $this { $this ?p ?o FILTER NOT EXISTS { ?o ?q $this } }",
        "SELECT $this { { SELECT $this { $this ?p ?o } } }",
        "SELECT $this { { SELECT DISTINCT $this (COUNT(?o) AS ?n) { $this ?p ?o } GROUP BY $this } }",
        "SELECT $this { { SELECT * { $this ?p ?o } } }",
        "SELECT $this { { SELECT * { { SELECT $this { $this ?p ?o } ORDER BY $this LIMIT 5 } } } }",
        "SELECT $this { { SELECT * { OPTIONAL { GRAPH $this { ?a ?b ?c } } } } }",
        "SELECT $this (EXISTS { $this ?p ?o } AS ?x) { $this ?p ?o } GROUP BY $this HAVING (COUNT(?o) > 1)",
        "SELECT $this { BIND ($this AS ?that) }",
        "SELECT $this { $this ?p ?o . FILTER (?o IN (1, 2)) }",
    ],
)  # fmt: skip
def test_what_is_allowed(query: str) -> None:
    check(query)


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("SELECT $this { $this ?p ?o MINUS { $this ?p 1 } }", "uses MINUS.*write FILTER NOT EXISTS"),
        ("SELECT $this { $this ?p ?o minus{ $this ?p 1 } }", "uses MINUS"),
        ("SELECT $this { $this ?p '' MINUS { $this ?p 1 } }", "uses MINUS"),
        ("SELECT $this { # a\nMINUS { $this ?p 1 } }", "uses MINUS"),
        ("SELECT $this { VALUES ?x { 1 } $this ?p ?x }", "uses VALUES.*write FILTER"),
        ("SELECT $this { $this ?p ?o } VALUES ?o { 1 }", "uses VALUES"),
        ("SELECT $this { SERVICE <http://x/> { $this ?p ?o } }", "uses SERVICE"),
        ("SELECT $this { SERVICE SILENT ?s { $this ?p ?o } }", "uses SERVICE"),
        ("SELECT $this { FILTER EXISTS { service<http://x/>{ $this ?p ?o } } }", "uses SERVICE"),
        ("SELECT $this FROM <http://x/> { $this ?p ?o }", "uses FROM"),
        ("SELECT $this FROM NAMED <http://x/> { $this ?p ?o }", "uses FROM"),
        ("SELECT $this { SERV\\u0049CE <http://x/> { $this ?p ?o } }", "codepoint escape"),
        ('SELECT $this { $this ?p "\\u0022 . SERVICE <http://x/> { } #" }', "codepoint escape"),
        ("SELECT $this { BIND (1 AS $this) }", r"assigns \$this"),
        ("SELECT $this { BIND (1 AS ?this) }", r"assigns \?this"),
        ("SELECT (1 AS ?this) { }", r"assigns \?this"),
        ("SELECT $this { BIND (1 AS ?currentShape) }", "assigns"),
        ("SELECT $this { { SELECT ?o { $this ?p ?o } } }", r"does not return \$this from a subquery"),
        ("SELECT $this { { SELECT (COUNT(*) AS ?n) { $this ?p ?o } } }", r"does not return \$this"),
        ("SELECT $this { { SELECT * { FILTER ($this = 1) } } }", r"does not return \$this"),
        ("SELECT $this { { SELECT * { FILTER EXISTS { $this ?p ?o } } } }", r"does not return \$this"),
        ("SELECT $this { { SELECT * { FILTER regex(str($this), 'x') } } }", r"does not return \$this"),
        ("SELECT $this { { SELECT * { BIND ($this AS ?x) } } }", r"does not return \$this"),
        ("SELECT $this { { SELECT * { { SELECT ?o { ?s ?p ?o } } } } }", r"does not return \$this"),
        ("SELECT $this { FILTER EXISTS { { SELECT ?o { $this ?p ?o } } } }", r"does not return \$this"),
        ("SELECT ?o { $this ?p ?o }", r"does not return \$this from the query"),
        ("SELECT * { FILTER ($this = 1) }", r"does not return \$this from the query"),
        ("ASK { $this ?p ?o }", "is no SELECT query; sh:select wants one"),
        ("CONSTRUCT { $this ?p ?o } WHERE { $this ?p ?o }", "is no SELECT query"),
        ("INSERT DATA { <urn:a> <urn:p> 1 }", "is no SELECT query"),
        ("LOAD <http://x/>", "is no SELECT query"),
        ("", "is no SELECT query"),
        ("SELECT $this { ", "bracket that nothing closes"),
        ("SELECT $this { 'open }", "no token of SPARQL"),
    ],
)  # fmt: skip
def test_what_is_refused(query: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        check(query)


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("SELECT $this { $this ?p ?o }", "is no ASK query; sh:ask wants one"),
        ("ASK { BIND (true AS ?value) }", r"assigns \?value"),
        ("ASK { BIND (true AS ?lang) }", r"assigns \?lang"),
        ("ASK { { SELECT $this $value { $this ?p $value } } }", r"does not return \$lang"),
    ],
)
def test_what_a_validator_may_not(query: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        check(query, "ASK", VALUE_AND_LANG)


def test_a_validator_may_ask() -> None:
    check("ASK { FILTER (langMatches(lang($value), $lang)) }", "ASK", VALUE_AND_LANG)


@pytest.mark.parametrize("query", ["SELECT $this { $this }", "SELECT { }", "SELECT $this { $this ?p ?o } LIMIT x"])
def test_what_is_no_sparql_is_refused(query: str) -> None:
    with pytest.raises(ValueError, match=r"is no SPARQL 1\.1"):
        check_syntax(query)
