"""Device families: which payloads are theirs, and what each is for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from semantic_gw.contracts import Reader
from semantic_gw.errors import ConfigurationError
from semantic_gw.lifters.mapped import MappedLifter
from semantic_gw.model import Json, Payload
from semantic_gw.pipeline.bodies import BodyLook, says_nothing
from semantic_gw.pipeline.dispatch import Dispatch, Entry
from semantic_gw.pipeline.looks import Look, Looks
from semantic_gw.readers.templates import Message, Template

Role = Literal["descriptions", "things", "readings", "mapping", "ignore"]
"""What a payload is for: it describes Things, it reports for a Thing (in its own words, or for the family's reader to
take apart, or for its mapping in RML), it is not for us.
"""

_JSON: Final = (b"{", b"[", b'"')
"""How bodies begin that may be JSON, and are nothing else that a family would know."""

_REMEMBERED: Final = 1_024
"""Addresses that each family remembers by itself, beside those that all of them do together."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a family's table: payloads whose address matches *template* play *role*."""

    template: str
    role: Role
    reason: str
    pattern: re.Pattern[str]
    reading: str = ""
    """The name of the reading table, or of the reader."""
    heads: tuple[str, ...] = ()
    """The first levels that such addresses can have; empty where any will do."""
    media_type: str = ""
    """What bodies are there that come without a useful media type."""
    filter: Template | None = None
    """The topic filter that a Thing reports on whose address changes with what it reports."""


@dataclass(frozen=True, slots=True)
class LookRow:
    """A row of a family's table: documents that look so play *role*, whatever address they come in at."""

    look: Look
    role: Role
    reason: str
    reading: str


@dataclass(frozen=True, slots=True)
class Route:
    """What was decided for a payload, and why."""

    family: str
    role: Role
    why: str
    reason: str = ""
    reading: str = ""
    captures: Mapping[str, str] = field(default_factory=dict)
    """The levels of the address that the row names."""
    filter: str = ""
    """Where the Thing is described to report, if that is not the address."""


@dataclass(frozen=True, slots=True)
class Family:
    """A device family, as its manifest describes it."""

    id: str
    title: str
    version: str
    describer: str
    rows: tuple[Row, ...]
    folder: Path
    ignored_members: frozenset[str] = frozenset()
    look_descriptions: frozenset[str] = frozenset()
    look_meta: frozenset[str] = frozenset()
    looks: tuple[LookRow, ...] = ()
    bodies: tuple[BodyLook, ...] = ()
    fixed: tuple[Entry[str], ...] = ()
    """Addresses that a setting gave to this family, each with its id."""
    readers: Mapping[str, Reader] = field(default_factory=dict)
    """What takes its documents apart, by name."""
    lifters: Mapping[str, MappedLifter] = field(default_factory=dict)
    """What lifts its documents by a mapping in RML, by name."""
    things: tuple[Template, ...] = ()
    """What all graphs of such a document are about, where the manifest says it."""
    guest: bool = False
    """Whether its Things report at addresses of other families, too: what these know of an address counts first."""
    path: Path = Path()
    """The file that it was read from."""
    hash: str = ""
    """Of the files that it was read from: the same mapping has the same one."""
    names: tuple[Path, ...] = ()
    """Its own names for the lexicon, asked before those that all share."""
    _dispatch: Dispatch[Row] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        entries = (Entry(row.heads, row.pattern, row) for row in self.rows)
        object.__setattr__(self, "_dispatch", Dispatch(entries, remembered=_REMEMBERED))

    def by_address(self, address: str) -> Route | None:
        """The route of the row that *address* matches."""
        found = self._dispatch.find(address)
        return self.route(*found) if found is not None else None

    def row(self, address: str) -> Row | None:
        """The row that *address* matches."""
        found = self._dispatch.find(address)
        return found[0] if found is not None else None

    def media_type(self, payload: Payload) -> str:
        """What the body of *payload* is by its address, or by how it begins; empty where the family cannot tell."""
        found = self._dispatch.find(payload.source.address)
        told = found[0].media_type if found is not None else ""
        return told or self.by_body(payload.body)

    def by_body(self, body: bytes) -> str:
        """The media type of what begins as *body* does; empty where the family knows none."""
        return next((look.media_type for look in self.bodies if look.fits(body)), "")

    def route(self, row: Row, match: re.Match[str]) -> Route:
        why = f"its address matches {row.template!r} of {self.title}"
        captures = match.groupdict()
        topics = row.filter.fill(Message(None, None, captures)) if row.filter is not None else None
        return Route(self.id, row.role, why, row.reason, row.reading, captures, topics or "")

    def by_look(self, document: Json, description: Json, media_type: str = "") -> Route | None:
        """Known by the document itself, or by the members of a description that came along, or of a list of these."""
        row = next((row for row in self.looks if row.look.fits(document, media_type)), None)
        return self.look_route(row) if row is not None else self.by_description(document, description)

    def look_route(self, row: LookRow) -> Route:
        return Route(self.id, row.role, f"it looks like {self.title}", row.reason, row.reading)

    def by_description(self, document: Json, description: Json) -> Route | None:
        """Known by the members of a description that came along, or of a list of these."""
        if self.look_meta and isinstance(description, Mapping) and self.look_meta <= description.keys():
            return Route(self.id, "things", f"the description that came along looks like {self.title}'s")
        if self.look_descriptions and isinstance(document, list) and document:
            first = document[0]
            if isinstance(first, Mapping) and self.look_descriptions <= first.keys():
                return Route(self.id, "descriptions", f"it looks like {self.title}'s list of devices")
        return None


