from __future__ import annotations

from tests.clients.filled_gateway import gateway

__all__ = ["gateway"]
