"""A client of a directory: the Things API by its verbs, and its event streams."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, urljoin

import httpx

Json = Any

TD_JSON = "application/td+json"
MERGE_PATCH = "application/merge-patch+json"
_LINK = re.compile(r'<([^>]*)>((?:\s*;\s*[\w-]+=(?:"[^"]*"|[^;,\s]+))*)')
_PARAMETER = re.compile(r';\s*([\w-]+)=(?:"([^"]*)"|([^;,\s]+))')


@dataclass(frozen=True)
class Link:
    """One link of a Link header (RFC 8288)."""

    target: str
    parameters: Mapping[str, str]


def links(response: httpx.Response) -> dict[str, Link]:
    """The links of *response* by their relation."""
    found = {}
    for target, rest in _LINK.findall(", ".join(response.headers.get_list("link"))):
        parameters = {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(rest)}
        found[parameters["rel"]] = Link(target, parameters)
    return found


def thing_path(id: str) -> str:
    """Where the Thing *id* is, percent-encoded as a careful client does it."""
    return "/things/" + quote(id, safe="")


@dataclass(frozen=True)
class Event:
    """One event of a stream."""

    type: str
    data: Json
    id: str


class Events:
    """What comes on an open stream (HTML, 9.2.6)."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = _lines(response)

    def next(self) -> Event:
        """The next event; raises httpx.ReadTimeout when none comes, StopIteration at the end of the stream."""
        fields: dict[str, list[str]] = {}
        while True:
            line = next(self._lines)
            if line == "" and "data" in fields:
                joined = {name: "\n".join(values) for name, values in fields.items()}
                return Event(joined.get("event", "message"), json.loads(joined["data"]), joined.get("id", ""))
            name, _, value = line.partition(":")
            if name:
                fields.setdefault(name, []).append(value.removeprefix(" "))

    def take(self, count: int) -> list[Event]:
        return [self.next() for _ in range(count)]


def _lines(response: httpx.Response) -> Iterator[str]:
    """Lines as they come. They end with a line feed alone: httpx would break them at U+2028 too."""
    rest = b""
    for chunk in response.iter_raw():
        *lines, rest = (rest + chunk).split(b"\n")
        yield from (line.decode() for line in lines)


class DirectoryClient:
    """Speaks with the directory at *url*."""

    def __init__(self, url: str, timeout_s: float = 10.0) -> None:
        self.url = url
        self.http = httpx.Client(base_url=url, timeout=timeout_s, verify=False, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.http.close()

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self.http.request(method, path, **options)

    def get(self, id: str, **headers: str) -> httpx.Response:
        return self.http.get(thing_path(id), headers=_spelled(headers))

    def put(self, document: Mapping[str, Json] | bytes, *, at: str = "", **headers: str) -> httpx.Response:
        """Register *document* under its own id, or *at* a path."""
        path = thing_path(document["id"]) if not at and isinstance(document, Mapping) else at
        sent = {"content-type": TD_JSON, **_spelled(headers)}
        return self.http.put(path, content=as_bytes(document), headers=sent)

    def post(self, document: Json, **headers: str) -> httpx.Response:
        sent = {"content-type": TD_JSON, **_spelled(headers)}
        return self.http.post("/things", content=as_bytes(document), headers=sent)

    def patch(self, id: str, patch: Json, **headers: str) -> httpx.Response:
        sent = {"content-type": MERGE_PATCH, **_spelled(headers)}
        return self.http.patch(thing_path(id), content=as_bytes(patch), headers=sent)

    def delete(self, id: str, **headers: str) -> httpx.Response:
        return self.http.delete(thing_path(id), headers=_spelled(headers))

    def registered(self, document: Mapping[str, Json]) -> Json:
        """Register *document*, which must succeed; what the directory then serves."""
        answer = self.put(document)
        assert answer.status_code in (201, 204), answer.text
        return self.retrieved(document["id"])

    def retrieved(self, id: str) -> Json:
        answer = self.get(id)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def listing(self, **query: Any) -> httpx.Response:
        return self.http.get("/things", params=query)

    def follow(self, link: Link) -> httpx.Response:
        return self.http.get(urljoin(self.url + "/", link.target))

    def search(self, language: str, query: str, **headers: str) -> httpx.Response:
        return self.http.get(f"/search/{language}", params={"query": query}, headers=_spelled(headers))

    @contextmanager
    def events(self, path: str = "/events", last_event_id: str | None = None) -> Iterator[Events]:
        """An open stream of events; whatever changes from now on comes on it."""
        headers = {} if last_event_id is None else {"Last-Event-ID": last_event_id}
        with self.http.stream("GET", path, headers=headers, timeout=5.0) as response:
            assert response.status_code == 200, response.read()
            yield Events(response)

    def clear(self) -> None:
        """Delete every Thing and model."""
        for document in self.listing().json():
            self.delete(document["id"])
        for document in self.http.get("/models").json():
            self.http.delete("/models/" + quote(document["id"], safe=""))


def as_bytes(document: Json) -> bytes:
    return document if isinstance(document, bytes) else json.dumps(document, ensure_ascii=False).encode()


def _spelled(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def problem(response: httpx.Response, status: int) -> Json:
    """The problem document of *response*, which must be a refusal with *status* (RFC 9457)."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"].partition(";")[0] == "application/problem+json"
    document = json.loads(response.content.decode("utf-8"))
    assert document["status"] == status
    assert document["title"]
    return document
