from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from semantic_gw.bindings.polling_plan import MOST_URLS, PollingPlan, Reading, polling_plan, seconds
from semantic_gw.directory.known_things import KnownThings
from semantic_gw.model import Json, ThingDescription
from tests.shared import ROOT, shared

SGW = "https://w3id.org/semantic-gw/"


def thing(**members: Json) -> dict[str, Json]:
    context = ["https://www.w3.org/2022/wot/td/v1.1", {"sgw": SGW}]
    security = {"securityDefinitions": {"none": {"scheme": "nosec"}}, "security": "none"}
    return {"@context": context, "id": "urn:t:1", "title": "t", "base": "http://lamp.test/", **security, **members}


def plan(document: Mapping[str, Json], **credentials: str) -> PollingPlan:
    secrets = {host.replace("_", "."): SecretStr(secret) for host, secret in credentials.items()}
    return polling_plan(document, min_interval_s=1.0, credentials=secrets)


def the_reading(document: Mapping[str, Json], **credentials: str) -> Reading:
    made = plan(document, **credentials)
    assert made.remarks == ()
    (reading,) = made.readings
    return reading


def why_not(document: Mapping[str, Json], **credentials: str) -> str:
    made = plan(document, **credentials)
    assert made.readings == ()
    (finding,) = made.remarks
    return f"{finding.pointer} {finding.detail}"


def properties(*forms: Json, **members: Json) -> dict[str, Json]:
    """One property `p` of a Thing that asks to be read every ten seconds."""
    return thing(**{"sgw:pollInterval": 10}, properties={"p": {"type": "number", "forms": list(forms), **members}})


# The interval:


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (30, 30.0), (0.5, 0.5), (0, 0.0), ("31", 31.0), ("2.5", 2.5), ("PT30S", 30.0), ("PT0.5S", 0.5),
        ("PT1M30S", 90.0), ("PT2H", 7200.0), ("P1D", 86400.0), ("P1DT1S", 86401.0), (" PT1S ", 1.0),
        (10**20, 366 * 86400.0),
    ],
)  # fmt: skip
def test_an_interval_is_a_number_of_seconds_or_a_duration(given: Json, meant: float) -> None:
    assert seconds(given) == meant


@pytest.mark.parametrize(
    "given",
    [None, True, -1, math.nan, math.inf, "", "P", "PT", "P1DT", "P1M", "P1Y", "-PT1S", "PT1", "1s", "٣", [1], {}],
)  # fmt: skip
def test_anything_else_is_none(given: Json) -> None:
    assert seconds(given) is None


def test_an_interval_that_is_none_is_told() -> None:
    document = thing(**{"sgw:pollInterval": "often"}, properties={"p": {"forms": [{"href": "p"}]}})
    (remark,) = plan(document).remarks

    assert remark == ("", "sgw:pollInterval 'often' is no number of seconds, and no duration like PT30S")


def test_without_an_interval_nothing_is_read() -> None:
    assert plan(thing(properties={"p": {"forms": [{"href": "p"}]}})) == PollingPlan()


def test_the_nearest_interval_counts() -> None:
    document = thing(
        **{"sgw:pollInterval": 60},
        properties={
            "of_thing": {"forms": [{"href": "a"}]},
            "of_property": {"sgw:pollInterval": 30, "forms": [{"href": "b"}]},
            "of_form": {"sgw:pollInterval": 30, "forms": [{"href": "c", "sgw:pollInterval": "PT5S"}]},
            "never": {"sgw:pollInterval": 0, "forms": [{"href": "d"}]},
        },
    )

    assert [reading.interval_s for reading in plan(document).readings] == [60, 30, 5]


def test_an_interval_that_is_too_short_is_raised() -> None:
    document = thing(**{"sgw:pollInterval": 0.001}, properties={"p": {"forms": [{"href": "p"}]}})

    assert the_reading(document).interval_s == 1.0


@pytest.mark.parametrize("name", ["sgw:pollInterval", "my:pollInterval", SGW + "pollInterval", "every"])
def test_the_term_is_known_by_its_iri(name: str) -> None:
    context = ["https://www.w3.org/2022/wot/td/v1.1", {"my": SGW, "every": SGW + "pollInterval"}]
    document = thing(**{"@context": context, name: 7}, properties={"p": {"forms": [{"href": "p"}]}})

    assert the_reading(document).interval_s == 7


