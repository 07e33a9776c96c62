"""What a Thing Description must be (W3C WoT Thing Description 1.1, sections 5 and 6), one rule after the other."""

from __future__ import annotations

import pytest

from semantic_gw.directory.validation import check_description
from semantic_gw.model import Json
from tests.directory.validated import (
    TD_1_0,
    TD_1_1,
    Document,
    description,
    of_1_0,
    with_form,
    with_schema,
    with_scheme,
)

DIRECTORY = "https://www.w3.org/2022/wot/discovery"
EXTENSIONS: Document = {"saref": "https://saref.etsi.org/core/"}
WRONG: list[Json] = [None, True, 1, {}, [[]]]
"""Values that are neither a text nor an array of texts."""


def places(document: Json) -> list[str]:
    return [finding.pointer for finding in check_description(document)]


def detail(document: Json) -> str:
    (finding,) = check_description(document)
    return finding.detail


def test_the_smallest_description_is_valid() -> None:
    assert check_description(description()) == ()


@pytest.mark.parametrize("document", [None, True, 1, "a", [], [description()]])
def test_what_is_no_object_is_no_description(document: Json) -> None:
    assert "a Thing Description is a JSON object; this is" in detail(document)


# The Thing (5.3.1.1).


@pytest.mark.parametrize("name", ["@context", "title", "security", "securityDefinitions"])
def test_a_mandatory_member_is_missed_at_its_place(name: str) -> None:
    assert check_description(description(**{name: None})) == (
        (f"/{name}", f"{name} is missing; it is mandatory in a Thing"),
    )


@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        ({"title": {"en": "lamp"}}, "/title"),
        ({"titles": "lamp"}, "/titles"),
        ({"titles": {"en": 1}}, "/titles/en"),
        ({"descriptions": []}, "/descriptions"),
        ({"description": ["a"]}, "/description"),
        ({"@type": [1]}, "/@type/0"),
        ({"@type": {}}, "/@type"),
        ({"version": "1.0"}, "/version"),
        ({"version": {}}, "/version/instance"),
        ({"version": {"instance": 1}}, "/version/instance"),
        ({"version": {"instance": "1", "model": 2}}, "/version/model"),
        ({"support": 1}, "/support"),
        ({"base": 1}, "/base"),
        ({"properties": []}, "/properties"),
        ({"properties": {"on": []}}, "/properties/on"),
        ({"actions": "toggle"}, "/actions"),
        ({"events": None, "properties": {"a/b": 1}}, "/properties/a~1b"),
        ({"links": {}}, "/links"),
        ({"links": ["a"]}, "/links/0"),
        ({"forms": {}}, "/forms"),
        ({"forms": []}, "/forms"),
        ({"profile": []}, "/profile"),
        ({"profile": [1]}, "/profile/0"),
        ({"schemaDefinitions": {"error": "string"}}, "/schemaDefinitions/error"),
        ({"uriVariables": {"step": 1}}, "/uriVariables/step"),
    ],
)
def test_a_member_of_a_thing_has_its_type(members: Document, pointer: str) -> None:
    assert places(description(**members)) == [pointer]


def test_members_that_no_table_has_may_be_anything() -> None:
    own = {"tag": [1, None], "saref:hasModel": {"@value": 3}, "type": 7}
    document = description(
        properties={"on": {"forms": [{"href": "a", "htv:methodName": 1, "x": None}], "sgw:pointer": "/on"}},
        links=[{"href": "b", "x": 1}],
        version={"instance": "1", "firmware": 3},
        **own,
    )

    assert check_description(document) == ()


@pytest.mark.parametrize(
    "id", ["urn:uuid:1", "uri:dev:a", "https://example.com/lamp#1", "echonet:lock:a-1@x", "urn:lämp", "coap://[::1]/a"]
)
def test_an_id_is_a_uri(id: str) -> None:
    assert check_description(description(id=id)) == ()


@pytest.mark.parametrize("id", ["", "lamp", "/things/1", "urn:a b", "urn:%zz", "http://{host}/", "urn:a#b#c", 7, {}])
def test_an_id_that_is_no_uri_is_told(id: Json) -> None:
    assert places(description(id=id)) == ["/id"]


