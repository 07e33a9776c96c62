"""tm:extends and tm:ref: what a Thing Model is with all that it is made of."""

from __future__ import annotations

import contextlib
import copy
import time
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.directory.merge_patch import apply, same
from semantic_gw.directory.thing_models import resolve
from semantic_gw.directory.thing_models.pointers import find, fragment_tokens, pointer
from semantic_gw.errors import InvalidDocumentError
from semantic_gw.json_pointer import parse_pointer
from semantic_gw.model import Json

TD = "https://www.w3.org/2022/wot/td/v1.1"
BASE = "https://models.example/switch.tm.json"
LAMP = "https://models.example/lamp.tm.json"

NO_MODELS = dict[str, Json]().get

SWITCH: Mapping[str, Json] = {
    "@context": TD,
    "@type": "tm:ThingModel",
    "id": BASE,
    "title": "Switch",
    "properties": {"on": {"type": "boolean", "title": "On"}},
    "events": {"hot": {"data": {"type": "number"}}},
    "tm:optional": ["/events/hot"],
}


def model(**members: Json) -> Json:
    return {"@context": TD, "@type": "tm:ThingModel", "title": "Lamp", **members}


def extending(**members: Json) -> Json:
    return model(**{"links": [{"rel": "tm:extends", "href": BASE}], **members})


def importing(reference: Json, **members: Json) -> Json:
    return model(properties={"dim": {"tm:ref": reference, **members}})


def registered(**models: Json) -> dict[str, Json]:
    return {BASE: dict(SWITCH), **models}


def findings(document: Json, models: Mapping[str, Json] | None = None) -> dict[str, str]:
    with pytest.raises(InvalidDocumentError) as caught:
        resolve(document, (registered() if models is None else models).get)
    return dict(caught.value.findings)


# --- tm:extends


def test_a_model_that_needs_no_other_is_itself() -> None:
    document = model(properties={"on": {"const": None}})

    assert resolve(document, NO_MODELS) == document


def test_a_model_inherits_what_it_extends() -> None:
    resolved = resolve(extending(), registered().get)

    assert resolved["properties"] == SWITCH["properties"]


def test_a_model_overwrites_by_merge_patch() -> None:
    resolved = resolve(extending(properties={"on": {"title": None, "observable": True}}), registered().get)

    assert resolved["properties"]["on"] == {"type": "boolean", "observable": True}


def test_the_title_of_the_extended_model_is_inherited() -> None:
    document = {name: value for name, value in extending().items() if name != "title"}

    assert resolve(document, registered().get)["title"] == "Switch"


def test_the_id_of_the_extended_model_is_not_inherited() -> None:
    assert "id" not in resolve(extending(), registered().get)


def test_the_link_to_the_extended_model_is_gone() -> None:
    assert "links" not in resolve(extending(), registered().get)


def test_other_links_add_up() -> None:
    icon = {"rel": "icon", "href": "https://models.example/switch.png"}
    manual = {"rel": "service-doc", "href": "https://models.example/lamp.html"}
    document = extending(links=[{"rel": "tm:extends", "href": BASE}, manual])

    resolved = resolve(document, registered(**{BASE: {**SWITCH, "links": [icon]}}).get)

    assert resolved["links"] == [icon, manual]


def test_the_types_add_up() -> None:
    base = {**SWITCH, "@type": ["tm:ThingModel", "saref:Switch"]}

    resolved = resolve(extending(**{"@type": ["tm:ThingModel", "saref:Lamp"]}), registered(**{BASE: base}).get)

    assert resolved["@type"] == ["tm:ThingModel", "saref:Lamp", "saref:Switch"]


def test_the_contexts_add_up_with_that_of_the_td_first() -> None:
    base = {**SWITCH, "@context": [TD, {"saref": "https://saref.etsi.org/core/"}]}

    resolved = resolve(extending(**{"@context": [TD, {"@language": "de"}]}), registered(**{BASE: base}).get)

    assert resolved["@context"] == [TD, {"saref": "https://saref.etsi.org/core/"}, {"@language": "de"}]


