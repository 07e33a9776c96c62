"""tm:extends: one model over another (TD 1.1, 9.3.2).

The extending model is a JSON Merge Patch (RFC 7396) over the extended one, but for what every model must state for
itself and so does not mean to replace: `@context`, `@type` and `links` add up, and `id` is not inherited. What is
optional stays optional, unless it is restated with tm:ref (9.3.4).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from semantic_gw.directory.thing_models.faults import Faults
from semantic_gw.directory.thing_models.size import text
from semantic_gw.directory.thing_models.terms import KINDS, OPTIONAL, REF
from semantic_gw.json_pointer import parse_pointer
from semantic_gw.model import Json

_TD_CONTEXTS: Final = ("https://www.w3.org/2019/wot/td/v1", "https://www.w3.org/2022/wot/td/v1.1")
"""They stand first, in this order (TD 1.1, 5.3.1.1)."""


def extend(base: Json, own: Json, where: str, faults: Faults) -> Json:
    """The model *own* over the model *base*, both without their tm:extends links.

    *where* is the pointer at which a clash of contexts is told.
    """
    inherited = {name: value for name, value in base.items() if name not in ("id", OPTIONAL)}
    merged: dict[str, Json] = overwrite(inherited, own)
    joined = {
        "@context": join_contexts(own.get("@context"), [base.get("@context")], where, faults),
        "@type": _join(base.get("@type"), own.get("@type")),
        "links": _join_links(base.get("links"), own.get("links")),
        OPTIONAL: _join_optional(base, own),
    }
    return {**merged, **{name: value for name, value in joined.items() if value}}


def overwrite(target: Json, patch: Json, *, deferred: bool = False) -> Json:
    """*patch* over *target* as by RFC 7396, before imports are followed.

    What *patch* imports replaces what was there. Over what *target* imports, removals are kept for later
    (*deferred*), when it is known what they remove.
    """
    if not isinstance(patch, dict) or REF in patch:
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    deferred = deferred or REF in merged
    for name, value in patch.items():
        if value is not None:
            merged[name] = overwrite(merged.get(name), value, deferred=deferred)
        elif deferred:
            merged[name] = None
        else:
            merged.pop(name, None)
    return merged


def join_contexts(own: Json, others: Iterable[Json], where: str, faults: Faults) -> Json:
    """The `@context` *own*, with what *others* have besides: theirs before ours, the contexts of the TD first.

    A term that two of them define differently is a finding at *where*: one of its meanings would be lost.
    """
    entries = _listed(own)
    seen = {text(entry) for entry in entries}
    terms = dict(_terms(entries))
    added: list[Json] = []
    for entry in (entry for other in others for entry in _listed(other)):
        if (written := text(entry)) not in seen:
            seen.add(written)
            added.append(entry)
            _add_terms(terms, entry, where, faults)
    if not added:
        return own
    ordered = [uri for uri in _TD_CONTEXTS if uri in entries or uri in added]
    return ordered + [entry for entry in (*added, *entries) if entry not in _TD_CONTEXTS]


def _terms(entries: Iterable[Json]) -> Iterator[tuple[str, Json]]:
    for entry in entries:
        yield from (item for item in entry.items() if item[0][:1] != "@") if isinstance(entry, dict) else ()


def _add_terms(terms: dict[str, Json], entry: Json, where: str, faults: Faults) -> None:
    """Add the terms that *entry* defines to *terms*, and tell of those that are there with another meaning."""
    for term, meaning in _terms([entry]):
        known = terms.setdefault(term, meaning)
        if known != meaning:
            detail = f"the term {term!r} is {known!r} in one @context and {meaning!r} in that of a model"
            faults.add(where, f"{detail} that is extended or imported from: rename one")


def _listed(value: Json) -> list[Json]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _join(base: Json, own: Json) -> Json:
    """All values of `@type`; as it stands where *own* has them all."""
    stated = {text(value) for value in _listed(own)}
    added = [value for value in _listed(base) if text(value) not in stated]
    return [*_listed(own), *added] if added else own


def _join_links(base: Json, own: Json) -> list[Json]:
    stated = {_link_key(link) for link in _listed(own)}
    return [link for link in _listed(base) if _link_key(link) not in stated] + _listed(own)


def _link_key(link: Json) -> str:
    """What a link is the same by: a link to a submodel by its instanceName, another by its target."""
    if not isinstance(link, dict):
        return text(link)
    return text([link.get("rel"), link["instanceName"] if "instanceName" in link else [link.get("href")]])


def _join_optional(base: Json, own: Json) -> list[Json]:
    stated = {text(entry) for entry in _listed(own.get(OPTIONAL))}
    inherited = [entry for entry in _listed(base.get(OPTIONAL)) if text(entry) not in stated]
    return [entry for entry in inherited if not _restated(entry, own)] + _listed(own.get(OPTIONAL))


def _restated(optional: Json, own: Json) -> bool:
    """Whether *own* imports the affordance at the pointer *optional*, which makes it mandatory (TD 1.1, 9.3.4)."""
    try:
        kind, name = parse_pointer(optional) if isinstance(optional, str) else ("", "")
    except ValueError:
        return False
    affordances = own.get(kind) if kind in KINDS else None
    affordance = affordances.get(name) if isinstance(affordances, dict) else None
    return isinstance(affordance, dict) and REF in affordance