@pytest.mark.parametrize("name", ["created", "modified"])
@pytest.mark.parametrize("moment", ["2019-05-24T13:12:45Z", "2015-07-11T09:32:26+08:00", "2022-03-10T17:02:54.432064Z"])
def test_a_moment_has_an_offset(name: str, moment: str) -> None:
    assert check_description(description(**{name: moment})) == ()


@pytest.mark.parametrize("name", ["created", "modified"])
@pytest.mark.parametrize("moment", ["2019-05-24T13:12:45", "2019-05-24", "2019-13-24T13:12:45Z", 1530104778617, ""])
def test_what_is_no_moment_is_told(name: str, moment: Json) -> None:
    assert "it must be a date and time with an offset (RFC 3339)" in detail(description(**{name: moment}))


@pytest.mark.parametrize("tag", ["en", "de-AT", "zh-Hant-HK", "sl-nedis", "gsw-CH", "x-klingon", "i-klingon"])
def test_texts_are_named_by_language_tags(tag: str) -> None:
    assert check_description(description(titles={tag: "lamp"})) == ()


@pytest.mark.parametrize("tag", ["", "en_US", "english language", "@none", "deutschland", "en-"])
def test_a_name_that_is_no_language_tag_is_told_at_its_place(tag: str) -> None:
    assert places(description(descriptions={"en": "lamp", tag: "lamp"})) == [f"/descriptions/{tag}"]


# @context (5.3.1.1).


@pytest.mark.parametrize(
    "context",
    [
        TD_1_1,
        TD_1_0,
        [TD_1_1],
        [TD_1_0, TD_1_1],
        [TD_1_0, TD_1_1, EXTENSIONS, DIRECTORY],
        [TD_1_1, "https://webthings.io/schemas", EXTENSIONS, {"@language": "en"}],
        [TD_1_1, {"@language": "ar-EG", "@direction": "rtl"}],
        [TD_1_1, {"@language": None, "@direction": None}],
        [TD_1_1, {"saref": {"@id": "https://saref.etsi.org/core/", "@prefix": True}, "@version": 1.1}],
    ],
)
def test_a_context_begins_with_that_of_thing_descriptions(context: Json) -> None:
    assert check_description(description(**{"@context": context})) == ()


@pytest.mark.parametrize(
    ("context", "pointer"),
    [
        ([], "/@context"),
        ({}, "/@context"),
        ("https://schema.org", "/@context"),
        ([EXTENSIONS, TD_1_1], "/@context/0"),
        ([DIRECTORY, TD_1_1], "/@context/0"),
        ([TD_1_1, 1], "/@context/1"),
        ([TD_1_1, {"saref": 1}], "/@context/1/saref"),
        ([TD_1_1, {"@language": "en_US"}], "/@context/1/@language"),
        ([TD_1_1, {"@direction": "up"}], "/@context/1/@direction"),
        ([TD_1_1, {"@direction": []}], "/@context/1/@direction"),
    ],
)
def test_a_context_that_is_none_of_a_thing_description_is_told(context: Json, pointer: str) -> None:
    assert places(description(**{"@context": context})) == [pointer]


@pytest.mark.parametrize(
    ("context", "version"),
    [
        ("https://www.w3.org/ns/wot-next/td", "drafts of TD 2.0"),
        ("https://w3c.github.io/wot/w3c-wot-td-context.jsonld", "drafts from before TD 1.0"),
    ],
)
def test_a_context_of_a_draft_is_refused_by_name(context: str, version: str) -> None:
    said = detail(description(**{"@context": [context]}))

    assert version in said
    assert f"the first entry must be {TD_1_1}" in said


@pytest.mark.parametrize(
    "type_", ["tm:ThingModel", ["Thing", "tm:ThingModel"], "https://www.w3.org/2019/wot/tm#ThingModel"]
)
def test_a_thing_model_is_refused_by_name(type_: Json) -> None:
    assert check_description({"@type": type_}) == (
        ("/@type", "this is a Thing Model (tm:ThingModel), not a Thing Description; register it at /models"),
    )


# Affordances (5.3.1.2 to 5.3.1.5).


