"""What may name something in RDF: absolute IRIs, language tags, labels of blank nodes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from ipaddress import IPv6Address
from typing import Final
from urllib.parse import quote

from semantic_gw.lifters.rml.model import TermType
from semantic_gw.model import IRI
from semantic_gw.rdf.iris import encode_segment

_UCS: Final = "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef" + "".join(
    f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 14)
) + "\U000e1000-\U000efffd"  # fmt: skip
_PRIVATE: Final = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"


def _absolute(beyond: str, private: str) -> re.Pattern[str]:
    """Absolute IRIs with the characters *beyond* ASCII (RFC 3987, 2.2), with a fragment or not."""
    common = rf"A-Za-z0-9._~\-!$&'()*+,;={beyond}"
    percent = "%[0-9A-Fa-f]{2}"
    address = r"\[(?:[0-9A-Fa-f:.]+|[vV][0-9A-Fa-f]+\.[A-Za-z0-9._~\-!$&'()*+,;=:]+)\]"
    authority = rf"(?:(?:[{common}:]|{percent})*@)?(?:{address}|(?:[{common}]|{percent})*)(?::[0-9]*)?"
    path = rf"(?:[{common}:@/]|{percent})*"
    rest = rf"(?:\?(?:[{common}:@/?{private}]|{percent})*)?(?:#(?:[{common}:@/?]|{percent})*)?"
    return re.compile(rf"[A-Za-z][A-Za-z0-9+.\-]*:(?://{authority}(?:/{path})?|(?!//){path}){rest}")


_IRI: Final = _absolute(_UCS, _PRIVATE)
_URI: Final = _absolute("", "")
_ADDRESS: Final = re.compile(r"//(?:[^/?#@]*@)?\[([0-9A-Fa-f:.]+)\]")


@lru_cache(maxsize=65536)
def is_absolute(text: str) -> bool:
    """Whether *text* is an absolute IRI.

    >>> is_absolute("http://example.com/Zoë"), is_absolute("Zoë"), is_absolute("http://example.com/a b")
    (True, False, False)
    """
    return _IRI.fullmatch(text) is not None and _address_exists(text)


def is_absolute_uri(text: str) -> bool:
    """Whether *text* is an absolute URI, which has nothing beyond ASCII (RFC 3986)."""
    return _URI.fullmatch(text) is not None and _address_exists(text)


def _address_exists(text: str) -> bool:
    """Whether an IPv6 address in *text*, if any, is one."""
    found = _ADDRESS.search(text) if "[" in text else None
    return found is None or _is_ipv6(found[1])


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True


def _as_it_is(text: str) -> str:
    return text


class _Encoded(dict[int, str]):
    """Code point → what stands for it in an IRI: itself, or its bytes in percent."""

    def __missing__(self, code: int) -> str:
        encoded = encode_segment(chr(code))
        if len(self) < _MOST_REMEMBERED:
            self[code] = encoded
        return encoded


_MOST_REMEMBERED: Final = 4096
_ENCODED: Final = _Encoded()
_CLEAN: Final = re.compile(r"[A-Za-z0-9._~\-]*")
_TIMED: Final = re.compile(r"[A-Za-z0-9._~\-:]*")
"""What has nothing to encode but colons: times, above all."""


def encode_iri(text: str) -> str:
    """*text* with everything percent-encoded that is not iunreserved: `encode_segment`, for values of every kind.

    >>> encode_iri("2026-11-24T10:15:00Z")
    '2026-11-24T10%3A15%3A00Z'
    """
    if _CLEAN.fullmatch(text):
        return text
    return text.replace(":", "%3A") if _TIMED.fullmatch(text) else text.translate(_ENCODED)


def _encode_uri(text: str) -> str:
    return quote(text, safe="", errors="replace")


ENCODERS: Final[Mapping[TermType, Callable[[str], str]]] = {
    TermType.IRI: encode_iri,
    TermType.URI: _encode_uri,
    TermType.UNSAFE_IRI: _as_it_is,
    TermType.UNSAFE_URI: _as_it_is,
    TermType.BLANK_NODE: _as_it_is,
    TermType.LITERAL: _as_it_is,
}
"""What is done to a value before it is filled into a template for a term of each type (RML-Core, IRI encoding)."""

VALID: Final[Mapping[TermType, Callable[[str], bool]]] = {
    TermType.IRI: is_absolute,
    TermType.URI: is_absolute_uri,
    TermType.UNSAFE_IRI: is_absolute,
    TermType.UNSAFE_URI: is_absolute_uri,
}


def absolute(text: str, term_type: TermType, base: IRI) -> IRI | None:
    """The IRI that *text* stands for: as it is, or with *base* put in front (no resolution: RML-Core, Base IRI).

    >>> absolute("lamp 1", TermType.IRI, "http://example.com/") is None
    True
    >>> absolute("../lamp", TermType.IRI, "http://example.com/")
    'http://example.com/../lamp'
    """
    valid = VALID[term_type]
    if valid(text):
        return text
    joined = base + text
    return joined if valid(joined) else None


_GRANDFATHERED: Final = frozenset(
    {
        "en-gb-oed", "i-ami", "i-bnn", "i-default", "i-enochian", "i-hak", "i-klingon", "i-lux", "i-mingo", "i-navajo",
        "i-pwn", "i-tao", "i-tay", "i-tsu", "sgn-be-fr", "sgn-be-nl", "sgn-ch-de", "art-lojban", "cel-gaulish",
        "no-bok", "no-nyn", "zh-guoyu", "zh-hakka", "zh-min", "zh-min-nan", "zh-xiang",
    }
)  # fmt: skip
_TAG: Final = re.compile(
    r"[a-z]{2,3}(?:-[a-z]{3}){0,3}"  # language and extended language
    r"(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"  # script, region
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"  # variants
    r"(?:-[0-9a-wyz](?:-[a-z0-9]{2,8})+)*"  # extensions
    r"(?:-x(?:-[a-z0-9]{1,8})+)?"
    r"|x(?:-[a-z0-9]{1,8})+"
)


@lru_cache(maxsize=4096)
def is_language_tag(text: str) -> bool:
    """Whether *text* is a well-formed language tag (BCP 47, RFC 5646, 2.1).

    A first part of four to eight letters is refused: none is registered, and it is the name of a language instead.

    >>> [is_language_tag(text) for text in ("en", "zh-Hant-TW", "english", "a-english")]
    [True, True, False, False]
    """
    lower = text.lower()
    return _TAG.fullmatch(lower) is not None or lower in _GRANDFATHERED


_PLAIN: Final = re.compile(r"[A-Za-z0-9]+")


def blank_node(value: str, scope: str = "") -> str:
    """The label of the blank node that *value* names within *scope*: the same, and no other value, gives it again.

    >>> blank_node("Bob Smith"), blank_node("Bob", scope="3f2a")
    ('_:nBob_20_Smith', '_:n3f2a_Bob')
    """
    text = value if _PLAIN.fullmatch(value) else "".join(map(_letter, value))
    return f"_:n{scope}_{text}" if scope else f"_:n{text}"


def _letter(character: str) -> str:
    return character if _PLAIN.fullmatch(character) else f"_{ord(character):x}_"


def fresh_blank_node(owner: int, iteration: int, scope: str = "") -> str:
    """The label of the blank node that term map number *owner* makes for *iteration*: no value ever gives it.

    >>> fresh_blank_node(3, 41)
    '_:f3_41'
    """
    return f"_:f{scope}_{owner}_{iteration}" if scope else f"_:f{owner}_{iteration}"
