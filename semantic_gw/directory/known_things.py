"""What the pipeline looks Things up in: Things by id, and the lifters of those that report at an address.

In memory, and small: a Thing Description is kept as JSON, and its lifters are made when its first payload comes. What
could be wrong with them is found out when it is registered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, TypeVar

import msgspec

from semantic_gw.contracts import Validator
from semantic_gw.directory.plan_checks import Blocks, PlanChecks
from semantic_gw.errors import AmbiguousAddressError, MappingError
from semantic_gw.lexicon import Lexicon
from semantic_gw.lifters import told
from semantic_gw.lifters.forms import Address, absolute
from semantic_gw.lifters.meanings import meanings
from semantic_gw.lifters.reading import Reading, read
from semantic_gw.lifters.rules import READINGS, Plan
from semantic_gw.lifters.thing import ThingLifter, built_in_lexicon, lifters
from semantic_gw.model import IRI, Finding, Json, Source, ThingDescription
from semantic_gw.validators import CompiledShapes

REPEATS_ON: Final = "sgw:repeatsOn"
"""Member of the Thing Description of a group: the address (or addresses) on which its members' values are repeated."""

DESCRIBED_ON: Final = "sgw:describedOn"
"""Member of a Thing Description that several messages tell parts of: the addresses they came in at."""

_SHOWN: Final = 5
"""Candidates that an error names."""

_NOBODY: Final[tuple[ThingLifter, ...]] = ()

E = TypeVar("E")

_decode: Final = msgspec.json.Decoder().decode
_encode: Final = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class _Lifters:
    """The lifters of a Thing by address, and those of them that were checked by *checks*."""

    all: dict[str, ThingLifter]
    checks: PlanChecks | None
    checked: dict[str, ThingLifter]


@dataclass(slots=True)
class _Known:
    """A Thing as it is kept."""

    id: IRI
    body: bytes
    origin: str
    family: str
    addresses: tuple[Address, ...]
    repeats_on: tuple[str, ...]
    described_on: tuple[str, ...]
    lifters: _Lifters | None = None
    """None until the first payload."""

    @property
    def thing(self) -> ThingDescription:
        return ThingDescription(self.id, _decode(self.body), self.origin, self.family)


Table = dict[str, dict[tuple[str, ...], E]]
"""Who reports at an address: by address, then by what tells one from another. Thousands may share an address."""


@dataclass(slots=True)
class _Index:
    """Who reports where."""

    named: Table[_Known] = field(default_factory=dict)
    """Addresses that Things name outright."""
    paths: Table[tuple[str, _Known]] = field(default_factory=dict)
    """Addresses that are the path of a URL on some host."""
    templates: Table[tuple[Address, _Known]] = field(default_factory=dict)
    """Addresses with variables, by what they start with."""
    groups: dict[str, _Known] = field(default_factory=dict)
    parts: Table[_Known] = field(default_factory=dict)
    """Addresses on which parts of Things are described."""

    def copy(self) -> _Index:
        groups, parts = dict(self.groups), _copy(self.parts)
        return _Index(_copy(self.named), _copy(self.paths), _copy(self.templates), groups, parts)

    def add(self, known: _Known) -> None:
        for address in known.addresses:
            if address.pattern and known.origin.endswith(READINGS):
                continue  # who reports is found out by the family's reader, not by the address
            if address.pattern:
                self.templates.setdefault(address.prefix, {})[known.id, address.text] = (address, known)
            elif address.host:
                self.paths.setdefault(address.text, {})[known.id, address.host] = (address.host, known)
            else:
                self.named.setdefault(address.text, {})[known.id,] = known
        for group in known.repeats_on:
            self.groups[group] = known
        for part in known.described_on:
            self.parts.setdefault(part, {})[known.id,] = known

    def remove(self, known: _Known) -> None:
        for address in known.addresses:
            if address.pattern:
                _drop(self.templates, address.prefix, (known.id, address.text))
            elif address.host:
                _drop(self.paths, address.text, (known.id, address.host))
            else:
                _drop(self.named, address.text, (known.id,))
        for group in known.repeats_on:
            if self.groups.get(group) is known:
                del self.groups[group]
        for part in known.described_on:
            _drop(self.parts, part, (known.id,))


