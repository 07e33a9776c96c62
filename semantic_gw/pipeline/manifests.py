"""Families as files say them: `<family>/manifest.toml`; in short `<family>/mapping.yaml`, `<family>.mapping.yaml`."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from semantic_gw.contracts import Reader
from semantic_gw.errors import ConfigurationError, MappingError
from semantic_gw.model import IRI
from semantic_gw.pipeline.bodies import parse_body_look
from semantic_gw.pipeline.dispatch import Entry
from semantic_gw.pipeline.family import Family, LookRow
from semantic_gw.pipeline.looks import parse_look
from semantic_gw.pipeline.mapped_family import with_mapping
from semantic_gw.pipeline.rows import parse_role, parse_row
from semantic_gw.rdf.ontology import Ontology, load_ontology
from semantic_gw.readers import TableReader
from semantic_gw.readers.rules import MEMBERS, parse_rules
from semantic_gw.readers.short_form import parse_short_form
from semantic_gw.readers.short_form_words import nearest
from semantic_gw.settings import FamilySettings
from semantic_gw.shipped import ONTOLOGIES

RML: Final = ("mapping.rml.ttl", "mapping.yarrrml.yaml")
"""Names of files in RML and YARRRML; what they are in is told by their content."""

_SHORT: Final = re.compile(r"(?:(?P<name>.+)\.)?mapping(?P<more>-\w+)?\.yaml")
"""Names of files in the short form."""
BASE_IRI: Final = "https://gateway.example/"

_FAULTS: Final = (tomllib.TOMLDecodeError, OSError, re.error, TypeError, ValueError, AttributeError)
"""What a manifest with a fault raises."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one file says of a family, before anything of it is compiled."""

    path: Path
    """The file, or its name where there is none."""
    folder: Path
    """Where its examples and names are."""
    table: Mapping[str, Any]
    hash: str
    mapping: bytes = b""
    """The mapping in RML or YARRRML beside it, or that it is."""
    mapping_path: Path = Path()

    @property
    def id(self) -> str:
        return str(self.table["id"])

    names: tuple[Path, ...] = ()
    """Its own names for the lexicon."""


def mapping_files(folder: Path) -> list[Path]:
    """The files in *folder* that are each a family, by name."""
    rml = (path for name in RML for path in folder.glob(f"*/{name}") if not (path.parent / "manifest.toml").exists())
    short = (*folder.glob("*/mapping*.yaml"), *folder.glob("*.mapping.yaml"))
    return sorted((*folder.glob("*/manifest.toml"), *rml, *(path for path in short if _SHORT.fullmatch(path.name))))


def read_manifest(path: Path) -> Manifest:
    """What the file at *path* says, with what is beside it. Raises ConfigurationError naming the file and the fault."""
    try:
        found = parse_manifest(path.read_bytes(), path)
        folder = found.folder
        tables = [] if path.stem.startswith("mapping-") else sorted(folder.glob("*.toml"))
        names = tuple(path for path in tables if path.name == "names.toml")
        rml = [folder / name for name in RML if path.name == "manifest.toml" and (folder / name).exists()]
        beside = [*rml, *(table for table in tables if table != path)]
        digest = hashlib.blake2b(found.hash.encode() + b"".join(map(Path.read_bytes, beside)), digest_size=12)
        found = replace(found, names=names, hash=digest.hexdigest())
        return replace(found, mapping=rml[0].read_bytes(), mapping_path=rml[0]) if rml else found
    except OSError as error:
        raise ConfigurationError(f"{path}: {error}") from error


def parse_manifest(content: bytes, path: Path) -> Manifest:
    """What *content*, of a file called *path*, says by itself. Raises ConfigurationError."""
    named = _SHORT.fullmatch(path.name)
    folder = path.parent / named["name"] if named and named["name"] else path.parent
    try:
        table = _table(content.decode("utf-8"), path, folder.name)
        table["id"] + ""
    except KeyError as error:
        raise ConfigurationError(f"{path}: no {error}") from error
    except _FAULTS as error:
        raise ConfigurationError(f"{path}: {error}") from error
    digest = hashlib.blake2b(content, digest_size=12).hexdigest()
    return Manifest(path, folder, table, digest, content if path.name in RML else b"", path)


