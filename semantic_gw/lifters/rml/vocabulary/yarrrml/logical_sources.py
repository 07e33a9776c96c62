"""Sources of YARRRML read into the model."""

from __future__ import annotations

from typing import Final

from semantic_gw.errors import MappingError
from semantic_gw.lifters.rml.model import (
    Compression,
    Dialect,
    File,
    Formulation,
    LogicalSource,
    Place,
    Stream,
)
from semantic_gw.lifters.rml.vocabulary.sources import guessed_formulation
from semantic_gw.lifters.rml.vocabulary.yarrrml.entries import Keyed, keyed, scalar
from semantic_gw.yaml_nodes import Entries, Items, Node

_FORMULATIONS: Final = {
    "csv": Formulation.CSV,
    "jsonpath": Formulation.JSONPATH,
    "xpath": Formulation.XPATH,
    "sparql": Formulation.SPARQL,
}
_KEYS: Final = (
    "type", "access", "credentials", "queryFormulation", "query", "encoding", "delimiter", "contentType",
    "operationType", "referenceFormulation", "iterator", "security", "compression", "null",
)  # fmt: skip
_STREAMS: Final = ("mqtt", "mqtts", "kafka", "tcp", "ws", "wss", "coap", "coaps")
_LOCAL: Final = ("localfile", "")


def logical_source(node: Node, place: Place) -> LogicalSource:
    """The source that *node* says: by keys, or short as `[data.json~jsonpath, "$.items[*]"]`. Raises MappingError."""
    if isinstance(node, Entries):
        return _by_keys(keyed(node, place, _KEYS), place)
    parts = [scalar(item, place).text for item in node.items] if isinstance(node, Items) else [node.text]
    if not 1 <= len(parts) <= 2:
        raise MappingError(f"{place}: a short source is [file~formulation, iterator]; this has {len(parts)} parts")
    access, _, formulation = parts[0].rpartition("~")
    access, formulation = (access, formulation) if access else (formulation, "")
    return _source(_access(access, "", place), formulation, parts[1] if len(parts) == 2 else None, place)


def _by_keys(source: Keyed, place: Place) -> LogicalSource:
    access = source.text("access")
    if access is None:
        raise MappingError(f"{place}: the source has no access: write the name of a file, or the address of a stream")
    content_type = source.text("contentType") or ""
    found = _access(access, source.text("type") or "", place, content_type)
    if isinstance(found, File):
        found = File(
            found.path,
            encoding=source.text("encoding") or "utf-8",
            compression=_compression(source.text("compression") or "none", place),
            dialect=Dialect(delimiter=source.text("delimiter") or found.dialect.delimiter),
        )
    nulls = frozenset(scalar(item, place).text for item in source.items("null"))
    iterator = source.text("iterator") or source.text("query")
    return _source(found, source.text("referenceFormulation") or "", iterator, place, nulls)


def _source(
    access: File | Stream, formulation: str, iterator: str | None, place: Place, nulls: frozenset[str] = frozenset()
) -> LogicalSource:
    if formulation and formulation.lower() not in _FORMULATIONS:
        raise MappingError(
            f"{place}: there is no reference formulation {formulation!r}; there are {', '.join(_FORMULATIONS)}"
        )
    found = _FORMULATIONS[formulation.lower()] if formulation else guessed_formulation(access)
    return LogicalSource(access, found, iterator, nulls, loose=True, place=place)


def _access(access: str, type: str, place: Place, content_type: str = "") -> File | Stream:
    scheme = access.partition("://")[0].lower() if "://" in access else ""
    if scheme in _STREAMS or (type == "wot" and scheme):
        return Stream(access, content_type)
    if scheme and scheme != "file":
        raise MappingError(f"{place}: {access} is not fetched: save it beside the mapping, and name the file")
    if type.lower() not in _LOCAL:
        raise MappingError(f"{place}: a source of the type {type!r} is not read; there are files and streams")
    path = access.removeprefix("file://")
    return File(path, dialect=Dialect(delimiter="\t") if path.lower().endswith(".tsv") else Dialect())


def _compression(name: str, place: Place) -> Compression:
    named = {**{str(each): each for each in Compression}, "targzip": Compression.TAR_GZIP}
    if name not in named:
        raise MappingError(f"{place}: there is no compression {name!r}; there are {', '.join(named)}")
    return named[name]
