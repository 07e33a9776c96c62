"""What payload formatters make: values, with units, in lists, with names, with times."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.errors import LiftingError
from semantic_gw.model import Finding, Json
from semantic_gw.rdf.ontology import POSITION
from semantic_gw.readers.lorawan.clock import Clock, When
from semantic_gw.readers.lorawan.decoded import MAX_VALUES, Sample, samples

CLOCK = Clock(datetime(2026, 11, 24, 10, 15, tzinfo=UTC))
NINE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def walked(node: Json) -> tuple[list[Sample], list[Finding]]:
    left: list[Finding] = []
    return list(samples(node, ("object",), CLOCK, left)), left


def values(node: Json) -> dict[str, Json]:
    return {"/".join(sample.names): sample.value for sample in walked(node)[0] if not sample.unknown}


def unknown(node: Json) -> list[tuple[str, str]]:
    return [("/".join(sample.place), sample.unknown) for sample in walked(node)[0] if sample.unknown]


def test_each_member_is_a_value() -> None:
    assert values({"temperature": 21.5, "door": "open", "soil": {"ec": 3}}) == {
        "temperature": 21.5, "door": "open", "soil/ec": 3,
    }  # fmt: skip


@pytest.mark.parametrize(
    "node",
    [
        {"value": 21.5, "unit": "°C", "displayName": "Air"},
        {"data": 21.5, "units": "°C", "desc": "Air"},
    ],
)
def test_a_value_can_have_its_unit_beside_it(node: Json) -> None:
    [[found], left] = walked({"air": node})

    assert (found.names, found.value, found.unit, found.title) == (("air",), 21.5, "°C", "Air")
    assert not left


def test_a_value_alone_in_an_object_is_a_value() -> None:
    assert values({"temperature": {"value": 21.5}}) == {"temperature": 21.5}


def test_the_place_of_a_value_is_its_place_in_the_document() -> None:
    [[found], _] = walked({"air": {"value": 21.5, "unit": "°C"}})

    assert found.place == ("object", "air", "value")


@pytest.mark.parametrize(
    "node",
    [
        {"latitude": 52.1, "longitude": 4.3},
        {"lat": "52.1", "lng": "4.3"},
        {"latitudeDeg": 52.1, "longitudeDeg": 4.3},
        {"latitude": {"value": 52.1, "unit": "°"}, "longitude": {"value": 4.3, "unit": "°"}},
    ],
)
def test_latitude_and_longitude_are_a_position(node: Json) -> None:
    [[found], _] = walked({"gps": node})

    assert (found.names, found.value, found.kind) == (("gps", "position"), "POINT(4.3 52.1)", POSITION)


def test_no_fix_is_no_position() -> None:
    assert values({"latitude": 0, "longitude": 0}) == {"latitude": 0, "longitude": 0}


def test_samples_keep_their_times_and_share_their_names() -> None:
    found, _ = walked({"history": [{"ts": 1795510800, "t": 1}, {"ts": 1795507200, "t": 2}], "t": 3})

    assert [(sample.names, sample.value) for sample in found] == [
        (("history", "t"), 1),
        (("history", "t"), 2),
        (("t",), 3),
    ]
    assert [sample.when for sample in found] == [When(NINE), When(NINE.replace(hour=8)), None]


def test_a_time_at_the_top_is_that_of_all() -> None:
    [[found], _] = walked({"timestamp": 1795510800, "t": 1})

    assert found.when == When(NINE)


def test_one_sample_of_several_without_time_is_unknown() -> None:
    found = unknown({"readings": [{"t": 1}, {"t": 2}]})

    assert [place for place, _ in found] == ["object/readings/0/t", "object/readings/1/t"]


def test_one_sample_alone_is_of_the_time_of_the_frame() -> None:
    assert values({"readings": [{"t": 1}]}) == {"readings/t": 1}


def test_a_sample_of_a_clock_that_was_not_set_is_unknown() -> None:
    found = unknown({"list": [{"name": "energy", "data": 100, "ts": 990}]})

    assert {why for _, why in found} == {"its own time is that of a clock that was not set"}


@pytest.mark.parametrize(
    ("item", "name"),
    [
        ({"name": "co2", "value": 7}, "list/co2"),
        ({"variable": "co2", "value": 7}, "list/co2"),
        ({"measurementId": "4100", "measurementValue": 7, "type": "report_telemetry"}, "list/4100"),
        ({"OBIS_ID": "1_0_1_8_1_255", "unit": "Wh", "value": 7}, "list/1_0_1_8_1_255"),
        ({"index": 3, "reading": 7}, "list/3"),
        ({"channel": "a", "in": 7}, "list/a/in"),
    ],
)
def test_items_of_a_list_have_names_or_indexes(item: Json, name: str) -> None:
    assert values({"list": [item, item]}) == {name: 7}


def test_lists_in_lists_are_lists() -> None:
    assert values({"messages": [[{"name": "co2", "value": 7}], [{"name": "t", "value": 8}]]}) == {
        "messages/co2": 7, "messages/t": 8,
    }  # fmt: skip


def test_a_list_of_numbers_is_unknown() -> None:
    found = unknown({"values": [1, 2, 3]})

    assert [place for place, _ in found] == ["object/values"]


def test_a_list_of_one_number_beside_its_unit_is_a_value() -> None:
    assert values({"air": {"unit": "°C", "values": [21.5]}}) == {"air": 21.5}


def test_of_several_numbers_beside_a_unit_nobody_knows_which_is_the_latest() -> None:
    assert values({"air": {"unit": "°C", "values": [21.5, 21.4]}}) == {}


def test_the_latest_of_a_list_counts_where_the_frame_tells_its_order() -> None:
    node = {"order": "values: [t=0, t-1, t-2, ...]", "air": {"unit": "°C", "values": [21.5, 21.4]}}

    assert values(node)["air"] == 21.5
    assert [place for place, _ in unknown(node)] == ["object/air/values/1"]


def test_lists_of_items_with_names_are_in_the_same_order() -> None:
    items = [{"name": "temperature 1", "unit": "°C", "values": [21.5, 21.4]}]

    assert values({"order": "values: [t=0, t-1]", "all": items})["all/temperature 1"] == 21.5


def test_null_is_no_value() -> None:
    assert not values({"temp": None, "air": {"temperature": None}})


def test_more_values_than_a_frame_can_have_are_refused() -> None:
    with pytest.raises(LiftingError, match="more than"):
        walked({str(number): 1 for number in range(MAX_VALUES + 1)})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["time", "value", "unit", "name", "lat", "lon", "index", "t"]), inner, max_size=4
        )
    ),
    max_leaves=24,
)


@given(JSON)
def test_whatever_a_formatter_makes_is_taken_apart_or_left(node: Json) -> None:
    for sample in walked(node)[0]:
        assert sample.unknown or not isinstance(sample.value, (dict, list))
        assert sample.place[0] == "object"
