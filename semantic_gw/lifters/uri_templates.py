"""URI templates of forms (RFC 6570) and MQTT topic filters, as the addresses that they match."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Final, NamedTuple
from urllib.parse import unquote

from semantic_gw.model import Json

MOST_EXPANSIONS: Final = 64
"""Addresses that the values of variables (`const`, `enum`) may expand a template to; with more it is matched."""

MOST_IN_A_LEVEL: Final = 2
"""Variables between two slashes of a template; beside a `{+x}`, which may hold slashes, one less."""

_EXPRESSION: Final = re.compile(r"\{([^{}]*)\}")
_QUERY: Final = re.compile(r"\{[?&#][^{}]*\}")
_LEVEL: Final = re.compile(r"(?:(?<=/)|\A)\+(?=/|\Z)")
_REST: Final = re.compile(r"/#\Z")
_VARIABLE: Final = re.compile(r"[^:*]+")

_OPERATORS: Final[Mapping[str, tuple[str, str, str]]] = {
    "": ("", r"[^/]+", ","),
    "+": ("", r".+", ","),
    "/": ("/", r"[^/]+", "/"),
    ".": (".", r"[^/.]+", "."),
}
"""What an expression starts with, what a value matches, what stands between several (RFC 6570, 3.2)."""


class _Part(NamedTuple):
    """A part of a template: literal text, or (with a *pattern*) one that is matched by a regular expression."""

    text: str
    pattern: str = ""


_WILDCARDS: Final[Mapping[str, _Part]] = {
    "\0+": _Part("+", r"[^/]*"),
    "\0#": _Part("#", r".*"),
    "\0/#": _Part("/#", r"(?:/.*)?"),
}
"""Wildcards of topic filters, as `wildcards` writes them."""


class Match(NamedTuple):
    """The addresses of one template: *text* as it is written; *pattern* is the regular expression of an open one.

    Every address starts with *prefix*, which ends with a slash where it is not empty.

    >>> next(matches("sensors/{id}/state", {})).prefix
    'sensors/'
    """

    text: str
    pattern: str = ""
    prefix: str = ""


def without_query(href: str) -> str:
    """*href* without the expressions of its query and fragment, which are no part of an address.

    >>> without_query("/status{?channel,timeout}")
    '/status'
    """
    return _QUERY.sub("", href) if "{" in href else href


def wildcards(topic_filter: str) -> str:
    """An MQTT topic filter (MQTT 5.0, 4.7.1) as a template that `matches` reads."""
    if "+" not in topic_filter and "#" not in topic_filter:
        return topic_filter
    if topic_filter == "#":
        return "{\0#}"
    return _REST.sub("{\0/#}", _LEVEL.sub("{\0+}", topic_filter))


def matches(template: str, variables: Mapping[str, Json], *, encoded: bool = False) -> Iterator[Match]:
    """The addresses that *template* stands for; *variables* are the data schemas of `uriVariables`.

    With *encoded* its text is percent-encoded. Raises ValueError for an expression that is not supported.

    >>> [match.text for match in matches("{room}/t", {"room": {"enum": ["hall", "bath"]}})]
    ['hall/t', 'bath/t']
    """
    if "{" not in template and "}" not in template:
        yield Match(unquote(template) if encoded else template)
        return
    parts = [_expression(text, variables) if odd else _literal(text, encoded) for odd, text in _split(template)]
    count = 1
    for part in parts:
        count *= len(part)
    if count > MOST_EXPANSIONS:
        parts = [part if len(part) == 1 else [_Part("{}", r"[^/]+")] for part in parts]
    for chosen in product(*parts):
        yield _match(chosen)


def _split(template: str) -> Iterator[tuple[bool, str]]:
    for index, text in enumerate(_EXPRESSION.split(template)):
        if text or index % 2:
            yield bool(index % 2), text


def _literal(text: str, encoded: bool) -> Sequence[_Part]:  # noqa: FBT001  a step of `matches`
    if "{" in text or "}" in text:
        raise ValueError(f"the braces of {text!r} are not balanced (RFC 6570, 2)")
    return (_Part(unquote(text) if encoded else text),)


def _expression(text: str, variables: Mapping[str, Json]) -> Sequence[_Part]:
    """What an expression expands to, one of several."""
    if text in _WILDCARDS:
        return (_WILDCARDS[text],)
    operator = text[:1] if text[:1] and not (text[0].isalnum() or text[0] in "_%") else ""
    if operator not in _OPERATORS:
        raise ValueError(f"the expression {{{text}}} is of a kind that is not supported; there are {{x}} {{+x}} {{/x}}")
    start, pattern, between = _OPERATORS[operator]
    names = [found[0] for name in text[len(operator) :].split(",") if (found := _VARIABLE.match(name))]
    if not names:
        raise ValueError(f"the expression {{{text}}} names no variable (RFC 6570, 2.3)")
    if len(names) == 1 and (values := _values(variables.get(names[0]))):
        return [_Part(start + value) for value in values]
    return (_Part(f"{{{text}}}", re.escape(start) + re.escape(between).join([pattern] * len(names))),)


def _values(schema: Json) -> list[str]:
    """The values that a variable can have, where its data schema lists them."""
    if not isinstance(schema, dict):
        return []
    listed = [schema["const"]] if "const" in schema else schema.get("enum")
    scalars = [value for value in listed if type(value) in (str, int, float, bool)] if isinstance(listed, list) else []
    return [str(value).lower() if type(value) is bool else str(value) for value in scalars]


def _match(parts: Sequence[_Part]) -> Match:
    text = "".join(part.text for part in parts)
    first = next((index for index, part in enumerate(parts) if part.pattern), None)
    if first is None:
        return Match(text)
    _check_cost(parts)
    before, slash, _ = "".join(part.text for part in parts[:first]).rpartition("/")
    return Match(text, "".join(part.pattern or re.escape(part.text) for part in parts), before + slash)


def _check_cost(parts: Sequence[_Part]) -> None:
    """Raises ValueError where addresses could be divided among variables in so many ways that matching takes long."""
    within = widest = 0
    for part in parts:
        if not part.pattern:
            within = 0 if "/" in part.text else within
        else:
            within += part.pattern.count("]+") + part.pattern.count(".+")
            widest = max(widest, within)
    greedy = sum(part.pattern.startswith(".+") for part in parts)
    if widest > MOST_IN_A_LEVEL - greedy or greedy > 1:
        raise ValueError(f"more than {MOST_IN_A_LEVEL} variables between two slashes cannot be told apart")