@pytest.mark.parametrize("kind", ["properties", "actions", "events"])
def test_an_affordance_has_forms(kind: str) -> None:
    assert places(description(**{kind: {"on": {}}})) == [f"/{kind}/on/forms"]


@pytest.mark.parametrize("kind", ["properties", "actions", "events"])
def test_an_affordance_has_one_form_or_more(kind: str) -> None:
    assert detail(description(**{kind: {"on": {"forms": []}}})) == "forms is empty; it must have 1 or more"


@pytest.mark.parametrize(
    ("kind", "members", "pointer"),
    [
        ("properties", {"observable": "yes"}, "/observable"),
        ("properties", {"title": 1}, "/title"),
        ("actions", {"input": "string"}, "/input"),
        ("actions", {"output": {"type": "text"}}, "/output/type"),
        ("actions", {"safe": 1}, "/safe"),
        ("actions", {"idempotent": None}, "/idempotent"),
        ("actions", {"synchronous": "no"}, "/synchronous"),
        ("actions", {"@type": 1}, "/@type"),
        ("events", {"subscription": []}, "/subscription"),
        ("events", {"data": {"properties": {"a": 1}}}, "/data/properties/a"),
        ("events", {"dataResponse": 1}, "/dataResponse"),
        ("events", {"cancellation": 1}, "/cancellation"),
        ("events", {"titles": {"en": None}}, "/titles/en"),
        ("events", {"forms": {}}, "/forms"),
    ],
)
def test_a_member_of_an_affordance_has_its_type(kind: str, members: Document, pointer: str) -> None:
    document = description(**{kind: {"on": {"forms": [{"href": "on"}], **members}}})

    assert places(document) == [f"/{kind}/on{pointer}"]


OPERATIONS = {
    "properties": ["readproperty", "writeproperty", "observeproperty", "unobserveproperty"],
    "actions": ["invokeaction", "queryaction", "cancelaction"],
    "events": ["subscribeevent", "unsubscribeevent"],
}
OF_THINGS = [
    *(f"{verb}allproperties" for verb in ("read", "write", "observe", "unobserve")),
    *(f"{verb}multipleproperties" for verb in ("read", "write")),
    *("queryallactions", "subscribeallevents", "unsubscribeallevents"),
]


@pytest.mark.parametrize(("kind", "operations"), OPERATIONS.items())
def test_an_affordance_has_the_operations_of_its_kind(kind: str, operations: list[str]) -> None:
    assert check_description(with_form(kind, op=operations)) == ()
    assert [check_description(with_form(kind, op=operation)) for operation in operations] == [()] * len(operations)


@pytest.mark.parametrize("kind", OPERATIONS)
@pytest.mark.parametrize("other", OPERATIONS)
def test_an_affordance_has_no_operations_of_another_kind(kind: str, other: str) -> None:
    strange = [operation for operation in (*OPERATIONS[other], *OF_THINGS) if operation not in OPERATIONS[kind]]

    assert places(with_form(kind, op=strange)) == [f"/{kind}/on/forms/0/op/{index}" for index in range(len(strange))]


@pytest.mark.parametrize("op", ["invokeAction", "", 1, {}, [], [1], None])
def test_what_is_no_operation_is_told(op: Json) -> None:
    (place,) = places(with_form("actions", op=op))

    assert place.startswith("/actions/on/forms/0/op")


def test_an_operation_out_of_place_is_told_with_those_that_are_there() -> None:
    assert detail(with_form("events", op="readproperty")) == (
        'op is "readproperty"; the operations on an event are subscribeevent, unsubscribeevent'
    )


def test_a_form_of_the_thing_has_the_operations_on_all_affordances() -> None:
    assert check_description(description(forms=[{"href": "all", "op": OF_THINGS}])) == ()


def test_a_form_of_the_thing_says_its_operations() -> None:
    assert places(description(forms=[{"href": "all"}])) == ["/forms/0/op"]


# Data schemas (5.3.2).


@pytest.mark.parametrize("type_", ["boolean", "integer", "number", "string", "object", "array", "null"])
def test_a_data_schema_has_a_type_of_json(type_: str) -> None:
    assert check_description(with_schema(type=type_)) == ()


