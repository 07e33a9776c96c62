"""A client that sends any bytes: others are too polite to be hostile."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

TIMEOUT_S = 10.0


@dataclass(frozen=True)
class Response:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def problem(self) -> dict[str, Any]:
        """The problem document, which every refusal is."""
        assert self.headers["content-type"] == "application/problem+json"
        document: dict[str, Any] = json.loads(self.body)
        assert document["status"] == self.status
        assert document["title"]
        return document


class Connection:
    """One connection to 127.0.0.1."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S)
        self._received = b""

    def send(self, data: bytes) -> None:
        """Send what the server lets us send: a refusal may close the connection before its end."""
        with suppress(ConnectionError):
            self._socket.sendall(data)

    def end(self) -> None:
        """Tell the server that nothing more comes."""
        self._socket.shutdown(socket.SHUT_WR)

    def response(self, method: bytes = b"POST") -> Response:
        """The next response, whole."""
        head, _, rest = self._until(b"\r\n\r\n").partition(b"\r\n\r\n")
        self._received = rest
        status_line, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        status = int(status_line.split()[1])
        length = 0 if method == b"HEAD" or status == 100 else int(headers.get("content-length", "0"))
        while len(self._received) < length:
            self._receive()
        body, self._received = self._received[:length], self._received[length:]
        return Response(status, headers, body)

    def rest(self) -> bytes:
        """Everything until the server closes the connection."""
        with suppress(ConnectionError):
            while self._receive():
                pass
        return self._received

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self._socket.close()

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._received:
            assert self._receive(), f"closed after {self._received[:200]!r}"
        return self._received

    def _receive(self) -> bytes:
        data = self._socket.recv(1 << 16)
        self._received += data
        return data


@contextmanager
def connection(port: int) -> Iterator[Connection]:
    opened = Connection(port)
    try:
        yield opened
    finally:
        opened.close()


def request(
    path: bytes = b"/ingest/a",
    body: bytes | None = b"1",
    content_type: bytes | None = b"application/json",
    *,
    method: bytes = b"POST",
    version: bytes = b"HTTP/1.1",
    headers: tuple[bytes, ...] = (b"Host: gateway",),
) -> bytes:
    """The bytes of a request."""
    lines = [method + b" " + path + b" " + version, *headers]
    if content_type is not None:
        lines.append(b"Content-Type: " + content_type)
    if body is not None:
        lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join([*lines, b"", body or b""])


def answer(port: int, data: bytes, method: bytes = b"POST") -> Response:
    """The first response to *data*."""
    with connection(port) as opened:
        opened.send(data)
        return opened.response(method)
