"""What is refused before it is registered: what is wrong, cannot match, or would cost too much."""

from __future__ import annotations

from semantic_gw.errors import LimitError
from semantic_gw.settings import SubscriptionsSettings
from semantic_gw.subscriptions.document import Document
from semantic_gw.subscriptions.filters import check_threshold
from semantic_gw.subscriptions.index import Index
from semantic_gw.subscriptions.matcher import Matcher
from semantic_gw.subscriptions.patterns import read_pattern
from semantic_gw.subscriptions.webhooks import Webhooks


class Checks:
    """Looks at standing queries as they come."""

    def __init__(self, settings: SubscriptionsSettings, index: Index, matcher: Matcher) -> None:
        self._settings = settings
        self._index = index
        self._matcher = matcher
        self.webhooks: Webhooks | None = None
        """What knows where webhooks may be sent, once it is made."""

    async def check(self, document: Document) -> None:
        """Raises QueryError (with line and column), LimitError, InvalidDocumentError, UnavailableError."""
        if document.deliver.webhook is not None and self.webhooks is not None:
            self.webhooks.check(document.deliver.webhook)
        if document.filter is not None:
            check_threshold(document.filter)
        if document.query is not None:
            await self._check_query(document.query)

    async def _check_query(self, text: str) -> None:
        pattern = read_pattern(text, self._settings.query_bytes)
        await self._matcher.check(text)
        if not pattern.needs and self._index.queries.broad >= self._settings.max_broad_queries:
            detail = (
                "the query names nothing that a message must hold (a kind, a Thing, a state) in its block of the "
                "message, so that every message would be asked; as many of these as are allowed are registered "
                "(subscriptions.max_broad_queries)"
            )
            raise LimitError(detail, limit="queries")
