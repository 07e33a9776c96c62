"""An address finds its row by its first level, however many rows there are."""

from __future__ import annotations

import re
from typing import cast

import pytest

from semantic_gw.pipeline.dispatch import Dispatch, Entry, heads
from semantic_gw.readers.templates import address_pattern


def entry(template: str, *bases: str) -> Entry[str]:
    return Entry(heads(template, bases), address_pattern(template, bases), template)


class Counting:
    """A pattern that counts how often it is asked."""

    def __init__(self, template: str) -> None:
        self.pattern = address_pattern(template)
        self.asked = 0

    def fullmatch(self, address: str) -> re.Match[str] | None:
        self.asked += 1
        return self.pattern.fullmatch(address)


def row(dispatch: Dispatch[str], address: str) -> str | None:
    found = dispatch.find(address)
    return found[0] if found else None


def test_the_first_row_that_matches_counts() -> None:
    dispatch = Dispatch([entry("tele/{device}/SENSOR"), entry("tele/{+any}")])

    assert row(dispatch, "tele/a/SENSOR") == "tele/{device}/SENSOR"
    assert row(dispatch, "tele/a/STATE") == "tele/{+any}"


def test_a_first_level_that_is_written_out_goes_before_any() -> None:
    dispatch = Dispatch([entry("{device}/events/rpc"), entry("tele/events/rpc")])

    assert row(dispatch, "tele/events/rpc") == "tele/events/rpc"
    assert row(dispatch, "plug/events/rpc") == "{device}/events/rpc"


def test_each_base_of_a_family_leads_to_its_rows() -> None:
    dispatch = Dispatch([entry("{base}/bridge", "home/zigbee", "attic")])

    assert row(dispatch, "home/zigbee/bridge")
    assert row(dispatch, "attic/bridge")
    assert row(dispatch, "home/bridge") is None


def test_rows_of_other_first_levels_are_not_asked() -> None:
    patterns = [Counting(f"family{number}/{{device}}") for number in range(1000)]
    entries = [Entry((f"family{n}",), cast("re.Pattern[str]", pattern), str(n)) for n, pattern in enumerate(patterns)]
    dispatch = Dispatch(entries)

    assert row(dispatch, "family700/x") == "700"
    assert sum(pattern.asked for pattern in patterns) == 1


@pytest.mark.parametrize("address", ["a/" * 40 + "b", "x" * 2000, "tele/" * 13_000])
def test_an_address_that_no_family_can_have_is_not_looked_for(address: str) -> None:
    pattern = Counting("{+before}/tele/{+device}/SENSOR")
    dispatch = Dispatch([Entry((), cast("re.Pattern[str]", pattern), "row")])

    assert dispatch.find(address) is None
    assert pattern.asked == 0