def test_a_typed_literal_is_an_interval() -> None:
    literal = {"@value": "PT7S", "@type": "http://www.w3.org/2001/XMLSchema#duration"}

    assert the_reading({**properties({"href": "p"}), "sgw:pollInterval": literal}).interval_s == 7


# The form:


@pytest.mark.parametrize(
    ("href", "url", "address"),
    [
        ("a/b?c=d#e", "http://lamp.test/a/b?c=d", "http://lamp.test/a/b?c=d"),
        ("a/b?#e", "http://lamp.test/a/b", "http://lamp.test/a/b"),
        ("HTTP://Lamp.test:80/on%20off", "http://Lamp.test:80/on%20off", "http://lamp.test/on off"),
        ("http://lamp.test:81", "http://lamp.test:81", "http://lamp.test:81/"),
        ("p{?unit,since}#{x}", "http://lamp.test/p", "http://lamp.test/p"),
    ],
)
def test_the_address_is_the_url_as_forms_are_read(href: str, url: str, address: str) -> None:
    reading = the_reading(properties({"href": href}))

    assert (reading.url, reading.address) == (url, address)


def test_the_answer_comes_in_where_its_affordance_is_lifted() -> None:
    power = {"type": "number", "unit": "W", "saref:hasPropertyKind": "sgw:Power", "sgw:pollInterval": 1}
    document = thing(properties={f"p{n}": {**power, "forms": [{"href": f"on%20off?id={n}"}]} for n in (0, 1)})
    known = KnownThings("https://gateway.example/")
    known.register(ThingDescription("urn:t:1", document))

    assert [len(known.lifters(reading.address)) for reading in plan(document).readings] == [1, 1]


def test_an_href_may_be_absolute() -> None:
    assert the_reading(properties({"href": "https://other.test/x"})).address == "https://other.test/x"


def test_a_relative_href_needs_a_base() -> None:
    document = properties({"href": "/p"})
    del document["base"]

    assert "the Thing has no base" in why_not(document)


def test_the_content_type_of_the_form_is_asked_for() -> None:
    assert the_reading(properties({"href": "p", "contentType": "application/cbor"})).content_type == "application/cbor"


def test_json_is_asked_for_where_the_form_says_nothing() -> None:
    assert the_reading(properties({"href": "p"})).content_type == "application/json"


@pytest.mark.parametrize("op", ["readproperty", ["writeproperty", "readproperty"], ["readproperty", "observeproperty"]])
def test_a_form_that_reads_is_read(op: Json) -> None:
    assert the_reading(properties({"href": "p", "op": op})).interval_s == 10


@pytest.mark.parametrize("op", ["writeproperty", ["observeproperty", "unobserveproperty"], [], "invokeaction", 1])
def test_a_form_that_does_not_read_is_not(op: Json) -> None:
    assert plan(properties({"href": "p", "op": op})) == PollingPlan()


def test_what_can_only_be_written_is_not_read() -> None:
    assert plan(properties({"href": "p"}, writeOnly=True)) == PollingPlan()


def test_forms_of_other_protocols_are_passed_over() -> None:
    reading = the_reading(properties({"href": "mqtt://broker/p"}, {"href": "coap://lamp.test/p"}, {"href": "p"}))

    assert reading.address == "http://lamp.test/p"


def test_a_form_that_cannot_be_read_is_passed_over_where_another_can() -> None:
    reading = the_reading(properties({"href": "p/{unit}"}, {"href": "q", "htv:methodName": "POST"}, {"href": "r"}))

    assert reading.address == "http://lamp.test/r"


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"href": "p/{unit}"}, "its href is a template"),
        ({"href": "p", "htv:methodName": "POST"}, "it wants the method 'POST'"),
        ({"href": "http://user:secret@lamp.test/p"}, "no user name and no password"),
        ({"href": "http://127.0.0.1\\@lamp.test/p"}, "a backslash"),
        ({"href": "http://[::1/p"}, "it is not polled"),
        ({"href": "p", "security": "unknown"}, "its security 'unknown' is not defined"),
    ],
)
def test_why_a_form_is_not_read_is_told(form: Json, why: str) -> None:
    told = why_not(properties(form))

    assert told.startswith("/properties/p/forms/0 ")
    assert why in told
    assert "secret" not in told


