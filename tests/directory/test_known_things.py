from __future__ import annotations

from collections.abc import Mapping

import pytest

from semantic_gw.directory.known_things import KnownThings
from semantic_gw.errors import AmbiguousAddressError, MappingError
from semantic_gw.model import Json, Position, Source, ThingDescription

BASE = "https://gateway.example/"
CELSIUS = {"type": "number", "unit": "°C"}


def thing(id: str, *hrefs: str, base: str = "", **more: Json) -> ThingDescription:
    forms = [{"href": href, "op": ["readproperty", "observeproperty"]} for href in hrefs]
    document: dict[str, Json] = {"id": id, "title": id, "properties": {"temperature": {**CELSIUS, "forms": forms}}}
    return ThingDescription(id, {**document, **({"base": base} if base else {}), **more})


def known(*things: ThingDescription) -> KnownThings:
    found = KnownThings(BASE)
    for each in things:
        found.register(each)
    return found


def who(things: KnownThings, address: str) -> list[str]:
    return [lifter.plan.thing for lifter in things.lifters(address)]


def test_what_is_registered_is_found_by_id_and_address() -> None:
    lamp = thing("urn:lamp", "mqtt://broker/lamp")
    things = known(lamp)

    assert things.get("urn:lamp") == lamp
    assert who(things, "lamp") == ["urn:lamp"]
    assert who(things, "other") == []


def test_registering_again_changes_nothing() -> None:
    things = known(thing("urn:lamp", "mqtt://broker/lamp"))

    assert not things.register(thing("urn:lamp", "mqtt://broker/lamp"))


def test_a_document_in_another_order_is_the_same() -> None:
    lamp = thing("urn:lamp", "mqtt://broker/lamp")
    turned = ThingDescription("urn:lamp", dict(reversed(list(lamp.document.items()))))

    assert not known(lamp).register(turned)


def test_a_thing_that_moves_reports_on_its_new_address_only() -> None:
    things = known(thing("urn:lamp", "mqtt://broker/lamp", "http://h/lamp"))
    things.lifters("lamp")
    things.register(thing("urn:lamp", "mqtt://broker/attic/{id}"))

    assert who(things, "lamp") == who(things, "http://h/lamp") == []
    assert who(things, "attic/3") == ["urn:lamp"]


def test_the_old_description_stays_while_the_new_one_fails() -> None:
    things = known(thing("urn:lamp", "mqtt://broker/lamp"))
    faulty = thing("urn:lamp", "mqtt://broker/attic", properties={"a": {"sgw:pointer": "no pointer"}})

    with pytest.raises(MappingError, match="JSON Pointer"):
        things.register(faulty)

    assert who(things, "lamp") == ["urn:lamp"]


def test_nothing_is_left_of_what_is_removed() -> None:
    things = known(thing("urn:lamp", "mqtt://broker/lamp", "http://h/lamp", "mqtt://broker/{x}/y"))

    assert things.remove("urn:lamp")
    assert not things.remove("urn:lamp")
    assert [who(things, address) for address in ("lamp", "http://h/lamp", "1/y")] == [[], [], []]
    assert len(things) == 0


def test_several_things_report_on_one_address() -> None:
    things = known(thing("urn:a", "mqtt://broker/room"), thing("urn:b", "mqtt://broker/room"))
    things.remove("urn:a")
    things.register(thing("urn:c", "mqtt://broker/room"))

    assert who(things, "room") == ["urn:b", "urn:c"]


@pytest.mark.parametrize("address", ["api/t", "http://h/api/t", "HTTP://H:80/api/t?x=1"])
def test_an_http_thing_reports_at_its_path_and_at_its_url(address: str) -> None:
    assert who(known(thing("urn:h", "t", base="http://h/api/")), address) == ["urn:h"]


def test_a_path_on_several_hosts_is_ambiguous_and_says_whose_it_is() -> None:
    things = known(thing("urn:a", "http://a.local/t"), thing("urn:b", "http://b.local/t"))

    with pytest.raises(AmbiguousAddressError, match=r"urn:a \(http://a.local\), urn:b \(http://b.local\)"):
        things.lifters("t")


def test_a_url_is_never_ambiguous() -> None:
    things = known(thing("urn:a", "http://a.local/t"), thing("urn:b", "http://b.local/t"))

    assert who(things, "http://b.local/t") == ["urn:b"]


def test_things_on_one_host_share_a_path() -> None:
    things = known(thing("urn:a", "http://a.local/t"), thing("urn:b", "http://a.local/t"))

    assert who(things, "t") == ["urn:a", "urn:b"]