@pytest.mark.parametrize(
    ("schema", "pointer"),
    [
        ({"type": "float"}, "/type"),
        ({"type": ["string", "null"]}, "/type"),
        ({"enum": []}, "/enum"),
        ({"enum": {}}, "/enum"),
        ({"enum": ["a", "b", "a"]}, "/enum/2"),
        ({"enum": [{"a": [1]}, {"a": [1.0]}]}, "/enum/1"),
        ({"oneOf": {}}, "/oneOf"),
        ({"oneOf": [{"type": "x"}]}, "/oneOf/0/type"),
        ({"unit": 1}, "/unit"),
        ({"format": 1}, "/format"),
        ({"readOnly": "true"}, "/readOnly"),
        ({"writeOnly": 0}, "/writeOnly"),
        ({"items": "string"}, "/items"),
        ({"items": {"type": "x"}}, "/items/type"),
        ({"items": [{}, 1]}, "/items/1"),
        ({"items": [{}, {"items": {"minimum": "a"}}]}, "/items/1/items/minimum"),
        ({"minItems": -1}, "/minItems"),
        ({"maxItems": 1.5}, "/maxItems"),
        ({"minimum": "0"}, "/minimum"),
        ({"maximum": None}, "/maximum"),
        ({"exclusiveMinimum": True}, "/exclusiveMinimum"),
        ({"exclusiveMaximum": []}, "/exclusiveMaximum"),
        ({"multipleOf": 0}, "/multipleOf"),
        ({"multipleOf": -0.5}, "/multipleOf"),
        ({"properties": []}, "/properties"),
        ({"properties": {"a": {"properties": {"b": "x"}}}}, "/properties/a/properties/b"),
        ({"required": "a"}, "/required"),
        ({"required": [1]}, "/required/0"),
        ({"minLength": -1}, "/minLength"),
        ({"maxLength": "9"}, "/maxLength"),
        ({"pattern": 1}, "/pattern"),
        ({"contentEncoding": 1}, "/contentEncoding"),
        ({"contentMediaType": []}, "/contentMediaType"),
    ],
)
def test_a_term_of_a_data_schema_has_its_type(schema: Document, pointer: str) -> None:
    assert places(with_schema(**schema)) == [f"/properties/on{pointer}"]


@pytest.mark.parametrize(
    "schema",
    [
        {"enum": [1, True, "1", None, [1], {"a": 1}]},
        {"const": None, "default": {"a": 1}},
        {"minItems": 0, "maxItems": 3.0},
        {"type": "integer", "minimum": 0.5, "multipleOf": 0.1},
        {"pattern": "(a+)+$", "format": "made-up"},
        {"items": []},
        {"minimum": 9, "maximum": 1},
        {"allOf": 3, "$ref": "#/nowhere"},
    ],
)
def test_nothing_more_is_asked_of_a_data_schema(schema: Document) -> None:
    assert check_description(with_schema(**schema)) == ()


# Security (5.3.3).


def test_security_names_definitions() -> None:
    document = description(security=["nosec_sc", "basic_sc", "digest_sc"])

    assert check_description(document) == (
        ("/security/1", 'security[1] names "basic_sc"; securityDefinitions has nosec_sc'),
        ("/security/2", 'security[2] names "digest_sc"; securityDefinitions has nosec_sc'),
    )


@pytest.mark.parametrize(("security", "pointer"), [("x", ""), (["nosec_sc", "x"], "/1")])
def test_security_of_a_form_names_definitions(security: Json, pointer: str) -> None:
    assert places(with_form("events", security=security)) == [f"/events/on/forms/0/security{pointer}"]


@pytest.mark.parametrize("security", [[], *WRONG])
def test_security_is_a_name_or_more(security: Json) -> None:
    (place,) = places({**description(), "security": security})

    assert place.startswith("/security")


@pytest.mark.parametrize("definitions", [{}, [], "nosec"])
def test_without_definitions_their_names_are_not_told_as_well(definitions: Json) -> None:
    assert places(description(securityDefinitions=definitions)) == ["/securityDefinitions"]