def _table(text: str, path: Path, name: str) -> Mapping[str, Any]:
    if path.name in RML:
        return {"id": name, "title": name, "version": "1"}
    if (named := _SHORT.fullmatch(path.name)) is None:
        return tomllib.loads(text)
    return parse_short_form(text, str(path), name + (named["more"] or ""), _vocabulary())


@cache
def _vocabulary() -> Ontology:
    return load_ontology([ONTOLOGIES / "sgw.ttl"])


def check_settings(settings: Mapping[str, FamilySettings], known: Iterable[str]) -> None:
    """Raises ConfigurationError where *settings* are of a family that is not *known*."""
    ids = sorted(known)
    if unknown := settings.keys() - set(ids):
        raise ConfigurationError(f"settings for no family: {', '.join(sorted(unknown))}; there are {', '.join(ids)}")


def family_of(
    manifest: Manifest,
    others: Mapping[str, Manifest],
    settings: Mapping[str, FamilySettings],
    base_iri: IRI = BASE_IRI,
) -> Family:
    """The family that *manifest* says, which may be like one of *others*. Raises ConfigurationError.

    *base_iri* is the base of the graphs that a mapping in RML makes.
    """
    try:
        own = settings.get(manifest.id, FamilySettings())
        like = _liked(manifest, others)
        table = manifest.table if like is None else _as_like(manifest.table, *like)
        names = manifest.names if like is None else (*manifest.names, *like[0].names)
        family = _family(manifest, table, own, folder=manifest.folder if like is None else like[0].folder, names=names)
        return with_mapping(family, manifest.mapping, str(manifest.mapping_path), table, base_iri)
    except MappingError:
        raise
    except KeyError as error:
        raise ConfigurationError(f"{manifest.path}: no {error}") from error
    except _FAULTS as error:
        raise ConfigurationError(f"{manifest.path}: {error}") from error


def _family(
    manifest: Manifest, table: Mapping[str, Any], own: FamilySettings, *, folder: Path, names: tuple[Path, ...]
) -> Family:
    """*folder* is where the readers of plug-ins find their tables."""
    bases = own.base or tuple(table.get("base", ()))
    look = table.get("look", {})
    return Family(
        id=table["id"],
        title=table["title"],
        version=str(table["version"]),
        describer=table.get("describer", ""),
        rows=tuple(parse_row(row, bases) for row in table.get("route", ())),
        folder=manifest.folder,
        ignored_members=frozenset(table.get("ignored_members", ())),
        look_descriptions=frozenset(look.get("descriptions", ())),
        look_meta=frozenset(look.get("meta", ())),
        looks=tuple(map(_look_row, look.get("document", ()))),
        bodies=tuple(map(parse_body_look, look.get("body", ()))),
        fixed=tuple(_fixed(address, manifest.id) for address in own.addresses),
        readers=_readers(table, folder, own),
        guest=table.get("guest", False) is True,
        path=manifest.path,
        hash=manifest.hash,
        names=names,
    )


def liked(manifest: Manifest, others: Mapping[str, Manifest]) -> Manifest | None:
    """The one of *others* that *manifest* is like; None where there is none."""
    return others.get(str(manifest.table.get("like", "")).partition("/")[0])


def _liked(manifest: Manifest, others: Mapping[str, Manifest]) -> tuple[Manifest, str] | None:
    """The family and the reading that *manifest* is like, if it is like one. Raises ValueError."""
    if not (told := manifest.table.get("like")):
        return None
    id, _, name = told.partition("/")
    known = {other: one for other, one in others.items() if one.table.get("reading") and not one.table.get("like")}
    if id not in known:
        raise ValueError(f"like: no family {id!r} has readings; {nearest(id, known)}")
    readings = known[id].table["reading"]
    chosen = name or ("default" if "default" in readings else next(iter(readings)) if len(readings) == 1 else "")
    if chosen not in readings:
        raise ValueError(f"like: {told!r} wants a reading; {nearest(name, (f'{id}/{one}' for one in readings))}")
    return known[id], chosen


_JOINED: Final = frozenset(("field", "leave", "none", "ignore", "time"))
"""Members of which one's own come first, and those of the other family after them."""


def _as_like(table: Mapping[str, Any], like: Manifest, name: str) -> dict[str, Any]:
    """*table* with everything that it does not say as in the reading *name* of *like*. Raises ValueError."""
    theirs = _with_like(like.table["reading"], name)
    mine: Mapping[str, Any] = table["reading"]["default"]
    if "reader" in theirs and (wrong := sorted(mine.keys() & MEMBERS - {"thing", "title"})):
        raise ValueError(f"like: {like.id} is read by a program, which takes no {', '.join(wrong)}")
    return {**table, "reading": {"default": _over(mine, theirs)}}


