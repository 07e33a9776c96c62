"""Where a Thing reports: the addresses that the forms of a Thing Description stand for (WoT TD 1.1, 5.3.4.2).

| form | address |
|---|---|
| MQTT: `mqv:topic`, `mqv:filter`, else the path of `href` | the topic, with the wildcards of a filter |
| HTTP: a path below `/ingest/` | what stands behind `/ingest/` |
| HTTP: any other | the path, and the URL without its query |
| Kafka: `sgw:topic`, else the path of `href`; `sgw:key` | the topic, or topic/key |
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import unquote

from semantic_gw.lifters.terms import MQTT
from semantic_gw.lifters.uri_templates import Match, matches, wildcards, without_query
from semantic_gw.model import IRI, Json
from semantic_gw.rdf.namespaces import SGW

TOPIC: Final[IRI] = SGW + "topic"
KEY: Final[IRI] = SGW + "key"

OF_PROPERTIES: Final = frozenset({"readproperty", "observeproperty"})
OF_EVENTS: Final = frozenset({"subscribeevent"})
OF_THINGS: Final = frozenset({"readallproperties", "observeallproperties", "readmultipleproperties"})
"""Operations whose answers tell values (WoT TD 1.1, 5.3.4.2, table of `op`)."""

_WRITING: Final = frozenset({"writeproperty", "writeallproperties", "writemultipleproperties"})
_ENDING: Final = frozenset({"unobserveproperty", "unsubscribeevent", "unobserveallproperties", "unsubscribeallevents"})
_OF_ACTIONS: Final = frozenset({"invokeaction", "queryaction", "cancelaction", "queryallactions"})
SILENT: Final = _WRITING | _ENDING | _OF_ACTIONS
"""Operations that nobody expects a report of."""

_MQTT_TOPIC: Final = MQTT + "topic"
_MQTT_FILTER: Final = MQTT + "filter"
_NO_WILDCARD: Final = "* is an ordinary character of a topic: the wildcards of MQTT are + and # (MQTT 5.0, 4.7.1)"
INGEST: Final = "/ingest/"
MAX_TARGET: Final = 2_000
"""Characters of the longest target or topic that is read."""

_MQTT_SCHEMES: Final = frozenset({"mqtt", "mqtts", "mqtt+tcp", "mqtt+ssl", "mqtt+ws", "mqtt+wss"})
_HTTP_SCHEMES: Final = frozenset({"http", "https"})
_KAFKA_SCHEMES: Final = frozenset({"kafka", "kafkas", "kafka+ssl"})
_DEFAULT_PORTS: Final = {"http": ":80", "https": ":443"}
_PARTS: Final = re.compile(r"(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?", re.DOTALL)
"""Scheme, authority, path and query (RFC 3986, appendix B)."""


class Address(NamedTuple):
    """Where payloads of a Thing come in. *host* is set where *text* is only the path of a URL on that host.

    An address with a *pattern*, a regular expression, stands for every one that it matches.
    """

    text: str
    host: str = ""
    pattern: str = ""
    prefix: str = ""


class Target(NamedTuple):
    """The parts of a URL that tell an address."""

    scheme: str
    authority: str
    path: str
    query: str


def operations(form: Mapping[str, Json], default: frozenset[str]) -> frozenset[str]:
    """The operations of *form*; *default* where it names none (WoT TD 1.1, 5.4)."""
    given = form.get("op")
    if given is None:
        return default
    if isinstance(given, str):
        return frozenset((given,))
    return frozenset(op for op in given if isinstance(op, str)) if isinstance(given, list) else frozenset()


def addresses(
    form: Mapping[str, Json], notes: Mapping[IRI, Json], base: Target, variables: Mapping[str, Json]
) -> tuple[tuple[Address, ...], str]:
    """The addresses of *form*, and what is wrong with it where it has none, or others than it seems.

    *notes* are its members that are terms of other vocabularies, *variables* the schemas of `uriVariables`.
    """
    href = form.get("href")
    href = without_query(href) if isinstance(href, str) else ""
    try:
        if TOPIC in notes:
            return _kafka(_texts(notes[TOPIC]), _texts(notes.get(KEY)), variables), ""
        if notes and (topics := _texts(notes.get(_MQTT_TOPIC)) or _texts(notes.get(_MQTT_FILTER))):
            found = _listed(match for topic in topics for match in matches(wildcards(topic), variables))
            return found, _NO_WILDCARD if any("*" in topic for topic in topics) else ""
        target = _resolved(href, base)
        read = _READERS.get(target.scheme)
        if read is None:
            return (), _no_way_in(target.scheme)
        found = read(target, href, notes, variables)
    except ValueError as error:
        return (), str(error)
    return found, "" if found else f"{href!r} names no address: a topic, or a path"


def absolute(url: str) -> str:
    """The address of what *url* answers: without query and fragment, percent-decoded, without a port that is usual.

    >>> absolute("HTTP://Lamp.local:80/properties/on%20off?fields=a")
    'http://lamp.local/properties/on off'
    """
    target = _apart(url) if len(url) <= MAX_TARGET else _apart.__wrapped__(url)
    return _url(target) + (unquote(target.path) or "/")


def _http(target: Target, _href: str, _notes: Mapping[IRI, Json], variables: Mapping[str, Json]) -> tuple[Address, ...]:
    if target.path.startswith(INGEST):
        return _listed(matches(target.path.removeprefix(INGEST), variables, encoded=True))
    host = _url(target)
    path = target.path or "/"
    urls = [host + path, f"{host}{path}?{target.query}"] if target.query else [host + path]
    if not any(sign in urls[-1] for sign in "{}%"):
        named = [Address(url) for url in urls]
        return tuple(named if path == "/" else [Address(path.removeprefix("/"), host), *named])
    bare = _listed(matches(path.removeprefix("/"), variables, encoded=True), host) if path != "/" else ()
    return bare + _listed(match for url in urls for match in matches(url, variables, encoded=True))


def _mqtt(target: Target, href: str, _notes: Mapping[IRI, Json], variables: Mapping[str, Json]) -> tuple[Address, ...]:
    topic = target.path.removeprefix("/") or target.query
    if href.endswith("#") and (not topic or topic.endswith("/")):
        topic += "#"
    if not topic:
        return ()
    return _listed(matches(wildcards(unquote(topic)), variables))


def _kafka_target(
    target: Target, _href: str, notes: Mapping[IRI, Json], variables: Mapping[str, Json]
) -> tuple[Address, ...]:
    topic = unquote(target.path.removeprefix("/"))
    return _kafka([topic] if topic else [], _texts(notes.get(KEY)), variables)


def _kafka(topics: Iterable[str], keys: Iterable[str], variables: Mapping[str, Json]) -> tuple[Address, ...]:
    keys = list(keys)
    names = [f"{topic}/{key}" for topic in topics for key in keys] if keys else topics
    return _listed(match for name in names for match in matches(name, variables))


def _relative(
    target: Target, _href: str, _notes: Mapping[IRI, Json], variables: Mapping[str, Json]
) -> tuple[Address, ...]:
    """A target without a base to resolve it against: its path is the address."""
    path = "/" + target.path.removeprefix("/")
    path = path.removeprefix(INGEST) if path.startswith(INGEST) else target.path.removeprefix("/")
    return _listed(matches(path, variables, encoded=True)) if path else ()


_Reader = Callable[[Target, str, Mapping[IRI, Json], Mapping[str, Json]], tuple[Address, ...]]
_READERS: Final[Mapping[str, _Reader]] = {
    **dict.fromkeys(_HTTP_SCHEMES, _http),
    **dict.fromkeys(_MQTT_SCHEMES, _mqtt),
    **dict.fromkeys(_KAFKA_SCHEMES, _kafka_target),
    "": _relative,
}


def _no_way_in(scheme: str) -> str:
    return f"there is no way in for {scheme}; there are HTTP, MQTT and Kafka"


def _listed(found: Iterable[Match], host: str = "") -> tuple[Address, ...]:
    return tuple(
        Address(match.text, host, match.pattern, match.prefix) if match.pattern else Address(match.text, host)
        for match in found
    )


def _texts(value: Json) -> list[str]:
    texts = [text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str) and text]
    if any(len(text) > MAX_TARGET for text in texts):
        raise ValueError(f"a topic of more than {MAX_TARGET} characters")
    return texts


def _url(target: Target) -> str:
    authority = target.authority.rpartition("@")[2].lower()
    return f"{target.scheme}://{authority.removesuffix(_DEFAULT_PORTS.get(target.scheme, ' '))}"


def _taken_apart(url: str) -> Target:
    if len(url) > MAX_TARGET:
        raise ValueError(f"a target of more than {MAX_TARGET} characters")
    return _apart(url)


@lru_cache(maxsize=512)
def _apart(url: str) -> Target:
    scheme, authority, path, query = _split(url)
    return Target(scheme.lower(), authority or "", path, query or "")


def _split(url: str) -> Iterator[str]:
    found = _PARTS.match(url)
    return iter(found.groups("") if found else ("", "", url, ""))


def base_of(document: Mapping[str, Json]) -> Target:
    """What relative targets of *document* are resolved against."""
    base = document.get("base")
    return _apart(without_query(base)) if isinstance(base, str) and len(base) <= MAX_TARGET else _apart("")


def _resolved(href: str, above: Target) -> Target:
    """*href* as an absolute target (RFC 3986, 5.2), whatever its scheme."""
    target = _taken_apart(href)
    if target.scheme or not above.scheme:
        return target
    if target.authority:
        return Target(above.scheme, target.authority, target.path, target.query)
    path = target.path
    if not path:
        path = above.path
    elif not path.startswith("/"):
        path = _without_dots(above.path.rpartition("/")[0] + "/" + path)
    return Target(above.scheme, above.authority, path, target.query)


def _without_dots(path: str) -> str:
    """*path* without its dot segments (RFC 3986, 5.2.4)."""
    if "./" not in path and not path.endswith("."):
        return path
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == ".." and len(kept) > 1:
            kept.pop()
        elif segment not in (".", ".."):
            kept.append(segment)
    return "/".join(kept)
