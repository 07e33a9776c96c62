"""What a Thing Description lets us read by HTTP, and how often: its schedule, a reading per URL.

`sgw:pollInterval` stands on the Thing, on a property or on a form; the nearest to the form counts. One on the Thing is
served by the form that reads all its properties, where there is one.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Final
from urllib.parse import quote, unquote, urljoin, urlsplit

from pydantic import SecretStr

from semantic_gw.lifters.forms import absolute
from semantic_gw.lifters.terms import Terms, terms_of
from semantic_gw.lifters.uri_templates import without_query
from semantic_gw.model import Finding, Json
from semantic_gw.outbound import OutboundError, authority_of
from semantic_gw.rdf.namespaces import SGW

POLL_INTERVAL: Final = SGW + "pollInterval"
MOST_URLS: Final = 64
"""URLs read for one Thing: a description must not make a gateway flood a device."""

_LONGEST_S: Final = 366 * 24 * 3600.0
_DEFAULT_CONTENT_TYPE: Final = "application/json"
"""WoT TD 1.1, 5.4."""

_READS_ALL: Final = ("readallproperties", "readmultipleproperties")
_DURATION: Final = re.compile(
    r"P(?:(?P<days>[0-9]+)D)?(?:T(?:(?P<hours>[0-9]+)H)?(?:(?P<minutes>[0-9]+)M)?(?:(?P<seconds>[0-9]+(?:\.[0-9]+)?)S)?)?"
)
"""xsd:dayTimeDuration (XML Schema 1.1, part 2, 3.4.27): years and months have no fixed length."""

_FIELD_NAME: Final = re.compile(r"[A-Za-z0-9_-]+")
_OWN_FIELDS: Final = frozenset({"host", "connection", "content-length", "transfer-encoding", "te", "upgrade"})
"""Header fields that describe the request itself: no key may come in them."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One URL that is read, and the *address* of its answers. *url* and *headers* may hold a secret."""

    url: str = field(repr=False)
    address: str
    content_type: str
    interval_s: float
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class PollingPlan:
    """All readings of one Thing, and what of its schedule cannot be followed."""

    readings: tuple[Reading, ...] = ()
    remarks: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Form:
    """A form that reads, where it stands, and the interval that holds for it, in seconds (0: never)."""

    pointer: str
    members: Mapping[str, Json]
    interval_s: float


def polling_plan(
    document: Mapping[str, Json], *, min_interval_s: float, credentials: Mapping[str, SecretStr]
) -> PollingPlan:
    """The readings that *document* asks for, at most one every *min_interval_s* seconds of a URL.

    *credentials* are the secrets, by `host` or `host:port`: a description decides how a secret is sent, never which,
    and never to whom.
    """
    planner = _Planner(document, min_interval_s, credentials)
    readings = _merged(planner.readings())
    if len(readings) > MOST_URLS:
        planner.remark("", f"it asks for {len(readings)} URLs to be read: only the first {MOST_URLS} are")
    return PollingPlan(readings[:MOST_URLS], tuple(planner.remarks))


def seconds(interval: Json) -> float | None:
    """An interval in seconds: a number of them, or an xsd:duration without years and months; None if it is neither.

    >>> seconds("PT1M30S")
    90.0
    """
    if isinstance(interval, str):
        return _duration(interval.strip())
    if isinstance(interval, bool) or not isinstance(interval, int | float):
        return None
    return float(min(interval, _LONGEST_S)) if 0 <= interval < math.inf else None


def _duration(text: str) -> float | None:
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text):
        return min(float(text), _LONGEST_S)
    found = _DURATION.fullmatch(text)
    if found is None or len(text) > 100 or text[-1] in "PT":
        return None
    days, hours, minutes, rest = (float(part or 0) for part in found.groups())
    return min(((days * 24 + hours) * 60 + minutes) * 60 + rest, _LONGEST_S)


