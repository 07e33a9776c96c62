"""A model with all that it extends and imports in place."""

from __future__ import annotations

from semantic_gw.directory.thing_models.extension import join_contexts
from semantic_gw.directory.thing_models.faults import Faults, refuse
from semantic_gw.directory.thing_models.imports import Importer
from semantic_gw.directory.thing_models.library import Library
from semantic_gw.directory.thing_models.size import check_nesting
from semantic_gw.directory.thing_models.terms import MAX_SIZE, Models
from semantic_gw.model import Json


def resolve(document: Json, models: Models, *, href: str = "", max_size: int = MAX_SIZE) -> Json:
    """The model *document* with tm:extends and tm:ref resolved (TD 1.1, 9.3.2): still a model.

    *href* is where the model is registered: relative references are seen from there. The result shares parts with
    *document* and with the models it is made of: nobody may change them. Raises InvalidDocumentError with all that
    is missing, or as soon as the model has no end or more than *max_size* characters.
    """
    faults = Faults()
    resolved = Resolver(models, faults, max_size=max_size).resolve(document, href)
    faults.raise_any()
    return resolved


class Resolver:
    """Resolves several models within one bound of size. What is missing is told to *faults*."""

    def __init__(self, models: Models, faults: Faults, *, max_size: int = MAX_SIZE) -> None:
        self.library = Library(models, faults, max_size=max_size)
        self._importer = Importer(self.library, max_size=max_size)
        self._faults = faults

    def resolve(self, document: Json, href: str, under: str = "") -> Json:
        """As the function; findings stand below the pointer *under*."""
        if not isinstance(document, dict):
            raise refuse(under, "a Thing Model is a JSON object")
        resolved, sources = self._importer.follow(self.library.given(href, document, under), under)
        resolved = self._with_contexts(resolved, sources, under)
        if sources:
            check_nesting(resolved)
        return resolved

    def _with_contexts(self, resolved: Json, sources: dict[str, Json], under: str) -> Json:
        """What is imported means what it meant: with the contexts it was written under (tm-tmRef2)."""
        own = resolved.get("@context")
        others = [model.get("@context") for model in sources.values()]
        joined = join_contexts(own, others, f"{under}/@context", self._faults)
        return resolved if joined is own else {**resolved, "@context": joined}
