"""A validation report for terminals: one paragraph for all results of a shape, path and component."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from rich.text import Text

from semantic_gw.model import IRI, Severity, ValidationReport
from semantic_gw.validators.report import Group, Names, gravest_first, grouped, shortened

_STYLES: Final[dict[IRI, str]] = {
    Severity.VIOLATION: "bold red",
    Severity.WARNING: "bold yellow",
    Severity.INFO: "bold cyan",
}
_SHOWN: Final = 100
"""Characters shown of a value or focus node."""


def summary(report: ValidationReport, name: str, names: Names, *, most: int | None, strict: bool) -> Iterator[Text]:
    """The lines on *report* of the graph *name*: the verdict, and at most *most* paragraphs; with None, all."""
    yield _verdict(report, name, names, strict=strict)
    results = gravest_first(report.results)
    groups = grouped(results, most)
    for group in groups:
        yield Text()
        yield from _paragraph(group, names)
    if rest := len(results) - sum(group.count for group in groups):
        yield Text(f"\nand {_count(rest, 'result')} of other kinds (--most 0 shows all)", "dim")


def _verdict(report: ValidationReport, name: str, names: Names, *, strict: bool) -> Text:
    counts = Counter(names.severity(result.severity) for result in gravest_first(report.results))
    found = ", ".join(_count(number, severity.lower()) for severity, number in counts.items())
    if not report.checked and not found:
        return Text(f"{_plain(name)}: unchecked: no shape targets it", "bold yellow")
    if not report.conforms or (strict and found):
        return Text(f"{_plain(name)}: does not conform: {found} ({_nodes(report)})", "bold red")
    return Text(f"{_plain(name)}: conforms{f', with {found}' if found else ''} ({_nodes(report)})", "bold green")


def _nodes(report: ValidationReport) -> str:
    return _count(report.focus_nodes, "focus node")


def _paragraph(group: Group, names: Names) -> Iterator[Text]:
    result = group.example
    severity = names.severity(result.severity)
    where = [names.shape(result), *([names.path(result.result_path)] if result.result_path is not None else [])]
    component = names.iri(result.source_constraint_component)
    head = f"  {'  '.join(map(_plain, (*where, component)))}  {_count(group.count, 'result')}"
    yield Text.assemble((_plain(severity), _STYLES.get(result.severity, "bold magenta")), head)
    yield Text(f"  {_plain(shortened(names.within(result.message)))}")
    nodes = ", ".join(_short(names.term(node)) for node in group.focus_nodes)
    value = "" if result.value is None else f"; value {_short(names.term(result.value))}"
    yield Text(f"  at {nodes}{value}", "dim")


def _count(number: int, noun: str) -> str:
    """A number with its noun.

    >>> _count(1, "warning"), _count(2, "focus node")
    ('1 warning', '2 focus nodes')
    """
    return f"{number} {noun}" if number == 1 or noun == "info" else f"{number} {noun}s"


def _short(text: str) -> str:
    return _plain(shortened(text, _SHOWN))


def _plain(text: str) -> str:
    r"""*text* without what a terminal would take for a command.

    >>> _plain("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    return text if text.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