class Families:
    """All families, in the order in which they are asked."""

    def __init__(self, families: Iterable[Family]) -> None:
        self._families = {family.id: family for family in families}
        rows = ((family, row) for family in self for row in family.rows)
        self._dispatch = Dispatch(Entry(row.heads, row.pattern, (family, row)) for family, row in rows)
        looks = ((row.look, (order, family, row)) for order, family in enumerate(self) for row in family.looks)
        self._looks = Looks(looks)
        self._describing = [(n, f) for n, f in enumerate(self) if f.look_meta or f.look_descriptions]
        self._fixed_addresses = Dispatch(entry for family in self for entry in family.fixed)

    def __iter__(self) -> Iterator[Family]:
        return iter(self._families.values())

    def __getitem__(self, id: str) -> Family:
        return self._families[id]

    def ignored_members(self, family: str) -> frozenset[str]:
        return self._families[family].ignored_members if family in self._families else frozenset()

    def mapping(self, family: str) -> str:
        """Name and version of the mapping of *family*: what dead letters are stamped with.

        The name alone where *family* has no manifest: a Thing Description that was registered by hand.
        """
        return f"{family}/{self._families[family].version}" if family in self._families else family

    def media_type(self, payload: Payload) -> str:
        """What the body of *payload* is where its sender does not say; empty where he does, or nobody can tell.

        What looks like JSON is left to be read as such, unless its address says otherwise.
        """
        if not says_nothing(payload.content_type):
            return ""
        fixed = payload.family or self._fixed_at(payload.source.address)
        if fixed is not None:
            return self._families[fixed].media_type(payload) if fixed in self._families else ""
        found = self._dispatch.find(payload.source.address)
        if found is not None and (told := found[0][1].media_type):
            return told
        if payload.body[:1] in _JSON:
            return ""
        return next((told for family in self if (told := family.by_body(payload.body))), "")

    def reading(self, family: str, address: str, document: Json = None, media_type: str = "") -> Route | None:
        """The route of a payload that readers take apart, at an address of *family*; None where it is for no reader.

        The payload may be another family's, which knows its look or its address: their readers share the Thing.
        """
        if family not in self._families or not self._families[family].readers:
            return None
        route = self._families[family].by_address(address) or self._by_look(document, None, media_type)
        return route if route is not None and route.role in ("readings", "ignore") else self.host(address)

    @property
    def guests(self) -> frozenset[str]:
        """The families whose Things report at addresses of other families, too."""
        return frozenset(family.id for family in self if family.guest)

    def is_guest(self, family: str) -> bool:
        """Whether Things of *family* report at addresses of other families, too."""
        return family in self._families and self._families[family].guest

    def host(self, address: str) -> Route | None:
        """The route of a payload at *address* by the family it belongs to, where that family needs no Thing for it.

        Then no guest reports there: the family's reader takes it apart, or it is ignored for the family's reason.
        """
        route = self._by_address(address)
        takes = route is not None and route.role != "things" and not self.is_guest(route.family)
        return route if takes else None

    def route(
        self, address: str, document: Json, description: Json, family: str | None, media_type: str = ""
    ) -> Route | None:
        """The route of a payload: an explicit family first, then the address, then the look of the document."""
        fixed = family or self._fixed_at(address)
        if fixed is not None:
            return self._fixed(fixed, address, document, description, media_type)
        return self._by_address(address) or self._by_look(document, description, media_type)

    def _fixed_at(self, address: str) -> str | None:
        """The family that a setting gave *address* to."""
        found = self._fixed_addresses.find(address)
        return found[0] if found is not None else None

    def _by_look(self, document: Json, description: Json, media_type: str) -> Route | None:
        order, family, row = self._looks.find(document, media_type) or (len(self._families), None, None)
        for before, other in self._describing:
            if before < order and (route := other.by_description(document, description)) is not None:
                return route
        return family.look_route(row) if family is not None and row is not None else None

    def _by_address(self, address: str) -> Route | None:
        found = self._dispatch.find(address)
        if found is None:
            return None
        (family, row), match = found
        return family.route(row, match)

    def _fixed(self, id: str, address: str, document: Json, description: Json, media_type: str) -> Route:
        if id not in self._families:
            raise ConfigurationError(f"no family {id!r}; there are {', '.join(sorted(self._families))}")
        family = self._families[id]
        found = family.by_address(address) or family.by_look(document, description, media_type)
        return found or Route(id, "things", "the family was given explicitly")