def test_a_pointer_is_escaped() -> None:
    document = thing(properties={"a/b~c": {"sgw:pollInterval": 1, "forms": [{"href": "{x}"}]}})

    assert why_not(document).startswith("/properties/a~1b~0c/forms/0 ")


# Several properties:


def test_properties_that_share_a_url_are_read_together_at_the_shortest_interval() -> None:
    document = thing(
        properties={
            "a": {"sgw:pollInterval": 60, "forms": [{"href": "status#a"}]},
            "b": {"sgw:pollInterval": 20, "forms": [{"href": "status#b"}]},
        }
    )
    reading = the_reading(document)

    assert (reading.url, reading.interval_s) == ("http://lamp.test/status", 20)


def test_other_queries_are_other_urls() -> None:
    document = thing(
        **{"sgw:pollInterval": 9},
        properties={"a": {"forms": [{"href": "s?id=0"}]}, "b": {"forms": [{"href": "s?id=1"}]}},
    )

    assert len(plan(document).readings) == 2


def test_a_form_of_the_thing_reads_all_its_properties() -> None:
    document = {**properties({"href": "p"}), "forms": [{"op": "readallproperties", "href": "all"}]}

    assert the_reading(document).address == "http://lamp.test/all"


def test_a_form_for_all_comes_before_a_form_for_some() -> None:
    forms = [{"op": "readmultipleproperties", "href": "some"}, {"op": ["readallproperties"], "href": "all"}]

    assert the_reading({**properties({"href": "p"}), "forms": forms}).address == "http://lamp.test/all"


def test_a_form_for_some_is_read_where_there_is_none_for_all() -> None:
    forms = [{"op": "readmultipleproperties", "href": "some"}, {"op": "writeallproperties", "href": "all"}]

    assert the_reading({**properties({"href": "p"}), "forms": forms}).address == "http://lamp.test/some"


def test_a_property_with_an_interval_of_its_own_is_read_besides() -> None:
    document = {
        **properties({"href": "p"}, **{"sgw:pollInterval": 1}),
        "forms": [{"op": "readallproperties", "href": "all"}],
    }

    assert [reading.address for reading in plan(document).readings] == ["http://lamp.test/all", "http://lamp.test/p"]


def test_a_thing_is_not_flooded() -> None:
    many = {f"p{n}": {"forms": [{"href": f"p{n}"}]} for n in range(10_000)}
    made = plan(thing(**{"sgw:pollInterval": 1}, properties=many))

    assert len(made.readings) == MOST_URLS
    assert "10000 URLs" in made.remarks[0].detail


# Security:


def secured(form: Json = None, **scheme: Json) -> dict[str, Json]:
    document = properties({"href": "p?a=b", **(form or {})})
    return {**document, "securityDefinitions": {"s": scheme, "none": {"scheme": "nosec"}}, "security": ["s"]}


@pytest.mark.parametrize(
    ("scheme", "header"),
    [
        ({"scheme": "basic"}, ("Authorization", "Basic dTpwdw==")),
        ({"scheme": "basic", "in": "header", "name": "X"}, ("Authorization", "Basic dTpwdw==")),
        ({"scheme": "bearer"}, ("Authorization", "Bearer u:pw")),
        ({"scheme": "apikey", "in": "header", "name": "X-Key"}, ("X-Key", "u:pw")),
        ({"scheme": "apikey", "in": "cookie", "name": "key"}, ("Cookie", "key=u:pw")),
    ],
)
def test_a_secret_of_the_settings_is_sent_as_the_description_asks(scheme: Any, header: tuple[str, str]) -> None:
    reading = the_reading(secured(**scheme), lamp_test="u:pw")

    assert reading.headers == (header,)
    assert reading.url == "http://lamp.test/p?a=b"


@pytest.mark.parametrize("scheme", [{"in": "query"}, {}])
def test_an_api_key_is_put_in_the_query_and_not_in_the_address(scheme: Any) -> None:
    reading = the_reading(secured(scheme="apikey", name="key", **scheme), lamp_test="a b&c")

    assert reading.url == "http://lamp.test/p?a=b&key=a%20b%26c"
    assert reading.address == "http://lamp.test/p?a=b"


