r"""N-Triples as they stand in SPARQL.

The two write terms alike but for three things: `\uXXXX` is read before everything else in SPARQL (SPARQL 1.1 Query,
19.2), so that an escaped quote would end its literal; labels of blank nodes have no colon there; and one label must not
stand in two graphs of one request.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from semantic_gw.model import IRI

_UCHAR: Final = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_IRI: Final = rf'<[A-Za-z][A-Za-z0-9+.-]*:(?:[^\x00-\x20<>"{{}}|^`\\]|{_UCHAR})*>'
_BLANK: Final = r"_:[^\W\-.·:](?:[\w·:.-]*[\w·:-])?|_::(?:[\w·:.-]*[\w·:-])?"
_STRING: Final = rf'"(?:[^"\\\r\n]|\\[tbnrf"\'\\]|{_UCHAR})*"'
_LITERAL: Final = rf"{_STRING}(?:\^\^{_IRI}|@[A-Za-z]+(?:-[A-Za-z0-9]+)*)?"

_LINE: Final = re.compile(
    rf"[ \t]*+(?:(?P<s>{_IRI}|{_BLANK})[ \t]*+(?P<p>{_IRI})[ \t]*+(?P<o>{_IRI}|{_BLANK}|{_LITERAL})[ \t]*+\.[ \t]*+)?"
    r"(?:\#.*)?"
)
"""A line of N-Triples (RDF 1.1 N-Triples, 7); one without a triple is empty or a comment."""

_NAME: Final = re.compile(_IRI)
_ESCAPE: Final = re.compile(rf"{_UCHAR}|\\(?P<sign>.)")
_FORBIDDEN_IN_IRI: Final = re.compile(r'[\x00-\x20<>"{}|^`\\\ud800-\udfff]')
_FORBIDDEN_IN_STRING: Final = {'"': r"\"", "\\": r"\\", "\r": r"\r", "\n": r"\n"}
_U_AFTER_BACKSLASH: Final = re.compile(r"(\\\\)([uU])")
_LINES: Final = re.compile(r"\r\n|\r|\n")


def graph_name(name: IRI) -> str:
    """*name* between its brackets. Raises ValueError for what is no absolute IRI.

    >>> graph_name("urn:dev:kitchen")
    '<urn:dev:kitchen>'
    """
    text = f"<{name}>"
    if "\\" in name or not _NAME.fullmatch(text):
        raise ValueError(f"{name!r} is no absolute IRI")
    return _iri(text)


def sparql_triples(triples: bytes, prefix: str) -> str:
    r"""*triples* (N-Triples) as they stand in INSERT DATA; labels of blank nodes begin with *prefix*.

    Raises ValueError with the line that is none, such as one with a triple term of RDF 1.2.

    >>> sparql_triples(b'_:x <urn:p> "a\\u0022" .', "g1")
    '_:g1b0 <urn:p> "a\\"" .\n'
    """
    labels: dict[str, str] = {}

    def label(text: str) -> str:
        return labels.setdefault(text, f"_:{prefix}b{len(labels)}")

    try:
        lines = _LINES.split(triples.decode())
    except UnicodeDecodeError as error:
        raise ValueError(f"it is not in UTF-8: {error}") from None
    return "".join(_triple(number, line, label) for number, line in enumerate(lines, 1))


def _triple(number: int, line: str, label: Callable[[str], str]) -> str:
    found = _LINE.fullmatch(line)
    if found is None:
        raise ValueError(f"line {number} is no triple of RDF 1.1: {line[:80]}")
    terms = found.group("s", "p", "o")
    return " ".join(_term(term, label) for term in terms) + " .\n" if terms[0] else ""


def _term(text: str, label: Callable[[str], str]) -> str:
    if text.startswith("_"):
        return label(text)
    if "\\" not in text:
        return text
    return _iri(text) if text.startswith("<") else _literal(text)


def _iri(text: str) -> str:
    if "\\" not in text and not _FORBIDDEN_IN_IRI.search(text[1:-1]):
        return text
    plain = _ESCAPE.sub(_character, text[1:-1])
    if _FORBIDDEN_IN_IRI.search(plain):
        raise ValueError(f"{text[:80]} is no IRI")
    return f"<{plain}>"


def _literal(text: str) -> str:
    end = text.rindex('"')
    string = _ESCAPE.sub(_string_character, text[1:end])
    kind = text[end + 1 :]
    return f'"{_apart(string)}"' + (f"^^{_iri(kind[2:])}" if kind.startswith("^^") else kind)


def _character(escape: re.Match[str]) -> str:
    try:
        return chr(int(escape[0].lstrip("\\uU"), 16))
    except (ValueError, OverflowError):
        raise ValueError(f"{escape[0]} is no character") from None


def _string_character(escape: re.Match[str]) -> str:
    """What stands for *escape* in a string of SPARQL."""
    if escape["sign"]:
        return escape[0]
    character = _character(escape)
    if "\ud800" <= character <= "\udfff":
        raise ValueError(f"{escape[0]} is no character")
    return _FORBIDDEN_IN_STRING.get(character, character)


def _apart(string: str) -> str:
    r"""*string* without `\\u`, which who reads `\u` first takes for the beginning of an escape."""
    return _U_AFTER_BACKSLASH.sub(lambda found: f"{found[1]}\\u{ord(found[2]):04X}", string)
