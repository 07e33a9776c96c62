"""Parts of Thing Descriptions: put together, taken away, and never mixed up."""

from __future__ import annotations

from semantic_gw.describers.parts import DESCRIBED_ON, MAX_AFFORDANCES, with_part, without_part
from semantic_gw.model import Json


def part(address: str, *names: str, **members: Json) -> dict[str, Json]:
    properties = {name: {"title": name, "forms": [], DESCRIBED_ON: [address], **members} for name in names}
    return {"id": "urn:x", "title": address, "properties": properties, DESCRIBED_ON: [address]}


def happening(address: str, word: str, topic: str = "t") -> dict[str, Json]:
    event: dict[str, Json] = {"data": {"oneOf": [{"const": word}]}, "forms": [topic], DESCRIBED_ON: [address]}
    return {"id": "urn:x", "events": {"action": event}, DESCRIBED_ON: [address]}


def test_the_first_part_is_the_whole() -> None:
    assert with_part(None, part("a", "t")) == part("a", "t")


def test_parts_are_put_together() -> None:
    found = with_part(part("a", "t"), part("b", "h"))

    assert found["properties"].keys() == {"t", "h"}
    assert found[DESCRIBED_ON] == ["a", "b"]


def test_the_order_of_parts_makes_no_difference_to_their_affordances() -> None:
    one, other = part("a", "t"), part("b", "h")

    assert list(with_part(one, other)["properties"]) == list(with_part(other, one)["properties"])


def test_a_message_takes_the_place_of_what_was_described_on_its_address() -> None:
    found = with_part(with_part(part("a", "t"), part("b", "h")), part("a", "u"))

    assert found["properties"].keys() == {"h", "u"}


def test_the_newest_message_tells_of_the_thing_itself() -> None:
    assert with_part(part("a", "t"), part("b", "h"))["title"] == "b"


def test_a_name_that_is_taken_by_something_else_is_numbered() -> None:
    found = with_part(part("a", "t"), part("b", "t", unit="x"))

    assert found["properties"].keys() == {"t", "t_2"}


def test_what_two_messages_tell_alike_is_one_affordance() -> None:
    found = with_part(part("a", "availability"), part("b", "availability"))

    assert found["properties"]["availability"][DESCRIBED_ON] == ["a", "b"]


def test_what_another_message_tells_too_stays() -> None:
    whole = with_part(part("a", "availability"), part("b", "availability"))
    left = without_part(whole, "a")

    assert left is not None
    assert left["properties"]["availability"][DESCRIBED_ON] == ["b"]
    assert left[DESCRIBED_ON] == ["b"]


def test_without_its_only_part_nothing_is_left() -> None:
    assert without_part(part("a", "t"), "a") is None


def test_an_address_that_told_nothing_takes_nothing_away() -> None:
    assert without_part(part("a", "t"), "b") == part("a", "t")


def test_events_of_one_source_are_one_affordance() -> None:
    found = with_part(happening("a", "single"), happening("b", "double"))

    assert [option["const"] for option in found["events"]["action"]["data"]["oneOf"]] == ["double", "single"]


def test_events_of_another_source_are_another_affordance() -> None:
    assert with_part(happening("a", "single"), happening("b", "double", "u"))["events"].keys() == {"action", "action_2"}


def test_kinds_of_devices_are_united() -> None:
    found = with_part({**part("a", "t"), "@type": ["x", "y"]}, {**part("b", "u"), "@type": ["x", "z"]})

    assert found["@type"] == ["x", "y", "z"]


def test_a_description_grows_to_its_limit() -> None:
    whole = part("a", *map(str, range(MAX_AFFORDANCES)))

    assert len(with_part(whole, part("b", "one more"))["properties"]) == MAX_AFFORDANCES