def test_a_prefix_with_two_meanings_is_refused() -> None:
    base = {**SWITCH, "@context": [TD, {"ex": "https://one.example/"}]}
    document = extending(**{"@context": [TD, {"ex": "https://two.example/"}]})

    found = findings(document, registered(**{BASE: base}))

    assert "'ex'" in found["/links/0/href"]


def test_what_is_optional_stays_optional() -> None:
    assert resolve(extending(), registered().get)["tm:optional"] == ["/events/hot"]


def test_an_optional_affordance_that_is_restated_by_import_is_mandatory() -> None:
    resolved = resolve(extending(events={"hot": {"tm:ref": f"{BASE}#/events/hot"}}), registered().get)

    assert "tm:optional" not in resolved


def test_extension_goes_on_through_several_models() -> None:
    middle = extending(properties={"dim": {"type": "integer"}})
    document = model(links=[{"rel": "tm:extends", "href": LAMP}])

    resolved = resolve(document, registered(**{LAMP: middle}).get)

    assert list(resolved["properties"]) == ["on", "dim"]


def test_a_relative_address_is_seen_from_where_the_model_is_registered() -> None:
    document = model(links=[{"rel": "tm:extends", "href": "./switch.tm.json"}])

    assert "on" in resolve(document, registered().get, href=LAMP)["properties"]


def test_a_relative_address_in_an_extended_model_is_seen_from_there() -> None:
    library = {
        "https://a.example/x/base.json": model(properties={"dim": {"tm:ref": "../y/parts.json#/properties/dim"}}),
        "https://a.example/y/parts.json": model(properties={"dim": {"type": "integer"}}),
    }
    document = model(links=[{"rel": "tm:extends", "href": "https://a.example/x/base.json"}])

    resolved = resolve(document, library.get, href="https://b.example/lamp.json")

    assert resolved["properties"]["dim"] == {"type": "integer"}


def test_a_model_that_is_not_registered_is_named() -> None:
    assert BASE in findings(extending(), {})["/links/0/href"]


def test_a_second_extended_model_is_refused() -> None:
    links = [{"rel": "tm:extends", "href": BASE}, {"rel": "tm:extends", "href": LAMP}]

    assert "at most one" in findings(extending(links=links), registered(**{LAMP: model()}))["/links/0/href"]


def test_a_model_that_extends_itself_is_refused() -> None:
    models = {BASE: model(links=[{"rel": "tm:extends", "href": LAMP}]), LAMP: extending()}

    assert "extends itself" in findings(extending(), models)["/links/0/href"]


def test_33_models_that_extend_one_another_are_refused() -> None:
    models = {f"m{n}": model(links=[{"rel": "tm:extends", "href": f"m{n + 1}"}]) for n in range(40)}

    assert "more than 32" in findings(model(links=[{"rel": "tm:extends", "href": "m0"}]), models)["/links/0/href"]


@pytest.mark.parametrize("href", [None, 7, "", f"{BASE}#/properties"])
def test_an_extended_model_needs_a_whole_address(href: Json) -> None:
    assert "/links/0/href" in findings(model(links=[{"rel": "tm:extends", "href": href}]))


# --- tm:ref


def test_an_import_stands_where_it_is_asked_for() -> None:
    resolved = resolve(importing(f"{BASE}#/properties/on"), registered().get)

    assert resolved["properties"]["dim"] == {"type": "boolean", "title": "On"}


def test_members_beside_an_import_patch_it() -> None:
    resolved = resolve(importing(f"{BASE}#/properties/on", title=None, readOnly=True), registered().get)

    assert resolved["properties"]["dim"] == {"type": "boolean", "readOnly": True}


def test_an_import_from_the_model_itself() -> None:
    generic = {"type": "number", "unit": "C"}
    document = model(
        properties={"generic": generic, "outer": {"tm:ref": "#/properties/generic", "unit": "K"}},
    )

    assert resolve(document, NO_MODELS)["properties"]["outer"] == {"type": "number", "unit": "K"}