def _copy(table: Table[E]) -> Table[E]:
    return {address: dict(there) for address, there in table.items()}


def _drop(table: Table[E], address: str, key: tuple[str, ...]) -> None:
    there = table.get(address, {})
    there.pop(key, None)
    if not there:
        table.pop(address, None)


class KnownThings:
    """What is registered. It is rebuilt at start from the directory.

    *ignored_of* gives the members of a family's documents that carry no value of a Thing; *lexicon* (by default the
    one built in) knows the names of values whose meaning a Thing Description does not say.
    """

    def __init__(
        self,
        base_iri: IRI,
        ignored_of: Callable[[str], frozenset[str]] = lambda _family: frozenset(),
        *,
        lexicon: Lexicon | None = None,
    ) -> None:
        self._base_iri = base_iri
        self._ignored_of = ignored_of
        self._lexicon = lexicon
        self._things: dict[IRI, _Known] = {}
        self._index = _Index()
        self._ready: dict[str, tuple[ThingLifter, ...]] = {}
        self._last: tuple[ThingDescription, Reading] | None = None
        self._checks: PlanChecks | None = None
        self._judged_by: tuple[Validator, Blocks] | None = None

    def __len__(self) -> int:
        return len(self._things)

    def __iter__(self) -> Iterator[ThingDescription]:
        return (known.thing for known in self._things.values())

    @property
    def lexicon(self) -> Lexicon:
        """What names and units mean where a Thing Description does not say it."""
        return self._lexicon or built_in_lexicon()

    @property
    def ids(self) -> frozenset[IRI]:
        """The ids of all Things."""
        return frozenset(self._things)

    def get(self, thing: IRI) -> ThingDescription | None:
        known = self._things.get(thing)
        return known.thing if known is not None else None

    def warnings(self, thing: IRI) -> tuple[Finding, ...]:
        """What in the description of *thing* cannot be used to lift its payloads."""
        known = self._things.get(thing)
        if known is None:
            return ()
        reading = read(known.thing, meanings(self.lexicon))
        try:
            return (*reading.findings, *self._refusals(reading))
        except MappingError as error:
            return (*reading.findings, Finding("", str(error)))

    # ── who reports where ───────────────────────────────────────────────────────────────────────────────────────────

    def reporting(self, source: Source) -> tuple[ThingLifter, ...]:
        """The lifters of the Things that report at *source*. Raises AmbiguousAddressError.

        A record of Kafka has two addresses: that of the payload (often its key), and its topic.
        """
        found = self._ready.get(source.address)
        if found is not None and source.position is None:
            return found
        for address in _addresses(source):
            if found := self.lifters(address):
                return found
        return _NOBODY

    def lifters(self, address: str) -> tuple[ThingLifter, ...]:
        """The lifters of the Things that report on *address*, which may be a URL. Raises AmbiguousAddressError.

        An address that a Thing names counts before one that is only the path of a URL, and both before a template.
        """
        ready = self._ready.get(address)
        if ready is not None:
            return ready
        found = self._named(address)
        if found:
            self._ready[address] = found
            return found
        if "://" in address and (found := self._named(absolute(address))):
            return found
        return self._matching(absolute(address) if "://" in address else address)

    def _named(self, address: str) -> tuple[ThingLifter, ...]:
        named = self._index.named.get(address)
        if named:
            return tuple(self._lifter(known, address) for known in named.values())
        paths = self._index.paths.get(address, {}).values()
        _check_hosts(address, paths)
        return tuple(self._lifter(known, address) for _, known in paths)

    def _matching(self, address: str) -> tuple[ThingLifter, ...]:
        if not self._index.templates:
            return _NOBODY
        found = [
            (template, known)
            for prefix in _prefixes(address)
            for template, known in self._index.templates.get(prefix, {}).values()
            if _pattern(template.pattern).fullmatch(address)
        ]
        if not found:
            return _NOBODY
        named = [(template, known) for template, known in found if not template.host]
        if not named:
            _check_hosts(address, [(template.host, known) for template, known in found])
        return tuple(self._lifter(known, template.text) for template, known in named or found)

    def _lifter(self, known: _Known, address: str) -> ThingLifter:
        made = known.lifters
        if made is None or made.checks is not self._checks:
            made = known.lifters = _Lifters(made.all if made else self._lifters(known), self._checks, {})
        if address not in made.checked:
            made.checked[address] = self._checked(made.all[address])
        return made.checked[address]

    def _lifters(self, known: _Known) -> dict[str, ThingLifter]:
        return lifters(
            known.thing, base_iri=self._base_iri, ignored=self._ignored_of(known.family), lexicon=self.lexicon
        )

    def _checked(self, lifter: ThingLifter) -> ThingLifter:
        """*lifter* without what no shape would let pass, and with what validates the rest."""
        if self._checks is None:
            return lifter
        check = self._checks.of(lifter.plan)
        return ThingLifter(check.limited(lifter.plan), self._base_iri, check.validator)

    def lifter(self, thing: IRI, address: str) -> ThingLifter | None:
        """The lifter of *thing* for what comes in at *address*."""
        known = self._things.get(thing)
        if known is None or not any(one.text == address for one in known.addresses):
            return None
        return self._lifter(known, address)

    def document(self, thing: IRI) -> Mapping[str, Json] | None:
        """The description of *thing*, None where it is not known."""
        known = self._things.get(thing)
        found: Mapping[str, Json] | None = None if known is None else _decode(known.body)
        return found

    def family(self, thing: IRI) -> str:
        """The family of *thing*; empty where it has none, or is not known."""
        known = self._things.get(thing)
        return known.family if known is not None else ""

    def family_of(self, lifter: ThingLifter) -> str:
        """The family of the Thing that *lifter* lifts for; empty where it has none."""
        return self.family(lifter.plan.thing)

    def repeats(self, address: str) -> ThingDescription | None:
        """The group of Things whose payloads on *address* only repeat what its members report (`sgw:repeatsOn`)."""
        known = self._index.groups.get(address)
        return known.thing if known is not None else None

    def described_on(self, address: str) -> tuple[ThingDescription, ...]:
        """The Things of which a part is described on *address* (`sgw:describedOn`)."""
        return tuple(known.thing for known in self._index.parts.get(address, {}).values())

    def check(self, thing: ThingDescription) -> tuple[Finding, ...]:
        """What in *thing*, which need not be registered, cannot be used to lift its payloads. Raises MappingError."""
        reading = self._reading(thing)
        return told((*reading.findings, *self._refusals(reading)))

    def _refusals(self, reading: Reading) -> tuple[Finding, ...]:
        """What no shape would let pass. Raises MappingError where that is everything."""
        return self._checks.findings(reading.plans().values(), reading.thing.document) if self._checks else ()

    @property
    def checks(self) -> PlanChecks | None:
        """What plans are checked by; None for shapes that prove nothing."""
        return self._checks

    def plans(self, thing: ThingDescription) -> Iterable[Plan]:
        """The plans of *thing*, which need not be registered. Raises MappingError."""
        return self._reading(thing).plans(self._ignored_of(thing.family)).values()

    def _reading(self, thing: ThingDescription) -> Reading:
        """What *thing* says; read once where it is checked and then registered."""
        if self._last is None or self._last[0] is not thing:
            self._last = (thing, read(thing, meanings(self.lexicon)))
        return self._last[1]

    def judge_by(self, shapes: Validator, blocks: Blocks) -> None:
        """Lift from now on only what *shapes* may let pass, where *blocks* says that they are to block.

        Shapes that are not compiled prove nothing.
        """
        if (shapes, blocks) == self._judged_by:
            return
        self._judged_by = (shapes, blocks)
        self._checks = PlanChecks(shapes, self._base_iri, blocks) if isinstance(shapes, CompiledShapes) else None
        self._ready.clear()

    # ── registering ─────────────────────────────────────────────────────────────────────────────────────────────────

    def register(self, thing: ThingDescription) -> bool:
        """Put *thing* in the place of what had its id; False where nothing changed.

        Raises MappingError, and leaves what was there as it was.
        """
        body = _written(thing)
        known = self._things.get(thing.id)
        same_origin = known is not None and (known.origin, known.family) == (thing.origin, thing.family)
        if known is not None and same_origin and (known.body == body or _decode(known.body) == thing.document):
            return False
        addresses = self._reading(thing).addresses.values()
        new = _Known(
            thing.id,
            body,
            thing.origin,
            thing.family,
            tuple(addresses),
            repeats_on=_listed(thing.document.get(REPEATS_ON)),
            described_on=_listed(thing.document.get(DESCRIBED_ON)),
        )
        self.remove(thing.id)
        self._things[thing.id] = new
        self._index.add(new)
        self._forget(new)
        return True

    def remove(self, thing: IRI) -> bool:
        """Forget *thing*; False where it was not known."""
        known = self._things.pop(thing, None)
        if known is None:
            return False
        self._index.remove(known)
        self._forget(known)
        return True

    def gone(self, origin: str, listed: Iterable[IRI]) -> tuple[IRI, ...]:
        """The Things that *origin* once listed and does not list any more."""
        present = set(listed)
        return tuple(t.id for t in self._things.values() if t.origin == origin and t.id not in present)

    def ignore_by(self, ignored_of: Callable[[str], frozenset[str]]) -> None:
        """Have *ignored_of* tell from now on which members of a family's documents carry no value."""
        self._ignored_of = ignored_of

    def fork(self) -> KnownThings:
        """A copy to try things out on: what is registered there stays there."""
        copy = KnownThings(self._base_iri, self._ignored_of, lexicon=self._lexicon)
        copy._things = dict(self._things)
        copy._index = self._index.copy()
        copy._checks, copy._judged_by = self._checks, self._judged_by
        return copy

    @property
    def by_family(self) -> Mapping[str, int]:
        """How many Things each family has."""
        counts: dict[str, int] = {}
        for known in self._things.values():
            counts[known.family] = counts.get(known.family, 0) + 1
        return counts

    def _forget(self, known: _Known) -> None:
        """Look up anew who reports where *known* does."""
        for address in known.addresses:
            self._ready.pop(address.text, None)


