"""Names that begin with a device: which Thing that is, and what is left for the property.

| name | Thing | rest |
|---|---|---|
| `urn:dev:mac:0024BEFFFE804FF1_temp` (RFC 9039, 3.2) | `urn:dev:mac:0024befffe804ff1` | `temp` |
| `urn:dev:ow:10e2073a01080063:voltage` | `urn:dev:ow:10e2073a01080063` | `voltage` |
| `urn:uuid:…/temp`, `urn:imei:…:temp` | the URN | `temp` |
| base name `kitchen/`, name `air/temp` | `urn:dev:ops:<family>-kitchen` | `air`, `temp` |
| `coap://lamp.example/light/power` | `coap://lamp.example/light` | `power` |
| `2001:db8::2/temp` | `urn:dev:ops:<family>-2001%3Adb8%3A%3A2` | `temp` |
| `temp` | the one that reports at the address | `temp` |
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Final, NamedTuple

from semantic_gw.model import IRI
from semantic_gw.rdf.iris import encode_segment

MAX_NAME: Final = 512
"""Most characters of a name; a longer one is none."""

_URNS: Final = re.compile(
    r"(urn:dev:(?:mac|ow):[0-9a-f]+"
    r"|urn:dev:[a-z0-9-]+:[a-z0-9.-]+"  # organisations, serial numbers and products: RFC 9039, 4.2
    r"|urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|urn:gsma:imei:[0-9-]+"
    r"|urn:(?!dev:|uuid:|gsma:)[a-z0-9][a-z0-9-]{1,31}:[a-z0-9.+-]+)"
    r"(?:[:/_](.*))?",
    re.IGNORECASE | re.DOTALL,
)
_HEXADECIMAL: Final = re.compile(r"urn:(?:dev:(?:mac|ow)|uuid):[0-9a-f-]+", re.IGNORECASE)
_MAC: Final = re.compile(
    r"(?=[0-9]*[a-f:-])(?:[0-9a-f]{12}|[0-9a-f]{16}|[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}"
    r"(?:(?:\1[0-9a-f]{2}){2})?)",
    re.IGNORECASE,
)
_URL: Final = re.compile(r"[a-z][a-z0-9+.-]*://[a-z0-9.-]+(?::[0-9]{1,5})?(?:/[a-z0-9._~/-]*)?", re.IGNORECASE)
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_ENDS: Final = ":/_.-;=#?"
_SPLIT: Final = re.compile(r"[:/]+")


class DeviceName(NamedTuple):
    """A name, taken apart. *device* is empty where the name tells none, *rest* where it tells nothing else.

    Both are where it is longer than MAX_NAME.
    """

    device: str
    rest: tuple[str, ...]


def take_apart(name: str, base: str = "") -> DeviceName:
    """The device that *name* begins with, and the names behind it; *base* is the part of *name* that senders share.

    >>> take_apart("urn:dev:ow:10e2073a01080063:voltage")
    DeviceName(device='urn:dev:ow:10e2073a01080063', rest=('voltage',))
    >>> take_apart("temperature"), take_apart("2001:db8::3")
    (DeviceName(device='', rest=('temperature',)), DeviceName(device='2001:db8::3', rest=()))
    """
    if len(name) > MAX_NAME:
        return DeviceName("", ())
    if (match := _URNS.fullmatch(name)) is not None:
        return DeviceName(match[1], _names(match[2] or ""))
    if is_device(name):
        return DeviceName(name, ())
    if base.strip(_ENDS) and len(base) < len(name):
        return DeviceName(base.rstrip(_ENDS), _names(name[len(base) :]))
    cut = max(name.rfind("/"), name.rfind(":"))
    if name[:cut].endswith(":/"):  # a URL without a path
        return DeviceName(name, ())
    return DeviceName(name[: max(cut, 0)].rstrip(_ENDS), _names(name[cut + 1 :]))


def is_device(name: str) -> bool:
    """Whether *name* is the address or number of a device, and no name of what it measures."""
    if len(name) > MAX_NAME:
        return False
    if _MAC.fullmatch(name) or _UUID.fullmatch(name):
        return True
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def thing_of(device: str, family: str) -> IRI:
    """The IRI of the Thing that calls itself *device*.

    >>> thing_of("00:24:BE:80:4F:F1", "senml"), thing_of("Küche 1", "senml")
    ('urn:dev:mac:0024be804ff1', 'urn:dev:ops:senml-Küche%201')
    """
    if _HEXADECIMAL.fullmatch(device):
        return device.lower()
    if (match := _URNS.fullmatch(device)) is not None and match[1] == device:
        scheme, space, rest = device.split(":", 2)
        return f"{scheme.lower()}:{space.lower()}:{rest}"
    if _MAC.fullmatch(device):
        return f"urn:dev:mac:{re.sub('[:-]', '', device).lower()}"
    if _UUID.fullmatch(device):
        return f"urn:uuid:{device.lower()}"
    return device if _URL.fullmatch(device) else f"urn:dev:ops:{family}-{encode_segment(device)}"


def _names(text: str) -> tuple[str, ...]:
    return tuple(part for part in _SPLIT.split(text) if part)
