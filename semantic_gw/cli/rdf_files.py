"""RDF as a command's arguments: files in any syntax, folders of them, standard input."""

from __future__ import annotations

import enum
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from semantic_gw.errors import ConfigurationError, DecodingError
from semantic_gw.model import IRI, Json, Triple
from semantic_gw.rdf.observation_context import CONTEXT, CONTEXT_PATH, context_url
from semantic_gw.rdf.syntaxes import SYNTAXES, Parsed, Syntax, held_context, parse, syntax_of

_ENDINGS = ", ".join(ending for syntax in SYNTAXES.values() for ending in syntax.endings)
_UNNAMED = SYNTAXES["trig"]
"""How standard input is read: TriG takes in Turtle and N-Triples."""


class SyntaxName(enum.StrEnum):
    """The syntaxes that are read, as `--from` has them."""

    TURTLE = "turtle"
    TRIG = "trig"
    NTRIPLES = "ntriples"
    NQUADS = "nquads"
    RDFXML = "rdfxml"
    JSONLD = "jsonld"


def read_graph(path: Path, syntax: str | None = None, *, label: str = "") -> Parsed:
    """The graph in the file *path*, or in standard input (`-`). Raises ConfigurationError naming file and line.

    The syntax is *syntax*, or what the file's ending says; relative IRIs are resolved against where the file is.
    """
    found = SYNTAXES[syntax] if syntax else _syntax(path)
    try:
        return parse(_read(path), found, base_iri=_base(path), label=label, held=_held)
    except DecodingError as error:
        hint = "" if syntax or str(path) != "-" else " (read as TriG; --from says what it is)"
        raise ConfigurationError(f"{name_of(path)}{hint}: {error}") from error
    except OSError as error:
        raise ConfigurationError(f"{name_of(path)}: {error.strerror}") from error


def read_triples_of(paths: Iterable[Path]) -> Iterator[Triple]:
    """The triples of several files as one graph: blank nodes of different files are different nodes."""
    for number, path in enumerate(paths):
        yield from read_graph(path, label=f"g{number}").triples


def rdf_files(paths: Iterable[Path]) -> list[Path]:
    """The files among *paths*, and of each folder those that end like RDF. Raises ConfigurationError."""
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise ConfigurationError(f"{path}: no such file or folder")
        if not path.is_dir():
            found.append(path)
            continue
        files = sorted(file for file in path.iterdir() if file.is_file() and syntax_of(file))
        if not files:
            raise ConfigurationError(f"{path} has no RDF files; their names end in {_ENDINGS}")
        found += files
    return list(dict.fromkeys(found))


def name_of(path: Path) -> str:
    return "standard input" if str(path) == "-" else str(path)


def _syntax(path: Path) -> Syntax:
    if str(path) == "-":
        return _UNNAMED
    if path.is_dir():
        raise ConfigurationError(f"{path} is a folder; one graph is checked at a time")
    found = syntax_of(path)
    if found is None:
        names = ", ".join(SYNTAXES)
        raise ConfigurationError(f"{path}: unknown ending {path.suffix!r}; there are {_ENDINGS}; or --from {names}")
    return found


def _read(path: Path) -> bytes:
    return sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()


def _base(path: Path) -> IRI:
    return Path.cwd().as_uri() + "/" if str(path) == "-" else path.resolve().as_uri()


def _held(url: IRI) -> Json | None:
    """The contexts that we hold, and that of the records that a gateway with the settings here writes."""
    if url.endswith(CONTEXT_PATH) and url == context_url(_base_iri()):
        return CONTEXT
    return held_context(url)


def _base_iri() -> IRI:
    # Imported here: settings take as long to load as all else, and only graphs of the bus need them.
    from semantic_gw.settings import Settings  # noqa: PLC0415

    return Settings().base_iri
