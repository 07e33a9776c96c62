"""What becomes of a record that no retry can write."""

from __future__ import annotations

from collections.abc import Sequence

from semantic_gw.errors import PayloadTooLargeError
from semantic_gw.model import Position, Record


class RecordTooLargeError(PayloadTooLargeError):
    """Some records of one `publish` are larger than their topic takes; every other record of the call is durable.

    The caller dead-letters what *refused* points at and goes on: publishing the rest again would only repeat it.
    """

    def __init__(self, records: Sequence[Record], positions: Sequence[Position | None], limits: str) -> None:
        self.positions = tuple(positions)
        """Where each record of the call stands now, in order; None for one that was refused."""
        self.refused = tuple(index for index, position in enumerate(positions) if position is None)
        """Indexes, into the records of the call, of those that were not written."""
        super().__init__(f"{_named(records, self.refused)}; {limits}")


def _named(records: Sequence[Record], refused: Sequence[int]) -> str:
    first = records[refused[0]]
    more = f" and {len(refused) - 1} more" if len(refused) > 1 else ""
    return f"a record of {record_bytes(first)} bytes{more} is too large for the topic {first.topic} (key {first.key!r})"


def record_bytes(record: Record) -> int:
    """Bytes of *record*: its key, value and headers, without framing."""
    headers = sum(len(name) + len(value) for name, value in record.headers)
    return len(record.value or b"") + len((record.key or "").encode("utf-8", "surrogatepass")) + headers
