"""The IRIs of the nodes of a Thing Description: what has none gets one, what is none is mended or left out."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import pyoxigraph

from semantic_gw.model import IRI
from semantic_gw.rdf.iris import encode_name, fragment
from semantic_gw.rdf.namespaces import expand

_SCHEMES: Final = frozenset(
    {
        "acct", "cid", "data", "did", "doi", "geo", "info", "magnet", "mailto", "mid", "ni", "nih", "sip", "sips",
        "sms", "tag", "tel", "urn", "xmpp",
    }
)  # fmt: skip
"""Schemes that do without `//`. Of any other, `x:y` is taken for a prefix that nobody declared."""

_ILLEGAL: Final = re.compile(r"%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~:/?#@!$&'()*+,;=%\u00a0-\ud7ff\uf900-\ufdcf]")
_LONGEST_KEPT: Final = 256
"""Characters of an IRI that is worth remembering."""
_ELSEWHERE: Final = "https://thing.invalid/"
"""What relative IRIs are resolved against where the Thing's own IRI has no path."""


def is_valid(iri: str) -> bool:
    """Whether *iri* is an absolute IRI as RFC 3987 writes them."""
    try:
        pyoxigraph.NamedNode(iri)
    except ValueError:
        return False
    return True


def mended(iri: str) -> IRI | None:
    """*iri* with what is illegal percent-encoded; None where that does not help.

    >>> mended("https://example.com/{id}")
    'https://example.com/%7Bid%7D'
    """
    if is_valid(iri):
        return iri
    head, sign, tail = iri.partition("#")
    encoded = _encoded(head) + sign + _encoded(tail).replace("#", "%23")
    return encoded if is_valid(encoded) else None


def absolute(text: str) -> IRI | None:
    """The IRI that *text* is, or is short for with one of our own prefixes; None where its prefix is not known.

    >>> absolute("unit:DEG_C"), absolute("nobody:knows")
    ('http://qudt.org/vocab/unit/DEG_C', None)
    """
    return _absolute(text) if len(text) <= _LONGEST_KEPT else _absolute.__wrapped__(text)


@lru_cache(maxsize=8192)
def _absolute(text: str) -> IRI | None:
    iri = expand(text)
    scheme, colon, rest = iri.partition(":")
    return mended(iri) if colon and (rest.startswith("//") or scheme.lower() in _SCHEMES) else None


class NodeNames:
    """Names the nodes of the Thing with the IRI *thing*."""

    def __init__(self, thing: IRI) -> None:
        self.thing = thing
        self.base: IRI = thing if "://" in thing else _ELSEWHERE
        """What relative IRIs are resolved against."""
        self._start = fragment(thing, "")
        self._used: set[str] = set()

    def of(self, path: str) -> IRI:
        """The node at *path*, the names and members on the way to it with dots between."""
        return self._start + path

    def free(self, path: str) -> str:
        """*path*, or where another node has it, the same with a number."""
        number, found = 1, path
        while found in self._used:
            number += 1
            found = f"{path}.{number}"
        self._used.add(found)
        return found

    def iri(self, text: str) -> IRI | None:
        """The node that *text*, an `@id` resolved against `base`, stands for; None where it stands for nothing."""
        if text.startswith("_:"):
            return self.of(f".node.{encode_name(text[2:])}")
        if text.startswith(self.thing) and text[len(self.thing) :] in {"", "#"}:
            return self.thing
        if text.startswith(_ELSEWHERE) and self.base == _ELSEWHERE:
            return self._relative(text[len(_ELSEWHERE) :])
        return absolute(text)

    def resolved(self, text: str) -> IRI:
        """*text*, a relative `@id`, resolved against `base`."""
        from pyld.iri_resolver import resolve  # noqa: PLC0415  # as the JSON-LD processor does it, which loads slowly

        return str(resolve(text, self.base))

    def _relative(self, text: str) -> IRI | None:
        if text in {"", "#"}:
            return self.thing
        return mended(fragment(self.thing, text[1:])) if text[0] == "#" else self.of(f".node.{encode_name(text)}")


def _encoded(text: str) -> str:
    return _ILLEGAL.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), text)
