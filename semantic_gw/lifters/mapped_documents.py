"""What a payload gives to the logical sources of a mapping: its JSON value, its rows, or its tree.

| formulation | reads | bounds |
|---|---|---|
| JSONPath | what a codec made of the payload, whatever its media type | those of the codecs |
| CSV | the rows of `text/csv`, in the dialect of the source | the payload's size; a cell has at most 16 Mi characters |
| XPath | the tree of XML | the codec has refused document types, and bounds depth and elements |
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any, Final

from semantic_gw.errors import LiftingError, MappingError
from semantic_gw.lifters.rml.model import Dialect, File, Formulation, LogicalSource, Mapping
from semantic_gw.lifters.rml.sources import tables
from semantic_gw.model import Document

CSV: Final = "text/csv"
XML: Final = "application/xml"
_UTF_8: Final = "utf-8-sig"


def media_type(source: LogicalSource) -> str:
    """The media type that payloads for *source* have where they do not say; empty where any will do."""
    return {Formulation.CSV: CSV, Formulation.XPATH: XML}.get(source.formulation, "")


def check_formulations(mapping: Mapping) -> None:
    """Raises MappingError where a source of *mapping* reads what no payload is."""
    for source in mapping.sources():
        if source.formulation is Formulation.SPARQL:
            raise MappingError(
                f"{source.place}: {source.formulation} reads files of RDF, and messages are none: "
                f"read them by JSONPath, CSV or XPath"
            )


def documents(source: LogicalSource, document: Document) -> Iterable[Any]:
    """What of *document* is iterated over for *source*. Raises LiftingError where it is of another kind."""
    if source.formulation is Formulation.JSONPATH:
        return (document.value,)
    if source.formulation is Formulation.CSV:
        return _rows(source, document)
    return (_tree(source, document),)


def _rows(source: LogicalSource, document: Document) -> Iterator[dict[str, str]]:
    if document.media_type != CSV:
        raise _other(source, document, CSV)
    dialect = source.access.dialect if isinstance(source.access, File) else Dialect()
    with io.TextIOWrapper(io.BytesIO(document.payload.body), _UTF_8, newline="") as text:
        try:
            yield from tables.rows(text, dialect, source.place)
        except UnicodeDecodeError as error:
            raise LiftingError(f"{source.place}: no UTF-8 at byte {error.start}") from None


def _tree(source: LogicalSource, document: Document) -> Any:
    from semantic_gw.lifters.rml.sources import xml_documents  # noqa: PLC0415  a third of a start, and only for XML

    if document.media_type not in (XML, "text/xml") and not document.media_type.endswith("+xml"):
        raise _other(source, document, XML)
    return xml_documents.document(io.BytesIO(document.payload.body), _UTF_8, source.place)


def _other(source: LogicalSource, document: Document, wanted: str) -> LiftingError:
    return LiftingError(f"{source.place}: {source.formulation} reads {wanted}, and this is {document.media_type}")