def test_an_import_from_the_model_itself_sees_what_it_inherits() -> None:
    document = extending(properties={"dim": {"tm:ref": "#/properties/on"}})

    assert resolve(document, registered().get)["properties"]["dim"]["type"] == "boolean"


def test_an_import_sees_what_the_other_model_inherits() -> None:
    document = importing(f"{LAMP}#/properties/on")

    assert resolve(document, registered(**{LAMP: extending()}).get)["properties"]["dim"]["type"] == "boolean"


def test_a_local_reference_in_what_is_imported_means_the_model_it_stands_in() -> None:
    other = model(properties={"a": {"tm:ref": "#/properties/b"}, "b": {"type": "string"}})
    document = importing(f"{LAMP}#/properties/a")

    assert resolve(document, {LAMP: other}.get)["properties"]["dim"] == {"type": "string"}


def test_an_import_leads_through_another() -> None:
    other = model(properties={"a": {"tm:ref": "#/actions/b"}}, actions={"b": {"input": {"type": "null"}}})

    assert resolve(importing(f"{LAMP}#/properties/a/input"), {LAMP: other}.get)["properties"]["dim"] == {"type": "null"}


def test_an_import_inside_an_array() -> None:
    document = model(properties={"a": {"oneOf": [{"type": "string"}, {"tm:ref": "#/properties/b"}]}, "b": {"const": 1}})

    assert resolve(document, NO_MODELS)["properties"]["a"]["oneOf"] == [{"type": "string"}, {"const": 1}]


def test_an_import_of_an_element_of_an_array() -> None:
    document = model(properties={"a": {"tm:ref": "#/properties/b/oneOf/1"}, "b": {"oneOf": [{}, {"const": 1}]}})

    assert resolve(document, NO_MODELS)["properties"]["a"] == {"const": 1}


def test_an_import_replaces_what_is_inherited() -> None:
    document = extending(properties={"on": {"tm:ref": "#/actions/set/input"}}, actions={"set": {"input": {"const": 1}}})

    assert resolve(document, registered().get)["properties"]["on"] == {"const": 1}


def test_a_removal_over_an_inherited_import_removes_what_is_imported() -> None:
    base = model(properties={"on": {"tm:ref": "#/actions/a", "observable": True}}, actions={"a": {"title": "A"}})
    document = extending(properties={"on": {"title": None}})

    assert resolve(document, {BASE: base}.get)["properties"]["on"] == {"observable": True}


def test_two_models_may_import_from_one_another() -> None:
    other = model(properties={"a": {"tm:ref": f"{BASE}#/actions/b"}})
    document = model(properties={"a": {"tm:ref": f"{LAMP}#/properties/a"}}, actions={"b": {"title": "B"}})

    assert resolve(document, {LAMP: other}.get, href=BASE)["properties"]["a"] == {"title": "B"}


def test_the_context_of_what_is_imported_comes_along() -> None:
    other = {**SWITCH, "@context": [TD, {"saref": "https://saref.etsi.org/core/"}]}

    resolved = resolve(importing(f"{BASE}#/properties/on"), {BASE: other}.get)

    assert resolved["@context"] == [TD, {"saref": "https://saref.etsi.org/core/"}]


@pytest.mark.parametrize(
    ("reference", "complaint"),
    [
        (7, "tm:ref must be"),
        (BASE, "tm:ref must be"),
        (f"{BASE}#properties", "must be empty or start with /"),
        (f"{BASE}#/a~2", "~0"),
        (f"{BASE}#/properties/off", "nothing at"),
        (f"{BASE}#/title/0", "nothing at"),
        ("https://models.example/none#/a", "https://models.example/none"),
        ("http://[half#/a", "http://[half"),
    ],
)
def test_an_import_that_leads_nowhere_is_told_where_it_stands(reference: Json, complaint: str) -> None:
    assert complaint in findings(importing(reference))["/properties/dim"]


def test_all_imports_that_lead_nowhere_are_told_at_once() -> None:
    document = model(properties={name: {"tm:ref": f"#/none/{name}"} for name in ("a", "b", "c/d")})

    assert list(findings(document)) == ["/properties/a", "/properties/b", "/properties/c~1d"]


