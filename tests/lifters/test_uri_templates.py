from __future__ import annotations

import re
import time

import pytest

from semantic_gw.lifters.uri_templates import MOST_EXPANSIONS, Match, matches, wildcards, without_query
from semantic_gw.model import Json


def only(template: str, **variables: Json) -> Match:
    (found,) = matches(template, variables, encoded=True)
    return found


def fits(template: str, address: str) -> bool:
    return re.compile(only(template).pattern, re.DOTALL).fullmatch(address) is not None


@pytest.mark.parametrize(
    ("template", "address", "matched"),
    [
        ("sensors/{id}/state", "sensors/17/state", True),
        ("sensors/{id}/state", "sensors/a b/state", True),
        ("sensors/{id}/state", "sensors/1/2/state", False),
        ("sensors/{id}/state", "sensors//state", False),
        ("files/{+path}/t", "files/a/b/t", True),
        ("rooms{/floor,room}", "rooms/2/kitchen", True),
        ("rooms{/floor,room}", "rooms/2", False),
        ("t{.format}", "t.json", True),
        ("{room}-{id}/t", "hall-3/t", True),
        ("{lat,lon}", "50.1,8.6", True),
        ("a.b/{id}", "aXb/1", False),
        ("{id:3}/t", "abc/t", True),
        ("{list*}", "a", True),
    ],
)
def test_a_variable_is_matched_within_its_level(template: str, address: str, matched: bool) -> None:
    assert fits(template, address) is matched


@pytest.mark.parametrize(
    ("topic_filter", "topic", "matched"),
    [
        ("home/+/temperature", "home/hall/temperature", True),
        ("home/+/temperature", "home/hall/1/temperature", False),
        ("home/#", "home", True),
        ("home/#", "home/hall/temperature", True),
        ("home/#", "homes", False),
        ("#", "anything/at all", True),
        ("+", "one", True),
        ("+", "one/two", False),
        ("home/a+b/{id}", "home/a+b/1", True),
    ],
)
def test_wildcards_match_as_mqtt_says(topic_filter: str, topic: str, matched: bool) -> None:
    (found,) = matches(wildcards(topic_filter), {})

    assert bool(re.fullmatch(found.pattern, topic)) is matched


@pytest.mark.parametrize("text", ["home/{}/t", "home/{?x}", "home/{;x}", "home/{", "home/}{", "{a}{b}{c}", "{+a}/{+b}"])
def test_what_cannot_be_matched_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"supported|variable|balanced|told apart"):
        list(matches(text, {}))


def test_values_that_are_listed_expand_a_template() -> None:
    variables = {"room": {"enum": ["hall", "bath"]}, "id": {"const": 7}}

    assert [found.text for found in matches("{room}/{id}/t", variables)] == ["hall/7/t", "bath/7/t"]


def test_more_values_than_can_be_expanded_are_matched() -> None:
    (found,) = matches("{n}/t", {"n": {"enum": list(range(MOST_EXPANSIONS + 1))}})

    assert re.fullmatch(found.pattern, "3/t")


def test_a_literal_is_percent_decoded_and_a_variable_is_not() -> None:
    assert only("K%C3%BCche/{a%20b}").text == "Küche/{a%20b}"


def test_query_and_fragment_are_no_part_of_an_address() -> None:
    assert without_query("/status{?channel,timeout}{&fields}{#part}") == "/status"


@pytest.mark.parametrize("template", ["{a}-{b}/{c}-{d}/{e}", "{+a}/{b}/{c}", "{a}x{b}/{c}x{d}"])
def test_matching_takes_a_bounded_time(template: str) -> None:
    pattern = re.compile(only(template).pattern)
    started = time.process_time()
    pattern.fullmatch("x-" * 500 + "!")

    assert time.process_time() - started < 0.5
