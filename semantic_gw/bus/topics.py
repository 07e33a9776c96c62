"""Names of topics, and the rules that both buses hold records to before anything is written."""

from __future__ import annotations

import functools
import logging
import re
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from semantic_gw.contracts import Offsets
from semantic_gw.errors import ConfigurationError
from semantic_gw.model import Record

_log = logging.getLogger(__name__)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


@functools.lru_cache(maxsize=1024)
def check_topic(name: str) -> str:
    """*name*, if Kafka takes it for a topic. Raises ConfigurationError.

    >>> check_topic("dead-letter")
    'dead-letter'
    """
    if bad := sorted(set(re.findall(r"[^A-Za-z0-9._-]", name))):
        found = ", ".join(repr(character) for character in bad)
        raise ConfigurationError(f"{name!r} is no topic: {found} not allowed; use letters, digits, '.', '_' or '-'")
    if not 0 < len(name) <= 249 or name in (".", ".."):
        raise ConfigurationError(f"{name!r} is no topic: a name has 1 to 249 characters and is not '.' or '..'")
    return name


def selector(topics: Sequence[str], pattern: str | None) -> re.Pattern[str]:
    """What matches exactly *topics*, or the names that *pattern* matches as a whole. Raises ConfigurationError.

    >>> bool(selector((), "raw[.].*").match("raw.kitchen")), bool(selector((), "raw").match("raw.kitchen"))
    (True, False)
    """
    if pattern is None:
        if not topics:
            raise ConfigurationError("nothing to read: give topics or a pattern")
        return re.compile(rf"(?:{'|'.join(re.escape(check_topic(topic)) for topic in topics)})\Z")
    try:
        return re.compile(rf"(?:{pattern})\Z")
    except re.error as error:
        raise ConfigurationError(f"{pattern!r} is no regular expression for topics: {error}") from error


def check_beginning(group: str | None, begin_at: Offsets | None) -> None:
    """Raises ValueError where a group is told where to begin: it knows that itself."""
    if group is not None and begin_at is not None:
        raise ValueError(
            f"the group {group} goes on where it has committed; only a reader without one begins at offsets"
        )


def told_offset(topic: str, partition: int, offset: int, first: int, end: int) -> int:
    """*offset*, where the partition still has it; or else *first*, which it begins with, and a warning."""
    if first <= offset <= end:
        return offset
    told = {"topic": topic, "partition": partition, "offset": offset, "first": first, "end": end}
    _log.warning("the topic no longer has an offset: it is read from its start", extra=told)
    return first


def check_records(records: Iterable[Record], compact: Collection[str]) -> None:
    """Raises ConfigurationError for a bad topic, ValueError for a record that could never be written.

    A record needs a key where its topic is in *compact*, and a key or a value anywhere.
    """
    for record in records:
        check_topic(record.topic)
        if record.key is None and (record.value is None or record.topic in compact):
            why = "a compacted topic keeps the last record of each key" if record.value is not None else "a tombstone"
            raise ValueError(f"a record for the topic {record.topic} has no key: {why}")


def milliseconds(timestamp: datetime) -> int:
    """*timestamp* as the bus keeps it: milliseconds since 1970, rounded down."""
    return (timestamp - _EPOCH) // _MILLISECOND


def moment(milliseconds_since_1970: int) -> datetime:
    """The time that *milliseconds_since_1970* means, in UTC; 1970 where it means none."""
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds_since_1970)
    except OverflowError:
        return _EPOCH


def key_bytes(key: str | None) -> bytes | None:
    """*key* on the wire. A lone surrogate, which UTF-8 has no bytes for, survives the way there and back."""
    return None if key is None else key.encode("utf-8", "surrogatepass")


def key_text(key: bytes | None) -> str | None:
    r"""*key* as text; bytes of a foreign record that are no UTF-8 read as `\xff`."""
    if key is None:
        return None
    try:
        return key.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return key.decode("utf-8", "backslashreplace")
