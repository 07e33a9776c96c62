"""Requests that leave the gateway: only to hosts that the operator named, and only to addresses that were checked.

A URL may come from a document that somebody registered, so it is read once, strictly, and the connection goes to the
very address that was found allowed: a name that resolves differently the next time gains nothing.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Final, NoReturn
from urllib.parse import quote

import httpcore

from semantic_gw.errors import ConfigurationError, RefusedError, UnavailableError

__all__ = ["Answer", "Outbound", "OutboundError", "authority_of"]

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Sequence[str]]
"""The addresses of a name, for a port; raises OSError. It may block: it is called in a thread."""

_PORTS: Final = {"http": 80, "https": 443}
_LONGEST_URL: Final = 8000
_RESOLVERS: Final = 8
"""Names looked up at once: a slow name server holds up nothing else."""

_URL: Final = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?P<query>\?[^#]*)?(?:#.*)?",
    re.DOTALL,
)
"""RFC 3986, appendix B, with the two slashes."""

_AUTHORITY: Final = re.compile(r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9._-]+))(?::(?P<port>[0-9]{1,5}))?")
_LABEL: Final = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME: Final = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_NUMERIC_LABEL: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
_UNSAFE: Final = re.compile(r"[\x00-\x20\x7f\\]")
_KEPT: Final = "/:@!$&'()*+,;=?%~"
"""What stays as it is in a path and a query (RFC 3986, 3.3 and 3.4)."""

_GLOBAL_V6: Final = ip_network("2000::/3")
_NEVER: Final = tuple(
    map(ip_network, ("0.0.0.0/8", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
)
"""This host, and IPv6 addresses that stand for an IPv4 address: mapped, NAT64 (two), 6to4, Teredo."""


class OutboundError(RefusedError):
    """A request that may not leave, or an answer that may not be taken."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a peer answered, whatever its status: redirects are not followed. Names of *headers* are lower case."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()

    def header(self, name: str) -> str:
        """The first header called *name*, or the empty text.

        >>> Answer(429, "", b"", (("retry-after", "30"),)).header("Retry-After")
        '30'
        """
        return next((value for known, value in self.headers if known == name.lower()), "")


