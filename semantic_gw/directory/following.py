"""What follows the directory: a place in its changes, and what became of the Things behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Final

from semantic_gw.directory.directory import Directory
from semantic_gw.directory.register import ForgottenError, FullEntry

_AT_ONCE: Final = 500


async def news(directory: Directory, after: int) -> AsyncIterator[tuple[int, Sequence[FullEntry], bool]]:
    """Batches of what changed behind the position *after* until now: (position reached, entries, whether that is all).

    Where the changes behind *after* are no longer kept (and behind 0), every Thing comes instead, in batches that end
    with one marked as all: what is in none of them is not registered.
    """
    if after > 0:
        try:
            async for batch in _changed(directory, after):
                yield batch
            return
        except ForgottenError:
            pass
    async for batch in _everything(directory):
        yield batch


async def _changed(directory: Directory, after: int) -> AsyncIterator[tuple[int, Sequence[FullEntry], bool]]:
    while True:
        reached, entries = await directory.changed(after, _AT_ONCE)
        if reached == after:
            return
        after = reached
        yield after, entries, False


async def _everything(directory: Directory) -> AsyncIterator[tuple[int, Sequence[FullEntry], bool]]:
    """The position is read first: what changes meanwhile comes again behind it."""
    position = await directory.position()
    last = ""
    while entries := await directory.everything(last, _AT_ONCE):
        last = entries[-1].id
        yield 0, entries, False
    yield position, (), True