@pytest.mark.parametrize(
    "scheme", ["nosec", "auto", "basic", "digest", "apikey", "bearer", "psk", "ace:ACESecurityScheme"]
)
def test_a_scheme_is_known_or_of_an_extension(scheme: str) -> None:
    assert check_description(with_scheme(scheme)) == ()


@pytest.mark.parametrize("scheme", ["mostSecureScheme", "", "Basic", ":a"])
def test_a_scheme_that_nobody_knows_is_told_with_those_that_are_there(scheme: str) -> None:
    said = detail(with_scheme(scheme))

    assert "there are nosec, auto, combo, basic" in said
    assert "ace:ACESecurityScheme" in said


@pytest.mark.parametrize("scheme", ["basic", "digest", "bearer"])
@pytest.mark.parametrize("place", ["header", "query", "cookie", "auto"])
def test_a_secret_has_a_place(scheme: str, place: str) -> None:
    assert check_description(with_scheme(scheme, **{"in": place, "name": "key"})) == ()


@pytest.mark.parametrize(
    ("scheme", "members", "name"),
    [
        ("basic", {"in": "uri"}, "in"),
        ("digest", {"in": "heder"}, "in"),
        ("bearer", {"in": None}, "in"),
        ("apikey", {"in": "path"}, "in"),
        ("apikey", {"name": 1}, "name"),
        ("digest", {"qop": "auth-conf"}, "qop"),
        ("bearer", {"alg": 1}, "alg"),
        ("bearer", {"format": ["jwt"]}, "format"),
        ("bearer", {"authorization": {}}, "authorization"),
        ("psk", {"identity": 1}, "identity"),
        ("auto", {"name": "key"}, "name"),
        ("nosec", {"proxy": 1}, "proxy"),
        ("nosec", {"description": 1}, "description"),
        ("oauth2", {"flow": 1}, "flow"),
        ("oauth2", {"flow": "device", "scopes": {}}, "scopes"),
        ("oauth2", {"flow": "device", "refresh": 1}, "refresh"),
        ("ace:ACESecurityScheme", {"@type": 1}, "@type"),
    ],
)
def test_a_member_of_a_scheme_is_one_of_those_it_may_be(scheme: str, members: Document, name: str) -> None:
    assert places(with_scheme(scheme, **members)) == [f"/securityDefinitions/sc/{name}"]


@pytest.mark.parametrize("name", ["/auth/key", "", "/list/-"])
def test_a_secret_in_a_body_is_found_by_a_pointer(name: str) -> None:
    assert check_description(with_scheme("apikey", **{"in": "body", "name": name})) == ()


@pytest.mark.parametrize("name", ["key", "#/auth/key"])
def test_a_secret_in_a_body_is_found_by_nothing_else(name: str) -> None:
    assert places(with_scheme("basic", **{"in": "body", "name": name})) == ["/securityDefinitions/sc/name"]


SERVERS: Document = {"authorization": "https://as.example.com/authorize", "token": "https://as.example.com/token"}


@pytest.mark.parametrize(
    "scheme",
    [
        {"flow": "code", **SERVERS},
        {"flow": "client", "token": SERVERS["token"], "scopes": "limited"},
        {"flow": "device", "scopes": ["limited", "special"]},
    ],
)
def test_a_flow_of_oauth_names_its_servers(scheme: Document) -> None:
    assert check_description(with_scheme("oauth2", **scheme)) == ()


@pytest.mark.parametrize(
    ("scheme", "names"),
    [
        ({}, ["flow"]),
        ({"flow": "code"}, ["authorization", "token"]),
        ({"flow": "code", "token": "https://as.example.com/"}, ["authorization"]),
        ({"flow": "client"}, ["token"]),
        ({"flow": "client", **SERVERS}, ["authorization"]),
    ],
)
def test_a_flow_of_oauth_that_lacks_a_server_is_told(scheme: Document, names: list[str]) -> None:
    assert places(with_scheme("oauth2", **scheme)) == [f"/securityDefinitions/sc/{name}" for name in names]


def combined(**definitions: Json) -> Document:
    return description(
        securityDefinitions={"a": {"scheme": "basic"}, "b": {"scheme": "psk"}, **definitions}, security="a"
    )


