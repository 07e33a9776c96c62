"""JSON Merge Patch against the examples of RFC 7396 and against its own properties."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.directory.merge_patch import apply, diff, same
from semantic_gw.model import Json

NAMES = st.sampled_from(["a", "b", "c", "", "~", "a/b"])


def _values(scalars: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    return st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
        max_leaves=12,
    )


SCALARS = st.booleans() | st.integers(-2, 2) | st.sampled_from([0.0, 1.0, 0.5]) | st.text(max_size=2)
ANYTHING = _values(SCALARS | st.none())
OBJECTS = st.dictionaries(NAMES, ANYTHING, max_size=4)
OBJECTS_WITHOUT_NULL = st.dictionaries(NAMES, _values(SCALARS), max_size=4)

# RFC 7396, appendix A: what is there, the patch, what comes out
APPENDIX_A = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]


@pytest.mark.parametrize(("target", "patch", "expected"), APPENDIX_A)
def test_a_patch_does_what_the_rfc_shows(target: Json, patch: Json, expected: Json) -> None:
    assert same(apply(target, patch), expected)


@given(ANYTHING, ANYTHING)
def test_applying_changes_nothing_in_place(target: Json, patch: Json) -> None:
    before = copy.deepcopy((target, patch))

    apply(target, patch)

    assert same([target, patch], list(before))


@given(ANYTHING, ANYTHING)
def test_applying_a_patch_again_changes_nothing_more(target: Json, patch: Json) -> None:
    once = apply(target, patch)

    assert same(apply(once, patch), once)


@given(OBJECTS, OBJECTS_WITHOUT_NULL)
def test_a_patch_is_found_to_any_document_without_nulls(before: Json, after: Json) -> None:
    assert same(apply(before, diff(before, after)), after)


@given(OBJECTS, OBJECTS)
def test_a_patch_that_is_found_makes_the_document_it_was_found_for(before: Json, after: Json) -> None:
    patch = diff(before, after)

    assert patch is None or same(apply(before, patch), after)


@given(OBJECTS)
def test_nothing_to_change_is_an_empty_patch(document: Json) -> None:
    assert diff(document, document) == {}


@given(OBJECTS, OBJECTS)
def test_what_a_patch_made_can_be_told_from_what_was_there(before: Json, patch: Json) -> None:
    after = apply(before, patch)

    assert same(apply(before, diff(before, after)), after)


@pytest.mark.parametrize(
    ("before", "after"),
    [({}, {"const": None}), ({"a": 1}, {"a": {"const": None}}), ({"const": 1}, {"const": None})],
)
def test_no_patch_can_add_a_null(before: Json, after: Json) -> None:
    assert diff(before, after) is None


@pytest.mark.parametrize(
    ("before", "after", "patch"),
    [
        ({"const": None}, {"const": None, "title": "lamp"}, {"title": "lamp"}),
        ({"enum": [1]}, {"enum": [1, None]}, {"enum": [1, None]}),
    ],
)
def test_a_null_that_stays_or_stands_in_an_array_is_no_hindrance(before: Json, after: Json, patch: Json) -> None:
    assert diff(before, after) == patch


def test_a_patch_names_only_what_changes() -> None:
    before = {"properties": {"on": {"type": "boolean"}, "level": {"type": "number", "maximum": 100}}}
    after = {"properties": {"on": {"type": "boolean"}, "level": {"type": "number", "maximum": 254}}}

    assert diff(before, after) == {"properties": {"level": {"maximum": 254}}}


@pytest.mark.parametrize(("one", "other"), [(1, True), (0, False), (1, 1.0)])
def test_a_change_of_the_type_of_a_value_is_a_change(one: Json, other: Json) -> None:
    patch = diff({"const": one}, {"const": other})

    assert same(patch, {"const": other})


def test_a_document_of_256_levels_can_be_patched() -> None:
    before: Json = {"a": 1}
    after: Json = {"a": 2}
    for _ in range(255):
        before, after = {"a": before}, {"a": after}

    assert same(apply(before, diff(before, after)), after)


def test_members_keep_their_order() -> None:
    assert list(apply({"a": 1, "b": 2}, {"c": 3, "a": 4})) == ["a", "b", "c"]