def _written(thing: ThingDescription) -> bytes:
    try:
        return _encode(thing.document)
    except (TypeError, ValueError, RecursionError) as error:
        raise MappingError(f"{thing.id}: the description cannot be written as JSON: {error}") from error


def _addresses(source: Source) -> tuple[str, ...]:
    topic = source.position.topic if source.position is not None else ""
    if source.kind != "kafka" or not topic:
        return (source.address,)
    return f"{topic}/{source.address}", source.address, topic


def _prefixes(address: str) -> Iterator[str]:
    """What a template that matches *address* may start with, the longest first."""
    end = len(address)
    while (end := address.rfind("/", 0, end)) >= 0:
        yield address[: end + 1]
    yield ""


@lru_cache(maxsize=4096)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.DOTALL)


def _check_hosts(address: str, found: Iterable[tuple[str, _Known]]) -> None:
    """Raises AmbiguousAddressError where *found* stand on different hosts."""
    things = {f"{known.id} ({host})": host for host, known in found}
    if len(set(things.values())) > 1:
        more = f" and {len(things) - _SHOWN} more" if len(things) > _SHOWN else ""
        raise AmbiguousAddressError(
            f"{address!r} is the path of URLs on several hosts: {', '.join(list(things)[:_SHOWN])}{more}; "
            f"send to the whole URL, or give the Things forms with addresses of their own"
        )


def _listed(given: Json) -> tuple[str, ...]:
    """The addresses that *given*, a text or a list of them, names."""
    addresses = given if isinstance(given, list) else [given]
    return tuple(address for address in addresses if isinstance(address, str))
