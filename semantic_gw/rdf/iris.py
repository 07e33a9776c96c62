"""The IRIs that the gateway makes. The same input always gives the same IRI; nothing else glues them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from semantic_gw.model import IRI, GraphKind

_PLANES: Final = "".join(f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 14))
_SAFE: Final = re.compile(rf"[A-Za-z0-9._~\-\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef{_PLANES}\U000e1000-\U000efffd]*")
"""iunreserved of RFC 3987, which leaves out the last two characters of every plane."""


def encode_segment(text: str) -> str:
    """*text* with everything percent-encoded that is not iunreserved (RFC 3987, 2.2).

    >>> encode_segment("Küche/1")
    'Küche%2F1'
    """
    if _SAFE.fullmatch(text):
        return text
    return "".join(c if _SAFE.fullmatch(c) else _percent(c) for c in text)


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "replace"))


@lru_cache(maxsize=8192)
def encode_name(text: str) -> str:
    """*text* as the first part of a fragment: a dot ends it, so its own dots are encoded, too.

    >>> encode_name("flow.rate")
    'flow%2Erate'
    """
    return encode_segment(text).replace(".", "%2E")


def affordance_iri(thing: IRI, name: str) -> IRI:
    """The property, state or event of interest that the affordance *name* of *thing* stands for.

    The form is SAREF's own convention for properties of interest.

    >>> affordance_iri("urn:dev:mac:00158d0003429eda", "temperature")
    'urn:dev:mac:00158d0003429eda#temperature'
    """
    return fragment(thing, encode_name(name))


def fragment(thing: IRI, text: str) -> IRI:
    """The IRI of a part of *thing*; where that has a fragment already, the part is appended to it (RFC 3986, 3.5).

    >>> fragment("https://example.com/#lamp", "state")
    'https://example.com/#lamp.state'
    """
    return f"{thing}.{text}" if "#" in thing else f"{thing}#{text}"


def graph_iri(base: IRI, kind: GraphKind, message_id: str) -> IRI:
    """The graph that a message became.

    >>> graph_iri("https://gateway.example/", GraphKind.EVENTS, "3f2a")
    'https://gateway.example/events/3f2a'
    """
    return f"{base}{kind.value}/{message_id}"


def observation_iri(graph: IRI, name: str) -> IRI:
    """The observation (or event) of the affordance *name* in *graph*."""
    return f"{graph}#{encode_name(name)}"


def result_iri(observation: IRI) -> IRI:
    """The result of *observation*, where it is a value."""
    return observation + RESULT


def instant_iri(graph: IRI) -> IRI:
    """The phenomenon time of everything in *graph*."""
    return graph + INSTANT


RESULT: Final = ".result"
INSTANT: Final = "#phenomenon.time"
"""No name of an affordance has a dot in an IRI, so neither can be taken for one."""