def combo(*names: str, by: str = "oneOf") -> Document:
    return {"scheme": "combo", by: list(names)}


def test_a_combination_may_have_combinations() -> None:
    assert check_description(combined(c=combo("a", "b"), d=combo("c", "a", by="allOf"), e=combo("d", "c"))) == ()


@pytest.mark.parametrize(
    ("definition", "pointer"),
    [
        ({"scheme": "combo"}, "/oneOf"),
        ({"scheme": "combo", "oneOf": ["a", "b"], "allOf": ["a", "b"]}, "/allOf"),
        (combo("a"), "/oneOf"),
        (combo("a", "x", by="allOf"), "/allOf/1"),
        ({"scheme": "combo", "oneOf": "a"}, "/oneOf"),
        ({"scheme": "combo", "oneOf": ["a", 1]}, "/oneOf/1"),
    ],
)
def test_a_combination_is_of_two_definitions_or_more(definition: Document, pointer: str) -> None:
    assert places(combined(c=definition)) == [f"/securityDefinitions/c{pointer}"]


def test_a_combination_of_itself_is_told() -> None:
    assert detail(combined(c=combo("a", "c"))) == 'the combo scheme "c" contains itself, through c'


def test_combinations_of_each_other_are_told() -> None:
    document = combined(c=combo("d", "a"), d=combo("e", "b", by="allOf"), e=combo("c", "a"), f=combo("a", "b"))

    assert places(document) == [f"/securityDefinitions/{name}" for name in "cde"]


# Links (5.3.4.1).


@pytest.mark.parametrize(
    ("link", "name"),
    [
        ({}, "href"),
        ({"href": 1}, "href"),
        ({"href": "a", "rel": 1}, "rel"),
        ({"href": "a", "type": []}, "type"),
        ({"href": "a", "anchor": 1}, "anchor"),
        ({"href": "a", "hreflang": 1}, "hreflang"),
        ({"href": "a", "hreflang": "en_US"}, "hreflang"),
        ({"href": "a", "hreflang": ["en", "_"]}, "hreflang/1"),
        ({"href": "a", "sizes": "16x16"}, "sizes"),
        ({"href": "a", "rel": "item", "sizes": "16x16"}, "sizes"),
        ({"href": "a", "rel": "icon", "sizes": "large"}, "sizes"),
        ({"href": "a", "rel": "tm:extends"}, "rel"),
    ],
)
def test_a_member_of_a_link_has_its_type(link: Document, name: str) -> None:
    assert places(description(links=[link])) == [f"/links/0/{name}"]


@pytest.mark.parametrize("sizes", ["16x16", "16x14 32x32"])
def test_an_icon_has_sizes(sizes: str) -> None:
    icon = {"href": "a.png", "rel": "icon", "sizes": sizes, "hreflang": ["en", "zh-Hans"]}

    assert check_description(description(links=[icon, icon])) == ()


def test_a_thing_is_an_instance_of_one_model_at_most() -> None:
    links = [{"href": "a", "rel": rel} for rel in ("type", "item", "type", "item", "type")]

    assert places(description(links=links)) == ["/links/2/rel", "/links/4/rel"]


# Forms (5.3.4.2) and responses.


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ({"href": 1}, "href"),
        ({"contentType": 1}, "contentType"),
        ({"contentCoding": []}, "contentCoding"),
        ({"subprotocol": ["sse"]}, "subprotocol"),
        ({"security": []}, "security"),
        ({"scopes": {}}, "scopes"),
        ({"scopes": ["a", 1]}, "scopes/1"),
        ({"response": "text/plain"}, "response"),
        ({"response": {}}, "response/contentType"),
        ({"response": {"contentType": 1}}, "response/contentType"),
        ({"additionalResponses": {}}, "additionalResponses"),
        ({"additionalResponses": [1]}, "additionalResponses/0"),
        ({"additionalResponses": [{"success": "no"}]}, "additionalResponses/0/success"),
        ({"additionalResponses": [{"contentType": 1}]}, "additionalResponses/0/contentType"),
        ({"additionalResponses": [{"schema": {}}]}, "additionalResponses/0/schema"),
    ],
)
def test_a_member_of_a_form_has_its_type(form: Document, name: str) -> None:
    assert places(with_form(**form)) == [f"/properties/on/forms/0/{name}"]


