"""A draft of a mapping for payloads that nobody taught the gateway: what stands where is found, no meaning is guessed.

What the lexicon knows is filled in; what it does not know stands in the draft as a comment with the reason, for a
person to fill in or to throw away.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from semantic_gw.contracts import Field
from semantic_gw.describers.fields import FieldDescriber
from semantic_gw.json_pointer import Tokens, format_pointer, parse_pointer
from semantic_gw.lexicon import Meaning, Unknown
from semantic_gw.lexicon.spelling import snake_case
from semantic_gw.lexicon.unmeasured import unmeasured
from semantic_gw.model import Document, Json
from semantic_gw.pipeline import unknown
from semantic_gw.pipeline.alike import Group, groups
from semantic_gw.pipeline.family import Family, Row
from semantic_gw.pipeline.layout import VALUES, Layout, Place, layout
from semantic_gw.rdf.namespaces import SGW, UNIT, compact
from semantic_gw.readers import TableReader
from semantic_gw.readers.templates import at
from semantic_gw.readers.unit_words import other_paths
from semantic_gw.readers.values import number_with_unit

MOST_FIELDS: Final = 200
"""Fields that a draft has."""

_WHICH: Final = frozenset(
    {"sensor", "channel", "probe", "value", "val", "current", "input", "measured", "ch", "grid", "avg"}
)
"""Words that tell only which of several, or that it is the value of now."""

_CONTAINERS: Final = frozenset(
    (
        "value", "values", "data", "state", "states", "reported", "main", "sensor", "sensors", "body", "payload",
        "properties", "attributes", "telemetry", "measurements", "reading", "readings", "status", "result", "site",
        "head", "object",
    )
)  # fmt: skip
"""Names of objects that say nothing of what is in them."""

_CHANGING: Final = frozenset(
    ("limits", "limit", "threshold", "thresholds", "target", "setpoint", "config", "settings", "min", "max", "alarm")
)
"""Words that make something else of what they contain."""

_PLAIN: Final = re.compile(r"[A-Za-z_][\w./-]*")


def drafts(documents: Iterable[Document], describer: FieldDescriber) -> Iterator[str]:
    """A mapping in the short form (YAML) for each group of *documents* that look alike, as text."""
    for group in groups(documents):
        found = layout([document.value for document in group.documents])
        if found.places:
            yield _draft(group, found, describer)


@dataclass(frozen=True, slots=True)
class Gap:
    """A payload that *family* knows by the address of *row*, and values in it that nobody knows."""

    family: Family
    row: Row
    document: Document
    unknown: tuple[unknown.Unknown, ...]


def additions(gaps: Iterable[Gap], describers: Mapping[str, FieldDescriber]) -> Iterator[str]:
    """A mapping that is like a family, for each row of one that has *gaps*; *describers* by family."""
    rows: dict[tuple[str, str], dict[str, tuple[Gap, unknown.Unknown]]] = defaultdict(dict)
    for gap in gaps:
        for one in gap.unknown:
            rows[gap.family.id, gap.row.template].setdefault(one.name, (gap, one))
    for (family, _), found in rows.items():
        yield _addition([*found.values()][:MOST_FIELDS], describers[family])


def _addition(found: Sequence[tuple[Gap, unknown.Unknown]], describer: FieldDescriber) -> str:
    gap, _ = found[0]
    reading = gap.row.reading
    table = isinstance(gap.family.readers[reading], TableReader)
    lines = [
        f"# {gap.family.id} knows such payloads, but not all of their values: fill in what they are.",
        f"address: {_quoted(_with_base(gap.row.template, gap.document.payload.source.address))}",
        f"like: {gap.family.id}{'' if reading == 'default' else '/' + reading}",
        "fields:"
        if table
        else "# A program reads them: a names.toml beside this file is to say what these names mean.",
    ]
    for gap, one in found:
        value = at(gap.document.value, parse_pointer(one.pointer))
        lines.append(_open_line(tuple(one.name.split("/")), value, one.why, describer))
    return "\n".join(lines) + "\n"


def _with_base(template: str, address: str) -> str:
    """*template* with what stands for its base in *address*."""
    below = template.removeprefix("{base}")
    if below == template:
        return template
    levels = address.split("/")
    return "/".join(levels[: 1 if "{+" in below else max(1, len(levels) - below.count("/"))]) + below


def _draft(group: Group, found: Layout, describer: FieldDescriber) -> str:
    address, varies = group.address()
    levels = address.split("/")
    named = _own_level(levels, describer) if found.whole else 0
    identity, title = _identity(found, address, varies=varies)
    lines = [
        f"# A draft, made of {len(group.documents)} payloads at {_printable(group.addresses[0])}: check every line.",
        f"address: {_quoted(address)}",
        f"thing: {_quoted(identity)}",
        f"title: {_quoted(title)}",
        *_frame(found, levels[named] if found.whole else ""),
        "fields:",
    ]
    places = [replace(place, path=(levels[named],)) for place in found.places] if found.whole else found.places
    lines += [_line(place, describer, levels[_own_level(levels, describer)]) for place in places[:MOST_FIELDS]]
    return "\n".join(lines) + "\n"


def _frame(found: Layout, name: str) -> Iterator[str]:
    """What stands where beside the values; *name* is that of one that is the whole payload."""
    if name:
        yield f"under: {_quoted(name)}"
    if found.each:
        yield f"each: {_quoted(format_pointer(found.each))}"
    if found.pairs is not None:
        members = {"at": found.pairs.at, "name": (found.pairs.name,), "value": (found.pairs.value,)}
        members |= {"unit": (found.pairs.unit,)} if found.pairs.unit else {}
        yield f"pairs: {{{_pointers(members)}}}"
    if found.time is not None:
        yield f"time: [{{{_pointers({'at': found.time[0]})}, as: {found.time[1]}}}]"
    elif found.zoneless is not None:
        yield f"# time: {{{_pointers({'at': found.zoneless})}, as: utc}}  # it tells no zone: is it of UTC?"
    if found.position:
        yield f"position: {{{_pointers(found.position)}}}"


def _pointers(members: Mapping[str, Tokens]) -> str:
    return ", ".join(f"{name}: {_text(format_pointer(tokens))}" for name, tokens in members.items())


def _own_level(levels: Sequence[str], describer: FieldDescriber) -> int:
    """The level that says what is measured, where the payload is only a value: the last that the lexicon knows."""
    known = [index for index, level in enumerate(levels) if describer.quantities((level,))]
    plain = [
        index for index, level in enumerate(levels) if snake_case(level) not in ("state", "value", "get", "status")
    ]
    return next(iter((*known[::-1], *plain[::-1], len(levels) - 1)))


def _line(place: Place, describer: FieldDescriber, level: str) -> str:
    """The line of the value at *place*; *level* of the address tells what a value called `value` is."""
    told = number_with_unit(place.value) if place.numbers and isinstance(place.value, str) else None
    value = told[0] if told is not None else place.value
    tried: list[tuple[Tokens, str, Unknown]] = []
    for path, unit in _names(place, level):
        found = describer.meaning_of(Field(path, value, place.unit or unit))
        if isinstance(found, Meaning) and not (type(value) is str and unmeasured(place.path)):
            return _known_line(place, found, spelled=bool(unit))
        if not isinstance(found, Meaning):
            tried.append((path, unit, found))
    if reason := unmeasured(place.path):
        return f"  # {_quoted('/'.join(place.path))}: {_shown(value)}: {reason}"
    path, unit, why = _best(tried, describer)
    return _open_line(place.path, value, why.reason, describer, path, unit, place)


def _best(tried: Sequence[tuple[Tokens, str, Unknown]], describer: FieldDescriber) -> tuple[Tokens, str, Unknown]:
    """Of what was tried, what the lexicon could know, if it had a unit; else by the last word of the name alone."""
    for path, unit, why in tried:
        if describer.quantities(path):
            return path, unit, why
    path, unit, why = tried[0] if tried else ((), "", Unknown("it has no name"))
    unit = next((unit for _, unit, _ in tried if unit), unit)
    for name, _, _ in reversed(tried):
        last = snake_case(name[-1]).split("_")[-1:]
        if last and describer.quantities((last[0],)):
            return (last[0],), unit, why
    return path, unit, why


def _names(place: Place, level: str) -> Iterator[tuple[Tokens, str]]:
    """The names that the lexicon may know a value by, best first, each with the unit that was in it."""
    path = place.path[:-1] if place.unit_at is not None and len(place.path) > 1 else place.path
    yield path, ""
    if len(path) == 1 and snake_case(path[0]) in VALUES:
        yield (level,), ""
    yield from other_paths(path, _WHICH, _CONTAINERS, _CHANGING, units=not place.unit)


def _known_line(place: Place, found: Meaning, *, spelled: bool) -> str:
    name = _quoted("/".join(place.path))
    if not found.unit:
        states = ", ".join(f"{_text(text)}: {_local(iri)}" for text, iri in sorted(found.states.items()))
        return f"  {name}: {{kind: {_local(found.kind)}, states: {{{states}}}}}  # {_shown(place.value)}"
    unit = f"unit: {_quoted(_unit(found.unit))}"
    if place.unit_at is not None:
        unit = f"unit_at: {_text(format_pointer(place.unit_at))}"
    numbers = f", numbers: {place.numbers}" if place.numbers else ""
    said = ", and its name says the unit" if spelled else ""
    return f"  {name}: {{kind: {_local(found.kind)}, {unit}{numbers}}}  # {_shown(place.value)}{said}"


def _open_line(
    tokens: Tokens,
    value: Json,
    why: str,
    describer: FieldDescriber,
    named: Tokens = (),
    unit: str = "",
    place: Place | None = None,
) -> str:
    """The line of a value that nobody knows, for a person to fill in.

    *named* is what the lexicon may know it as, *unit* what its name says, *place* how it is written.
    """
    kinds = describer.quantities(named or tokens) if type(value) in (int, float) else ()
    told = f"unit: {_quoted(unit) if unit else '?'}"
    if place is not None and place.unit_at is not None:
        told = f"unit_at: {_text(format_pointer(place.unit_at))}"
    numbers = f", numbers: {place.numbers}" if place is not None and place.numbers else ""
    draft = f"{{kind: {' or '.join(map(_local, kinds)) or '?'}, {told}{numbers}}}"
    draft = draft if kinds or "?" not in told else "{kind: ?}"
    return f"  # {_quoted('/'.join(tokens))}: {draft}  # {_shown(value)}: {_printable(why)}"


def _identity(found: Layout, address: str, *, varies: bool) -> tuple[str, str]:
    """Templates of the Thing's IRI and of its title: a MAC address, else the level that differs, else a name."""
    device = found.device
    if device is not None and device[1]:
        pointer = format_pointer(device[0])
        return f"urn:dev:mac:{{{pointer}|hex}}", f"{{{pointer}}}"
    prefix = f"urn:dev:ops:{_slug(address.replace('{device}', ''))}"
    if device is not None and (found.each or not varies):
        pointer = format_pointer(device[0])
        return f"{prefix}-{{{pointer}}}", f"{{{pointer}}}"
    if varies:
        return f"{prefix}-{{device}}", "{device}"
    several = found.each and found.time is None  # those with a time each are of one device
    return (f"{prefix}-{{key}}", "{key}") if several else (prefix, _slug(address))


def _slug(address: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", address).strip("-") or "device"


def _local(iri: str) -> str:
    return iri.removeprefix(SGW)


def _unit(iri: str) -> str:
    return compact(iri) if iri.startswith(UNIT) else iri


def _text(text: str) -> str:
    """*text* as YAML takes it for a text in braces, where it is no bare word."""
    return '"' + _printable(text.replace("\\", "\\\\").replace('"', '\\"')) + '"'


def _quoted(text: str) -> str:
    """*text* as YAML takes it for a text."""
    if _PLAIN.fullmatch(text):
        return (
            text if text.lower() not in ("on", "off", "yes", "no", "true", "false", "null", "y", "n") else f'"{text}"'
        )
    return _text(text)


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else f"\\u{ord(c) & 0xFFFF:04x}" for c in text)


def _shown(value: Json) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:39] + "…"
