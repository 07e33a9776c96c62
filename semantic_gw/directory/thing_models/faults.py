"""What is wrong with a model or with what was given for an instance, gathered so that all is told at once."""

from __future__ import annotations

from typing import Final

from semantic_gw.errors import InvalidDocumentError
from semantic_gw.model import Finding

_ENOUGH: Final = 1000
"""Findings in one answer: who has more of them needs no further ones."""


class Faults:
    """Findings, each told once. Pointers are completed by *under*, where the document stands in what was given."""

    def __init__(self, under: str = "") -> None:
        self._under = under
        self._findings: dict[Finding, None] = {}

    def add(self, pointer: str, detail: str) -> None:
        """Tell of one, unless enough were told."""
        if len(self._findings) < _ENOUGH:
            self._findings[Finding(self._under + pointer, detail)] = None

    def under(self, pointer: str) -> Faults:
        """These same findings, told from the document that stands at *pointer*."""
        inner = Faults(self._under + pointer)
        inner._findings = self._findings
        return inner

    def raise_any(self) -> None:
        """Raise InvalidDocumentError with all findings, if there are any."""
        if self._findings:
            raise _error(tuple(self._findings))


def refuse(pointer: str, detail: str) -> InvalidDocumentError:
    """The error for something that nothing can follow on."""
    return _error((Finding(pointer, detail),))


def _error(findings: tuple[Finding, ...]) -> InvalidDocumentError:
    first = findings[0]
    more = f" (and {len(findings) - 1} more)" if findings[1:] else ""
    return InvalidDocumentError(f"{first.pointer or 'the document'}: {first.detail}{more}", findings)
