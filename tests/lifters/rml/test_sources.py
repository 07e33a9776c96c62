from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from semantic_gw.errors import LiftingError, MappingError
from semantic_gw.lifters.rml.model import (
    Compression,
    Dialect,
    File,
    Formulation,
    LogicalSource,
    Mapping,
    Stream,
    TermMap,
    TermType,
    TriplesMap,
)
from semantic_gw.lifters.rml.sources import files, open_sources


def opened(file: File | Stream, folder: Path, *, outside: bool = False, **more: Any) -> list[Any]:
    """The documents of a source over *file*."""
    source = LogicalSource(file, more.pop("formulation", Formulation.CSV), **more)
    mapping = Mapping((TriplesMap("m", source, TermMap(None, TermType.BLANK_NODE)),))
    return [*open_sources(mapping, folder, outside=outside)[source]]


def packed(content: bytes, compression: Compression) -> bytes:
    target = io.BytesIO()
    if compression is Compression.GZIP:
        return gzip.compress(content)
    if compression is Compression.ZIP:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.csv", content)
    else:
        mode = "w:gz" if compression is Compression.TAR_GZIP else "w:xz"
        with tarfile.open(fileobj=target, mode=mode) as archive:  # type: ignore[call-overload]
            member = tarfile.TarInfo("a.csv")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return target.getvalue()


def rows(folder: Path, content: str | bytes, **dialect: Any) -> list[Any]:
    path = folder / "a.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return opened(File("a.csv", dialect=Dialect(**dialect)), folder)


@pytest.mark.parametrize("compression", [Compression.GZIP, Compression.ZIP, Compression.TAR_GZIP, Compression.TAR_XZ])
def test_a_packed_file_is_read(compression: Compression, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(packed(b"id,name\n1,lamp\n", compression))

    assert opened(File("a", compression=compression), tmp_path) == [{"id": "1", "name": "lamp"}]


@pytest.mark.parametrize("compression", [Compression.GZIP, Compression.ZIP, Compression.TAR_GZIP, Compression.TAR_XZ])
def test_a_file_that_is_not_packed_as_it_says_is_an_error(compression: Compression, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"id,name\n1,lamp\n")

    with pytest.raises(LiftingError, match=f"cannot be unpacked as {compression}"):
        opened(File("a", compression=compression), tmp_path)


def test_what_unpacks_without_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_UNPACKED", 10_000)
    (tmp_path / "a").write_bytes(gzip.compress(b"a\n" + b"1\n" * 10_000))

    with pytest.raises(LiftingError, match="unpacks to more than"):
        opened(File("a", compression=Compression.GZIP), tmp_path)


@pytest.mark.parametrize("encoding", ["UTF-16", "ISO-8859-1", "utf-8", "windows-1252"])
def test_a_file_is_decoded_as_it_says(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("name\nKüche\n".encode(encoding))

    assert opened(File("a.csv", encoding=encoding), tmp_path) == [{"name": "Küche"}]


def test_a_byte_order_mark_belongs_to_no_column(tmp_path: Path) -> None:
    assert rows(tmp_path, b"\xef\xbb\xbfid\n1\n") == [{"id": "1"}]


@pytest.mark.parametrize("encoding", ["rot13", "base64", "nothing"])
def test_an_encoding_of_no_text_is_refused(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a\n")

    with pytest.raises(MappingError, match="there is no encoding"):
        opened(File("a.csv", encoding=encoding), tmp_path)


def test_bytes_that_are_no_text_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(LiftingError, match="is no utf-8"):
        rows(tmp_path, b"id\n\xff\n")


@pytest.mark.parametrize(
    ("content", "dialect", "found"),
    [
        ("id;name\n1;a,b\n", {"delimiter": ";"}, [{"id": "1", "name": "a,b"}]),
        ("# note\nid\n1\n", {"comment": "#"}, [{"id": "1"}]),
        ("title\n\nid\n1\n", {"skip_rows": 2}, [{"id": "1"}]),
        ("1,a\n", {"header": False}, [{"_col.1": "1", "_col.2": "a"}]),
        ("id,name\n 1 , a \n", {"trim": True}, [{"id": "1", "name": "a"}]),
        ("id\n'a''b'\n", {"quote": "'"}, [{"id": "a'b"}]),
        ('id\n"a\nb"\n\n', {}, [{"id": "a\nb"}]),
        ("id,name\n1,\n", {}, [{"id": "1", "name": ""}]),
        ("id\n", {}, []),
        ("", {}, []),
    ],
)
def test_a_table_is_read_by_its_dialect(
    content: str, dialect: dict[str, Any], found: list[dict[str, str]], tmp_path: Path
) -> None:
    assert rows(tmp_path, content, **dialect) == found


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("id,name\n1,a\n2\n", "line 3 has 1 cells, where there are 2 columns"),
        ("id\n1,2\n", "line 2 has 2 cells"),
        ("id,id\n1,2\n", "the column 'id' is there twice"),
        ('id\n"a\n', "is no CSV"),
    ],
)
def test_a_table_that_is_none_is_an_error(content: str, problem: str, tmp_path: Path) -> None:
    with pytest.raises(LiftingError, match=problem):
        rows(tmp_path, content)


def json_documents(folder: Path, content: bytes, encoding: str = "utf-8") -> list[Any]:
    (folder / "a.json").write_bytes(content)
    return opened(File("a.json", encoding=encoding), folder, formulation=Formulation.JSONPATH)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b'{"a": 1}', [{"a": 1}]),
        (b'{"a": 1}\n', [{"a": 1}]),
        (b'{"a": 1}\n{"a": 2}\n\n{"a": 3}', [{"a": 1}, {"a": 2}, {"a": 3}]),
        (b'[\n{"a": 1},\n{"a": 2}\n]', [[{"a": 1}, {"a": 2}]]),
        (b"\xef\xbb\xbf{}", [{}]),
        (b"12345678901234567890123", [12345678901234567890123]),
    ],
)
def test_a_json_file_is_one_document_or_one_a_line(content: bytes, found: list[Any], tmp_path: Path) -> None:
    assert json_documents(tmp_path, content) == found