@dataclass(frozen=True, slots=True)
class _Target:
    """A URL taken apart: what is asked of whom. *host* has no brackets, *path* includes the query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """The host as in the Host field (RFC 9110, 7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def peer(self) -> str:
        """How errors name it: without the path, which may hold secrets."""
        return f"{self.scheme}://{self.authority}"


class Outbound:
    """Requests (GET, POST) to *hosts*: exact names, and networks (`192.168.0.0/16`) for addresses.

    Without *private*, only addresses that the whole Internet routes are reached. With it, loopback and link-local ones
    (cloud metadata!) still need a network of *hosts* that holds them. *timeout_s* bounds a request from the look-up
    of the name to the last byte, in seconds; *max_bytes* the body. Raises ConfigurationError for a host that is
    neither a name nor a network.
    """

    def __init__(
        self,
        *,
        hosts: tuple[str, ...],
        schemes: tuple[str, ...] = ("https",),
        private: bool,
        timeout_s: float,
        max_bytes: int,
        resolve: Resolve | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._names, self._networks = _names_and_networks(hosts)
        self._schemes = schemes
        self._private = private
        self._timeout_s = timeout_s
        self._max_bytes = max_bytes
        self._resolve = resolve or _resolve
        self._given_tls = tls
        self._resolvers = ThreadPoolExecutor(_RESOLVERS, thread_name_prefix="resolver")

    def get(self, url: str, *, accept: str) -> Answer:
        """What *url* answers; not to be called where an event loop runs. Raises OutboundError, UnavailableError."""
        return asyncio.run(self.aget(url, accept=accept))

    async def aget(self, url: str, *, accept: str, headers: Iterable[tuple[str, str]] = ()) -> Answer:
        """What *url* answers to a GET with *headers*. Raises OutboundError, UnavailableError."""
        return await self._ask("GET", url, [("Accept", accept), *headers])

    async def apost(self, url: str, body: bytes, *, accept: str, headers: Iterable[tuple[str, str]] = ()) -> Answer:
        """What *url* answers to a POST of *body*; its media type is in *headers*. Raises as `aget` does."""
        length = ("Content-Length", str(len(body)))
        return await self._ask("POST", url, [("Accept", accept), length, *headers], body)

    def check(self, url: str) -> None:
        """Raises OutboundError for a *url* that is never asked; where its name leads is seen when it is."""
        target = self._target(url)
        address = _literal(url, target.host)
        if address is not None and not self._is_allowed(address, target.host):
            _refuse(url, f"the address {address} is of a kind that is not allowed")

    async def _ask(self, method: str, url: str, headers: Iterable[tuple[str, str]], body: bytes = b"") -> Answer:
        target = self._target(url)
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._fetch(method, target, headers, body)
        except TimeoutError:
            raise UnavailableError(f"{target.peer} gave no whole answer within {self._timeout_s:g} s") from None
        except (httpcore.LocalProtocolError, UnicodeEncodeError) as error:
            raise OutboundError(f"this cannot be asked of {target.peer}: {error}") from error
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, OSError) as error:
            raise UnavailableError(f"{target.peer} does not answer: {str(error) or type(error).__name__}") from error

    async def _fetch(self, method: str, target: _Target, headers: Iterable[tuple[str, str]], body: bytes) -> Answer:
        backend = _CheckedConnections(await self._allowed_addresses(target))
        url = httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
        connection = httpcore.AsyncHTTPConnection(
            url.origin, ssl_context=self._tls if target.scheme == "https" else None, network_backend=backend
        )
        fields: list[tuple[str, str]] = [
            ("Host", target.authority),
            ("Accept-Encoding", "identity"),
            ("User-Agent", "semantic-gateway"),
            ("Connection", "close"),
            *headers,
        ]
        async with (
            connection,
            connection.stream(method, url, headers=_encoded(fields), content=body or None) as response,
        ):
            return await self._answer(target, response)

    async def _answer(self, target: _Target, response: httpcore.Response) -> Answer:
        headers = tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in response.headers)
        answer = Answer(response.status, "", b"", headers)
        encoding = answer.header("content-encoding").strip().lower()
        if encoding not in ("", "identity"):
            raise OutboundError(f"{target.peer} answers compressed ({encoding}): only plain bodies are taken")
        chunks: list[bytes] = []
        size = 0
        async for chunk in response.aiter_stream():
            size += len(chunk)
            if size > self._max_bytes:
                raise OutboundError(f"{target.peer} answers with more than {self._max_bytes} bytes")
            chunks.append(chunk)
        return Answer(response.status, answer.header("content-type"), b"".join(chunks), headers)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return self._given_tls or ssl.create_default_context()

    # What is allowed:

    def _target(self, url: str) -> _Target:
        """*url*, taken apart, if its scheme and host are allowed. Raises OutboundError."""
        target = _parse(url)
        if target.scheme not in self._schemes:
            _refuse(url, f"the scheme {target.scheme} is not allowed; there is {', '.join(self._schemes)}")
        address = _literal(url, target.host)
        if address is None and target.host not in self._names:
            _refuse(url, f"the host {target.host} is not among those allowed")
        if address is not None and not self._is_listed(address):
            _refuse(url, f"the address {address} is in no network allowed")
        return target

    async def _allowed_addresses(self, target: _Target) -> tuple[str, ...]:
        """The addresses of *target* that may be connected to. Raises OutboundError where there is none."""
        found = await self._addresses(target)
        allowed = tuple(str(address) for address in found if self._is_allowed(address, target.host))
        if not allowed:
            where = ", ".join(map(str, found))
            raise OutboundError(f"{target.peer} is at {where}: addresses of this kind are not allowed")
        return allowed

    async def _addresses(self, target: _Target) -> tuple[Address, ...]:
        try:
            return (ip_address(target.host),)
        except ValueError:
            loop = asyncio.get_running_loop()
            found = await loop.run_in_executor(self._resolvers, self._resolve, target.host, target.port)
            return tuple(map(ip_address, found))

    def _is_allowed(self, address: Address, host: str) -> bool:
        if address.is_multicast or address.is_unspecified or any(address in network for network in _NEVER):
            return False
        if not self._private:
            return _is_global(address)
        if address.is_loopback:
            return host == "localhost" or self._is_listed(address)
        if address.is_link_local:
            return self._is_listed(address)
        return not address.is_reserved

    def _is_listed(self, address: Address) -> bool:
        return any(address in network for network in self._networks)


