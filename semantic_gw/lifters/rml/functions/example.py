"""The functions that RML-FNML's suite describes for itself (http://example.com/functions/), one with three results."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from semantic_gw.lifters.rml.functions.function import Function, Output, Parameter

_NAMESPACE: Final = "http://example.com/functions/"


def _output(name: str) -> Output:
    return Output(f"{_NAMESPACE}{name}Output", f"{_NAMESPACE}has{name[0].upper()}{name[1:]}Output")


_TEXT: Final = Parameter(_NAMESPACE + "stringParameter", _NAMESPACE + "hasStringParameter")
_STRING: Final = _output("string")


def _parse_url(url: str) -> tuple[str, str, str]:
    """The protocol, the domain and the path of *url*. Raises ValueError where it has no protocol or no domain."""
    found = urlsplit(url)
    if not found.scheme or not found.netloc:
        raise ValueError(f"{url!r} is no URL with a protocol and a domain")
    return found.scheme, found.netloc, found.path.removeprefix("/")


def functions() -> Iterator[Function]:
    """All of them."""
    results = (_output("protocol"), _output("domain"), _STRING)
    yield Function(_NAMESPACE + "helloworld", (), (_STRING,), lambda: "Hello World!")
    yield Function(_NAMESPACE + "schema", (_TEXT,), (_STRING,), lambda name: f"https://schema.org/{name}")
    yield Function(_NAMESPACE + "parseURL", (_TEXT,), results, _parse_url)
