"""What the gateway and the owner of what is searched tell each other, and how that stands in a stream of bytes.

A conversation is a socket of its own. The gateway says one thing; the owner answers an `Update` with an empty `Reply`,
and forks for a `Query`: that child says its process id (4 bytes) as soon as it lives, and later its `Reply`.
"""

from __future__ import annotations

import socket
import struct
from typing import Final, Literal, NamedTuple

import msgspec

from semantic_gw.confined.frames import exactly
from semantic_gw.model import IRI

Language = Literal["jsonpath", "xpath"]

LENGTH: Final = struct.Struct("!Q")
PROCESS_ID: Final = struct.Struct("!I")


class Entry(NamedTuple):
    """A Thing as it is searched: its Enriched TD as JSON; None: it is gone."""

    id: IRI
    document: bytes | None


class Batch(NamedTuple):
    """Some changes, and the position that is reached once they are applied."""

    position: int
    entries: tuple[Entry, ...]


class Update(msgspec.Struct, frozen=True, tag=True):
    """Things that are to be searched from now on, or no longer."""

    entries: tuple[Entry, ...]


class Query(msgspec.Struct, frozen=True, tag=True):
    """A question.

    *deadline_s* is in seconds from the start of the child, *memory_bytes* what it may add to the owner's memory.
    """

    language: Language
    text: str
    deadline_s: float
    memory_bytes: int
    max_answer_bytes: int


class Reply(msgspec.Struct, frozen=True):
    """An answer in JSON (*refusal* is empty), or why there is none: wrong, or not supported."""

    body: bytes = b""
    refusal: Literal["", "query", "unsupported"] = ""
    detail: str = ""


Request = Update | Query

_encode: Final = msgspec.msgpack.Encoder().encode
_request: Final = msgspec.msgpack.Decoder[Request](Request).decode
_reply: Final = msgspec.msgpack.Decoder(Reply).decode


def frame(message: Update | Query | Reply) -> bytes:
    """*message* behind its length."""
    body = _encode(message)
    return LENGTH.pack(len(body)) + body


def read_reply(body: bytes) -> Reply:
    return _reply(body)


def receive(peer: socket.socket) -> Request:
    """What the gateway says. Raises ConnectionError where it hangs up in the middle."""
    (length,) = LENGTH.unpack(exactly(peer, LENGTH.size))
    request: Request = _request(exactly(peer, length))
    return request
