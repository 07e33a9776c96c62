from __future__ import annotations

import io
from collections.abc import Sequence

import pytest

from semantic_gw.errors import LiftingError, MappingError
from semantic_gw.lifters.rml.model import File, Formulation, LogicalSource, Place, Reference
from semantic_gw.lifters.rml.references import compile_iterator, compile_reference
from semantic_gw.lifters.rml.sources.xml_documents import document
from semantic_gw.model import Json

DEVICE = {"id": 7, "a b": 1, "on": None, "tags": ["x", "y"], "parts": [{"n": 1}, {}, {"n": 2}], "where": {"floor": 2}}
XML = b"""<site xmlns:p="http://example.com/p"><lamp id="1"><name>Hall &amp; stairs</name><p:watt>5</p:watt></lamp>
<lamp id="2"><name/></lamp></site>"""


def source(formulation: Formulation, iterator: str | None = None, *, loose: bool = False) -> LogicalSource:
    namespaces = (("p", "http://example.com/p"),)
    return LogicalSource(File("x"), formulation, iterator, namespaces=namespaces, loose=loose)


def json_at(text: str, *, loose: bool = False) -> Sequence[Json]:
    return [*compile_reference(source(Formulation.JSONPATH, loose=loose), Reference(text))(DEVICE)]


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("$.id", [7]),
        ("$['a b']", [1]),
        ("$.where.floor", [2]),
        ("$.tags[*]", ["x", "y"]),
        ("$.tags[0]", ["x"]),
        ("$.tags[-1]", ["y"]),
        ("$.tags[5]", []),
        ("$.parts[*].n", [1, 2]),
        ("$.where.*", [2]),
        ("$.on", [None]),
        ("$.absent", []),
        ("$.id.absent", []),
        ("$.tags", [["x", "y"]]),
        ("$..n", [1, 2]),
        ("$.parts[?@.n > 1].n", [2]),
        ("$.tags[0:1]", ["x"]),
    ],
)
def test_a_jsonpath_finds_its_values(path: str, values: list[Json]) -> None:
    assert json_at(path) == values


@pytest.mark.parametrize(
    ("path", "values"),
    [("a b", [1]), ("$.a b", [1]), ("parts[*].n", [1, 2]), ("where.floor", [2]), ("tags.*", ["x", "y"]), ("id", [7])],
)
def test_a_loose_reference_may_leave_out_what_is_clear(path: str, values: list[Json]) -> None:
    assert json_at(path, loose=True) == values


@pytest.mark.parametrize("path", ["$.tags[*]]", "$.", "$[", "$.a b"])
def test_what_is_no_jsonpath_is_refused(path: str) -> None:
    with pytest.raises(MappingError, match=r"lamp\.ttl: .* is no JSONPath \(RFC 9535\)"):
        compile_reference(source(Formulation.JSONPATH), Reference(path, Place("lamp.ttl")))


def test_a_document_is_one_iteration_without_an_iterator() -> None:
    assert [*compile_iterator(source(Formulation.JSONPATH))(DEVICE)] == [DEVICE]


def test_an_iterator_finds_iterations() -> None:
    assert [*compile_iterator(source(Formulation.JSONPATH, "$.parts[*]"))(DEVICE)] == [{"n": 1}, {}, {"n": 2}]


def xml_at(path: str) -> list[list[Json]]:
    lamps = source(Formulation.XPATH, "/site/lamp")
    tree = document(io.BytesIO(XML), "utf-8-sig", Place("lamps.xml"))
    return [[*compile_reference(lamps, Reference(path))(lamp)] for lamp in compile_iterator(lamps)(tree)]


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("@id", [["1"], ["2"]]),
        ("name", [["Hall & stairs"], [""]]),
        ("name/text()", [["Hall & stairs"], []]),
        ("p:watt", [["5"], []]),
        ("upper-case(name)", [["HALL & STAIRS"], [""]]),
        ("../lamp/@id", [["1", "2"], ["1", "2"]]),
        ("/site/lamp[1]/@id", [["1"], ["1"]]),
        ("count(*)", [["2"], ["1"]]),
        ("@id = '1'", [["true"], ["false"]]),
    ],
)
def test_an_xpath_finds_texts(path: str, values: list[list[Json]]) -> None:
    assert xml_at(path) == values


@pytest.mark.parametrize(
    "path",
    [
        "doc('file:///etc/passwd')",
        "unparsed-text('file:///etc/passwd')",
        "fn:unparsed-text (: a comment :) ('x')",
        "environment-variable('HOME')",
        "('x') ! unparsed-text(.)",
        "unparsed-text#1('x')",
        "function-lookup(xs:QName('fn:doc'), 1)('x')",
        "parse-xml('<a/>')",
    ],
)
def test_an_xpath_reaches_nothing_outside_of_its_document(path: str) -> None:
    with pytest.raises(MappingError, match="stays within its document"):
        compile_reference(source(Formulation.XPATH), Reference(path))


def test_an_element_may_be_called_like_a_function() -> None:
    assert xml_at("doc/collection") == [[], []]


def test_what_is_no_xpath_is_refused() -> None:
    with pytest.raises(MappingError, match="no XPath"):
        compile_reference(source(Formulation.XPATH), Reference("a[["))


def test_an_error_of_xpath_is_an_error_of_the_record() -> None:
    with pytest.raises(LiftingError, match="XPath"):
        xml_at("xs:integer(name)")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "defines an entity"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "defines an entity"),
        (b"<a>&x;</a>", "no XML"),
        (b"<a>", "no XML"),
        (b"<a>" * 300 + b"</a>" * 300, "levels deep"),
    ],
)
def test_hostile_xml_is_refused(content: bytes, problem: str) -> None:
    with pytest.raises(LiftingError, match=problem):
        document(io.BytesIO(content), "utf-8-sig", Place("x.xml"))


def test_a_column_that_is_not_there_has_no_value() -> None:
    read = compile_reference(source(Formulation.CSV), Reference("name"))

    assert [*read({"name": ""})] == [""]
    assert [*read({"id": "1"})] == []
