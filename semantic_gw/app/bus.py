"""The bus that the settings name. The client of Kafka is large, and is loaded where there is a Kafka."""

from __future__ import annotations

from typing import Protocol

from semantic_gw.bus.log import LogBus
from semantic_gw.contracts import Bus
from semantic_gw.settings import KafkaSettings
from semantic_gw.subscriptions.matching import Commits


class Transactions(Commits, Protocol):
    """Writes and commits on Kafka, all or nothing."""

    async def begin(self) -> None: ...

    async def stop(self) -> None: ...


def bus_of(settings: KafkaSettings, log: LogBus) -> Bus:
    """Kafka where there is one, else *log*."""
    if not settings.bootstrap_servers:
        return log
    from semantic_gw.bus.kafka import KafkaBus  # noqa: PLC0415  see above

    return KafkaBus(settings)


def transactions_of(settings: KafkaSettings, group: str, transactional_id: str) -> Transactions | None:
    """What writes to Kafka in transactions and commits the offsets of *group*; None where there is no Kafka."""
    if not settings.bootstrap_servers:
        return None
    from semantic_gw.bus.kafka_transactions import KafkaTransactions  # noqa: PLC0415  see above

    return KafkaTransactions(settings, group, transactional_id)
