"""A standing query in the registry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from semantic_gw.model import Json
from semantic_gw.subscriptions.document import Document


@dataclass(frozen=True)
class Standing:
    """A standing query: *document* since *created*, until *expires* (UTC). *suspended* is why it rests, or empty.

    *position* is that of the change that made it so: its entity tag.
    """

    id: str
    position: int
    created: datetime
    modified: datetime
    expires: datetime
    suspended: str
    body: bytes
    health: Mapping[str, Json] = field(default_factory=dict)

    @cached_property
    def document(self) -> Document:
        return Document.model_validate_json(self.body)

    def is_active(self, now: datetime) -> bool:
        """Whether it is asked at *now*."""
        return not self.suspended and now < self.expires

    def state(self, now: datetime) -> str:
        """active, suspended, or expired."""
        if now >= self.expires:
            return "expired"
        return "suspended" if self.suspended else "active"
