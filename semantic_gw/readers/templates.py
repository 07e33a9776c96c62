"""Texts with places for what a message says: `urn:dev:mac:{/mac|hex}`, `tele/{device}/SENSOR`.

`{name}` is a level of the address that the route's template captured, or the `{key}` of an item; where no level was, as
with documents that are known by their look, `{address}` is all of it. `{/pointer}` is a JSON Pointer into the item,
`{^/pointer}` into the whole document, `{description:/pointer}` into the description that came along. After `|` stands
how the text is to be written.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from semantic_gw.json_pointer import Tokens, parse_pointer
from semantic_gw.model import Json
from semantic_gw.rdf.iris import encode_name
from semantic_gw.readers.obis_numbers import meter_number

_PLACE: Final = re.compile(r"\{([^{}]*)\}")
_NAME: Final = re.compile(r"[A-Za-z_]\w*")
_HEX: Final = re.compile(r"[^0-9a-f]")
_MAC: Final = re.compile(r"(?:.*[^0-9a-f])?([0-9a-f]{12}(?:[0-9a-f]{4})?)", re.DOTALL)


def _hex(text: str) -> str:
    """An address as bare hexadecimal digits: `AA:BB:CC` is `aabbcc`."""
    return _HEX.sub("", text.lower())


def _mac(text: str) -> str:
    """The 48 or 64 bits of an address that a text is or ends in: `plug-AABBCCDDEEFF` has `aabbccddeeff`."""
    found = _MAC.fullmatch(text.lower().replace(":", "").removeprefix("0x"))
    return found[1] if found else ""


def _word(text: str) -> str:
    """The last word of a name: `na_charger` is a `charger`."""
    return re.split(r"[^A-Za-z0-9]+", text.strip("_-. "))[-1]


def _number(text: str) -> str:
    """A number without zeros before it: vehicle 00640 is vehicle 640."""
    return encode_name(text.lstrip("0") or text[:1])


def _levels(text: str) -> str:
    """The levels of an address below its first: `owntracks/jane/phone` is `jane-phone`."""
    return encode_name("-".join(text.split("/")[1:]))


def _digest(text: str) -> str:
    """A fingerprint of what may open a door: an IRI is read by all."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


STYLES: Final[Mapping[str, Callable[[str], str]]] = {
    "": encode_name,
    "hex": _hex,
    "mac": _mac,
    "word": _word,
    "number": _number,
    "levels": _levels,
    "digest": _digest,
    "meter": lambda text: encode_name(meter_number(text)),
    "lower": lambda text: encode_name(text.lower()),
    "text": str,
    "iri": str,
}
"""How a text is written in its place: as part of an IRI, unless it says otherwise; `iri` is one already.

Where nothing is left of it, the template cannot be filled: `{id|mac}` is for names that have a MAC address.
"""


@dataclass(frozen=True, slots=True)
class Message:
    """What the places of a template are filled from."""

    document: Json
    item: Json
    captures: Mapping[str, str]
    description: Json = None
    """The family's own description of the device, where it came along."""


_ROOTS: Final[Mapping[str, Callable[[Message], Json]]] = {
    "": lambda message: message.item,
    "^": lambda message: message.document,
    "description:": lambda message: message.description,
}
"""What stands before a pointer → what it is into."""


@dataclass(frozen=True, slots=True)
class _Place:
    style: Callable[[str], str]
    name: str = ""
    tokens: Tokens | None = None
    into: str = ""
    """What the pointer is into: a key of _ROOTS."""

    def fill(self, message: Message) -> str | None:
        value = message.captures.get(self.name) if self.tokens is None else at(_ROOTS[self.into](message), self.tokens)
        if value is None or isinstance(value, (dict, list)) or value == "":
            return None
        return self.style(str(value).strip()) or None


@dataclass(frozen=True, slots=True)
class Template:
    """A text with places. `fill` gives None where one of them has nothing to stand there."""

    parts: tuple[str | _Place, ...]

    @property
    def pointers(self) -> tuple[Tokens, ...]:
        """Where it looks in a document that is an item itself."""
        places = (part for part in self.parts if isinstance(part, _Place) and part.into != "description:")
        return tuple(place.tokens for place in places if place.tokens is not None)

    @property
    def names(self) -> frozenset[str]:
        """The levels of the address that it names."""
        return frozenset(part.name for part in self.parts if isinstance(part, _Place) and part.name)

    def fill(self, message: Message) -> str | None:
        text = ""
        for part in self.parts:
            filled = part if isinstance(part, str) else part.fill(message)
            if filled is None:
                return None
            text += filled
        return text


def parse_template(text: str, *, style: str = "") -> Template:
    """The template of *text*; *style* is that of places that name none. Raises ValueError.

    >>> parse_template("urn:dev:mac:{/mac|hex}").fill(Message({}, {"mac": "AA:BB"}, {}))
    'urn:dev:mac:aabb'
    """
    parts: list[str | _Place] = []
    for index, part in enumerate(_PLACE.split(text)):
        if index % 2:
            parts.append(_place(part, style))
        elif part:
            if "{" in part or "}" in part:
                raise ValueError(f"{text!r} has a brace without its partner")
            parts.append(part)
    return Template(tuple(parts))


def _place(text: str, style: str) -> _Place:
    what, _, named = text.partition("|")
    if (named or style) not in STYLES:
        raise ValueError(f"{{{text}}} is to be written as {named!r}; there are {', '.join(filter(None, STYLES))}")
    write = STYLES[named or style]
    into, slash, pointer = what.partition("/")
    if slash and into in _ROOTS:
        return _Place(write, tokens=parse_pointer(slash + pointer), into=into)
    if not _NAME.fullmatch(what):
        raise ValueError(f"{{{text}}} is neither a name nor a JSON Pointer")
    return _Place(write, name=what)


def at(node: Json, tokens: Tokens) -> Json:
    """The value at *tokens* below *node*, or None."""
    for token in tokens:
        if type(node) is dict:
            node = node.get(token)
        elif type(node) is list and token.isascii() and token.isdigit() and len(token) < 6 and int(token) < len(node):
            node = node[int(token)]
        else:
            return None
    return node


def names_in(template: Template | None, message: Message) -> Tokens:
    """The names that *template* makes, which `/` parts: none where there is no template, or it cannot be filled."""
    text = template.fill(message) if template is not None else None
    return tuple(name for name in text.split("/") if name) if text else ()


def address_pattern(template: str, bases: tuple[str, ...] = ()) -> re.Pattern[str]:
    """The addresses of *template*: `{name}` is one level, `{+name}` one or more, `{base}` any of a family's *bases*.

    Raises ValueError for a name that stands twice.

    >>> address_pattern("tele/{device}/SENSOR").fullmatch("tele/attic/SENSOR")["device"]
    'attic'
    """
    base = "(?:" + "|".join(re.escape(base) for base in bases) + ")"
    text = ""
    for index, part in enumerate(_PLACE.split(template)):
        if not index % 2:
            text += re.escape(part)
        elif part == "base":
            text += base
        else:
            text += f"(?P<{part.lstrip('+')}>{'.+' if part.startswith('+') else '[^/]+'})"
    try:
        return re.compile(text, re.DOTALL)
    except re.error as error:
        raise ValueError(f"{template!r} is no address template: {error}") from error
