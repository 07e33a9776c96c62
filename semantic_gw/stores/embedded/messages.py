"""What the gateway, the owner and a worker tell each other.

Gateway → owner: `Begin`, then one `Replace`, `Ask` or `Stop` after the other, each answered by `Told`.
Gateway → worker: `GraphQuery` as `Question`. Worker → gateway: `ANSWER` (a media type), `PART`s of it and `END`, or at
any time `REFUSED` in their place. What stands there instead of a frame are the last words of a worker: its standard
error leads there.
"""

from __future__ import annotations

import struct
from typing import Final

import msgspec

from semantic_gw.contracts import GraphUpdate, QueryBounds, StoreSize
from semantic_gw.model import IRI

REQUEST: Final = b"o"
QUESTION: Final = b"q"
EVOLUTION: Final = b"u"
ANSWER: Final = b"a"
PART: Final = b"p"
END: Final = b"e"
REFUSED: Final = b"r"

WORN: Final = b"w"
"""In an `END`: the worker has grown and should not be asked again."""

BORN: Final = struct.Struct("!QI")
"""What the owner says of a new worker: its generation and its process id."""


class Begin(msgspec.Struct, frozen=True, tag=True):
    """The first message. *path* is the file of the snapshot; with *snapshot_s* 0 there is none.

    *after* is the last generation that somebody may know of.
    """

    path: str
    snapshot_s: float
    after: int = 0


class Replace(msgspec.Struct, frozen=True, tag=True):
    """Graphs to replace, and how far each source is known then."""

    updates: tuple[GraphUpdate, ...]
    positions: dict[str, int]


class Ask(msgspec.Struct, frozen=True, tag=True):
    """What is there?"""


class Stop(msgspec.Struct, frozen=True, tag=True):
    """Write the snapshot, and end."""


class Told(msgspec.Struct, frozen=True):
    """What is there now. *refused* are graphs that stay as they were, each with the reason."""

    generation: int
    positions: dict[str, int]
    size: StoreSize
    refused: tuple[tuple[IRI, str], ...] = ()


class Question(msgspec.Struct, frozen=True):
    """A query as a worker gets it (`contracts.GraphQuery`)."""

    text: str
    bounds: QueryBounds
    solutions: str
    graph: str
    default_graphs: tuple[IRI, ...]
    named_graphs: tuple[IRI, ...]


class Evolution(msgspec.Struct, frozen=True):
    """An update that a worker is to evaluate for itself: what becomes of the graphs whose names have *prefix*."""

    text: str
    prefix: IRI
    bounds: QueryBounds


class Refusal(msgspec.Struct, frozen=True):
    """Why there is no answer, or no more of it. *limit* is that of a LimitError, empty for a query that is wrong.

    With *is_worn* the worker should not be asked again.
    """

    detail: str
    limit: str = ""
    line: int = 0
    column: int = 0
    is_worn: bool = False


Request = Begin | Replace | Ask | Stop

encode: Final = msgspec.msgpack.Encoder().encode
read_request: Final = msgspec.msgpack.Decoder[Request](Request).decode
read_told: Final = msgspec.msgpack.Decoder(Told).decode
read_question: Final = msgspec.msgpack.Decoder(Question).decode
read_evolution: Final = msgspec.msgpack.Decoder(Evolution).decode
read_refusal: Final = msgspec.msgpack.Decoder(Refusal).decode
