"""The short form of a mapping, `mapping.yaml`: ten lines teach a new device. It becomes the same table as a manifest.

address: attic/{device}/climate
time: {at: ts, as: s}
fields:
  temp: {kind: Temperature, unit: °C}
  window: {kind: OpenClosed, states: {on: Open, off: Closed}}
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from semantic_gw.errors import MappingError
from semantic_gw.json_pointer import parse_pointer, step
from semantic_gw.rdf.iris import encode_name
from semantic_gw.rdf.ontology import STATE, Ontology
from semantic_gw.readers.rules import parse_rules
from semantic_gw.readers.short_form_keys import FIELD, KEYS, TIME, Key
from semantic_gw.readers.short_form_words import check_spelling, check_states, check_unit, kind_of, nearest, spelled
from semantic_gw.readers.templates import address_pattern, parse_template
from semantic_gw.yaml_nodes import Entries, Items, Node, Scalar, parse, plain

_ABOUT_FAMILY: Final = frozenset(("address", "like", "id", "family", "version", "media_type"))
"""Keys that are no members of the reading table."""

_CALLED: Final = {"at": "fields", "fields": "field"}
"""Keys that a reading table has by another name."""

_LEVEL: Final = re.compile(r"\{\+?(\w+)\}")
_PLACE: Final = re.compile(r"\{\^?(/[^{}|]*)")
_ID: Final = re.compile(r"[A-Za-z0-9][\w.-]*")

_Manifest = dict[str, Any]


def parse_short_form(text: str, document: str, name: str, vocabulary: Ontology) -> _Manifest:
    """The manifest that *text*, a mapping called *name*, stands for; *document* is the file's name in messages.

    `like` is left in it for who knows the other families. Raises MappingError with file, line and key, and what there
    is instead.
    """
    return _Reader(document, vocabulary).manifest(parse(text, document), name)


@dataclass(frozen=True, slots=True)
class _Reader:
    document: str
    vocabulary: Ontology

    def manifest(self, root: Node, name: str) -> _Manifest:
        table = self._entries(root, "")
        found = self._table(table, KEYS, "")
        addresses: list[str] = found["address"]
        id = found.get("id", name)
        if not _ID.fullmatch(id):
            raise self._wrong(table.line, "id", f"{id!r} is no name: give letters, digits, '.', '_' and '-'")
        reading = {_CALLED.get(key, key): value for key, value in found.items() if key not in _ABOUT_FAMILY}
        reading["leave"] = [*reading.get("leave", ()), *_read_elsewhere(found)]
        like = found.get("like", "")
        if not like:
            reading.setdefault("thing", f"urn:dev:ops:{encode_name(id)}{_levels(addresses)}")
            self._checked(table.line, "", lambda: parse_rules(reading))
        media_type = {"media_type": found["media_type"]} if "media_type" in found else {}
        self._check_names(found, table)
        return {
            "id": id,
            "title": found.get("family", id),
            "version": found.get("version", "1"),
            "like": like,
            "route": [{"address": one, "role": "readings", **media_type} for one in addresses],
            "reading": {"default": reading},
        }

    def _check_names(self, found: Mapping[str, Any], table: Entries) -> None:
        """Raises MappingError where a template names a level that no address has."""
        levels = {"key", "address", *(name for address in found["address"] for name in _LEVEL.findall(address))}
        for key in ("thing", "title"):
            for text in found.get(key, ()):
                for name in parse_template(text).names - levels:
                    problem = f"no level {name!r} of the address; {nearest(name, levels)}"
                    raise self._wrong(_line(table, key), key, problem)

    def _table(self, node: Entries, keys: tuple[Key, ...], path: str) -> dict[str, Any]:
        """The values of *node* by its keys. Raises MappingError."""
        known = {key.name: key for key in keys}
        for name in node.entries:
            if name not in known:
                raise self._wrong(node.lines[name] or node.line, path, f"no key {name!r}; {nearest(name, known)}")
        for key in keys:
            if key.needed and key.name not in node.entries:
                raise self._wrong(node.line, path, f"the key {key.name!r} is wanted: {key.meaning}")
        return {
            name: self._value(value, known[name], f"{path}.{name}" if path else name)
            for name, value in node.entries.items()
        }

    def _value(self, node: Node, key: Key, path: str) -> Any:
        match key.form:
            case "table":
                return self._table(self._entries(node, path), key.keys, path)
            case "tables":
                return [self._table(self._entries(one, path), key.keys, path) for one in _several(node)]
            case "times":
                return [self._time(one, path) for one in _several(node)]
            case "fields":
                return self._fields(self._entries(node, path), path)
            case "reasons":
                texts = self._texts_by_name(node, path)
                return [{"path": name, "reason": reason} for name, reason in texts.items()]
            case "by name" | "states":
                return self._texts_by_name(node, path, parse_template if key.form == "by name" else None)
            case _:
                return self._plain(node, key, path)

    def _plain(self, node: Node, key: Key, path: str) -> Any:
        match key.form:
            case "number":
                return self._number(node, path)
            case "value" | "values":
                return [plain(self._scalar(one, path)) for one in _several(node)]
            case "texts":
                return [self._text(one, path, _check_address) for one in _several(node)]
            case "templates":
                return [self._text(one, path, parse_template) for one in _several(node)]
            case "pointers":
                return [self._pointer(one, path) for one in _several(node)]
            case "pointer":
                return self._pointer(node, path)
            case "unit":
                return spelled(self._text(node, path))
            case "choice" if (text := self._text(node, path)) not in key.choices:
                raise self._wrong(node.line, path, f"{text!r} is none of them; {nearest(text, key.choices)}")
            case _:
                return self._text(node, path)

    def _fields(self, node: Entries, path: str) -> list[dict[str, Any]]:
        return [self._field(name, self._entries(one, f"{path}.{name}"), path) for name, one in node.entries.items()]

    def _field(self, name: str, node: Entries, path: str) -> dict[str, Any]:
        here = f"{path}.{name}"
        found = self._table(node, FIELD, here)
        kind = found.get("kind", "")
        if kind:
            iri = self._checked(_line(node, "kind"), f"{here}.kind", lambda: kind_of(kind, self.vocabulary))
            self._check_meaning(found, iri, node, here)
        elif "states" in found or "other" in found:
            raise self._wrong(node.line, here, "states are those of a kind: name it, too")
        elif "unit" in found:
            self._checked(_line(node, "unit"), f"{here}.unit", lambda: check_spelling(found["unit"]))
        return {"path": name, **found}

    def _check_meaning(self, found: Mapping[str, Any], kind: str, node: Entries, here: str) -> None:
        """Raises MappingError where a field's states or unit are none of its kind."""
        states = [*found.get("states", {}).values(), *([found["other"]] if "other" in found else [])]
        is_state = self.vocabulary.kinds.get(kind) == STATE
        if states:
            line = _line(node, "states")
            self._checked(line, f"{here}.states", lambda: check_states(kind, states, self.vocabulary))
        elif is_state:
            raise self._wrong(node.line, here, "a state wants its values: states: {on: …, off: …}")
        if "unit" in found or not (states or "unit_at" in found or found.get("numbers") == "unit"):
            unit = found.get("unit", "")
            self._checked(_line(node, "unit"), f"{here}.unit", lambda: check_unit(kind, unit, self.vocabulary))

    def _time(self, node: Node, path: str) -> dict[str, Any]:
        if isinstance(node, Entries):
            return self._table(node, TIME, path)
        return {"at": self._pointer(node, path)}

    def _pointer(self, node: Node, path: str) -> str:
        """A JSON Pointer; a bare name is the pointer to it."""
        text = self._text(node, path)
        if "/" in text and not text.startswith("/"):
            problem = f"{text!r} is no pointer: write /{text}, or {step(text)} for one name with a '/' in it"
            raise self._wrong(node.line, path, problem)
        pointer = text if not text or text.startswith("/") else step(text)
        self._checked(node.line, path, lambda: parse_pointer(pointer))
        return pointer

    def _number(self, node: Node, path: str) -> str:
        """A number as it is written: none of its digits is lost."""
        scalar = self._scalar(node, path)
        if type(plain(scalar)) not in (int, float) or not re.search(r"\d", scalar.text):
            raise self._wrong(node.line, path, f"{scalar.text!r} is no number")
        return str(plain(scalar)) if scalar.text[:2] in ("0x", "0o") else scalar.text

    def _texts_by_name(self, node: Node, path: str, check: Callable[[str], object] | None = None) -> dict[str, str]:
        entries = self._entries(node, path).entries
        return {name: self._text(value, f"{path}.{name}", check) for name, value in entries.items()}

    def _text(self, node: Node, path: str, check: Callable[[str], object] | None = None) -> str:
        text = self._scalar(node, path).text
        if check is not None:
            self._checked(node.line, path, lambda: check(text))
        return text

    def _scalar(self, node: Node, path: str) -> Scalar:
        if isinstance(node, Scalar):
            return node
        raise self._wrong(node.line, path, "a text or a number is wanted")

    def _entries(self, node: Node, path: str) -> Entries:
        if isinstance(node, Entries):
            return node
        if isinstance(node, Scalar) and node.is_null and path:
            return Entries(node.line)
        raise self._wrong(node.line, path, "a mapping of keys to values is wanted")

    def _checked(self, line: int, path: str, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except (ValueError, KeyError, TypeError) as error:
            raise self._wrong(line, path, str(error)) from None

    def _wrong(self, line: int, path: str, problem: str) -> MappingError:
        where = f", {path}" if path else ""
        return MappingError(f"{self.document} line {line}{where}: {problem}")


def _check_address(text: str) -> None:
    """Raises ValueError where *text* is no address template."""
    if "{" in (rest := _LEVEL.sub("", text)) or "}" in rest:
        raise ValueError(f"{text!r} is no address: {{name}} is one level of it, {{+name}} one or more")
    address_pattern(text)


def _read_elsewhere(found: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Rows for what is read as a time, a unit, a place or a name: it is no value of its own, unless a field is it."""
    texts = [text for key in ("thing", "title") for text in found.get(key, ())] + [*found.get("about", {}).values()]
    pointers = [pointer for text in texts for pointer in _PLACE.findall(text)]
    pointers += [row["at"] for row in found.get("time", ())]
    pointers += [row["unit_at"] for row in found.get("fields", ()) if "unit_at" in row]
    pointers += [pointer for name, pointer in found.get("position", {}).items() if name != "name"]
    fields = {row["path"].strip("/") for row in found.get("fields", ())}
    paths = dict.fromkeys("/".join(parse_pointer(pointer)) for pointer in pointers)
    return ({"path": path} for path in paths if path and path not in fields)


def _several(node: Node) -> Iterable[Node]:
    return node.items if isinstance(node, Items) else [node]


def _line(node: Entries, key: str) -> int:
    return node.lines.get(key) or node.line


def _levels(addresses: list[str]) -> str:
    """The levels that all *addresses* name, as the end of an IRI."""
    named = [tuple(_LEVEL.findall(address)) for address in addresses]
    shared = [name for name in named[0] if all(name in others for others in named)]
    return "".join(f"-{{{name}}}" for name in shared)
