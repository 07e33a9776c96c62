"""What follows the directory: a place in its changes, and what became of the Things behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Final

from semantic_gw.directory.directory import Directory
from semantic_gw.directory.register import ForgottenError, FullEntry

_AT_ONCE: Final = 500


Batch = tuple[int, Sequence[FullEntry], bool]
"""The position that is reached, what became of some Things, and whether now every Thing has come."""


async def news(directory: Directory, after: int) -> AsyncIterator[Batch]:
    """Batches of what changed behind the position *after* until now.

    Where the changes behind *after* are no longer kept, every Thing comes instead, in batches that end with one
    marked so: what is in none of them is not registered.
    """
    try:
        async for batch in since(directory, after):
            yield batch
    except ForgottenError:
        async for batch in since(directory, 0):
            yield batch


async def since(directory: Directory, after: int) -> AsyncIterator[Batch]:
    """The same; behind 0 every Thing. Raises ForgottenError where the changes behind *after* are no longer kept."""
    async for batch in _changed(directory, after) if after else _everything(directory):
        yield batch


async def _changed(directory: Directory, after: int) -> AsyncIterator[Batch]:
    while True:
        reached, entries = await directory.changed(after, _AT_ONCE)
        if reached == after:
            return
        after = reached
        yield after, entries, False


async def _everything(directory: Directory) -> AsyncIterator[Batch]:
    """The position is read first: what changes meanwhile comes again behind it."""
    position = await directory.position()
    last = ""
    while entries := await directory.everything(last, _AT_ONCE):
        last = entries[-1].id
        yield 0, entries, False
    yield position, (), True