def _over(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """*mine*, and what it does not say as in *theirs*. A part of it keeps what is its own: other Things, above all."""
    found = {**theirs, **mine, **_joined(mine, theirs, _JOINED)}
    if "part" in theirs:
        found["part"] = [{**part, **_joined(mine, part, part.keys() & _JOINED)} for part in theirs["part"]]
    return found


def _joined(mine: Mapping[str, Any], theirs: Mapping[str, Any], members: Iterable[str]) -> dict[str, Any]:
    return {member: [*mine[member], *_listed(theirs.get(member))] for member in members if member in mine}


def _listed(value: Any) -> Iterator[Any]:
    yield from value if isinstance(value, list) else () if value is None else (value,)


def _look_row(row: Mapping[str, Any]) -> LookRow:
    role = parse_role(row.get("role", "readings"))
    return LookRow(parse_look(row), role, row.get("reason", ""), row.get("reading", "default"))


def _readers(manifest: Mapping[str, Any], folder: Path, own: FamilySettings) -> Mapping[str, Reader]:
    """The readers of a family: its tables by name, or a plug-in. Raises ValueError."""
    zone = ZoneInfo(own.time_zone) if own.time_zone else None
    readers: dict[str, Reader] = {}
    tables: Mapping[str, Mapping[str, Any]] = manifest.get("reading", {})
    for name in tables:
        table = _with_like(tables, name)
        if "reader" in table:
            classes = plug_ins("semantic_gw.readers")
            if table["reader"] not in classes:
                raise ValueError(f"no reader {table['reader']!r}; there are {', '.join(sorted(classes))}")
            readers[name] = classes[table["reader"]](table, folder, zone)
        else:
            readers[name] = TableReader(parse_rules(table), zone)
    rows = (*manifest.get("route", ()), *manifest.get("look", {}).get("document", ()))
    wanted = {row.get("reading", "default") for row in rows if row.get("role", "readings") == "readings"}
    if missing := wanted - readers.keys():
        raise ValueError(f"no [reading.{min(missing)}]; there are {', '.join(sorted(readers)) or 'none'}")
    return readers


def _with_like(tables: Mapping[str, Mapping[str, Any]], name: str) -> Mapping[str, Any]:
    """The reading table *name*; what it does not say is as in the one that it is `like`. Raises ValueError."""
    table = tables[name]
    if "like" not in table:
        return table
    other = table["like"]
    if other == name or other not in tables or "like" in tables[other]:
        raise ValueError(f"[reading.{name}] is like {other!r}; there are {', '.join(sorted(tables))}")
    return {**tables[other], **{member: value for member, value in table.items() if member != "like"}}


def _fixed(topics: str, family: str) -> Entry[str]:
    """The addresses of an MQTT topic filter (MQTT 5.0, 4.7), which are *family*'s."""
    first = topics.partition("/")[0]
    escaped = re.escape(topics).replace(r"\+", "[^/]*")
    pattern = re.compile(escaped.replace(r"/\#", "(?:/.*)?").replace(r"\#", ".*"), re.DOTALL)
    return Entry(() if first in ("+", "#") else (first,), pattern, family)


def plug_ins(group: str) -> dict[str, type]:
    """The plug-in classes of an entry-point *group*, by name."""
    return {point.name: point.load() for point in entry_points(group=group)}


def plug_in_folders() -> tuple[Path, ...]:
    """The folders of mappings that installed packages bring (entry points `semantic_gw.mappings`: each a Path).

    Raises ConfigurationError naming the plug-in.
    """
    return tuple(_plug_in_folder(point) for point in sorted(entry_points(group="semantic_gw.mappings")))


def _plug_in_folder(point: EntryPoint) -> Path:
    try:
        folder = point.load()
    except (ImportError, AttributeError) as error:
        raise ConfigurationError(f"plug-in {point.name!r} ({point.value}): {error}") from error
    if not isinstance(folder, Path) or not folder.is_dir():
        raise ConfigurationError(f"plug-in {point.name!r} ({point.value}): {folder!r} is no Path of a folder")
    return folder