def test_an_import_of_no_object_takes_no_members() -> None:
    assert "no object" in findings(importing(f"{BASE}#/title", unit="K"))["/properties/dim"]


# --- no end, no measure


@pytest.mark.parametrize(
    "properties",
    [
        {"a": {"tm:ref": "#/properties/a"}},
        {"a": {"tm:ref": "#/properties/b"}, "b": {"tm:ref": "#/properties/a"}},
        {"a": {"properties": {"x": {"tm:ref": "#/properties/a"}}}},
        {"a": {"tm:ref": "#/properties/a/b"}},
        {"a": {"tm:ref": "#/properties"}},
        {"a": {"tm:ref": "#"}},
    ],
)
def test_an_import_without_end_is_refused(properties: Json) -> None:
    assert "/properties" in next(iter(findings(model(properties=properties))))


@given(st.lists(st.integers(0, 5), min_size=6, max_size=6))
def test_a_ring_of_imports_is_refused_and_no_chain_is(targets: list[int]) -> None:
    document = model(properties={f"p{n}": {"tm:ref": f"#/properties/p{to}"} for n, to in enumerate(targets)})
    document["properties"]["p0"] = {"type": "boolean"}
    ends = [0]
    for _ in targets:
        ends += [n for n, to in enumerate(targets) if to in ends and n not in ends]
    try:
        resolve(document, NO_MODELS)
        refused = False
    except InvalidDocumentError:
        refused = True

    assert refused == (len(ends) < len(targets))


def test_33_imports_in_a_row_are_refused() -> None:
    properties = {f"p{n}": {"tm:ref": f"#/properties/p{n + 1}"} for n in range(33)} | {"p33": {"type": "null"}}

    assert "more than 32" in findings(model(properties=properties))["/properties/p0"]


def test_32_imports_in_a_row_are_followed() -> None:
    properties = {f"p{n}": {"tm:ref": f"#/properties/p{n + 1}"} for n in range(32)} | {"p32": {"type": "null"}}

    assert resolve(model(properties=properties), NO_MODELS)["properties"]["p0"] == {"type": "null"}


def laughs(doublings: int, laugh: Json) -> Json:
    """A model in which each property imports the one before it twice."""
    properties = {"p0": laugh}
    for n in range(1, doublings + 1):
        twice = [{"tm:ref": f"#/properties/p{n - 1}"}, {"tm:ref": f"#/properties/p{n - 1}"}]
        properties[f"p{n}"] = {"oneOf": twice}
    return model(properties=dict(reversed(properties.items())))


@pytest.mark.parametrize("laugh", [{"title": "ha"}, {"tm:ref": "#/none"}, {"enum": [0] * 20_000}])
def test_a_billion_laughs_are_refused_soon(laugh: Json) -> None:
    document = laughs(30, laugh)
    started = time.process_time()

    with pytest.raises(InvalidDocumentError):
        resolve(document, NO_MODELS)

    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "document",
    [
        model(a={"x": [0] * 100_000}, properties={f"p{n}": {"tm:ref": "#/a/x/1"} for n in range(20_000)}),
        model(
            a={"tm:ref": "#/b", "x": [0] * 100_000},
            b={},
            properties={f"p{n}": {"tm:ref": "#/a/x/1"} for n in range(5_000)},
        ),
        model(properties={f"p{n}": {"tm:ref": f"m{n}#/a"} for n in range(5_000)}),
    ],
)
def test_many_small_imports_are_refused_soon(document: Json) -> None:
    started = time.process_time()

    with pytest.raises(InvalidDocumentError):
        resolve(document, NO_MODELS)

    assert time.process_time() - started < 5


def test_large_models_that_are_read_for_little_are_refused() -> None:
    models = {f"m{n}": model(a=1, b="x" * 1_000_000) for n in range(50)}
    document = model(properties={f"p{n}": {"tm:ref": f"m{n}#/a"} for n in range(50)})

    assert "characters" in next(iter(findings(document, models).values()))


