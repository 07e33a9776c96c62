"""tm:ref: definitions imported from the same model, or from another (TD 1.1, 9.3.2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from semantic_gw.directory.merge_patch import apply
from semantic_gw.directory.thing_models.faults import refuse
from semantic_gw.directory.thing_models.library import Library
from semantic_gw.directory.thing_models.pointers import fragment_tokens, pointer, step
from semantic_gw.directory.thing_models.size import Allowance, text
from semantic_gw.directory.thing_models.terms import MAX_CHAIN, MAX_IMPORTS, MAX_NESTING, MAX_SIZE, REF
from semantic_gw.model import Json

_WRITTEN: Final = f'"{REF}"'
_NOTHING: Final[dict[str, Json]] = {}
"""Stands for what could not be imported, once that was told."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an import is followed: the pointer in the document that was given, and the imports on the way."""

    pointer: str = ""
    chain: tuple[str, ...] = ()
    nesting: int = 0

    def member(self, name: str | int) -> _Place:
        inner = self.pointer if self.chain else self.pointer + pointer(name)
        return _Place(inner, self.chain, self.nesting + 1)

    def importing(self, reference: str) -> _Place:
        return replace(self, chain=(*self.chain, reference))


class Importer:
    """Follows the imports of a model. Raises InvalidDocumentError where they never end, or grow too large."""

    def __init__(self, library: Library, *, max_size: int = MAX_SIZE) -> None:
        self._sources: dict[str, Json] = {}
        self._library = library
        self._faults = library.faults
        self._size = Allowance(max_size, "with all that it imports, the model has more than")
        self._imports = 0

    def follow(self, document: Json, under: str = "") -> tuple[Json, dict[str, Json]]:
        """*document* with its imports in place, and the models that they came from, by name.

        It is *document* itself where it has none. Findings stand below the pointer *under*.
        """
        self._sources = {}
        return self._whole(document, _Place(under)), self._sources

    def _whole(self, value: Json, place: _Place) -> Json:
        """*value*, object, array or not, with its imports in place, its size counted."""
        written = text(value)
        self._size.spend(len(written), place.pointer)
        return self._followed(value, place) if _WRITTEN in written and isinstance(value, dict | list) else value

    def _followed(self, value: Json, place: _Place) -> Json:
        """The object or array *value* with its imports in place.

        It calls itself directly, and once a level: documents may have as many levels as the stack has room for.
        """
        if place.nesting > MAX_NESTING:
            raise refuse(place.pointer, f"with what it imports, the model is nested deeper than {MAX_NESTING} levels")
        own = list(value) if isinstance(value, list) else {name: value[name] for name in value if name != REF}
        for name, inner in enumerate(own) if isinstance(own, list) else own.items():
            if isinstance(inner, dict | list):
                own[name] = self._followed(inner, place.member(name))
        return self._imported(value[REF], own, place) if isinstance(value, dict) and REF in value else own

    def _imported(self, reference: Json, own: Json, place: _Place) -> Json:
        """What *reference* leads to, patched with the members beside it (RFC 7396)."""
        imported = self._target(reference, place)
        if own and not isinstance(imported, dict):
            self._faults.add(place.pointer, f"{reference} is no object, so nothing can be added to it: {sorted(own)}")
            return imported
        return apply(imported, own) if own else imported

    def _target(self, reference: Json, place: _Place) -> Json:
        self._check(reference, place)
        name, hash_sign, fragment = reference.partition("#") if isinstance(reference, str) else ("", "", "")
        if not hash_sign:
            return self._missing(place, f"tm:ref must be <model>#<JSON Pointer>, and is {reference!r}")
        model = self._library.extended(name, place.pointer)
        if model is None:
            return _NOTHING
        self._sources[name] = model
        inside = place.importing(reference)
        try:
            found = self._walk(model, fragment_tokens(fragment), inside)
        except ValueError as error:
            return self._missing(place, f"tm:ref {reference!r}: {error}")
        except LookupError:
            return self._missing(place, f"{name or 'the model'} has nothing at {fragment!r}")
        return self._whole(found, inside)

    def _walk(self, value: Json, path: tuple[str, ...], place: _Place) -> Json:
        for token in path:
            if isinstance(value, dict) and REF in value:
                value = self._whole(value, place)
            value = step(value, token)
        return value

    def _check(self, reference: Json, place: _Place) -> None:
        self._imports += 1
        if reference in place.chain:
            raise refuse(
                place.pointer, f"the model imports itself without end: {' → '.join((*place.chain, reference))}"
            )
        if len(place.chain) >= MAX_CHAIN:
            raise refuse(place.pointer, f"more than {MAX_CHAIN} imports lead from one to the next: {reference}")
        if self._imports > MAX_IMPORTS:
            raise refuse(place.pointer, f"more than {MAX_IMPORTS} imports are to be followed")

    def _missing(self, place: _Place, detail: str) -> Json:
        self._faults.add(place.pointer, detail)
        return _NOTHING
