from __future__ import annotations

import pytest

from semantic_gw.describers.exposes import MAX_DEPTH, MAX_FEATURES, device_classes, read_exposes
from semantic_gw.model import Json
from tests.describers.devices import binary, enum, numeric, within


def pointers(*exposes: Json) -> dict[str, str]:
    return {name: feature.pointer for name, feature in read_exposes(list(exposes)).by_name.items()}


def test_a_device_class_is_no_member_of_the_payload() -> None:
    assert pointers(within("light", binary("state"))) == {"state": "/state"}


def test_a_composite_is_a_member_of_the_payload() -> None:
    color = within("composite", numeric("x"), name="color_xy", property="color")

    assert pointers(within("light", color)) == {"color_x": "/color/x"}


def test_two_composites_can_share_a_member() -> None:
    xy = within("composite", numeric("x"), name="color_xy", property="color")
    hs = within("composite", numeric("hue"), name="color_hs", property="color")

    assert pointers(xy, hs) == {"color_x": "/color/x", "color_hue": "/color/hue"}


def test_a_composite_without_property_is_called_by_its_name() -> None:
    assert pointers(within("composite", numeric("mode"), name="warning")) == {"warning_mode": "/warning/mode"}


def test_a_composite_with_an_empty_property_is_no_member() -> None:
    assert pointers(within("composite", numeric("mode"), name="warning", property="")) == {"mode": "/mode"}


def test_the_path_names_what_is_around_a_feature_and_its_name() -> None:
    color = within("composite", numeric("x"), name="color_xy", property="color")
    features = read_exposes([within("light", binary("state"), color), numeric("power")]).by_name

    assert [feature.path for feature in features.values()] == [("light", "state"), ("power",), ("color_xy", "x")]


def test_a_feature_of_an_endpoint_keeps_its_name_and_its_own_member() -> None:
    (feature,) = read_exposes([within("switch", binary("state", property="state_l1"), endpoint="l1")]).by_name.values()

    assert (feature.path[-1], feature.pointer, feature.endpoint) == ("state", "/state_l1", "l1")


def test_a_place_that_is_described_twice_is_taken_once() -> None:
    features = read_exposes([within("light", binary("state")), binary("state")]).by_name

    assert [feature.path for feature in features.values()] == [("light", "state")]


def test_a_member_keeps_its_name_where_a_nested_one_would_have_it() -> None:
    color = within("composite", numeric("x"), name="color_xy", property="color")

    assert pointers(color, numeric("color_x")) == {"color_x": "/color_x", "color.x": "/color/x"}


def test_names_do_not_depend_on_the_order_of_features() -> None:
    one = within("composite", numeric("c"), name="a_b")
    other = within("composite", numeric("b_c"), name="a")

    assert pointers(one, other) == pointers(other, one) == {"a_b.c": "/a_b/c", "a.b_c": "/a/b_c"}


def test_a_feature_whose_every_name_is_taken_is_left_out_and_told() -> None:
    nested = within("composite", numeric("x"), name="a")
    features = read_exposes([nested, numeric("a_x"), numeric("a.x")])

    assert features.remarks == ("left out: a feature whose name is another's (1)",)


def test_members_are_escaped_in_a_pointer() -> None:
    assert pointers(numeric("a/b~c")) == {"a/b~c": "/a~1b~0c"}


@pytest.mark.parametrize("exposes", [None, []])
def test_a_device_may_expose_nothing(exposes: Json) -> None:
    assert read_exposes(exposes) == ({}, ())


@pytest.mark.parametrize(
    ("exposes", "remark"),
    [
        ("temperature", "left out: exposes that are no list (1)"),
        ([[], 3, None], "left out: an expose that is no object (3)"),
        ([{"type": "numeric"}, {"name": 7}, {"name": ""}], "left out: an expose without a name (3)"),
    ],
)
def test_what_is_no_feature_is_left_out_and_told(exposes: Json, remark: str) -> None:
    assert read_exposes(exposes) == ({}, (remark,))


def test_features_nested_too_deep_are_left_out_and_told() -> None:
    expose: Json = numeric("x")
    for level in range(100):
        expose = within("composite", expose, numeric("y"), name=f"c{level}")
    features = read_exposes([expose])

    assert max(len(feature.members) for feature in features.by_name.values()) == MAX_DEPTH + 1
    assert features.remarks == (f"left out: features nested more than {MAX_DEPTH} deep (1)",)


def test_too_many_features_are_left_out_and_told() -> None:
    features = read_exposes([numeric(f"f{number}") for number in range(10_000)])

    assert len(features.by_name) == MAX_FEATURES
    assert features.remarks == (f"left out: features beyond the first {MAX_FEATURES} (1)",)


def test_device_classes_may_be_anything() -> None:
    assert device_classes([{"type": ["light"]}, 3, {"type": "fan"}]) == ("fan",)


def test_values_are_told_once_and_true_is_not_one() -> None:
    (feature,) = read_exposes([enum("mode", "a", True, 1, "a", None, [1])]).by_name.values()

    assert feature.values == ["a", True, 1]


@pytest.mark.parametrize(
    ("access", "published", "settable"),
    [
        (1, True, False),
        (2, False, True),
        (3, True, True),
        (5, True, False),
        (7, True, True),
        (4, True, False),
        (0, True, False),
        (None, True, False),
        ("7", True, False),
    ],
)
def test_access_bits(access: Json, published: bool, settable: bool) -> None:
    (feature,) = read_exposes([numeric("x", access=access)]).by_name.values()

    assert (feature.published, feature.settable) == (published, settable)
