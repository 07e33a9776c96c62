"""Logical sources read into the model (RML-IO, and access descriptions of RML-IO-Registry)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote, urlsplit

from semantic_gw.errors import MappingError
from semantic_gw.lifters.rml.model import Compression, Dialect, File, Formulation, LogicalSource, Stream
from semantic_gw.lifters.rml.vocabulary.graph import Node
from semantic_gw.lifters.rml.vocabulary.legacy import RML, STREAM, renamed
from semantic_gw.model import IRI, Literal
from semantic_gw.rdf.namespaces import HYPERMEDIA, TD

CSVW: Final = "http://www.w3.org/ns/csvw#"
DCAT: Final = "http://www.w3.org/ns/dcat#"
_FORMATS: Final = "http://www.w3.org/ns/formats/"

_FORMULATIONS: Final = {
    RML + "CSV": Formulation.CSV,
    RML + "CSVW": Formulation.CSV,
    RML + "JSONPath": Formulation.JSONPATH,
    RML + "XPath": Formulation.XPATH,
    **{f"{_FORMATS}SPARQL_Results_{name}": Formulation.SPARQL for name in ("CSV", "TSV", "JSON", "XML")},
}
_COMPRESSIONS: Final = {str(each): each for each in Compression}
_BY_ENDING: Final = {
    ".json": Formulation.JSONPATH,
    ".jsonl": Formulation.JSONPATH,
    ".ndjson": Formulation.JSONPATH,
    ".xml": Formulation.XPATH,
}
_ELSEWHERE: Final = {
    "http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#jdbcDSN": "a database",
    "http://www.w3.org/ns/sparql-service-description#endpoint": "a SPARQL endpoint",
    RML + "viewOn": "a logical view",
}
_AFFORDANCES: Final = (TD + "hasPropertyAffordance", TD + "hasEventAffordance", TD + "hasActionAffordance")
_FORM: Final = TD + "hasForm"
_TRUE: Final = ("true", "1")


def logical_source(triples_map: Node) -> LogicalSource | None:
    """The logical source of *triples_map*, if it has one. Raises MappingError."""
    if triples_map.has(RML + "logicalTable"):
        raise MappingError(f"{triples_map.place}: rr:logicalTable is of a database; there are files and streams")
    node = triples_map.only_node(RML + "logicalSource", "logical source")
    if node is None:
        return None
    source = node.only(RML + "source", "source")
    if source is None:
        told = next((f"{what}; there are files and streams" for each, what in _ELSEWHERE.items() if node.has(each)), "")
        raise MappingError(f"{node.place}: the logical source is {told}" if told else f"{node.place}: no rml:source")
    access = _access(source, node)
    formulation = _formulation(node, access)
    return LogicalSource(
        access,
        formulation,
        node.text(RML + "iterator") or node.text(RML + "query"),
        _nulls(source),
        tuple(_namespaces(node)),
        typed=not triples_map.graph.old,
        loose=triples_map.graph.old,
        place=node.place,
    )


def _formulation(node: Node, access: File | Stream) -> Formulation:
    said = node.only_node(RML + "referenceFormulation", "reference formulation")
    if said is None:
        return guessed_formulation(access)
    if renamed(said.id) in _FORMULATIONS:
        return _FORMULATIONS[renamed(said.id)]
    if said.has(RML + "namespace") or any(each.id.endswith("XPathReferenceFormulation") for each in _types(said)):
        return Formulation.XPATH
    raise MappingError(
        f"{node.place}: there is no reference formulation <{said.id}>; there are {', '.join(Formulation)}"
    )


def guessed_formulation(access: File | Stream) -> Formulation:
    """The default formulation (RML-IO, Defining Logical Sources)."""
    if isinstance(access, Stream):
        return Formulation.XPATH if "xml" in access.content_type else Formulation.JSONPATH
    endings = [ending.lower() for ending in PurePosixPath(access.path).suffixes]
    return next((_BY_ENDING[ending] for ending in endings if ending in _BY_ENDING), Formulation.CSV)


def _types(node: Node) -> list[Node]:
    types = node.objects("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    return [each for each in types if isinstance(each, Node)]


def _namespaces(node: Node) -> Iterator[tuple[str, IRI]]:
    said = node.only_node(RML + "referenceFormulation", "reference formulation")
    for each in said.nodes(RML + "namespace", "namespace") if said is not None else ():
        prefix, name = each.text(RML + "namespacePrefix"), _address(each, RML + "namespaceURL")
        if prefix is None or name is None:
            raise MappingError(f"{each.place}: a namespace wants rml:namespacePrefix and rml:namespaceURL")
        yield prefix, name


def _nulls(source: Node | Literal) -> frozenset[str]:
    if isinstance(source, Literal):
        return frozenset()
    dialect = source.only_node(CSVW + "dialect", "dialect")
    places = [(source, RML + "null"), (source, CSVW + "null"), *([(dialect, CSVW + "null")] if dialect else [])]
    values = (each for node, predicate in places for each in node.objects(predicate))
    return frozenset(each.lexical for each in values if isinstance(each, Literal))


def _access(source: Node | Literal, node: Node) -> File | Stream:
    if isinstance(source, Literal):
        return _file(source.lexical)
    for predicate, what in _ELSEWHERE.items():
        if source.has(predicate):
            raise MappingError(f"{source.place}: the source is {what}; there are files and streams")
    stream = _stream(source)
    if stream is not None:
        return stream
    path = next((path for path in (_path(source, each) for each in _PATHS) if path is not None), None)
    if path is None and not source.is_blank and not source.properties:
        path = _local(source.id, source)
    if path is None:
        raise MappingError(
            f"{node.place}: how to reach the source is not said; write rml:path, csvw:url, dcat:downloadURL, "
            "or a form of a td:Thing"
        )
    dialect = source.only_node(CSVW + "dialect", "dialect")
    return _file(path, _root(source), _encoding(source, dialect), _compression(source), _dialect(source, dialect, path))


def _file(
    path: str,
    root: str = "",
    encoding: str = "utf-8",
    compression: Compression = Compression.NONE,
    dialect: Dialect | None = None,
) -> File:
    default = Dialect(delimiter="\t") if path.lower().endswith(".tsv") else Dialect()
    return File(path, root, encoding, compression, dialect or default)


_PATHS: Final = (RML + "path", CSVW + "url", DCAT + "downloadURL", DCAT + "accessURL")


def _path(source: Node, predicate: IRI) -> str | None:
    address = _address(source, predicate)
    return None if address is None else _local(address, source)


def _local(address: str, source: Node) -> str:
    """The path of *address*, which is one or a file URL (RFC 8089). Raises MappingError for what is elsewhere."""
    parts = urlsplit(address)
    if parts.scheme == "file":
        return unquote((parts.netloc if parts.netloc != "localhost" else "") + parts.path)
    if len(parts.scheme) > 1 and "//" in address:
        raise MappingError(f"{source.place}: {address} is not fetched: save it beside the mapping, and name the file")
    return address


def _address(node: Node, predicate: IRI) -> str | None:
    found = node.only(predicate, "")
    return found.id if isinstance(found, Node) else found.lexical if found is not None else None


def _root(source: Node) -> str:
    """The folder of relative paths: the mapping's, or one that a text names.

    RML-IO says of both rml:MappingDirectory and rml:CurrentWorkingDirectory that it is where the mapping stands.
    """
    root = source.only(RML + "root", "root")
    return root.lexical if isinstance(root, Literal) else ""


def _encoding(source: Node, dialect: Node | None) -> str:
    said = source.only(RML + "encoding", "encoding")
    if isinstance(said, Node):
        return renamed(said.id).removeprefix(RML)
    if said is not None:
        return said.lexical
    tables = [source, *([dialect] if dialect is not None else [])]
    return next((text for text in (each.text(CSVW + "encoding") for each in tables) if text), "utf-8")


def _compression(source: Node) -> Compression:
    said = source.only(RML + "compression", "compression")
    if said is None:
        return Compression.NONE
    name = renamed(said.id).removeprefix(RML) if isinstance(said, Node) else said.lexical
    if name not in _COMPRESSIONS:
        raise MappingError(f"{source.place}: there is no compression {name}; there are {', '.join(Compression)}")
    return _COMPRESSIONS[name]


def _dialect(source: Node, dialect: Node | None, path: str) -> Dialect:
    said = [node for node in (dialect, source) if node is not None]

    def text(name: str, default: str) -> str:
        found = (node.text(CSVW + name) for node in said)
        return next((each for each in found if each is not None), default)

    delimiter = "\t" if path.lower().endswith(".tsv") else ","
    skipped = text("skipRows", "0")
    if not skipped.isdecimal():
        raise MappingError(f"{source.place}: csvw:skipRows is {skipped!r}, where a number is wanted")
    return Dialect(
        delimiter=text("delimiter", text("separator", delimiter)),
        quote=text("quoteChar", '"'),
        double_quote=text("doubleQuote", "true") in _TRUE,
        header=text("header", "true") in _TRUE,
        skip_rows=int(skipped),
        comment=text("commentPrefix", ""),
        trim=text("trim", "false") in _TRUE,
    )


def _stream(source: Node) -> Stream | None:
    """A stream by a form of a Thing (RML-IO-Registry, W3C WoT), or by RMLStreamer's terms; None where it is neither."""
    forms = [*source.nodes(_FORM, "form")]
    for affordance in (each for kind in _AFFORDANCES for each in source.nodes(kind, "affordance")):
        forms += affordance.nodes(_FORM, "form")
    if len(forms) > 1:
        raise MappingError(f"{source.place}: the Thing has {len(forms)} forms, where a source is one of them")
    if forms:
        return _form(forms[0])
    topic, broker = source.text(STREAM + "topic"), source.text(STREAM + "broker")
    if topic is not None and broker is not None:
        return Stream(f"kafka://{broker}/{topic}")
    host, port = source.text(STREAM + "hostName"), source.text(STREAM + "port")
    return Stream(f"tcp://{host}:{port}") if host is not None and port is not None else None


def _form(form: Node) -> Stream:
    target = _address(form, HYPERMEDIA + "hasTarget")
    if target is None:
        raise MappingError(f"{form.place}: the form has no hctl:hasTarget")
    known = (HYPERMEDIA + "hasTarget", HYPERMEDIA + "forContentType")
    options = (
        (predicate, each.lexical)
        for predicate in form.properties
        if predicate not in known
        for each in form.objects(predicate)
        if isinstance(each, Literal)
    )
    return Stream(target, form.text(HYPERMEDIA + "forContentType") or "", tuple(sorted(options)))
