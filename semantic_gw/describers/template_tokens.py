"""Templates as Home Assistant writes them (Jinja), cut into tokens. Nothing is run, now or later."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from typing import Final, NamedTuple

MAX_LENGTH: Final = 4_096
"""Characters of the longest template that is read."""

MAX_TOKENS: Final = 1_000

_OPENING: Final = re.compile(r"\{\{[-+]?|\{%[-+]?|\{#")
_TOKEN: Final = re.compile(
    r"(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<string>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
    r"|(?P<sign>==|!=|<=|>=|//|\*\*|[-+*/%~<>()\[\]{}.,:|=])",
    re.DOTALL,
)
_DARK: Final = re.compile(r"\S")
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r"}
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_CLOSING: Final = {"{{": "}}", "{%": "%}"}


class TemplateError(ValueError):
    """A template, or a part of one, that is not read: the message names what."""


class Token(NamedTuple):
    """*kind* is `text`, `{{`, `}}`, `{%`, `%}`, `number`, `name`, `string`, `sign`, or `end`."""

    kind: str
    text: str


END: Final = Token("end", "")


def tokens(template: str) -> list[Token]:
    """The tokens of *template*, the last of them `END`. Raises TemplateError.

    >>> [token.text for token in tokens("{{ value_json.a }}")]
    ['{{', 'value_json', '.', 'a', '}}', '']
    """
    if len(template) > MAX_LENGTH:
        raise TemplateError(f"a template of more than {MAX_LENGTH} characters")
    found: list[Token] = []
    for token in _all(template):
        found.append(token)
        if len(found) > MAX_TOKENS:
            raise TemplateError(f"a template of more than {MAX_TOKENS} words and signs")
    return [*found, END]


def _all(template: str) -> Iterator[Token]:
    position = 0
    while (match := _OPENING.search(template, position)) is not None:
        yield from _text(template[position : match.start()])
        opening = match[0][:2]
        if opening == "{#":
            position = _behind(template, match.end(), "#}")
            continue
        yield Token(opening, opening)
        position = yield from _inside(template, match.end(), _CLOSING[opening])
        yield Token(_CLOSING[opening], _CLOSING[opening])
    yield from _text(template[position:])


def _text(text: str) -> Iterator[Token]:
    if text.strip():
        yield Token("text", text.strip())


def _behind(template: str, position: int, mark: str) -> int:
    end = template.find(mark, position)
    if end < 0:
        raise TemplateError(f"a comment without {mark}")
    return end + len(mark)


def _inside(template: str, position: int, closing: str) -> Generator[Token, None, int]:
    """The tokens up to *closing*, which does not count within braces; returns the position behind it."""
    braces = 0
    while True:
        dark = _DARK.search(template, position)
        position = dark.start() if dark else len(template)
        for mark in (closing, f"-{closing}", f"+{closing}"):
            if not braces and template.startswith(mark, position):
                return position + len(mark)
        match = _TOKEN.match(template, position)
        if match is None:
            rest = template[position : position + 10]
            raise TemplateError(f"{rest!r}, which is no word or sign" if rest else f"no {closing} at its end")
        braces += {"{": 1, "}": -1}.get(match[0], 0)
        yield Token(str(match.lastgroup), _unquoted(match[0]) if match.lastgroup == "string" else match[0])
        position = match.end()


def _unquoted(text: str) -> str:
    return _ESCAPE.sub(lambda match: _ESCAPES.get(match[1], match[1]), text[1:-1])
