from __future__ import annotations

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.readers.device_names import MAX_NAME, DeviceName, is_device, take_apart, thing_of


@pytest.mark.parametrize(
    ("name", "device", "rest"),
    [
        ("urn:dev:mac:0024befffe804ff1", "urn:dev:mac:0024befffe804ff1", ()),
        ("urn:dev:mac:0024befffe804ff1_temp", "urn:dev:mac:0024befffe804ff1", ("temp",)),
        ("urn:dev:ow:10e2073a01080063:voltage", "urn:dev:ow:10e2073a01080063", ("voltage",)),
        ("urn:dev:ow:10e2073a01080063/door/open", "urn:dev:ow:10e2073a01080063", ("door", "open")),
        ("urn:dev:ow:10e2073a01080063:air_temp", "urn:dev:ow:10e2073a01080063", ("air_temp",)),
        ("urn:dev:os:32473-123456:temp", "urn:dev:os:32473-123456", ("temp",)),
        ("urn:dev:ops:32473-Fridge-5002_temp", "urn:dev:ops:32473-Fridge-5002", ("temp",)),
        ("urn:dev:org:32473-foo/temp", "urn:dev:org:32473-foo", ("temp",)),
        ("urn:dev:example:new-1-2-3_temp", "urn:dev:example:new-1-2-3", ("temp",)),
        (
            "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6:temp",
            "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
            ("temp",),
        ),
        ("urn:imei:350457791234567/temp", "urn:imei:350457791234567", ("temp",)),
        ("urn:gsma:imei:90420156-025763-0:temp", "urn:gsma:imei:90420156-025763-0", ("temp",)),
        ("00:24:be:80:4f:f1", "00:24:be:80:4f:f1", ()),
        ("0024befffe804ff1", "0024befffe804ff1", ()),
        ("2001:db8::3", "2001:db8::3", ()),
        ("192.0.2.7", "192.0.2.7", ()),
        ("f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", ()),
        ("coap://lamp.example/light/power", "coap://lamp.example/light", ("power",)),
        ("http://lamp.example", "http://lamp.example", ()),
        ("office:temp", "office", ("temp",)),
        ("temp", "", ("temp",)),
        ("/temp", "", ("temp",)),
        ("123456789012", "", ("123456789012",)),
        ("", "", ()),
    ],
)
def test_a_name_begins_with_its_device(name: str, device: str, rest: tuple[str, ...]) -> None:
    assert take_apart(name) == (device, rest)


@pytest.mark.parametrize(
    ("base", "name", "device", "rest"),
    [
        ("kitchen/", "temp", "kitchen", ("temp",)),
        ("kitchen/", "air/temp", "kitchen", ("air", "temp")),
        ("device42", "temp", "device42", ("temp",)),
        ("2001:db8::2/", "temp", "2001:db8::2", ("temp",)),
        ("urn:dev:ow:10e2073a01080063:", "door:open", "urn:dev:ow:10e2073a01080063", ("door", "open")),
        ("urn:dev:ow:10e2073a01080063:door:", "open", "urn:dev:ow:10e2073a01080063", ("door", "open")),
        ("sensors/temp", "", "sensors", ("temp",)),
        ("/", "temp", "", ("temp",)),
    ],
)
def test_a_base_name_is_the_device_of_names_that_tell_none(
    base: str, name: str, device: str, rest: tuple[str, ...]
) -> None:
    assert take_apart(base + name, base) == (device, rest)


@pytest.mark.parametrize(
    ("device", "thing"),
    [
        ("urn:dev:ow:10E2073A01080063", "urn:dev:ow:10e2073a01080063"),
        ("urn:dev:ops:32473-Fridge-5002", "urn:dev:ops:32473-Fridge-5002"),
        ("00:24:BE:FF:FE:80:4F:F1", "urn:dev:mac:0024befffe804ff1"),
        ("00-24-be-80-4f-f1", "urn:dev:mac:0024be804ff1"),
        ("F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6", "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
        ("coap://lamp.example/light", "coap://lamp.example/light"),
        ("2001:db8::2", "urn:dev:ops:senml-2001%3Adb8%3A%3A2"),
        ("Küche 1", "urn:dev:ops:senml-Küche%201"),
    ],
)
def test_a_device_has_an_iri(device: str, thing: str) -> None:
    assert thing_of(device, "senml") == thing


@given(st.text(min_size=1) | st.from_regex(r"(urn:dev:(mac|ow|ops):|coap://|urn:uuid:)[!-~]{1,20}", fullmatch=True))
def test_the_iri_of_any_device_is_one(device: str) -> None:
    assert pyoxigraph.NamedNode(thing_of(device, "senml"))


@given(st.text(), st.text())
def test_any_name_is_taken_apart(base: str, name: str) -> None:
    found = take_apart(base + name, base)

    assert all(found.rest)


@pytest.mark.parametrize("name", ["urn:dev:ow:", "2001:db8::3/", "coap://lamp.example/", "kitchen/"])
def test_a_name_that_is_too_long_is_none(name: str) -> None:
    longest = name + "1" * (MAX_NAME - len(name))

    assert take_apart(longest) != DeviceName("", ())
    assert take_apart(longest + "1") == DeviceName("", ())


def test_a_long_number_is_no_address() -> None:
    assert not is_device("123456789012")
