"""A draft of a mapping for payloads that nobody taught the gateway: what stands where is found, no meaning is guessed.

What the lexicon knows is filled in; what it does not know stands in the draft as a comment with the reason, for a
person to fill in or to throw away.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from semantic_gw.contracts import Field
from semantic_gw.describers.fields import FieldDescriber
from semantic_gw.json_pointer import Tokens, format_pointer, parse_pointer
from semantic_gw.lexicon import Meaning
from semantic_gw.lexicon.spelling import snake_case
from semantic_gw.model import Document, Json
from semantic_gw.pipeline.family import Family, Row
from semantic_gw.pipeline.unknown import Unknown
from semantic_gw.rdf.namespaces import SGW, UNIT, compact
from semantic_gw.readers import TableReader
from semantic_gw.readers.templates import at
from semantic_gw.readers.values import moment

MOST_FIELDS: Final = 200
"""Fields that a draft has."""

_IDS: Final = (
    "mac",
    "dev_eui",
    "deveui",
    "device_id",
    "deviceid",
    "serial",
    "serial_number",
    "id",
    "uid",
    "uuid",
    "name",
)
"""Names of members that tell which device it is, the best first."""

_TIMES: Final = frozenset({"time", "timestamp", "ts", "date", "datetime", "observed_at", "measured_at", "received_at"})
_MILLISECONDS: Final = 10**11
"""Greater counts since 1970 are of milliseconds, until the year 5138."""

_PLAIN: Final = re.compile(r"[A-Za-z_][\w./-]*")


@dataclass(slots=True)
class _Group:
    """Payloads that look alike: of addresses that differ in one level, or in none."""

    addresses: list[str] = field(default_factory=list)
    values: dict[Tokens, Json] = field(default_factory=dict)
    """The first value seen at each place."""


def drafts(documents: Iterable[Document], describer: FieldDescriber) -> Iterator[str]:
    """A mapping in the short form (YAML) for each group of *documents*, as text."""
    groups: dict[tuple[int, tuple[str, ...]], _Group] = defaultdict(_Group)
    for document in documents:
        leaves = dict(_leaves(document.value, ()))
        levels = document.payload.source.address.split("/")
        group = groups[len(levels), tuple(sorted({tokens[0] for tokens in leaves if tokens}))]
        group.addresses.append(document.payload.source.address)
        for tokens, value in leaves.items():
            group.values.setdefault(tokens, value)
    for group in groups.values():
        if group.values:
            yield _draft(group, describer)


@dataclass(frozen=True, slots=True)
class Gap:
    """A payload that *family* knows by the address of *row*, and values in it that nobody knows."""

    family: Family
    row: Row
    document: Document
    unknown: tuple[Unknown, ...]


def additions(gaps: Iterable[Gap], describers: Mapping[str, FieldDescriber]) -> Iterator[str]:
    """A mapping that is like a family, for each row of one that has *gaps*; *describers* by family."""
    rows: dict[tuple[str, str], dict[str, tuple[Gap, Unknown]]] = defaultdict(dict)
    for gap in gaps:
        for one in gap.unknown:
            rows[gap.family.id, gap.row.template].setdefault(one.name, (gap, one))
    for (family, _), found in rows.items():
        yield _addition([*found.values()][:MOST_FIELDS], describers[family])


def _addition(found: Sequence[tuple[Gap, Unknown]], describer: FieldDescriber) -> str:
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


def _draft(group: _Group, describer: FieldDescriber) -> str:
    address, varies = _template(group.addresses)
    identity, title = _identity(group.values, address, varies=varies)
    time = next(((t, form) for t, value in group.values.items() if (form := _time_form(t, value))), None)
    lines = [
        f"# A draft, made of {len(group.addresses)} payloads at {_printable(group.addresses[0])}: check every line.",
        f"address: {_quoted(address)}",
        f"thing: {_quoted(identity)}",
        f"title: {_quoted(title)}",
    ]
    if time is not None:
        lines.append(f"time: [{{at: {_quoted(format_pointer(time[0]))}, as: {time[1]}}}]")
    lines.append("fields:")
    told = [tokens for tokens in group.values if time is None or tokens != time[0]]
    lines += [_line(tokens, group.values[tokens], describer) for tokens in told[:MOST_FIELDS]]
    return "\n".join(lines) + "\n"


def _line(tokens: Tokens, value: Json, describer: FieldDescriber) -> str:
    found = describer.meaning_of(Field(tokens, value))
    if not isinstance(found, Meaning):
        return _open_line(tokens, value, found.reason, describer)
    name = _quoted("/".join(tokens))
    if found.unit:
        return f"  {name}: {{kind: {_local(found.kind)}, unit: {_quoted(_unit(found.unit))}}}  # {_shown(value)}"
    states = ", ".join(f"{_quoted(text)}: {_local(iri)}" for text, iri in sorted(found.states.items()))
    return f"  {name}: {{kind: {_local(found.kind)}, states: {{{states}}}}}  # {_shown(value)}"


def _open_line(tokens: Tokens, value: Json, why: str, describer: FieldDescriber) -> str:
    """The line of a value that nobody knows, for a person to fill in."""
    kinds = " or ".join(map(_local, describer.quantities(tokens))) if type(value) in (int, float) else ""
    draft = f"{{kind: {kinds}, unit: ?}}" if kinds else "{kind: ?}"
    return f"  # {_quoted('/'.join(tokens))}: {draft}  # {_shown(value)}: {_printable(why)}"


def _leaves(node: Json, tokens: Tokens) -> Iterator[tuple[Tokens, Json]]:
    if isinstance(node, Mapping) and len(tokens) < 6:
        for name, value in node.items():
            yield from _leaves(value, (*tokens, str(name)))
    elif tokens and node is not None and not isinstance(node, list | dict):
        yield tokens, node


def _template(addresses: Sequence[str]) -> tuple[str, bool]:
    """The address with `{device}` for the level in which *addresses* differ, if it is one; and whether it is."""
    levels = [address.split("/") for address in addresses]
    differing = [index for index in range(len(levels[0])) if len({level[index] for level in levels}) > 1]
    if len(differing) != 1:
        return addresses[0], False
    first = levels[0]
    return "/".join((*first[: differing[0]], "{device}", *first[differing[0] + 1 :])), True


def _identity(values: Mapping[Tokens, Json], address: str, *, varies: bool) -> tuple[str, str]:
    """Templates of the Thing's IRI and of its title."""
    if varies:
        return f"urn:dev:ops:{_slug(address.replace('{device}', ''))}-{{device}}", "{device}"
    known = {snake_case(tokens[-1]): tokens for tokens in values if len(tokens) <= 2}
    for name in _IDS:
        if name in known and isinstance(values[known[name]], str | int):
            pointer = format_pointer(known[name])
            style = "|hex" if name in ("mac", "dev_eui", "deveui") else ""
            scheme = "urn:dev:mac:" if style else f"urn:dev:ops:{_slug(address)}-"
            return f"{scheme}{{{pointer}{style}}}", f"{{{pointer}}}"
    return f"urn:dev:ops:{_slug(address)}", _slug(address)


def _time_form(tokens: Tokens, value: Json) -> str:
    """How the value is a time; empty where it is none that can be read."""
    if snake_case(tokens[-1]) not in _TIMES:
        return ""
    if isinstance(value, str):
        return "iso" if moment(value, "iso", None) else ""
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 10**8:
        return ""
    return "ms" if value > _MILLISECONDS else "s"


def _slug(address: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", address).strip("-") or "device"


def _local(iri: str) -> str:
    return iri.removeprefix(SGW)


def _unit(iri: str) -> str:
    return compact(iri) if iri.startswith(UNIT) else iri


def _quoted(text: str) -> str:
    """*text* as YAML takes it for a text."""
    if _PLAIN.fullmatch(text):
        return (
            text if text.lower() not in ("on", "off", "yes", "no", "true", "false", "null", "y", "n") else f'"{text}"'
        )
    return '"' + _printable(text.replace("\\", "\\\\").replace('"', '\\"')) + '"'


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else f"\\u{ord(c) & 0xFFFF:04x}" for c in text)


def _shown(value: Json) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:39] + "…"
