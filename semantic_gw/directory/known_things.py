"""Things by id, lifters by address: registering a Thing Description compiles it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from semantic_gw.lifters.thing import ThingLifter, lifters
from semantic_gw.model import IRI, ThingDescription

REPEATS_ON: Final = "sgw:repeatsOn"
"""Member of the Thing Description of a group: the address (or addresses) on which its members' values are repeated."""


class KnownThings:
    """What is registered. In memory: it is rebuilt at start from the topic of Thing Descriptions.

    *ignored_of* gives the members of a family's documents that carry no value of a Thing.
    """

    def __init__(
        self, base_iri: IRI, ignored_of: Callable[[str], frozenset[str]] = lambda _family: frozenset()
    ) -> None:
        self._base_iri = base_iri
        self._ignored_of = ignored_of
        self._things: dict[IRI, ThingDescription] = {}
        self._lifters: dict[str, dict[IRI, ThingLifter]] = {}
        self._addresses: dict[IRI, tuple[str, ...]] = {}
        self._groups: dict[str, IRI] = {}

    def __len__(self) -> int:
        return len(self._things)

    def __iter__(self) -> Iterator[ThingDescription]:
        return iter(self._things.values())

    def get(self, thing: IRI) -> ThingDescription | None:
        return self._things.get(thing)

    def lifters(self, address: str) -> tuple[ThingLifter, ...]:
        """The lifters of the Things that report on *address*."""
        found = self._lifters.get(address)
        return tuple(found.values()) if found else ()

    def family(self, address: str) -> str:
        """The family of the Things that report on *address*; empty where none does."""
        return next((self._things[thing].family for thing in self._lifters.get(address, ())), "")

    def repeats(self, address: str) -> ThingDescription | None:
        """The group of Things whose payloads on *address* only repeat what its members report (`sgw:repeatsOn`)."""
        group = self._groups.get(address)
        return self._things[group] if group else None

    def register(self, thing: ThingDescription) -> bool:
        """Put *thing* in the place of what had its id; False where nothing changed. Raises MappingError."""
        known = self._things.get(thing.id)
        if known is not None and known.document == thing.document:
            return False
        compiled = lifters(thing, base_iri=self._base_iri, ignored=self._ignored_of(thing.family))
        self.remove(thing.id)
        self._things[thing.id] = thing
        self._addresses[thing.id] = tuple(compiled)
        for address in _repeats_on(thing):
            self._groups[address] = thing.id
        for address, lifter in compiled.items():
            self._lifters.setdefault(address, {})[thing.id] = lifter
        return True

    def remove(self, thing: IRI) -> bool:
        """Forget *thing*; False where it was not known."""
        for address in self._addresses.pop(thing, ()):
            lifters_here = self._lifters[address]
            del lifters_here[thing]
            if not lifters_here:
                del self._lifters[address]
        known = self._things.pop(thing, None)
        for address in _repeats_on(known) if known is not None else ():
            if self._groups.get(address) == thing:
                del self._groups[address]
        return known is not None

    def gone(self, origin: str, listed: Iterable[IRI]) -> tuple[IRI, ...]:
        """The Things that *origin* once listed and does not list any more."""
        present = set(listed)
        return tuple(t.id for t in self._things.values() if t.origin == origin and t.id not in present)

    def fork(self) -> KnownThings:
        """A copy to try things out on: what is registered there stays there."""
        copy = KnownThings(self._base_iri, self._ignored_of)
        copy._things = dict(self._things)
        copy._addresses = dict(self._addresses)
        copy._groups = dict(self._groups)
        copy._lifters = {address: dict(found) for address, found in self._lifters.items()}
        return copy

    @property
    def by_family(self) -> Mapping[str, int]:
        """How many Things each family has."""
        counts: dict[str, int] = {}
        for thing in self._things.values():
            counts[thing.family] = counts.get(thing.family, 0) + 1
        return counts


def _repeats_on(thing: ThingDescription) -> tuple[str, ...]:
    """The addresses on which a group repeats its members: a text or a list of them."""
    given = thing.document.get(REPEATS_ON)
    addresses = given if isinstance(given, list) else [given]
    return tuple(address for address in addresses if isinstance(address, str))