def test_a_form_has_a_target() -> None:
    document = description(actions={"on": {"forms": [{"op": "invokeaction"}]}})

    assert detail(document) == "href is missing; it is mandatory in a form"


def test_any_subprotocol_and_any_extra_term_may_be_used() -> None:
    form: Document = {"subprotocol": "wamp", "mqv:qos": 1}

    assert check_description(with_form(**form)) == ()


# URI variables (5.3.1.1, 5.3.3.1, 6.3.9.1).


@pytest.mark.parametrize(
    "href",
    ["/w{?lat,long}", "/w/{lat}/{long}", "/{+lat}{#long}", "/{lat:3}{/long*}", "/w{?lat}{&long}", "/w{;lat,long}"],
)
def test_variables_of_a_template_are_declared(href: str) -> None:
    own = {"forms": [{"href": href}], "uriVariables": {"lat": {"type": "number"}}}

    assert check_description(description(properties={"w": own}, uriVariables={"long": {"type": "number"}})) == ()


def test_a_variable_that_nobody_declares_is_told() -> None:
    own = {"forms": [{"href": "/w{?lat,long}"}], "uriVariables": {"lat": {}}}
    (finding,) = check_description(description(events={"w": own}, uriVariables={"unit": {}}))

    assert finding == (
        "/events/w/forms/0/href",
        'href has the variable "long"; uriVariables has lat, unit',
    )


def test_variables_of_one_affordance_are_not_those_of_another() -> None:
    document = description(
        properties={"a": {"forms": [{"href": "{x}"}], "uriVariables": {"x": {}}}, "b": {"forms": [{"href": "{x}"}]}}
    )

    assert places(document) == ["/properties/b/forms/0/href"]


def test_variables_of_forms_of_the_thing_are_its_own() -> None:
    forms = [{"href": "all{?unit}", "op": "readallproperties"}]

    assert check_description(description(forms=forms, uriVariables={"unit": {}})) == ()
    assert places(description(forms=forms)) == ["/forms/0/href"]


@pytest.mark.parametrize("href", ["/{", "/}", "/{a", "/{}", "/{,}", "/{{a}", "/{a}}", "/{?}"])
def test_braces_that_are_no_template_are_told(href: str) -> None:
    own = {"forms": [{"href": href}], "uriVariables": {"a": {}}}

    assert places(description(properties={"w": own})) == ["/properties/w/forms/0/href"]


def test_a_placeholder_that_was_left_is_told_by_name() -> None:
    assert 'still has "{{HOST}}", a placeholder of a Thing Model' in detail(with_form(href="http://{{HOST}}/"))


@pytest.mark.parametrize("type_", ["object", "array"])
def test_a_variable_is_written_as_text(type_: str) -> None:
    document = description(uriVariables={"filter": {"type": type_}})

    assert places(document) == ["/uriVariables/filter/type"]


def test_a_variable_in_the_base_is_declared_by_somebody() -> None:
    own = {"forms": [{"href": "on"}], "uriVariables": {"port": {}}}

    assert places(description(base="http://a:{port}/")) == ["/base"]
    assert check_description(description(base="http://a:{port}/", properties={"on": own})) == ()


def keyed(href: str, *, base: str | None = None, security: str = "sc", own: str = "") -> Document:
    """A property behind a key that stands in its URI; *own* is the security of its form."""
    definitions = {
        "sc": {"scheme": "apikey", "in": "uri", "name": "key"},
        "other": {"scheme": "apikey", "in": "uri", "name": "id"},
        "both": combo("sc", "other", by="allOf"),
        "either": combo("sc", "other"),
        "nosec_sc": {"scheme": "nosec"},
    }
    form = {"href": href} | ({"security": own} if own else {})
    return description(
        securityDefinitions=definitions, security=security, base=base, properties={"on": {"forms": [form]}}
    )


