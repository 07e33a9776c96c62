from __future__ import annotations

import pytest

from semantic_gw.errors import LiftingError
from semantic_gw.lifters.rml.batch import lines
from semantic_gw.lifters.rml.interpreter import Program
from semantic_gw.lifters.rml.load import load
from semantic_gw.lifters.rml.model import Mapping
from semantic_gw.lifters.rml.notes import Notes
from semantic_gw.model import Json
from tests.lifters.rml.datasets import dataset, written

MAPPING = """
mappings:
  lamp:
    sources: [['lamps.json~jsonpath', '$.lamps[*]']]
    s: http://example.com/$(id)
    po:
      - [foaf:name, $(name)]
      - [foaf:nick, $(nick)~blanknode]
  thing:
    sources: [['lamps.json~jsonpath', '$.lamps[*]']]
    po:
      - [foaf:name, $(name)]
"""


def mapping() -> Mapping:
    return load(MAPPING.encode(), "lamp.yml")


def mapped(*documents: Json, strict: bool = False) -> tuple[list[str], Notes]:
    notes = Notes(strict=strict)
    found = mapping()
    return [*lines(found, {found.sources()[0]: documents}, notes)], notes


DOCUMENTS = [{"lamps": [{"id": n, "name": f"lamp {n % 3}", "nick": "x"}, {"id": n}]} for n in range(5)]


def test_a_batch_says_what_the_interpreter_says() -> None:
    found = mapping()
    expected = written(Program(found).run({found.sources()[0]: DOCUMENTS}, "", Notes()))

    assert dataset("".join(mapped(*DOCUMENTS)[0]).encode()) == dataset(expected)


def test_a_value_names_the_same_blank_node_in_all_documents() -> None:
    nicks = {line.split(" ")[2] for line in mapped(*DOCUMENTS)[0] if "nick" in line}

    assert nicks == {"_:nx"}


def test_blank_nodes_without_a_value_differ_in_all_iterations() -> None:
    subjects = [line.split(" ")[0] for line in mapped(*DOCUMENTS)[0] if line.startswith("_:")]

    assert len({*subjects}) == 5


def test_references_that_find_nothing_are_told_of_though_others_are_found_at_once() -> None:
    notes = mapped({"lamps": [{"id": 1, "name": "a"}]}, {"lamps": [{"id": 2, "name": "b"}]})[1]

    assert [sentence.partition(": ")[2] for sentence in notes.never_found()] == [
        "nothing stands at 'nick' in any of 2 iterations"
    ]


def test_a_strict_batch_refuses_them() -> None:
    with pytest.raises(LiftingError, match="nothing stands at 'nick'"):
        mapped({"lamps": [{"id": 1, "name": "a"}]}, strict=True)


def test_data_errors_of_any_document_are_told() -> None:
    bad = {"lamps": [{"id": 1, "name": [1], "nick": "y"}]}

    assert mapped(*DOCUMENTS, bad)[1].failed == 2