def test_the_bound_of_size_can_be_given() -> None:
    with pytest.raises(InvalidDocumentError, match="more than 1000 characters"):
        resolve(laughs(6, {"title": "ha" * 50}), NO_MODELS, max_size=1000)


def nested(levels: int, leaf: Json) -> Json:
    for _ in range(levels):
        leaf = {"a": leaf}
    return leaf


def test_a_model_of_250_levels_is_resolved() -> None:
    document = extending(x=nested(250, {"tm:ref": "#/y"}), y=1)

    assert find(resolve(document, registered().get), ["x", *["a"] * 250]) == 1


def test_parts_that_are_nested_too_deep_together_are_refused() -> None:
    document = model(x=nested(200, {"tm:ref": "#/y"}), y=nested(200, 1))

    assert "nested deeper" in findings(document)[""]


def test_imports_that_nest_without_measure_are_refused() -> None:
    members = {f"x{n}": nested(200, {"tm:ref": f"#/x{n + 1}"}) for n in range(20)}

    assert "nested deeper" in next(iter(findings(model(**members, x20={})).values()))


# --- whatever comes


NAMES = st.sampled_from(["properties", "a", "b", "links", "tm:ref", "@context", "@type", "href", "rel", "tm:optional"])
TEXTS = st.sampled_from(["tm:extends", "tm:submodel", "#/a", "#/properties/b", "m#/a", "m", "", "#", "tm:ThingModel"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 2) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)
DOCUMENTS = st.dictionaries(NAMES, VALUES, max_size=5)
EXTENDING = DOCUMENTS.map(lambda own: {**own, "links": [{"rel": "tm:extends", "href": "m"}]})


@given(DOCUMENTS | EXTENDING, DOCUMENTS)
def test_any_document_is_resolved_or_refused(document: Json, other: Json) -> None:
    before = copy.deepcopy((document, other))
    with contextlib.suppress(InvalidDocumentError):
        resolve(document, {"m": other}.get)

    assert (document, other) == before


PLAIN_NAMES = st.sampled_from(["properties", "actions", "title", "a", "b"])
PLAIN = st.recursive(
    st.none() | st.integers(0, 2),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(PLAIN_NAMES, inner, max_size=3),
    max_leaves=10,
)
PLAIN_DOCUMENTS = st.dictionaries(PLAIN_NAMES, PLAIN, max_size=4)


@given(PLAIN_DOCUMENTS, PLAIN_DOCUMENTS)
def test_extension_is_a_merge_patch(base: Json, own: Json) -> None:
    document = {**own, "links": [{"rel": "tm:extends", "href": "m"}]}

    assert same(resolve(document, {"m": base}.get), apply(base, own))


@given(PLAIN, PLAIN_DOCUMENTS)
def test_members_beside_an_import_are_a_merge_patch(imported: Json, own: Json) -> None:
    resolved = resolve({"x": {"tm:ref": "#/y", **own}, "y": {"imported": imported}}, NO_MODELS)

    assert same(resolved["x"], apply({"imported": imported}, own))


@given(st.lists(st.text(max_size=4), min_size=1, max_size=4))
def test_a_pointer_and_its_tokens_are_the_same_thing(path: list[str]) -> None:
    assert parse_pointer(pointer(*path)) == tuple(path)


@pytest.mark.parametrize("name", ["a/b", "~", "~1", "", "é", "a b", "%", "100%"])
def test_an_import_finds_a_name_with_signs_of_its_own(name: str) -> None:
    document = model(properties={name: {"const": name}, "dim": {"tm:ref": "#" + pointer("properties", name)}})

    assert resolve(document, NO_MODELS)["properties"]["dim"] == {"const": name}


def test_a_pointer_in_a_fragment_may_be_percent_encoded() -> None:
    assert fragment_tokens("/properties/water%20level/%7E1") == ("properties", "water level", "/")


@pytest.mark.parametrize("token", ["-", "01", "-1", "2", "", "1.0"])
def test_only_an_index_names_an_element(token: str) -> None:
    with pytest.raises(LookupError):
        find([1, 2], [token])