@pytest.mark.parametrize("content", [b"", b"{", b'{"a": NaN}', b'{}\n{"a"\n', b"[" * 100_000])
def test_what_is_no_json_is_an_error(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(LiftingError, match="no JSON"):
        json_documents(tmp_path, content)


def test_json_in_another_encoding_is_read(tmp_path: Path) -> None:
    assert json_documents(tmp_path, '["ü"]'.encode("utf-16"), "UTF-16") == [["ü"]]


def selected(folder: Path, query: str | None) -> list[Any]:
    (folder / "a.nt").write_text('<http://example.com/a> <http://example.com/p> "1" .\n')
    return opened(File("a.nt"), folder, formulation=Formulation.SPARQL, iterator=query)


def test_solutions_of_a_query_are_rows(tmp_path: Path) -> None:
    found = selected(tmp_path, "SELECT ?s ?o ?none WHERE { ?s ?p ?o }")

    assert found == [{"s": "http://example.com/a", "o": "1"}]


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        (None, "there is no query"),
        ("ASK { ?s ?p ?o }", "gives no rows"),
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "nothing is fetched"),
        ("SELECT", "no SPARQL"),
    ],
)
def test_a_query_that_gives_no_rows_is_refused(query: str | None, problem: str, tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=problem):
        selected(tmp_path, query)


def test_a_file_outside_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id\n1\n")
    (tmp_path / "sub").mkdir()

    with pytest.raises(MappingError, match="--allow-outside"):
        opened(File("../a.csv"), tmp_path / "sub")


def test_a_link_that_leads_outside_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id\n1\n")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.csv").symlink_to(tmp_path / "a.csv")

    with pytest.raises(MappingError, match="--allow-outside"):
        opened(File("b.csv"), tmp_path / "sub")


def test_a_file_outside_is_read_where_that_is_allowed(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id\n1\n")
    (tmp_path / "sub").mkdir()

    assert opened(File("../a.csv"), tmp_path / "sub", outside=True) == [{"id": "1"}]


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"there is no file none\.csv"):
        opened(File("none.csv"), tmp_path)


def test_a_stream_is_for_the_gateway(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="mqtt://broker/lamps is a stream: the gateway maps"):
        opened(Stream("mqtt://broker/lamps"), tmp_path)