class _CheckedConnections(httpcore.AsyncNetworkBackend):
    """Connects to addresses that were checked, whatever the name; TLS still asks for the name."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._addresses = addresses
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,  # noqa: ARG002  # its addresses are known
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # the base class names it
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        *others, last = self._addresses
        for address in others:
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except httpcore.ConnectError:
                continue
        return await self._inner.connect_tcp(last, port, timeout, local_address, socket_options)


def authority_of(url: str) -> str:
    """Whom *url* asks: its host, with the port where that is not the usual one. Raises OutboundError.

    >>> authority_of("http://Lamp.example:80/status?a=b")
    'lamp.example'
    """
    return _parse(url).authority


def _names_and_networks(hosts: Iterable[str]) -> tuple[frozenset[str], tuple[Network, ...]]:
    """*hosts*, sorted into names and networks. Raises ConfigurationError."""
    names: set[str] = set()
    networks: list[Network] = []
    for host in hosts:
        try:
            networks.append(ip_network(host, strict=False))
        except ValueError:
            names.add(_name(host))
    return frozenset(names), tuple(networks)


def _name(host: str) -> str:
    name = host.lower().removesuffix(".")
    if not _NAME.fullmatch(name) or _NUMERIC_LABEL.fullmatch(name.rpartition(".")[2]):
        raise ConfigurationError(
            f"{host!r} is neither a host name nor a network: write lamp.example (without scheme, port or *; "
            f"other alphabets as xn--…) or 192.168.0.0/16"
        )
    return name


def _parse(url: str) -> _Target:
    """*url*, taken apart. Raises OutboundError for all that another reader might take apart differently."""
    if len(url) > _LONGEST_URL:
        raise OutboundError(f"a URL of {len(url)} characters is not asked: {_LONGEST_URL} are the most")
    if _UNSAFE.search(url):
        _refuse(url, "it holds a space, a control character or a backslash")
    split = _URL.fullmatch(url)
    if split is None or split["scheme"].lower() not in _PORTS:
        _refuse(url, "it does not begin with http:// or https://")
    if "@" in split["authority"]:
        _refuse("…@" + url.rpartition("@")[2], "a URL may hold no user name and no password")
    authority = _AUTHORITY.fullmatch(split["authority"])
    if authority is None:
        _refuse(url, f"{split['authority']!r} is no host (other alphabets are written as xn--…)")
    scheme = split["scheme"].lower()
    port = int(authority["port"] or _PORTS[scheme])
    if not 0 < port <= 65535:
        _refuse(url, f"there is no port {port}")
    host = (authority["v6"] or authority["name"]).lower().removesuffix(".")
    return _Target(scheme, host, port, _path(url, split["path"], split["query"] or ""))


def _path(url: str, path: str, query: str) -> str:
    try:
        return quote((path or "/") + query, safe=_KEPT)
    except UnicodeEncodeError:
        _refuse(url, "it holds half a character (a lone surrogate)")


def _literal(url: str, host: str) -> Address | None:
    """The address that *host* is, or None for a name. Raises OutboundError for a number that is no usual address."""
    try:
        return ip_address(host)
    except ValueError:
        if ":" in host or _NUMERIC_LABEL.fullmatch(host.rpartition(".")[2]):
            _refuse(url, f"{host} is not how an address is written (192.0.2.7, [2001:db8::7])")
        return None


def _is_global(address: Address) -> bool:
    """Whether the whole Internet routes *address* (IANA's registries of special-purpose addresses)."""
    return address.is_global and (address.version == 4 or address in _GLOBAL_V6)


def _encoded(fields: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("ascii"), value.encode("latin-1")) for name, value in fields]


def _resolve(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]).partition("%")[0] for *_, address in found))


def _refuse(url: str, why: str) -> NoReturn:
    """A query is not repeated: it may hold secrets."""
    raise OutboundError(f"{url.partition('?')[0][:200]!r} is not asked: {why}")