def test_a_path_is_no_longer_ambiguous_when_one_of_them_is_gone() -> None:
    things = known(thing("urn:a", "http://a.local/t"), thing("urn:b", "http://b.local/t"))
    things.remove("urn:a")

    assert who(things, "t") == ["urn:b"]


@pytest.mark.parametrize("named", ["mqtt://broker/t", "https://gateway.example/ingest/t"])
def test_an_address_that_is_named_counts_before_a_path(named: str) -> None:
    things = known(thing("urn:a", "http://a.local/t"), thing("urn:b", "http://b.local/t"), thing("urn:c", named))

    assert who(things, "t") == ["urn:c"]


def test_templates_on_several_hosts_are_ambiguous_too() -> None:
    things = known(thing("urn:a", "http://a.local/{x}/t"), thing("urn:b", "http://b.local/{x}/t"))

    assert who(things, "http://a.local/1/t") == ["urn:a"]
    with pytest.raises(AmbiguousAddressError):
        things.lifters("1/t")


@pytest.mark.parametrize(
    ("address", "things"),
    [
        ("plant/press/t", ["urn:exact"]),
        ("plant/oven/t", ["urn:level"]),
        ("plant/oven/zone/t", ["urn:rest"]),
        ("plant", ["urn:rest"]),
        ("elsewhere/t", []),
    ],
)
def test_an_address_without_variables_counts_before_a_template(address: str, things: list[str]) -> None:
    found = known(
        thing("urn:exact", "mqtt://broker/plant/press/t"),
        thing("urn:level", "mqtt://broker/plant/{machine}/t"),
    )
    found.register(
        thing(
            "urn:rest",
            properties={"temperature": {**CELSIUS, "forms": [{"href": "mqtt://b", "mqv:filter": "plant/#"}]}},
        )
    )

    assert set(things) <= set(who(found, address))
    assert ("urn:exact" in who(found, address)) == (address == "plant/press/t")


def test_a_record_of_kafka_is_known_by_topic_and_key_by_its_key_or_by_its_topic() -> None:
    def form(**more: Json) -> Mapping[str, Json]:
        return {"temperature": {**CELSIUS, "forms": [{"href": "kafka://kafka:9092/plant", **more}]}}

    things = known(
        thing("urn:keyed", properties=form(**{"sgw:key": "press"})),
        thing("urn:topic", properties=form()),
        thing("urn:mqtt", "mqtt://broker/oven"),
    )

    def reporting(key: str) -> list[str]:
        return [lifter.plan.thing for lifter in things.reporting(Source("kafka", key, Position("plant", 0, 1)))]

    assert (reporting("press"), reporting("oven"), reporting("mill")) == (["urn:keyed"], ["urn:mqtt"], ["urn:topic"])


def test_what_is_registered_on_a_fork_stays_there() -> None:
    things = known(thing("urn:a", "mqtt://broker/a"))
    fork = things.fork()
    fork.register(thing("urn:b", "mqtt://broker/a"))
    fork.remove("urn:a")

    assert who(things, "a") == ["urn:a"]
    assert who(fork, "a") == ["urn:b"]


def test_a_group_repeats_what_its_members_report() -> None:
    group = ThingDescription("urn:g", {"id": "urn:g", "sgw:repeatsOn": ["all", "all/availability"]}, family="z")
    things = known(group)

    assert things.repeats("all/availability") == group
    things.remove("urn:g")
    assert things.repeats("all") is None


def test_what_an_origin_no_longer_lists_is_gone() -> None:
    listed = [ThingDescription(f"urn:{n}", {"id": f"urn:{n}"}, origin="bridge") for n in "abc"]

    assert known(*listed).gone("bridge", ["urn:a", "urn:c"]) == ("urn:b",)


def test_the_warnings_of_a_thing_can_be_asked_for() -> None:
    things = known(thing("urn:a", "coap://a/t"))

    assert [pointer for pointer, _ in things.warnings("urn:a")] == ["/properties/temperature/forms/0"]
    assert things.warnings("urn:nobody") == ()


def test_a_description_that_is_no_json_is_refused() -> None:
    with pytest.raises(MappingError, match="cannot be written as JSON"):
        known(ThingDescription("urn:a", {"title": "\ud800"}))


@pytest.mark.parametrize("count", [1, 300])
def test_every_thing_of_a_crowd_is_found(count: int) -> None:
    things = known(
        *(thing(f"urn:{n}", f"mqtt://broker/room/{n}", f"mqtt://broker/room/{n}/{{x}}") for n in range(count))
    )

    assert all(who(things, f"room/{n}") == who(things, f"room/{n}/9") == [f"urn:{n}"] for n in range(count))
    assert len(things) == len(things.ids) == len(list(things)) == count