def test_a_reading_shows_no_secret() -> None:
    for scheme in ({"scheme": "bearer"}, {"scheme": "apikey", "name": "key"}):
        assert "hidden" not in repr(plan(secured(**scheme), lamp_test="hidden"))


def test_a_form_may_need_other_security_than_the_thing() -> None:
    assert the_reading(secured({"security": "none"}, scheme="digest")).headers == ()


@pytest.mark.parametrize(
    ("scheme", "why"),
    [
        ({"scheme": "basic"}, "polling.credentials has none for lamp.test"),
        ({"scheme": "bearer", "token": "in-the-description"}, "polling.credentials has none for lamp.test"),
        ({"scheme": "digest"}, "its security scheme is 'digest'"),
        ({"scheme": "oauth2"}, "possible are nosec, basic, bearer, apikey"),
        ({}, "its security scheme is None"),
    ],
)
def test_why_a_secured_form_is_not_read_is_told(scheme: Any, why: str) -> None:
    assert why in why_not(secured(**scheme), other_test="secret")


@pytest.mark.parametrize(
    ("scheme", "why"),
    [
        ({"scheme": "apikey", "in": "header", "name": "Host"}, "no place for a key"),
        ({"scheme": "apikey", "in": "header", "name": "content-length"}, "no place for a key"),
        ({"scheme": "apikey", "in": "header", "name": "a\r\nb"}, "no usable name"),
        ({"scheme": "apikey", "in": "header"}, "no usable name"),
        ({"scheme": "apikey", "in": "body", "name": "k"}, "belong in 'body'"),
        ({"scheme": "basic", "in": "query"}, "belong in 'query'"),
    ],
)
def test_where_no_secret_can_be_put_is_told(scheme: Any, why: str) -> None:
    assert why in why_not(secured(**scheme), lamp_test="secret")


def test_a_secret_goes_to_its_own_host_only() -> None:
    document = {**secured(scheme="bearer"), "base": "http://evil.test/"}

    assert "has none for evil.test" in why_not(document, lamp_test="secret")


def test_a_secret_may_be_for_one_port() -> None:
    document = {**secured(scheme="bearer"), "base": "http://lamp.test:81/"}
    secrets = {"lamp.test:81": SecretStr("of 81"), "Lamp.test": SecretStr("of all")}
    made = polling_plan(document, min_interval_s=1.0, credentials=secrets)
    other = polling_plan({**document, "base": "http://lamp.test:82/"}, min_interval_s=1.0, credentials=secrets)

    assert made.readings[0].headers == (("Authorization", "Bearer of 81"),)
    assert other.readings[0].headers == (("Authorization", "Bearer of all"),)


# Anything:

_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["href", "op", "p"]), inner, max_size=3)
    ),
    max_leaves=8,
)
_MEMBERS = ["@context", "base", "security", "securityDefinitions", "properties", "forms", "sgw:pollInterval"]


@given(st.dictionaries(st.sampled_from(_MEMBERS), _ANY))
def test_any_document_has_a_plan(members: dict[str, Json]) -> None:
    assert isinstance(plan({**properties({"href": "p"}), **members}), PollingPlan)


@given(st.dictionaries(st.sampled_from(["href", "op", "contentType", "security", "sgw:pollInterval"]), _ANY))
def test_any_form_has_a_plan(form: dict[str, Json]) -> None:
    assert isinstance(plan(properties({"href": "p", **form})), PollingPlan)


def test_a_real_description_has_a_plan_once_it_asks_for_it() -> None:
    (path,) = shared("wot/td-valid").glob("*5co2Sensor*")
    document = {**json.loads(path.read_text("utf-8")), SGW + "pollInterval": 60}

    assert the_reading(document).address.startswith("http://")


def test_the_example_of_the_documentation_is_read() -> None:
    text = (ROOT / "docs" / "polling.md").read_text("utf-8")
    reading = the_reading(json.loads(text.split("```json")[1].split("```")[0]))

    assert (reading.address, reading.interval_s) == ("http://192.168.1.20/status", 30)
