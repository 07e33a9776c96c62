"""Whether two terms, or two triples of one iteration, can ever be the same: where not, nothing looks for twins."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations, takewhile
from typing import Final

from semantic_gw.lifters.rml.model import Constant, Reference, Template, TermMap, TermType
from semantic_gw.lifters.rml.names import is_absolute
from semantic_gw.model import IRI, Literal

Made = tuple[TermMap, TermMap, TermMap, TermMap | None]
"""What makes a triple: subject, predicate, object, and graph (None is the default graph)."""

Parts = tuple[str | Reference, ...]
"""Texts and references, one after the other."""

_RESERVED: Final = re.compile(r"([:/?#\[\]@!$&'()*+,;=])")

MOST_COMPARED = 2000
"""Pairs that are compared; with more, twins are looked for."""


def may_repeat(made: Sequence[Made]) -> bool:
    """Whether two of *made*, each of single values, can give the same triple."""
    groups: dict[TermMap, list[Made]] = defaultdict(list)
    for each in made:
        if not isinstance(each[1].expression, Constant):
            return len(made) > 1
        groups[each[1]].append(each)
    pairs = [pair for group in groups.values() for pair in combinations(group, 2)]
    return len(pairs) > MOST_COMPARED or not all(_differ(one, other) for one, other in pairs)


def _differ(one: Made, other: Made) -> bool:
    if terms_differ(one[0], other[0]) or terms_differ(one[2], other[2]):
        return True
    if one[3] is None or other[3] is None:
        return one[3] is not other[3] and _names_no_default(one[3] or other[3])
    return terms_differ(one[3], other[3])


def _names_no_default(graph: TermMap | None) -> bool:
    return graph is not None and isinstance(graph.expression, Constant)


def terms_differ(one: TermMap, other: TermMap, *, together: bool = True) -> bool:
    """Whether *one* and *other* never give the same term: in one iteration, or (not *together*) in any two.

    >>> lamp, room = (TermMap(Template(("urn:", Reference("id"), end))) for end in (":lamp", ":room"))
    >>> terms_differ(lamp, room, together=False)
    True
    """
    kinds = _kind(one), _kind(other)
    if kinds[0] != kinds[1]:
        return True
    if kinds[0] == "literal":
        return _literals_differ(one, other)
    parts = _parts(one), _parts(other)
    if (
        _texts_differ(*parts)
        or _fragments_differ(*parts)
        or (_encoded(one) and _encoded(other) and _segments_differ(*parts))
    ):
        return True
    return together and one.term_type is other.term_type and _endings_differ(*parts)


def _kind(made: TermMap) -> str:
    if isinstance(made.expression, Constant):
        return "literal" if isinstance(made.expression.value, Literal) else "iri"
    if made.term_type is TermType.LITERAL:
        return "literal"
    return "blank" if made.term_type is TermType.BLANK_NODE else "iri"


def _literals_differ(one: TermMap, other: TermMap) -> bool:
    first, second = one.expression, other.expression
    if isinstance(first, Constant) and isinstance(second, Constant):
        return first.value != second.value
    tags = one.language, other.language
    return (tags[0] is None) is not (tags[1] is None)


def _parts(made: TermMap) -> Parts:
    """The parts of an IRI or a label; none where it may be put behind a base, or nothing is known."""
    if isinstance(made.expression, Constant):
        return (str(made.expression.value),)
    if isinstance(made.expression, Reference) and made.term_type is TermType.BLANK_NODE:
        return (made.expression,)
    if isinstance(made.expression, Template) and made.expression.parts:
        first = made.expression.parts[0]
        if made.term_type is TermType.BLANK_NODE or (isinstance(first, str) and begins_absolute(first)):
            return made.expression.parts
    return ()


def begins_absolute(beginning: IRI) -> bool:
    """Whether whatever follows *beginning* is in the path, query or fragment of an absolute IRI, or its last part."""
    scheme, colon, rest = beginning.partition(":")
    if not colon or not is_absolute(f"{scheme}:x"):
        return False
    return not rest.startswith("/") or any(mark in rest[2:] for mark in "/?#") or not rest.startswith("//")


def _encoded(made: TermMap) -> bool:
    """Whether values filled in have none of the characters that part an IRI."""
    return isinstance(made.expression, Constant) or made.term_type in (TermType.IRI, TermType.URI)


def _segments_differ(one: Parts, other: Parts) -> bool:
    """Whether both are parted by other characters, or have a segment that is never the same."""
    if not one or not other:
        return False
    first, second = _segments(one), _segments(other)
    if [mark for mark, _ in first] != [mark for mark, _ in second]:
        return True
    return any(_fragments_differ(a, b) for (_, a), (_, b) in zip(first, second, strict=True))


def _segments(parts: Parts) -> list[tuple[str, list[str | Reference]]]:
    """*parts* cut at the characters that IRIs are parted by (RFC 3986, 2.2): each with the one before it."""
    found: list[tuple[str, list[str | Reference]]] = [("", [])]
    for part in parts:
        if isinstance(part, Reference):
            found[-1][1].append(part)
            continue
        first, *rest = _RESERVED.split(part)
        found[-1][1].append(first)
        found += [(mark, [text]) for mark, text in zip(rest[::2], rest[1::2], strict=True)]
    return found


def _fragments_differ(one: Sequence[str | Reference], other: Sequence[str | Reference]) -> bool:
    """Whether both begin or end with texts of which neither goes on as the other does."""
    if not one or not other:
        return False
    if not any(isinstance(part, Reference) for part in (*one, *other)):
        return "".join(map(str, one)) != "".join(map(str, other))
    begins, ends = (_head(one), _head(other)), (_tail(one), _tail(other))
    return not (
        (begins[0].startswith(begins[1]) or begins[1].startswith(begins[0]))
        and (ends[0].endswith(ends[1]) or ends[1].endswith(ends[0]))
    )


def _head(parts: Sequence[str | Reference]) -> str:
    return "".join(map(str, takewhile(lambda part: isinstance(part, str), parts)))


def _tail(parts: Sequence[str | Reference]) -> str:
    texts = [*takewhile(lambda part: isinstance(part, str), reversed(parts))]
    return "".join(map(str, reversed(texts)))


def _texts_differ(one: Parts, other: Parts) -> bool:
    if not one or not other:
        return False
    first, second = one[0], other[0]
    if isinstance(first, str) and isinstance(second, str):
        whole = len(one) == 1, len(other) == 1
        shorter, longer = sorted((first, second), key=len)
        if not longer.startswith(shorter) or (whole[0] and whole[1] and first != second):
            return True
        return (whole[0] and len(first) < len(second)) or (whole[1] and len(second) < len(first))
    return False


def _endings_differ(one: Parts, other: Parts) -> bool:
    """Whether both begin with the same parts, and then only texts follow, which are not the same."""
    if not one or not other:
        return False
    shared = 0
    while shared < min(len(one), len(other)) and one[shared] == other[shared]:
        shared += 1
    rests = one[shared:], other[shared:]
    if any(isinstance(part, Reference) for rest in rests for part in rest):
        return False
    return "".join(map(str, rests[0])) != "".join(map(str, rests[1]))
