"""Messages in a stream of bytes: each behind its kind, a letter, and its length."""

from __future__ import annotations

import socket
import struct
from typing import Final, NamedTuple

HEAD: Final = struct.Struct("!cQ")


class Frame(NamedTuple):
    """A message of some kind."""

    kind: bytes
    body: bytes | bytearray


def frame(kind: bytes, body: bytes | bytearray = b"") -> bytes:
    """The bytes of a message.

    >>> frame(b"e", b"done").endswith(b"done")
    True
    """
    return HEAD.pack(kind, len(body)) + body


def receive(peer: socket.socket) -> Frame | None:
    """The next message of *peer*; None where it hung up before one. Raises ConnectionError in the middle of one."""
    head = peer.recv(HEAD.size)
    if not head:
        return None
    kind, length = HEAD.unpack(head + exactly(peer, HEAD.size - len(head)))
    return Frame(kind, exactly(peer, length))


def exactly(peer: socket.socket, length: int) -> bytearray:
    """The next *length* bytes of *peer*. Raises ConnectionError where it hangs up before."""
    body = bytearray(length)
    view, done = memoryview(body), 0
    while done < length:
        read = peer.recv_into(view[done:])
        if not read:
            raise ConnectionError(f"the peer hung up after {done} of {length} bytes")
        done += read
    return body
