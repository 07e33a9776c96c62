from __future__ import annotations

from tests.live.kafka_server import kafka

__all__ = ["kafka"]
