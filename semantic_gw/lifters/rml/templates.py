r"""String templates: texts with references in braces (RML-Core, Template).

| in a template | means |
|---|---|
| `{$.id}` | the value of the reference `$.id` |
| `\{`, `\}`, `\\` | a brace, a backslash; within a reference, too |
"""

from __future__ import annotations

from collections.abc import Iterator

from semantic_gw.errors import MappingError
from semantic_gw.lifters.rml.model import Place, Reference, Template

_ESCAPED = "{}\\"


def parse_template(text: str, place: Place) -> Template:
    r"""*text* taken apart. Raises MappingError where braces do not match, or a backslash escapes nothing.

    >>> [part if isinstance(part, str) else part.text for part in parse_template(r"a\{{$.b}", Place("m")).parts]
    ['a{', '$.b']
    """
    found: list[str | Reference] = []
    piece: list[str] = []
    inside = False
    for character, escaped in _characters(text, place):
        if escaped or character not in "{}":
            piece.append(character)
        elif (character == "{") is inside:
            raise _unbalanced(text, character, place)
        else:
            _close(found, "".join(piece), text, place, inside=inside)
            piece, inside = [], not inside
    if inside:
        raise _unbalanced(text, "{", place)
    _close(found, "".join(piece), text, place, inside=False)
    return Template(tuple(found), place)


def _characters(text: str, place: Place) -> Iterator[tuple[str, bool]]:
    """The characters of *text*, each with whether a backslash stood before it."""
    rest = iter(text)
    for character in rest:
        if character != "\\":
            yield character, False
            continue
        following = next(rest, "")
        if not following or following not in _ESCAPED:
            raise MappingError(
                f"{place}: template {text!r}: a backslash stands before one of {{ }} \\ only, "
                f"not before {following or 'the end'!r}; write \\\\ for a backslash itself"
            )
        yield following, True


def _close(found: list[str | Reference], piece: str, text: str, place: Place, *, inside: bool) -> None:
    if inside:
        if not piece:
            raise MappingError(f"{place}: template {text!r} has empty braces: write a reference between them")
        found.append(Reference(piece, place))
    elif piece:
        found.append(piece)


def _unbalanced(text: str, brace: str, place: Place) -> MappingError:
    return MappingError(
        f"{place}: template {text!r} has a {brace} without its counterpart; write \\{brace} for the character itself"
    )
