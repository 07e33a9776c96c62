"""The keys of the short form, one table: mappings are read and checked by it, and the JSON Schema is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

Form = Literal[
    "text", "texts", "number", "value", "values", "template", "templates", "by name", "pointer", "pointers", "choice",
    "unit", "kind", "states", "times", "fields", "reasons", "table", "tables",
]  # fmt: skip
"""How the value of a key is written."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key: what it is called in a reading table of a manifest, too, how it is written, and what it means."""

    name: str
    form: Form
    meaning: str
    keys: tuple[Key, ...] = ()
    """Of each table below."""
    needed: bool = False
    choices: tuple[str, ...] = ()


NUMBERS: Final = ("json", "text", "unit")

FIELD: Final = (
    Key("kind", "kind", "What it is: a kind of the vocabulary (`Temperature`)."),
    Key("unit", "unit", "The unit of the number, as it is usually written (`°C`)."),
    Key("unit_at", "pointer", "Where in the item, or else in the document, the unit stands."),
    Key("scale", "number", "What the number is multiplied by."),
    Key("offset", "number", "What is added to the number then."),
    Key("none", "values", "Values that say that there is none (`[-1, n/a]`)."),
    Key("states", "states", "What each value means: value → state, or kind of event, of the vocabulary."),
    Key("other", "kind", "The state that every other value means."),
    Key("name", "text", "What the value is called, instead of its own name."),
    Key("title", "text", "What people call it."),
    Key("numbers", "choice", "How a number is written: `json`, `text`, or `unit`: in a text that its unit follows.",
        choices=NUMBERS),
    Key("decimal", "text", "The sign between the digits of a number in a text."),
    Key("leave", "text", "Why it is no value at all."),
)  # fmt: skip

TIME: Final = (
    Key("at", "pointer", "Where it stands in an item, or else in the document.", needed=True),
    Key("as", "text", "How it is written: iso, utc, s, ms, us, ns, or as strptime has it."),
)

POSITION: Final = (
    Key("lat", "pointer", "Where the latitude stands, in degrees.", needed=True),
    Key("lon", "pointer", "Where the longitude stands, in degrees.", needed=True),
    Key("alt", "pointer", "Where the height stands, in metres."),
    Key("name", "text", "What the position is called."),
)

PAIRS: Final = (
    Key("at", "pointer", "Where the list stands.", needed=True),
    Key("name", "pointer", "Where in each the name stands.", needed=True),
    Key("value", "pointer", "Where in each the value stands.", needed=True),
    Key("unit", "pointer", "Where in each the unit stands."),
    Key("time", "pointer", "Where in each the time stands."),
)

IGNORE: Final = (
    Key("at", "pointer", "What a document has that is nothing for us.", needed=True),
    Key("is", "value", "Only where it is this, or one of these."),
    Key("reason", "text", "Why it is nothing for us.", needed=True),
)

KEYS: Final = (
    Key("address", "texts", "Where its messages come in: `{name}` is one level of the address, `{+name}` one or more.",
        needed=True),
    Key("thing", "templates", "The IRI of the Thing: by default one of the mapping's name and the levels named."),
    Key("title", "templates", "What the Thing is called: by default its IRI."),
    Key("time", "times", "Where the time of the values stands; the first that can be read."),
    Key("fields", "fields", "What values are: a name, a path of names or a pattern → what is known."),
    Key("like", "text", "The reading of a family that this is like: `shelly`, `shelly/rpc`."),
    Key("id", "text", "The name of the mapping: by default that of the file."),
    Key("family", "text", "What all such devices are called together."),
    Key("version", "text", "The version of the mapping; it stands in the records."),
    Key("media_type", "text", "What bodies are that come without a useful media type."),
    Key("about", "by name", "Members of the description: `saref:hasModel: '{/model}'`."),
    Key("each", "pointer", "Where the items stand that each are a reading; `*` is any index or member (`{key}`)."),
    Key("at", "pointers", "Where in an item the values stand."),
    Key("under", "templates", "What names stand before those of each value: of a bare number, its own (`{level}`)."),
    Key("position", "table", "Where it was (WGS 84).", POSITION),
    Key("pairs", "table", "A list that names its values.", PAIRS),
    Key("ignore", "tables", "Documents that are nothing for us.", IGNORE),
    Key("leave", "reasons", "Values that are none: path → why."),
    Key("rest", "text", "Why values are none that `fields` does not know; without it the lexicon is asked for them."),
    Key("none", "values", "Values that say that there is none, of every field."),
    Key("numbers", "choice", "How numbers are written.", choices=NUMBERS),
    Key("decimal", "text", "The sign between the digits of numbers in texts."),
)  # fmt: skip

_TEXT: Final = {"type": ["string", "number", "boolean"]}
_POINTER: Final = {"type": "string", "description": "A name, or a JSON Pointer (RFC 6901)."}
_VALUE: Final = {"type": ["string", "number", "boolean", "null"]}


def _several(one: Mapping[str, Any]) -> dict[str, Any]:
    return {"anyOf": [one, {"type": "array", "items": one}]}


def _values_of(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": schema}


def _table(keys: tuple[Key, ...]) -> dict[str, Any]:
    needed = [key.name for key in keys if key.needed]
    members = {key.name: {"description": key.meaning, **_schema(key)} for key in keys}
    return {"type": "object", "properties": members, "required": needed, "additionalProperties": False}


def _schema(key: Key) -> dict[str, Any]:
    """The schema of the value of *key*."""
    match key.form:
        case "choice":
            return {"enum": [*key.choices]}
        case "table":
            return _table(key.keys)
        case "tables":
            return _several(_table(key.keys))
        case "fields":
            return _values_of(_table(FIELD))
        case "times":
            return _several({"anyOf": [_POINTER, _table(TIME)]})
        case form:
            return dict(_PLAIN[form])


_PLAIN: Final[Mapping[str, Mapping[str, Any]]] = {
    "text": _TEXT,
    "unit": {"type": "string"},
    "kind": {"type": "string"},
    "template": {"type": "string"},
    "number": {"type": "number"},
    "value": _several(_VALUE),
    "values": _several(_VALUE),
    "texts": _several({"type": "string"}),
    "templates": _several({"type": "string"}),
    "pointer": _POINTER,
    "pointers": _several(_POINTER),
    "by name": _values_of({"type": "string"}),
    "states": _values_of({"type": "string"}),
    "reasons": _values_of({"type": "string"}),
}


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the short form."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A mapping of the Semantic Gateway in its short form",
        **_table(KEYS),
    }