class _Planner:
    """Walks one description."""

    def __init__(
        self, document: Mapping[str, Json], min_interval_s: float, credentials: Mapping[str, SecretStr]
    ) -> None:
        self._document = document
        self._terms: Terms = terms_of(document)
        self._min_interval_s = min_interval_s
        self._credentials = {host.lower(): secret for host, secret in credentials.items()}
        self.remarks: list[Finding] = []

    def remark(self, pointer: str, detail: str) -> None:
        self.remarks.append(Finding(pointer, detail))

    def readings(self) -> Iterator[Reading]:
        whole = self._interval("", self._document, 0.0)
        served = self._first_of_all(whole)
        if served is not None:
            yield served
        for name, affordance in _objects(self._document.get("properties")):
            pointer = f"/properties/{_escaped(name)}"
            interval = self._interval(pointer, affordance, 0.0 if served is not None else whole)
            reading = self._first(self._property_forms(pointer, affordance, interval))
            if reading is not None:
                yield reading

    def _first_of_all(self, whole: float) -> Reading | None:
        """The first form of the Thing that can be read, those that read all properties before those that read some."""
        forms = (self._forms("", self._document, operation, whole) for operation in _READS_ALL)
        return self._first(chain.from_iterable(forms))

    def _property_forms(self, pointer: str, affordance: Mapping[str, Json], interval: float) -> Iterator[_Form]:
        if affordance.get("writeOnly") is not True:
            yield from self._forms(pointer, affordance, "readproperty", interval)

    def _forms(self, pointer: str, node: Mapping[str, Json], operation: str, interval: float) -> Iterator[_Form]:
        """The forms of *node* for *operation*; on a property, reading is what a form without `op` does too."""
        forms = node.get("forms")
        for index, members in enumerate(forms if isinstance(forms, list) else ()):
            if isinstance(members, Mapping) and operation in _texts(members.get("op", "readproperty")):
                where = f"{pointer}/forms/{index}"
                yield _Form(where, members, self._interval(where, members, interval))

    def _interval(self, pointer: str, node: Mapping[str, Json], inherited: float) -> float:
        """The interval that holds at *node*, in seconds."""
        given = self._terms.annotations(node).get(POLL_INTERVAL)
        if given is None:
            return inherited
        interval = seconds(given.get("@value") if isinstance(given, Mapping) else given)
        if interval is None:
            self.remark(pointer, f"sgw:pollInterval {given!r:.80} is no number of seconds, and no duration like PT30S")
            return inherited
        return interval

    def _first(self, forms: Iterable[_Form]) -> Reading | None:
        """The reading of the first of *forms* that can be read; where none can, why the last could not."""
        why: Finding | None = None
        for form in forms:
            if form.interval_s:
                try:
                    url = self._url(form.members)
                    if url is not None:
                        return self._reading(form, url)
                except (OutboundError, ValueError) as error:
                    why = Finding(form.pointer, f"it is not polled: {error}")
        if why is not None:
            self.remarks.append(why)
        return None

    def _url(self, form: Mapping[str, Json]) -> str | None:
        """The absolute URL of *form*; None where it is not for HTTP. Raises ValueError."""
        href = form.get("href")
        base = self._document.get("base")
        url = urljoin(base if isinstance(base, str) else "", href if isinstance(href, str) else "")
        url = without_query(url).partition("#")[0]
        scheme = urlsplit(url).scheme
        if not scheme:
            raise ValueError("its href is relative, and the Thing has no base")
        if scheme not in ("http", "https"):
            return None
        if "{" in url:
            raise ValueError("its href is a template with variables that have no value")
        method = form.get("htv:methodName", "GET")
        if method != "GET":
            raise ValueError(f"it wants the method {method!r:.20}, and only GET reads")
        return url

    def _reading(self, form: _Form, url: str) -> Reading:
        """Raises ValueError, OutboundError."""
        content_type = form.members.get("contentType")
        reading = Reading(
            url,
            _address(url),
            content_type if isinstance(content_type, str) and content_type else _DEFAULT_CONTENT_TYPE,
            max(form.interval_s, self._min_interval_s),
        )
        authority = authority_of(url)
        for scheme in self._schemes(form.members):
            reading = self._secured(reading, authority, scheme)
        return reading

    # What the device wants to see first (WoT TD 1.1, 5.3.3):

    def _schemes(self, form: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
        definitions = self._document.get("securityDefinitions")
        known = dict(_objects(definitions))
        for name in _texts(form.get("security", self._document.get("security"))):
            if name not in known:
                raise ValueError(f"its security {name!r:.50} is not defined")
            yield known[name]

    def _secured(self, reading: Reading, authority: str, scheme: Mapping[str, Json]) -> Reading:
        kind = scheme.get("scheme")
        if kind == "nosec":
            return reading
        if kind not in ("basic", "bearer", "apikey"):
            raise ValueError(f"its security scheme is {kind!r:.30}; possible are nosec, basic, bearer, apikey")
        secret = self._credentials.get(authority) or self._credentials.get(authority.rpartition(":")[0])
        if secret is None:
            raise ValueError(f"it wants {kind} credentials, and polling.credentials has none for {authority}")
        return _with_secret(reading, kind, scheme, secret.get_secret_value())


def _address(url: str) -> str:
    """Where the answer of *url* comes in, as forms name it: the query stays, since it tells two answers apart."""
    path, _, query = url.partition("?")
    return f"{absolute(path)}?{unquote(query)}" if query else absolute(path)


def _with_secret(reading: Reading, kind: str, scheme: Mapping[str, Json], secret: str) -> Reading:
    place = scheme.get("in", "query" if kind == "apikey" else "header")
    name = scheme.get("name", "")
    if kind == "apikey" and not (isinstance(name, str) and _FIELD_NAME.fullmatch(name)):
        raise ValueError("its API key has no usable name")
    if kind == "apikey" and place == "query":
        separator = "&" if "?" in reading.url else "?"
        return replace(reading, url=f"{reading.url}{separator}{name}={quote(secret, safe='')}")
    if kind == "apikey" and place == "cookie":
        return _with_header(reading, "Cookie", f"{name}={secret}")
    if place != "header":
        raise ValueError(f"its credentials belong in {place!r:.30}, where we put none")
    if kind == "apikey":
        return _with_header(reading, str(name), secret)
    value = "Bearer " + secret if kind == "bearer" else "Basic " + base64.b64encode(secret.encode()).decode()
    return _with_header(reading, "Authorization", value)


def _with_header(reading: Reading, name: str, value: str) -> Reading:
    if name.lower() in _OWN_FIELDS:
        raise ValueError(f"the header {name} is no place for a key")
    return replace(reading, headers=(*reading.headers, (name, value)))


def _merged(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    """One reading serves all that share its URL, at the shortest of their intervals."""
    by_url: dict[str, Reading] = {}
    for reading in readings:
        known = by_url.get(reading.url, reading)
        by_url[reading.url] = replace(known, interval_s=min(known.interval_s, reading.interval_s))
    return tuple(by_url.values())


def _objects(members: Json) -> Iterator[tuple[str, Mapping[str, Json]]]:
    for name, value in members.items() if isinstance(members, Mapping) else ():
        if isinstance(value, Mapping):
            yield name, value


def _texts(value: Json) -> Sequence[str]:
    """One text or several, as a sequence."""
    return [text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)]


def _escaped(name: str) -> str:
    """*name* as a token of a JSON Pointer (RFC 6901, 4)."""
    return name.replace("~", "~0").replace("/", "~1")
