"""How delivery goes: what a subscriber sees of it, and when it is given up."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from semantic_gw.model import Json
from semantic_gw.rdf.serialize import date_time

_FIRST_S: Final = 1.0
_LONGEST_S: Final = 900.0
_DOUBLINGS: Final = 12


@dataclass(slots=True)
class Health:
    """The health of one webhook, as this gateway knows it. Counters are what nobody has noted yet."""

    delivered: int = 0
    failed: int = 0
    in_a_row: int = 0
    """Attempts that failed since one succeeded."""
    failing_since: datetime | None = None
    last_error: str = ""
    last_delivery: datetime | None = None
    behind: int = 0
    changed: bool = False

    @property
    def circuit(self) -> str:
        """closed: all is well; half-open: it failed, and is tried again; open: it fails again and again."""
        if self.in_a_row == 0:
            return "closed"
        return "half-open" if self.in_a_row < 3 else "open"

    def succeeded(self, now: datetime) -> None:
        self.delivered += 1
        self.in_a_row, self.failing_since, self.last_error = 0, None, ""
        self.last_delivery, self.changed = now, True

    def fails(self, now: datetime, error: str) -> None:
        self.failed += 1
        self.in_a_row += 1
        self.failing_since = self.failing_since or now
        self.last_error, self.changed = error[:500], True

    def pause_s(self, retry_after_s: float = 0.0) -> float:
        """How long to wait before the next attempt: it doubles, with jitter, up to a quarter of an hour."""
        longest = min(_FIRST_S * 2 ** min(self.in_a_row - 1, _DOUBLINGS), _LONGEST_S)
        return max(min(retry_after_s, _LONGEST_S), random.uniform(longest / 2, longest))  # noqa: S311  no secret

    def news(self) -> dict[str, Json]:
        """What the registry is to keep; the counters begin anew."""
        told: dict[str, Json] = {
            "delivered": self.delivered,
            "failed": self.failed,
            "behind": self.behind,
            "circuit": self.circuit,
            "lastError": self.last_error,
            "failingSince": date_time(self.failing_since) if self.failing_since else "",
        }
        if self.last_delivery is not None:
            told["lastDelivery"] = date_time(self.last_delivery)
        self.delivered = self.failed = 0
        self.changed = False
        return told
