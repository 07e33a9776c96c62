"""The names of values that nobody knows are counted, however many a device makes up."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from semantic_gw.pipeline.unknown import MOST_AT_ONCE, MOST_NAMES, Unknown, UnknownNames, undescribed

NOW = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)


def see(names: UnknownNames, *seen: str, family: str = "attic") -> None:
    names.add(family, [Unknown(name, f"no name {name}", f"/{name}") for name in seen], "attic/1", NOW)


def counts(names: UnknownNames) -> list[tuple[str, int]]:
    return [(one.name, one.count) for one in names]


def test_the_most_frequent_name_comes_first() -> None:
    names = UnknownNames()
    see(names, "rare", "often")
    see(names, "often")

    assert counts(names) == [("often", 2), ("rare", 1)]


def test_a_name_is_one_of_a_family() -> None:
    names = UnknownNames()
    see(names, "level")
    see(names, "level", family="cellar")

    assert [(one.family, one.count) for one in names] == [("attic", 1), ("cellar", 1)]


def test_what_is_frequent_stays_when_names_are_made_up() -> None:
    names = UnknownNames()
    for number in range(10 * MOST_NAMES):
        see(names, "often", f"made up {number}")

    assert len(list(names)) == MOST_NAMES
    assert counts(names)[0] == ("often", 10 * MOST_NAMES)


def test_one_payload_names_a_bounded_number() -> None:
    names = UnknownNames()
    see(names, *map(str, range(1000)))

    assert len(list(names)) == MOST_AT_ONCE


@pytest.mark.parametrize(
    ("pointer", "name"),
    [("/mystery", "mystery"), ("/a/0/b/12", "a/*/b/*"), ("/a1/2b", "a1/2b"), ("", "(the whole)")],
)
def test_an_index_is_no_part_of_a_name(pointer: str, name: str) -> None:
    assert undescribed(pointer).name == name
