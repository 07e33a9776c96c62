"""The MQTT way in, where a broker is named: its client is large, and is loaded only then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from semantic_gw.bus.log import LogBus
from semantic_gw.contracts import Binding, Intake
from semantic_gw.pipeline.spool import SPOOL_TOPIC, from_record
from semantic_gw.settings import MqttSettings


class Mqtt(Binding, Protocol):
    """What the gateway asks of the binding beside running it; `bindings.mqtt` has the types."""

    status: Any
    """Whether it is connected, since when, and the last error."""
    counters: Any
    """A dataclass of numbers."""

    def remember(self, deliveries: Any) -> None:
        """Deliveries that the spool holds already."""
        ...


def mqtt_of(settings: MqttSettings, intake: Intake, clock: Callable[[], datetime]) -> Mqtt | None:
    """The binding; None where no broker is named."""
    if not settings.host:
        return None
    from semantic_gw.bindings.mqtt import MqttBinding  # noqa: PLC0415  see above

    return MqttBinding(settings, intake, clock=clock)


async def run_mqtt(binding: Mqtt, log: LogBus, receive_maximum: int) -> None:
    """Tell *binding* what the spool took before a crash, then serve."""
    from semantic_gw.bindings.mqtt import delivery_of  # noqa: PLC0415  see above

    newest = await log.last(SPOOL_TOPIC, 10 * receive_maximum)
    binding.remember([delivery for record in newest if (delivery := delivery_of(from_record(record)))])
    await binding.run()