@pytest.mark.parametrize(
    "document",
    [
        keyed("http://a/{key}/on"),
        keyed("on", base="lorawan://a/{key}/"),
        keyed("http://a/{key}/{id}", security="both"),
        keyed("http://a/{key}", security="either"),
        keyed("http://a/on", security="either"),
        keyed("http://a/on", own="nosec_sc"),
        keyed("http://a/{key}", security="nosec_sc", own="sc"),
    ],
)
def test_a_key_in_the_uri_is_a_variable_of_its_template(document: Document) -> None:
    assert check_description(document) == ()


@pytest.mark.parametrize(
    "document",
    [
        keyed("http://a/on"),
        keyed("http://a/on", base="http://b/{key}/"),
        keyed("http://a/{key}", security="both"),
        keyed("http://a/{id}"),
        keyed("http://a/on", security="nosec_sc", own="both"),
    ],
)
def test_a_key_in_the_uri_that_the_template_lacks_is_told(document: Document) -> None:
    assert places(document) == ["/properties/on/forms/0/href"]


def test_a_variable_has_one_meaning() -> None:
    document = keyed("http://a/{key}")
    document["properties"]["on"]["uriVariables"] = {"key": {}}

    assert places(document) == ["/properties/on/uriVariables/key"]


# Registration information (WoT Discovery, 7.2.1).


def test_registration_information_may_be_sent() -> None:
    moments = dict.fromkeys(("created", "modified", "expires", "retrieved"), "2026-01-31T12:00:00+01:00")

    assert check_description(description(registration={**moments, "ttl": 0.5, "own": []})) == ()


@pytest.mark.parametrize(
    ("registration", "pointer"),
    [
        ([], ""),
        ({"ttl": -1}, "/ttl"),
        ({"ttl": "60"}, "/ttl"),
        ({"ttl": True}, "/ttl"),
        ({"expires": "2026-01-31T12:00:00"}, "/expires"),
        ({"created": 1}, "/created"),
        ({"modified": ""}, "/modified"),
        ({"retrieved": "now"}, "/retrieved"),
    ],
)
def test_registration_information_that_cannot_be_kept_is_told(registration: Json, pointer: str) -> None:
    assert places(description(registration=registration)) == [f"/registration{pointer}"]


# Thing Description 1.0.

NEW_IN_1_1: list[Document] = [
    {"profile": {}},
    {"schemaDefinitions": []},
    {"uriVariables": "x"},
    {"version": {"instance": "1", "model": 2}},
    {"actions": {"a": {"forms": [{"href": "a", "additionalResponses": 1}], "synchronous": 1}}},
    {"events": {"a": {"forms": [{"href": "a"}], "dataResponse": 1}}},
    {"properties": {"a": {"forms": [{"href": "a"}], "pattern": 1, "multipleOf": 0, "maxLength": -1}}},
    {"links": [{"href": "a", "sizes": 1, "hreflang": 1}]},
    {"securityDefinitions": {"nosec_sc": {"scheme": "nosec"}, "o": {"scheme": "oauth2", "flow": "code"}}},
    {"securityDefinitions": {"nosec_sc": {"scheme": "nosec"}, "o": {"scheme": "apikey", "in": "body", "name": "k"}}},
]


@pytest.mark.parametrize("members", NEW_IN_1_1)
def test_what_is_new_in_1_1_is_an_extension_in_1_0(members: Document) -> None:
    assert check_description(of_1_0(**members)) == ()
    assert check_description(description(**members)) != ()


def test_a_description_for_readers_of_both_is_one_of_1_1() -> None:
    assert places(of_1_0(**{"@context": [TD_1_0, TD_1_1]}, profile={})) == ["/profile"]


@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        ({"title": None}, "/title"),
        ({"version": {}}, "/version/instance"),
        ({"forms": [{"href": "a"}]}, "/forms/0/op"),
        ({"properties": {"a": {"forms": [{"href": "a", "op": "invokeaction"}]}}}, "/properties/a/forms/0/op"),
        ({"security": "x"}, "/security"),
    ],
)
def test_what_both_ask_is_asked_of_1_0(members: Document, pointer: str) -> None:
    assert places(of_1_0(**members)) == [pointer]
