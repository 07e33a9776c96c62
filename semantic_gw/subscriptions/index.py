"""Which standing queries a message may fit: found by keys, so that ten thousand of them cost no more than ten do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from semantic_gw.model import IRI
from semantic_gw.subscriptions.filters import CompiledFilter, Key, compile_filter, keys_in
from semantic_gw.subscriptions.messages import Message
from semantic_gw.subscriptions.patterns import Pattern, iris_of, read_pattern
from semantic_gw.subscriptions.standing import Standing

_ANY: IRI = ""


class FilterIndex:
    """Filters by their keys. *broader* tells the kinds above a kind."""

    def __init__(self, broader: Mapping[IRI, frozenset[IRI]]) -> None:
        self.broader = broader
        self._by_key: defaultdict[Key, dict[str, CompiledFilter]] = defaultdict(dict)
        self._filters: dict[str, CompiledFilter] = {}

    def __len__(self) -> int:
        return len(self._filters)

    def add(self, compiled: CompiledFilter) -> None:
        self.remove(compiled.id)
        self._filters[compiled.id] = compiled
        for key in compiled.keys:
            self._by_key[key][compiled.id] = compiled

    def remove(self, id_: str) -> None:
        compiled = self._filters.pop(id_, None)
        for key in compiled.keys if compiled else ():
            self._by_key[key].pop(id_, None)
            if not self._by_key[key]:
                del self._by_key[key]

    def candidates(self, message: Message) -> Iterator[CompiledFilter]:
        """Each filter that *message* may fit, once."""
        found: dict[str, CompiledFilter] = {}
        by_key = self._by_key
        if by_key:
            for key in keys_in(message, self.broader):
                if (filters := by_key.get(key)) is not None:
                    found.update(filters)
        yield from found.values()


class QueryIndex:
    """Queries by the rarest IRI that a message must hold to fit; the same text is asked once for all who gave it."""

    def __init__(self) -> None:
        self._by_iri: defaultdict[IRI, dict[str, Pattern]] = defaultdict(dict)
        self._asked_by: defaultdict[str, set[str]] = defaultdict(set)
        self._texts: dict[str, str] = {}
        self._keys: dict[str, IRI] = {}

    def __len__(self) -> int:
        return len(self._texts)

    @property
    def broad(self) -> int:
        """How many texts every message is asked with."""
        return len(self._by_iri.get(_ANY, ()))

    def add(self, id_: str, pattern: Pattern) -> None:
        self.remove(id_)
        self._texts[id_] = pattern.text
        self._asked_by[pattern.text].add(id_)
        if pattern.text not in self._keys:
            key = min(pattern.needs, key=lambda iri: (len(self._by_iri.get(iri, ())), iri), default=_ANY)
            self._keys[pattern.text] = key
            self._by_iri[key][pattern.text] = pattern

    def remove(self, id_: str) -> None:
        text = self._texts.pop(id_, None)
        if text is None:
            return
        self._asked_by[text].discard(id_)
        if not self._asked_by[text]:
            del self._asked_by[text]
            key = self._keys.pop(text)
            del self._by_iri[key][text]
            if not self._by_iri[key]:
                del self._by_iri[key]

    def candidates(self, message: Message) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Each text that *message* is to be asked with, and who wants to know."""
        if not self._texts:
            return
        held = iris_of(message.graph)
        for iri in (_ANY, *held):
            for text, pattern in self._by_iri.get(iri, {}).items():
                if pattern.needs <= held:
                    yield text, tuple(sorted(self._asked_by[text]))


class Index:
    """All standing queries that are asked."""

    def __init__(self, broader: Mapping[IRI, frozenset[IRI]], query_bytes: int) -> None:
        self.filters = FilterIndex(broader)
        self.queries = QueryIndex()
        self._query_bytes = query_bytes

    def learn(self, id_: str, standing: Standing | None) -> None:
        """Ask *standing* from now on, if it is not suspended; None: it is no longer registered."""
        self.filters.remove(id_)
        self.queries.remove(id_)
        if standing is None or standing.suspended:
            return
        document = standing.document
        if document.filter is not None:
            self.filters.add(compile_filter(id_, document.filter))
        elif document.query is not None:
            self.queries.add(id_, read_pattern(document.query, self._query_bytes))
